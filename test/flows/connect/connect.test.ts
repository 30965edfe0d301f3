import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/core/connection.js';
import { sentence, UsageError } from '../../../src/core/errors.js';
import { Secret } from '../../../src/core/secret.js';
import { connect, type Connected } from '../../../src/flows/connect/connect.js';
import type { ConnectOptions } from '../../../src/flows/connect/run.js';
import type { SuppliedValue } from '../../../src/flows/connect/supplied.js';
import { fakeFreshservice, fakeGladly, json, page } from '../../support/fake-providers.js';
import {
  API_KEY,
  asks,
  EMAIL,
  fakeContext,
  fakeRecords,
  fakeStore,
  filledStore,
  freshserviceConnection,
  gladlyConnection,
  itemOf,
  NOW,
  TOKEN,
  WRONG_KEY,
  type FakeContext,
  type FakeHost,
  type StoreFault,
} from '../../support/fakes.js';
import { freshservice, gladly } from '../../support/built-ins.js';

const ACME = 'acme.freshservice.com';
const NAME = 'freshservice/acme';
const SHORT = 'acme.gladly.com';
const REGIONAL = 'acme.us-1.gladly.com';

const live = fakeFreshservice({ tenants: ['acme'], apiKey: API_KEY });
const busy: FakeHost = (request) =>
  request.authorization === undefined ? live(request) : { status: 503 };
const none: FakeHost = () => page(404, 'Maybe this is still fresh!');
const organization = fakeGladly({ host: REGIONAL, aliases: [SHORT], email: EMAIL, token: TOKEN });

type Options = Partial<Omit<ConnectOptions, 'supplied'>> & {
  readonly supplied?: Readonly<Record<string, string>>;
  readonly fromEnvironment?: readonly string[];
};

function options({ supplied = {}, fromEnvironment = [], ...rest }: Options = {}): ConnectOptions {
  const secrets = new Set(['apiKey', 'token']);
  const entries = Object.entries(supplied).map(([id, value]): [string, SuppliedValue] => [
    id,
    {
      value: secrets.has(id) ? new Secret(value) : value,
      ...(fromEnvironment.includes(id) && { variable: `VAR_${id}` }),
    },
  ]);
  return {
    defaultStore: 'keychain',
    replace: false,
    allowUnverified: false,
    timeoutMs: 1000,
    supplied: new Map(entries),
    ...rest,
  };
}

const WHOLE = { domain: 'acme', apiKey: API_KEY };
const WHOLE_GLADLY = { slug: 'acme.us-1', email: EMAIL, token: TOKEN };

function connectFreshservice(context: FakeContext, more: Options = {}): Promise<Connected> {
  return connect(context, freshservice, options({ supplied: WHOLE, ...more }));
}

/** What is left in the store, but for nothing: a test value has to be gone. */
const left = ({ store }: FakeContext): Record<string, string> => Object.fromEntries(store.items);

describe('a script that gives everything', () => {
  it('ends with a proven, stored connection', async () => {
    const context = fakeContext({ hosts: { [ACME]: live } });
    const { report, shown } = await connectFreshservice(context);
    const connection: Connection = {
      v: 1,
      name: NAME,
      provider: 'freshservice',
      host: ACME,
      fields: { domain: 'acme' },
      identity: { id: '21000123', label: 'Ines Okafor <ines.okafor@acme.example>' },
      item: 2,
      store: 'keychain',
      needs: [],
      reason: 'ok',
      recognised: true,
      createdAt: NOW,
      changedAt: NOW,
      verifiedAt: NOW,
      lastValidAt: NOW,
    };
    expect(shown).toBe(false);
    expect(report).toMatchObject({
      name: NAME,
      host: ACME,
      reason: 'ok',
      stored: true,
      lastValidAt: NOW,
      store: { kind: 'keychain' },
    });
    expect([...context.records.kept.values()]).toEqual([connection]);
    expect(left(context)).toEqual({ [NAME]: itemOf(connection) });
  });

  it('asks unsigned first, and tests the store before the key is sent anywhere', async () => {
    const context = fakeContext({ hosts: { [ACME]: live } });
    await connectFreshservice(context);
    expect(context.http.requests.map(({ authorization }) => authorization !== undefined)).toEqual([
      false,
      true,
    ]);
    expect(context.store.calls.slice(0, 3).map((call) => call.split(' ')[0])).toEqual([
      'set',
      'get',
      'delete',
    ]);
  });

  it.each([
    ['the domain', { domain: 'acme', apiKey: 'acme' }],
    ['a part of it', { domain: 'https://acme-north.freshservice.com', apiKey: 'north' }],
  ])('is refused where the key is %s', async (_, supplied) => {
    const context = fakeContext({ hosts: {} });
    await expect(connectFreshservice(context, { supplied })).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('keeps the shortest value of a pasted address', async () => {
    const context = fakeContext({ hosts: { [ACME]: live } });
    const supplied = { ...WHOLE, domain: 'https://Acme.Freshservice.com/a/tickets/1?x=2' };
    const { report } = await connectFreshservice(context, { supplied });
    expect(report).toMatchObject({ name: NAME, fields: { domain: 'acme' } });
  });

  it('is told which variables were used', async () => {
    const context = fakeContext({ hosts: { [ACME]: live } });
    await connectFreshservice(context, { fromEnvironment: ['domain', 'apiKey'] });
    expect(context.terminal.text('tell')).toBe('From the environment: VAR_domain, VAR_apiKey.');
  });

  it('says what looks odd, and goes on', async () => {
    const odd = `${API_KEY}:X`;
    const world = fakeFreshservice({ tenants: ['acme'], apiKey: odd });
    const context = fakeContext({ hosts: { [ACME]: world } });
    const { report } = await connectFreshservice(context, { supplied: { ...WHOLE, apiKey: odd } });
    expect(report.reason).toBe('ok');
    expect(context.terminal.text('warn')).toContain(':X');
    expect(context.terminal.text()).not.toContain(API_KEY);
  });

  it('keeps the name that is given', async () => {
    const context = fakeContext({ hosts: { [ACME]: live } });
    const { report } = await connectFreshservice(context, { name: 'work' });
    expect(report.name).toBe('work');
    expect([...context.records.kept.keys()]).toEqual(['work']);
    expect([...context.store.items.keys()]).toEqual(['work']);
  });

  it("finds a Gladly organization's region, and names the connection after it", async () => {
    const context = fakeContext({ hosts: { [SHORT]: organization, [REGIONAL]: organization } });
    const supplied = { ...WHOLE_GLADLY, slug: 'acme' };
    const { report } = await connect(context, gladly, options({ supplied }));
    expect(report).toMatchObject({
      name: 'gladly/acme.us-1',
      host: REGIONAL,
      fields: { slug: 'acme.us-1', email: EMAIL },
      stored: true,
    });
    expect(left(context)).toEqual({ 'gladly/acme.us-1': itemOf(gladlyConnection()) });
  });

  it('keeps what is needed, and stores a limited connection', async () => {
    const world = fakeFreshservice({
      tenants: ['acme'],
      apiKey: API_KEY,
      denied: ['/api/v2/groups'],
    });
    const context = fakeContext({ hosts: { [ACME]: world } });
    const { report } = await connectFreshservice(context, { needs: ['groups.read'] });
    expect(report).toMatchObject({ reason: 'missing-permission', stored: true, lastValidAt: NOW });
    expect(context.records.kept.get(NAME)).toMatchObject({
      needs: ['groups.read'],
      lastValidAt: NOW,
    });
  });

  it('with the store none only verifies', async () => {
    const context = fakeContext({ hosts: { [ACME]: live } });
    const { report } = await connectFreshservice(context, { store: 'none' });
    expect(report).toMatchObject({ reason: 'ok', stored: false, store: null });
    expect(context.store.calls).toEqual([]);
    expect(context.records.kept.size).toBe(0);
  });

  it.each([
    ['bad-credential', { [ACME]: live }, { ...WHOLE, apiKey: WRONG_KEY }],
    ['no-such-tenant', { [ACME]: none }, WHOLE],
    ['dns', { [ACME]: 'dns' }, WHOLE],
    ['rate-limited', { [ACME]: () => ({ status: 429 }) }, WHOLE],
    ['wrong-product', {}, { ...WHOLE, domain: 'acme.freshdesk.com' }],
    ['vanity-host', {}, { ...WHOLE, domain: 'help.acme.com' }],
    ['not-allowed', {}, { ...WHOLE, domain: '10.0.0.1' }],
  ] as const)('that ends with %s saves nothing', async (reason, hosts, supplied) => {
    const context = fakeContext({ hosts });
    const { report, shown } = await connectFreshservice(context, { supplied });
    expect(report).toMatchObject({ reason, stored: false, lastValidAt: null });
    expect(shown).toBe(false);
    expect(context.records.kept.size).toBe(0);
    expect(left(context)).toEqual({});
  });

  it.each([
    [
      {},
      [
        '--domain',
        '--api-key-stdin',
        '--api-key-file',
        'FRESHSERVICE_DOMAIN',
        'FRESHSERVICE_API_KEY',
      ],
    ],
    [{ domain: 'acme' }, ['--api-key-stdin', '--api-key-file', 'FRESHSERVICE_API_KEY']],
    [{ apiKey: API_KEY }, ['--domain', 'FRESHSERVICE_DOMAIN']],
  ])('is told of every missing value at once: %#', async (supplied, ways) => {
    const context = fakeContext({});
    const failure = await connectFreshservice(context, { supplied }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure).toMatchObject({ code: 'input-needed' });
    for (const way of ways) expect((failure as UsageError).advice.next).toContain(way);
  });

  it.each([
    [{ ...WHOLE, domain: 'ac me' }],
    [{ ...WHOLE, domain: '' }],
    [{ ...WHOLE, apiKey: 'abc' }],
    [{ ...WHOLE, apiKey: `${API_KEY}\nsecond line` }],
  ])('with a value that can be none is refused before any request (%#)', async (supplied) => {
    const context = fakeContext({});
    const failure = await connectFreshservice(context, { supplied }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ name: 'UsageError', code: 'usage' });
    expect(JSON.stringify((failure as UsageError).advice)).not.toContain(API_KEY);
  });
});

describe('a store that fails', () => {
  it('is noticed before a person is sent for the key', async () => {
    const store = fakeStore();
    store.fault = { fails: 'store-unavailable' };
    const context = fakeContext({
      script: [{ kind: 'choose', question: /What now/u, answer: /^Stop/u }],
      hosts: { [ACME]: live },
      store,
    });
    const { report, shown } = await connectFreshservice(context, { supplied: { domain: 'acme' } });
    expect(report).toMatchObject({ reason: 'store-unavailable', stored: false, name: NAME });
    expect(shown).toBe(true);
    expect(context.http.signed).toEqual([]);
  });

  it.each([
    ['truncating', 'store-mismatch'],
    ['losing', 'store-mismatch'],
    ['altering', 'store-mismatch'],
    [{ fails: 'store-locked', on: 'set' }, 'store-locked'],
    [{ fails: 'store-timeout', on: 'get' }, 'store-timeout'],
  ] as const)('%j is found out with a test value', async (fault, reason) => {
    const store = fakeStore();
    store.fault = fault;
    const context = fakeContext({ hosts: { [ACME]: live }, store });
    const { report } = await connectFreshservice(context);
    expect(report).toMatchObject({ reason, stored: false });
    expect(context.http.signed).toEqual([]);
    expect(context.records.kept.size).toBe(0);
  });

  it('leaves no test value behind when it cannot be read back', async () => {
    const store = fakeStore();
    store.fault = { fails: 'store-timeout', on: 'get' };
    await connectFreshservice(fakeContext({ hosts: { [ACME]: live }, store }));
    expect([...store.items]).toEqual([]);
  });

  const late: readonly (readonly [StoreFault, string])[] = [
    ['truncating', 'store-mismatch'],
    ['losing', 'store-mismatch'],
    [{ fails: 'store-denied', on: 'set' }, 'store-denied'],
  ];

  it.each(late)(
    '%j only when the secret itself is written saves nothing',
    async (fault, reason) => {
      const store = fakeStore();
      store.fault = fault;
      store.concerns = (account) => account === NAME;
      const context = fakeContext({ hosts: { [ACME]: live }, store });
      const { report } = await connectFreshservice(context);
      expect(report).toMatchObject({ reason, stored: false, name: NAME, lastValidAt: null });
      expect(left(context)).toEqual({});
      expect(context.records.kept.size).toBe(0);
    },
  );

  it('by altering what it keeps is undone, and what was there stays', async () => {
    const was = freshserviceConnection();
    const store = fakeStore();
    const before = itemOf(was, 'the-key-of-before-1');
    store.items.set(NAME, before);
    let writes = 0;
    const setPassword = store.setPassword.bind(store);
    // The first write of the secret is mangled; the one that puts back is not.
    store.setPassword = async (account, password) => {
      if (account === NAME && writes++ === 0) store.items.set(account, 'mangled');
      else await setPassword(account, password);
    };
    const context = fakeContext({ hosts: { [ACME]: live }, store, records: fakeRecords(was) });
    const { report } = await connectFreshservice(context);
    expect(report.reason).toBe('store-mismatch');
    expect(left(context)).toEqual({ [NAME]: before });
    expect(context.records.kept.get(NAME)).toEqual(was);
  });

  it.each([
    ['the former secret is put back', freshserviceConnection()],
    ['nothing is left', undefined],
  ])('after a record that cannot be written, %s', async (_, was) => {
    const records = fakeRecords(...(was ? [was] : []));
    records.failing = () => true;
    const store = fakeStore();
    const before = was ? { [NAME]: itemOf(was, 'the-key-of-before-2') } : {};
    for (const [name, item] of Object.entries(before)) store.items.set(name, item);
    const context = fakeContext({ hosts: { [ACME]: live }, store, records });
    const { report } = await connectFreshservice(context);
    expect(report).toMatchObject({ reason: 'store-denied', stored: false });
    expect(left(context)).toEqual(before);
  });

  it('that is not known is store-unavailable, and nothing is sent signed', async () => {
    const context = fakeContext({ hosts: { [ACME]: live } });
    const { report } = await connectFreshservice(context, { store: 'drawer' });
    expect(report).toMatchObject({ reason: 'store-unavailable', stored: false });
  });
});

describe('a name that exists', () => {
  const other = freshserviceConnection({
    name: 'work',
    host: 'globex.freshservice.com',
    fields: { domain: 'globex' },
  });

  it('for the same tenant is replaced, once the new key is proven', async () => {
    const was = freshserviceConnection({ needs: ['tickets.read'] });
    const context = fakeContext({
      hosts: { [ACME]: live },
      records: fakeRecords(was),
      store: filledStore(was),
    });
    context.store.items.set(NAME, itemOf(was, 'the-key-of-before-3'));
    const { report } = await connectFreshservice(context);
    expect(report).toMatchObject({ stored: true, createdAt: was.createdAt, verifiedAt: NOW });
    expect(report.capabilities).toEqual([{ id: 'tickets.read', granted: true }]);
    expect(left(context)).toEqual({ [NAME]: itemOf(was) });
    expect(context.records.kept.get(NAME)).toMatchObject({ needs: ['tickets.read'] });
  });

  it('keeps its secret when the new key is refused', async () => {
    const was = freshserviceConnection();
    const context = fakeContext({
      hosts: { [ACME]: live },
      records: fakeRecords(was),
      store: filledStore(was),
    });
    await connectFreshservice(context, { supplied: { ...WHOLE, apiKey: WRONG_KEY } });
    expect(left(context)).toEqual({ [NAME]: itemOf(was) });
    expect(context.records.kept.get(NAME)).toEqual(was);
  });

  it.each([
    ['another tenant', other],
    ['another provider', gladlyConnection({ name: 'work' })],
  ])('for %s is taken, and nothing is sent or changed', async (_, was) => {
    const context = fakeContext({
      hosts: { [ACME]: live },
      records: fakeRecords(was),
      store: filledStore(was),
    });
    await expect(connectFreshservice(context, { name: 'work' })).rejects.toMatchObject({
      code: 'name-taken',
    });
    expect(context.http.signed).toEqual([]);
    expect(left(context)).toEqual({ work: itemOf(was) });
    expect(context.records.kept.get('work')).toEqual(was);
  });

  it('for the credential of somebody else is taken', async () => {
    const was = freshserviceConnection({ identity: { id: '99', label: 'Bob <bob@acme.example>' } });
    const context = fakeContext({
      hosts: { [ACME]: live },
      records: fakeRecords(was),
      store: filledStore(was),
    });
    await expect(connectFreshservice(context)).rejects.toMatchObject({
      code: 'name-taken',
      advice: { why: expect.stringContaining('Bob') as string },
    });
    expect(context.records.kept.get(NAME)).toEqual(was);
  });

  it('for an identity that nobody tells counts as the same', async () => {
    const was = freshserviceConnection({ identity: null });
    const context = fakeContext({
      hosts: { [ACME]: live },
      records: fakeRecords(was),
      store: filledStore(was),
    });
    await expect(connectFreshservice(context)).resolves.toMatchObject({ report: { stored: true } });
  });

  it.each([
    ['another tenant', { ...other }],
    ['another provider', gladlyConnection({ name: 'work' })],
  ])('for %s is replaced with --replace', async (_, was) => {
    const context = fakeContext({
      hosts: { [ACME]: live },
      records: fakeRecords(was),
      store: filledStore(was),
    });
    const { report } = await connectFreshservice(context, { name: 'work', replace: true });
    expect(report).toMatchObject({ name: 'work', host: ACME, stored: true });
    expect(context.records.kept.get('work')).toMatchObject({
      provider: 'freshservice',
      host: ACME,
    });
  });

  it.each([
    [true, 'a person agrees'],
    [false, 'a person does not agree'],
  ])('is replaced only where they say so: %s', async (agreed) => {
    const context = fakeContext({
      script: [asks.choose(/should happen/u, agreed ? /^Replace it/u : /^Stop/u)],
      hosts: { [ACME]: live },
      records: fakeRecords(other),
      store: filledStore(other),
    });
    const run = connectFreshservice(context, { name: 'work' }).then(
      ({ report }) => report.stored,
      (error: UsageError) => error.code,
    );
    await expect(run).resolves.toBe(agreed ? true : 'name-taken');
    expect(context.records.kept.get('work')?.host).toBe(agreed ? ACME : other.host);
  });

  it.each([
    ['whose secret is of another tenant', itemOf(other)],
    ['whose secret is of another provider', itemOf(gladlyConnection())],
  ])('in the store alone, %s, is taken', async (_, item) => {
    const store = fakeStore();
    store.items.set(NAME, item);
    const context = fakeContext({ hosts: { [ACME]: live }, store });
    await expect(connectFreshservice(context)).rejects.toMatchObject({ code: 'name-taken' });
    expect(left(context)).toEqual({ [NAME]: item });
    expect(context.records.kept.size).toBe(0);
  });

  it('with a record that cannot be read is left alone', async () => {
    const records = fakeRecords();
    records.unreadable.push({ name: NAME, why: 'a newer version wrote it' });
    const context = fakeContext({ hosts: { [ACME]: live }, records });
    const { report } = await connectFreshservice(context, { replace: true });
    expect(report).toMatchObject({ reason: 'store-corrupt', stored: false });
    expect(left(context)).toEqual({});
  });

  it.each([false, true])(
    'with a secret of a newer version is never overwritten (--replace: %s)',
    async (replace) => {
      const newer = JSON.stringify({ v: 2, sealed: 'by a later version' });
      const store = fakeStore();
      store.items.set(NAME, newer);
      const context = fakeContext({ hosts: { [ACME]: live }, store });
      const { report } = await connectFreshservice(context, { replace });
      expect(report).toMatchObject({ reason: 'store-corrupt', stored: false });
      expect(left(context)).toEqual({ [NAME]: newer });
    },
  );

  it("of the same tenant is replaced where the secret has the tenant's former address", async () => {
    const was = gladlyConnection();
    const store = fakeStore();
    store.items.set(
      was.name,
      itemOf(gladlyConnection({ host: SHORT, fields: { slug: 'acme', email: EMAIL } })),
    );
    const context = fakeContext({
      hosts: { [REGIONAL]: organization },
      store,
      records: fakeRecords(was),
    });
    const run = connect(context, gladly, options({ supplied: WHOLE_GLADLY }));
    await expect(run).resolves.toMatchObject({ report: { stored: true } });
  });

  it.each([
    ['of another person', freshserviceConnection({ identity: { id: '99', label: 'Bob' } }), NAME],
    ['of another tenant', other, 'work'],
  ])('does not stand in the way of only verifying: %s', async (_, was, name) => {
    const context = fakeContext({
      hosts: { [ACME]: live },
      records: fakeRecords(was),
      store: filledStore(was),
    });
    const run = connectFreshservice(context, { name, store: 'none' });
    await expect(run).resolves.toMatchObject({ report: { reason: 'ok', stored: false } });
  });
});

const desk = (): ReturnType<typeof fakeStore> =>
  fakeStore({ kind: 'file', backend: 'Fake Desk', persistent: true });

describe('another store than the remembered one', () => {
  it('gets the secret, and the old one loses it', async () => {
    const was = freshserviceConnection();
    const file = desk();
    const context = fakeContext({
      hosts: { [ACME]: live },
      records: fakeRecords(was),
      store: filledStore(was),
      stores: { file },
    });
    const { report } = await connectFreshservice(context, { store: 'file' });
    expect(report).toMatchObject({ stored: true, store: { kind: 'file' } });
    expect(left(context)).toEqual({});
    expect(Object.fromEntries(file.items)).toEqual({ [NAME]: itemOf(was) });
    expect(context.records.kept.get(NAME)?.store).toBe('file');
  });

  it('is the remembered one where none is named', async () => {
    const was = freshserviceConnection({ store: 'file' });
    const file = desk();
    const context = fakeContext({
      hosts: { [ACME]: live },
      records: fakeRecords(was),
      stores: { file },
    });
    await connectFreshservice(context);
    expect([...file.items.keys()]).toEqual([NAME]);
    expect(context.store.calls).toEqual([]);
  });

  it('that fails to let go is a warning, not a failure', async () => {
    const was = freshserviceConnection();
    const context = fakeContext({
      hosts: { [ACME]: live },
      records: fakeRecords(was),
      store: filledStore(was),
      stores: { file: desk() },
    });
    context.store.fault = { fails: 'store-locked' };
    const { report } = await connectFreshservice(context, { store: 'file' });
    expect(report.stored).toBe(true);
    expect(context.terminal.text('warn')).toContain('Fake Keychain');
  });

  it('is all done before an end is heeded that comes while the old one lets go', async () => {
    const was = freshserviceConnection();
    const file = desk();
    const store = filledStore(was);
    const context = fakeContext({
      hosts: { [ACME]: live },
      records: fakeRecords(was),
      store,
      stores: { file },
    });
    const deletePassword = store.deletePassword.bind(store);
    store.deletePassword = async (account) => {
      context.interruption.raise(130);
      return deletePassword(account);
    };
    const { report } = await context.interruption.race(
      connectFreshservice(context, { store: 'file' }),
    );
    expect(report).toMatchObject({ reason: 'ok', stored: true, store: { kind: 'file' } });
    expect(context.interruption.signal.aborted).toBe(false);
    expect(left(context)).toEqual({});
    expect(Object.fromEntries(file.items)).toEqual({ [NAME]: itemOf(was) });
    expect(context.records.kept.get(NAME)?.store).toBe('file');
    expect(context.terminal.text('warn')).toBe('');
  });

  it.each([
    ['cannot be written', { fails: 'store-unavailable', on: 'set' }],
    ['does not keep what it is given', 'losing'],
  ] as const)(
    'may have the secret where it says that it has none and %s: a warning',
    async (_, fault) => {
      const was = freshserviceConnection();
      const context = fakeContext({
        hosts: { [ACME]: live },
        records: fakeRecords(was),
        stores: { file: desk() },
      });
      context.store.fault = fault;
      const { report } = await connectFreshservice(context, { store: 'file' });
      expect(report).toMatchObject({ reason: 'ok', stored: true });
      expect(context.terminal.text('warn')).toBe('The old secret may still be in Fake Keychain.');
    },
  );

  it.each([
    ['proves that', Object.assign(fakeStore(), { nullIsReliable: true }), 1],
    ['keeps a test value', fakeStore(), 4],
  ])('has let go where it says that it has none and %s', async (_, store, calls) => {
    const context = fakeContext({
      hosts: { [ACME]: live },
      records: fakeRecords(freshserviceConnection()),
      store,
      stores: { file: desk() },
    });
    await connectFreshservice(context, { store: 'file' });
    expect(context.terminal.text('warn')).toBe('');
    expect(store.calls).toHaveLength(calls);
    expect(left(context)).toEqual({});
  });

  it('that this version does not know is a warning, not a failure', async () => {
    const was = freshserviceConnection({ store: 'helper:of-a-later-version' });
    const context = fakeContext({ hosts: { [ACME]: live }, records: fakeRecords(was) });
    const { report } = await connectFreshservice(context, { store: 'keychain' });
    expect(report.stored).toBe(true);
    expect(context.records.kept.get(NAME)?.store).toBe('keychain');
    expect(context.terminal.text('warn')).toBe(
      'The old secret may still be in the store that was used before.',
    );
  });
});

describe('what could not be proven', () => {
  it.each([
    ['dns', 'dns'],
    ['tls-untrusted', 'tls-untrusted'],
    ['rate-limited', () => ({ status: 429 })],
    ['server-error', () => page(503)],
    ['not-an-api', () => page(200)],
  ] as const)(
    'for want of an answer (%s) is stored with --allow-unverified',
    async (reason, host) => {
      const context = fakeContext({ hosts: { [ACME]: host } });
      const { report } = await connectFreshservice(context, { allowUnverified: true });
      expect(report).toMatchObject({ reason, stored: true, lastValidAt: null, verifiedAt: NOW });
      expect(context.records.kept.get(NAME)).toMatchObject({
        reason,
        lastValidAt: null,
        recognised: false,
      });
      expect([...context.store.items.keys()]).toEqual([NAME]);
    },
  );

  it('because the provider refused is not stored, not with --allow-unverified either', async () => {
    const context = fakeContext({ hosts: { [ACME]: live } });
    const { report } = await connectFreshservice(context, {
      allowUnverified: true,
      supplied: { ...WHOLE, apiKey: WRONG_KEY },
    });
    expect(report).toMatchObject({ reason: 'bad-credential', stored: false });
    expect(left(context)).toEqual({});
  });

  it('does not replace what was proven', async () => {
    const was = freshserviceConnection();
    const context = fakeContext({
      hosts: { [ACME]: 'dns' },
      records: fakeRecords(was),
      store: filledStore(was),
    });
    context.store.items.set(NAME, itemOf(was, 'the-key-of-before-4'));
    const run = connectFreshservice(context, { allowUnverified: true });
    await expect(run).rejects.toMatchObject({ code: 'name-taken' });
    expect(left(context)).toEqual({ [NAME]: itemOf(was, 'the-key-of-before-4') });
  });

  it('is not said to be good to the person who stored it', async () => {
    const context = fakeContext({ script: [], hosts: { [ACME]: 'dns' } });
    await connectFreshservice(context, { allowUnverified: true });
    expect(context.terminal.text('done')).not.toMatch(/could not be found/u);
  });
});

describe('a host that looks like a key', () => {
  it('from a script is refused before it is looked up, and not repeated', async () => {
    const context = fakeContext({ hosts: {} });
    const swapped = connectFreshservice(context, { supplied: { domain: API_KEY, apiKey: 'acme' } });
    const error: unknown = await swapped.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      advice: {
        what: 'The value for Domain cannot be used',
        next: expect.stringContaining('as the whole host: <name>.freshservice.com.') as string,
      },
    });
    expect(JSON.stringify((error as UsageError).advice)).not.toContain(API_KEY);
  });

  it('may be one as a whole host', async () => {
    const name = API_KEY.toLowerCase();
    const host = `${name}.freshservice.com`;
    const odd = fakeFreshservice({ tenants: [name], apiKey: WRONG_KEY });
    const context = fakeContext({ hosts: { [host]: odd } });
    const { report } = await connectFreshservice(context, {
      supplied: { domain: host, apiKey: WRONG_KEY },
    });
    expect(report).toMatchObject({ host, stored: true });
  });

  it('is asked for anew where there is a person', async () => {
    const context = fakeContext({
      script: [asks.text('Domain', 'acme')],
      hosts: { [ACME]: live },
    });
    const { report } = await connectFreshservice(context, {
      supplied: { domain: WRONG_KEY.replaceAll('-', '1a'), apiKey: API_KEY },
    });
    expect(report.stored).toBe(true);
    expect(context.terminal.text('warn')).toContain('it looks like a key or a token');
  });
});

describe('a person at a terminal', () => {
  it('who agreed to a proven credential in the place of another is asked again for one that is not', async () => {
    const beta = freshserviceConnection({
      name: 'desk',
      host: 'beta.freshservice.com',
      fields: { domain: 'beta' },
    });
    for (const agreed of [true, false]) {
      const context = fakeContext({
        script: [
          asks.choose(/should happen/u, /^Replace it, once the new API key works$/u),
          asks.choose(/^What now\?$/u, /^Store it unverified/u),
          asks.choose(
            /should happen/u,
            agreed ? /^Replace it, although the new API key is not verified$/u : /^Stop/u,
          ),
        ],
        hosts: { [ACME]: busy },
        records: fakeRecords(beta),
        store: filledStore(beta),
      });
      const run = connectFreshservice(context, { name: 'desk' });
      if (agreed) expect((await run).report).toMatchObject({ stored: true, lastValidAt: null });
      else await expect(run).rejects.toThrow('The name desk is taken');
      expect(context.records.kept.get('desk')?.host).toBe(agreed ? ACME : beta.host);
    }
  });

  it('is led from nothing to a stored connection', async () => {
    const context = fakeContext({
      script: [
        asks.text('Domain', ' https://acme.freshservice.com/a/ ', { refused: ['', '  '] }),
        asks.secret('API key', `\u001B[200~${API_KEY}\u001B[201~`, { refused: ['', 'abc'] }),
      ],
      hosts: { [ACME]: live },
    });
    const { report } = await connectFreshservice(context, { supplied: {} });
    expect(report).toMatchObject({ reason: 'ok', stored: true });
    expect(
      context.terminal.said.filter(({ how }) => how === 'step').map(({ text }) => text),
    ).toEqual(['1/3 Domain', '2/3 API key', '3/3 Check and save']);
    expect(context.terminal.text('tell')).toContain('paste markers');
    expect(context.terminal.text()).not.toContain(API_KEY);
  });

  it('who pastes a wrong key is asked for the key alone, and offered nothing of it', async () => {
    const context = fakeContext({
      script: [
        asks.text('Domain', 'acme'),
        asks.secret('API key', WRONG_KEY),
        asks.secret('API key', API_KEY),
      ],
      hosts: { [ACME]: live },
    });
    const { report } = await connectFreshservice(context, { supplied: {} });
    expect(report.stored).toBe(true);
    expect(context.terminal.text('problem')).toContain('refused the API key');
    expect(context.http.requests.filter(({ authorization }) => !authorization)).toHaveLength(1);
    expect(left(context)).toEqual({ [NAME]: itemOf(freshserviceConnection()) });
  });

  it('who types the domain as the key is told so, and the domain stays what it is', async () => {
    const context = fakeContext({
      script: [
        asks.text('Domain', 'acme'),
        asks.secret('API key', API_KEY, { refused: ['', 'acme', 'ACME'] }),
      ],
      hosts: { [ACME]: live },
    });
    const { report } = await connectFreshservice(context, { supplied: {} });
    expect(report).toMatchObject({ name: NAME, reason: 'ok', stored: true });
    expect(context.records.kept.get(NAME)?.fields).toEqual({ domain: 'acme' });
  });

  it('who types a wrong domain is asked for the domain alone, with the former one to mend', async () => {
    const context = fakeContext({
      script: [asks.text('Domain', 'acmee'), asks.text('Domain', 'acme', { initial: 'acmee' })],
      hosts: { 'acmee.freshservice.com': none, [ACME]: live },
    });
    const { report } = await connectFreshservice(context, { supplied: { apiKey: API_KEY } });
    expect(report).toMatchObject({ stored: true, host: ACME });
    expect(context.terminal.text('problem')).toContain('acmee.freshservice.com');
  });

  it('who types an address of another product is told, and asked again', async () => {
    const context = fakeContext({
      script: [
        asks.text('Domain', 'acme.freshdesk.com'),
        asks.text('Domain', 'ac me'),
        asks.text('Domain', 'acme'),
      ],
      hosts: { [ACME]: live },
    });
    const { report } = await connectFreshservice(context, { supplied: { apiKey: API_KEY } });
    expect(report.stored).toBe(true);
    expect(context.terminal.text('problem')).toContain('Freshdesk');
  });

  it('whose network fails can try again', async () => {
    let tries = 0;
    const flaky: FakeHost = (request) => (tries++ === 0 ? { status: 302 } : live(request));
    const context = fakeContext({
      script: [asks.choose(/What now/u, /Try again/u)],
      hosts: { [ACME]: flaky },
    });
    const { report } = await connectFreshservice(context);
    expect(report.stored).toBe(true);
  });

  it('who stops has saved nothing, and is not told twice', async () => {
    const context = fakeContext({
      script: [asks.choose(/What now/u, /Stop/u)],
      hosts: { [ACME]: 'timeout' },
    });
    await expect(connectFreshservice(context)).resolves.toMatchObject({
      shown: true,
      report: { reason: 'timeout', stored: false },
    });
  });

  it('chooses which of the pair to type again where either can be wrong', async () => {
    const context = fakeContext({
      script: [
        asks.text('Agent email', 'someone@acme.example', { refused: ['someone', ''] }),
        asks.choose(/What now/u, /Agent email/u),
        asks.text('Agent email', EMAIL, { initial: 'someone@acme.example' }),
      ],
      hosts: { [REGIONAL]: organization },
    });
    const supplied = { slug: 'acme.us-1', token: TOKEN };
    const { report } = await connect(context, gladly, options({ supplied }));
    expect(report).toMatchObject({ stored: true, fields: { email: EMAIL } });
  });

  it('is asked about a paste that looks odd, and can paste another', async () => {
    const context = fakeContext({
      script: [
        asks.secret('API key', 'ines@acme.example'),
        asks.confirm(/all the same/u, false),
        asks.secret('API key', API_KEY),
      ],
      hosts: { [ACME]: live },
    });
    const { report } = await connectFreshservice(context, { supplied: { domain: 'acme' } });
    expect(report.stored).toBe(true);
    expect(context.terminal.text('warn')).toContain('e-mail');
    expect(context.terminal.text('warn')).not.toContain('ines@');
  });

  it('who presses Ctrl-C at a question has saved nothing', async () => {
    const context = fakeContext({ script: [asks.interrupt], hosts: { [ACME]: live } });
    await expect(
      connectFreshservice(context, { supplied: { domain: 'acme' } }),
    ).rejects.toMatchObject({
      name: 'Interrupted',
      exitCode: 130,
    });
    expect(left(context)).toEqual({});
    expect(context.records.kept.size).toBe(0);
  });
});

describe('an end in the middle', () => {
  it('before the save saves nothing', async () => {
    const context = fakeContext({
      hosts: {
        [ACME]: (request) => {
          if (request.authorization !== undefined) context.interruption.raise(143);
          return live(request);
        },
      },
    });
    await expect(connectFreshservice(context)).rejects.toMatchObject({ exitCode: 143 });
    expect(left(context)).toEqual({});
    expect(context.records.kept.size).toBe(0);
  });

  it('of the save itself finishes it first', async () => {
    const store = fakeStore();
    const context = fakeContext({ hosts: { [ACME]: live }, store });
    const setPassword = store.setPassword.bind(store);
    store.setPassword = async (account, password) => {
      if (account === NAME) context.interruption.raise(130);
      await setPassword(account, password);
    };
    const { report } = await connectFreshservice(context);
    expect(report.stored).toBe(true);
    expect(context.records.kept.has(NAME)).toBe(true);
  });
});

const elsewhere: FakeHost = ({ authorization }) =>
  authorization === undefined
    ? { status: 401 }
    : json(200, { id: 'x', gladlyUrl: 'https://globex.gladly.com' });

it("an organization's answer for another one is refused, whatever is allowed", async () => {
  const context = fakeContext({ hosts: { [REGIONAL]: elsewhere } });
  const supplied = options({ supplied: WHOLE_GLADLY, allowUnverified: true, replace: true });
  const { report } = await connect(context, gladly, supplied);
  expect(report).toMatchObject({ reason: 'other-tenant', stored: false });
  expect(sentence(report.advice)).toContain('globex');
  expect(left(context)).toEqual({});
});

describe('an unlucky ending', () => {
  const KEY = { kind: 'secret', label: 'API key', answer: API_KEY } as const;
  it('that decided nothing loses nothing: what was typed is stored unverified', async () => {
    const context = fakeContext({
      script: [KEY, { kind: 'choose', question: /What now/u, answer: /^Store it unverified/u }],
      hosts: { [ACME]: busy },
    });
    const { report } = await connectFreshservice(context, { supplied: { domain: 'acme' } });
    expect(report).toMatchObject({ reason: 'server-error', stored: true, lastValidAt: null });
    expect(context.store.items.get(NAME)).toContain(API_KEY);
    expect(context.terminal.text('warn')).toContain('Not proven: stored all the same.');
  });

  it('is not parked where there is nowhere to put it', async () => {
    const context = fakeContext({
      script: [KEY, { kind: 'choose', question: /What now/u, answer: /^(?:Store it|Stop)/u }],
      hosts: { [ACME]: busy },
    });
    const verifyOnly = { supplied: { domain: 'acme' }, store: 'none' };
    const { report } = await connectFreshservice(context, verifyOnly);
    expect(report).toMatchObject({ reason: 'server-error', stored: false });
  });

  it('of a store that fails when it matters leads to another one, with nothing typed again', async () => {
    const store = fakeStore();
    const other = fakeStore({ kind: 'file', backend: 'Fake Files', persistent: true });
    store.fault = { fails: 'store-timeout', on: 'set' };
    store.concerns = (account) => account === NAME;
    const context = fakeContext({
      script: [KEY, { kind: 'choose', question: /What now/u, answer: /Fake Files/u }],
      hosts: { [ACME]: live },
      store,
      stores: { keychain: store, file: other },
    });
    const { report } = await connectFreshservice(context, { supplied: { domain: 'acme' } });
    expect(report).toMatchObject({ reason: 'ok', stored: true });
    expect(other.items.get(NAME)).toContain(API_KEY);
    expect(context.records.kept.get(NAME)?.store).toBe('file');
  });
});
