import { createServer, type IncomingHttpHeaders } from 'node:http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Definition } from '../../../src/core/definition/schema.js';
import { HostError, NetworkError, UsageError } from '../../../src/core/errors.js';
import { expand } from '../../../src/core/expand/expand.js';
import { readHost } from '../../../src/core/host.js';
import type { Http, HttpRequest } from '../../../src/core/ports.js';
import { redact, Secret } from '../../../src/core/secret.js';
import type { Values } from '../../../src/core/stored-item.js';
import { findHost, isFinding } from '../../../src/flows/verify/find-host.js';
import { verify } from '../../../src/flows/verify/verify.js';
import { changed, homely, lumina, payloom, tokenly } from '../../support/definitions.js';
import { listen, openHttp } from '../../support/http-world.js';

/** A request as the server gets it. */
interface Got {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server on a socket that stands in for every host. */
async function serve(
  reply: (got: Got) => Reply,
): Promise<{ readonly http: Http; readonly got: Got[] }> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { 'x-asked-host': host, ...headers } = request.headers;
      const asked = {
        host: String(host),
        method: request.method ?? '',
        path: request.url ?? '',
        headers,
        body: Buffer.concat(parts).toString('utf8'),
      };
      got.push(asked);
      const { status, json, headers: own } = reply(asked);
      const type = json === undefined ? {} : { 'content-type': 'application/json' };
      response.writeHead(status, { ...type, ...own }).end(json && JSON.stringify(json));
    });
  });
  const port = await listen(server);
  const adapter = openHttp();
  return {
    got,
    http: {
      resolves: async () => true,
      usesProxy: false,
      send(request) {
        const { host, pathname, search } = new URL(request.url);
        const url = `http://127.0.0.1:${port}${pathname}${search}`;
        return adapter.send({
          ...request,
          url,
          headers: { ...request.headers, 'x-asked-host': host },
        });
      },
    },
  };
}

const SECRET = 'wv-SECRET-4711-of-a-test';
const ME = { id: '7', name: 'Ines Okafor' };

/** From the typed address to the finding, as connect does it. */
async function connect(http: Http, definition: unknown, answers: Record<string, string>) {
  const provider = expand(definition as Definition);
  const values: Values = Object.fromEntries(
    provider.fields.flatMap(({ id, kind, default: usual }) => {
      const answer = answers[id] ?? usual;
      if (answer === undefined) return [];
      return [[id, kind === 'secret' ? new Secret(answer) : answer]];
    }),
  );
  const { candidates } = readHost(provider, answers, { allowPrivate: true });
  const target = await findHost({ http }, provider, candidates, 5000);
  if (isFinding(target)) return target;
  return verify({ http }, provider, {
    target,
    values,
    needs: [],
    timeoutMs: 5000,
    purpose: 'connect',
  });
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** What a request must have for the server to accept the credential. */
type Wanted = Partial<Pick<Got, 'host' | 'method' | 'path' | 'body'>> & {
  readonly headers?: Readonly<Record<string, string | undefined>>;
};

const holds = (got: Got, { headers = {}, ...rest }: Wanted): boolean =>
  Object.entries(rest).every(([key, value]) => got[key as 'path'] === value) &&
  Object.entries(headers).every(([name, value]) => got.headers[name] === value);

const WAYS: readonly [string, unknown, Record<string, string>, Wanted][] = [
  [
    'a fixed host, a bearer token',
    payloom,
    { secretKey: SECRET },
    { host: 'api.payloom.com', path: '/v1/me', headers: { authorization: `Bearer ${SECRET}` } },
  ],
  [
    'the second of several templates',
    changed(payloom, {
      host: ['{site}.payloom.com', '{site}.payloom-eu.com'],
      'fields.site': { label: 'Site' },
    }),
    { site: 'https://acme.payloom-eu.com/', secretKey: SECRET },
    { host: 'acme.payloom-eu.com', headers: { authorization: `Bearer ${SECRET}` } },
  ],
  [
    'a choice in the host',
    changed(payloom, {
      host: '{region}.payloom.com',
      'fields.region': { label: 'Region', choices: ['api', 'api.eu'], default: 'api' },
    }),
    { region: 'api.eu', secretKey: SECRET },
    { host: 'api.eu.payloom.com' },
  ],
  [
    'the default choice',
    changed(payloom, {
      host: '{region}.payloom.com',
      'fields.region': { label: 'Region', choices: ['api', 'api.eu'], default: 'api' },
    }),
    { secretKey: SECRET },
    { host: 'api.payloom.com' },
  ],
  [
    'a text beside it, and an optional field that is empty',
    changed(payloom, {
      'fields.account': { kind: 'text', label: 'Account' },
      'fields.team': { kind: 'text', label: 'Team', optional: true },
      headers: { 'x-account': '{account}', 'x-team': '{team}' },
    }),
    { account: 'acme 1', secretKey: SECRET },
    { headers: { 'x-account': 'acme 1', 'x-team': undefined } },
  ],
  [
    'several headers, a constant one, a constant query',
    changed(payloom, {
      'fields.appKey': { label: 'Application key' },
      auth: { headers: { 'x-api-key': '{secretKey}', 'x-app-key': '{appKey}' } },
      headers: { revision: '2026-10-15' },
      query: { v: '2' },
    }),
    { secretKey: SECRET, appKey: 'the-other-SECRET-of-it' },
    {
      path: '/v1/me?v=2',
      headers: {
        'x-api-key': SECRET,
        'x-app-key': 'the-other-SECRET-of-it',
        revision: '2026-10-15',
      },
    },
  ],
  [
    'a prefix of its own',
    changed(payloom, { auth: { headers: { authorization: 'SSWS {secretKey}' } } }),
    { secretKey: SECRET },
    { headers: { authorization: `SSWS ${SECRET}` } },
  ],
  [
    'a secret in the query',
    changed(payloom, { auth: { query: { key: '{secretKey}' } } }),
    { secretKey: `${SECRET}&x=1` },
    { path: `/v1/me?key=${encodeURIComponent(`${SECRET}&x=1`)}` },
  ],
  [
    'Basic with an empty half',
    changed(payloom, { auth: { basic: ['{secretKey}', ''] } }),
    { secretKey: SECRET },
    { headers: { authorization: `Basic ${base64(`${SECRET}:`)}` } },
  ],
  [
    'a POST with JSON',
    changed(payloom, {
      test: { post: '/v1/graphql', body: { query: '{ me { id } }' }, expect: { at: 'id' } },
    }),
    { secretKey: SECRET },
    {
      method: 'POST',
      path: '/v1/graphql',
      body: '{"query":"{ me { id } }"}',
      headers: { 'content-type': 'application/json' },
    },
  ],
  [
    'a POST with a form',
    changed(payloom, {
      test: { post: '/v1/test', as: 'form', body: { a: 'b c' }, expect: { at: 'id' } },
    }),
    { secretKey: SECRET },
    {
      method: 'POST',
      body: 'a=b+c',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
  ],
  [
    'a port',
    changed(payloom, { port: 8443 }),
    { secretKey: SECRET },
    { host: 'api.payloom.com:8443' },
  ],
  [
    'the whole host, with its port',
    homely,
    { server: 'chat.acme.com:8443', token: SECRET },
    {
      host: 'chat.acme.com:8443',
      path: '/api/v1/me',
      headers: { authorization: `Bearer ${SECRET}` },
    },
  ],
];

describe('a credential is sent', () => {
  it.each(WAYS)('with %s', async (_, definition, answers, wanted) => {
    const { http, got } = await serve((asked) => {
      if (asked.path === '/api/v1/ping') return { status: 200, json: { product: 'homely' } };
      return holds(asked, wanted) ? { status: 200, json: ME } : { status: 401 };
    });
    const found = await connect(http, definition, answers);
    expect(found).toMatchObject({ reason: 'ok', host: got.at(-1)?.host });
    // The secret is in the last request at most once.
    const last = got.filter((asked) => JSON.stringify(asked).includes('SECRET'));
    expect(last.length).toBeLessThanOrEqual(1);
    expect(JSON.stringify(found)).not.toContain('SECRET');
    const wrong = await serve((asked) =>
      asked.path === '/api/v1/ping'
        ? { status: 200, json: { product: 'homely' } }
        : { status: 401, json: { error: 'no' } },
    );
    await expect(connect(wrong.http, definition, answers)).resolves.toMatchObject({
      reason: 'bad-credential',
    });
  });

  it('in a query, and redacted in every address that is shown', async () => {
    const definition = changed(payloom, { auth: { query: { key: '{secretKey}' } } });
    const addresses: string[] = [];
    const failing: Http = {
      resolves: async () => true,
      usesProxy: false,
      async send({ url }) {
        addresses.push(url);
        if (!url.includes('key=')) return { status: 401, headers: {}, body: '', truncated: false };
        throw new NetworkError('connection', `no route to ${url}`);
      },
    };
    const found = await connect(failing, definition, { secretKey: SECRET });
    expect(addresses.join()).toContain(SECRET);
    expect(redact(addresses.join())).not.toContain(SECRET);
    expect(redact(JSON.stringify(found))).not.toContain(SECRET);
  });
});

describe('a response is read by the definition', () => {
  it.each<[string, Partial<Definition>, Reply, string]>([
    ['200 with the value', {}, { status: 200, json: { ok: true, id: '1' } }, 'ok'],
    ['200 with another value', {}, { status: 200, json: { ok: false } }, 'bad-response'],
    ['a text for a truth', {}, { status: 200, json: { ok: 'true' } }, 'bad-response'],
    [
      'a code in a 200',
      { errorCodes: ['error'], responses: [{ code: 'revoked', means: 'bad-credential' }] },
      { status: 200, json: { ok: false, error: 'revoked' } },
      'bad-credential',
    ],
    [
      'a header that is present',
      { responses: [{ header: { name: 'x-mitigated' }, status: 401, means: 'refused-unclear' }] },
      { status: 401, headers: { 'x-mitigated': '1' } },
      'refused-unclear',
    ],
    [
      'a header with a word in it',
      {
        responses: [
          { status: 401, header: { name: 'x-why', contains: 'CAPTCHA' }, means: 'refused-unclear' },
        ],
      },
      { status: 401, headers: { 'x-why': 'CAPTCHA_CHALLENGE; x' } },
      'refused-unclear',
    ],
    [
      'a header with another word',
      {
        responses: [
          { status: 401, header: { name: 'x-why', contains: 'CAPTCHA' }, means: 'refused-unclear' },
        ],
      },
      { status: 401, headers: { 'x-why': 'other' } },
      'bad-credential',
    ],
    [
      'a used-up limit',
      { rateLimited: { status: 403, header: 'x-remaining', is: '0' } },
      { status: 403, headers: { 'x-remaining': '0' }, json: { error: 'limit' } },
      'rate-limited',
    ],
  ])('%s', async (_, changes, reply, reason) => {
    const definition = {
      ...payloom,
      test: { post: '/t', expect: { at: 'ok', is: true } },
      ...changes,
    };
    const { http } = await serve(() => reply);
    const found = await connect(http, definition, { secretKey: SECRET });
    expect(found.reason).toBe(reason);
  });

  it("the provider's own words, from where the definition says", async () => {
    const definition = { ...payloom, errorMessages: ['errorSummary'] };
    const { http } = await serve(({ headers }) =>
      headers.authorization === undefined
        ? { status: 401 }
        : { status: 401, json: { errorSummary: `the key ${SECRET} is of another org` } },
    );
    const found = await connect(http, definition, { secretKey: SECRET });
    expect(found.advice.why).toContain('is of another org');
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });
});

describe('a host that is typed whole', () => {
  it.each<[string, Reply]>([
    ['a host of another product', { status: 200, json: { product: 'else' } }],
    ['a server that asks anybody for a password', { status: 401 }],
    ['a page', { status: 200, headers: { 'content-type': 'text/html' } }],
  ])('gets no secret if it is %s', async (_, reply) => {
    const { http, got } = await serve(() => reply);
    const found = await connect(http, homely, { server: 'chat.acme.com', token: SECRET });
    expect(found.reason).toBe('not-an-api');
    expect(JSON.stringify(got)).not.toContain(SECRET);
  });
});

/** How an exchange sends the client's id and secret. */
const EXCHANGES: readonly [string, unknown, Record<string, string>, Wanted, Wanted, unknown][] = [
  [
    'as JSON',
    tokenly,
    {},
    {
      host: 'acme.tokenly-app.com',
      method: 'POST',
      path: '/oauth/token',
      body: `{"grant_type":"client_credentials","id":"client-1","secret":"${SECRET}"}`,
    },
    { headers: { authorization: 'Bearer a-TOKEN-of-an-exchange' } },
    { access_token: 'a-TOKEN-of-an-exchange' },
  ],
  [
    'as a form',
    changed(tokenly, { 'exchange.as': undefined }),
    {},
    {
      body: `grant_type=client_credentials&id=client-1&secret=${SECRET}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    },
    { headers: { authorization: 'Bearer a-TOKEN-of-an-exchange' } },
    { access_token: 'a-TOKEN-of-an-exchange' },
  ],
  [
    'as Basic, on another host',
    changed(tokenly, {
      exchange: {
        post: '/token',
        host: '{site}.tokenly-login.com',
        basic: ['{clientId}', '{clientSecret}'],
        body: { grant_type: 'client_credentials' },
      },
      headers: { 'x-constant': '1' },
    }),
    {},
    {
      host: 'acme.tokenly-login.com',
      headers: {
        authorization: `Basic ${base64(`client-1:${SECRET}`)}`,
        // A header for the API does not go to another host.
        'x-constant': undefined,
      },
    },
    { host: 'acme.tokenly-app.com', headers: { 'x-constant': '1' } },
    { access_token: 'a-TOKEN-of-an-exchange' },
  ],
  [
    'as a log-in that gives two values',
    changed(tokenly, {
      exchange: {
        post: '/login',
        as: 'json',
        body: { user: '{clientId}', password: '{clientSecret}' },
        extract: { session: 'data.sid', csrf: 'data.csrf' },
      },
      auth: { headers: { 'x-session': '{session}', 'x-csrf': '{csrf}' } },
    }),
    {},
    { path: '/login', body: `{"user":"client-1","password":"${SECRET}"}` },
    {
      headers: { 'x-session': 'a-TOKEN-of-a-session', 'x-csrf': '4711', authorization: undefined },
    },
    { data: { sid: 'a-TOKEN-of-a-session', csrf: 4711 } },
  ],
];

describe('a token is exchanged', () => {
  const answers = { site: 'acme', clientId: 'client-1', clientSecret: SECRET };

  it.each(EXCHANGES)('%s', async (_, definition, more, exchange, test, gives) => {
    const { http, got } = await serve((asked) => {
      if (holds(asked, exchange)) return { status: 200, json: gives };
      return holds(asked, test) ? { status: 200, json: ME } : { status: 401 };
    });
    const found = await connect(http, definition, { ...answers, ...more });
    expect(found.reason).toBe('ok');
    // The secret goes only to the exchange, and the token stays in memory.
    expect(got.filter((asked) => JSON.stringify(asked).includes(SECRET)).length).toBeLessThan(2);
    expect(JSON.stringify(found)).not.toMatch(/SECRET|TOKEN/u);
  });

  it('and proves the credential if there is no test', async () => {
    const definition = changed(tokenly, { test: undefined });
    const { http } = await serve(() => ({ status: 200, json: { access_token: 'a-TOKEN' } }));
    await expect(connect(http, definition, answers)).resolves.toMatchObject({ reason: 'ok' });
  });

  it.each<[string, Reply, string]>([
    ['401', { status: 401 }, 'bad-credential'],
    ['invalid_client', { status: 400, json: { error: 'invalid_client' } }, 'bad-credential'],
    ['402', { status: 402, json: {} }, 'account-suspended'],
    ['400', { status: 400, json: { error: 'invalid_scope' } }, 'refused-unclear'],
    ['200 without a token', { status: 200, json: {} }, 'bad-response'],
    ['a redirect', { status: 302, headers: { location: 'https://evil.example/' } }, 'not-an-api'],
    ['429', { status: 429, headers: { 'retry-after': '0' } }, 'rate-limited'],
  ])('or refused: %s', async (_, reply, reason) => {
    const { http } = await serve(({ path }) => (path === '/oauth/token' ? reply : { status: 401 }));
    const found = await connect(http, tokenly, answers);
    expect(found.reason).toBe(reason);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  it('and its refusal by the API is about rights', async () => {
    const { http } = await serve(({ path, headers }) =>
      path === '/oauth/token'
        ? { status: 200, json: { access_token: 'a-TOKEN' } }
        : { status: headers.authorization === undefined ? 401 : 403, json: { error: 'scope' } },
    );
    const found = await connect(http, tokenly, answers);
    expect(found).toMatchObject({ reason: 'refused-unclear' });
    expect(found.advice.what).toContain('gave a token');
  });
});

/** Whether a request carries a secret. */
const isSecret = ({ url, headers, body }: HttpRequest): boolean =>
  [body, ...Object.values(headers)].some((value) => value instanceof Secret) ||
  /SECRET|TOKEN/u.test(url);

describe('the wall', () => {
  const other = changed(tokenly, {
    exchange: {
      post: '/token',
      host: '{site}.tokenly-login.com',
      basic: ['{clientId}', '{clientSecret}'],
    },
  }) as Definition;
  const WALLS: readonly [Definition, RegExp][] = [
    [lumina, /^[a-z\d-]+\.lumina-desk\.com$/u],
    [payloom, /^api\.payloom\.com$/u],
    [tokenly, /^[a-z\d-]+\.tokenly-app\.com$/u],
    [other, /^[a-z\d-]+\.tokenly-(?:app|login)\.com$/u],
  ];
  const nasty = fc.oneof(
    fc.constant('acme'),
    fc.string(),
    fc.domain(),
    fc.constantFrom(
      'evil.example/',
      'evil.example#',
      'evil.example?',
      'evil.example\\',
      'acme@evil.example',
      'acme.evil',
      'acme:443@evil.example',
      '..',
      'xn--acme',
      'evil.example%2f',
    ),
  );
  const hosts = (domain: string) =>
    fc.oneof(
      fc.constantFrom(domain, `acme.${domain}`),
      nasty,
      nasty.map((text) => `${text}.${domain}`),
      nasty.map((text) => `acme.${domain}.${text}`),
    );
  const reply = fc.record({
    status: fc.constantFrom(200, 200, 301, 302, 401, 403, 404, 429, 500),
    json: fc.constantFrom({ access_token: 'a-TOKEN', id: '1', user: { id: '1' } }, {}, 'x'),
    location: fc.constantFrom('https://evil.example/', '//evil.example/', '/'),
  });
  const ANY = { status: 500, json: {}, location: '/' };

  it.each(WALLS.map(([definition, wall], index) => [index, definition, wall] as const))(
    'keeps secrets from every host that is not allowed, whatever is typed or answered (%i)',
    async (_, definition, wall) => {
      const provider = expand(definition);
      const domain = provider.hosts.templates[0]?.domain ?? '';
      let sent = 0;
      await fc.assert(
        fc.asyncProperty(
          hosts(domain),
          nasty,
          fc.array(reply, { minLength: 1 }),
          async (host, text, replies) => {
            let count = 0;
            const http: Http = {
              resolves: async () => true,
              usesProxy: false,
              async send(request) {
                const { status, json, location } = replies[count % replies.length] ?? ANY;
                count += 1;
                if (isSecret(request)) {
                  sent += 1;
                  expect(new URL(request.url).host).toMatch(wall);
                }
                const headers = { location, 'content-type': 'application/json' };
                return { status, headers, body: JSON.stringify(json), truncated: false };
              },
            };
            const values: Values = Object.fromEntries(
              provider.fields.map(({ id, kind }) => [
                id,
                kind === 'secret' ? new Secret(SECRET) : text,
              ]),
            );
            try {
              await verify({ http }, provider, {
                target: { host, recognised: true, ladder: [] },
                values,
                needs: provider.capabilities.map(({ id }) => id),
                timeoutMs: 1000,
                purpose: 'connect',
              });
            } catch (error) {
              // The host or the value is refused before a request is built.
              const isRefusal =
                error instanceof Error && /is not (?:on the list|the host)/u.test(error.message);
              if (!(error instanceof HostError || error instanceof UsageError || isRefusal))
                throw error;
            }
          },
        ),
        { numRuns: 300 },
      );
      expect(sent).toBeGreaterThan(0);
    },
  );
});
