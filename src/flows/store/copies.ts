import type { Connection } from '../../core/connection.js';
import { StoreError } from '../../core/errors.js';
import type { Warning } from '../../core/ladder.js';
import type { Context, SecretStore } from '../../core/ports.js';
import { isVaultId } from '../../core/vault-id.js';
import { testStore } from './test-store.js';

/*
 * A copy of a secret can stay in a store that a connection has left: the store may be away in that
 * moment, or the process be killed. So each such store is noted in the record before it leads to
 * another one, and the note goes when the copy is gone. Only those are ever asked: a keychain is
 * shared with other homes.
 */

/** The stores in which a copy may be, once the record of `former` leads to the store `to`. */
export function copiesOf({ store, copies = [] }: Connection, to: string): string[] {
  return [...new Set([store, ...copies])].filter((id) => id !== to && id !== 'none');
}

/** The same connection with these stores noted. A record in a Vault is read by machines that have others. */
export function withCopies(connection: Connection, copies: readonly string[]): Connection {
  const { copies: former, ...plain } = connection;
  if (isVaultId(connection.store) || copies.length === 0) return former ? plain : connection;
  return { ...plain, copies };
}

/**
 * Deletes secrets, and in a Vault the record beside each.
 *
 * @returns where a copy may still be, each with a warning of its own.
 */
export async function deleteCopies(
  { stores, records, interruption }: Pick<Context, 'stores' | 'records' | 'interruption'>,
  name: string,
  storeIds: readonly string[],
): Promise<{ readonly left: string[]; readonly warnings: Warning[] }> {
  const left: string[] = [];
  for (const storeId of storeIds) {
    try {
      await deleteSecret({ interruption }, stores.open(storeId), name);
      if (isVaultId(storeId)) await records.remove(name, storeId);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      left.push(storeId);
    }
  }
  return { left, warnings: left.map((id) => copyLeft(stores, name, id)) };
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
  // A keychain that was never unlocked has "nothing" too, and would keep the secret.
  if (!deleted && !store.nullIsReliable) await testStore(context, store);
}
