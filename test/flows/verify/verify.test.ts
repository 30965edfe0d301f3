import { describe, expect, it } from 'vitest';
import { NetworkError, nextStep, sentence } from '../../../src/core/errors.js';
import { redact, Secret } from '../../../src/core/secret.js';
import type { Finding } from '../../../src/core/finding.js';
import { verdictByReason, type NetworkReason } from '../../../src/core/verdict.js';
import { verify } from '../../../src/flows/verify/verify.js';
import {
  fakeFreshservice,
  fakeGladly,
  json,
  page,
  type FakeAnswer,
  type FakeProvider,
  type FreshserviceWorld,
  type GladlyWorld,
} from '../../support/fake-providers.js';
import {
  API_KEY,
  EMAIL,
  fakeHttp,
  toAnswer,
  TOKEN,
  WRONG_KEY,
  type FakeHttp,
} from '../../support/fakes.js';
import { freshservice, gladly } from '../../support/built-ins.js';

const ACME = 'acme.freshservice.com';
const live = fakeFreshservice({ tenants: ['acme'], apiKey: API_KEY });
const PROOF = { 'x-freshservice-api-version': 'latest=v2; requested=v2' };

function proveFreshservice(
  http: FakeHttp,
  apiKey = API_KEY,
  needs: readonly string[] = [],
  thorough = true,
): Promise<Finding> {
  return verify({ http }, freshservice, {
    target: { host: ACME, recognised: true, ladder: [] },
    values: { domain: 'acme', apiKey: new Secret(apiKey) },
    needs,
    timeoutMs: 1000,
    purpose: thorough ? 'connect' : 'recheck',
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

  it('that is refused with 401 is bad-credential, after one request', async () => {
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
  ])('that may not read %j is proven by another endpoint', async (denied, requests) => {
    const http = freshserviceHttp({ denied });
    await expect(proveFreshservice(http)).resolves.toMatchObject({ reason: 'ok', identity: null });
    expect(http.requests).toHaveLength(requests);
  });

  it('is proven by another endpoint if the undocumented one is gone', async () => {
    const world = fakeFreshservice({ tenants: ['acme'], apiKey: API_KEY });
    const http = fakeHttp({
      [ACME]: (request) =>
        request.path === '/api/v2/agents/me' ? json(404, {}, PROOF) : world(request),
    });
    await expect(proveFreshservice(http)).resolves.toMatchObject({ reason: 'ok', identity: null });
  });

  it('is not judged if every endpoint is gone', async () => {
    const http = fakeHttp({ [ACME]: () => json(404, {}, PROOF) });
    await expect(proveFreshservice(http)).resolves.toMatchObject({ reason: 'bad-response' });
  });

  it.each([
    ['rate-limited', () => ({ status: 429 })],
    ['server-error', () => page(502)],
    ['not-an-api', () => ({ status: 302, headers: { location: 'https://login.example/' } })],
    ['account-suspended', () => json(403, { code: 'account_suspended' }, PROOF)],
    ['wrong-auth-type', () => json(401, { code: 'unsupported_authentication_type' }, PROOF)],
    ['timeout', 'timeout'],
    ['tls-name', 'tls-name'],
  ] as const)('ends with %s after the first such response', async (reason, host) => {
    const http = fakeHttp({ [ACME]: host });
    const found = await proveFreshservice(http);
    expect(found.reason).toBe(reason);
    expect(found.ladder.at(-1)?.ok).not.toBe(true);
    expect(sentence(found.advice)).not.toMatch(/[{}]/u);
    expect(http.requests).toHaveLength(1);
  });

  it.each([
    ['30 seconds', { 'retry-after': '30' }],
    ['60 minutes', { 'retry-after': '3600' }],
    ['a minute', {}],
    ['a minute', { 'retry-after': 'Fri, 20 Nov 2026 18:00:30 GMT' }],
    ['1 second', { 'retry-after': '1' }],
    [
      '30 seconds',
      {
        'retry-after': 'Fri, 20 Nov 2026 18:00:30 GMT',
        date: 'Fri, 20 Nov 2026 18:00:00 GMT',
      },
    ],
  ])('that meets a 429 is to be tried again in %s', async (wait, headers) => {
    const http = fakeHttp({ [ACME]: () => ({ status: 429, headers }) });
    const { reason, advice } = await proveFreshservice(http);
    expect(reason).toBe('rate-limited');
    expect(advice.next).toMatch(new RegExp(`^Wait ${wait}, then`, 'u'));
    expect(advice.next).toContain('may be good');
  });

  it.each([
    ['password_lockout', 403, /too many failed attempts/u],
    ['password_lockout', 401, /too many failed attempts/u],
    ['password_expired', 403, /password of its agent has expired/u],
  ])('is refused with a reason of its own for %s (%i)', async (code, status, why) => {
    const http = fakeHttp({ [ACME]: () => json(status, { code }, PROOF) });
    const { reason, advice } = await proveFreshservice(http);
    expect(reason).toBe('refused-unclear');
    expect(advice.why).toMatch(why);
    expect(advice.why).toContain(`(HTTP ${status}, ${code})`);
    expect(advice.why).not.toContain('does not mean');
    expect(advice.causes).toBeUndefined();
    expect(advice.what).toContain(ACME);
    expect(http.requests).toHaveLength(1);
  });

  it('is refused in the general words if no code says more', async () => {
    const http = freshserviceHttp({ wrongKeyStatus: 403 });
    const { advice } = await proveFreshservice(http, WRONG_KEY);
    expect(advice.why).toContain('does not mean that the key is wrong');
    expect(advice.why).not.toMatch(/attempts|expired/u);
  });

  it('is not refused-unclear if a later endpoint fails', async () => {
    const http = fakeHttp({
      [ACME]: ({ path }) =>
        path === '/api/v2/agents/me' ? json(403, { code: 'access_denied' }, PROOF) : page(503),
    });
    await expect(proveFreshservice(http)).resolves.toMatchObject({ reason: 'server-error' });
  });

  it('is redacted to its last part, wherever the response repeats it', async () => {
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

describe('a capability that a Freshservice key needs', () => {
  it('is tested, and no other is', async () => {
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

  it('is tested at the second path if the first is gone', async () => {
    const http = freshserviceHttp();
    const found = await proveFreshservice(http, API_KEY, ['assets.read']);
    expect(found.capabilities).toEqual([{ id: 'assets.read', granted: true }]);
    expect(http.requests.map(({ path }) => path).slice(1)).toEqual([
      '/api/v2/assets?per_page=1',
      '/api/v2/itam/assets?per_page=1',
    ]);
  });

  it('is missing-permission if it is forbidden, with the right that grants it', async () => {
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
    ['its code says so', json(403, { code: 'require_feature' }, PROOF)],
    ['it is at no path', json(404, {}, PROOF)],
  ])('is missing-feature if %s', async (_, answer) => {
    const http = fakeHttp({ [ACME]: without('assets', answer) });
    const found = await proveFreshservice(http, API_KEY, ['assets.read']);
    expect(found).toMatchObject({ reason: 'missing-feature' });
  });

  it.each([{ status: 429 }, page(502), page(403), { status: 401 }])(
    'is neither granted nor missing if it is unclear (%#)',
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

/** The same, except that a request with `part` in its path ends in `outcome`. */
const ending = (http: FakeHttp, part: string, outcome: FakeAnswer | NetworkReason): FakeHttp => ({
  ...http,
  async send(request) {
    const response = await http.send(request);
    if (!request.url.includes(part)) return response;
    if (typeof outcome === 'string') throw new NetworkError(outcome, `fake ${outcome}`);
    return toAnswer(outcome);
  },
});

describe('a capability that is unclear', () => {
  it.each([
    ['rate-limited', 'undecided', { status: 429 }, 'HTTP 429'],
    ['server-error', 'undecided', json(500, {}), 'HTTP 500'],
    ['server-error', 'undecided', page(503), 'HTTP 503, text/html'],
    ['not-an-api', 'undecided', page(403), 'HTTP 403, text/html'],
    ['bad-response', 'undecided', json(401, {}, PROOF), 'HTTP 401'],
    ['timeout', 'unreachable', 'timeout', 'fake timeout'],
    ['connection', 'unreachable', 'connection', 'fake connection'],
  ] as const)(
    'is %s, thus %s, although the credential is accepted (%#)',
    async (reason, verdict, outcome, detail) => {
      const http = ending(freshserviceHttp(), '/groups', outcome);
      const found = await proveFreshservice(http, API_KEY, ['groups.read']);
      expect(found).toMatchObject({
        reason,
        recognised: true,
        identity: { id: '21000123' },
        capabilities: [{ id: 'groups.read', granted: null }],
      });
      expect(verdictByReason[found.reason]).toBe(verdict);
      expect(sentence(found.advice)).toBe(
        `Freshservice accepted the API key, but did not say whether all that you need is allowed: groups.read (${detail}).`,
      );
      expect(nextStep(found.advice)).toMatch(/again/u);
      expect(nextStep(found.advice)).not.toMatch(/may be good|nothing is known/u);
      expect(found.ladder.slice(-2)).toMatchObject([
        { rung: 'credential', ok: true },
        { rung: 'capabilities', ok: null, detail: 'groups.read: unclear' },
      ]);
    },
  );

  it('is named with all others that are unclear', async () => {
    const http = fakeHttp({
      [ACME]: (request) =>
        /\/(?:agents\/me|tickets)/u.test(request.path) ? live(request) : { status: 502 },
    });
    const needs = ['groups.read', 'tickets.read', 'agents.read'];
    const { advice } = await proveFreshservice(http, API_KEY, needs);
    expect(advice.why).toBe('agents.read (HTTP 502), groups.read (HTTP 502)');
  });

  it.each([
    [['agents.read', 'groups.read']],
    [['groups.read', 'agents.read']],
    [['groups.read', 'requesters.read']],
  ])('gives way to a missing one, whichever comes first: %j', async (needs) => {
    const world = freshserviceHttp({ denied: ['/api/v2/agents?', '/api/v2/requesters'] });
    const http = ending(world, '/groups', { status: 429 });
    const found = await proveFreshservice(http, API_KEY, needs);
    const missing = needs.find((id) => id !== 'groups.read');
    expect(found.reason).toBe('missing-permission');
    expect(found.capabilities).toContainEqual({ id: missing, granted: false });
    expect(found.capabilities).toContainEqual({ id: 'groups.read', granted: null });
    expect(sentence(found.advice)).toContain(`are missing: ${missing}.`);
  });
});

describe('a capability with two paths', () => {
  const FIRST = '/api/v2/assets?per_page=1';
  const SECOND = '/api/v2/itam/assets?per_page=1';

  async function probed(first: FakeAnswer, second?: FakeAnswer) {
    const http = fakeHttp({
      [ACME]: (request) => {
        if (request.path === FIRST) return first;
        if (request.path === SECOND && second) return second;
        if (request.path === SECOND) throw new Error('the second path was asked');
        return live(request);
      },
    });
    const found = await proveFreshservice(http, API_KEY, ['assets.read']);
    return { found, paths: http.requests.map(({ path }) => path).slice(1) };
  }

  it.each([
    ['ok', json(200, { assets: [] }, PROOF)],
    ['missing-permission', json(403, { code: 'access_denied' }, PROOF)],
    ['missing-feature', json(403, { code: 'require_feature' }, PROOF)],
    ['missing-feature', json(404, {}, PROOF)],
    ['rate-limited', { status: 429 }],
  ] as const)('is %s by the second if the first is 404 (%#)', async (reason, second) => {
    const { found, paths } = await probed(json(404, {}, PROOF), second);
    expect(found.reason).toBe(reason);
    expect(paths).toEqual([FIRST, SECOND]);
  });

  it.each([
    ['ok', json(200, { assets: [] }, PROOF)],
    ['server-error', { status: 503 }],
    ['rate-limited', { status: 429 }],
  ] as const)(
    'is %s by the first alone if that grants it or is about the host (%#)',
    async (reason, first) => {
      const { found, paths } = await probed(first);
      expect(found.reason).toBe(reason);
      expect(paths).toEqual([FIRST]);
    },
  );

  it.each([
    ['ok', json(403, { code: 'require_feature' }, PROOF), json(200, { assets: [] }, PROOF)],
    ['ok', json(405, {}, PROOF), json(200, { assets: [] }, PROOF)],
    ['ok', json(400, {}, PROOF), json(200, { assets: [] }, PROOF)],
    [
      'missing-permission',
      json(403, { code: 'access_denied' }, PROOF),
      json(403, { code: 'require_feature' }, PROOF),
    ],
    ['missing-permission', json(404, {}, PROOF), json(403, { code: 'access_denied' }, PROOF)],
    ['missing-feature', json(400, {}, PROOF), json(403, { code: 'require_feature' }, PROOF)],
    ['missing-feature', json(403, { code: 'require_feature' }, PROOF), json(400, {}, PROOF)],
  ] as const)('is %s by both together (%#)', async (reason, first, second) => {
    const { found, paths } = await probed(first, second);
    expect(found.reason).toBe(reason);
    expect(paths).toEqual([FIRST, SECOND]);
  });
});

interface Agent {
  readonly name?: readonly [first: string, last: string];
  readonly email?: string;
  readonly occasional?: unknown;
  readonly roles?: unknown;
}

const ROLES = '/api/v2/roles?per_page=100';
const ROLE_LIST = json(200, {
  roles: [
    { id: 101, name: 'Account Admin' },
    { id: 102, name: 'IT Agent' },
  ],
});
const ADMIN = [{ role_id: 101 }];

/** A live account with the agent's key; without `list`, a request for the roles fails the test. */
function agentHttp({ name, email, ...rest }: Agent, list?: FakeAnswer): FakeHttp {
  const [first_name, last_name] = name ?? ['Ines', 'Okafor'];
  const agent = { id: 7, first_name, last_name, email: email ?? 'ines.okafor@acme.example' };
  return fakeHttp({
    [ACME]: ({ path }) => {
      if (path === '/api/v2/agents/me') return json(200, { agent: { ...agent, ...rest } }, PROOF);
      if (path === ROLES && list) return list;
      throw new Error(`unexpected request: ${path}`);
    },
  });
}

async function warningsOf(http: FakeHttp, thorough = true): Promise<string[]> {
  const { reason, warnings } = await proveFreshservice(http, API_KEY, [], thorough);
  expect(reason).toBe('ok');
  for (const { message } of warnings) expect(message).not.toMatch(/[{}]/u);
  return warnings.map(({ code }) => code);
}

describe('a warning about the owner of a Freshservice key', () => {
  const SERVICE = { name: ['API', 'Integration'], email: 'svc@acme.example' } as const;

  it.each([true, false])('says that the agent is occasional (in connect: %s)', async (thorough) => {
    const http = agentHttp({ ...SERVICE, occasional: true });
    await expect(warningsOf(http, thorough)).resolves.toEqual(['occasional-agent']);
    expect(http.requests).toHaveLength(1);
  });

  it.each([false, null, undefined, 'true', 1, {}])(
    'does not call the agent occasional if the response has %j there',
    async (occasional) => {
      await expect(warningsOf(agentHttp({ ...SERVICE, occasional }))).resolves.toEqual([]);
    },
  );

  it('says that Account Admin is the only role', async () => {
    const http = agentHttp({ ...SERVICE, roles: ADMIN }, ROLE_LIST);
    const { warnings } = await proveFreshservice(http);
    expect(warnings.map(({ code }) => code)).toEqual(['account-admin-only']);
    expect(warnings[0]?.message).toMatch(
      /^API Integration <svc@acme\.example> is Account Admin and nothing else/u,
    );
    expect(http.signed.map(({ path }) => path)).toEqual(['/api/v2/agents/me', ROLES]);
  });

  it.each([
    ['is another role', ROLE_LIST, [{ role_id: 102 }]],
    ['is not in the list', ROLE_LIST, [{ role_id: 999 }]],
    ['cannot be looked up (403)', json(403, { code: 'access_denied' }, PROOF), ADMIN],
    ['cannot be looked up (429)', { status: 429 }, ADMIN],
    ['cannot be looked up (a page)', page(200), ADMIN],
    ['has no name in the list', json(200, { roles: [{ id: 101 }] }), ADMIN],
    ['has another name in the list', json(200, { roles: [{ id: 101, name: 'Admin' }] }), ADMIN],
    ["has a list that isn't one", json(200, { roles: 'none' }), ADMIN],
  ])('does not mention the role if it %s', async (_, list, roles) => {
    const http = agentHttp({ ...SERVICE, roles }, list);
    await expect(warningsOf(http)).resolves.toEqual([]);
    expect(http.requests).toHaveLength(2);
  });

  it('does not mention the role if the list of roles times out', async () => {
    const http = ending(agentHttp({ ...SERVICE, roles: ADMIN }, ROLE_LIST), '/roles', 'timeout');
    await expect(warningsOf(http)).resolves.toEqual([]);
  });

  it.each([
    ['', ADMIN, 'Account Admin', ROLE_LIST],
    ['', [...ADMIN, { role_id: 102 }, ...ADMIN], 'Account Admin, IT Agent', ROLE_LIST],
    [' by their ids', [...ADMIN, { role_id: 102 }], '101, 102', json(403, {}, PROOF)],
    [
      ', the first six',
      [1, 2, 3, 4, 5, 6, 7, 8].map((role_id) => ({ role_id })),
      '1, 2, 3, 4, 5, 6 and 2 more',
      { status: 429 },
    ],
  ])('comes with the roles in the ladder%s', async (_, roles, said, list) => {
    const { ladder } = await proveFreshservice(agentHttp({ ...SERVICE, roles }, list));
    const detail = `API Integration <svc@acme.example>; roles: ${said}`;
    expect(ladder).toContainEqual({ rung: 'credential', ok: true, detail });
  });

  it('comes with "no role" in the ladder, and without if that is unknown', async () => {
    const none = await proveFreshservice(agentHttp({ ...SERVICE, roles: [] }));
    expect(none.ladder.at(-1)?.detail).toMatch(/; no role$/u);
    const untold = await proveFreshservice(agentHttp({ ...SERVICE, roles: [{}] }));
    expect(untold.ladder.at(-1)?.detail).toBe('API Integration <svc@acme.example>');
  });

  it('does not mention the role if there are two', async () => {
    const roles = [...ADMIN, { role_id: 102 }];
    await expect(warningsOf(agentHttp({ ...SERVICE, roles }, ROLE_LIST))).resolves.toEqual([]);
  });

  it.each([
    ['one role without an id', [{}]],
    ['no roles', []],
    ['no list of roles', undefined],
    ['a strange list of roles', { 0: ADMIN[0], length: 1 }],
  ])('does not mention the role, and looks up nothing, with %s', async (_, roles) => {
    const http = agentHttp({ ...SERVICE, roles });
    await expect(warningsOf(http)).resolves.toEqual([]);
    expect(http.requests).toHaveLength(1);
  });

  it.each([
    [['Ines', 'Okafor'], 'ines.okafor@acme.example'],
    [['Robot', 'Apiarist'], 'abbott@acme.example'],
    [['Syncere', 'Botha'], 'apia@acme.example'],
  ] as const)('says once that %j may be a person', async (name, email) => {
    const { warnings } = await proveFreshservice(agentHttp({ name, email }));
    expect(warnings.map(({ code }) => code)).toEqual(['personal-credential']);
    expect(warnings[0]?.message).toContain(`${name.join(' ')} <${email}>`);
  });

  it.each([
    [['API', 'Integration'], 'svc@acme.example'],
    [['Help', 'Desk'], 'api@acme.example'],
    [['Freshservice', 'Sync'], 'it@acme.example'],
    [['Merge', 'Connector'], 'it@acme.example'],
    [['Zapier', 'BOT'], 'it@acme.example'],
    [['Ines', 'Okafor'], 'integration-user@acme.example'],
    [['Ines', 'Okafor'], 'service.account@acme.example'],
    [['Ticket', 'Automation'], 'it@acme.example'],
  ] as const)('does not mention a person if the user is %j <%s>', async (name, email) => {
    await expect(warningsOf(agentHttp({ name, email }))).resolves.toEqual([]);
  });

  it('is one of several if several hold', async () => {
    const http = agentHttp({ occasional: true, roles: ADMIN }, ROLE_LIST);
    await expect(warningsOf(http)).resolves.toEqual([
      'occasional-agent',
      'account-admin-only',
      'personal-credential',
    ]);
  });

  it('is not repeated in a check', async () => {
    const http = agentHttp({ roles: ADMIN });
    const found = await proveFreshservice(http, API_KEY, [], false);
    expect(found).toMatchObject({ reason: 'ok', identity: { id: '7' }, warnings: [] });
    expect(http.requests).toHaveLength(1);
  });

  it('does not mention a person if the owner is unknown', async () => {
    const http = freshserviceHttp({ denied: ['/api/v2/agents/me'] });
    await expect(warningsOf(http)).resolves.toEqual([]);
  });
});

const SHORT = 'acme.gladly.com';
const REGIONAL = 'acme.us-1.gladly.com';

function proveGladly(
  http: FakeHttp,
  host = REGIONAL,
  token = TOKEN,
  needs: readonly string[] = [],
  thorough = true,
): Promise<Finding> {
  return verify({ http }, gladly, {
    target: { host, recognised: true, ladder: [] },
    values: { slug: 'acme.us-1', email: EMAIL, token: new Secret(token) },
    needs,
    timeoutMs: 1000,
    purpose: thorough ? 'connect' : 'recheck',
  });
}

function gladlyHttp(world: Partial<GladlyWorld> = {}, host = REGIONAL): FakeHttp {
  return fakeHttp({
    [host]: fakeGladly({ host: REGIONAL, email: EMAIL, token: TOKEN, ...world }),
  });
}

describe('a Gladly token', () => {
  it('that works is proven, and its owner is found among the agents', async () => {
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
    ["isn't a list", json(200, {})],
    ['has strange entries only', json(200, [null, 5, { emailAddress: 7 }, []])],
  ])('works without a named owner if the list of agents %s', async (_, answer) => {
    const world = fakeGladly({ host: REGIONAL, email: EMAIL, token: TOKEN });
    const http = fakeHttp({
      [REGIONAL]: (request) => (request.path === '/api/v1/agents' ? answer : world(request)),
    });
    await expect(proveGladly(http)).resolves.toMatchObject({ reason: 'ok', identity: null });
  });

  it('that is refused is reported with causes and the fields to type again', async () => {
    const found = await proveGladly(gladlyHttp(), REGIONAL, 'another-token-1');
    expect(found).toMatchObject({ reason: 'bad-credential', httpStatus: 401 });
    expect(found.advice.ask).toEqual(['token', 'email']);
    expect(found.advice.causes?.join(' ')).toContain('sandbox');
  });

  it('of a user who may not use the API is not-an-api-user', async () => {
    await expect(proveGladly(gladlyHttp({ status: 403 }))).resolves.toMatchObject({
      reason: 'not-an-api-user',
    });
  });

  it("leads to the organization's own host", async () => {
    const world = fakeGladly({ host: REGIONAL, aliases: [SHORT], email: EMAIL, token: TOKEN });
    const http = fakeHttp({ [SHORT]: world, [REGIONAL]: world });
    await expect(proveGladly(http, SHORT)).resolves.toMatchObject({ reason: 'ok', host: REGIONAL });
    // Before it is kept, that host gets a request without the credential.
    const asked = http.requests.filter(({ host }) => host === REGIONAL);
    expect(asked.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it("stays at the typed host if the organization's own does not answer", async () => {
    const world = fakeGladly({ host: REGIONAL, aliases: [SHORT], email: EMAIL, token: TOKEN });
    const http = fakeHttp({ [SHORT]: world, [REGIONAL]: 'connection' });
    await expect(proveGladly(http, SHORT)).resolves.toMatchObject({ reason: 'ok', host: SHORT });
  });

  it('of another organization is refused after one request', async () => {
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
  ])('is accepted if the response names no tenant (%j)', async (gladlyUrl) => {
    const world = fakeGladly({ host: REGIONAL, email: EMAIL, token: TOKEN });
    const http = fakeHttp({
      [REGIONAL]: (request) =>
        request.path === '/api/v1/organization'
          ? json(200, { id: 'x', gladlyUrl })
          : world(request),
    });
    await expect(proveGladly(http)).resolves.toMatchObject({ reason: 'ok', host: REGIONAL });
  });

  it('that lacks a capability is missing-permission', async () => {
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

describe('the warnings about the owner of a Gladly token', () => {
  it.each([
    ['Amy Agent', 'amy@acme.example', ['personal-credential']],
    ['Amy Agent', 'api-user@acme.example', []],
    ['Reporting Integration', 'amy@acme.example', []],
  ])('for %s <%s> are %j', async (name, email, codes) => {
    const agents = [{ id: 'x', name, emailAddress: email }];
    const http = fakeHttp({
      [REGIONAL]: fakeGladly({ host: REGIONAL, email, token: TOKEN, agents }),
    });
    const { warnings } = await verify({ http }, gladly, {
      target: { host: REGIONAL, recognised: true, ladder: [] },
      values: { slug: 'acme.us-1', email, token: new Secret(TOKEN) },
      needs: [],
      timeoutMs: 1000,
      purpose: 'connect',
    });
    expect(warnings.map(({ code }) => code)).toEqual(codes);
    for (const { message } of warnings) expect(message).toContain(`acts as ${name} <${email}>.`);
  });
});

describe('a credential in a check', () => {
  it('is proven by one request to Freshservice', async () => {
    const http = freshserviceHttp();
    const found = await proveFreshservice(http, API_KEY, [], false);
    expect(found).toMatchObject({ reason: 'ok', identity: { id: '21000123' }, warnings: [] });
    expect(http.signed.map(({ path }) => path)).toEqual(['/api/v2/agents/me']);
    expect(http.requests).toHaveLength(1);
  });

  it('is proven by one request to Gladly, without its owner', async () => {
    const http = gladlyHttp({ agents: [] });
    const found = await proveGladly(http, REGIONAL, TOKEN, [], false);
    expect(found).toMatchObject({ reason: 'ok', identity: null, warnings: [] });
    expect(found.ladder.at(-1)).toEqual({ rung: 'credential', ok: true, detail: 'accepted' });
    expect(http.signed.map(({ path }) => path)).toEqual(['/api/v1/organization']);
    expect(http.requests).toHaveLength(1);
  });

  it('is tested for its capabilities', async () => {
    const http = gladlyHttp();
    const found = await proveGladly(http, REGIONAL, TOKEN, ['inboxes.read'], false);
    expect(found.capabilities).toEqual([{ id: 'inboxes.read', granted: true }]);
    expect(http.requests.map(({ path }) => path)).toEqual([
      '/api/v1/organization',
      '/api/v1/inboxes',
    ]);
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
      purpose: 'connect' as const,
    };
    await expect(verify({ http }, freshservice, proof)).rejects.toThrow(/list of hosts/u);
    expect(http.requests).toEqual([]);
  });
});

describe('the ladder', () => {
  const proof = {
    values: { domain: 'acme', apiKey: new Secret(API_KEY) },
    needs: [],
    timeoutMs: 1,
    purpose: 'connect' as const,
  };

  it.each([
    ['a recognised host', true, 'credential'],
    ['an unrecognised host', false, 'provider'],
  ])('stops at the right rung after a 503 of %s', async (_, recognised, failed) => {
    const http = fakeHttp({ [ACME]: () => page(503, 'Bad gateway') });
    const target = { host: ACME, recognised, ladder: [] };
    const found = await verify({ http }, freshservice, { ...proof, target });
    expect(found.reason).toBe('server-error');
    expect(found.ladder.filter(({ ok }) => ok !== true)).toMatchObject([
      { rung: failed, ok: null },
    ]);
    expect(found.ladder.some(({ rung, ok }) => rung === 'provider' && ok === true)).toBe(
      recognised,
    );
  });
});
