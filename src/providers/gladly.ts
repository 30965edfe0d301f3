import type { Definition } from '../core/definition/schema.js';

/** Gladly, customer service software. Facts: its API reference, help pages and code (see `sources`). */
export const gladly = {
  schemaVersion: 1,
  id: 'gladly',
  name: 'Gladly',
  summary: 'you need the organization, an e-mail and an API token',
  // The documentation says the first, but every customer's host found in public code is the second.
  host: [
    '{slug}.gladly.com',
    '{slug}.us-1.gladly.com',
    '{slug}.*.gladly.com',
    { host: '{slug}.gladly.qa', environment: 'sandbox' },
    { host: '{slug}.*.gladly.qa', environment: 'sandbox' },
  ],
  unresolved: 'no-such-tenant',
  refusedHosts: [
    {
      hosts: [
        'gladly.com',
        'gladly.qa',
        'www.gladly.com',
        'www.gladly.qa',
        'help.gladly.com',
        'help.gladly.qa',
        'connect.gladly.com',
        'connect.gladly.qa',
        'developer.gladly.com',
        'developer.gladly.qa',
        'developers.gladly.com',
        'developers.gladly.qa',
        'academy.gladly.com',
        'academy.gladly.qa',
        'cdn.gladly.com',
        'cdn.gladly.qa',
        'app.gladly.com',
        'app.gladly.qa',
        'status.gladly.com',
        'status.gladly.qa',
      ],
      reason: 'not-allowed',
      what: "{host} is one of Gladly's own sites, not an organization",
      next: "Use your organization's address: <name>.gladly.com or <name>.us-1.gladly.com.",
    },
    {
      hosts: ['api.gladly.com', 'api.gladly.qa'],
      reason: 'not-allowed',
      what: '{host} is not an address of Gladly, though some guides name it',
      why: 'the API lives at the address of each organization',
      next: "Use your organization's address: <name>.gladly.com or <name>.us-1.gladly.com.",
    },
    {
      hosts: [
        'us-#.gladly.com',
        'us-#.gladly.qa',
        'eu-#.gladly.com',
        'eu-#.gladly.qa',
        'ca-#.gladly.com',
        'ca-#.gladly.qa',
        'ap-#.gladly.com',
        'ap-#.gladly.qa',
        'au-#.gladly.com',
        'au-#.gladly.qa',
        'uk-#.gladly.com',
        'uk-#.gladly.qa',
        'us-uat.gladly.com',
        'us-uat.gladly.qa',
        'us-master.gladly.com',
        'us-master.gladly.qa',
        'us-staging.gladly.com',
        'us-staging.gladly.qa',
      ],
      reason: 'not-allowed',
      what: '{host} is shared by many organizations',
      why: "without an organization's name in front it is nobody's own address",
      next: "Put your organization's name in front, as in acme.{host}.",
    },
    {
      hosts: ['.us-uat.gladly.com', '.us-master.gladly.com', '.us-staging.gladly.com'],
      reason: 'not-allowed',
      what: '{host} mixes a sandbox with production',
      why: 'the sandbox clusters are below gladly.qa',
      next: 'Paste the address of the sandbox whole, as in acme.us-uat.gladly.qa.',
    },
  ],
  otherHost: {
    reason: 'not-allowed',
    what: '{host} is not an address of Gladly',
    why: 'organizations are below gladly.com, sandboxes below gladly.qa',
    next: 'Log in to Gladly and copy the address from the browser.',
  },
  fields: {
    slug: {
      label: 'Organization slug',
      example: 'acme',
      about:
        'The first part of the address in your browser: acme of https://acme.gladly.com. Many addresses have a region in them (acme.us-1.gladly.com), and a sandbox ends in gladly.qa. If you are not sure, paste the whole address.',
      where: "the browser's address bar, once you are logged in to Gladly",
      mistakes: [
        {
          charset: 'word',
          length: 22,
          mixed: true,
          message: 'it has 22 characters, as the ids of Gladly have, not its names',
        },
      ],
      sources: [
        {
          what: 'API reference, developer.gladly.com/rest',
          checked: '2026-11-20',
        },
        {
          what: 'public code of Gladly and of its customers: hosts',
          checked: '2026-11-20',
        },
      ],
    },
    email: {
      kind: 'email',
      label: 'Agent email',
      example: 'api-user@acme.com',
      about:
        'The e-mail address of the user who creates the token: a token belongs to its creator. Gladly advises a separate user for this, with the API User permission and the Agent role.',
      where: 'menu (top left) > Settings > Users > the user',
      sources: [
        {
          what: 'help.gladly.com/docs/generate-api-tokens-and-create-webhooks',
          checked: '2026-11-20',
        },
      ],
    },
    token: {
      label: 'API token',
      example: 'the token as Gladly shows it',
      about:
        'Log in as that user and create it. Gladly shows it only once, so copy it right away. A sandbox token does not work in production, and a production token does not work in the sandbox.',
      where:
        'menu (top left) > More settings > API Tokens > Create Token; in some accounts: Settings > App Developer Tools',
      mistakes: [
        {
          charset: 'word',
          length: 22,
          message: 'it has 22 characters, as the ids of Gladly have, not its tokens',
        },
      ],
      sources: [
        {
          what: 'API reference, developer.gladly.com/rest',
          checked: '2026-11-20',
        },
        {
          what: 'help.gladly.com/docs/generate-api-tokens-and-create-webhooks',
          checked: '2026-11-20',
        },
      ],
    },
  },
  auth: { basic: ['{email}', '{token}'] },
  test: {
    get: '/api/v1/organization',
    expect: { at: 'id' },
    ownHost: 'gladlyUrl',
  },
  // The bodies of 401 and 403 aren't documented, so the status decides.
  responses: [
    { status: 401, means: 'bad-credential' },
    { status: 403, page: false, means: 'not-an-api-user' },
    { status: 404, means: 'no-such-tenant' },
  ],
  errorCodes: ['errors.0.code', 'errors.code', '0.code'],
  owner: {
    lookUp: {
      get: '/api/v1/agents',
      key: 'emailAddress',
      field: 'email',
      identity: { id: 'id', label: '{name} <{emailAddress}>' },
      absent: {
        code: 'email-not-among-agents',
        message:
          '{email} is not in the list of agents of {host}. The token works; a user without the Agent role may be missing there.',
      },
    },
    warnings: [
      {
        code: 'personal-credential',
        when: { looksPersonal: true },
        message:
          "the token acts as {label}. If that is a person's own account, it stops working when they leave. For anything permanent, use a separate user (API User and Agent).",
      },
    ],
  },
  capabilities: {
    'agents.read': { get: '/api/v1/agents', grantedBy: 'a role that may see agents' },
    'inboxes.read': { get: '/api/v1/inboxes', grantedBy: 'a role that may see inboxes' },
    'topics.read': { get: '/api/v1/topics', grantedBy: 'a role that may see topics' },
    'teams.read': { get: '/api/v1/teams', grantedBy: 'a role that may see teams' },
    'webhooks.read': {
      get: '/api/v1/webhooks',
      grantedBy: 'a role that may see webhooks, such as Administrator',
    },
    'exports.read': {
      get: '/api/v1/export/schedules',
      grantedBy: 'a role that may see exports, such as Administrator',
    },
  },
  rotation: {
    before:
      'Create a second token first, logged in as the same user: More settings > API Tokens > Create Token. Rename it, so that you can tell the two apart later. The old one works on, so that nothing stands still meanwhile.',
    after:
      'Once every program has the new token, delete the old one, which you know by its name: More settings > API Tokens. Until then both work.',
    shared:
      'The same user has a token stored here as {names}, too: if it is the old one, rotate it before you delete that.',
  },
  // Documented per organization, for all its tokens together.
  rateLimit: { requests: 10, seconds: 1 },
  messages: {
    ok: {
      what: '{host} accepted the API token of {email}',
      next: 'Nothing to do.',
    },
    'no-such-tenant': {
      what: 'There is no Gladly organization at {host}',
      why: 'nothing of Gladly answers there ({detail})',
      next: 'Check the spelling in the address bar of your browser and paste the whole address: it may have a region in it (acme.us-1.gladly.com), and a sandbox ends in gladly.qa.',
      ask: ['slug'],
    },
    'other-tenant': {
      what: '{host} answered for another organization',
      why: 'it says that its own address is {other}',
      next: 'Use the address of the organization that you mean.',
      ask: ['slug'],
    },
    'bad-credential': {
      what: '{host} refused the API token of {email}',
      why: 'the pair of e-mail and token is not valid there ({detail})',
      causes: [
        'the token was made in the other environment: a sandbox token works only in the sandbox, a production token only in production',
        '{email} is not the user who created the token',
        'the token was not copied whole',
        'the token was deleted',
        'the user was deactivated',
      ],
      next: 'If you cannot find the token any more, create another one: More settings > API Tokens > Create Token, logged in as that user.',
      ask: ['token', 'email'],
    },
    'not-an-api-user': {
      what: '{host} does not let {email} use the API',
      why: 'the user lacks the permission for it ({detail})',
      next: 'Ask an Administrator to open Settings > Users > {email}, switch on API User, keep the Agent role, and save.',
      ask: ['token', 'email'],
    },
  },
  sandbox: {
    host: 'acme.us-1.gladly.com',
    values: {
      slug: 'acme',
      email: 'integration@acme.example',
      token: 'sandbox-token-of-acme',
    },
    unauthenticated: { status: 401 },
    refused: { status: 401 },
    unknownHost: { status: 404 },
    replies: {
      '/api/v1/organization': {
        id: 'cOJOqxfWSlKuuLzPBlMhZg',
        loginDomain: 'acme.example',
        name: 'Acme',
        timezone: 'America/Los_Angeles',
        gladlyUrl: 'https://acme.us-1.gladly.com',
      },
      '/api/v1/agents': [
        {
          id: 'deKiBNpPRTKXoAL0IrvK8A',
          name: 'Help Desk Integration',
          emailAddress: 'integration@acme.example',
        },
      ],
      '/api/v1/inboxes': [],
      '/api/v1/topics': [],
      '/api/v1/teams': [],
    },
    otherPath: { status: 403, body: { errors: [{ code: 'forbidden' }] } },
  },
  sources: [
    {
      what: 'API reference, developer.gladly.com/rest',
      checked: '2026-11-20',
    },
    {
      what: 'help.gladly.com/docs/generate-api-tokens-and-create-webhooks',
      checked: '2026-11-20',
    },
    {
      what: 'PostHog pull requests 78034, 78038, 78983: hosts as customers have them',
      checked: '2026-11-20',
    },
  ],
} satisfies Definition;
