import type { Connection } from '../../core/connection.js';
import { StoreError, UsageError, VerdictError } from '../../core/errors.js';
import { entryOfRecord } from '../../core/history.js';
import { compareTenant } from '../../core/tenant.js';
import type { Warning } from '../../core/ladder.js';
import type { Context, SecretStore } from '../../core/ports.js';
import type { LoadableProvider } from '../../core/known-provider.js';
import type { Provider } from '../../core/provider.js';
import { recordReport, type Report } from '../../core/report.js';
import { storeName } from '../../core/store.js';
import type { Values } from '../../core/stored-item.js';
import { isVaultId } from '../../core/vault-id.js';
import { openCredential, providerOfRecord } from '../store/open-credential.js';
import { copiesOf, copyLeft, deleteCopies, deleteSecret, withCopies } from '../store/copies.js';
import { save } from '../store/save.js';
import { testStore } from '../store/test-store.js';
import { findConnection } from './find.js';

export interface MoveOptions {
  /** An exact name, or the id of a provider with one connection. */
  readonly name: string;
  /** The `--store` value of the new store; left out to keep the store. */
  readonly store?: string | undefined;
  /** The new name; left out to keep the name. */
  readonly newName?: string | undefined;
  /** Overwrite another tenant's connection with that name. */
  readonly replace: boolean;
}

export interface Moved {
  /** Has the connection's last verdict, which moving doesn't change, or what failed. */
  readonly report: Report;
  readonly moved: boolean;
}

type MoveContext = Pick<Context, 'records' | 'stores' | 'history' | 'interruption'>;

/**
 * Moves a connection to another store, another name, or both. It's written there and read back,
 * then the record changes, and only then is the old copy deleted. The provider isn't asked.
 *
 * @throws {ConnectionError} there is no such connection.
 * @throws {UsageError} the name is taken there, or the provider has several connections.
 */
export async function move(
  context: MoveContext,
  providers: readonly LoadableProvider[],
  { name: wanted, store, newName, replace }: MoveOptions,
): Promise<Moved> {
  const { connection: before, warnings: found } = await findConnection(context, wanted, store);
  try {
    const provider = await providerOfRecord(providers, before);
    const after = { ...before, name: newName ?? before.name, store: store ?? before.store };
    const target = context.stores.open(after.store);
    if (after.name === before.name && after.store === before.store) {
      const what = `${before.name} is in the ${storeName(target.description)} already`;
      // A killed move may have left the old copy.
      const leftovers = before.copies ? await deleteOldCopies(context, before, before) : [];
      const report = { ...reportOf(after, target, what), warnings: [...found, ...leftovers] };
      return { report, moved: true };
    }
    const taken =
      after.name === before.name ? undefined : await context.records.read(after.name, after.store);
    if (taken && !replace) refuseTaken(provider, before, taken);
    const former = after.name === before.name ? before : taken;
    const written = taken?.store === after.store ? taken : undefined;
    const values = await valuesToMove(context, provider, before, written);
    let saved = written;
    if (values) {
      await testStore(context, target, after.name);
      saved = await save(context, provider, target, after, values, replace, former);
    }
    const warnings = [
      ...found,
      ...(target.warnings ?? []),
      ...(after.name === before.name ? [] : await deleteOldConnection(context, before)),
      // The replaced connection may have been in another store.
      ...(former && saved ? await deleteOldCopies(context, former, saved) : []),
      ...context.history.record({
        ...entryOfRecord('moved', after),
        ...(after.name !== before.name && { formerName: before.name }),
      }),
    ];
    const where = storeName(target.description);
    const what =
      after.name === before.name
        ? `${before.name} is in the ${where} now`
        : `${before.name} is called ${after.name} now, in the ${where}`;
    return { report: { ...reportOf(saved ?? after, target, what), warnings }, moved: true };
  } catch (error) {
    if (!(error instanceof VerdictError)) throw error;
    const { reason, advice } = error;
    const report = recordReport(before, advice, context.stores.describe(before.store));
    return { report: { ...report, reason }, moved: false };
  }
}

/**
 * The values to write under the new name; undefined if an earlier renaming that was killed has
 * already written them and deleted the old secret.
 *
 * @throws {ConnectionError} the secret no longer exists.
 */
async function valuesToMove(
  context: MoveContext,
  provider: Provider,
  before: Connection,
  written: Connection | undefined,
): Promise<Values | undefined> {
  try {
    return (await openCredential(context, provider, before)).values;
  } catch (error) {
    const isLost = error instanceof VerdictError && error.reason === 'secret-lost';
    // No two connections of one account are created in the same millisecond.
    const isSame = written?.createdAt === before.createdAt && written.host === before.host;
    if (!isLost || !isSame) throw error;
    await openCredential(context, provider, written);
    return undefined;
  }
}

function reportOf(connection: Connection, { description }: SecretStore, what: string): Report {
  return recordReport(connection, { what, next: 'Nothing to do.' }, description);
}

/** @throws {UsageError} `name-taken`: a connection of another tenant or account has the name. */
function refuseTaken(provider: Provider, moved: Connection, taken: Connection): void {
  const same =
    taken.provider === moved.provider &&
    compareTenant(provider, moved.host, taken.host).is === 'same' &&
    (!taken.identity || !moved.identity || taken.identity.id === moved.identity.id);
  if (same) return;
  throw new UsageError(
    {
      what: `The name ${taken.name} is taken`,
      why: `it belongs to ${taken.identity?.label ?? taken.host}`,
      next: 'Choose another name with --name, or give --replace to overwrite that one.',
    },
    'name-taken',
  );
}

/**
 * Deletes the old connection after a renaming. Its secret goes first, so that the record still
 * leads to it if it can't be deleted.
 */
async function deleteOldConnection(
  context: Pick<Context, 'stores' | 'records' | 'interruption'>,
  connection: Connection,
): Promise<Report['warnings']> {
  const { name, store } = connection;
  try {
    return await context.interruption.shield(async () => {
      await deleteSecret(context, context.stores.open(store), name);
      const { warnings } = await deleteCopies(context, connection, copiesOf(connection, store));
      await context.records.remove(name, store);
      return warnings;
    });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const message = `The connection is still stored under ${name}, too. To delete it there: connect-wizard remove ${name}`;
    return [{ code: 'old-secret-left', message }];
  }
}

/**
 * Deletes a connection's secret from the stores that it left, and its record if that is elsewhere
 * now. The new copy is safe; failing to delete an old one is a warning, not a failure.
 */
export async function deleteOldCopies(
  context: Pick<Context, 'stores' | 'records' | 'interruption'>,
  former: Connection,
  saved: Connection,
): Promise<Warning[]> {
  const { name, store: from } = former;
  const to = saved.store;
  return context.interruption.shield(async () => {
    const { remaining, warnings } = await deleteCopies(context, former, copiesOf(former, to));
    try {
      if (isVaultId(to) && !isVaultId(from) && !remaining.includes(from)) {
        await context.records.remove(name, from);
      }
      if (saved.copies) await context.records.update(withCopies(saved, remaining));
      return warnings;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return [...warnings, copyLeft(context.stores, name, from)];
    }
  });
}
