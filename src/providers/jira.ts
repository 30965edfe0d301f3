import type { Definition } from '../core/definition/schema.js';

/** Jira Cloud of Atlassian, with the API token of a user. Never tried with a live account. */
export const jira = {
  schemaVersion: 1,
  id: 'jira',
  name: 'Jira Cloud',
  summary: 'you need the site, an e-mail and an API token',
  host: '{site}.atlassian.net',
  fields: {
    site: {
      label: 'Site',
      example: 'acme',
      where: "the browser's address bar, before .atlassian.net",
    },
    email: {
      kind: 'email',
      label: 'Email of the Atlassian account',
      example: 'integration@acme.example',
    },
    apiToken: {
      label: 'API token',
      page: 'https://id.atlassian.com/manage-profile/security/api-tokens',
      where:
        'Atlassian account > Security > Create and manage API tokens > Create API token (without scopes)',
      about: [
        'Make it without scopes: one with scopes does not work at the address of a site.',
        'It is shown once. It expires on the day that was chosen for it, after a year at the latest.',
      ],
    },
  },
  auth: { basic: ['{email}', '{apiToken}'] },
  apiHeader: 'atl-traceid',
  unauthenticated: {
    responses: [
      { status: 404, means: 'no-such-tenant' },
      { fromApi: true, means: 'recognised' },
    ],
  },
  test: {
    get: '/rest/api/3/myself',
    expect: { at: 'accountId' },
    identity: { id: 'accountId', label: '{displayName} <{emailAddress}>' },
  },
  responses: [
    {
      status: 404,
      has: { at: 'errorMessage', is: 'Site temporarily unavailable' },
      means: 'no-such-tenant',
    },
    {
      status: 403,
      header: {
        name: 'x-authentication-denied-reason',
        contains: 'CAPTCHA_CHALLENGE',
      },
      means: 'refused-unclear',
      what: '{host} asks {email} for a captcha before it takes the API token',
      why: 'too many attempts to log in failed',
      next: 'Log in to {host} once in the browser, as {email}. The token may be good.',
      ask: [],
    },
    {
      status: 401,
      page: false,
      means: 'refused-unclear',
      causes: [
        'the token was made with scopes, which work at api.atlassian.com only',
        'it has expired (after a year at the latest), or it was not copied whole',
        '{email} is not the account that created it',
      ],
      next: 'Make a new token without scopes, logged in as {email}.',
      ask: ['apiToken', 'email'],
    },
  ],
  owner: {
    warnings: [
      {
        code: 'personal-credential',
        when: { looksPersonal: true },
        message:
          "the token acts as {label}. If that is a person's own account, it stops working when they leave. For anything permanent, use a separate account.",
      },
    ],
  },
  rotation: {
    before:
      'Make a second token first, in the same account. The old one works until it is revoked or expires.',
    end: 'The token still works until its day comes. Revoke it at id.atlassian.com > Security > API tokens.',
  },
  sources: [
    {
      what: 'developer.atlassian.com: Basic auth for REST APIs',
      checked: '2026-11-26',
    },
    {
      what: 'support.atlassian.com: Manage API tokens for your Atlassian account',
      checked: '2026-11-25',
    },
    {
      what: 'support.atlassian.com: 401 Unauthorized error when service account accesses Jira',
      checked: '2026-11-25',
    },
  ],
} satisfies Definition;
