import { UsageError } from '../core/errors.js';
import type { SecretStore, Stores } from '../core/ports.js';

/** The stores by the value of `--store`. `none` is not one: there, nothing is stored. */
export function createStores(stores: Readonly<Record<string, SecretStore>>): Stores {
  return {
    open(choice) {
      const store = Object.hasOwn(stores, choice) ? stores[choice] : undefined;
      if (store) return store;
      throw new UsageError({
        what: 'That store is not known to this version',
        next: `--store takes ${[...Object.keys(stores), 'none'].join(' or ')}; CONNECT_WIZARD_STORE the same.`,
      });
    },
    describe(choice) {
      return (Object.hasOwn(stores, choice) ? stores[choice]?.description : undefined) ?? null;
    },
  };
}
