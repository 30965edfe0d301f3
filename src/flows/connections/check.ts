import { adviceFor } from '../../core/advice.js';
import {
  isUnreadable,
  type AnyRecord,
  type Change,
  type Connection,
} from '../../core/connection.js';
import { sentence, StoreError, UsageError, VerdictError, type Advice } from '../../core/errors.js';
import type { Finding } from '../../core/finding.js';
import { entryOf } from '../../core/history.js';
import { hostAnswers } from '../../core/host.js';
import { hasSameSecrets, type StoredItem } from '../../core/stored-item.js';
import type { Context, RecordList } from '../../core/ports.js';
import { Pace } from '../../core/pace.js';
import type { LoadableProvider } from '../../core/known-provider.js';
import type { Provider } from '../../core/provider.js';
import { NOTHING_KNOWN, recordReport, type Report } from '../../core/report.js';
import { isAccepted, isRejected } from '../../core/verdict.js';
import { openCredential, providerOfRecord } from '../store/open-credential.js';
import { verify } from '../verify/verify.js';
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

export interface CheckOptions {
  /** Exact names, provider ids or prefixes; none means all. */
  readonly names: readonly string[];
  /** For each request. */
  readonly timeoutMs: number;
  /** Connections under way at once. */
  readonly concurrency: number;
  /** A connection proven within this many milliseconds is not asked again. */
  readonly maxAgeMs?: number | undefined;
  /** Told the names of all of them before the first is asked. */
  readonly onBegin?: ((names: readonly string[]) => void) | undefined;
  /** Told of each connection as soon as it is done. */
  readonly onReport?: ((report: Report) => void) | undefined;
  /** Told how far it is. */
  readonly pace?: Pace | undefined;
}

type CheckContext = Pick<
  Context,
  'http' | 'stores' | 'records' | 'history' | 'clock' | 'interruption'
>;

/** Asks the providers whether the stored credentials still work, and remembers the answers. */
export async function check(
  context: CheckContext,
  providers: readonly LoadableProvider[],
  options: CheckOptions,
): Promise<Report[]> {
  const all = await recordsFor(context.records, options.names);
  const { selected, unknown } = findMany(all, options.names);
  // What was asked for by name and found is not failed by a Vault that is away.
  const isWhole = options.names.length > 0 && unknown.length === 0;
  const [away, warned] = isWhole ? [[], all.unlisted] : [all.unlisted, []];
  const warnings = warned.map(unlistedWarning);
  const isOnly = selected.length === 1;
  await readAhead(context, selected, options);
  const { pace = new Pace(context.clock) } = options;
  pace.expect(selected.length);
  options.onBegin?.([...selected.map(({ name }) => name), ...(away.length > 0 ? [] : unknown)]);
  const checked = await mapPool(selected, options.concurrency, async (record) => {
    const report = await pace.of(record.name, async () =>
      isUnreadable(record)
        ? unreadableReport(record, context)
        : checkAlone(context, providers, record, { ...options, isOnly }),
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

/** The secrets of many are read together, where a store can. */
async function readAhead(
  { stores, clock }: Pick<CheckContext, 'stores' | 'clock'>,
  records: readonly AnyRecord[],
  { maxAgeMs }: Pick<CheckOptions, 'maxAgeMs'>,
): Promise<void> {
  const asked = records.flatMap((record) =>
    isUnreadable(record) || isRecent(record, clock.now(), maxAgeMs) ? [] : [record],
  );
  for (const storeId of new Set(asked.map(({ store }) => store))) {
    const own = asked.filter(({ store }) => store === storeId);
    try {
      await stores.open(storeId).readAhead?.(own.map(({ name }) => name));
    } catch (error) {
      // It is told of each connection in it.
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

/** What fails for one connection stops no other. */
async function checkAlone(
  context: CheckContext,
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
    // Of several, one whose definition cannot be used stops no other.
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
    // What is gone stays gone: `list` says so, too.
    const verifiedAt = timeOf(connection, context.clock.now()).now;
    const warnings = await writeDown(context, { ...connection, reason, verifiedAt });
    return { ...report, verifiedAt, warnings, stored: false };
  }
}

/** Whoever can be asked is: this is said in a job. */
function noPassphrase({ name }: Connection): Advice {
  return {
    what: `${name} was not read`,
    why: 'the passphrase of its store is missing',
    next: 'Set CONNECT_WIZARD_PASSPHRASE_FILE to a file with the passphrase in it, then check again.',
  };
}

/** The words of the last verdict, for a connection that is not asked again. */
function recentAdvice(provider: Provider, { name, host, needs, reason }: Connection): Advice {
  if (reason === 'ok') {
    return { what: `${name} was proven recently and was not asked again`, next: 'Nothing to do.' };
  }
  const wanted = provider.capabilities.filter(({ id }) => needs.includes(id));
  const some = wanted.length > 1 ? 'one or more of ' : '';
  const advice = adviceFor(provider, reason, {
    host,
    missing: `${some}${wanted.map(({ id }) => id).join(', ')}`,
    grants: wanted.map(({ id, grantedBy }) => `${grantedBy}, for ${id}`).join('; '),
  });
  return { ...advice, what: `${advice.what}; ${name} was not asked again` };
}

/** @param maxAgeMs undefined: every connection is asked. */
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
  context: CheckContext,
  provider: Provider,
  connection: Connection,
  timeoutMs: number,
): Promise<Report> {
  const { now, doubts } = timeOf(connection, context.clock.now());
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

/** The clocks of two machines differ by less. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * When a check is made: never before the connection was, whatever this machine's clock says. A clock
 * that is off is said.
 */
function timeOf(
  { createdAt, verifiedAt, lastValidAt }: Connection,
  clock: Date,
): { readonly now: string; readonly doubts: Report['warnings'] } {
  const times = [createdAt, verifiedAt, lastValidAt ?? createdAt].map((time) => Date.parse(time));
  const now = new Date(Math.max(clock.getTime(), Date.parse(createdAt))).toISOString();
  const latest = Math.max(...times);
  if (latest - clock.getTime() <= CLOCK_TOLERANCE_MS) return { now, doubts: [] };
  const date = new Date(latest).toISOString().slice(0, 10);
  const message = `The record has a time in the future (${date}): the clock of this machine, or of the one that wrote it, is off.`;
  return { now, doubts: [{ code: 'clock', message }] };
}

/** What was asked is told, even if it can't be written down. */
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

/** A refusal, with when it was none: a key that worked and does not is another matter than a wrong one. */
function sinceWhen({ lastValidAt }: Connection, { reason, advice }: Finding): Advice {
  if (!isRejected(reason) || lastValidAt === null) return advice;
  const worked = `it worked until ${lastValidAt.slice(0, 10)}`;
  const guess = reason === 'bad-credential' ? ', so it was probably reset or deleted since' : '';
  return {
    ...advice,
    why: `${advice.why === undefined ? '' : `${advice.why}; `}${worked}${guess}`,
  };
}

/** What an accepted credential is that it was not. */
function changesSince(connection: Connection, found: Finding): Change[] {
  if (!isAccepted(found.reason)) return [];
  const changes: Change[] = [];
  const [was, is] = [connection.identity, found.identity];
  if (was && is && was.id !== is.id) {
    // Another user can have the same name.
    const told = was.label === is.label ? withId : ({ label }: typeof is) => label;
    changes.push({ what: 'identity', was: told(was), is: told(is) });
  }
  if (connection.host !== found.host) {
    changes.push({ what: 'host', was: connection.host, is: found.host });
  }
  const [hadAll, hasAll] = [connection.reason === 'ok', found.reason === 'ok'];
  if (isAccepted(connection.reason) && hadAll !== hasAll) {
    const missing = found.capabilities.filter(({ granted }) => granted === false);
    changes.push({
      what: 'needs',
      was: hadAll ? 'all there' : 'not all there',
      is: hasAll ? 'all there' : `missing: ${missing.map(({ id }) => id).join(', ')}`,
    });
  }
  const [had, has] = [connection.roles, found.roles];
  if (had && has && had.join() !== has.join()) {
    changes.push({ what: 'roles', was: had.join(', ') || 'none', is: has.join(', ') || 'none' });
  }
  return changes;
}

function withId({ id, label }: { readonly id: string; readonly label: string }): string {
  return `${label} (id ${id})`;
}

/** What nobody has seen yet, with what came since; what is as it was again is no change. */
function pendingChanges(before: readonly Change[], since: readonly Change[]): Change[] {
  const pending = new Map(before.map((change) => [change.what, change]));
  for (const change of since) {
    const was = pending.get(change.what)?.was ?? change.was;
    if (was === change.is) pending.delete(change.what);
    else pending.set(change.what, { ...change, was });
  }
  return [...pending.values()];
}

/** Takes from the records the changes that a person has seen; what came since stays. */
export async function acknowledgeChanges(
  { records }: Pick<Context, 'records'>,
  reports: readonly Report[],
): Promise<void> {
  for (const { name, storeId, changes: shown } of reports) {
    if (name === null || shown.length === 0) continue;
    try {
      const record = await records.read(name, storeId);
      if (!record) continue;
      const { changes = [], ...rest } = record;
      const unseen = changes.filter(
        ({ what, is }) => !shown.some((each) => each.what === what && each.is === is),
      );
      await records.update({ ...rest, ...(unseen.length > 0 && { changes: unseen }) });
    } catch (error) {
      // Then they are shown once more, which harms nobody.
      if (!(error instanceof StoreError)) throw error;
    }
  }
}

/** A secret that was read while the ones before it were checked may have been replaced since. */
async function examineNewest(
  context: CheckContext,
  provider: Provider,
  connection: Connection,
  timeoutMs: number,
): Promise<Finding> {
  const item = await openCredential(context, provider, connection);
  const found = await examine(context, provider, connection, item, timeoutMs);
  if (!isRejected(found.reason)) return found;
  const newest = await openCredential(context, provider, connection);
  if (hasSameSecrets(provider, item.values, newest.values)) return found;
  return examine(context, provider, connection, newest, timeoutMs);
}

/** A host that was recognised when it was connected is asked signed at once. */
async function examine(
  context: CheckContext,
  provider: Provider,
  connection: Connection,
  item: StoredItem,
  timeoutMs: number,
): Promise<Finding> {
  const target = connection.recognised
    ? { host: connection.host, recognised: true, ladder: [] }
    : await findHost(context, provider, [connection.host], timeoutMs);
  if (isFinding(target)) return target;
  return verify(context, provider, {
    target,
    values: item.values,
    needs: connection.needs,
    timeoutMs,
    purpose: 'recheck',
  });
}

/** The record after a check. What a failed check could not tell stays as it was. */
function recordAfter(
  provider: Provider,
  connection: Connection,
  found: Finding,
  now: string,
): Connection {
  const outcome = { reason: found.reason, verifiedAt: now };
  if (!isAccepted(found.reason)) return { ...connection, ...outcome };
  const { changes: before = [], ...rest } = connection;
  const changes = pendingChanges(before, changesSince(connection, found));
  return {
    ...rest,
    ...outcome,
    host: found.host,
    fields: { ...connection.fields, ...hostAnswers(provider, found.host) },
    identity: found.identity ?? connection.identity,
    recognised: true,
    lastValidAt: now,
    ...(found.roles && { roles: found.roles }),
    ...(changes.length > 0 && { changes }),
  };
}
