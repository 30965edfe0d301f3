import type { Definition } from '../core/definition/schema.js';

/** PagerDuty, with an API key of a user or of the account. Never tried with a live account. */
export const pagerduty = {
  schemaVersion: 1,
  id: 'pagerduty',
  name: 'PagerDuty',
  summary: 'you need the service region and an API key',
  host: '{region}.pagerduty.com',
  fields: {
    region: {
      label: 'Service region',
      choices: [
        { value: 'api', label: 'US' },
        { value: 'api.eu', label: 'EU (your address has .eu.pagerduty.com)' },
      ],
      default: 'api',
    },
    apiKey: {
      label: 'API key',
      where:
        'your picture > My Profile > User Settings > Create API User Token; or Integrations > API Access Keys',
      about: 'A user token is shown once and acts as that user; an account key has no user.',
      format: { length: 20, noSpaces: true },
    },
  },
  auth: { headers: { authorization: 'Token token={apiKey}' } },
  // Unless a request names a version, a key uses the one of the day on which it was created.
  headers: { accept: 'application/vnd.pagerduty+json;version=2' },
  test: [
    {
      get: '/users/me',
      expect: { at: 'user.id' },
      identity: { id: 'user.id', label: '{user.name} <{user.email}>' },
      responses: [{ status: 400, page: false, means: 'go-on' }],
    },
    { get: '/abilities', expect: { at: 'abilities', type: 'list' } },
  ],
  responses: [
    {
      has: { at: 'error.code', is: 2012 },
      means: 'account-suspended',
      what: '{host} takes no requests for this account',
      why: 'its subscription has ended ({detail})',
    },
    {
      has: { at: 'error.code', is: 2008 },
      means: 'account-suspended',
      what: '{host} takes no requests for this account',
      why: 'it is locked ({detail})',
    },
    {
      status: 402,
      page: false,
      means: 'go-on',
      what: '{host} knows the API key and refused every request',
      why: 'the plan of the account does not have what they need ({detail})',
      next: 'Ask an admin of PagerDuty what the plan has. The key may be good.',
    },
    {
      status: 401,
      page: false,
      means: 'bad-credential',
      causes: [
        'it was not copied whole, or it was deleted',
        'it belongs to the other service region',
        'the subscription has ended, which looks the same',
      ],
    },
    {
      status: 403,
      has: { at: 'error.required_scopes' },
      means: 'go-on',
      what: '{host} knows the API key and refused every request',
      why: 'it lacks a scope that the response names ({detail})',
      next: 'Ask an admin of PagerDuty for a key with that scope.',
    },
  ],
  errorCodes: ['error.message'],
  owner: {
    warnings: [
      {
        code: 'personal-credential',
        when: { looksPersonal: true },
        message:
          "the key acts as {label}. If that is a person's own account, it stops working when they leave. For anything permanent, use an account key or a separate user.",
      },
    ],
  },
  rotation: {
    end: 'The key still works at PagerDuty. Delete it where it was made: My Profile > User Settings, or Integrations > API Access Keys.',
  },
  sandbox: { values: { apiKey: 'sandboxKeyOfAcme0001' } },
  sources: [
    {
      what: 'github.com/PagerDuty/developer-docs: REST API, pages Authentication, Versioning, Rate Limits, Errors',
      checked: '2026-11-26',
    },
    {
      what: 'github.com/PagerDuty/api-schema, REST: GET /users/me, GET /abilities',
      checked: '2026-11-26',
    },
    {
      what: 'learn.microsoft.com, Microsoft 365 Copilot connectors: the host of the EU region',
      checked: '2026-11-26',
    },
    {
      what: 'prismatic.io, PagerDuty component: where an account key is made',
      checked: '2026-11-25',
    },
  ],
} satisfies Definition;
