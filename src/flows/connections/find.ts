import { adviceFor } from '../../core/advice.js';
import {
  chooseRecord,
  isUnreadable,
  unreadableAdvice,
  unreadableReason,
  type AnyRecord,
  type Connection,
  type UnreadableRecord,
} from '../../core/connection.js';
import { ConnectionError, UsageError, type Advice } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest.js';
import { plainText } from '../../core/plain-text.js';
import { isRequestName } from '../../core/sealed/request.js';
import type { Context, RecordList, Records, UnlistedStore } from '../../core/ports.js';
import type { Warning } from '../../core/ladder.js';
import { NOTHING_KNOWN, type Report } from '../../core/report.js';

/**
 * Finds the connections that the names of `check` and `list` mean: exact names first, then all
 * connections of a provider, then all names with that prefix. Each record is returned once, sorted
 * by name.
 *
 * @param names empty for all.
 * @returns the records, and the names that match nothing.
 */
export function findMany(
  all: RecordList,
  names: readonly string[],
): { selected: AnyRecord[]; unknown: string[] } {
  const records = sorted(all);
  if (names.length === 0) return { selected: records, unknown: [] };
  const matches = names.map((name) => matching(records, name));
  const found = new Set(matches.flat());
  return {
    selected: records.filter((record) => found.has(record)),
    unknown: names.filter((_, index) => matches[index]?.length === 0),
  };
}

/**
 * The records that `names` can mean. Exact names are looked up one by one, because a Vault may have
 * thousands.
 *
 * @param names empty for all.
 * @param mayBegin a name may be a prefix. Otherwise a name with a slash is complete, because
 *   provider ids have none.
 */
export async function recordsFor(
  records: Records,
  names: readonly string[],
  mayBegin = true,
): Promise<RecordList> {
  if (names.length === 0) return records.list();
  const wanted = [...new Set(names)];
  const lists = await Promise.all(wanted.map((name) => records.list(name)));
  const unfound = wanted.filter(
    (name, index) => isEmpty(lists[index]) && (mayBegin || !name.includes('/')),
  );
  if (unfound.length > 0) return records.list();
  // All lists report the same missing Vaults.
  const { unlisted } = lists.find((each) => each.unlisted.length > 0) ?? { unlisted: [] };
  return {
    connections: lists.flatMap(({ connections }) => connections),
    unreadable: lists.flatMap(({ unreadable }) => unreadable),
    unlisted,
  };
}

function isEmpty(list: RecordList | undefined): boolean {
  return !list || list.connections.length + list.unreadable.length === 0;
}

/**
 * Finds what a name means if one connection is changed or given out: an exact name, or a provider's
 * id if exactly one connection has it.
 *
 * @param storeId the value of `--store`. It decides if several places have the name.
 * @throws {UsageError} the provider has several connections, or several places have the name.
 */
export function findOne(all: RecordList, wanted: string, storeId?: string): AnyRecord | undefined {
  const records = sorted(all);
  const exact = records.filter(({ name }) => name === wanted);
  if (exact.length > 0) return chooseRecord(exact, storeId);
  const ofProvider = records.filter((record) => providerOf(record) === wanted);
  const names = [...new Set(ofProvider.map(({ name }) => name))];
  if (names.length <= 1) return chooseRecord(ofProvider, storeId);
  throw new UsageError({
    what: `There are ${names.length} connections for ${wanted}`,
    next: `Name one of them: ${names.join(', ')}.`,
  });
}

/**
 * Finds the connection that `wanted` means, as `findOne` does.
 *
 * @throws {ConnectionError} `not-stored`; `store-corrupt` if its record can't be read; a Vault's
 *   failure if the connection isn't anywhere else.
 * @throws {UsageError} the provider has several connections, or several places have the name.
 */
export async function findConnection(
  { records }: Pick<Context, 'records'>,
  wanted: string,
  storeId?: string,
): Promise<Found> {
  if (isRequestName(wanted)) throw isRequest(wanted);
  const all = await recordsFor(records, [wanted], false);
  const record = findOne(all, wanted, storeId);
  const [unlisted] = all.unlisted;
  if (unlisted && !record) {
    const { reason, advice } = unlisted.error;
    throw new ConnectionError(wanted, reason, advice, { recorded: false, cause: unlisted.error });
  }
  if (!record) {
    const advice = notStoredAdvice(wanted, await records.list());
    throw new ConnectionError(wanted, 'not-stored', advice, { recorded: false });
  }
  if (!isUnreadable(record)) {
    return { connection: record, warnings: all.unlisted.map(unlistedWarning) };
  }
  throw new ConnectionError(record.name, unreadableReason(record), unreadableAdvice(record));
}

/** Names aren't secret, so a similar one is suggested. */
export function notStoredAdvice(name: string, { connections }: RecordList): Advice {
  const advice = adviceFor(undefined, 'not-stored', { name });
  const meant = didYouMean(
    name,
    connections.map((each) => each.name),
  );
  return { ...advice, next: `${meant}${advice.next}` };
}

/** A request's secret is a key, which is never given out. */
function isRequest(name: string): UsageError {
  return new UsageError({
    what: 'That is an open request, not a connection',
    next: `Once it is answered: connect-wizard accept. To end it: connect-wizard remove ${plainText(name, 60)}`,
  });
}

export interface Found {
  readonly connection: Connection;
  /** What the search may have missed. */
  readonly warnings: readonly Warning[];
}

/** The warning that such results come with. */
export function unlistedWarning({ error }: UnlistedStore): Warning {
  return { code: 'vault-not-read', message: `Only this machine was searched. ${error.message}` };
}

/** The report for a Vault whose records couldn't be listed. It has no connection name. */
export function unlistedReport(
  { storeId, error }: UnlistedStore,
  { stores }: Pick<Context, 'stores'>,
): Report {
  const { reason, advice } = error;
  return {
    ...NOTHING_KNOWN,
    name: null,
    provider: null,
    store: stores.describe(storeId),
    reason,
    advice,
  };
}

/** The report for a record that can't be read. */
export function unreadableReport(
  record: UnreadableRecord,
  { stores }: Pick<Context, 'stores'>,
): Report {
  const { name, store } = record;
  return {
    ...NOTHING_KNOWN,
    name,
    provider: providerOf(record),
    store: store === undefined ? null : stores.describe(store),
    reason: unreadableReason(record),
    stored: true,
    advice: unreadableAdvice(record),
  };
}

/** A record's provider. If the record is unreadable, it's the beginning of its name. */
function providerOf(record: AnyRecord): string {
  return isUnreadable(record) ? (record.name.split('/', 1)[0] ?? '') : record.provider;
}

function matching(records: readonly AnyRecord[], wanted: string): AnyRecord[] {
  const exact = records.filter(({ name }) => name === wanted);
  if (exact.length > 0) return exact;
  const ofProvider = records.filter((record) => providerOf(record) === wanted);
  return ofProvider.length > 0 ? ofProvider : records.filter(({ name }) => name.startsWith(wanted));
}

function sorted({ connections, unreadable }: RecordList): AnyRecord[] {
  return [...connections, ...unreadable].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
