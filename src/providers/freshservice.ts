import type { Definition } from '../core/definition/schema.js';

/** Freshservice, the service desk of Freshworks. Facts: its API reference, forum and guides (see `sources`). */
export const freshservice = {
  schemaVersion: 1,
  id: 'freshservice',
  name: 'Freshservice',
  summary: 'you need its domain and an API key',
  host: '{domain}.freshservice.com',
  refusedHosts: [
    {
      hosts: ['.freshdesk.com'],
      reason: 'wrong-product',
      what: '{host} is an address of Freshdesk, another product of Freshworks',
      why: 'Freshdesk has other data and other keys',
      next: 'Use the address where you open Freshservice; it ends in .freshservice.com.',
    },
    {
      hosts: ['.myfreshworks.com'],
      reason: 'wrong-product',
      what: '{host} is the address of a Freshworks organization',
      why: 'people log in there, but the API lives at the address of the Freshservice account, whose name can be another',
      next: 'Log in, open Freshservice and copy the address that ends in .freshservice.com.',
    },
    {
      hosts: ['.freshworks.com'],
      reason: 'wrong-product',
      what: '{host} is a website of Freshworks, the company',
      next: 'Log in, open Freshservice and copy the address that ends in .freshservice.com.',
    },
    {
      hosts: [
        'freshservice.com',
        'api.freshservice.com',
        'support.freshservice.com',
        'www.freshservice.com',
        'status.freshservice.com',
        'updates.freshservice.com',
        'developer.freshservice.com',
        'developers.freshservice.com',
        'community.freshservice.com',
        'euc-lb1.freshservice.com',
      ],
      what: "{host} is one of the vendor's own addresses, not an account",
      next: 'Use the address where your company opens Freshservice: <name>.freshservice.com.',
    },
  ],
  otherHost: {
    reason: 'vanity-host',
    what: '{host} is not an address of the Freshservice API',
    why: "a portal can have a domain of the company's own, but the API answers only below freshservice.com",
    next: 'Look for the address that ends in .freshservice.com: an admin finds it in the browser after logging in, or under Admin.',
  },
  fields: {
    domain: {
      label: 'Domain',
      example: 'acme',
      about:
        "The part before .freshservice.com in your browser's address bar. Or paste the whole address, from any page.",
      where: "the browser's address bar, once you are logged in to Freshservice",
      sources: [
        {
          what: 'guides of StackOne and Support Fusion',
          checked: '2026-11-20',
        },
      ],
    },
    apiKey: {
      label: 'API key',
      example: 'about 20 letters and digits',
      about:
        "Whatever uses this key acts as the agent it belongs to. Don't reset it to get a new one: every integration that uses the old one would stop.",
      where:
        'your picture (top right) > Profile Settings > right column, below Delegate Approvals; in some accounts: Your API Key, on the left',
      mistakes: [
        {
          contains: 'API key is disabled',
          message:
            "that is Freshservice's message for a disabled key, not a key. Go back and choose it in the menu",
        },
        {
          startsWith: 'fwapi_',
          message: 'it is a Freshworks platform token (fwapi_...), not the key of an agent',
        },
        {
          startsWith: 'fw_ext_',
          message: 'it is the id of an OAuth app (fw_ext_...), not a key',
        },
        {
          endsWith: [':X', ':x', ':'],
          noSpaces: true,
          message: 'it ends in a colon (:X), which scripts add to the key',
        },
      ],
      sources: [
        {
          what: 'guides of StackOne, Merge and Support Fusion',
          checked: '2026-11-20',
        },
        { what: 'API reference, api.freshservice.com', checked: '2026-11-20' },
      ],
    },
  },
  auth: { basic: ['{apiKey}', 'X'] },
  apiHeader: 'x-freshservice-api-version',
  unauthenticated: { get: '/api/v2/tickets?per_page=1' },
  // `/agents/me` is undocumented but the only "who am I". The others prove a key if it's missing or
  // refused. The key is good if any of them accepts it.
  test: [
    {
      get: '/api/v2/agents/me',
      expect: { at: 'agent.id' },
      identity: {
        id: 'agent.id',
        label: '{agent.first_name} {agent.last_name} <{agent.email}>',
      },
    },
    {
      get: '/api/v2/tickets?per_page=1',
      expect: { at: 'tickets', type: 'list' },
    },
    {
      get: '/api/v2/sla_policies',
      expect: { at: 'sla_policies', type: 'list' },
    },
    {
      get: '/api/v2/business_hours',
      expect: { at: 'business_hours', type: 'list' },
    },
  ],
  // A 401 is documented only for a wrong key. A 403 may come for a good key without the permission.
  responses: [
    { code: 'unsupported_authentication_type', means: 'wrong-auth-type' },
    { code: 'account_suspended', means: 'account-suspended' },
    {
      code: 'password_lockout',
      means: 'refused-unclear',
      what: '{host} refuses the agent for now',
      why: 'there were too many failed attempts ({detail})',
      next: 'Wait a while, then try again. The key itself may be good.',
    },
    {
      code: 'password_expired',
      means: 'refused-unclear',
      what: '{host} refused the API key',
      why: 'the password of its agent has expired ({detail})',
      next: 'Log in as that agent, set a new password, then try again.',
    },
    {
      status: 403,
      code: 'require_feature',
      means: 'go-on',
      what: '{host} refused every request',
      why: "the account's plan lacks what was asked for ({detail})",
      next: 'Ask an admin which plan the account has, and whether it may use the API. The key itself may be good.',
    },
    {
      status: [401, 403],
      code: 'invalid_credentials',
      means: 'bad-credential',
    },
    { status: 404, fromApi: false, means: 'no-such-tenant' },
  ],
  errorCodes: ['code', 'errors.0.code'],
  featureCodes: ['require_feature'],
  owner: {
    roles: {
      get: '/api/v2/roles?per_page=100',
      owned: 'agent.roles',
      id: 'role_id',
      list: 'roles',
      key: 'id',
      name: 'name',
    },
    warnings: [
      {
        code: 'occasional-agent',
        when: { isTrue: 'agent.occasional' },
        message:
          'the key belongs to an occasional agent, and is said to be refused on days without a day pass. For anything that runs every day, use a full-time agent.',
      },
      {
        code: 'account-admin-only',
        when: { onlyRole: ['Account Admin'] },
        message:
          '{label} is Account Admin and nothing else: more than most integrations need, and on newer accounts not enough to read tickets. An agent role such as IT Agent is what most need.',
      },
      {
        code: 'personal-credential',
        when: { looksPersonal: true },
        message:
          "the key acts as {label}. If that is a person's own account, it stops working when they leave. For anything permanent, use a separate agent.",
      },
    ],
  },
  capabilities: {
    'tickets.read': {
      get: '/api/v2/tickets?per_page=1',
      grantedBy: 'an agent role such as IT Agent (Account Admin alone may not see tickets)',
    },
    'agents.read': {
      get: '/api/v2/agents?per_page=1',
      grantedBy: 'an admin role with View Agents',
    },
    'groups.read': {
      get: '/api/v2/groups?per_page=1',
      grantedBy: 'an admin role with View Agent groups',
    },
    'requesters.read': {
      get: '/api/v2/requesters?per_page=1',
      grantedBy: 'a role with View Requesters',
    },
    'assets.read': {
      // Accounts created after 2026-03-31 have the second.
      get: ['/api/v2/assets?per_page=1', '/api/v2/itam/assets?per_page=1'],
      grantedBy: 'an agent role with View assets',
    },
    'ticket-fields.read': {
      get: '/api/v2/ticket_form_fields',
      grantedBy: 'a role that may see ticket fields; which one is not documented',
    },
    'workspaces.read': {
      get: '/api/v2/workspaces',
      grantedBy: 'a role that may see workspaces; which one is not documented',
    },
  },
  rotation: {
    before:
      'Resetting the key in Profile Settings stops every program that uses the old one, at once. Find out which those are first. What is stored here stays until the new key works.',
    after:
      'If you reset it: give the new key to every other program that used the old one. They have stopped.',
    shared:
      'The same agent has its key stored here as {names}, too: that one ends with a reset. Rotate it next, with the same new key.',
    end: 'The API key still works at {provider}, for every program that has it. To end it, reset it as its agent: your picture > Profile Settings.',
  },
  // The smallest plan allows 40 list requests and 100 requests in total per minute, for all
  // programs together.
  rateLimit: { requests: 30, seconds: 60 },
  messages: {
    ok: { what: '{host} accepted the API key', next: 'Nothing to do.' },
    'no-such-tenant': {
      what: 'There is no Freshservice account at {host}',
      why: 'Freshservice says that nobody has this name ({detail})',
      next: 'Check the spelling in the address bar of your browser. If the account was renamed, use its new name.',
      ask: ['domain'],
    },
    'bad-credential': {
      what: '{host} refused the API key',
      why: 'it does not know the key ({detail})',
      next: "Copy the key again, whole: your picture > Profile Settings. If it was reset, only the new one works. Don't reset it yourself while something else uses it.",
      ask: ['apiKey'],
    },
    'wrong-auth-type': {
      what: '{host} was given something that is not an API key',
      why: 'passwords and OAuth tokens do not work here ({detail})',
      next: 'Copy the API key of the agent: your picture > Profile Settings.',
      ask: ['apiKey'],
    },
    'refused-unclear': {
      what: '{host} refused every request and did not say why',
      why: '{detail}; that does not mean that the key is wrong',
      causes: [
        'the key was not copied whole, or it was reset since',
        'API access is switched off for the agent: an Account Admin finds the switch under Admin > User Management > Agents > the agent > Permissions',
        'the agent is an occasional one without a day pass today',
        'the user is a requester, not an agent',
        'the agent was deactivated',
        'the agent has no agent role',
        'the account takes requests from certain IP addresses only',
      ],
      next: "Look at Profile Settings as that agent first: if the key there is another one, use that one. Don't reset it.",
      ask: ['apiKey'],
    },
    'account-suspended': {
      what: 'The Freshservice account at {host} is suspended',
      why: 'Freshservice says so ({detail})',
      next: 'Ask whoever looks after the subscription. The key itself may be good.',
    },
  },
  sandbox: {
    values: { domain: 'acme', apiKey: 'sandbox0key1of2acme3' },
    unauthenticated: {
      status: 403,
      headers: { 'x-freshservice-api-version': 'latest=v2; requested=v2' },
      body: { code: 'access_denied' },
    },
    refused: {
      status: 401,
      headers: { 'x-freshservice-api-version': 'latest=v2; requested=v2' },
      body: { code: 'invalid_credentials' },
    },
    unknownHost: { status: 404, headers: { 'content-type': 'text/html' } },
    replies: {
      '/api/v2/agents/me': {
        agent: {
          id: 21000123,
          first_name: 'Help Desk',
          last_name: 'Integration',
          email: 'integration@acme.example',
        },
      },
      '/api/v2/tickets?per_page=1': { tickets: [] },
      '/api/v2/workspaces': { workspaces: [] },
    },
    // The response for an agent with an agent role and no admin role.
    otherPath: {
      status: 403,
      headers: { 'x-freshservice-api-version': 'latest=v2; requested=v2' },
      body: { code: 'access_denied' },
    },
  },
  sources: [
    { what: 'API reference, api.freshservice.com', checked: '2026-11-20' },
    {
      what: 'community.freshworks.com 43390 and 43824: /agents/me, disabled keys',
      checked: '2026-11-20',
    },
    {
      what: 'guides of StackOne, Merge and Support Fusion: where the key is',
      checked: '2026-11-20',
    },
  ],
} satisfies Definition;
