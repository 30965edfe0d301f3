import { isUnreadable, type Connection } from '../../core/connection.js';
import type { Warning } from '../../core/ladder.js';
import type { Context } from '../../core/ports.js';
import { findMany, recordsFor, unlistedReport, unreadableReport } from './find.js';
import { recordReport, type Report } from '../../core/report.js';
import { clockDoubts } from './time-of.js';

/**
 * Lists what is stored, with the last verdicts. It only reads the records: no secret is read, and
 * requests only go to Vaults that this run was told of.
 *
 * @param names exact names, provider ids or prefixes; empty for all.
 * @param mark returns the warnings about a connection's definition.
 */
export async function list(
  context: Pick<Context, 'records' | 'stores' | 'clock'>,
  names: readonly string[],
  mark?: (connection: Connection) => Promise<readonly Warning[]>,
): Promise<Report[]> {
  const all = await recordsFor(context.records, names);
  const { selected } = findMany(all, names);
  const now = context.clock.now();
  const reports = selected.map(async (record) => {
    if (isUnreadable(record)) return unreadableReport(record, context);
    const last = {
      what: `The last check of ${record.name} said: ${record.reason}`,
      next: `connect-wizard check ${record.name} asks again.`,
    };
    const report = recordReport(record, last, context.stores.describe(record.store));
    const marks = (await mark?.(record)) ?? [];
    return Object.assign(report, { warnings: [...clockDoubts(record, now), ...marks] });
  });
  return [
    ...(await Promise.all(reports)),
    ...all.unlisted.map((each) => unlistedReport(each, context)),
  ];
}
