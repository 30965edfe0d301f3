import { describe, expect, it } from 'vitest';
import type { Definition } from '../../../src/core/definition/schema.js';
import { expand } from '../../../src/core/expand/expand.js';
import { homely, lumina, payloom, tokenly } from '../../support/definitions.js';

type RuleDefinition = NonNullable<Definition['responses']>[number];
type TestDefinition = NonNullable<Definition['test']>;

/** Conditions and meanings, without the words. */
const plain = (rules: readonly { readonly when: object; readonly means: string }[] = []) =>
  rules.map(({ when, means }) => [when, means]);

describe('a rule', () => {
  const list = { at: 'tickets', type: 'list' } as const;
  const header = { name: 'x-a', contains: 'b' };
  it.each<[RuleDefinition, object]>([
    [{ status: 418, means: 'go-on' }, { status: [418] }],
    [{ status: [418, 419], means: 'go-on' }, { status: [418, 419] }],
    [{ code: 'a', means: 'bad-credential' }, { code: ['a'] }],
    [{ code: ['a', 'b'], means: 'bad-credential' }, { code: ['a', 'b'] }],
    [
      { has: list, header, means: 'server-error' },
      { has: list, header },
    ],
    [
      { fromApi: false, page: true, means: 'not-an-api' },
      { fromApi: false, page: true },
    ],
    // A web page proves nothing, unless the rule asks for one.
    [
      { status: 200, means: 'accepted' },
      { status: [200], page: false },
    ],
    [{ page: true, means: 'accepted' }, { page: true }],
  ])('%j', (rule, when) => {
    expect(expand({ ...payloom, responses: [rule] }).responses[0]).toEqual({
      when,
      means: rule.means,
    });
  });
});

describe('a test', () => {
  const accepted = { means: 'accepted' };
  it.each<[string, TestDefinition, object]>([
    [
      'is a path',
      '/v1/me',
      {
        method: 'GET',
        path: '/v1/me',
        rules: [{ when: { status: [200, 201, 202, 204], page: false }, ...accepted }],
      },
    ],
    [
      'expects something of a 200',
      { get: '/v1/me', expect: { at: 'id' }, identity: { id: 'id' }, ownHost: 'host' },
      {
        method: 'GET',
        path: '/v1/me',
        rules: [{ when: { status: [200], has: { at: 'id' } }, ...accepted }],
        identity: { id: 'id', label: '{id}' },
        canonicalHost: 'host',
      },
    ],
    [
      'posts JSON',
      {
        post: '/graphql',
        body: { query: '{me}' },
        expect: { at: 'id' },
        identity: { id: 'id', label: '{name}' },
      },
      {
        method: 'POST',
        path: '/graphql',
        body: { as: 'json', value: { query: '{me}' } },
        rules: [{ when: { status: [200, 201], has: { at: 'id' } }, ...accepted }],
        identity: { id: 'id', label: '{name}' },
      },
    ],
    [
      'posts a form',
      { post: '/me', as: 'form', body: { a: 'b' } },
      {
        method: 'POST',
        path: '/me',
        body: { as: 'form', value: { a: 'b' } },
        rules: [{ when: { status: [200, 201, 202, 204], page: false }, ...accepted }],
      },
    ],
    [
      'has rules of its own first',
      { get: '/v1/me', responses: [{ status: 204, means: 'bad-response' }], expect: { at: 'id' } },
      {
        method: 'GET',
        path: '/v1/me',
        rules: [
          { when: { status: [204] }, means: 'bad-response' },
          { when: { status: [200], has: { at: 'id' } }, ...accepted },
        ],
      },
    ],
  ])('%s', (_, test, expected) => {
    expect(expand({ ...payloom, test }).probes).toEqual([expected]);
  });
});

describe('the rules of all tests', () => {
  const unpaid = [{ status: [402], json: true }, 'account-suspended'];
  const refused = [{ status: [401], page: false }, 'bad-credential'];
  const forbidden = [{ status: [403], page: false }, 'go-on'];
  const notFound = { status: 404, means: 'no-such-tenant' } as const;
  it.each<[string, Partial<Definition>, unknown[]]>([
    ['are the usual ones', {}, [unpaid, refused, forbidden]],
    [
      'have no usual one for a status that the author has',
      { responses: [{ status: [401, 402], means: 'go-on' }] },
      [[{ status: [401, 402] }, 'go-on'], forbidden],
    ],
    [
      'have the usual one behind a rule about more than a status',
      { responses: [{ status: 401, code: 'a', means: 'go-on' }] },
      [[{ status: [401], code: ['a'] }, 'go-on'], unpaid, refused, forbidden],
    ],
    [
      'have the usual one behind a rule about the body, too',
      { responses: [{ status: 403, has: { at: 'id' }, means: 'go-on' }] },
      [[{ status: [403], has: { at: 'id' } }, 'go-on'], unpaid, refused, forbidden],
    ],
    [
      "begin with the author's",
      { responses: [notFound] },
      [[{ status: [404] }, 'no-such-tenant'], unpaid, refused, forbidden],
    ],
    [
      "end with a missing tenant, since the API's own 404 says nothing about that",
      { apiHeader: 'x-api', responses: [notFound, { status: 418, means: 'go-on' }] },
      [
        [{ status: [418] }, 'go-on'],
        unpaid,
        refused,
        forbidden,
        [{ status: [404], fromApi: true }, 'go-on'],
        [{ status: [404] }, 'no-such-tenant'],
      ],
    ],
    [
      'begin with a missing tenant that is known by more than a status',
      { apiHeader: 'x-api', responses: [{ ...notFound, fromApi: true }] },
      [
        [{ status: [404], fromApi: true }, 'no-such-tenant'],
        unpaid,
        refused,
        forbidden,
        [{ status: [404], fromApi: true }, 'go-on'],
      ],
    ],
    [
      'blame no secret once it gave a token',
      { exchange: { post: '/token' } },
      [
        unpaid,
        [{ status: [401], page: false }, 'refused-unclear'],
        [{ status: [403], page: false }, 'refused-unclear'],
      ],
    ],
  ])('%s', (_, changes, expected) => {
    expect(plain(expand({ ...payloom, ...changes }).responses)).toEqual(expected);
  });
});

describe('an exchange', () => {
  const usual = [
    [{ status: [401] }, 'bad-credential'],
    [{ status: [400], code: ['invalid_client'] }, 'bad-credential'],
    [{ status: [402], json: true }, 'account-suspended'],
    [{ status: [400, 403], page: false }, 'refused-unclear'],
  ];

  it('posts a form to the host of the connection, and takes its token', () => {
    const { exchange } = expand({ ...tokenly, exchange: { post: '/token', body: { a: 'b' } } });
    expect(exchange).toMatchObject({
      method: 'POST',
      path: '/token',
      body: { as: 'form', value: { a: 'b' } },
      headers: {},
      extract: { token: 'access_token' },
    });
    expect(exchange).not.toHaveProperty('host');
    expect(exchange).not.toHaveProperty('basic');
    expect(plain(exchange?.rules)).toEqual(usual);
  });

  it('has all that its author wrote', () => {
    const basic: [string, string] = ['{clientId}', '{clientSecret}'];
    const written = { basic, headers: { 'x-a': 'b' }, extract: { token: 'jwt' } };
    const { exchange } = expand({
      ...tokenly,
      exchange: {
        ...written,
        get: '/token',
        host: '{site}.tokenly-login.com',
        responses: [{ status: 418, means: 'go-on' }],
      },
    });
    expect(exchange).toMatchObject({ method: 'GET', path: '/token', ...written });
    expect(exchange?.host?.domain).toBe('tokenly-login.com');
    expect(plain(exchange?.rules)).toEqual([[{ status: [418] }, 'go-on'], ...usual]);
  });
});

describe('the request before anything secret is sent', () => {
  const by401 = [{ status: [401] }, 'recognised'];
  it.each<[string, Definition, string, unknown[]]>([
    ['is the first test', payloom, '/v1/me', [by401]],
    [
      'is the first test with GET',
      { ...payloom, test: [{ post: '/graphql' }, '/v1/you'] },
      '/v1/you',
      [by401],
    ],
    ['has a path of its own', { ...payloom, unauthenticated: { get: '/ping' } }, '/ping', [by401]],
    [
      'expects something, so a 401 proves nothing',
      homely,
      '/api/v1/ping',
      [[{ has: { at: 'product', is: 'homely' }, page: false }, 'recognised']],
    ],
    [
      "has the author's own sign, so a 401 proves nothing",
      {
        ...payloom,
        unauthenticated: {
          responses: [
            { code: 'no_key', means: 'recognised' },
            { status: 418, means: 'go-on' },
          ],
        },
      },
      '/v1/me',
      [
        [{ code: ['no_key'] }, 'recognised'],
        [{ status: [418] }, 'go-on'],
      ],
    ],
    [
      'knows a 401 if the author has only other rules',
      { ...payloom, unauthenticated: { responses: [{ status: 418, means: 'go-on' }] } },
      '/v1/me',
      [[{ status: [418] }, 'go-on'], by401],
    ],
    [
      'looks at the header that only this API sends, and at what is said about the host',
      {
        ...lumina,
        responses: [
          { status: 404, means: 'no-such-tenant' },
          { page: true, means: 'not-an-api' },
          { status: 418, means: 'go-on' },
        ],
      },
      '/v1/me',
      [
        [{ fromApi: true }, 'recognised'],
        [{ status: [404] }, 'no-such-tenant'],
        [{ page: true }, 'not-an-api'],
      ],
    ],
  ])('%s', (_, definition, path, rules) => {
    const { recognise } = expand(definition);
    expect(recognise?.path).toBe(path);
    expect(plain(recognise?.rules)).toEqual(rules);
  });

  it('is not sent if nothing is asked with GET', () => {
    expect(expand({ ...payloom, test: { post: '/graphql' } })).not.toHaveProperty('recognise');
  });
});

describe('the sandbox', () => {
  it('has an invented account', () => {
    const fields = {
      ...lumina.fields,
      note: { kind: 'text' as const },
      team: { kind: 'text' as const, example: 'north' },
    };
    const host = ['{site}.eu-#.*.lumina-desk.com', '{site}.lumina-desk.com'];
    expect(expand({ ...lumina, host, fields, sandbox: {} }).sandbox).toEqual({
      host: 'acme.eu-1.a1.lumina-desk.com',
      values: {
        site: 'acme',
        email: 'integration@acme.example',
        apiKey: 'sandbox-api-key-of-acme',
        note: 'note-of-acme',
        team: 'north',
      },
      unsigned: { status: 401, headers: { 'x-lumina-api': 'sandbox' } },
      refused: { status: 401, headers: { 'x-lumina-api': 'sandbox' } },
      unknownHost: { status: 404 },
      replies: {
        '/v1/me': {
          user: { id: '1001', name: 'Help Desk Integration', email: 'integration@acme.example' },
        },
        '/v1/tickets?limit=1': { tickets: [] },
      },
      unknownPath: {
        status: 403,
        headers: { 'x-lumina-api': 'sandbox' },
        body: { code: 'forbidden' },
      },
    });
  });

  it('answers as the product is recognised, with its own codes', () => {
    expect(expand({ ...homely, errorCodes: ['error.type'] }).sandbox).toMatchObject({
      unsigned: { status: 200, body: { product: 'homely' } },
      refused: { status: 401 },
      unknownPath: { body: { error: { type: 'forbidden' } } },
    });
  });

  it('answers a test that expects nothing with an empty object', () => {
    expect(expand({ ...payloom, test: [{ post: '/a' }, '/b'] }).sandbox.replies).toEqual({
      '/a': {},
      '/b': {},
    });
  });

  it("is the author's, where there is one", () => {
    const sandbox = {
      host: 'x.lumina-desk.com',
      values: { site: 'x', email: 'x@lumina.example', apiKey: 'x-key' },
      unauthenticated: { status: 400 },
      refused: { status: 403 },
      unknownHost: { status: 410 },
      replies: { '/v1/me': {} },
      otherPath: { status: 404 },
    };
    const { unauthenticated: unsigned, otherPath: unknownPath, ...rest } = sandbox;
    expect(expand({ ...lumina, sandbox }).sandbox).toEqual({ ...rest, unsigned, unknownPath });
  });
});
