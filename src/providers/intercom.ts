import type { Definition } from '../core/definition/schema.js';

/** Intercom, with the access token of an app. Never tried with a live account. */
export const intercom = {
  schemaVersion: 1,
  id: 'intercom',
  name: 'Intercom',
  summary: 'you need the region and an access token',
  host: '{region}.intercom.io',
  fields: {
    region: {
      label: 'Region',
      choices: [
        { value: 'api', label: 'US' },
        { value: 'api.eu', label: 'Europe' },
        { value: 'api.au', label: 'Australia' },
      ],
      default: 'api',
    },
    accessToken: {
      label: 'Access token',
      where: 'Developer Hub > your app > Configure > Authentication',
      page: 'https://app.intercom.com/a/apps/_/developer-hub',
      about: 'It belongs to an app of your own workspace, and has the permissions of that app.',
    },
  },
  auth: { bearer: '{accessToken}' },
  test: {
    get: '/me',
    expect: { at: 'id' },
    identity: { id: 'id', label: '{name} <{email}>' },
  },
  responses: [
    {
      code: [
        'missing_authorization',
        'token_expired',
        'token_not_found',
        'token_revoked',
        'unauthorized',
      ],
      means: 'bad-credential',
      causes: ['it was not copied whole', 'it was replaced by a new one'],
    },
    {
      code: 'token_blocked',
      means: 'refused-unclear',
      what: '{host} has blocked the access token, or its app',
      why: '{detail}',
      next: 'Look at the app in the Developer Hub, and ask the support of Intercom why it is blocked.',
    },
    {
      code: 'api_plan_restricted',
      means: 'refused-unclear',
      what: '{host} knows the access token and refused this request',
      why: 'the plan of the workspace does not have it ({detail})',
      next: 'Ask an admin of Intercom what the plan has. The token may be good.',
      ask: [],
    },
    {
      code: 'token_unauthorized',
      means: 'refused-unclear',
      what: '{host} knows the access token and refused this request',
      why: 'the app lacks the permission for it ({detail})',
      next: 'Give the app that permission in the Developer Hub. The token may be good.',
    },
  ],
  errorCodes: ['errors.0.code'],
  rotation: {
    end: 'The token still works at Intercom. Replace it in the Developer Hub, or delete the app.',
  },
  sources: [
    {
      what: 'github.com/intercom/Intercom-OpenAPI, version 2.16: the hosts, GET /me, its identity',
      checked: '2026-11-26',
    },
    {
      what: 'developers.intercom.com: REST API, error codes',
      checked: '2026-11-26',
    },
  ],
} satisfies Definition;
