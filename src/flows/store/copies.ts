import { lastChange, type Connection } from '../../core/connection.js';
import { StoreError } from '../../core/errors.js';
import type { Warning } from '../../core/ladder.js';
import type { Context, SecretStore } from '../../core/ports.js';
import { isVaultId } from '../../core/vault-id.js';
import { testStore } from './test-store.js';

/*
 * A copy of a secret can stay in a store that a connection has left, if the store is unavailable at
 * that moment or the process is killed. So the record notes each such store before it points to
 * another one, and the note is removed once the copy is gone. Only noted stores are ever searched,
 * because a keychain is shared with other homes.
 */

/** The stores that may have a copy once the record of `former` points to the store `to`. */
export function copiesOf({ store, copies = [] }: Connection, to: string): string[] {
  return [...new Set([store, ...copies])].filter((id) => id !== to && id !== 'none');
}

/**
 * The same connection with these stores noted. A record in a Vault gets no note, because it's read
 * by machines with other stores.
 */
export function withCopies(connection: Connection, copies: readonly string[]): Connection {
  const { copies: former, ...others } = connection;
  if (isVaultId(connection.store) || copies.length === 0) return former ? others : connection;
  return { ...others, copies };
}

/**
 * Deletes the copies of a connection's secret, and in a Vault also the record next to each. What
 * others have saved there since isn't a copy, and stays.
 *
 * @returns where a copy may still be, with a warning for each of these and for each secret that
 *   stays.
 */
export async function deleteCopies(
  { stores, records, interruption }: Pick<Context, 'stores' | 'records' | 'interruption'>,
  former: Connection,
  storeIds: readonly string[],
): Promise<{ readonly remaining: string[]; readonly warnings: Warning[] }> {
  const { name } = former;
  const remaining: string[] = [];
  const warnings: Warning[] = [];
  for (const storeId of storeIds) {
    try {
      const store = stores.open(storeId);
      if (await hasAnother(store, former)) {
        warnings.push(anotherKept(store, name, storeId));
        continue;
      }
      await deleteSecret({ interruption }, store, name);
      if (isVaultId(storeId)) await records.remove(name, storeId);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      remaining.push(storeId);
      warnings.push(copyLeft(stores, name, storeId));
    }
  }
  return { remaining, warnings };
}

/** Somebody of the team has saved another secret under the name. */
async function hasAnother(store: SecretStore, former: Connection): Promise<boolean> {
  if (!store.lastChange) return false;
  // From here on, the deletion fails if somebody saves.
  await store.getPassword(former.name);
  const change = await store.lastChange(former.name);
  return change !== undefined && change !== lastChange(former);
}

function anotherKept({ description }: SecretStore, name: string, storeId: string): Warning {
  const there = `${name} --store ${storeId}`;
  const message = `${description.backend} has another secret of ${name} now, which was not deleted. Does it work? connect-wizard check ${there}. Does nobody need it? connect-wizard remove ${there}`;
  return { code: 'another-secret-kept', message };
}

export function copyLeft(stores: Context['stores'], name: string, storeId: string): Warning {
  const where = stores.describe(storeId)?.backend ?? storeId;
  const message = `A copy of the secret of ${name} may still be in ${where}.`;
  return { code: 'old-secret-left', message };
}

/** @throws {StoreError} it may still be there. */
export async function deleteSecret(
  context: Pick<Context, 'interruption'>,
  store: SecretStore,
  name: string,
): Promise<void> {
  const deleted = await store.deletePassword(name);
  // A keychain that was never unlocked also says that there is nothing, and would keep the secret.
  if (!deleted && !store.nullIsReliable) await testStore(context, store);
}
