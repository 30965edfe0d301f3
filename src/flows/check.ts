import { adviceFor } from '../core/advice.js';
import { isUnreadable, type Connection } from '../core/connection.js';
import { StoreError } from '../core/errors.js';
import type { Finding } from '../core/finding.js';
import { fill } from '../core/fill.js';
import { compareTenant, isAllowedHost, tenantOf } from '../core/host.js';
import { readItem, type Item } from '../core/item.js';
import { plainText } from '../core/plain-text.js';
import type { Context } from '../core/ports.js';
import { hostField } from '../core/field.js';
import type { Provider } from '../core/provider.js';
import { NOTHING_KNOWN, recordReport, type Report } from '../core/report.js';
import type { Secret } from '../core/secret.js';
import { isAccepted, verdictByReason } from '../core/verdict.js';
import { prove } from './prove.js';
import { isFinding, recognise } from './recognise.js';
import { unreadableReport } from './list.js';
import { testStore } from './test-store.js';
import { selectRecords } from './select.js';

export interface CheckOptions {
  /** Exact names, provider ids or prefixes; none means all. */
  readonly names: readonly string[];
  /** For each request. */
  readonly timeoutMs: number;
  /** Connections under way at once. */
  readonly concurrency: number;
  /** A connection proven within this many milliseconds is not asked again. */
  readonly maxAgeMs?: number | undefined;
}

type CheckContext = Pick<Context, 'http' | 'stores' | 'records' | 'clock' | 'interruption'>;

/** Asks the providers whether the stored credentials still work, and remembers the answers. */
export async function check(
  context: CheckContext,
  providers: readonly Provider[],
  options: CheckOptions,
): Promise<Report[]> {
  const { selected, unknown } = selectRecords(await context.records.list(), options.names);
  const checked = await mapPool(selected, options.concurrency, async (record) =>
    isUnreadable(record)
      ? unreadableReport(record)
      : checkAlone(context, providers, record, options),
  );
  return [...checked, ...unknown.map(notStored)];
}

function notStored(name: string): Report {
  const advice = adviceFor(undefined, 'not-stored', { name });
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
  providers: readonly Provider[],
  connection: Connection,
  options: CheckOptions,
): Promise<Report> {
  try {
    return await checkOne(context, providers, connection, options);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const report = recordReport(
      connection,
      error.advice,
      context.stores.describe(connection.store),
    );
    return { ...report, reason: error.reason };
  }
}

async function checkOne(
  context: CheckContext,
  providers: readonly Provider[],
  connection: Connection,
  options: CheckOptions,
): Promise<Report> {
  const provider = providers.find(({ id }) => id === connection.provider);
  if (!provider) {
    return unreadableReport({
      name: connection.name,
      why: `this version does not know the provider ${connection.provider}`,
    });
  }
  const { lastValidAt, name, host: recorded } = connection;
  if (!isAllowedHost(provider, recorded)) {
    const words = { host: recorded, provider: provider.name };
    const advice = fill(provider.hosts.otherwise, words);
    const store = context.stores.describe(connection.store);
    return { ...recordReport(connection, advice, store), reason: 'not-allowed' };
  }
  const now = context.clock.now();
  if (
    options.maxAgeMs !== undefined &&
    lastValidAt !== null &&
    isAccepted(verdictByReason[connection.reason]) &&
    now.getTime() - Date.parse(lastValidAt) < options.maxAgeMs
  ) {
    const advice = {
      what: `${name} was proven recently and was not asked again`,
      next: 'Nothing to do.',
    };
    return recordReport(connection, advice, context.stores.describe(connection.store));
  }

  const store = context.stores.open(connection.store);
  const secret = await store.getPassword(name);
  const item = secret ? ownItem(provider, connection, secret) : undefined;
  const { description } = store;
  if (!item) {
    // A keychain that was never unlocked says so to every question: only a test tells.
    await testStore(context, store);
    const words = { name, backend: description.backend, providerId: provider.id };
    const advice = adviceFor(provider, 'secret-lost', words);
    return {
      ...recordReport(connection, advice, description),
      reason: 'secret-lost',
      stored: false,
    };
  }

  const found = await examine(context, provider, connection, item, options.timeoutMs);
  const checked = remember(provider, connection, found, now.toISOString());
  // A connection that was removed meanwhile stays removed.
  if (await context.records.read(name)) await context.records.write(checked);
  const { host, advice, httpStatus, ladder, capabilities, warnings } = found;
  return {
    ...recordReport(checked, advice, description),
    host,
    httpStatus,
    ladder,
    capabilities,
    warnings,
  };
}

/**
 * The secret, where it is this connection's.
 *
 * @throws {StoreError} `store-corrupt`: it is damaged, or of another tenant, whose secret this host must not get.
 */
function ownItem(provider: Provider, connection: Connection, secret: Secret): Item {
  const { name, host } = connection;
  const item = readItem(provider, secret, name);
  const own =
    item.provider === provider.id && compareTenant(provider, host, item.host).is === 'same';
  if (own) return item;
  throw new StoreError('store-corrupt', {
    what: `The secret of ${name} is not the one that belongs there`,
    why: `it is of ${plainText(item.host)}`,
    next: `Nothing was sent. Connect ${name} again with --replace, or remove it.`,
  });
}

/** A host that was recognised when it was connected is asked signed at once. */
async function examine(
  context: CheckContext,
  provider: Provider,
  connection: Connection,
  item: Item,
  timeoutMs: number,
): Promise<Finding> {
  const target = connection.recognised
    ? { host: connection.host, recognised: true }
    : await recognise(context, provider, [connection.host], timeoutMs);
  if (isFinding(target)) return target;
  return prove(context, provider, {
    target,
    values: item.values,
    needs: connection.needs,
    timeoutMs,
  });
}

/** The record after a check. What a failed check could not tell stays as it was. */
function remember(
  provider: Provider,
  connection: Connection,
  found: Finding,
  now: string,
): Connection {
  const outcome = { reason: found.reason, verifiedAt: now };
  if (!isAccepted(verdictByReason[found.reason])) return { ...connection, ...outcome };
  return {
    ...connection,
    ...outcome,
    host: found.host,
    fields: { ...connection.fields, [hostField(provider).id]: tenantOf(provider, found.host) },
    identity: found.identity ?? connection.identity,
    recognised: true,
    lastValidAt: now,
  };
}

/** `work` over all items, at most `limit` at once; the results in the items' order. */
async function mapPool<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
