import { adviceFor } from '../../core/advice.js';
import {
  isUnreadable,
  unreadableAdvice,
  type Connection,
  type UnreadableRecord,
} from '../../core/connection.js';
import { ConnectionError, UsageError } from '../../core/errors.js';
import type { Context } from '../../core/ports.js';
import { NOTHING_KNOWN, type Report } from '../../core/report.js';

/** A record as it was found on disk, readable or not. */
type AnyRecord = Connection | UnreadableRecord;

/** All records, as `Records.list` gives them. */
interface AllRecords {
  readonly connections: readonly Connection[];
  readonly unreadable: readonly UnreadableRecord[];
}

/**
 * What the names of `check` and `list` mean: exact names, else all connections of a provider, else
 * all names that begin so. Each record comes once, sorted by name.
 *
 * @param names none means all.
 * @returns the records, and the names that mean nothing.
 */
export function findMany(
  all: AllRecords,
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
 * What a name means where one connection is changed or given out: an exact name, or a provider's id
 * if exactly one connection has it.
 *
 * @throws {UsageError} the provider has several.
 */
export function findOne(all: AllRecords, wanted: string): AnyRecord | undefined {
  const records = sorted(all);
  const exact = records.find(({ name }) => name === wanted);
  if (exact) return exact;
  const ofProvider = records.filter((record) => providerOf(record) === wanted);
  if (ofProvider.length <= 1) return ofProvider[0];
  throw new UsageError({
    what: `There are ${ofProvider.length} connections for ${wanted}`,
    next: `Name one of them: ${ofProvider.map(({ name }) => name).join(', ')}.`,
  });
}

/**
 * The connection that `wanted` means, as `findOne` does.
 *
 * @throws {ConnectionError} `not-stored`, or `store-corrupt` if its record can't be read.
 * @throws {UsageError} the provider has several.
 */
export async function findConnection(
  { records }: Pick<Context, 'records'>,
  wanted: string,
): Promise<Connection> {
  const record = findOne(await records.list(), wanted);
  if (!record) {
    const advice = adviceFor(undefined, 'not-stored', { name: wanted });
    throw new ConnectionError(wanted, 'not-stored', advice, { recorded: false });
  }
  if (!isUnreadable(record)) return record;
  const { name, why } = record;
  throw new ConnectionError(name, 'store-corrupt', unreadableAdvice(name, why));
}

/** What is said of a record that can't be read. */
export function unreadableReport(record: UnreadableRecord): Report {
  const { name, why } = record;
  return {
    ...NOTHING_KNOWN,
    name,
    provider: providerOf(record),
    reason: 'store-corrupt',
    stored: true,
    advice: unreadableAdvice(name, why),
  };
}

/** A record's provider; of an unreadable one what its name begins with. */
function providerOf(record: AnyRecord): string {
  return isUnreadable(record) ? (record.name.split('/', 1)[0] ?? '') : record.provider;
}

function matching(records: readonly AnyRecord[], wanted: string): AnyRecord[] {
  const exact = records.filter(({ name }) => name === wanted);
  if (exact.length > 0) return exact;
  const ofProvider = records.filter((record) => providerOf(record) === wanted);
  return ofProvider.length > 0 ? ofProvider : records.filter(({ name }) => name.startsWith(wanted));
}

function sorted({ connections, unreadable }: AllRecords): AnyRecord[] {
  return [...connections, ...unreadable].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
