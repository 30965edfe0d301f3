import { describe, expect, it } from 'vitest';
import type { Definition } from '../../../src/core/definition/schema.js';
import { differences, summaryOf, type Summary } from '../../../src/core/definition/summary.js';
import { changed, homely, lumina, payloom, tokenly } from '../../support/definitions.js';

const POSTS = "a POST can change something; the file's author says that it only reads";

const apply = (definition: Definition, changes: Readonly<Record<string, unknown>>) =>
  changed(definition, changes) as Definition;

describe('what a person approves', () => {
  it.each<[string, Definition, Readonly<Record<string, unknown>>, Partial<Summary>]>([
    ['a host', payloom, {}, { hosts: ['api.payloom.com'] }],
    ['a port', payloom, { port: 8443 }, { hosts: ['api.payloom.com:8443'] }],
    ['any port', payloom, { port: 'typed' }, { hosts: ['api.payloom.com, on any port'] }],
    ['any host', homely, {}, { hosts: ['any host that you type, on any port'] }],
    [
      'parts that can be anything',
      lumina,
      { host: ['{site}.lumina-desk.com', '{site}.*.lumina-desk.com', 'a#.lumina-desk.com'] },
      {
        hosts: [
          '<anything>.lumina-desk.com',
          '<anything>.<anything>.lumina-desk.com',
          'a<anything>.lumina-desk.com',
        ],
      },
    ],
    [
      'the hosts of choices, each once',
      payloom,
      {
        host: ['{region}.payloom.com', 'eu.payloom.com'],
        'fields.region': { choices: ['us', 'eu'] },
      },
      {
        hosts: ['us.payloom.com', 'eu.payloom.com'],
        asked: ['Secret key (secret)', 'Region (one of 2)'],
      },
    ],
    [
      'the host of the exchange, and what it gets',
      tokenly,
      { 'exchange.host': '{site}.tokenly-login.com', 'exchange.body.team': '{site}' },
      {
        hosts: ['<anything>.tokenly-app.com', '<anything>.tokenly-login.com (gets Client secret)'],
        sent: [['Client secret', ['the exchange: POST /oauth/token at {site}.tokenly-login.com']]],
      },
    ],
    [
      'kinds of fields and their variables',
      lumina,
      { 'fields.site.default': 'acme', 'fields.email.optional': true },
      {
        asked: ['Site', 'User email (e-mail, may be empty)', 'Access key (secret)'],
        variables: ['LUMINA_SITE (default: acme)', 'LUMINA_EMAIL', 'LUMINA_API_KEY'],
      },
    ],
    [
      'every way in which a secret is sent',
      payloom,
      {
        auth: {
          bearer: '{secretKey}',
          basic: ['', '{secretKey}'],
          headers: { 'x-key': 'k {secretKey}' },
          query: { key: '{secretKey}' },
        },
        headers: { 'x-also': '{secretKey}', 'x-version': '3' },
        query: { also: '{secretKey}', v: '2' },
        exchange: { get: '/token', headers: { 'x-key': '{secretKey}' } },
      },
      {
        sent: [
          [
            'Secret key',
            [
              'header authorization, as Bearer',
              'header authorization, as Basic',
              'header x-also',
              'header x-key',
              'the query, as also: servers write addresses to their logs',
              'the query, as key: servers write addresses to their logs',
              'the exchange: GET /token',
            ],
          ],
        ],
      },
    ],
    ['a secret that is sent nowhere', payloom, { auth: {} }, { sent: [['Secret key', []]] }],
    [
      'every request, each once',
      lumina,
      {
        unauthenticated: { get: '/v1/ping' },
        'owner.roles.get': '/v1/roles',
        capabilities: {
          'tickets.read': { get: ['/v1/tickets?limit=1', '/v1/t'], grantedBy: 'a' },
          'agents.read': { get: '/v1/agents', grantedBy: 'a' },
        },
      },
      {
        requests: [
          'GET /v1/me',
          'GET /v1/tickets?limit=1',
          'GET /v1/ping',
          'GET /v1/users',
          'GET /v1/roles',
          'GET /v1/t',
          'GET /v1/agents',
        ],
      },
    ],
    [
      'a POST with its body, and a token',
      tokenly,
      { test: [{ post: '/graphql', body: { query: '{me}' } }, { post: '/me' }] },
      {
        requests: [
          'POST /oauth/token (makes a short-lived token)',
          `POST /graphql (${POSTS})`,
          '  with {"query":"{me}"}',
          `POST /me (${POSTS})`,
        ],
        proof: ['POST /graphql: any 2xx that is no page', 'POST /me: any 2xx that is no page'],
      },
    ],
    [
      'the hosts of pages, each once',
      lumina,
      {
        'fields.apiKey.page': 'https://{site}.lumina-desk.com/keys',
        'fields.site.page': 'https://lumina-desk.com',
        'fields.email.page': 'https://lumina.help?a=b',
      },
      {
        opens: [
          'lumina-desk.com',
          'lumina.help (another site)',
          '<anything>.lumina-desk.com',
          'the host itself',
        ],
      },
    ],
    [
      'a page that only ends like the host, and one at the exchange',
      tokenly,
      {
        'exchange.host': '{site}.tokenly-login.com',
        'fields.clientId.page': 'https://eviltokenly-app.com/',
        'fields.clientSecret.page': 'https://my.tokenly-login.com#x',
      },
      { opens: ['eviltokenly-app.com (another site)', 'my.tokenly-login.com'] },
    ],
    [
      'what proves a credential',
      lumina,
      {
        'test.2': { get: '/a', expect: { at: '', type: 'list' } },
        'test.3': {
          get: '/b',
          expect: { at: 'ok', is: true },
          responses: [{ status: 201, means: 'accepted' }],
        },
        responses: [
          { code: 'limited', means: 'accepted' },
          { status: 401, means: 'bad-credential' },
        ],
      },
      {
        proof: [
          'GET /v1/me: 200 with an id at user.id',
          'GET /v1/tickets?limit=1: 200 with a list at tickets',
          'GET /a: 200 with a list at the whole',
          'GET /b: 200 with ok = true',
          'a response is accepted if {"status":201}',
          'a response is accepted if {"code":"limited"}',
        ],
      },
    ],
    [
      'a token as proof',
      tokenly,
      { test: undefined },
      { proof: ['POST /oauth/token: it gives a token'] },
    ],
  ])('has %s', (_, definition, changes, expected) => {
    expect(summaryOf(apply(definition, changes))).toMatchObject(expected);
  });
});

describe('the differences of two definitions', () => {
  it.each<[string, Definition, Readonly<Record<string, unknown>>, object]>([
    [
      'Secrets go to',
      payloom,
      { port: 8443 },
      { was: ['api.payloom.com'], is: ['api.payloom.com:8443'] },
    ],
    ['Proof', payloom, { 'test.expect.at': 'key' }, { is: ['GET /v1/me: 200 with an id at key'] }],
    [
      'Sent',
      payloom,
      { 'auth.headers': { 'x-key': '{secretKey}' } },
      {
        was: ['Secret key: header authorization, as Bearer'],
        is: ['Secret key: header authorization, as Bearer; header x-key'],
      },
    ],
    [
      'Requests',
      payloom,
      { unauthenticated: { get: '/ping' } },
      { is: ['GET /v1/me', 'GET /ping'] },
    ],
    ['Asked for', lumina, { 'fields.email.optional': true }, {}],
    ['Variables', lumina, { 'fields.site.default': 'acme' }, {}],
    ['Opens', payloom, { 'fields.secretKey.page': 'https://payloom.com' }, { was: [] }],
  ])('has a row "%s"', (what, definition, changes, expected) => {
    const rows = differences(definition, apply(definition, changes));
    expect(rows).toMatchObject([{ what, ...expected }]);
  });

  it('has no row for texts and the guide', () => {
    const changes = { name: 'L', 'fields.site.about': 'Yours.', 'guide.topics.0.title': 'Keys' };
    expect(differences(lumina, apply(lumina, changes))).toEqual([]);
  });
});
