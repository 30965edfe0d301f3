import { acknowledgeChanges } from '../../../src/flows/connections/changes.js';
import { inputNeeded } from '../../../src/core/errors.js';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/core/connection.js';
import { Pace } from '../../../src/core/pace.js';
import { check, type CheckOptions } from '../../../src/flows/connections/check.js';
import { fakeFreshservice, fakeGladly, json, page } from '../../support/fake-providers.js';
import {
  API_KEY,
  EMAIL,
  fakeContext,
  fakeRecords,
  filledStore,
  freshserviceConnection,
  gladlyConnection,
  itemOf,
  NOW,
  TOKEN,
  WRONG_KEY,
  type FakeContext,
  type FakeHost,
} from '../../support/fakes.js';
import { faked } from '../../support/built-ins.js';

const ACME = 'acme.freshservice.com';
const REGIONAL = 'acme.us-1.gladly.com';
const PROOF = { 'x-freshservice-api-version': 'latest=v2; requested=v2' };
const live = fakeFreshservice({ tenants: ['acme', 'globex'], apiKey: API_KEY });
const organization = fakeGladly({ host: REGIONAL, email: EMAIL, token: TOKEN });

const acme = freshserviceConnection();
const globex = freshserviceConnection({
  name: 'freshservice/globex',
  host: 'globex.freshservice.com',
  fields: { domain: 'globex' },
});
const amy = gladlyConnection();

function world(connections: readonly Connection[], hosts: Readonly<Record<string, FakeHost>>) {
  return fakeContext({
    records: fakeRecords(...connections),
    store: filledStore(...connections),
    hosts,
  });
}

function run(context: FakeContext, options: Partial<CheckOptions> = {}) {
  return check(context, faked, { names: [], timeoutMs: 1000, concurrency: 8, ...options });
}

describe('a check', () => {
  it('of a good connection sends the credential at once, and remembers the verdict', async () => {
    const context = world([acme], { [ACME]: live });
    const [report] = await run(context);
    expect(report).toMatchObject({
      name: acme.name,
      reason: 'ok',
      httpStatus: 200,
      stored: true,
      createdAt: acme.createdAt,
      verifiedAt: NOW,
      lastValidAt: NOW,
      store: { kind: 'keychain' },
    });
    expect(context.http.requests).toHaveLength(1);
    expect(context.records.kept.get(acme.name)).toEqual({
      ...acme,
      verifiedAt: NOW,
      lastValidAt: NOW,
    });
  });

  it('of all reports each in the order of the names', async () => {
    const context = world([amy, globex, acme], {
      [ACME]: live,
      'globex.freshservice.com': live,
      [REGIONAL]: organization,
    });
    const reports = await run(context, { concurrency: 2 });
    expect(reports.map(({ name, reason }) => [name, reason])).toEqual([
      [acme.name, 'ok'],
      [globex.name, 'ok'],
      [amy.name, 'ok'],
    ]);
  });

  it.each([
    ['an exact name', ['freshservice/acme'], [acme.name]],
    ['a provider', ['gladly'], [amy.name]],
    ['a prefix', ['freshservice/a'], [acme.name]],
    ['two that overlap', ['freshservice/acme', 'freshservice/a'], [acme.name]],
  ])('of %s checks nothing else', async (_, names, checked) => {
    const hosts = names[0] === 'gladly' ? { [REGIONAL]: organization } : { [ACME]: live };
    const reports = await run(world([acme, amy], hosts), { names });
    expect(reports.map(({ name }) => name)).toEqual(checked);
  });

  it('of an unknown name is not-stored, and the others are checked', async () => {
    const reports = await run(world([acme], { [ACME]: live }), { names: ['acme.typo', acme.name] });
    expect(reports.map(({ name, reason, stored }) => [name, reason, stored])).toEqual([
      [acme.name, 'ok', true],
      ['acme.typo', 'not-stored', false],
    ]);
  });

  it('reports nothing if nothing is stored', async () => {
    await expect(run(world([], {}))).resolves.toEqual([]);
  });

  it.each([
    ['bad-credential', () => json(401, { code: 'invalid_credentials' })],
    ['rate-limited', () => ({ status: 429 })],
    ['not-an-api', () => page(200)],
    ['timeout', 'timeout'],
  ] as const)('that ends with %s keeps the secret and the last proof', async (reason, host) => {
    const context = world([acme], { [ACME]: host });
    const [report] = await run(context);
    expect(report).toMatchObject({ reason, verifiedAt: NOW, lastValidAt: acme.lastValidAt });
    expect(context.records.kept.get(acme.name)).toEqual({ ...acme, reason, verifiedAt: NOW });
    expect(context.store.items.get(acme.name)).toBe(itemOf(acme));
  });

  it('tests the capabilities that are remembered', async () => {
    const picky = freshserviceConnection({ needs: ['groups.read'] });
    const denying = fakeFreshservice({
      tenants: ['acme'],
      apiKey: API_KEY,
      denied: ['/api/v2/groups'],
    });
    const [report] = await run(world([picky], { [ACME]: denying }));
    expect(report).toMatchObject({
      reason: 'missing-permission',
      capabilities: [{ id: 'groups.read', granted: false }],
      lastValidAt: NOW,
    });
  });

  it('sends a request without the credential first if the host was never recognised', async () => {
    const unsure = freshserviceConnection({ recognised: false, reason: 'dns', lastValidAt: null });
    const context = world([unsure], { [ACME]: live });
    await run(context);
    expect(context.http.requests.map(({ authorization }) => authorization !== undefined)).toEqual([
      false,
      true,
    ]);
    expect(context.records.kept.get(unsure.name)).toMatchObject({
      recognised: true,
      lastValidAt: NOW,
    });
  });

  it('sends no credential to a host that is still not recognised', async () => {
    const unsure = freshserviceConnection({ recognised: false, lastValidAt: null });
    const context = world([unsure], { [ACME]: () => page(200) });
    const [report] = await run(context);
    expect(report?.reason).toBe('not-an-api');
    expect(context.http.signed).toEqual([]);
  });

  it('writes no record for a connection that is removed meanwhile', async () => {
    const context = world([acme], {
      [ACME]: (request) => {
        context.records.kept.delete(acme.name);
        return live(request);
      },
    });
    await run(context);
    expect(context.records.kept.size).toBe(0);
  });
});

describe('a check of Gladly', () => {
  it('is one request, and keeps the identity', async () => {
    const context = world([amy], { [REGIONAL]: organization });
    const [report] = await run(context);
    expect(report).toMatchObject({ reason: 'ok', identity: amy.identity, changes: [] });
    expect(context.http.requests).toHaveLength(1);
    expect(context.http.signed.map(({ path }) => path)).toEqual(['/api/v1/organization']);
    expect(context.records.kept.get(amy.name)).toEqual({
      ...amy,
      verifiedAt: NOW,
      lastValidAt: NOW,
    });
  });
});

async function changesOf(connection: Connection, hosts: Readonly<Record<string, FakeHost>>) {
  const context = world([connection], hosts);
  const [report] = await run(context);
  return { report, changes: report?.changes, kept: context.records.kept.get(connection.name) };
}

describe('a change since the last check', () => {
  const SHORT = 'acme.gladly.com';
  const BOB = { id: '99', label: 'Bob Builder <bob@acme.example>' };
  const denying = fakeFreshservice({
    tenants: ['acme'],
    apiKey: API_KEY,
    denied: ['/api/v2/groups', '/api/v2/requesters'],
  });
  const needs = ['tickets.read', 'groups.read', 'requesters.read'];

  it('is not reported if nothing changed', async () => {
    const { changes } = await changesOf(freshserviceConnection({ needs: ['tickets.read'] }), {
      [ACME]: live,
    });
    expect(changes).toEqual([]);
  });

  it('of the identity is reported and remembered', async () => {
    const { changes, kept } = await changesOf(freshserviceConnection({ identity: BOB }), {
      [ACME]: live,
    });
    expect(changes).toEqual([
      { what: 'identity', was: BOB.label, is: 'Ines Okafor <ines.okafor@acme.example>' },
    ]);
    expect(kept?.identity).toEqual(acme.identity);
  });

  it("of the identity's label alone is not reported", async () => {
    const identity = { id: '21000123', label: 'Ines Married <ines@acme.example>' };
    const { changes } = await changesOf(freshserviceConnection({ identity }), { [ACME]: live });
    expect(changes).toEqual([]);
  });

  it('of the identity is not reported if it was unknown before', async () => {
    const { changes, kept } = await changesOf(freshserviceConnection({ identity: null }), {
      [ACME]: live,
    });
    expect(changes).toEqual([]);
    expect(kept?.identity).toEqual(acme.identity);
  });

  it('of the identity is not reported if it is unknown now', async () => {
    const mute = fakeFreshservice({
      tenants: ['acme'],
      apiKey: API_KEY,
      denied: ['/api/v2/agents/me'],
    });
    const { changes, kept } = await changesOf(acme, { [ACME]: mute });
    expect(changes).toEqual([]);
    expect(kept?.identity).toEqual(acme.identity);
  });

  it("of the tenant's own address is reported and remembered", async () => {
    const moved = fakeGladly({ host: REGIONAL, aliases: [SHORT], email: EMAIL, token: TOKEN });
    const former = gladlyConnection({ host: SHORT, fields: { slug: 'acme', email: EMAIL } });
    const { changes, kept, report } = await changesOf(former, {
      [SHORT]: moved,
      [REGIONAL]: moved,
    });
    expect(changes).toEqual([{ what: 'host', was: SHORT, is: REGIONAL }]);
    expect(report?.host).toBe(REGIONAL);
    expect(kept).toMatchObject({ host: REGIONAL, fields: { slug: 'acme.us-1', email: EMAIL } });
  });

  it.each(['ok', 'missing-permission'] as const)(
    'of the capabilities is reported after %s',
    async (reason) => {
      const wasAll = reason === 'ok';
      const { changes } = await changesOf(freshserviceConnection({ needs, reason }), {
        [ACME]: wasAll ? denying : live,
      });
      expect(changes).toEqual([
        wasAll
          ? {
              what: 'needs',
              was: 'all there',
              is: 'missing: groups.read, requesters.read',
            }
          : { what: 'needs', was: 'not all there', is: 'all there' },
      ]);
    },
  );

  it.each([
    ['it is limited as it was', 'missing-permission', denying],
    ['it is limited for another reason', 'missing-feature', denying],
    ['it was not reached before', 'dns', denying],
    ['it was refused before', 'bad-credential', live],
  ] as const)('of the capabilities is not reported if %s', async (_, reason, host) => {
    const { changes } = await changesOf(freshserviceConnection({ needs, reason }), {
      [ACME]: host,
    });
    expect(changes).toEqual([]);
  });

  it.each([
    ['it is refused', () => json(401, { code: 'invalid_credentials' })],
    ['it is not reached', 'timeout'],
    ['the provider is busy', () => ({ status: 429 })],
    ['its account is gone', () => page(404)],
  ] as const)('is not reported if %s', async (_, host) => {
    const { report, changes } = await changesOf(freshserviceConnection({ identity: BOB, needs }), {
      [ACME]: host,
    });
    expect(report?.reason).not.toBe('ok');
    expect(changes).toEqual([]);
  });

  it('names missing capabilities, and none that could not be tested', async () => {
    const { changes } = await changesOf(freshserviceConnection({ needs }), {
      [ACME]: (request) => (request.path.includes('tickets') ? { status: 429 } : denying(request)),
    });
    expect(changes).toEqual([
      { what: 'needs', was: 'all there', is: 'missing: groups.read, requesters.read' },
    ]);
  });

  it('may be several at once', async () => {
    const { changes } = await changesOf(freshserviceConnection({ identity: BOB, needs }), {
      [ACME]: denying,
    });
    expect(changes?.map(({ what }) => what)).toEqual(['identity', 'needs']);
  });
});

const WRONG: FakeHost = () => json(401, { code: 'invalid_credentials' });

async function why(host: FakeHost, lastValidAt: string | null = '2026-10-31T23:59:59.000Z') {
  const [report] = await run(world([freshserviceConnection({ lastValidAt })], { [ACME]: host }));
  return { reason: report?.reason, why: report?.advice.why ?? '' };
}

describe('a credential that worked', () => {
  const REFUSALS = [
    ['refused-unclear', () => json(403, { code: 'access_denied' }, PROOF)],
    ['account-suspended', () => json(403, { code: 'account_suspended' }, PROOF)],
    ['wrong-auth-type', () => json(401, { code: 'unsupported_authentication_type' }, PROOF)],
  ] as const;
  it('and is not known now is reported with its last day and a probable cause', async () => {
    await expect(why(WRONG)).resolves.toEqual({
      reason: 'bad-credential',
      why: 'it does not know the key (HTTP 401, invalid_credentials); it worked until 2026-10-31, so it was probably reset or deleted since',
    });
  });

  it.each(REFUSALS)(
    'and is refused now (%s) is reported with its last day and no guess',
    async (reason, host) => {
      const told = await why(host);
      expect(told.reason).toBe(reason);
      expect(told.why).toMatch(/^[^;].*; it worked until 2026-10-31$/u);
    },
  );

  it.each([...REFUSALS, ['bad-credential', WRONG] as const])(
    'never is reported without a day (%s)',
    async (reason, host) => {
      const told = await why(host, null);
      expect(told.reason).toBe(reason);
      expect(told.why).not.toMatch(/worked|probably/u);
    },
  );

  it.each([
    ['rate-limited', () => ({ status: 429 })],
    ['timeout', 'timeout'],
    ['not-an-api', () => page(200)],
  ] as const)(
    'and could not be checked now (%s) is reported without a day',
    async (reason, host) => {
      const told = await why(host);
      expect(told.reason).toBe(reason);
      expect(told.why).not.toMatch(/worked|probably/u);
    },
  );
});

describe('with --max-age, a connection', () => {
  const hour = 3_600_000;
  it.each([
    [
      'is not checked again if its last proof is younger',
      { lastValidAt: '2026-11-20T17:30:00.000Z' },
      0,
    ],
    ['is checked if its last proof is older', { lastValidAt: '2026-11-20T16:59:59.000Z' }, 1],
    [
      'is checked if its last proof is exactly as old',
      { lastValidAt: '2026-11-20T17:00:00.000Z' },
      1,
    ],
    [
      'is checked if it was refused since',
      { lastValidAt: '2026-11-20T17:30:00.000Z', reason: 'bad-credential' },
      1,
    ],
    ['is checked if it was never proven', { lastValidAt: null, reason: 'dns' }, 1],
  ] as const)('%s', async (_, changes, requests) => {
    const connection = freshserviceConnection(changes);
    const context = world([connection], requests === 0 ? {} : { [ACME]: live });
    const [report] = await run(context, { maxAgeMs: hour });
    expect(report?.reason).toBe('ok');
    expect(context.http.requests).toHaveLength(requests);
    expect(context.store.calls).toHaveLength(requests);
  });

  it('keeps its verdict if it is limited', async () => {
    const limited = freshserviceConnection({ reason: 'missing-permission', lastValidAt: NOW });
    const [report] = await run(world([limited], {}), { maxAgeMs: hour });
    expect(report).toMatchObject({ reason: 'missing-permission', stored: true });
  });
});

describe('a connection that cannot be checked', () => {
  it('because its secret is gone is secret-lost', async () => {
    const context = world([acme], {});
    context.store.items.clear();
    const [report] = await run(context);
    expect(report).toMatchObject({
      reason: 'secret-lost',
      stored: false,
      lastValidAt: acme.lastValidAt,
    });
    // list shows it, too.
    expect(context.records.kept.get(acme.name)).toMatchObject({
      reason: 'secret-lost',
      lastValidAt: acme.lastValidAt,
    });
  });

  it('because nobody can give the passphrase of its store stops no other check', async () => {
    const context = world([acme, globex], { [globex.host]: live });
    const getPassword = context.store.getPassword.bind(context.store);
    context.store.getPassword = async (account: string) => {
      if (account === acme.name) throw inputNeeded([]);
      return getPassword(account);
    };
    const [first, second] = await run(context);
    expect(first).toMatchObject({ name: acme.name, reason: 'store-passphrase', stored: true });
    expect(first?.advice.next).toContain('CONNECT_WIZARD_PASSPHRASE_FILE');
    expect(second).toMatchObject({ name: globex.name, reason: 'ok' });
    expect(context.records.kept.get(acme.name)).toEqual(acme);
  });

  it.each(['store-locked', 'store-unavailable', 'store-denied', 'store-timeout'] as const)(
    'because its store says %s stays as it was',
    async (fails) => {
      const context = world([acme], {});
      context.store.fault = { fails };
      const [report] = await run(context);
      expect(report).toMatchObject({ reason: fails, stored: true });
      expect(context.records.kept.get(acme.name)).toEqual(acme);
    },
  );

  it.each([
    ['of a newer version', '{"v":2}'],
    ['cut off', itemOf(acme).slice(0, 40)],
    [
      'without its key',
      JSON.stringify({ v: 1, provider: 'freshservice', host: ACME, fields: { domain: 'acme' } }),
    ],
    ["another provider's", itemOf(amy)],
  ])('because its secret is %s is store-corrupt, and no request is sent', async (_, item) => {
    const context = world([acme], {});
    context.store.items.set(acme.name, item);
    const [report] = await run(context);
    expect(report).toMatchObject({ reason: 'store-corrupt' });
    expect(context.store.items.get(acme.name)).toBe(item);
  });

  it("because its secret is another tenant's does not send that secret", async () => {
    const context = world([acme], {});
    context.store.items.set(acme.name, itemOf(globex));
    const [report] = await run(context);
    expect(report?.reason).toMatch(/^(?:store-corrupt|other-tenant)$/u);
    expect(context.http.signed).toEqual([]);
  });

  it('because its record is damaged does not stop the others', async () => {
    const context = world([acme], { [ACME]: live });
    context.records.unreadable.push({ name: 'freshservice/broken', why: 'it is damaged' });
    const reports = await run(context);
    expect(reports.map(({ name, reason }) => [name, reason])).toEqual([
      [acme.name, 'ok'],
      ['freshservice/broken', 'store-corrupt'],
    ]);
  });

  it('because its provider is unknown does not stop the others', async () => {
    const strange = freshserviceConnection({ name: 'zendesk/acme', provider: 'zendesk' });
    const reports = await run(world([acme, strange], { [ACME]: live }));
    expect(reports.map(({ name, reason }) => [name, reason])).toEqual([
      [acme.name, 'ok'],
      ['zendesk/acme', 'definition-missing'],
    ]);
  });

  it('because its store is unknown does not stop the others', async () => {
    const strange = freshserviceConnection({ name: 'freshservice/zzz', store: 'helper:later' });
    const reports = await run(world([acme, strange], { [ACME]: live }));
    expect(reports.map(({ name }) => name)).toEqual([acme.name, 'freshservice/zzz']);
    expect(reports[0]?.reason).toBe('ok');
    expect(reports[1]?.reason).toMatch(/^store-/u);
  });

  it('because its host is not allowed is sent nothing, and does not stop the others', async () => {
    const tampered = freshserviceConnection({ name: 'freshservice/zzz', host: 'evil.example' });
    const reports = await run(world([acme, tampered], { [ACME]: live }));
    expect(reports.map(({ name, reason }) => [name, reason])).toEqual([
      [acme.name, 'ok'],
      ['freshservice/zzz', 'not-allowed'],
    ]);
  });

  it('because its host is not allowed is not even sent a request without the credential', async () => {
    const tampered = freshserviceConnection({ host: 'evil.example', recognised: false });
    const [report] = await run(world([tampered], {}));
    expect(report?.reason).toBe('not-allowed');
  });

  it('because its record cannot be written does not stop the others', async () => {
    const context = world([acme, globex], { [ACME]: live, 'globex.freshservice.com': live });
    context.records.failing = (name) => name === acme.name;
    const reports = await run(context);
    expect(reports.map(({ name }) => name)).toEqual([acme.name, globex.name]);
    expect(reports[1]?.reason).toBe('ok');
    expect(context.records.kept.get(globex.name)?.verifiedAt).toBe(NOW);
  });
});

describe('several checks', () => {
  it.each([
    [1, 1],
    [3, 3],
    [64, 6],
  ])('run at most %i at once (of six: %i)', async (concurrency, most) => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const connections = names.map((tenant) =>
      freshserviceConnection({
        name: `freshservice/${tenant}`,
        host: `${tenant}.freshservice.com`,
        fields: { domain: tenant },
      }),
    );
    const all = fakeFreshservice({ tenants: names, apiKey: API_KEY });
    const context = world(
      connections,
      Object.fromEntries(connections.map(({ host }) => [host, all])),
    );
    let now = 0;
    let peak = 0;
    const send = context.http.send.bind(context.http);
    const http = {
      ...context.http,
      async send(request: Parameters<typeof send>[0]) {
        now += 1;
        peak = Math.max(peak, now);
        // After a turn of the event loop, every other check that may begin has begun.
        await new Promise((turn) => setImmediate(turn));
        now -= 1;
        return send(request);
      },
    };
    const reports = await run({ ...context, http }, { concurrency });
    expect(reports.every(({ reason }) => reason === 'ok')).toBe(true);
    expect(peak).toBe(most);
  });

  it('read the next secret while a request is under way', async () => {
    const context = world([acme, globex], { [ACME]: live, 'globex.freshservice.com': live });
    const read: string[] = [];
    const get = context.store.getPassword.bind(context.store);
    context.store.getPassword = (account) => {
      read.push(account);
      return get(account);
    };
    const send = context.http.send.bind(context.http);
    const readBeforeAnAnswer: string[][] = [];
    const http = {
      ...context.http,
      async send(request: Parameters<typeof send>[0]) {
        await new Promise((turn) => setImmediate(turn));
        readBeforeAnAnswer.push([...read]);
        return send(request);
      },
    };
    await run({ ...context, http }, { concurrency: 1 });
    expect(readBeforeAnAnswer[0]).toEqual([acme.name, globex.name]);
  });

  it('are waited for once they are asked, and not while they are in line', async () => {
    const context = world([acme, globex], { [ACME]: live, 'globex.freshservice.com': live });
    const pace = new Pace(context.clock);
    const send = context.http.send.bind(context.http);
    const told: string[] = [];
    const http = {
      ...context.http,
      async send(request: Parameters<typeof send>[0]) {
        await new Promise((turn) => setImmediate(turn));
        told.push(String(pace));
        return send(request);
      },
    };
    await run({ ...context, http }, { concurrency: 1, pace });
    expect(told).toEqual([
      `0 of 2; waiting for ${acme.name}`,
      `1 of 2; waiting for ${globex.name}`,
    ]);
  });
});

it("a wrong key of one connection does not change another's verdict", async () => {
  const context = world([acme, globex], { [ACME]: live, 'globex.freshservice.com': live });
  context.store.items.set(globex.name, itemOf(globex, WRONG_KEY));
  const reports = await run(context);
  expect(reports.map(({ reason }) => reason)).toEqual(['ok', 'bad-credential']);
});

it('a secret that is replaced during a check is checked again', async () => {
  const context = world([acme], { [ACME]: live });
  const { store } = context;
  const newest = itemOf(acme);
  store.items.set(acme.name, itemOf(acme, WRONG_KEY));
  const read = store.getPassword.bind(store);
  store.getPassword = async (account) => {
    const found = await read(account);
    store.items.set(account, newest);
    return found;
  };
  const [report] = await run(context);
  expect(report?.reason).toBe('ok');
});

describe('the secrets of several connections', () => {
  it('are announced to their store, except those that are not checked', async () => {
    const recent = { ...globex, lastValidAt: NOW };
    const context = world([acme, recent], { [ACME]: live });
    const announced: (readonly string[])[] = [];
    context.store.readAhead = (accounts) => void announced.push(accounts);
    await run(context, { maxAgeMs: 60_000 });
    expect(announced).toEqual([[acme.name]]);
  });

  it('are read one by one if a store is unknown', async () => {
    const stray = { ...globex, store: 'of tomorrow' };
    const context = world([acme, stray], { [ACME]: live });
    const reports = await run(context);
    expect(reports.map(({ reason }) => reason)).toEqual(['ok', 'store-unavailable']);
  });
});

const FORMER = { id: '9', label: 'Bob <bob@acme.example>' };
const me = (label: string, id: number, roles: readonly number[]) => () =>
  json(
    200,
    {
      agent: {
        id,
        first_name: label,
        email: `${label}@acme.example`,
        roles: roles.map((role) => ({ role_id: role })),
      },
    },
    PROOF,
  );
const seen = async (connection: Connection, host: FakeHost) => {
  const context = world([connection], { [ACME]: host });
  const [report] = await run(context);
  const kept = context.records.kept.get(connection.name);
  if (!report || !kept) throw new Error('no report');
  return { report, kept, context };
};

describe('an unseen change', () => {
  it('stays in the record with the first value and the present one', async () => {
    const first = await seen(freshserviceConnection({ identity: FORMER }), me('Ines', 2, []));
    expect(first.kept.changes).toEqual([
      { what: 'identity', was: FORMER.label, is: 'Ines <Ines@acme.example>' },
    ]);
    const quiet = await seen(first.kept, me('Ines', 2, []));
    expect(quiet.report.changes).toEqual(first.kept.changes);
    const second = await seen(quiet.kept, me('Amy', 3, []));
    expect(second.report.changes).toEqual([
      { what: 'identity', was: FORMER.label, is: 'Amy <Amy@acme.example>' },
    ]);
    expect(second.kept.v).toBe(1);
  });

  it('is gone once the old value is back', async () => {
    const { kept } = await seen(
      freshserviceConnection({ roles: ['1', '2'] }),
      me('Ines', 21000123, [1]),
    );
    expect(kept.changes).toEqual([{ what: 'roles', was: '1, 2', is: '1' }]);
    const back = await seen(kept, me('Ines', 21000123, [2, 1]));
    expect(back.report.changes).toEqual([]);
    expect(back.kept).not.toHaveProperty('changes');
  });

  it('names the ids if another user has the same name', async () => {
    const { report, kept } = await seen(
      freshserviceConnection({ identity: { id: '1', label: 'Ines Okafor <i@acme.example>' } }),
      me('Ines', 2, []),
    );
    const label = kept.identity?.label ?? '';
    const namesake = await seen({ ...kept, identity: { id: '1', label } }, me('Ines', 2, []));
    expect(report.changes).toHaveLength(1);
    expect(namesake.report.changes).toMatchObject([
      { what: 'identity', is: expect.stringContaining('(id 2)') },
    ]);
  });

  it('that comes after the shown ones stays unseen', async () => {
    const { kept, report, context } = await seen(
      freshserviceConnection({ identity: FORMER }),
      me('Ines', 2, []),
    );
    const roles = { what: 'roles', was: '1', is: '2' } as const;
    context.records.kept.set(kept.name, { ...kept, changes: [...(kept.changes ?? []), roles] });
    await acknowledgeChanges(context, [report]);
    expect(context.records.kept.get(kept.name)?.changes).toEqual([roles]);
  });

  it('stays unseen if the record cannot be written', async () => {
    const { kept, report, context } = await seen(
      freshserviceConnection({ identity: FORMER }),
      me('Ines', 2, []),
    );
    context.records.failing = () => true;
    await acknowledgeChanges(context, [report]);
    expect(context.records.kept.get(kept.name)?.changes).toHaveLength(1);
  });

  it('is seen once it is acknowledged', async () => {
    const { kept, report, context } = await seen(
      freshserviceConnection({ identity: FORMER }),
      me('Ines', 2, []),
    );
    expect(kept.changes).toHaveLength(1);
    await acknowledgeChanges(context, [report]);
    expect(context.records.kept.get(kept.name)).not.toHaveProperty('changes');
  });
});

describe('a connection within --max-age', () => {
  it('is reported with the advice of its verdict', async () => {
    const limited = freshserviceConnection({
      reason: 'missing-permission',
      needs: ['tickets.read'],
      lastValidAt: NOW,
    });
    const [report] = await run(world([limited], {}), { maxAgeMs: 3600_000 });
    expect(report?.reason).toBe('missing-permission');
    expect(report?.advice.why).toBe('tickets.read');
    expect(report?.advice.next).toMatch(/tickets\.read needs an agent role/u);
  });

  it('is checked if its last proof is in the future', async () => {
    const odd = freshserviceConnection({ lastValidAt: '2099-01-01T00:00:00.000Z' });
    const context = world([odd], { [ACME]: live });
    await run(context, { maxAgeMs: 3600_000 });
    expect(context.http.requests).toHaveLength(1);
  });
});

describe('a record with times in the future', () => {
  const LATER = '2099-01-01T00:00:00.000Z';

  it.each([
    ['createdAt', { createdAt: LATER }, LATER],
    ['verifiedAt', { verifiedAt: LATER }, NOW],
    ['lastValidAt', { lastValidAt: LATER }, NOW],
  ])(
    '(%s) gets new times, none before createdAt, and a warning about the clock',
    async (_, times, now) => {
      const odd = freshserviceConnection(times);
      const context = world([odd], { [ACME]: live });
      const [report] = await run(context);
      expect(report?.warnings).toMatchObject([
        { code: 'clock', message: expect.stringContaining('2099-01-01') as string },
      ]);
      expect(context.records.kept.get(odd.name)).toMatchObject({
        verifiedAt: now,
        lastValidAt: now,
      });
    },
  );

  it('(by seconds) gets no warning, since clocks differ', async () => {
    const soon = new Date(Date.parse(NOW) + 30_000).toISOString();
    const context = world([freshserviceConnection({ verifiedAt: soon })], { [ACME]: live });
    const [report] = await run(context);
    expect(report?.warnings).toEqual([]);
  });
});
