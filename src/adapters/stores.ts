import { StoreError, type MissingInput } from '../core/errors.js';
import type { SecretStore, Stores } from '../core/ports.js';

const HELPER = 'helper:';

/**
 * The stores by the value of `--store`. `none` is not one: there, nothing is stored.
 *
 * @param lacking what a store needs of a person and has not been given.
 * @param createHelper makes the store of `helper:<program>`.
 */
export function createStores(
  stores: Readonly<Record<string, SecretStore>>,
  lacking: Readonly<Record<string, MissingInput | undefined>> = {},
  createHelper?: (program: string) => SecretStore,
): Stores {
  const helpers = new Map<string, SecretStore>();

  function find(choice: string): SecretStore | undefined {
    if (Object.hasOwn(stores, choice)) return stores[choice];
    const program = choice.startsWith(HELPER) ? choice.slice(HELPER.length) : '';
    // What begins with a dash would be an option to whoever runs it.
    if (!createHelper || program.trim() === '' || program.startsWith('-')) return undefined;
    const helper = helpers.get(program) ?? createHelper(program);
    helpers.set(program, helper);
    return helper;
  }

  return {
    ids: Object.keys(stores),
    open(choice) {
      const store = find(choice);
      if (store) return store;
      throw new StoreError('store-unavailable', {
        what: 'The store that the connection remembers is not known to this version',
        why: `it is of another kind than ${Object.keys(stores).join(', ')} and ${HELPER}<program>`,
        next: 'Use the newest connect-wizard, or choose a store with --store.',
      });
    },
    describe: (choice) => find(choice)?.description ?? null,
    requires: (choice) => lacking[choice],
  };
}
