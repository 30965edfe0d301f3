import { isUnreadable } from '../../core/connection.js';
import type { Context } from '../../core/ports.js';
import { findMany, recordsFor, unlistedReport, unreadableReport } from './find.js';
import { recordReport, type Report } from '../../core/report.js';

/**
 * What is stored, with the last verdicts, from the records alone: no secret, and no request but to a
 * Vault that this run was told of.
 *
 * @param names exact names, provider ids or prefixes; none means all.
 */
export async function list(
  context: Pick<Context, 'records' | 'stores'>,
  names: readonly string[],
): Promise<Report[]> {
  const all = await recordsFor(context.records, names);
  const { selected } = findMany(all, names);
  const reports = selected.map((record) => {
    if (isUnreadable(record)) return unreadableReport(record, context);
    const last = {
      what: `The last check of ${record.name} said: ${record.reason}`,
      next: `connect-wizard check ${record.name} asks again.`,
    };
    return recordReport(record, last, context.stores.describe(record.store));
  });
  return [...reports, ...all.unlisted.map((each) => unlistedReport(each, context))];
}
