import type { Definition } from '../../src/core/definition/schema.js';

/** Definitions of invented products, for tests to change. The domains are invented, too. */

const sources = [{ what: 'invented for the tests', checked: '2026-11-20' }];

/** A tenant's host, three fields, rules, texts and a guide. */
export const lumina: Definition = {
  schemaVersion: 1,
  id: 'lumina',
  name: 'Lumina Desk',
  host: '{site}.lumina-desk.com',
  fields: {
    site: { label: 'Site', where: "the browser's address bar" },
    email: { kind: 'email', label: 'User email' },
    apiKey: { label: 'Access key', where: 'your picture > Access keys', about: 'Of one user.' },
  },
  auth: { basic: ['{email}', '{apiKey}'] },
  headers: { 'x-version': '3' },
  apiHeader: 'x-lumina-api',
  test: [
    {
      get: '/v1/me',
      expect: { at: 'user.id' },
      identity: { id: 'user.id', label: '{user.name} <{user.email}>' },
    },
    { get: '/v1/tickets?limit=1', expect: { at: 'tickets', type: 'list' } },
  ],
  responses: [
    { code: 'locked', means: 'refused-unclear', what: '{host} lets nobody in', next: 'Wait.' },
    { status: 404, means: 'no-such-tenant' },
  ],
  owner: {
    lookUp: {
      get: '/v1/users',
      key: 'email',
      field: 'email',
      identity: { id: 'id', label: '{name}' },
      absent: { code: 'not-listed', message: '{email} is not in the list.' },
    },
    warnings: [{ code: 'personal', when: { looksPersonal: true }, message: 'it acts as {label}' }],
  },
  capabilities: { 'tickets.read': { get: '/v1/tickets?limit=1', grantedBy: 'the role Reader' } },
  messages: { 'bad-credential': { next: 'Copy it again.' } },
  guide: {
    blanks: {
      host: { blank: '<site>.lumina-desk.com' },
      email: { blank: '<email>', ask: { label: 'Email', kind: 'email', field: 'email' } },
    },
    starts: { apiKey: ['where'] },
    topics: [
      {
        id: 'key',
        title: 'The key',
        body: [
          { text: 'It is shown once at {host}.' },
          {
            id: 'where',
            sees: 'I look for it',
            means: 'It is in the profile.',
            todo: ['Open the profile of {email}.'],
            page: 'https://{host}/profile',
            next: ['ask'],
          },
          {
            id: 'ask',
            choice: 'Write to an admin',
            title: 'For an admin',
            subject: 'A key',
            message: [{ text: 'Hello, please make a key for {email}.' }],
          },
        ],
      },
    ],
  },
  sandbox: { values: { site: 'acme' } },
  sources,
};

/** One host for all, one secret. */
export const payloom: Definition = {
  schemaVersion: 1,
  id: 'payloom',
  name: 'Payloom',
  host: 'api.payloom.com',
  fields: { secretKey: { label: 'Secret key', where: 'Settings > API' } },
  auth: { bearer: '{secretKey}' },
  test: { get: '/v1/me', expect: { at: 'id' } },
  sources,
};

/** A short-lived token, with a client's id and secret. */
export const tokenly: Definition = {
  schemaVersion: 1,
  id: 'tokenly',
  name: 'Tokenly',
  host: '{site}.tokenly-app.com',
  fields: {
    site: { label: 'Site' },
    clientId: { kind: 'text', label: 'Client id' },
    clientSecret: { label: 'Client secret' },
  },
  exchange: {
    post: '/oauth/token',
    as: 'json',
    body: { grant_type: 'client_credentials', id: '{clientId}', secret: '{clientSecret}' },
  },
  auth: { bearer: '{token}' },
  test: { get: '/v1/me', expect: { at: 'id' } },
  sources,
};

/** The whole host is typed. */
export const homely: Definition = {
  schemaVersion: 1,
  id: 'homely',
  name: 'Homely',
  host: '{server}',
  selfHosted: true,
  port: 'typed',
  fields: { server: { kind: 'host', label: 'Server' }, token: { label: 'Personal token' } },
  auth: { bearer: '{token}' },
  unauthenticated: { get: '/api/v1/ping', expect: { at: 'product', is: 'homely' } },
  test: { get: '/api/v1/me', expect: { at: 'id' } },
  sources,
};

/**
 * A definition with changes, by place: `fields.apiKey.label`. A value of undefined removes the key.
 * The result may have any fault, as JSON may.
 */
export function changed(
  definition: Definition,
  changes: Readonly<Record<string, unknown>>,
): unknown {
  const copy: unknown = structuredClone(definition);
  for (const [place, value] of Object.entries(changes)) {
    const keys = place.split('.');
    const last = keys.pop() ?? '';
    let node = copy as Record<string, unknown>;
    for (const key of keys) {
      node[key] ??= {};
      node = node[key] as Record<string, unknown>;
    }
    if (value === undefined) Reflect.deleteProperty(node, last);
    else node[last] = value;
  }
  return copy;
}
