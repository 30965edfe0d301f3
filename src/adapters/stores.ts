import { StoreError } from '../core/errors.js';
import type { SecretStore, Stores } from '../core/ports.js';

/** The stores by the value of `--store`. `none` is not one: there, nothing is stored. */
export function createStores(stores: Readonly<Record<string, SecretStore>>): Stores {
  return {
    open(choice) {
      const store = Object.hasOwn(stores, choice) ? stores[choice] : undefined;
      if (store) return store;
      throw new StoreError('store-unavailable', {
        what: 'The store that the connection remembers is not known to this version',
        why: `it is of another kind than ${Object.keys(stores).join(', ')}`,
        next: 'Use the newest connect-wizard, or choose a store with --store.',
      });
    },
    describe(choice) {
      return (Object.hasOwn(stores, choice) ? stores[choice]?.description : undefined) ?? null;
    },
  };
}
