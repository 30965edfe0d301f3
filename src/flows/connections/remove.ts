import { isUnreadable, type AnyRecord, type Connection } from '../../core/connection.js';
import { StoreError } from '../../core/errors.js';
import { fillText } from '../../core/fill.js';
import { entryOfRecord } from '../../core/history.js';
import type { Warning } from '../../core/ladder.js';
import type { Context, RecordList } from '../../core/ports.js';
import { loadProvider, type LoadableProvider } from '../../core/known-provider.js';
import type { Provider } from '../../core/provider.js';
import { NOTHING_KNOWN, recordReport, type Report } from '../../core/report.js';
import { isRejected } from '../../core/verdict.js';
import { findOne, recordsFor, unlistedReport, unlistedWarning, unreadableReport } from './find.js';
import { copiesOf, deleteCopies, deleteSecret } from '../store/copies.js';

export interface RemoveOptions {
  /** The value of `--store`. It decides if several places have the name. */
  readonly storeId?: string | undefined;
  /** For the history. */
  readonly why?: string | undefined;
  /** Called for each name as soon as it's done. */
  readonly onReport?: ((report: Report) => void) | undefined;
}

type RemoveContext = Pick<Context, 'records' | 'stores' | 'history' | 'interruption'>;

/**
 * Deletes the secret and then the record, so that a failure between them can be repeated. A name
 * that doesn't exist counts as done. An interruption lets the current deletion finish.
 *
 * @throws {UsageError} a provider's id that several connections have, or a name in several places.
 */
export async function remove(
  context: RemoveContext,
  providers: readonly LoadableProvider[],
  names: readonly string[],
  { storeId, why, onReport }: RemoveOptions = {},
): Promise<Report[]> {
  const all = await recordsFor(context.records, names, false);
  // All names are resolved before anything is deleted.
  const wanted = names.map((name) => ({ name, connection: findOne(all, name, storeId) }));
  const reports: Report[] = [];
  for (const each of wanted) {
    context.interruption.end();
    const report = await removeOne(context, providers, each, all, why);
    reports.push(report);
    onReport?.(report);
  }
  return reports;
}

interface Wanted {
  readonly name: string;
  /** Undefined if no record has the name. */
  readonly connection: AnyRecord | undefined;
}

async function removeOne(
  context: RemoveContext,
  providers: readonly LoadableProvider[],
  { name, connection }: Wanted,
  { unlisted }: RecordList,
  why: string | undefined,
): Promise<Report> {
  if (connection && isUnreadable(connection)) return unreadableReport(connection, context);
  const [away] = unlisted;
  if (!connection && away) return { ...unlistedReport(away, context), name };
  if (!connection) {
    const lost = await removeLost(context, name);
    const entry = { event: 'removed', connection: name, why } as const;
    return {
      ...NOTHING_KNOWN,
      warnings: lost ? [MAY_WORK, ...context.history.record(entry)] : [],
      name,
      provider: null,
      reason: 'ok',
      advice: {
        what: lost
          ? `The secret of ${name} was removed; it had no record`
          : `Nothing is stored under ${name}`,
        next: 'Nothing to do.',
      },
    };
  }
  const description = context.stores.describe(connection.store);
  try {
    const leftovers = await context.interruption.shield(async () => {
      await deleteSecret(context, context.stores.open(connection.store), connection.name);
      const others = copiesOf(connection, connection.store);
      const copies = await deleteCopies(context, connection, others);
      await context.records.remove(connection.name, connection.store);
      return copies.warnings;
    });
    const advice = { what: `${connection.name} was removed`, next: 'Nothing to do.' };
    const warnings = [
      ...leftovers,
      ...stillWorks(await loadProvider(providers, connection.provider), connection),
      ...unlisted.map(unlistedWarning),
      ...context.history.record({ ...entryOfRecord('removed', connection), why }),
    ];
    const report = recordReport(connection, advice, description);
    return { ...report, warnings, reason: 'ok', stored: false };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { ...recordReport(connection, error.advice, description), reason: error.reason };
  }
}

/**
 * Warns that the removed credential still works, unless the provider has said that it doesn't know
 * it.
 */
function stillWorks(
  provider: Provider | undefined,
  { reason, lastValidAt }: Connection,
): Warning[] {
  if (reason === 'bad-credential') return [];
  if (!provider) return [MAY_WORK];
  const end = fillText(provider.rotation.end, { provider: provider.name });
  const isProven = lastValidAt !== null && !isRejected(reason);
  return [{ code: STILL_WORKS, message: isProven ? end : `Unless it has ended already: ${end}` }];
}

const STILL_WORKS = 'still-works';

/** For a credential whose provider isn't known here. */
const MAY_WORK: Warning = {
  code: STILL_WORKS,
  message: 'The credential may still work where it was made. End it there.',
};

/** Removes a secret without a record: after a crash, or if somebody deleted the file. */
async function removeLost({ stores }: Pick<Context, 'stores'>, name: string): Promise<boolean> {
  let lost = false;
  for (const storeId of [...stores.ids, ...stores.vaults]) {
    try {
      lost = (await stores.open(storeId).deletePassword(name)) || lost;
    } catch (error) {
      // A store that can't be used has nothing of ours to find.
      if (!(error instanceof StoreError)) throw error;
    }
  }
  return lost;
}
