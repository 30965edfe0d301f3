import { describe, expect, it } from 'vitest';
import { connectionText, fileText } from '../../../src/core/definition/hash-text.js';
import type { Definition } from '../../../src/core/definition/schema.js';
import { changed, homely, lumina, payloom, tokenly } from '../../support/definitions.js';

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, reversed(each)])
      .toReversed(),
  );
};

const apply = (definition: Definition, changes: Readonly<Record<string, unknown>>) =>
  changed(definition, changes) as Definition;

/** A host that people run themselves, known by one rule. */
const RULED = apply(homely, {
  'unauthenticated.responses': [{ status: 403, code: 'x', means: 'recognised' }],
});

describe("a file's hash", () => {
  it('covers everything in it, whatever the order of keys', () => {
    expect(fileText(reversed(lumina) as Definition)).toBe(fileText(lumina));
    expect(fileText(apply(lumina, { 'fields.apiKey.about': 'Of two users.' }))).not.toBe(
      fileText(lumina),
    );
  });

  it('leaves out $schema and tried', () => {
    const same = apply(payloom, { $schema: './schema.json', tried: '2026-11-20' });
    expect(fileText(same)).toBe(fileText(payloom));
  });
});

describe("a connection's hash", () => {
  it.each<[string, Definition, Record<string, unknown>]>([
    ['the id', payloom, { id: 'payloom-eu' }],
    ['the host', payloom, { host: 'api.payloom.net' }],
    ['one more host', lumina, { host: ['{site}.lumina-desk.com', '{site}.lumina-desk.eu'] }],
    [
      "a host's environment",
      payloom,
      { host: [{ host: 'api.payloom.com', environment: 'sandbox' }] },
    ],
    ['a refused host', lumina, { refusedHosts: [{ hosts: ['www.x.com'], what: 'a', next: 'b.' }] }],
    [
      'another refused host',
      apply(lumina, { refusedHosts: [{ hosts: ['www.x.com', 'b.x.com'] }] }),
      { 'refusedHosts.0.hosts': ['www.x.com', 'c.x.com'] },
    ],
    ['that people run it themselves', homely, { selfHosted: undefined }],
    ['the port', payloom, { port: 8443 }],
    ['the kind of a field', tokenly, { 'fields.clientId.kind': 'email' }],
    ['an optional field', tokenly, { 'fields.clientId.optional': true }],
    ['how a secret is sent', payloom, { auth: { headers: { 'x-key': '{secretKey}' } } }],
    ['the exchange', tokenly, { 'exchange.post': '/oauth/other' }],
    ["how the exchange's body is written", tokenly, { 'exchange.as': 'form' }],
    ["the exchange's host", tokenly, { 'exchange.host': '{site}.tokenly-auth.com' }],
    ["the exchange's body", tokenly, { 'exchange.body.scope': 'read' }],
    ["the exchange's headers", tokenly, { 'exchange.headers': { 'x-a': 'a' } }],
    ['what the exchange extracts', tokenly, { 'exchange.extract': { token: 'data.token' } }],
    ['a header', payloom, { headers: { accept: 'text/plain' } }],
    ['the query', payloom, { query: { v: '2' } }],
    ['the unauthenticated request', lumina, { unauthenticated: { get: '/v1/ping' } }],
    ['a test', payloom, { 'test.get': '/v1/account' }],
    [
      "a test's method",
      apply(payloom, { unauthenticated: { get: '/v1/ping' } }),
      { 'test.get': undefined, 'test.post': '/v1/me' },
    ],
    ["a test's body", payloom, { test: { post: '/v1/me', body: { a: 1 }, expect: { at: 'id' } } }],
    [
      "how a test's body is written",
      apply(payloom, { test: { post: '/v1/me', body: { a: 1 } } }),
      { 'test.as': 'form' },
    ],
    ['the look-up', lumina, { 'owner.lookUp.get': '/v2/users' }],
    [
      'the roles',
      lumina,
      { 'owner.roles': { owned: 'a', id: 'b', get: '/c', list: 'd', key: 'e', name: 'f' } },
    ],
    ['a capability', lumina, { 'capabilities.tickets.read': { get: '/v2/t', grantedBy: 'a' } }],
    ["the tenant's own address", lumina, { 'test.0.ownHost': 'address' }],
    ['what recognises a product', homely, { 'unauthenticated.expect.is': 'other' }],
    [
      'a rule that recognises it',
      homely,
      { 'unauthenticated.responses': [{ code: 'x', means: 'go-on' }] },
    ],
    ['the code in such a rule', RULED, { 'unauthenticated.responses.0.code': 'y' }],
    ['the status in such a rule', RULED, { 'unauthenticated.responses.0.status': 401 }],
    ['the meaning of such a rule', RULED, { 'unauthenticated.responses.0.means': 'go-on' }],
  ])('changes with %s', (what, definition, changes) => {
    const other =
      what === 'a capability'
        ? { ...definition, capabilities: { 'tickets.read': { get: '/v2/t', grantedBy: 'a' } } }
        : apply(definition, changes);
    expect(connectionText(other)).not.toBe(connectionText(definition));
  });

  it.each<[string, Definition, Record<string, unknown>]>([
    [
      'other texts',
      lumina,
      { name: 'Lumina', summary: 'a', 'fields.apiKey.about': 'b', guide: undefined },
    ],
    ['other messages', lumina, { messages: undefined, responses: [] }],
    ['other pages', payloom, { 'fields.secretKey.page': 'https://payloom.com/' }],
    ['another expectation', payloom, { 'test.expect.at': 'user.id' }],
    [
      'other words in a rule that recognises the product',
      RULED,
      { 'unauthenticated.responses.0.why': 'so', 'unauthenticated.responses.0.status': [403] },
    ],
    ['a code in a list, in such a rule', RULED, { 'unauthenticated.responses.0.code': ['x'] }],
    [
      'the way a body is written out',
      apply(payloom, { test: { post: '/v1/me', body: { a: 1 } } }),
      { 'test.as': 'json' },
    ],
    [
      "the way an exchange's body is written out",
      apply(tokenly, { 'exchange.as': undefined }),
      { 'exchange.as': 'form' },
    ],
    ['another rate limit', payloom, { rateLimit: { requests: 1, seconds: 9 } }],
    ['another sandbox', lumina, { sandbox: undefined }],
    ['defaults that are written out', payloom, { port: 443, headers: {}, query: {} }],
    ['a kind that is written out', payloom, { 'fields.secretKey.kind': 'secret' }],
    ['a test in a list', payloom, { test: [payloom.test] }],
    [
      'an environment that is written out',
      payloom,
      { host: [{ host: 'api.payloom.com', environment: 'production' }] },
    ],
    [
      'the default of an exchange written out',
      tokenly,
      { 'exchange.extract': { token: 'access_token' } },
    ],
  ])('stays the same with %s', (_, definition, changes) => {
    expect(connectionText(apply(definition, changes))).toBe(connectionText(definition));
  });

  it('stays if templates and choices come in another order', () => {
    const two: Definition = {
      ...payloom,
      fields: { ...payloom.fields, region: { choices: ['us', 'eu'] } },
      host: ['{region}.payloom.com', '{region}.payloom.net'],
    };
    const turned: Definition = {
      ...two,
      fields: { ...payloom.fields, region: { choices: [{ value: 'eu', label: 'Europe' }, 'us'] } },
      host: ['{region}.payloom.net', '{region}.payloom.com'],
    };
    expect(connectionText(turned)).toBe(connectionText(two));
  });
});
