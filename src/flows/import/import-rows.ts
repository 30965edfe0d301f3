import type { Connection } from '../../core/connection.js';
import { UsageError, VerdictError, type Advice } from '../../core/errors.js';
import { entryOf } from '../../core/history.js';
import type { Context, SecretStore, Terminal } from '../../core/ports.js';
import type { Pace } from '../../core/pace.js';
import { NOTHING_KNOWN, type Report } from '../../core/report.js';
import { hasSameSecrets, type Values } from '../../core/stored-item.js';
import type { Reason } from '../../core/verdict.js';
import { connect } from '../connect/connect.js';
import { check } from '../connections/check.js';
import { mapPool } from '../connections/map-pool.js';
import { openCredential } from '../store/open-credential.js';
import { testStore } from '../store/test-store.js';
import type { PlannedRow } from './plan-import.js';

export interface ImportOptions {
  /** The store for rows that name none and aren't stored yet. */
  readonly defaultStore: string;
  /** `--store`: the store for every row that names none. */
  readonly store: string | undefined;
  readonly replace: boolean;
  readonly allowUnverified: boolean;
  readonly timeoutMs: number;
  readonly concurrency: number;
  /** Only verify; store nothing. */
  readonly dryRun: boolean;
  /** Called for each row as soon as it's done. */
  readonly onReport: (report: Report) => void;
  /** Tracks the progress. */
  readonly pace: Pace;
}

/**
 * Verifies each row as a connect does, and stores what is accepted. A failure of one row doesn't
 * stop the others. What is already stored and unchanged is only verified again. If a row is being
 * saved, an interruption lets the current rows finish.
 */
export async function importRows(
  context: Context,
  rows: readonly PlannedRow[],
  options: ImportOptions,
): Promise<Report[]> {
  const testStoreOnce = onceEach((store: SecretStore) => testStore(context, store));
  const { pace } = options;
  const { interruption } = context;
  pace.expect(rows.length);
  const found = await mapPool(rows, options.concurrency, async (planned) => {
    // If there are several at once, one of them is nearly always being saved.
    if (interruption.isWanted) return [];
    const outcome = await pace.of(planned.name, () =>
      importAlone(context, planned, options, testStoreOnce),
    );
    const report: Report = { ...outcome, row: planned.row.path };
    options.onReport(report);
    return [report];
  });
  const reports = found.flat();
  if (reports.length < rows.length) interruption.end();
  return reports;
}

type TestStore = (store: SecretStore) => Promise<void>;

async function importAlone(
  context: Context,
  planned: PlannedRow,
  options: ImportOptions,
  testStoreOnce: TestStore,
): Promise<Report> {
  const { refused, existing } = planned;
  try {
    if (refused instanceof UsageError) throw refused;
    if (refused) return failed(planned, refused.reason, refused.advice);
    if (existing && !options.dryRun && (await isUnchanged(context, planned, existing))) {
      return await checkAgain(context, planned, existing, options);
    }
    return await importOne(context, planned, options, testStoreOnce);
  } catch (error) {
    if (error instanceof VerdictError) return failed(planned, error.reason, error.advice);
    if (!(error instanceof UsageError)) throw error;
    // Either only this row's store needs the passphrase, or the account turned out to be another
    // one's.
    const reason = error.code === 'input-needed' ? 'store-passphrase' : 'other-tenant';
    return failed(planned, reason, error.advice);
  }
}

function failed({ row, name, host, existing }: PlannedRow, reason: Reason, advice: Advice): Report {
  return {
    ...NOTHING_KNOWN,
    name,
    provider: row.provider.id,
    host,
    stored: existing !== undefined,
    reason,
    advice,
  };
}

/** The same credential is already stored where the row wants it. */
async function isUnchanged(
  context: Context,
  { row, host }: PlannedRow,
  existing: Connection,
): Promise<boolean> {
  const { provider, store, needs } = row;
  if (existing.provider !== provider.id || existing.host !== host) return false;
  if (store !== undefined && store !== existing.store) return false;
  if (needs && needs.toSorted().join() !== existing.needs.toSorted().join()) return false;
  if (!hasSameSettings(row, existing)) return false;
  let values: Values;
  try {
    ({ values } = await openCredential(context, provider, existing));
  } catch (error) {
    // A lost secret is stored again.
    if (error instanceof VerdictError && error.reason === 'secret-lost') return false;
    throw error;
  }
  return hasSameSecrets(provider, values, Object.fromEntries(row.values));
}

/**
 * Compares the settings that aren't secret. The host's fields were already compared as the host.
 */
function hasSameSettings({ provider, values }: PlannedRow['row'], { fields }: Connection): boolean {
  return provider.fields
    .filter(({ id, kind }) => kind !== 'secret' && !provider.hosts.fields.includes(id))
    .every(({ id }) => (values.get(id) ?? '') === (fields[id] ?? ''));
}

async function checkAgain(
  context: Context,
  { row, name }: PlannedRow,
  existing: Connection,
  { timeoutMs }: ImportOptions,
): Promise<Report> {
  const { provider } = row;
  const known = { id: provider.id, load: async () => provider };
  const reports = await check(context, [known], {
    names: [name],
    timeoutMs,
    concurrency: 1,
  });
  // Another place may also have the name.
  const report = reports.find(({ storeId }) => storeId === existing.store) ?? reports[0];
  if (!report) throw new Error('a connection was checked without a report');
  return report;
}

async function importOne(
  context: Context,
  { row, name, address, existing }: PlannedRow,
  options: ImportOptions,
  testStoreOnce: TestStore,
): Promise<Report> {
  const { provider, values, needs } = row;
  const { dryRun, defaultStore, replace, allowUnverified, timeoutMs } = options;
  const storeId = row.store ?? options.store ?? existing?.store ?? defaultStore;
  const warnings: Report['warnings'][number][] = [];
  const store = dryRun || storeId === 'none' ? undefined : context.stores.open(storeId);
  // A store that prepares each name (a Vault, which checks permissions) is tested with each name.
  const testedStore = store?.prepare ? undefined : store;
  if (testedStore) await testStoreOnce(testedStore);
  const supplied = new Map([...values].map(([id, value]) => [id, { value }] as const));
  for (const [id, value] of Object.entries(address)) supplied.set(id, { value });
  const { report } = await connect({ ...context, terminal: silent(warnings) }, provider, {
    supplied,
    name,
    store: dryRun ? 'none' : storeId,
    defaultStore,
    testedStore,
    needs,
    replace,
    allowUnverified,
    timeoutMs,
  });
  if (report.stored) warnings.push(...context.history.record(entryOf('imported', report)));
  return { ...report, warnings: [...report.warnings, ...warnings] };
}

const nothing = (): void => {};

function refuse(): never {
  throw new Error('a row of an import asked a question');
}

/** Asks nothing. What would be printed about one row among many becomes its warnings. */
function silent(warnings: Report['warnings'][number][]): Terminal {
  return {
    interactive: false,
    backKey: '',
    title: nothing,
    step: nothing,
    explain: nothing,
    show: nothing,
    done: nothing,
    problem: nothing,
    note: nothing,
    warn: (message) => warnings.push({ code: 'import', message }),
    during: (_, work) => work(),
    askText: refuse,
    askSecret: refuse,
    askPaste: refuse,
    confirm: refuse,
    choose: refuse,
    tick: refuse,
  };
}

/** Runs `work` once for each argument. Later calls get the same result. */
function onceEach<A, R>(work: (argument: A) => Promise<R>): (argument: A) => Promise<R> {
  const begun = new Map<A, Promise<R>>();
  return (argument) => {
    const found = begun.get(argument) ?? work(argument);
    begun.set(argument, found);
    return found;
  };
}
