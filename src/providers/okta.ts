import type { Definition } from '../core/definition/schema.js';

/** Okta, with the API token of an admin. Never tried with a live account. */
export const okta = {
  schemaVersion: 1,
  id: 'okta',
  name: 'Okta',
  summary: 'you need the domain and an API token',
  host: [
    '{org}.okta.com',
    { host: '{org}.oktapreview.com', environment: 'sandbox' },
    '{org}.okta-emea.com',
    '{org}.okta-gov.com',
  ],
  refusedHosts: [
    {
      hosts: [
        '*-admin.okta.com',
        '*-admin.oktapreview.com',
        '*-admin.okta-emea.com',
        '*-admin.okta-gov.com',
      ],
      what: '{host} is the address of the admin pages',
      next: 'Use the same address without -admin.',
    },
  ],
  fields: {
    org: {
      label: 'Okta domain',
      example: 'acme',
      where: 'your name (top right), below it: acme.okta.com; without -admin',
    },
    apiToken: {
      label: 'API token',
      where: 'Admin Console > Security > API > Tokens > Create token',
      about: [
        'Shown once. It acts as the admin who made it, with their rights.',
        'It needs no renewal, but it expires after 30 days without use: a check every week keeps it alive.',
      ],
      mistakes: [
        {
          startsWith: ['SSWS ', 'ssws '],
          message: 'it has the word SSWS in front, which is not part of it',
        },
      ],
    },
  },
  auth: { headers: { authorization: 'SSWS {apiToken}' } },
  test: {
    get: '/api/v1/users/me',
    expect: { at: 'id' },
    identity: {
      id: 'id',
      label: '{profile.firstName} {profile.lastName} <{profile.login}>',
    },
  },
  responses: [
    {
      code: 'E0000011',
      means: 'bad-credential',
      causes: [
        'it was not used for 30 days',
        'its owner was deactivated',
        'it may be used from certain networks only, and this is not one of them',
        'it was not copied whole',
      ],
    },
    {
      code: 'E0000015',
      means: 'refused-unclear',
      what: '{host} knows the API token and refused this request',
      why: 'the org does not have the feature ({detail})',
      next: 'Ask an admin of Okta which features the org has. The token may be good.',
    },
    {
      code: ['E0000005', 'E0000006'],
      means: 'refused-unclear',
      what: '{host} knows the API token and refused this request',
      why: 'the admin who made it lacks a right ({detail})',
      next: 'Ask that admin for the right, or for a token of another admin.',
    },
    { status: 404, means: 'no-such-tenant' },
  ],
  errorCodes: ['errorCode'],
  owner: {
    warnings: [
      {
        code: 'personal-credential',
        when: { looksPersonal: true },
        message:
          "the token acts as {label}. If that is a person's own account, it stops working when they leave. For anything permanent, use a separate admin account.",
      },
    ],
  },
  rotation: {
    end: 'The token still works in Okta. Revoke it at Admin Console > Security > API > Tokens; unused, it expires after 30 days.',
  },
  sources: [
    { what: 'help.okta.com: Manage Okta API tokens', checked: '2026-11-25' },
    {
      what: 'github.com/okta: okta-developer-docs, create an API token, error codes',
      checked: '2026-11-26',
    },
    {
      what: 'github.com/okta: okta-management-openapi-spec, GET /api/v1/users/me',
      checked: '2026-11-26',
    },
    {
      what: 'support.okta.com: How to create an API token',
      checked: '2026-11-25',
    },
  ],
} satisfies Definition;
