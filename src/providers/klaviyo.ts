import type { Definition } from '../core/definition/schema.js';

/** Klaviyo, with a private API key. Never tried with a live account. */
export const klaviyo = {
  schemaVersion: 1,
  id: 'klaviyo',
  name: 'Klaviyo',
  summary: 'you need a private API key',
  host: 'a.klaviyo.com',
  fields: {
    privateKey: {
      label: 'Private API key',
      where: 'account (bottom left) > Settings > API keys > Create Private API Key',
      page: 'https://www.klaviyo.com/settings/account/api-keys',
      about: [
        'Only an owner, an admin or a manager of the account can make one. It is shown once.',
        'Give it at least Accounts: Read, or nothing here can say whose account it is.',
      ],
      format: { startsWith: 'pk_' },
      mistakes: [
        {
          charset: 'alphanumeric',
          length: 6,
          message: 'it is the public key (six characters, the site ID)',
        },
      ],
    },
  },
  auth: { headers: { authorization: 'Klaviyo-API-Key {privateKey}' } },
  headers: { revision: '2026-10-15' },
  rateLimit: { requests: 1, seconds: 1 },
  test: {
    get: '/api/accounts',
    expect: { at: 'data.0.id' },
    identity: {
      id: 'data.0.id',
      label: '{data.0.attributes.contact_information.organization_name}',
    },
  },
  responses: [
    {
      header: { name: 'cf-mitigated' },
      means: 'not-an-api',
      what: 'A filter in front of {host} answered in its place',
      why: 'it thinks that this program is a robot ({detail})',
      next: 'Try another network, or try again later.',
    },
    {
      code: ['not_authenticated', 'authentication_failed'],
      means: 'bad-credential',
    },
    { status: 403, code: 'permission_denied', means: 'accepted' },
  ],
  errorCodes: ['errors.0.code'],
  rotation: { end: 'The key still works at Klaviyo. Delete it at Settings > API keys.' },
  sandbox: { values: { privateKey: 'pk_sandbox_key_of_acme' } },
  sources: [
    {
      what: 'developers.klaviyo.com: authenticate',
      checked: '2026-11-25',
    },
    {
      what: 'developers.klaviyo.com: API revision changes, 2026-10-15',
      checked: '2026-11-25',
    },
    {
      what: 'github.com/klaviyo/openapi, revision 2026-07-15: GET /api/accounts, its scope and its rate limits',
      checked: '2026-11-26',
    },
  ],
} satisfies Definition;
