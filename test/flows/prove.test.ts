import { describe, expect, it } from 'vitest';
import { sentence } from '../../src/core/errors.js';
import { redact, Secret } from '../../src/core/secret.js';
import { prove } from '../../src/flows/prove.js';
import { freshservice } from '../../src/providers/freshservice.js';
import { gladly } from '../../src/providers/gladly.js';
import {
  fakeFreshservice,
  fakeGladly,
  json,
  page,
  type FakeAnswer,
  type FakeProvider,
  type FreshserviceWorld,
  type GladlyWorld,
} from '../support/fake-providers.js';
import { API_KEY, EMAIL, fakeHttp, TOKEN, WRONG_KEY, type FakeHttp } from '../support/fakes.js';

const ACME = 'acme.freshservice.com';
const PROOF = { 'x-freshservice-api-version': 'latest=v2; requested=v2' };

function proveFreshservice(http: FakeHttp, apiKey = API_KEY, needs: readonly string[] = []) {
  return prove({ http }, freshservice, {
    target: { host: ACME, recognised: true, ladder: [] },
    values: { domain: 'acme', apiKey: new Secret(apiKey) },
    needs,
    timeoutMs: 1000,
    thorough: true,
  });
}

function freshserviceHttp(world: Partial<FreshserviceWorld> = {}): FakeHttp {
  return fakeHttp({ [ACME]: fakeFreshservice({ tenants: ['acme'], apiKey: API_KEY, ...world }) });
}

describe('a Freshservice key', () => {
  it('that works is proven by one request, with its owner', async () => {
    const http = freshserviceHttp();
    await expect(proveFreshservice(http)).resolves.toMatchObject({
      reason: 'ok',
      host: ACME,
      recognised: true,
      httpStatus: 200,
      identity: { id: '21000123', label: 'Ines Okafor <ines.okafor@acme.example>' },
      warnings: [{ code: 'personal-credential' }],
      capabilities: [],
      ladder: [
        { rung: 'name', ok: true },
        { rung: 'tls', ok: true },
        { rung: 'provider', ok: true },
        { rung: 'credential', ok: true, detail: 'Ines Okafor <ines.okafor@acme.example>' },
      ],
    });
    expect(http.requests.map(({ path }) => path)).toEqual(['/api/v2/agents/me']);
  });

  it('that is refused with 401 is wrong, after one request', async () => {
    const http = freshserviceHttp();
    const found = await proveFreshservice(http, WRONG_KEY);
    expect(found).toMatchObject({ reason: 'bad-credential', httpStatus: 401, identity: null });
    expect(found.advice.ask).toEqual(['apiKey']);
    expect(http.requests).toHaveLength(1);
  });

  it('that is refused everywhere with 403 is not called wrong', async () => {
    const http = freshserviceHttp({ wrongKeyStatus: 403 });
    const found = await proveFreshservice(http, WRONG_KEY);
    expect(found).toMatchObject({ reason: 'refused-unclear', httpStatus: 403 });
    expect(found.advice.causes?.length).toBeGreaterThan(3);
    expect(http.requests.map(({ path }) => path)).toEqual(
      freshservice.probes.map(({ path }) => path),
    );
  });

  it.each([
    [['/api/v2/agents/me'], 2],
    [['/api/v2/agents/me', '/api/v2/tickets'], 3],
    [['/api/v2/agents/me', '/api/v2/tickets', '/api/v2/sla_policies'], 4],
  ])('that may not read %j is proven by what it may', async (denied, requests) => {
    const http = freshserviceHttp({ denied });
    await expect(proveFreshservice(http)).resolves.toMatchObject({ reason: 'ok', identity: null });
    expect(http.requests).toHaveLength(requests);
  });

  it('is asked further where the undocumented endpoint is gone', async () => {
    const world = fakeFreshservice({ tenants: ['acme'], apiKey: API_KEY });
    const http = fakeHttp({
      [ACME]: (request) =>
        request.path === '/api/v2/agents/me' ? json(404, {}, PROOF) : world(request),
    });
    await expect(proveFreshservice(http)).resolves.toMatchObject({ reason: 'ok', identity: null });
  });

  it('is not judged where every endpoint is gone', async () => {
    const http = fakeHttp({ [ACME]: () => json(404, {}, PROOF) });
    await expect(proveFreshservice(http)).resolves.toMatchObject({ reason: 'bad-response' });
  });

  it.each([
    ['rate-limited', () => ({ status: 429 })],
    ['server-error', () => page(502)],
    ['not-an-api', () => page(200)],
    ['bad-response', () => json(200, {})],
    ['account-suspended', () => json(403, { code: 'account_suspended' }, PROOF)],
    ['wrong-auth-type', () => json(401, { code: 'unsupported_authentication_type' }, PROOF)],
    ['no-such-tenant', () => page(404)],
    ['timeout', 'timeout'],
    ['tls-name', 'tls-name'],
  ] as const)('ends with %s at the first such answer', async (reason, host) => {
    const http = fakeHttp({ [ACME]: host });
    const found = await proveFreshservice(http);
    expect(found.reason).toBe(reason);
    expect(found.ladder.at(-1)?.ok).toBe(false);
    expect(sentence(found.advice)).not.toMatch(/[{}]/u);
    expect(http.requests).toHaveLength(1);
  });

  it('is not wrong because a later probe cannot be reached', async () => {
    const http = fakeHttp({
      [ACME]: ({ path }) =>
        path === '/api/v2/agents/me' ? json(403, { code: 'access_denied' }, PROOF) : page(503),
    });
    await expect(proveFreshservice(http)).resolves.toMatchObject({ reason: 'server-error' });
  });

  it('does not come out in part, wherever the answer repeats it', async () => {
    for (let before = 30; before <= 60; before += 3) {
      const http = fakeHttp({
        [ACME]: () => json(401, { code: `${'x'.repeat(before)}${API_KEY}` }, PROOF),
      });
      const found = await proveFreshservice(http);
      const shown = redact(JSON.stringify(found));
      for (let at = 0; at + 5 <= API_KEY.length; at += 1) {
        expect(shown).not.toContain(API_KEY.slice(at, at + 5));
      }
    }
  });
});

const without = (path: string, answer: FakeAnswer): FakeProvider => {
  const world = fakeFreshservice({ tenants: ['acme'], apiKey: API_KEY });
  return (request) => (request.path.includes(path) ? answer : world(request));
};

describe('what is needed of a Freshservice key', () => {
  it('is probed, and nothing else', async () => {
    const http = freshserviceHttp();
    const found = await proveFreshservice(http, API_KEY, ['tickets.read', 'groups.read']);
    expect(found).toMatchObject({
      reason: 'ok',
      capabilities: [
        { id: 'tickets.read', granted: true },
        { id: 'groups.read', granted: true },
      ],
    });
    expect(found.ladder.at(-1)).toMatchObject({ rung: 'capabilities', ok: true });
    expect(http.requests.map(({ path }) => path)).toEqual([
      '/api/v2/agents/me',
      '/api/v2/tickets?per_page=1',
      '/api/v2/groups?per_page=1',
    ]);
  });

  it('is asked at the second path where the first is not there', async () => {
    const http = freshserviceHttp();
    const found = await proveFreshservice(http, API_KEY, ['assets.read']);
    expect(found.capabilities).toEqual([{ id: 'assets.read', granted: true }]);
    expect(http.requests.map(({ path }) => path).slice(1)).toEqual([
      '/api/v2/assets?per_page=1',
      '/api/v2/itam/assets?per_page=1',
    ]);
  });

  it('and is forbidden is a missing permission, with who gives it', async () => {
    const http = freshserviceHttp({ denied: ['/api/v2/agents?'] });
    const found = await proveFreshservice(http, API_KEY, ['agents.read']);
    expect(found).toMatchObject({
      reason: 'missing-permission',
      capabilities: [{ id: 'agents.read', granted: false }],
      identity: { id: '21000123' },
    });
    expect(`${sentence(found.advice)} ${found.advice.next}`).toMatch(/agents\.read.*View Agents/u);
  });

  it.each([
    ['by its code', json(403, { code: 'require_feature' }, PROOF)],
    ['by being nowhere', json(404, {}, PROOF)],
  ])('and is not in the plan, %s, is a missing feature', async (_, answer) => {
    const http = fakeHttp({ [ACME]: without('assets', answer) });
    const found = await proveFreshservice(http, API_KEY, ['assets.read']);
    expect(found).toMatchObject({ reason: 'missing-feature' });
  });

  it.each([{ status: 429 }, page(502), page(403), { status: 401 }])(
    'and cannot be told is neither there nor missing (%#)',
    async (answer) => {
      const http = fakeHttp({ [ACME]: without('groups', answer) });
      const found = await proveFreshservice(http, API_KEY, ['groups.read', 'tickets.read']);
      expect(found.capabilities).toEqual([
        { id: 'tickets.read', granted: true },
        { id: 'groups.read', granted: null },
      ]);
      expect(found.reason).not.toMatch(/^missing/u);
    },
  );
});

const SHORT = 'acme.gladly.com';
const REGIONAL = 'acme.us-1.gladly.com';

function proveGladly(http: FakeHttp, host = REGIONAL, token = TOKEN, needs: string[] = []) {
  return prove({ http }, gladly, {
    target: { host, recognised: true, ladder: [] },
    values: { slug: 'acme.us-1', email: EMAIL, token: new Secret(token) },
    needs,
    timeoutMs: 1000,
    thorough: true,
  });
}

function gladlyHttp(world: Partial<GladlyWorld> = {}, host = REGIONAL): FakeHttp {
  return fakeHttp({
    [host]: fakeGladly({ host: REGIONAL, email: EMAIL, token: TOKEN, ...world }),
  });
}

describe('a Gladly token', () => {
  it('that works is proven, and its owner found among the agents', async () => {
    const http = gladlyHttp();
    await expect(proveGladly(http)).resolves.toMatchObject({
      reason: 'ok',
      host: REGIONAL,
      identity: { id: 'deKiBNpPRTKXoAL0IrvK8A', label: `Amy Agent <${EMAIL}>` },
      warnings: [],
    });
    expect(http.requests.map(({ path }) => path)).toEqual([
      '/api/v1/organization',
      '/api/v1/agents',
    ]);
  });

  it("finds its owner whatever the case of the e-mail's letters", async () => {
    const agents = [{ id: 'x', name: 'Amy', emailAddress: EMAIL.toUpperCase() }];
    await expect(proveGladly(gladlyHttp({ agents }))).resolves.toMatchObject({
      identity: { id: 'x' },
      warnings: [],
    });
  });

  it('whose owner is not among the agents works, with a warning', async () => {
    const agents = [{ id: 'x', name: 'Bob', emailAddress: 'bob@acme.example' }];
    const found = await proveGladly(gladlyHttp({ agents }));
    expect(found).toMatchObject({
      reason: 'ok',
      identity: null,
      warnings: [{ code: 'email-not-among-agents' }],
    });
    expect(found.warnings[0]?.message).toContain(EMAIL);
    expect(found.warnings[0]?.message).not.toMatch(/[{}]/u);
  });

  it.each([
    ['is forbidden', { status: 403 }],
    ['has a fault', { status: 500 }],
    ['is no list', json(200, {})],
    ['has strange entries only', json(200, [null, 5, { emailAddress: 7 }, []])],
  ])('works without a claim on its owner where the list of agents %s', async (_, answer) => {
    const world = fakeGladly({ host: REGIONAL, email: EMAIL, token: TOKEN });
    const http = fakeHttp({
      [REGIONAL]: (request) => (request.path === '/api/v1/agents' ? answer : world(request)),
    });
    await expect(proveGladly(http)).resolves.toMatchObject({ reason: 'ok', identity: null });
  });

  it('that is refused is told with its causes; what can be typed again is named', async () => {
    const found = await proveGladly(gladlyHttp(), REGIONAL, 'another-token-1');
    expect(found).toMatchObject({ reason: 'bad-credential', httpStatus: 401 });
    expect(found.advice.ask).toEqual(['token', 'email']);
    expect(found.advice.causes?.join(' ')).toContain('sandbox');
  });

  it('of a user who may not use the API is not called wrong', async () => {
    await expect(proveGladly(gladlyHttp({ status: 403 }))).resolves.toMatchObject({
      reason: 'not-an-api-user',
    });
  });

  it("leads to the organization's own host", async () => {
    const world = fakeGladly({ host: REGIONAL, aliases: [SHORT], email: EMAIL, token: TOKEN });
    const http = fakeHttp({ [SHORT]: world, [REGIONAL]: world });
    await expect(proveGladly(http, SHORT)).resolves.toMatchObject({ reason: 'ok', host: REGIONAL });
    // It is asked unsigned whether it is there before it is kept.
    const asked = http.requests.filter(({ host }) => host === REGIONAL);
    expect(asked.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it('stays at the host that was typed where the own one does not answer', async () => {
    const world = fakeGladly({ host: REGIONAL, aliases: [SHORT], email: EMAIL, token: TOKEN });
    const http = fakeHttp({ [SHORT]: world, [REGIONAL]: 'connection' });
    await expect(proveGladly(http, SHORT)).resolves.toMatchObject({ reason: 'ok', host: SHORT });
  });

  it('of another organization is refused, and nothing more is asked', async () => {
    const http = fakeHttp({
      [REGIONAL]: () => json(200, { id: 'x', gladlyUrl: 'https://globex.us-1.gladly.com' }),
    });
    const found = await proveGladly(http);
    expect(found).toMatchObject({ reason: 'other-tenant', host: REGIONAL, identity: null });
    expect(sentence(found.advice)).toContain('globex.us-1.gladly.com');
    expect(http.requests).toHaveLength(1);
  });

  it.each([
    undefined,
    null,
    7,
    '',
    'https://us-1.gladly.com',
    'https://evil.example',
    '\u001B[31m',
  ])('is taken where the answer names no tenant of its own (%j)', async (gladlyUrl) => {
    const world = fakeGladly({ host: REGIONAL, email: EMAIL, token: TOKEN });
    const http = fakeHttp({
      [REGIONAL]: (request) =>
        request.path === '/api/v1/organization'
          ? json(200, { id: 'x', gladlyUrl })
          : world(request),
    });
    await expect(proveGladly(http)).resolves.toMatchObject({ reason: 'ok', host: REGIONAL });
  });

  it('that may not see what is needed is limited', async () => {
    const found = await proveGladly(gladlyHttp(), REGIONAL, TOKEN, [
      'inboxes.read',
      'webhooks.read',
    ]);
    expect(found).toMatchObject({
      reason: 'missing-permission',
      capabilities: [
        { id: 'inboxes.read', granted: true },
        { id: 'webhooks.read', granted: false },
      ],
    });
  });
});

describe('a secret', () => {
  it.each([
    'evil.example',
    'acme.freshservice.com.evil.com',
    'freshservice.com',
    'api.freshservice.com',
    'acme.gladly.com',
    'ACME.freshservice.com',
    'acme.freshservice.com:8443',
    'acme.freshservice.com/x',
    'user@acme.freshservice.com',
    'localhost',
    '',
  ])('is not sent to %j', async (host) => {
    const http = fakeHttp({});
    const proof = {
      target: { host, recognised: true, ladder: [] },
      values: { domain: 'acme', apiKey: new Secret(API_KEY) },
      needs: [],
      timeoutMs: 1000,
      thorough: true,
    };
    await expect(prove({ http }, freshservice, proof)).rejects.toThrow(/list of hosts/u);
    expect(http.requests).toEqual([]);
  });
});

describe('the ladder', () => {
  const proof = {
    values: { domain: 'acme', apiKey: new Secret(API_KEY) },
    needs: [],
    timeoutMs: 1,
    thorough: true,
  };

  it.each([
    ['was seen', true, 'credential'],
    ['was not', false, 'provider'],
  ])('does not claim the provider for a 503 unless it %s', async (_, recognised, failed) => {
    const http = fakeHttp({ [ACME]: () => page(503, 'Bad gateway') });
    const target = { host: ACME, recognised, ladder: [] };
    const found = await prove({ http }, freshservice, { ...proof, target });
    expect(found.reason).toBe('server-error');
    expect(found.ladder.filter(({ ok }) => !ok).map(({ rung }) => rung)).toEqual([failed]);
    expect(found.ladder.some(({ rung, ok }) => rung === 'provider' && ok)).toBe(recognised);
  });
});
