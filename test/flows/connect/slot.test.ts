import { describe, expect, it, vi } from 'vitest';
import { inputNeeded, type UsageError } from '../../../src/core/errors.js';
import type { SecretStore } from '../../../src/core/ports.js';
import { Secret } from '../../../src/core/secret.js';
import { connect, type Connected } from '../../../src/flows/connect/connect.js';
import type { ConnectOptions } from '../../../src/flows/connect/run.js';
import { freshservice } from '../../support/built-ins.js';
import { fakeFreshservice } from '../../support/fake-providers.js';
import {
  API_KEY,
  asks,
  type Exchange,
  type FakeContext,
  fakeContext,
  type FakeRecords,
  fakeRecords,
  fakeStore,
  type FakeStore,
  fakeStores,
  filledStore,
  freshserviceConnection,
  itemOf,
  missingInput,
} from '../../support/fakes.js';

const ACME = 'acme.freshservice.com';
const acme = freshserviceConnection();
const NAME = acme.name;
const OLD = itemOf(acme, 'the-key-of-before-1');
const live = fakeFreshservice({ tenants: ['acme'], apiKey: API_KEY });
const WHOLE = { domain: 'acme', apiKey: API_KEY };

type Options = Partial<Omit<ConnectOptions, 'supplied'>> & {
  readonly supplied?: Readonly<Record<string, string>>;
};

function connectAcme(
  context: FakeContext,
  { supplied = WHOLE, ...rest }: Options = {},
): Promise<Connected> {
  return connect(context, freshservice, {
    defaultStore: 'keychain',
    replace: false,
    allowUnverified: false,
    timeoutMs: 1000,
    supplied: new Map(
      Object.entries(supplied).map(([id, value]) => [
        id,
        { value: id === 'apiKey' ? new Secret(value) : value },
      ]),
    ),
    ...rest,
  });
}

const desk = (): FakeStore => fakeStore({ kind: 'file', backend: 'Fake Desk', persistent: true });

interface Stores {
  readonly keychain: FakeStore;
  readonly file: FakeStore;
}

/** A keychain that fails and a file store that does not. */
function failing(): Stores {
  const keychain = fakeStore();
  keychain.fault = { fails: 'store-unavailable' };
  return { keychain, file: desk() };
}

function world(
  { keychain, file }: Stores,
  script?: readonly Exchange[],
  records: FakeRecords = fakeRecords(),
): FakeContext {
  return fakeContext({
    ...(script && { script }),
    hosts: { [ACME]: live },
    store: keychain,
    stores: { file },
    records,
  });
}

const kept = ({ items }: FakeStore): Record<string, string> => Object.fromEntries(items);

/** The labels of every list of choices that is shown. */
function offered(context: FakeContext): string[][] {
  const lists: string[][] = [];
  const choose = context.terminal.choose.bind(context.terminal);
  context.terminal.choose = async (question, choices) => {
    lists.push(choices.map(({ label }) => label));
    return choose(question, choices);
  };
  return lists;
}

const STOP = asks.choose(/^What now\?$/u, /^Stop/u);
const AGAIN = asks.choose(/^What now\?$/u, /^Try again$/u);
const FILE = asks.choose(/^What now\?$/u, /file store \(Fake Desk\)/u);
const KEYCHAIN = asks.choose(/^What now\?$/u, /keychain \(Fake Keychain\)/u);
const ONLY_CHECK = asks.choose(/^What now\?$/u, /store nothing/u);

describe('a keychain that fails, and a person', () => {
  it('who is told why is offered the other stores, only to check, to try again, and to stop', async () => {
    const context = world(failing(), [STOP]);
    const lists = offered(context);
    await connectAcme(context);
    expect(context.terminal.text('problem')).toContain('told so (store-unavailable)');
    expect(lists).toEqual([
      [
        'Use the file store (Fake Desk)',
        'Only check the credential, and store nothing',
        'Try again',
        'Stop, and save nothing',
      ],
    ]);
  });

  it('is offered each store but the one that failed', async () => {
    const stores = failing();
    stores.file.fault = { fails: 'store-denied' };
    const context = world(stores, [FILE, STOP]);
    const lists = offered(context);
    const { report } = await connectAcme(context);
    expect(lists[1]?.[0]).toBe('Use the keychain (Fake Keychain)');
    expect(lists[1]).not.toContain('Use the file store (Fake Desk)');
    expect(report).toMatchObject({ reason: 'store-denied', stored: false });
  });

  it('who chooses the file store has the secret there', async () => {
    const stores = failing();
    const context = world(stores, [FILE]);
    const { report, shown } = await connectAcme(context);
    expect(report).toMatchObject({ reason: 'ok', stored: true, store: { kind: 'file' } });
    expect(shown).toBe(false);
    expect(kept(stores.file)).toEqual({ [NAME]: itemOf(acme) });
    expect(kept(stores.keychain)).toEqual({});
    expect(context.records.kept.get(NAME)?.store).toBe('file');
    expect(context.terminal.text('done')).toContain('The file store (Fake Desk) can keep a secret');
  });

  it('who chooses the file store has it tested before the key is asked for, and once', async () => {
    const stores = failing();
    const context = world(stores, [FILE, asks.secret('API key', API_KEY)]);
    await connectAcme(context, { supplied: { domain: 'acme' } });
    const texts = context.terminal.said.map(({ text }) => text);
    expect(texts.indexOf('The file store (Fake Desk) can keep a secret')).toBeGreaterThan(-1);
    expect(texts.indexOf('The file store (Fake Desk) can keep a secret')).toBeLessThan(
      texts.indexOf('2/3 API key'),
    );
    const tests = stores.file.calls.filter((call) => call.startsWith('set connect-wizard-test/'));
    expect(tests).toHaveLength(1);
  });

  it('who chooses only to check learns whether it works, and nothing is stored', async () => {
    const stores = failing();
    const context = world(stores, [ONLY_CHECK]);
    const { report } = await connectAcme(context);
    expect(report).toMatchObject({ reason: 'ok', stored: false, store: null, name: NAME });
    expect(context.http.signed).not.toEqual([]);
    expect([kept(stores.keychain), kept(stores.file)]).toEqual([{}, {}]);
    expect(stores.file.calls).toEqual([]);
    expect(context.records.kept.size).toBe(0);
  });

  it('who chooses only to check is not stopped by what is stored, and it stays', async () => {
    const stores = failing();
    const other = freshserviceConnection({ host: 'globex.freshservice.com' });
    const context = world(stores, [ONLY_CHECK], fakeRecords(other));
    const { report } = await connectAcme(context);
    expect(report).toMatchObject({ reason: 'ok', stored: false });
    expect(context.records.kept.get(NAME)).toEqual(other);
  });

  it('who mends it and tries again has the secret in it', async () => {
    const stores = failing();
    const context = world(stores, [AGAIN]);
    const choose = context.terminal.choose.bind(context.terminal);
    context.terminal.choose = async (question, choices) => {
      const chosen = await choose(question, choices);
      stores.keychain.fault = undefined;
      return chosen;
    };
    const { report } = await connectAcme(context);
    expect(report).toMatchObject({ stored: true, store: { kind: 'keychain' } });
    expect(kept(stores.keychain)).toEqual({ [NAME]: itemOf(acme) });
    expect(context.records.kept.get(NAME)?.store).toBe('keychain');
    expect(stores.file.calls).toEqual([]);
  });

  it('who tries again too early is asked again, about the same one', async () => {
    const stores = failing();
    const context = world(stores, [AGAIN, AGAIN, STOP]);
    const lists = offered(context);
    await connectAcme(context);
    expect(stores.keychain.calls).toHaveLength(3);
    expect(stores.file.calls).toEqual([]);
    expect(new Set(lists.map((labels) => labels.join()))).toHaveLength(1);
  });

  it('who tries again has the store ask anew, once for each time', async () => {
    const stores = failing();
    let retries = 0;
    stores.keychain.retry = () => {
      retries += 1;
      // The second time it works: what had failed is forgotten.
      if (retries === 2) stores.keychain.fault = undefined;
    };
    stores.file.retry = () => {
      throw new Error('the file store was asked anew');
    };
    const context = world(stores, [AGAIN, AGAIN]);
    const { report } = await connectAcme(context);
    expect(report).toMatchObject({ stored: true, store: { kind: 'keychain' } });
    expect(retries).toBe(2);
  });

  it('who takes another store, only checks, or stops has nothing asked anew', async () => {
    for (const exchange of [FILE, ONLY_CHECK, STOP]) {
      const stores = failing();
      const retry = vi.fn<() => void>();
      stores.keychain.retry = retry;
      await connectAcme(world(stores, [exchange]));
      expect(retry).not.toHaveBeenCalled();
    }
  });

  it('who goes from one store to the other and back ends where they chose', async () => {
    const stores = failing();
    stores.file.fault = { fails: 'store-passphrase' };
    const context = world(stores, [FILE, KEYCHAIN, ONLY_CHECK]);
    const { report } = await connectAcme(context);
    expect(report).toMatchObject({ reason: 'ok', stored: false, store: null });
    expect(stores.keychain.calls).toHaveLength(2);
  });

  it("who stops has been told, with the store's reason, and the key was sent nowhere", async () => {
    const stores = failing();
    const context = world(stores, [STOP]);
    await expect(connectAcme(context)).resolves.toMatchObject({
      shown: true,
      report: { reason: 'store-unavailable', stored: false, name: NAME, lastValidAt: null },
    });
    expect(context.http.signed).toEqual([]);
    expect(context.records.kept.size).toBe(0);
    expect(stores.file.calls).toEqual([]);
  });

  it('who stops at the second failure is told of that one', async () => {
    const stores = failing();
    stores.file.fault = { fails: 'store-passphrase' };
    const { report, shown } = await connectAcme(world(stores, [FILE, STOP]));
    expect(report.reason).toBe('store-passphrase');
    expect(shown).toBe(true);
  });

  it.each([
    ['named with --store', { store: 'file' }, fakeRecords],
    ['the default', { defaultStore: 'file' }, fakeRecords],
    [
      'remembered',
      {},
      () => fakeRecords(freshserviceConnection({ store: 'file', identity: null })),
    ],
  ])('is asked too where the store that fails was %s', async (_, options, records) => {
    const stores = { keychain: fakeStore(), file: desk() };
    stores.file.fault = { fails: 'store-denied' };
    const context = world(stores, [KEYCHAIN], records());
    const { report } = await connectAcme(context, options);
    expect(report).toMatchObject({ stored: true, store: { kind: 'keychain' } });
    expect(context.records.kept.get(NAME)?.store).toBe('keychain');
  });

  it('who moves a stored connection away from it is told that the old secret is still there', async () => {
    const stores = failing();
    stores.keychain.items.set(NAME, OLD);
    const context = world(stores, [FILE], fakeRecords(acme));
    const { report } = await connectAcme(context);
    expect(report.stored).toBe(true);
    expect(context.records.kept.get(NAME)?.store).toBe('file');
    expect(context.terminal.text('warn')).toBe('The old secret may still be in Fake Keychain.');
  });

  it('is not asked where the store works', async () => {
    const context = world({ keychain: fakeStore(), file: desk() }, []);
    await expect(connectAcme(context)).resolves.toMatchObject({ report: { stored: true } });
  });

  it.each([
    ['a fault of our own', new TypeError('boom')],
    ['input that is needed', inputNeeded([missingInput('Passphrase', 'PASSPHRASE')])],
  ])('is not asked about %s', async (_, error) => {
    const stores = failing();
    stores.keychain.setPassword = async () => {
      throw error;
    };
    await expect(connectAcme(world(stores, []))).rejects.toBe(error);
  });
});

describe('a keychain that fails, and nobody there', () => {
  it("ends the run with the store's reason, and changes to no other store", async () => {
    const stores = failing();
    const context = world(stores);
    await expect(connectAcme(context)).resolves.toMatchObject({
      shown: false,
      report: { reason: 'store-unavailable', stored: false, name: NAME },
    });
    expect(context.http.signed).toEqual([]);
    expect(stores.file.calls).toEqual([]);
    expect(context.records.kept.size).toBe(0);
    expect(context.terminal.said.filter(({ how }) => how === 'problem')).toEqual([]);
  });
});

const helper = (): FakeRecords => fakeRecords(freshserviceConnection({ store: 'helper:x' }));
const working = (): Stores => ({ keychain: fakeStore(), file: desk() });

describe('a store that this version does not know', () => {
  it('ends the run with the name of the connection, where nobody is there', async () => {
    const stores = working();
    const context = world(stores, undefined, helper());
    await expect(connectAcme(context)).resolves.toMatchObject({
      shown: false,
      report: { name: NAME, reason: 'store-unavailable', stored: false, store: null },
    });
    expect(context.http.signed).toEqual([]);
    expect([...stores.keychain.calls, ...stores.file.calls]).toEqual([]);
    expect(context.records.kept.get(NAME)?.store).toBe('helper:x');
  });

  it('is told to a person, who is asked what now', async () => {
    const context = world(working(), [STOP], helper());
    const lists = offered(context);
    await expect(connectAcme(context)).resolves.toMatchObject({
      shown: true,
      report: { name: NAME, reason: 'store-unavailable', stored: false },
    });
    expect(context.terminal.text('problem')).toContain('That store is not known');
    expect(lists).toEqual([
      [
        'Use the keychain (Fake Keychain)',
        'Use the file store (Fake Desk)',
        'Only check the credential, and store nothing',
        'Try again',
        'Stop, and save nothing',
      ],
    ]);
  });

  it('is left for another one where a person wants that', async () => {
    const stores = working();
    const context = world(stores, [AGAIN, FILE], helper());
    const { report } = await connectAcme(context);
    expect(report).toMatchObject({ name: NAME, stored: true, store: { kind: 'file' } });
    expect(context.records.kept.get(NAME)?.store).toBe('file');
    expect(kept(stores.file)).toEqual({ [NAME]: itemOf(acme) });
  });
});

/** The credential of before is in the keychain. */
const stored = (): Stores => {
  const keychain = filledStore();
  keychain.items.set(NAME, OLD);
  return { keychain, file: desk() };
};

describe('another store for a connection that is in the keychain', () => {
  it('has the new secret, and its record says so, before the old one is deleted', async () => {
    const stores = stored();
    const context = world(stores, undefined, fakeRecords(acme));
    const deletePassword = stores.keychain.deletePassword.bind(stores.keychain);
    const whenDeleted: unknown[] = [];
    stores.keychain.deletePassword = async (account) => {
      whenDeleted.push([account, kept(stores.file), context.records.kept.get(account)?.store]);
      return deletePassword(account);
    };
    await connectAcme(context, { store: 'file' });
    expect(whenDeleted).toEqual([[NAME, { [NAME]: itemOf(acme) }, 'file']]);
    expect(kept(stores.keychain)).toEqual({});
    expect(context.terminal.text('warn')).toBe('');
  });

  it('keeps when the connection was made', async () => {
    const context = world(stored(), undefined, fakeRecords(acme));
    await connectAcme(context, { store: 'file' });
    expect(context.records.kept.get(NAME)?.createdAt).toBe(acme.createdAt);
  });

  it.each([
    ['cannot be used', () => true],
    ['does not take the secret', (account: string) => account === NAME],
  ])('that %s leaves everything as it was', async (_, concerns) => {
    const stores = stored();
    stores.file.fault = { fails: 'store-denied', on: 'set' };
    stores.file.concerns = concerns;
    const context = world(stores, undefined, fakeRecords(acme));
    const { report } = await connectAcme(context, { store: 'file' });
    expect(report).toMatchObject({ reason: 'store-denied', stored: false });
    expect(kept(stores.keychain)).toEqual({ [NAME]: OLD });
    expect(stores.keychain.calls).toEqual([]);
    expect(context.records.kept.get(NAME)).toEqual(acme);
  });

  it('whose record cannot be written leaves everything as it was', async () => {
    const stores = stored();
    const records = fakeRecords(acme);
    records.failing = () => true;
    await connectAcme(world(stores, undefined, records), { store: 'file' });
    expect([kept(stores.keychain), kept(stores.file)]).toEqual([{ [NAME]: OLD }, {}]);
  });

  it('gets nothing where the new credential is refused', async () => {
    const stores = stored();
    const context = world(stores, undefined, fakeRecords(acme));
    const supplied = { ...WHOLE, apiKey: 'wrong-Key-0123456789' };
    const { report } = await connectAcme(context, { store: 'file', supplied });
    expect(report.reason).toBe('bad-credential');
    expect([kept(stores.keychain), kept(stores.file)]).toEqual([{ [NAME]: OLD }, {}]);
    expect(context.records.kept.get(NAME)).toEqual(acme);
  });

  it.each(['store-locked', 'store-timeout'] as const)(
    'has it, with a warning, where the old one cannot be deleted (%s)',
    async (fails) => {
      const stores = stored();
      stores.keychain.fault = { fails, on: 'delete' };
      const context = world(stores, undefined, fakeRecords(acme));
      const { report, shown } = await connectAcme(context, { store: 'file' });
      expect(report).toMatchObject({ reason: 'ok', stored: true, store: { kind: 'file' } });
      expect(shown).toBe(false);
      expect(context.records.kept.get(NAME)?.store).toBe('file');
      expect(context.terminal.text('warn')).toBe('The old secret may still be in Fake Keychain.');
    },
  );

  it('is not left behind where it is the same one that is named', async () => {
    const stores = stored();
    const context = world(stores, undefined, fakeRecords(acme));
    await connectAcme(context, { store: 'keychain' });
    expect(kept(stores.keychain)).toEqual({ [NAME]: itemOf(acme) });
  });

  it('that is only the default does not move it', async () => {
    const stores = stored();
    const context = world(stores, undefined, fakeRecords(acme));
    await connectAcme(context, { defaultStore: 'file' });
    expect(kept(stores.keychain)).toEqual({ [NAME]: itemOf(acme) });
    expect(stores.file.calls).toEqual([]);
  });
});

const refused = async (context: FakeContext, options: Options): Promise<UsageError> => {
  const error: unknown = await connectAcme(context, options).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: 'UsageError', code: 'input-needed' });
  expect(context.http.requests).toEqual([]);
  expect(context.store.calls).toEqual([]);
  return error as UsageError;
};

describe('a passphrase that is missing', () => {
  const NEEDED = missingInput(
    'Passphrase of the file store',
    'THE_PASSPHRASE',
    'THE_PASSPHRASE_FILE',
  );
  const [PASSPHRASE] = NEEDED.variables;

  /** @param hosts none: the run must end before anybody is asked. */
  function lacking(
    hosts: Parameters<typeof fakeContext>[0]['hosts'] = {},
    more: Omit<Parameters<typeof fakeContext>[0], 'hosts' | 'stores'> = {},
  ): FakeContext {
    const context = fakeContext({ hosts, ...more });
    const byChoice: Record<string, SecretStore> = { keychain: context.store, file: desk() };
    return { ...context, stores: fakeStores(byChoice, { file: NEEDED }) };
  }

  it.each([
    ['with every field', {}, ['Domain', 'API key'], ['FRESHSERVICE_DOMAIN', '--api-key-stdin']],
    ['with the key', { domain: 'acme' }, ['API key'], ['FRESHSERVICE_API_KEY']],
    ['with the domain', { apiKey: API_KEY }, ['Domain'], ['--domain <value>']],
  ])('is named at once %s', async (_, supplied, labels, ways) => {
    for (const store of [{ store: 'file' }, { defaultStore: 'file' }]) {
      const { advice } = await refused(lacking(), { supplied, ...store });
      expect(advice.what).toBe(`Missing: ${[...labels, NEEDED.label].join(', ')}`);
      for (const way of [...ways, ...NEEDED.variables]) expect(advice.next).toContain(way);
    }
  });

  it('is named alone where the store is named and no field is missing', async () => {
    const { advice } = await refused(lacking(), { store: 'file' });
    expect(advice.what).toBe('Missing: Passphrase of the file store');
    expect(advice.next).toContain(PASSPHRASE);
    expect(advice.next).not.toContain('FRESHSERVICE');
  });

  it('is no reason to refuse where the default may not be the store after all', async () => {
    const context = lacking({ [ACME]: live }, { records: fakeRecords(acme) });
    const { report } = await connectAcme(context, { defaultStore: 'file' });
    expect(report).toMatchObject({ stored: true, store: { kind: 'keychain' } });
  });

  it.each([
    ['the keychain is named', { store: 'keychain', defaultStore: 'file' }],
    ['nothing is to be stored', { store: 'none', defaultStore: 'file' }],
    ['the keychain is the default', {}],
  ])('is not named where %s', async (_, options) => {
    const { advice } = await refused(lacking(), { supplied: { domain: 'acme' }, ...options });
    expect(advice.what).toBe('Missing: API key');
    expect(advice.next).not.toContain(PASSPHRASE);
    await expect(connectAcme(lacking({ [ACME]: live }), options)).resolves.toMatchObject({
      report: { reason: 'ok' },
    });
  });

  it('is no reason to refuse where a person can be asked', async () => {
    const context = lacking({ [ACME]: live }, { script: [asks.secret('API key', API_KEY)] });
    const run = connectAcme(context, { supplied: { domain: 'acme' }, store: 'file' });
    await expect(run).resolves.toMatchObject({ report: { stored: true } });
  });
});
