import { capital, listed } from '../../../src/core/counted.js';
import { describe, expect, it, vi } from 'vitest';
import { inputNeeded, type MissingInput, type UsageError } from '../../../src/core/errors.js';
import type { SecretStore } from '../../../src/core/ports.js';
import {
  API_KEY,
  asks,
  fakeContext,
  fakeRecords,
  fakeStore,
  fakeStores,
  filledStore,
  itemOf,
  type Exchange,
  type FakeContext,
  type FakeRecords,
  type FakeStore,
  type StoreFault,
} from '../../support/fakes.js';
import { itemsOf, runConnect, runWizard, type RunOptions } from '../../support/run-connect.js';
import { brindle, connectionTo, fakeApi } from '../../support/test-provider.js';

const ACME = 'acme.brindle.example';
const acme = connectionTo(brindle);
const NAME = acme.name;
const OLD = itemOf(acme, 'the-key-of-before-1');
const live = fakeApi(brindle);
const WHOLE = brindle.sandbox.values;

const desk = (): FakeStore => fakeStore({ kind: 'file', backend: 'Fake Desk', persistent: true });

interface TwoStores {
  readonly keychain: FakeStore;
  readonly file: FakeStore;
}

/** A keychain with that fault, and a file store that works. */
function failing(fault: StoreFault | undefined = { fails: 'store-unavailable' }): TwoStores {
  const keychain = fakeStore();
  keychain.fault = fault;
  return { keychain, file: desk() };
}

function world(
  { keychain, file }: TwoStores,
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

const kept = (store: FakeStore): Record<string, string> => itemsOf({ store });

/** Every list of choices, as it was offered. */
const offered = ({ terminal }: FakeContext): string[] =>
  terminal.said.filter(({ how }) => how === 'ask').map(({ text }) => text);

const now = (what: RegExp): Exchange => asks.choose(/^What now\?$/u, what);
const STOP = now(/^Stop/u);
const AGAIN = now(/^Try again$/u);
const FILE = now(/file store \(Fake Desk\)/u);
const KEYCHAIN = now(/keychain \(Fake Keychain\)/u);
const ONLY_CHECK = now(/store nothing/u);

const WITHOUT_FILE =
  'What now? [Use the file store (Fake Desk) | Only check the credential, and store nothing | Try again | Stop, and save nothing]';
const WITHOUT_KEYCHAIN = WITHOUT_FILE.replace('file store (Fake Desk)', 'keychain (Fake Keychain)');
const WITH_BOTH = WITHOUT_FILE.replace('[', '[Use the keychain (Fake Keychain) | ');

describe('a store that fails', () => {
  it.each([
    ['truncating', 'store-mismatch'],
    ['losing', 'store-mismatch'],
    ['altering', 'store-mismatch'],
    [{ fails: 'store-locked', on: 'set' }, 'store-locked'],
    [{ fails: 'store-timeout', on: 'get' }, 'store-timeout'],
  ] as const)('%j is found with a test value, before the key is sent', async (fault, reason) => {
    const context = world(failing(fault));
    await expect(runConnect(context)).resolves.toMatchObject({
      shown: false,
      report: { name: NAME, reason, stored: false, store: { kind: 'keychain' } },
    });
    expect(context.http.signed).toEqual([]);
    expect(context.records.kept.size).toBe(0);
    if (reason === 'store-timeout') expect(itemsOf(context)).toEqual({});
  });

  it.each<[StoreFault, string]>([
    ['truncating', 'store-mismatch'],
    ['losing', 'store-mismatch'],
    [{ fails: 'store-denied', on: 'set' }, 'store-denied'],
  ])('%j when the secret is written saves nothing', async (fault, reason) => {
    const stores = failing(fault);
    stores.keychain.concerns = (account) => account === NAME;
    const context = world(stores);
    const { report } = await runConnect(context);
    expect(report).toMatchObject({ reason, stored: false, name: NAME, lastValidAt: null });
    expect(itemsOf(context)).toEqual({});
    expect(context.records.kept.size).toBe(0);
    expect(stores.file.calls).toEqual([]);
  });

  it('when the secret is written can be left for another store, with nothing typed again', async () => {
    const stores = failing({ fails: 'store-timeout', on: 'set' });
    stores.keychain.concerns = (account) => account === NAME;
    const context = world(stores, [asks.secret('API key', API_KEY), FILE]);
    const { report } = await runConnect(context, { supplied: { site: 'acme' } });
    expect(report).toMatchObject({ reason: 'ok', stored: true, store: { kind: 'file' } });
    expect(kept(stores.file)).toEqual({ [NAME]: itemOf(acme) });
    expect(context.http.signed).toHaveLength(1);
  });

  it.each([
    ['a fault of our own', new TypeError('boom')],
    ['input that is needed', inputNeeded([missing()], 'brindle')],
  ])('ends the run without a choice after %s', async (_, error) => {
    const stores = failing();
    stores.keychain.setPassword = async () => {
      throw error;
    };
    await expect(runConnect(world(stores, []))).rejects.toBe(error);
  });
});

describe('a person whose keychain fails', () => {
  it.each<[string, Exchange[], string[], object, StoreFault?]>([
    ['may stop', [STOP], [WITHOUT_FILE], { reason: 'store-unavailable', stored: false }],
    ['may take another store', [FILE], [WITHOUT_FILE], { stored: true, store: { kind: 'file' } }],
    ['may only check', [ONLY_CHECK], [WITHOUT_FILE], { reason: 'ok', stored: false, store: null }],
    [
      'may try again, and again',
      [AGAIN, AGAIN, STOP],
      [WITHOUT_FILE, WITHOUT_FILE, WITHOUT_FILE],
      { reason: 'store-unavailable', stored: false },
    ],
    [
      'is offered the keychain again if the other store fails, too',
      [FILE, KEYCHAIN, ONLY_CHECK],
      [WITHOUT_FILE, WITHOUT_KEYCHAIN, WITHOUT_FILE],
      { reason: 'ok', stored: false },
      { fails: 'store-passphrase' },
    ],
    [
      'learns of the other store if they stop then',
      [FILE, STOP],
      [WITHOUT_FILE, WITHOUT_KEYCHAIN],
      { reason: 'store-passphrase', stored: false },
      { fails: 'store-passphrase' },
    ],
  ])('%s', async (_, script, lists, expected, fault) => {
    const stores = failing();
    stores.file.fault = fault;
    const context = world(stores, script);
    const { report, shown } = await runConnect(context);
    expect(report).toMatchObject({ name: NAME, ...expected });
    expect(shown).toBe(!report.reason.startsWith('ok'));
    expect(offered(context)).toEqual(lists);
    expect(context.terminal.text('problem')).toContain('told so (store-unavailable)');
    expect(kept(stores.keychain)).toEqual({});
    expect(kept(stores.file)).toEqual(report.stored ? { [NAME]: itemOf(acme) } : {});
    expect(context.records.kept.get(NAME)?.store).toBe(report.stored ? 'file' : undefined);
    if (!report.reason.startsWith('ok')) expect(context.http.signed).toEqual([]);
  });

  it('has the other store tested once, before the key is asked for', async () => {
    const stores = failing();
    const context = world(stores, [FILE, asks.secret('API key', API_KEY)]);
    await runConnect(context, { supplied: { site: 'acme' } });
    const texts = context.terminal.said.map(({ text }) => text);
    const tested = texts.indexOf('The file store (Fake Desk) can keep a secret');
    expect(tested).toBeGreaterThan(-1);
    expect(tested).toBeLessThan(texts.indexOf('1/2 API key'));
    const tests = stores.file.calls.filter((call) => call.startsWith('set connect-wizard-test/'));
    expect(tests).toHaveLength(1);
  });

  it('retries the keychain with each try, and no other store', async () => {
    const stores = failing();
    const retry = vi.fn<() => void>(() => {
      // The second try works.
      if (retry.mock.calls.length === 2) stores.keychain.fault = undefined;
    });
    stores.keychain.retry = retry;
    const { report } = await runConnect(world(stores, [AGAIN, AGAIN]));
    expect(report).toMatchObject({ stored: true, store: { kind: 'keychain' } });
    expect(retry).toHaveBeenCalledTimes(2);
    for (const exchange of [FILE, ONLY_CHECK, STOP]) {
      const others = failing();
      others.keychain.retry = retry;
      others.file.retry = retry;
      await runConnect(world(others, [exchange]));
    }
    expect(retry).toHaveBeenCalledTimes(2);
  });

  it.each<[string, RunOptions, (() => FakeRecords)?]>([
    ['named', { store: 'file' }],
    ['the default', { defaultStore: 'file' }],
    ['remembered', {}, () => fakeRecords({ ...acme, store: 'file', identity: null })],
  ])('is asked the same about a store that was %s', async (_, options, records = fakeRecords) => {
    const stores = { keychain: fakeStore(), file: desk() };
    stores.file.fault = { fails: 'store-denied' };
    const context = world(stores, [KEYCHAIN], records());
    const { report } = await runConnect(context, options);
    expect(report).toMatchObject({ stored: true, store: { kind: 'keychain' } });
    expect(context.records.kept.get(NAME)?.store).toBe('keychain');
  });
});

it('a store that was chosen because the remembered one fails is not that of another site', async () => {
  const stores = { keychain: fakeStore(), file: desk() };
  stores.file.fault = { fails: 'store-denied' };
  const beta = 'beta.brindle.example';
  const context = fakeContext({
    script: [
      asks.text('Site', 'acme'),
      ONLY_CHECK,
      asks.back,
      asks.text('Site', 'beta', { initial: 'acme' }),
      asks.choose(/^What do you see\?$/u, /^I have the API key$/u),
      asks.secret('API key', API_KEY),
    ],
    hosts: { [ACME]: live, [beta]: fakeApi(brindle, { hosts: [beta] }) },
    store: stores.keychain,
    stores,
    records: fakeRecords({ ...acme, store: 'file' }),
  });
  const { report } = await runWizard(context);
  expect(report).toMatchObject({ host: beta, stored: true, store: { kind: 'keychain' } });
});

const later = (): FakeRecords => fakeRecords({ ...acme, store: 'helper:x' });

it.each([false, true])(
  'a warning of a store is in the report, and shown to a person at once (person: %s)',
  async (person) => {
    const warnings = [{ code: 'token-ends-soon', message: 'The token ends soon.' }];
    const keychain = Object.assign(fakeStore(), { warnings });
    const context = world({ keychain, file: desk() }, person ? [] : undefined);
    const { report } = await runConnect(context);
    expect(report.warnings).toEqual(expect.arrayContaining(warnings));
    expect(context.terminal.text('warn')).toBe(person ? 'The token ends soon.' : '');
  },
);

describe('a store that this version does not know', () => {
  it('ends a script, and the report has the name of the connection', async () => {
    const stores = failing();
    const context = world(stores, undefined, later());
    await expect(runConnect(context)).resolves.toMatchObject({
      shown: false,
      report: { name: NAME, reason: 'store-unavailable', stored: false, store: null },
    });
    expect(context.http.signed).toEqual([]);
    expect([...stores.keychain.calls, ...stores.file.calls]).toEqual([]);
  });

  it('is left for another one if a person chooses it', async () => {
    const stores = failing();
    const context = world(stores, [AGAIN, FILE], later());
    const { report } = await runConnect(context);
    expect(report).toMatchObject({ name: NAME, stored: true, store: { kind: 'file' } });
    expect(offered(context)).toEqual([WITH_BOTH, WITH_BOTH]);
    expect(context.terminal.text('warn')).toBe(
      `A copy of the secret of ${NAME} may still be in helper:x.`,
    );
  });
});

describe('a name', () => {
  it.each([false, true])(
    'whose record cannot be read is left alone (--replace: %s)',
    async (replace) => {
      const records = fakeRecords();
      records.unreadable.push({ name: NAME, why: 'a newer version wrote it' });
      const context = world(failing(), undefined, records);
      const { report } = await runConnect(context, { replace });
      expect(report).toMatchObject({ name: NAME, reason: 'store-corrupt', stored: false });
      expect(itemsOf(context)).toEqual({});
    },
  );

  it.each([false, true])(
    'whose secret a newer version wrote is left alone (--replace: %s)',
    async (replace) => {
      const store = fakeStore();
      const newer = JSON.stringify({ v: 99, sealed: 'by a later version' });
      store.items.set(NAME, newer);
      const context = fakeContext({ hosts: { [ACME]: live }, store });
      const { report } = await runConnect(context, { replace });
      expect(report).toMatchObject({ reason: 'store-corrupt', stored: false });
      expect(itemsOf(context)).toEqual({ [NAME]: newer });
    },
  );
});

/** The old credential is in the keychain. */
function stored(): TwoStores {
  const keychain = filledStore();
  keychain.items.set(NAME, OLD);
  return { keychain, file: desk() };
}

describe('a store other than the remembered one', () => {
  it('has the new secret and a record before the old secret is deleted', async () => {
    const stores = stored();
    const context = world(stores, undefined, fakeRecords(acme));
    const deletePassword = stores.keychain.deletePassword.bind(stores.keychain);
    const whenDeleted: unknown[] = [];
    stores.keychain.deletePassword = async (account) => {
      whenDeleted.push([account, kept(stores.file), context.records.kept.get(account)?.store]);
      // An interruption waits until everything is done.
      context.interruption.raise(130);
      return deletePassword(account);
    };
    const run = runConnect(context, { store: 'file' });
    await expect(context.interruption.race(run)).resolves.toMatchObject({
      report: { stored: true, replaced: true, createdAt: acme.createdAt },
    });
    expect(whenDeleted).toEqual([[NAME, { [NAME]: itemOf(acme) }, 'file']]);
    expect(kept(stores.keychain)).toEqual({});
    expect(context.terminal.text('warn')).toBe('');
  });

  it.each<[string, RunOptions]>([
    ['is not taken because it is the default', { defaultStore: 'file' }],
    ['is not taken if the remembered one is named', { store: 'keychain' }],
  ])('%s', async (_, options) => {
    const stores = stored();
    await runConnect(world(stores, undefined, fakeRecords(acme)), options);
    expect([kept(stores.keychain), kept(stores.file)]).toEqual([{ [NAME]: itemOf(acme) }, {}]);
  });

  it.each<[string, RunOptions, (stores: TwoStores, records: FakeRecords) => void]>([
    [
      'that cannot be used',
      {},
      ({ file }) => {
        file.fault = { fails: 'store-denied', on: 'set' };
      },
    ],
    [
      'that does not take the secret',
      {},
      ({ file }) => {
        file.fault = { fails: 'store-denied', on: 'set' };
        file.concerns = (account) => account === NAME;
      },
    ],
    [
      'whose record cannot be written',
      {},
      (_, records) => {
        records.failing = () => true;
      },
    ],
    [
      'for a key that is refused',
      { supplied: { ...WHOLE, apiKey: 'wrong-Key-0123456789' } },
      () => undefined,
    ],
  ])('%s leaves everything as it was', async (_, options, breaks) => {
    const stores = stored();
    const records = fakeRecords(acme);
    breaks(stores, records);
    const { report } = await runConnect(world(stores, undefined, records), {
      store: 'file',
      ...options,
    });
    expect(report.stored).toBe(false);
    expect([kept(stores.keychain), kept(stores.file)]).toEqual([{ [NAME]: OLD }, {}]);
    expect(records.kept.get(NAME)).toEqual(acme);
  });

  it.each<[string, (keychain: FakeStore) => void]>([
    [
      'cannot be deleted',
      (keychain) => {
        keychain.fault = { fails: 'store-locked', on: 'delete' };
      },
    ],
    [
      'is said to be missing by a keychain that keeps nothing',
      (keychain) => {
        keychain.items.clear();
        keychain.fault = 'losing';
      },
    ],
  ])('has the new secret, with a warning, if the old one %s', async (_, breaks) => {
    const stores = stored();
    breaks(stores.keychain);
    const context = world(stores, undefined, fakeRecords(acme));
    const { report, shown } = await runConnect(context, { store: 'file' });
    expect(report).toMatchObject({ reason: 'ok', stored: true, store: { kind: 'file' } });
    expect(shown).toBe(false);
    expect(context.records.kept.get(NAME)?.store).toBe('file');
    expect(report.warnings.map(({ message }) => message)).toContain(
      `A copy of the secret of ${NAME} may still be in Fake Keychain.`,
    );
    expect(context.records.kept.get(NAME)?.copies).toEqual(['keychain']);
  });
});

it('a credential that is too long for the store is not sent', async () => {
  const small = { ...fakeStore(), longestItem: 60 };
  const hosts = { 'acme.brindle.example': () => ({ status: 401 }) };
  const context = fakeContext({ hosts, store: small });
  const { report } = await runConnect(context);
  expect(report).toMatchObject({ reason: 'store-denied', stored: false });
  expect(report.advice.next).toContain('--store file');
  expect(context.http.signed).toEqual([]);
});

it('a credential that is too long for any store is refused before any request', async () => {
  const apiKey = 'k'.repeat(17 * 1024);
  // A request to any host fails the test.
  const context = fakeContext({ hosts: {} });
  const { report } = await runConnect(context, { supplied: { site: 'acme', apiKey } });
  expect(report).toMatchObject({ reason: 'store-denied', stored: false, host: null });
  expect(context.http.requests).toEqual([]);
});

function missing(): MissingInput {
  return {
    field: 'passphrase',
    label: 'passphrase of the file store',
    secret: true,
    flags: [],
    variables: ['THE_PASSPHRASE', 'THE_PASSPHRASE_FILE'],
  };
}

/** @param hosts by default none: the run must end before any request. */
function lacking(
  hosts: Parameters<typeof fakeContext>[0]['hosts'] = {},
  more: Omit<Parameters<typeof fakeContext>[0], 'hosts' | 'stores'> = {},
): FakeContext {
  const context = fakeContext({ hosts, ...more });
  const byChoice: Record<string, SecretStore> = { keychain: context.store, file: desk() };
  return { ...context, stores: fakeStores(byChoice, { file: missing() }) };
}

describe('a passphrase that is missing', () => {
  const PHRASE = 'passphrase of the file store';
  it.each<[string[], RunOptions]>([
    [['Site', 'API key', PHRASE], { supplied: {}, store: 'file' }],
    [['API key', PHRASE], { supplied: { site: 'acme' }, defaultStore: 'file' }],
    [['Site', PHRASE], { supplied: { apiKey: API_KEY }, defaultStore: 'file' }],
    // It is named alone only if no other store can be meant.
    [[PHRASE], { store: 'file' }],
    [['API key'], { supplied: { site: 'acme' } }],
    [['API key'], { supplied: { site: 'acme' }, store: 'keychain', defaultStore: 'file' }],
    [['API key'], { supplied: { site: 'acme' }, store: 'none', defaultStore: 'file' }],
  ])('is named with everything else that is missing: %j, of %j', async (labels, options) => {
    const context = lacking();
    const error = await runConnect(context, options).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'UsageError', code: 'input-needed' });
    const { what, next } = (error as UsageError).advice;
    expect(what).toBe(`${capital(listed(labels))} ${labels.length > 1 ? 'are' : 'is'} missing`);
    expect(next.includes('THE_PASSPHRASE_FILE')).toBe(labels.includes(PHRASE));
    expect(context.store.calls).toEqual([]);
  });

  it.each<[string, RunOptions, Omit<Parameters<typeof fakeContext>[0], 'hosts'>]>([
    [
      'another store than the default is remembered',
      { defaultStore: 'file' },
      { records: fakeRecords(acme) },
    ],
    [
      'a person can be asked',
      { supplied: { site: 'acme' }, store: 'file' },
      { script: [asks.secret('API key', API_KEY)] },
    ],
  ])('is no reason to refuse if %s', async (_, options, more) => {
    const { report } = await runConnect(lacking({ [ACME]: live }, more), options);
    expect(report.stored).toBe(true);
  });
});
