import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/core/connection.js';
import type { ImportRow } from '../../../src/core/import/read-import.js';
import type { Provider } from '../../../src/core/provider.js';
import type { Report } from '../../../src/core/report.js';
import { Secret } from '../../../src/core/secret.js';
import { Pace } from '../../../src/core/pace.js';
import { importRows } from '../../../src/flows/import/import-rows.js';
import { planImport } from '../../../src/flows/import/plan-import.js';
import { TEST_PREFIX } from '../../../src/flows/store/test-store.js';
import {
  API_KEY,
  fakeContext,
  fakeRecords,
  fakeStore,
  filledStore,
  missingInput,
  WRONG_KEY,
  type FakeContext,
} from '../../support/fakes.js';
import { brindle, connectionTo, fakeApi, fernway } from '../../support/test-provider.js';

const ACME = brindle.sandbox.host;
const live = fakeApi(brindle);
const KEY = brindle.sandbox.values['apiKey'] ?? API_KEY;

function row(
  path: string,
  values: Readonly<Record<string, string>>,
  more: Partial<ImportRow<Provider>> = {},
): ImportRow<Provider> {
  const secrets = new Set(
    brindle.fields.filter(({ kind }) => kind === 'secret').map(({ id }) => id),
  );
  return {
    path,
    provider: brindle,
    name: undefined,
    store: undefined,
    needs: undefined,
    values: new Map(
      Object.entries(values).map(([id, value]) => [
        id,
        secrets.has(id) ? new Secret(value) : value,
      ]),
    ),
    ...more,
  };
}

const PLAN = {
  replace: false,
  interactive: false,
  timeoutMs: 1000,
  concurrency: 4,
  faulty: false,
  pace: new Pace({ now: () => new Date(0) }),
};

/** Plans and imports, which must have no fault. */
async function importAll(
  context: FakeContext,
  rows: readonly ImportRow<Provider>[],
  more: {
    dryRun?: boolean;
    replace?: boolean;
    allowUnverified?: boolean;
    store?: string;
    concurrency?: number;
    onReport?: (report: Report) => void;
  } = {},
): Promise<Report[]> {
  const plan = await planImport(context, rows, { ...PLAN, replace: more.replace ?? false });
  expect(plan.faults).toEqual([]);
  return importRows(context, plan.rows, {
    pace: new Pace(context.clock),
    defaultStore: 'keychain',
    store: undefined,
    replace: false,
    allowUnverified: false,
    dryRun: false,
    timeoutMs: 1000,
    concurrency: 4,
    onReport: () => {},
    ...more,
  });
}

const outcomes = (reports: readonly Report[]): unknown[] =>
  reports.map(({ row: at, name, reason, stored }) => [at, name, reason, stored]);

describe('each row', () => {
  test('is verified and stored if it is accepted, and the store is tested once', async () => {
    const context = fakeContext({ hosts: { [ACME]: live } });
    const reports = await importAll(context, [
      row('line 2', { site: 'acme', apiKey: KEY }),
      row('line 3', { site: 'acme', apiKey: KEY }, { name: 'team/two' }),
      row('line 4', { site: 'acme', apiKey: WRONG_KEY }, { name: 'team/wrong' }),
    ]);
    expect(outcomes(reports)).toEqual([
      ['line 2', 'brindle/acme', 'ok', true],
      ['line 3', 'team/two', 'ok', true],
      ['line 4', 'team/wrong', 'bad-credential', false],
    ]);
    expect([...context.records.kept.keys()].toSorted()).toEqual(['brindle/acme', 'team/two']);
    const tests = context.store.calls.filter((call) => call.startsWith(`set ${TEST_PREFIX}`));
    expect(tests).toHaveLength(1);
    expect(context.history.entries.map(({ event, connection }) => [event, connection])).toEqual([
      ['imported', 'brindle/acme'],
      ['imported', 'team/two'],
    ]);
  });

  test('that fails for its host, its store or a missing passphrase stops no other', async () => {
    const locked = fakeStore({ kind: 'file', backend: 'fake files', persistent: true });
    locked.fault = { fails: 'store-locked' };
    const context = fakeContext({ hosts: { [ACME]: live }, stores: { file: locked } });
    const lacking: FakeContext = {
      ...context,
      stores: {
        ...context.stores,
        requires: (id) =>
          id === 'other' ? missingInput('Passphrase', 'PASS') : context.stores.requires(id),
        open: (id) => (id === 'other' ? fakeStore() : context.stores.open(id)),
      },
    };
    const reports = await importAll(lacking, [
      row('line 2', { site: 'acme.example', apiKey: KEY }, { name: 'a/off' }),
      row('line 3', { site: 'acme', apiKey: KEY }, { name: 'b/locked', store: 'file' }),
      row('line 4', { site: 'acme', apiKey: KEY }, { name: 'c/lacking', store: 'other' }),
      row('line 5', { site: 'acme', apiKey: KEY }, { name: 'd/good' }),
    ]);
    expect(outcomes(reports)).toEqual([
      ['line 2', 'a/off', 'vanity-host', false],
      ['line 3', 'b/locked', 'store-locked', false],
      ['line 4', 'c/lacking', 'store-passphrase', false],
      ['line 5', 'd/good', 'ok', true],
    ]);
  });

  test('that is stored and unchanged is verified and not written again', async () => {
    const stored = connectionTo(brindle, { changedAt: '2026-01-01T00:00:00.000Z' });
    const store = filledStore(stored);
    const context = fakeContext({ hosts: { [ACME]: live }, records: fakeRecords(stored), store });
    const before = store.items.get(stored.name);
    const [report] = await importAll(context, [row('$[0]', { site: 'acme', apiKey: API_KEY })]);
    expect(report).toMatchObject({ row: '$[0]', stored: true, changedAt: stored.changedAt });
    expect(store.items.get(stored.name)).toBe(before);
    expect(store.calls.filter((call) => call.startsWith('set'))).toEqual([]);
  });

  test('that has the same secret and another setting replaces the connection', async () => {
    const host = fernway.sandbox.host;
    const stored = connectionTo(fernway);
    const email = 'new@acme.example';
    const context = fakeContext({
      hosts: { [host]: fakeApi(fernway, { values: { email, apiKey: API_KEY } }) },
      records: fakeRecords(stored),
      store: filledStore(stored),
    });
    const values = { site: host, email, apiKey: API_KEY };
    const rows = [row('line 2', values, { provider: fernway, name: stored.name })];
    const [report] = await importAll(context, rows, { replace: true });
    expect(report).toMatchObject({ reason: 'ok', stored: true });
    expect(context.records.kept.get(stored.name)?.fields).toMatchObject({ email });
  });

  test('is not begun after an interruption, and the one that is being saved is finished and reported', async () => {
    const context = fakeContext({ hosts: { [ACME]: live } });
    const { store, interruption } = context;
    const rows = ['one', 'two', 'three'].map((name) =>
      row(name, { site: 'acme', apiKey: KEY }, { name: `team/${name}` }),
    );
    const set = store.setPassword.bind(store);
    store.setPassword = async (account, password) => {
      if (account === 'team/two') interruption.raise(130);
      await set(account, password);
    };
    const told: Report[] = [];
    const run = importAll(context, rows, { concurrency: 1, onReport: (each) => told.push(each) });
    await expect(run).rejects.toMatchObject({ name: 'Interrupted', exitCode: 130 });
    expect(outcomes(told)).toEqual([
      ['one', 'team/one', 'ok', true],
      ['two', 'team/two', 'ok', true],
    ]);
    expect([...context.records.kept.keys()]).toEqual(['team/one', 'team/two']);
  });

  test('is only verified in a dry run', async () => {
    const context = fakeContext({ hosts: { [ACME]: live } });
    const reports = await importAll(context, [row('line 2', { site: 'acme', apiKey: KEY })], {
      dryRun: true,
    });
    expect(outcomes(reports)).toEqual([['line 2', 'brindle/acme', 'ok', false]]);
    expect([context.store.calls, context.records.kept.size]).toEqual([[], 0]);
  });

  test('that cannot be verified is stored only with allowUnverified', async () => {
    const context = fakeContext({ hosts: { [ACME]: 'timeout' } });
    const rows = [row('line 2', { site: 'acme', apiKey: KEY })];
    expect(outcomes(await importAll(context, rows))).toEqual([
      ['line 2', 'brindle/acme', 'timeout', false],
    ]);
    const [report] = await importAll(context, rows, { allowUnverified: true });
    expect(report).toMatchObject({ stored: true, warnings: [{ code: 'not-proven' }] });
  });
});

const faultsOf = async (
  context: FakeContext,
  rows: readonly ImportRow<Provider>[],
  more: Partial<typeof PLAN> = {},
): Promise<readonly unknown[]> => (await planImport(context, rows, { ...PLAN, ...more })).faults;

describe('the file as a whole is refused', () => {
  test('if two rows have one name', async () => {
    const rows = [
      row('line 2', { site: 'acme', apiKey: KEY }),
      row('line 3', { site: `https://${ACME}/tickets`, apiKey: KEY }),
    ];
    expect(await faultsOf(fakeContext({}), rows)).toEqual([
      { path: 'line 3', message: expect.stringContaining('that of line 2, too') },
    ]);
  });

  test('with the faults that need no request, if it has other faults already', async () => {
    const rows = [
      row('line 2', { site: 'acme', apiKey: KEY }),
      row('line 3', { site: 'acme' }),
      row('line 4', { site: 'acme', apiKey: KEY }, { misnamed: true }),
      row('line 5', { apiKey: KEY }),
      row('line 6', { apiKey: KEY }),
      row('line 7', { site: 'acme', apiKey: KEY }, { provider: fernway }),
    ];
    expect(await faultsOf(fakeContext({}), rows, { faulty: true })).toMatchObject([
      { path: 'line 3', message: expect.stringContaining('that of line 2, too') },
    ]);
  });

  test("if a name is another tenant's, unless it may be replaced", async () => {
    const other: Connection = connectionTo(brindle, {
      name: 'team/acme',
      host: `beta.${brindle.id}.example`,
    });
    const context = fakeContext({ records: fakeRecords(other), store: filledStore(other) });
    const rows = [row('line 2', { site: 'acme', apiKey: KEY }, { name: other.name })];
    expect(await faultsOf(context, rows)).toEqual([
      { path: 'line 2', message: expect.stringContaining(`it belongs to ${other.host}`) },
    ]);
    expect(await faultsOf(context, rows, { replace: true })).toEqual([]);
  });
});

test('a bare name that may mean several hosts is looked up without the secret', async () => {
  const host = fernway.sandbox.host;
  const context = fakeContext({
    hosts: { [host]: fakeApi(fernway), 'acme.fernway.example': 'dns' },
    resolving: { 'fernway.example': true },
  });
  const { rows } = await planImport(
    context,
    [row('line 2', { site: 'acme', email: 'a@acme.example', apiKey: KEY }, { provider: fernway })],
    PLAN,
  );
  expect(rows[0]).toMatchObject({ host, address: { site: 'acme.eu-1' } });
  expect(context.http.requests.every(({ authorization }) => authorization === undefined)).toBe(
    true,
  );
});
