import { isUnreadable } from '../../core/connection.js';
import type { Context } from '../../core/ports.js';
import { recordReport, type Report } from '../../core/report.js';
import type { MarksOf } from '../definitions/mark-connections.js';
import { findMany, recordsFor, unlistedReport, unreadableReport } from './find.js';
import { clockDoubts } from './time-of.js';

/**
 * Lists what is stored, with the last verdicts. It only reads the records: no secret is read, and
 * requests go only to Vaults that this run names.
 *
 * @param names exact names, provider ids or prefixes; empty for all.
 * @param marksOf finds the warnings about the definitions of connections.
 */
export async function list(
  context: Pick<Context, 'records' | 'stores' | 'clock'>,
  names: readonly string[],
  marksOf?: MarksOf,
): Promise<Report[]> {
  const all = await recordsFor(context.records, names);
  const { selected } = findMany(all, names);
  const doubts = clockDoubts(context.clock.now());
  const mark = await marksOf?.(all.connections);
  const reports = selected.map((record) => {
    if (isUnreadable(record)) return unreadableReport(record, context);
    const last = {
      what: `The last check of ${record.name} said: ${record.reason}`,
      next: `connect-wizard check ${record.name} asks again.`,
    };
    const warnings = [...doubts(record), ...(mark?.(record) ?? [])];
    return recordReport(record, last, context.stores.describe(record.store), warnings);
  });
  return [...reports, ...all.unlisted.map((each) => unlistedReport(each, context))];
}
