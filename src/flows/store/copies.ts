import { lastChange, type Connection } from '../../core/connection.js';
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
 * Deletes the copies of a connection's secret, and in a Vault the record beside each. What others have
 * saved there since is no copy, and stays.
 *
 * @returns where a copy may still be. There is a warning of each, and of each secret that stays.
 */
export async function deleteCopies(
  { stores, records, interruption }: Pick<Context, 'stores' | 'records' | 'interruption'>,
  former: Connection,
  storeIds: readonly string[],
): Promise<{ readonly left: string[]; readonly warnings: Warning[] }> {
  const { name } = former;
  const left: string[] = [];
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
      left.push(storeId);
      warnings.push(copyLeft(stores, name, storeId));
    }
  }
  return { left, warnings };
}

/** Has somebody of the team saved another secret under the name? */
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
  // A keychain that was never unlocked has "nothing" too, and would keep the secret.
  if (!deleted && !store.nullIsReliable) await testStore(context, store);
}
