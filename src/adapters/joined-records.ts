import { chooseRecord, isUnreadable, type Connection } from '../core/connection.js';
import { StoreError } from '../core/errors.js';
import type { RecordList, Records, UnlistedStore } from '../core/ports.js';

/**
 * Joins the records of this machine with those of the Vaults that the run names. A Vault keeps a
 * record next to its secret; for every other store, the record is on this machine.
 *
 * @param vaults by their `--store` value.
 */
export function joinRecords(
  local: Records,
  vaults: ReadonlyMap<string, { readonly records: Records }>,
): Records {
  if (vaults.size === 0) return local;

  // A Vault that nobody named was already refused when its secret was opened.
  const keeperOf = (storeId: string | undefined): Records =>
    vaults.get(storeId ?? '')?.records ?? local;

  async function list(name?: string): Promise<RecordList> {
    const unlisted: UnlistedStore[] = [];
    const [own, ...shared] = await Promise.all([
      local.list(name),
      ...[...vaults].map(async ([storeId, { records }]) => {
        try {
          return await records.list(name);
        } catch (error) {
          // An unreachable Vault only hides its own connections.
          if (!(error instanceof StoreError)) throw error;
          unlisted.push({ storeId, error });
          return { connections: [], unreadable: [], unlisted: [] };
        }
      }),
    ]);
    const all = [own, ...shared];
    return {
      connections: all.flatMap(({ connections }) => connections).toSorted(byName),
      unreadable: all.flatMap(({ unreadable }) => unreadable).toSorted(byName),
      unlisted,
    };
  }

  async function read(name: string, storeId?: string): Promise<Connection | undefined> {
    const { connections, unreadable, unlisted } = await list(name);
    const found = [...connections, ...unreadable];
    const failed = unlisted.find((each) => found.length === 0 || each.storeId === storeId);
    // A name that is here stays usable while the Vault is away.
    if (failed) throw failed.error;
    const chosen = chooseRecord(found, storeId);
    // Its own keeper words what is wrong with it.
    return chosen && isUnreadable(chosen) ? keeperOf(chosen.store).read(name) : chosen;
  }

  return {
    list,
    read,
    write: (connection) => keeperOf(connection.store).write(connection),
    update: (connection) => keeperOf(connection.store).update(connection),
    remove: (name, storeId) => keeperOf(storeId).remove(name, storeId),
  };
}

/** Only the records whose secret is in one store. */
export function recordsOnlyIn(records: Records, storeId: string): Records {
  const isThere = ({ store }: { readonly store?: string }): boolean => store === storeId;
  return {
    write: (connection) => records.write(connection),
    update: (connection) => records.update(connection),
    remove: (name, where) => records.remove(name, where),
    async list(name) {
      const all = await records.list(name);
      return { ...all, connections: all.connections.filter(isThere), unreadable: [] };
    },
    async read(name) {
      const found = await records.read(name, storeId);
      return found && isThere(found) ? found : undefined;
    },
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
