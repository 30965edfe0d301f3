import { isUnreadable, type Connection } from '../../core/connection.js';
import type { Warning } from '../../core/ladder.js';
import type { Context } from '../../core/ports.js';
import { findMany, recordsFor, unlistedReport, unreadableReport } from './find.js';
import { recordReport, type Report } from '../../core/report.js';
import { clockDoubts } from './time-of.js';

/**
 * What is stored, with the last verdicts, from the records alone: no secret, and no request but to a
 * Vault that this run was told of.
 *
 * @param names exact names, provider ids or prefixes; none means all.
 * @param mark what is to be said of a connection's definition.
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
