import { describe, expect, it, vi } from 'vitest';
import { inputNeeded, StoreError } from '../../../src/core/errors.js';
import { healthy, unhealthy, type HealthCheck } from '../../../src/core/health.js';
import { Pace } from '../../../src/core/pace.js';
import type { Http } from '../../../src/core/ports.js';
import { Secret } from '../../../src/core/secret.js';
import { verdicts, worstExitCode } from '../../../src/core/verdict.js';
import { doctor, type DoctorOptions } from '../../../src/flows/doctor/doctor.js';
import { fakeFreshservice, fakeGladly, page } from '../../support/fake-providers.js';
import {
  API_KEY,
  EMAIL,
  type FakeContext,
  fakeContext,
  type FakeHost,
  fakeRecords,
  fakeStore,
  type FakeStore,
  filledStore,
  freshserviceConnection,
  gladlyConnection,
  itemOf,
  missingInput,
  NOW,
  TOKEN,
} from '../../support/fakes.js';
import { faked } from '../../support/built-ins.js';

const ACME = freshserviceConnection();
const AMY = gladlyConnection();
const LEFT = 'connect-wizard-test/0d1b8a52-2c6f-4e4e-9d3a-6f1f0c0a4f6b';

const freshserviceAnswers = fakeFreshservice({ tenants: ['acme'], apiKey: API_KEY });
const gladlyAnswers = fakeGladly({ host: AMY.host, email: EMAIL, token: TOKEN });
/** The providers' domains, which are looked up if nothing is stored. */
const DOMAINS = { 'freshservice.com': true, 'gladly.com': true };
const HOSTS = { [ACME.host]: freshserviceAnswers, [AMY.host]: gladlyAnswers };

const OPTIONS: DoctorOptions = {
  defaultStore: 'keychain',
  chosen: false,
  timeoutMs: 1000,
  concurrency: 8,
  repair: false,
};

type Parts = Parameters<typeof fakeContext>[0];

async function examine(
  parts: Parts,
  options: Partial<DoctorOptions> = {},
  inspect: () => HealthCheck[] = () => [],
): Promise<{ readonly checks: HealthCheck[]; readonly context: FakeContext; exit: number }> {
  const context = fakeContext({ resolving: parts.hosts ? {} : DOMAINS, ...parts });
  const checks = await doctor(
    {
      ...context,
      diagnostics: { ...context.diagnostics, inspect: async () => inspect() },
    },
    faked,
    { ...OPTIONS, ...options },
  );
  // Whatever it examines, it sends no credential and prints no secret.
  expect(context.http.signed).toEqual([]);
  const words = JSON.stringify(checks);
  for (const secret of [API_KEY, TOKEN]) expect(words).not.toContain(secret);
  for (const check of checks) {
    expect(check.ok, check.id).toBe(check.nextStep === null);
    expect(check.ok, check.id).toBe(check.verdict === 'valid');
    expect(check.detail, check.id).not.toBe('');
  }
  expect(new Set(checks.map(({ id }) => id)).size, 'each has a name of its own').toBe(
    checks.length,
  );
  const exit = worstExitCode(checks.filter(({ ok }) => !ok).map(({ verdict }) => verdict));
  return { checks, context, exit };
}

const find = (checks: readonly HealthCheck[], id: string): HealthCheck | undefined =>
  checks.find((check) => check.id === id);
const failing = (checks: readonly HealthCheck[]): string[] =>
  checks.filter(({ ok }) => !ok).map(({ id }) => id);

/** Like the real one, it is reliable about what it does not have. */
function fileStore(): FakeStore {
  return {
    ...fakeStore({ kind: 'file', backend: 'fake files', persistent: true }),
    nullIsReliable: true,
  };
}

describe('if all is well, doctor', () => {
  it('checks the machine, the records, the store and the names if nothing is stored, and sends nothing', async () => {
    const { checks, context, exit } = await examine({}, {}, () => [healthy('node', 'v24')]);
    expect(checks.map(({ id, ok }) => [id, ok])).toEqual([
      ['node', true],
      ['records', true],
      ['store:keychain', true],
      ['network', true],
      ['host:freshservice.com', true],
      ['host:gladly.com', true],
    ]);
    expect(exit).toBe(0);
    expect(find(checks, 'network')?.detail).toBe('no connection is stored, so no request was sent');
    expect(context.http.requests).toEqual([]);
    expect(context.store.items.size).toBe(0);
  });

  it('reports each part as soon as it is known, and which host it waits for', async () => {
    const told: string[] = [];
    const pace = new Pace({ now: () => new Date(0) });
    let waiting = '';
    const context = fakeContext({
      hosts: HOSTS,
      records: fakeRecords(ACME, AMY),
      store: filledStore(ACME, AMY),
    });
    const send = context.http.send.bind(context.http);
    const http: Http = {
      ...context.http,
      async send(request) {
        // Answers once all else is told.
        if (request.url.includes(AMY.host)) {
          await vi.waitFor(() => expect(told).toHaveLength(3));
          waiting = String(pace);
        }
        return send(request);
      },
    };
    const onChecks = (checks: readonly HealthCheck[]): void => {
      told.push(...checks.map(({ id }) => id));
    };
    await doctor({ ...context, http }, faked, { ...OPTIONS, onChecks, pace });
    expect(waiting).toBe(`1 of 2; waiting for ${AMY.host}`);
    const first = ['records', 'store:keychain', `host:${ACME.host}`];
    expect(told.slice(0, 3).toSorted()).toEqual(first.toSorted());
    expect(told.at(3)).toBe(`host:${AMY.host}`);
  });

  it('checks the store and each host once, without a credential', async () => {
    const twin = freshserviceConnection({ name: 'work' });
    const { checks, context, exit } = await examine({
      hosts: HOSTS,
      records: fakeRecords(ACME, AMY, twin),
      store: filledStore(ACME, AMY, twin),
    });
    expect(checks.map(({ id, ok }) => [id, ok])).toEqual([
      ['records', true],
      ['store:keychain', true],
      [`host:${ACME.host}`, true],
      [`host:${AMY.host}`, true],
    ]);
    expect(find(checks, 'records')?.detail).toBe('3 can be read');
    expect(find(checks, `host:${ACME.host}`)?.detail).toBe('it is Freshservice');
    expect(exit).toBe(0);
    expect(context.http.requests).toHaveLength(2);
    // It changes nothing, and reads each secret once.
    expect([...context.store.items.keys()].toSorted()).toEqual([ACME.name, AMY.name, twin.name]);
    const calls = context.store.calls.filter((call) => !call.includes('connect-wizard-test/'));
    expect(calls).toEqual([ACME, AMY, twin].map(({ name }) => `get ${name}`));
  });

  it('tests the store by writing, reading and deleting a value', async () => {
    const { context } = await examine({});
    expect(context.store.calls.map((call) => call.replace(/-test\/.*/u, '-test'))).toEqual([
      'set connect-wizard-test',
      'get connect-wizard-test',
      'delete connect-wizard-test',
    ]);
  });

  it('tests the store that connect would use, and none for --store none', async () => {
    const file = fileStore();
    const { checks } = await examine({ stores: { file } }, { defaultStore: 'file' });
    expect(checks.map(({ id }) => id)).toContain('store:file');
    expect(checks.map(({ id }) => id)).not.toContain('store:keychain');

    const { checks: none, context } = await examine({}, { defaultStore: 'none' });
    expect(none.filter(({ id }) => id.startsWith('store:'))).toEqual([]);
    expect(context.store.calls).toEqual([]);
  });

  it('tests every store that a connection is in', async () => {
    const helper = fakeStore({ kind: 'helper:pass', backend: 'fake pass', persistent: true });
    const there = { ...ACME, store: 'helper:pass' };
    helper.items.set(ACME.name, itemOf(there));
    const parts = {
      hosts: { [ACME.host]: freshserviceAnswers },
      records: fakeRecords(there),
      stores: { 'helper:pass': helper },
    };
    const stores = async (chosen: boolean): Promise<string[]> => {
      const { checks, exit } = await examine(parts, { chosen });
      expect(exit).toBe(0);
      return checks.map(({ id }) => id).filter((id) => id.startsWith('store:'));
    };
    // A default that nobody chose does not matter if the secrets are in another store.
    expect(await stores(false)).toEqual(['store:helper:pass']);
    expect(await stores(true)).toEqual(['store:helper:pass', 'store:keychain']);
  });
});

describe('the machine', () => {
  it('comes first, and its faults decide the exit code', async () => {
    const proxy = unhealthy('proxy:HTTPS_PROXY', 'unreachable', 'no address', 'Set it.');
    const { checks, exit } = await examine({}, {}, () => [proxy]);
    expect(checks[0]).toBe(proxy);
    expect(exit).toBe(6);
  });
});

describe('the records', () => {
  it('that cannot be read have a check each, and the rest goes on', async () => {
    const records = fakeRecords(ACME);
    records.unreadable.push({ name: 'gladly/old', why: 'a newer version wrote it' });
    const { checks, exit } = await examine({
      hosts: { [ACME.host]: freshserviceAnswers },
      records,
      store: filledStore(ACME),
    });
    expect(failing(checks)).toEqual(['record:gladly/old']);
    expect(find(checks, 'record:gladly/old')?.detail).toBe('a newer version wrote it');
    expect(exit).toBe(7);
  });

  it('have one check if none can be listed, and the rest goes on', async () => {
    const records = fakeRecords();
    records.list = async () => {
      throw new StoreError('store-denied', { what: 'No records', why: 'EACCES', next: 'Look.' });
    };
    const { checks, exit } = await examine({ records });
    expect(failing(checks)).toEqual(['records']);
    expect(find(checks, 'records')).toMatchObject({
      detail: 'No records: EACCES.',
      nextStep: 'Look.',
    });
    expect(find(checks, 'store:keychain')?.ok).toBe(true);
    expect(exit).toBe(7);
  });

  it('end doctor if the error is a bug', async () => {
    const records = fakeRecords();
    records.list = async () => {
      throw new TypeError('a fault');
    };
    await expect(
      doctor(fakeContext({ records }), faked, {
        defaultStore: 'keychain',
        chosen: false,
        timeoutMs: 1000,
        concurrency: 8,
        repair: false,
      }),
    ).rejects.toBeInstanceOf(TypeError);
  });
});

describe('a store', () => {
  it.each([
    [{ fails: 'store-locked' }, /it is told so/u],
    [{ fails: 'store-timeout', on: 'get' }, /it is told so/u],
    [{ fails: 'store-denied', on: 'delete' }, /it is told so/u],
    ['truncating', /does not keep what it is given/u],
    ['losing', /does not keep what it is given/u],
    ['altering', /does not keep what it is given/u],
  ] as const)(
    'that fails (%j) is a failed check, and the network is still checked',
    async (fault, detail) => {
      const store = filledStore(ACME);
      store.fault = fault;
      const { checks, exit } = await examine({
        hosts: { [ACME.host]: freshserviceAnswers },
        records: fakeRecords(ACME),
        store,
      });
      expect(failing(checks)).toEqual(['store:keychain']);
      expect(find(checks, 'store:keychain')?.detail).toMatch(detail);
      expect(exit).toBe(7);
      expect(find(checks, `host:${ACME.host}`)?.ok).toBe(true);
    },
  );

  it('that is unknown is a failed check', async () => {
    const { checks, exit } = await examine({
      hosts: { [ACME.host]: freshserviceAnswers },
      records: fakeRecords({ ...ACME, store: 'vault' }),
    });
    expect(failing(checks)).toEqual(['store:vault']);
    expect(exit).toBe(7);
  });

  it('whose passphrase is missing is a failed check, without a question', async () => {
    const file = fileStore();
    const needed = inputNeeded([missingInput('Passphrase', 'CONNECT_WIZARD_PASSPHRASE')]);
    file.setPassword = () => Promise.reject(needed);
    const { checks, exit } = await examine({ stores: { file } }, { defaultStore: 'file' });
    expect(failing(checks)).toEqual(['store:file']);
    expect(find(checks, 'store:file')?.nextStep).toContain('CONNECT_WIZARD_PASSPHRASE');
    expect(exit).toBe(7);
  });

  it('that cannot be listed is a failed check, even if nothing uses it', async () => {
    const file = fileStore();
    file.accounts = async () => {
      throw new StoreError('store-denied', { what: 'No files', why: 'EACCES', next: 'Look.' });
    };
    const { checks, exit } = await examine({ stores: { file } });
    expect(failing(checks)).toEqual(['store:file']);
    expect(find(checks, 'store:keychain')?.ok).toBe(true);
    expect(exit).toBe(7);
  });

  it('that has lost a secret is reported with its name', async () => {
    const { checks, exit } = await examine({
      hosts: HOSTS,
      records: fakeRecords(ACME, AMY),
      store: filledStore(AMY),
    });
    expect(failing(checks)).toEqual([`secret:${ACME.name}`]);
    const lost = find(checks, `secret:${ACME.name}`);
    expect(lost?.detail).toContain(`The secret of ${ACME.name} is gone`);
    expect(lost?.nextStep).toContain(`connect-wizard remove ${ACME.name}`);
    expect(lost?.verdict).toBe('missing');
    expect(exit).toBe(4);
  });

  it.each(['leaves some out of its list', 'cannot list what it has'])(
    'that %s has not lost its secrets',
    async (kind) => {
      const store = filledStore(ACME);
      store.accounts = async () => {
        if (kind.startsWith('leaves')) return [];
        throw new StoreError('store-unavailable', { what: 'No list', next: 'Nothing.' });
      };
      const { checks } = await examine({ hosts: HOSTS, records: fakeRecords(ACME, AMY), store });
      expect(failing(checks)).toEqual([`secret:${AMY.name}`]);
    },
  );

  it.each([
    ['that the store cannot read', undefined],
    ['that is damaged', 'no item of ours'],
    ['that is of another connection', itemOf({ ...ACME, name: 'freshservice/beta' })],
  ])('with a secret %s is reported with its name', async (_, item) => {
    const store = filledStore(ACME, AMY);
    if (item === undefined) {
      store.fault = { fails: 'store-corrupt', on: 'get' };
      store.concerns = (account) => account === ACME.name;
    } else {
      store.items.set(ACME.name, item);
    }
    const records = fakeRecords({ ...ACME, item: 2 }, AMY);
    const { checks, exit } = await examine({ hosts: HOSTS, records, store });
    expect(failing(checks)).toEqual([`secret:${ACME.name}`]);
    expect(find(checks, `secret:${ACME.name}`)?.verdict).toBe('store-error');
    expect(exit).toBe(7);
  });

  it('that cannot be used is not reported to have lost a secret', async () => {
    const store = fakeStore();
    store.fault = { fails: 'store-locked', on: 'set' };
    const { checks } = await examine({
      hosts: { [ACME.host]: freshserviceAnswers },
      records: fakeRecords(ACME),
      store,
    });
    expect(failing(checks)).toEqual(['store:keychain']);
  });
});

/** A connection that was moved to the file store while the keychain was away. */
function moved() {
  const keychain = filledStore(ACME);
  const file = fileStore();
  file.items.set(ACME.name, itemOf(ACME));
  const records = fakeRecords({ ...ACME, store: 'file', copies: ['keychain'] });
  return {
    hosts: { [ACME.host]: freshserviceAnswers },
    records,
    store: keychain,
    stores: { file },
  };
}

describe('a secret without a record', () => {
  const orphans = (): FakeStore => filledStore(ACME, { ...AMY, name: 'work' });

  it('is found, with the command that repairs it', async () => {
    const { checks, context, exit } = await examine({ store: orphans() });
    expect(failing(checks)).toEqual([`secret:${ACME.name}`, 'secret:work']);
    expect(find(checks, 'secret:work')).toMatchObject({
      verdict: 'missing',
      nextStep: 'connect-wizard doctor --repair fixes that.',
    });
    expect(exit).toBe(4);
    // Without --repair, nothing changes.
    expect(context.records.kept.size).toBe(0);
    expect(context.store.items.size).toBe(2);
  });

  it('gets a record with --repair, and is unproven until it is checked', async () => {
    const { checks, context, exit } = await examine(
      { store: orphans(), resolving: DOMAINS },
      { repair: true },
    );
    expect(failing(checks)).toEqual([]);
    expect(exit).toBe(0);
    expect(find(checks, 'secret:work')?.detail).toContain('connect-wizard check work');
    expect(Object.fromEntries(context.records.kept)).toEqual({
      [ACME.name]: {
        ...ACME,
        identity: null,
        reason: 'bad-response',
        recognised: false,
        createdAt: NOW,
        verifiedAt: NOW,
        lastValidAt: null,
      },
      work: {
        ...AMY,
        name: 'work',
        identity: null,
        reason: 'bad-response',
        recognised: false,
        createdAt: NOW,
        verifiedAt: NOW,
        lastValidAt: null,
      },
    });
    expect(context.history.entries).toMatchObject([
      { event: 'repaired', connection: ACME.name, provider: ACME.provider, host: ACME.host },
      { event: 'repaired', connection: 'work' },
    ]);
    // The secrets are as they were.
    expect(context.store.items.get('work')).toBe(itemOf({ ...AMY, name: 'work' }));
  });

  it('in the file store is found, whatever store connect would use', async () => {
    const file = fileStore();
    file.items.set(ACME.name, itemOf(ACME));
    const { checks, context } = await examine({ stores: { file } }, { repair: true });
    expect(failing(checks)).toEqual([]);
    expect(context.records.kept.get(ACME.name)).toMatchObject({ store: 'file', host: ACME.host });
  });

  it('of an interrupted move is found as a copy', async () => {
    const file = fileStore();
    file.items.set(ACME.name, itemOf(ACME));
    const { checks } = await examine({
      hosts: { [ACME.host]: freshserviceAnswers },
      records: fakeRecords(ACME),
      store: filledStore(ACME),
      stores: { file },
    });
    expect(failing(checks)).toEqual([`copy:file:${ACME.name}`]);
  });

  it('of a team is left alone, although a connection here has its name', async () => {
    const vault = {
      ...fileStore(),
      description: { kind: 'vault', backend: 'Vault', persistent: true },
    };
    vault.items.set(ACME.name, itemOf(ACME, 'the-KEY-of-the-team'));
    const parts = {
      hosts: { [ACME.host]: freshserviceAnswers },
      records: fakeRecords(ACME),
      store: filledStore(ACME),
      stores: { 'vault:team/wizard': vault },
    };
    const options = { defaultStore: 'vault:team/wizard', chosen: true, repair: true };
    const { checks } = await examine(parts, options);
    const id = `copy:vault:team/wizard:${ACME.name}`;
    expect(failing(checks)).toEqual([id]);
    expect(find(checks, id)?.nextStep).toMatch(/^If nobody else uses it: /u);
    expect(vault.items.size).toBe(1);
  });

  describe('that a move has noted', () => {
    it('is found in a keychain, too, and deleted with --repair', async () => {
      const { checks } = await examine(moved());
      expect(failing(checks)).toEqual([`copy:keychain:${ACME.name}`]);
      const parts = moved();
      const repaired = await examine(parts, { repair: true });
      expect(failing(repaired.checks)).toEqual([]);
      expect(parts.store.items.size).toBe(0);
      expect(parts.stores.file.items.size).toBe(1);
      expect([...parts.records.kept.values()]).toEqual([{ ...ACME, store: 'file' }]);
    });

    it('stays if it is the only one', async () => {
      const parts = moved();
      parts.stores.file.items.clear();
      const { checks } = await examine(parts, { repair: true });
      expect(failing(checks)).toEqual([`secret:${ACME.name}`, `copy:keychain:${ACME.name}`]);
      expect(parts.store.items.size).toBe(1);
    });

    it('stays noted while its store is away, and has a check of its own', async () => {
      const parts = moved();
      parts.store.fault = { fails: 'store-unavailable' };
      const { checks } = await examine(parts, { repair: true });
      expect(failing(checks)).toEqual(['store:keychain']);
      expect([...parts.records.kept.values()][0]?.copies).toEqual(['keychain']);
    });
  });

  it.each([
    ['of another name', itemOf({ ...ACME, name: 'work/admin' })],
    ['of a newer version', '{"v":3,"provider":"freshservice"}'],
    ['cut off', itemOf(ACME).slice(0, 40)],
    ['of another program', 'hello'],
    ['without one of its fields', itemOf(ACME).replace('"apiKey"', '"other"')],
    [
      'of a provider that this version does not know',
      '{"v":1,"provider":"zendesk","host":"acme.zendesk.com","fields":{"subdomain":"acme","apiToken":"zd-TOKEN-canary"}}',
    ],
    [
      'for a host that is not allowed',
      itemOf(freshserviceConnection({ host: 'freshservice.com.evil.example' })),
    ],
  ])('%s gets no record', async (_, item) => {
    const store = fakeStore();
    store.items.set('odd', item);
    const { checks, context, exit } = await examine({ store }, { repair: true });
    expect(Object.fromEntries(context.records.kept)).toEqual({});
    expect(failing(checks)).toEqual(['secret:odd']);
    expect(exit).toBe(7);
    expect(store.items.get('odd')).toBe(item);
  });

  it('gets no record of a field that is unknown', async () => {
    const store = fakeStore();
    const item = JSON.parse(itemOf(ACME)) as { fields: Record<string, string> };
    item.fields['secondKey'] = 'second-KEY-canary';
    store.items.set(ACME.name, JSON.stringify(item));
    const { context } = await examine({ store }, { repair: true });
    expect(JSON.stringify([...context.records.kept.values()])).not.toContain('second-KEY-canary');
  });

  it('does not replace an unreadable record', async () => {
    const records = fakeRecords();
    records.unreadable.push({ name: ACME.name, why: 'a newer version wrote it' });
    const { checks, context } = await examine(
      { records, store: filledStore(ACME) },
      { repair: true },
    );
    expect(failing(checks)).toEqual([`record:${ACME.name}`, `secret:${ACME.name}`]);
    expect(context.records.kept.size).toBe(0);
  });

  it('whose record cannot be written is a failed check, and the next one is repaired', async () => {
    const records = fakeRecords();
    records.failing = (name) => name === ACME.name;
    const { checks, exit } = await examine({ records, store: orphans() }, { repair: true });
    expect(failing(checks)).toEqual([`secret:${ACME.name}`]);
    expect([...records.kept.keys()]).toEqual(['work']);
    expect(exit).toBe(7);
  });
});

const left = (): FakeStore => {
  const store = filledStore(ACME);
  store.items.set(LEFT, '7f3c2a10-5b1e-4c8e-8a44-1d2e3f405162');
  return store;
};

const withTestValue = () => ({
  hosts: { [ACME.host]: freshserviceAnswers },
  records: fakeRecords(ACME),
  store: left(),
});

describe('a test value that was left behind', () => {
  it.each([
    ['the name of one with a secret in it', LEFT, itemOf(ACME), 'test-value'],
    ['a similar name', 'connect-wizard-test/acme', itemOf(ACME), 'secret'],
    ['an impossible name', '\u001B[31mred', itemOf(ACME), 'secret'],
  ])('is not seen in %s, which stays', async (_, account, value, kind) => {
    const store = filledStore(ACME);
    store.items.set(account, value);
    const { checks } = await examine({ ...withTestValue(), store }, { repair: true });
    expect(failing(checks)).toEqual([`${kind}:${account}`]);
    expect(store.items.get(account)).toBe(value);
  });

  it('is a failed check, and stays', async () => {
    const { checks, context, exit } = await examine(withTestValue());
    expect(failing(checks)).toEqual([`test-value:${LEFT}`]);
    expect(exit).toBe(4);
    expect(context.store.items.has(LEFT)).toBe(true);
  });

  it('is deleted with --repair, and nothing else is', async () => {
    const { checks, context, exit } = await examine(withTestValue(), { repair: true });
    expect(failing(checks)).toEqual([]);
    expect(find(checks, `test-value:${LEFT}`)?.detail).toBe('it was taken away');
    expect(exit).toBe(0);
    expect([...context.store.items.keys()]).toEqual([ACME.name]);
    expect([...context.records.kept.keys()]).toEqual([ACME.name]);
  });
});

const stored = (host: FakeHost, resolving = {}) => ({
  hosts: { [ACME.host]: host },
  resolving,
  records: fakeRecords(ACME),
  store: filledStore(ACME),
});

describe('the network', () => {
  it.each([
    ['dns', 'unreachable'],
    ['connection', 'unreachable'],
    ['timeout', 'unreachable'],
    ['tls-untrusted', 'unreachable'],
    ['tls-expired', 'unreachable'],
    ['tls-name', 'unreachable'],
    ['proxy', 'unreachable'],
  ] as const)('%s on the way to a stored host is a failed check', async (reason, verdict) => {
    const { checks, exit } = await examine(stored(reason));
    expect(failing(checks)).toEqual([`host:${ACME.host}`]);
    expect(find(checks, `host:${ACME.host}`)).toMatchObject({ verdict });
    expect(find(checks, `host:${ACME.host}`)?.detail).toContain(ACME.host);
    expect(exit).toBe(6);
  });

  it.each([
    ['no such tenant', () => page(404, 'Maybe this is still fresh!'), 'wrong-host', 8],
    ['a page', () => page(200), 'undecided', 6],
    [
      'a redirect',
      () => ({ status: 302, headers: { location: 'https://login.example/' } }),
      'undecided',
      6,
    ],
  ] as const)('%s from a stored host is a failed check', async (_, host, verdict, code) => {
    const { checks, exit } = await examine(stored(host));
    expect(failing(checks)).toEqual([`host:${ACME.host}`]);
    expect(find(checks, `host:${ACME.host}`)?.verdict).toBe(verdict);
    expect(exit).toBe(code);
  });

  it('HTTP 429 from a stored host is a good check, since the network leads there', async () => {
    const { checks, exit } = await examine(stored(() => ({ status: 429 })));
    expect(find(checks, `host:${ACME.host}`)?.detail).toBe(
      "it answers, and doesn't say that it is Freshservice",
    );
    expect(exit).toBe(0);
  });

  it('HTTP 503 from a stored host is a failed check', async () => {
    const { checks, exit } = await examine(stored(() => ({ status: 503 })));
    expect(find(checks, `host:${ACME.host}`)).toMatchObject({
      ok: false,
      detail: 'it answers with a server error (HTTP 503)',
    });
    expect(exit).toBe(6);
  });

  it('is checked by looking up domains if nothing is stored', async () => {
    const resolving = { 'freshservice.com': false, 'gladly.com': true };
    const { checks, context, exit } = await examine({ resolving });
    expect(failing(checks)).toEqual(['host:freshservice.com']);
    expect(exit).toBe(6);
    expect(context.http.requests).toEqual([]);
  });

  it('is not checked behind a proxy if nothing is stored', async () => {
    const context = fakeContext({});
    const http = { ...context.http, usesProxy: true };
    const checks = await doctor({ ...context, http }, faked, OPTIONS);
    expect(checks.map(({ id }) => id)).toEqual(['records', 'store:keychain', 'network']);
    expect(find(checks, 'network')?.detail).toContain('the proxy looks names up');
  });

  it('is not used for a host that is not allowed or has no known provider', async () => {
    const evil = freshserviceConnection({ host: 'evil.example' });
    const foreign = freshserviceConnection({ name: 'x/y', provider: 'x', host: 'y.example' });
    const { checks, context, exit } = await examine({
      hosts: {},
      records: fakeRecords(evil, foreign),
      store: filledStore(evil, foreign),
    });
    expect(context.http.requests).toEqual([]);
    expect(failing(checks)).toContain('host:evil.example');
    expect(find(checks, 'host:evil.example')?.verdict).toBe('wrong-host');
    expect(exit).not.toBe(0);
  });

  it('is one of several faults, of which the worst decides the exit code', async () => {
    const store = filledStore(AMY);
    const { checks, exit } = await examine({
      hosts: { [ACME.host]: () => page(404, 'Maybe this is still fresh!'), [AMY.host]: 'timeout' },
      records: fakeRecords(ACME, AMY),
      store,
    });
    expect(failing(checks)).toEqual([
      `secret:${ACME.name}`,
      `host:${ACME.host}`,
      `host:${AMY.host}`,
    ]);
    expect(exit).toBe(verdicts['wrong-host'].exitCode);
  });
});

const at = (date: string | undefined) =>
  stored((request) => {
    const answer = freshserviceAnswers(request);
    return { ...answer, headers: { ...answer.headers, ...(date !== undefined && { date }) } };
  });

describe('the clock', () => {
  it.each([
    ['exact', 'Fri, 20 Nov 2026 18:00:00 GMT', '0 s from that of a server'],
    ['a little behind', 'Fri, 20 Nov 2026 18:00:42 GMT', '42 s from that of a server'],
    ['five minutes ahead', 'Fri, 20 Nov 2026 17:55:00 GMT', '300 s from that of a server'],
  ])('that is %s is fine', async (_, date, detail) => {
    const { checks } = await examine(at(date));
    expect(find(checks, 'clock')).toEqual(healthy('clock', detail));
  });

  it.each([
    ['behind', 'Fri, 20 Nov 2026 18:06:00 GMT', 'it is 6 minutes behind that of a server'],
    ['ahead', 'Thu, 19 Nov 2026 18:00:00 GMT', 'it is 1440 minutes ahead of that of a server'],
  ])('that is far %s is a failed check', async (_, date, detail) => {
    const { checks, exit } = await examine(at(date));
    expect(failing(checks)).toEqual(['clock']);
    expect(find(checks, 'clock')?.detail).toBe(detail);
    expect(exit).toBe(6);
  });

  it.each([undefined, 'yesterday'])(
    'is not checked if no server tells the time (%s)',
    async (date) => {
      const { checks } = await examine(at(date));
      expect(find(checks, 'clock')).toBeUndefined();
    },
  );
});

it('a part of a secret in a damaged item is not printed', async () => {
  const store = fakeStore();
  store.items.set('odd', 'x');
  store.getPassword = async (account) => {
    if (account === 'odd') return new Secret(`{"v":1,"provider":"${API_KEY}"`);
    return new Secret(store.items.get(account) ?? '');
  };
  const { checks } = await examine({ store }, { repair: true });
  expect(failing(checks)).toEqual(['secret:odd']);
});

it('hosts are checked eight at a time, and reported in order', async () => {
  const many = Array.from({ length: 40 }, (_, number) => {
    const host = `tenant-${number}.freshservice.com`;
    return freshserviceConnection({ name: `freshservice/tenant-${number}`, host });
  });
  const asked = { now: 0, most: 0 };
  const context = fakeContext({ records: fakeRecords(...many), store: filledStore(...many) });
  const http: Http = {
    resolves: async () => true,
    usesProxy: context.http.usesProxy,
    async send() {
      asked.now += 1;
      asked.most = Math.max(asked.most, asked.now);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      asked.now -= 1;
      return { status: 403, headers: {}, body: '', truncated: false };
    },
  };
  const checks = await doctor({ ...context, http }, faked, {
    defaultStore: 'keychain',
    chosen: false,
    timeoutMs: 1000,
    concurrency: 8,
    repair: false,
  });
  expect(asked.most).toBe(8);
  const hosts = checks.flatMap(({ id }) => (id.startsWith('host:tenant-') ? [id.slice(5)] : []));
  expect(hosts).toEqual(many.map(({ host }) => host).toSorted());
});
