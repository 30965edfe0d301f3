import { StoreError, type MissingInput } from '../core/errors.js';
import { plainText } from '../core/plain-text.js';
import type { SecretStore, Stores } from '../core/ports.js';
import { shellWord } from '../core/shell.js';
import { isVaultId } from '../core/vault-id.js';

const HELPER = 'helper:';

/**
 * The stores by their `--store` value. `none` isn't one of them, since nothing is stored there.
 *
 * @param required what a store needs from the user and hasn't been given.
 * @param createHelper creates the store for `helper:<program>`.
 * @param vaults the Vaults that this run names, by their `--store` value.
 */
export function createStores(
  stores: Readonly<Record<string, SecretStore>>,
  required: Readonly<Record<string, MissingInput | undefined>> = {},
  createHelper?: (program: string) => SecretStore,
  vaults: ReadonlyMap<string, { readonly secrets: SecretStore }> = new Map(),
): Stores {
  const helpers = new Map<string, SecretStore>();

  function find(storeId: string): SecretStore | undefined {
    if (Object.hasOwn(stores, storeId)) return stores[storeId];
    if (isVaultId(storeId)) return vaults.get(storeId)?.secrets;
    const program = storeId.startsWith(HELPER) ? storeId.slice(HELPER.length) : '';
    // A name that begins with a dash would be read as an option.
    if (!createHelper || program.trim() === '' || program.startsWith('-')) return undefined;
    const helper = helpers.get(program) ?? createHelper(program);
    helpers.set(program, helper);
    return helper;
  }

  return {
    ids: Object.keys(stores),
    open(storeId) {
      const store = find(storeId);
      if (store) return store;
      if (isVaultId(storeId)) throw unnamed(storeId);
      throw new StoreError('store-unavailable', {
        what: 'The store that the connection remembers is not known to this version',
        why: `it is none of ${Object.keys(stores).join(', ')}, ${HELPER}<program> and vault:<mount>/<path>`,
        next: 'Use the newest connect-wizard, or choose a store with --store.',
      });
    },
    describe: (storeId) => find(storeId)?.description ?? null,
    requires: (storeId) => required[storeId],
    vaults: [...vaults.keys()],
  };
}

/** A record may name any server, so only a server that this run itself names is asked. */
function unnamed(storeId: string): StoreError {
  return new StoreError('store-denied', {
    what: 'The Vault that the connection remembers was not asked',
    why: 'neither --store nor CONNECT_WIZARD_STORE names it, and a file alone must not decide where a token is sent',
    next: 'Name it, if it is yours, and try again:',
    command: `export CONNECT_WIZARD_STORE=${shellWord('posix', plainText(storeId, 200))}`,
  });
}
