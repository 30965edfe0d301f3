import type { Definition } from '../core/definition/schema.js';

/** Zendesk, with an OAuth client, since API tokens end in 2027. Never tried with a live account. */
export const zendesk = {
  schemaVersion: 1,
  id: 'zendesk',
  name: 'Zendesk',
  summary: 'you need the subdomain and an OAuth client',
  notice: {
    message:
      'Zendesk has created no new API tokens since 2026-10-27, and all of them stop working on 2027-04-30: this uses an OAuth client',
    until: '2027-04-30',
  },
  host: '{subdomain}.zendesk.com',
  fields: {
    subdomain: {
      label: 'Subdomain',
      example: 'acme',
      where: "the browser's address bar, once you are logged in",
    },
    clientId: {
      kind: 'text',
      label: 'Client identifier',
      example: 'acme_integration',
      where: 'Admin Center > Apps and integrations > APIs > OAuth clients',
    },
    clientSecret: {
      label: 'Client secret',
      about: 'Shown once, when the client is saved. It must be a confidential client.',
    },
  },
  auth: { bearer: '{token}' },
  exchange: {
    post: '/oauth/tokens',
    as: 'json',
    body: {
      grant_type: 'client_credentials',
      client_id: '{clientId}',
      client_secret: '{clientSecret}',
      scope: 'read',
    },
  },
  test: {
    get: '/api/v2/users/me.json',
    expect: { at: 'user.id' },
    identity: { id: 'user.id', label: '{user.name} <{user.email}>' },
  },
  responses: [
    { status: 404, means: 'no-such-tenant' },
    {
      status: 200,
      has: { at: 'user.name', is: 'Anonymous user' },
      means: 'refused-unclear',
      what: '{host} gave a token that belongs to nobody',
      why: 'the response is about an anonymous user',
      next: 'Look at the OAuth client in the Admin Center: it has to be a confidential client.',
      ask: ['clientSecret', 'clientId'],
    },
  ],
  errorCodes: ['error', 'error.title'],
  rotation: {
    before:
      'Make a new secret for the OAuth client first. What is stored here stays until the new one is proven.',
    end: 'The client still works in Zendesk. Delete it at Admin Center > Apps and integrations > APIs > OAuth clients.',
  },
  sources: [
    {
      what: 'developer.zendesk.com: migrating from API tokens to OAuth',
      checked: '2026-11-25',
    },
    {
      what: 'support.zendesk.com 8983332483226: client credentials grant for confidential clients',
      checked: '2026-11-26',
    },
    {
      what: 'support.zendesk.com 4408845965210: where OAuth clients are, and their kinds',
      checked: '2026-11-26',
    },
  ],
} satisfies Definition;
