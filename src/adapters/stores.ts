import { StoreError, type MissingInput } from '../core/errors.js';
import type { SecretStore, Stores } from '../core/ports.js';

/**
 * The stores by the value of `--store`. `none` is not one: there, nothing is stored.
 *
 * @param lacking what a store needs of a person and has not been given.
 */
export function createStores(
  stores: Readonly<Record<string, SecretStore>>,
  lacking: Readonly<Record<string, MissingInput | undefined>> = {},
): Stores {
  const find = (choice: string): SecretStore | undefined =>
    Object.hasOwn(stores, choice) ? stores[choice] : undefined;
  return {
    choices: Object.keys(stores),
    open(choice) {
      const store = find(choice);
      if (store) return store;
      throw new StoreError('store-unavailable', {
        what: 'The store that the connection remembers is not known to this version',
        why: `it is of another kind than ${Object.keys(stores).join(', ')}`,
        next: 'Use the newest connect-wizard, or choose a store with --store.',
      });
    },
    describe: (choice) => find(choice)?.description ?? null,
    lacks: (choice) => lacking[choice],
  };
}
