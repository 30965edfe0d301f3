import { StoreError } from '../../core/errors.js';
import type { Context } from '../../core/ports.js';
import { NOTHING_KNOWN, type Report } from '../../core/report.js';
import type { RequestRecord } from '../../core/sealed/request.js';
import { remove, type RemoveOptions } from '../connections/remove.js';
import { endRequest } from './end-request.js';
import type { RequestPorts } from './ports.js';

type RemoveContext = Pick<Context, 'records' | 'stores' | 'history' | 'interruption' | 'clock'> &
  Pick<RequestPorts, 'requests'>;

/** Ends requests by name, so that no answer to them can be opened any more. It's safe to repeat. */
export async function removeRequests(
  context: RemoveContext,
  names: readonly string[],
  options: RemoveOptions,
): Promise<readonly Report[]> {
  const { open } = await context.requests.list();
  const reports: Report[] = [];
  for (const name of names) {
    context.interruption.end();
    const record = open.find((each) => each.name === name);
    if (!record) {
      // A crash may leave a key without a record.
      reports.push(...(await remove(context, [], [name], options)));
      continue;
    }
    const report = await removeOne(context, record, options);
    reports.push(report);
    options.onReport?.(report);
  }
  return reports;
}

async function removeOne(
  context: RemoveContext,
  record: RequestRecord,
  { why }: RemoveOptions,
): Promise<Report> {
  const { name, provider, host, createdAt } = record;
  const store = context.stores.describe(record.store);
  const known = { ...NOTHING_KNOWN, name, provider, host, createdAt, store };
  try {
    await endRequest(context, record, 'ended');
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { ...known, reason: error.reason, advice: error.advice, stored: true };
  }
  const warnings = context.history.record({
    event: 'removed',
    connection: name,
    provider,
    host: host ?? undefined,
    why,
  });
  const what = `${name} was ended: no answer to it can be opened any more`;
  return { ...known, warnings, reason: 'ok', advice: { what, next: 'Nothing to do.' } };
}
