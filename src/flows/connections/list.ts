import { isUnreadable } from '../../core/connection.js';
import type { Context } from '../../core/ports.js';
import { findMany, unreadableReport } from './find.js';
import { recordReport, type Report } from '../../core/report.js';

/**
 * What is stored, with the last verdicts, from the records alone: no request, no secret.
 *
 * @param names exact names, provider ids or prefixes; none means all.
 */
export async function list(
  { records, stores }: Pick<Context, 'records' | 'stores'>,
  names: readonly string[],
): Promise<Report[]> {
  const { selected } = findMany(await records.list(), names);
  return selected.map((record) => {
    if (isUnreadable(record)) return unreadableReport(record);
    const last = {
      what: `The last check of ${record.name} said: ${record.reason}`,
      next: `connect-wizard check ${record.name} asks again.`,
    };
    return recordReport(record, last, stores.describe(record.store));
  });
}
