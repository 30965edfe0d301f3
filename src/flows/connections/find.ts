import { isUnreadable, type Connection, type UnreadableRecord } from '../../core/connection.js';
import { selectMany } from '../../core/name.js';

/**
 * What the names of `check` and `list` mean, each record once, sorted by name.
 *
 * @param names exact names, provider ids or prefixes; none means all.
 * @returns the records, and the names that mean nothing.
 */
export function selectRecords(
  all: { connections: readonly Connection[]; unreadable: readonly UnreadableRecord[] },
  names: readonly string[],
): { selected: (Connection | UnreadableRecord)[]; unknown: string[] } {
  const records = [...all.connections, ...all.unreadable].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  if (names.length === 0) return { selected: records, unknown: [] };
  const named = records.map((record) => ({ name: record.name, provider: providerOf(record) }));
  const matches = names.map((name) => selectMany(named, name).map((match) => match.name));
  const found = new Set(matches.flat());
  return {
    selected: records.filter(({ name }) => found.has(name)),
    unknown: names.filter((_, index) => matches[index]?.length === 0),
  };
}

/** A record's provider; of an unreadable one what its name begins with, as far as anybody can tell. */
export function providerOf(record: Connection | UnreadableRecord): string {
  return isUnreadable(record) ? (record.name.split('/', 1)[0] ?? '') : record.provider;
}
