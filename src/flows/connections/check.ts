import { adviceFor } from '../../core/advice.js';
import { isUnreadable, type AnyRecord, type Connection } from '../../core/connection.js';
import { isoDate } from '../../core/duration.js';
import { sentence, StoreError, UsageError, VerdictError, type Advice } from '../../core/errors.js';
import type { Finding } from '../../core/finding.js';
import { createQueue, type Queue } from '../../core/queue.js';
import { entryOf } from '../../core/history.js';
import { hasSameSecrets, type StoredItem } from '../../core/stored-item.js';
import type { Context, RecordList } from '../../core/ports.js';
import { Pace } from '../../core/pace.js';
import type { LoadableProvider } from '../../core/known-provider.js';
import type { Provider } from '../../core/provider.js';
import { NOTHING_KNOWN, recordReport, type Report } from '../../core/report.js';
import { isAccepted, isRejected } from '../../core/verdict.js';
import { openCredential, providerOfRecord } from '../store/open-credential.js';
import { verify } from '../verify/verify.js';
import { grantsOf } from '../verify/capabilities.js';
import { isFinding, findHost } from '../verify/find-host.js';
import { mapPool } from './map-pool.js';
import {
  findMany,
  notStoredAdvice,
  recordsFor,
  unlistedReport,
  unlistedWarning,
  unreadableReport,
} from './find.js';
import { recordAfter } from './record-after.js';
import { clockDoubts, timeOf } from './time-of.js';

export interface CheckOptions {
  /** Exact names, provider ids or prefixes; empty for all. */
  readonly names: readonly string[];
  /** Time limit of each request. */
  readonly timeoutMs: number;
  /** How many connections are asked at once. The same number is meanwhile read or recorded. */
  readonly concurrency: number;
  /** A connection that was accepted within this many milliseconds isn't asked again. */
  readonly maxAgeMs?: number | undefined;
  /** Called with all names before the first is asked. */
  readonly onBegin?: ((names: readonly string[]) => void) | undefined;
  /** Called for each connection as soon as it's done. */
  readonly onReport?: ((report: Report) => void) | undefined;
  /** Tracks the progress. */
  readonly pace?: Pace | undefined;
}

type CheckContext = Pick<
  Context,
  'http' | 'stores' | 'records' | 'history' | 'clock' | 'interruption'
>;

/** Limits how many connections are asked at once. */
type QueuedContext = CheckContext & { readonly queue: Queue };

/** Asks the providers whether the stored credentials still work, and records the answers. */
export async function check(
  context: CheckContext,
  providers: readonly LoadableProvider[],
  options: CheckOptions,
): Promise<Report[]> {
  const all = await recordsFor(context.records, options.names);
  const { selected, unknown } = findMany(all, options.names);
  // A Vault that is away doesn't fail connections that were named and found.
  const isWhole = options.names.length > 0 && unknown.length === 0;
  const [away, warned] = isWhole ? [[], all.unlisted] : [all.unlisted, []];
  const warnings = warned.map(unlistedWarning);
  const isOnly = selected.length === 1;
  readAhead(context, selected, options);
  const { pace = new Pace(context.clock) } = options;
  pace.expect(selected.length);
  options.onBegin?.([...selected.map(({ name }) => name), ...(away.length > 0 ? [] : unknown)]);
  const queue = createQueue(options.concurrency);
  const checked = await mapPool(selected, options.concurrency * 2, async (record) => {
    const own = pace.through(queue, record.name);
    const report = await pace.of(record.name, async () =>
      isUnreadable(record)
        ? unreadableReport(record, context)
        : checkAlone({ ...context, queue: own }, providers, record, { ...options, isOnly }),
    );
    const whole = withWarnings(report, warnings);
    options.onReport?.(whole);
    return whole;
  });
  const rest = [
    ...away.map((each) => unlistedReport(each, context)),
    ...(away.length > 0 ? [] : unknown.map((name) => notStored(name, all))),
  ];
  for (const report of rest) options.onReport?.(report);
  return [...checked, ...rest];
}

/** Tells each store which secrets will be read, since some read them faster together. */
function readAhead(
  { stores, clock }: Pick<CheckContext, 'stores' | 'clock'>,
  records: readonly AnyRecord[],
  { maxAgeMs }: Pick<CheckOptions, 'maxAgeMs'>,
): void {
  const asked = records.flatMap((record) =>
    isUnreadable(record) || isRecent(record, clock.now(), maxAgeMs) ? [] : [record],
  );
  for (const storeId of new Set(asked.map(({ store }) => store))) {
    const own = asked.filter(({ store }) => store === storeId);
    try {
      stores.open(storeId).readAhead?.(own.map(({ name }) => name));
    } catch (error) {
      // Each connection in this store reports it.
      if (!(error instanceof StoreError)) throw error;
    }
  }
}

function withWarnings(report: Report, warnings: Report['warnings']): Report {
  return { ...report, warnings: [...report.warnings, ...warnings] };
}

function notStored(name: string, all: RecordList): Report {
  const advice = notStoredAdvice(name, all);
  return {
    ...NOTHING_KNOWN,
    name,
    provider: null,
    reason: 'not-stored',
    advice,
  };
}

/** A failure of one connection doesn't stop the others. */
async function checkAlone(
  context: QueuedContext,
  providers: readonly LoadableProvider[],
  connection: Connection,
  options: CheckOptions & { readonly isOnly: boolean },
): Promise<Report> {
  const description = context.stores.describe(connection.store);
  try {
    const provider = await providerOfRecord(providers, connection);
    const isSame = connection.definition === provider.definition;
    if (isSame && isRecent(connection, context.clock.now(), options.maxAgeMs)) {
      return recordReport(connection, recentAdvice(provider, connection), description);
    }
    return await checkOne(context, provider, connection, options.timeoutMs);
  } catch (error) {
    // If there are several, an unusable definition of one doesn't stop the others.
    if (error instanceof UsageError && error.details.definition !== undefined) {
      if (options.isOnly) throw error;
      const { advice } = error;
      return { ...recordReport(connection, advice, description), reason: 'definition-changed' };
    }
    if (error instanceof UsageError) {
      const advice = error.code === 'input-needed' ? noPassphrase(connection) : error.advice;
      return { ...recordReport(connection, advice, description), reason: 'store-passphrase' };
    }
    if (!(error instanceof VerdictError)) throw error;
    const { reason, advice } = error;
    const report = { ...recordReport(connection, advice, description), reason };
    if (reason !== 'secret-lost') return report;
    // Record the loss, so that `list` shows it too.
    const verifiedAt = timeOf(connection, context.clock.now());
    const warnings = await writeDown(context, { ...connection, reason, verifiedAt });
    return { ...report, verifiedAt, warnings, stored: false };
  }
}

/** A person would have been asked, so this is printed only in jobs. */
function noPassphrase({ name }: Connection): Advice {
  return {
    what: `${name} was not read`,
    why: 'the passphrase of its store is missing',
    next: 'Set CONNECT_WIZARD_PASSPHRASE_FILE to a file with the passphrase in it, then check again.',
  };
}

/** The advice of the last verdict, for a connection that isn't asked again. */
function recentAdvice(provider: Provider, { name, host, needs, reason }: Connection): Advice {
  if (reason === 'ok') {
    return { what: `${name} was proven recently and was not asked again`, next: 'Nothing to do.' };
  }
  const wanted = provider.capabilities.filter(({ id }) => needs.includes(id));
  const some = wanted.length > 1 ? 'one or more of ' : '';
  const advice = adviceFor(provider, reason, {
    host,
    missing: `${some}${wanted.map(({ id }) => id).join(', ')}`,
    grants: grantsOf(wanted),
  });
  return { ...advice, what: `${name} was not asked again; last time, ${advice.what}` };
}

/** @param maxAgeMs undefined if every connection is asked. */
function isRecent(
  { lastValidAt, reason }: Connection,
  now: Date,
  maxAgeMs: number | undefined,
): boolean {
  if (maxAgeMs === undefined || lastValidAt === null) return false;
  const age = now.getTime() - Date.parse(lastValidAt);
  // A time in the future proves nothing.
  return isAccepted(reason) && age >= 0 && age < maxAgeMs;
}

async function checkOne(
  context: QueuedContext,
  provider: Provider,
  connection: Connection,
  timeoutMs: number,
): Promise<Report> {
  const clock = context.clock.now();
  const [now, doubts] = [timeOf(connection, clock), clockDoubts(clock)(connection)];
  const found = await examineNewest(context, provider, connection, timeoutMs);
  const checked = recordAfter(provider, connection, found, now);
  const unwritten = await writeDown(context, checked);
  const { host, httpStatus, providerMessage, ladder, capabilities } = found;
  const warnings = [...found.warnings, ...doubts, ...unwritten];
  const description = context.stores.describe(connection.store);
  const report: Report = {
    ...recordReport(checked, sinceWhen(connection, found), description),
    host,
    httpStatus,
    providerMessage,
    ladder,
    capabilities,
    warnings,
  };
  const changed =
    connection.reason !== found.reason || connection.identity?.id !== checked.identity?.id;
  if (!changed) return report;
  const unrecorded = context.history.record(entryOf('changed', report));
  return { ...report, warnings: [...warnings, ...unrecorded] };
}

/** The result is reported even if it can't be recorded. */
async function writeDown(
  { records }: CheckContext,
  checked: Connection,
): Promise<Report['warnings']> {
  try {
    await records.update(checked);
    return [];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const message = `What the provider said was not written down. ${sentence(error.advice)}`;
    return [{ code: 'not-recorded', message }];
  }
}

/** Adds to a refusal until when the key worked, since that differs from a key that never did. */
function sinceWhen({ lastValidAt }: Connection, { reason, advice }: Finding): Advice {
  if (!isRejected(reason) || lastValidAt === null) return advice;
  const worked = `it worked until ${isoDate(lastValidAt)}`;
  const guess = reason === 'bad-credential' ? ', so it was probably reset or deleted since' : '';
  return {
    ...advice,
    why: `${advice.why === undefined ? '' : `${advice.why}; `}${worked}${guess}`,
  };
}

/**
 * The secret was read before other connections were checked, so it may have been replaced since.
 */
async function examineNewest(
  context: QueuedContext,
  provider: Provider,
  connection: Connection,
  timeoutMs: number,
): Promise<Finding> {
  const item = await openCredential(context, provider, connection);
  const ask = ({ values }: StoredItem): Promise<Finding> =>
    context.queue(() => examine(context, provider, connection, values, timeoutMs));
  const found = await ask(item);
  if (!isRejected(found.reason)) return found;
  const newest = await openCredential(context, provider, connection);
  if (hasSameSecrets(provider, item.values, newest.values)) return found;
  return ask(newest);
}

/** A host that was recognised when it was connected gets the credential at once. */
async function examine(
  context: CheckContext,
  provider: Provider,
  connection: Connection,
  values: StoredItem['values'],
  timeoutMs: number,
): Promise<Finding> {
  const target = connection.recognised
    ? { host: connection.host, recognised: true, ladder: [] }
    : await findHost(context, provider, [connection.host], timeoutMs);
  if (isFinding(target)) return target;
  return verify(context, provider, {
    target,
    values,
    needs: connection.needs,
    timeoutMs,
    purpose: 'recheck',
  });
}
