import { expect, it } from 'vitest';
import { createStores } from '../../src/adapters/stores.js';
import { StoreError } from '../../src/core/errors.js';
import { fakeStore } from '../support/fakes.js';

const keychain = fakeStore();
const stores = createStores({ keychain });

it('a store is found by its name, the same one each time', () => {
  expect(stores.open('keychain')).toBe(keychain);
  expect(stores.describe('keychain')).toEqual(keychain.description);
});

it.each(['none', 'drawer', '', 'constructor', '__proto__', 'toString'])(
  '%j is not a store',
  (choice) => {
    expect(() => stores.open(choice)).toThrow(StoreError);
    expect(() => stores.open(choice)).toThrow(
      'it is none of keychain, helper:<program> and vault:<mount>/<path>',
    );
    expect(stores.describe(choice)).toBeNull();
  },
);

it("a Vault that a record names is one word in the advice's command", () => {
  expect(() => stores.open('vault:a/$(reboot);b')).toThrow(
    expect.objectContaining({
      reason: 'store-denied',
      advice: expect.objectContaining({
        command: "export CONNECT_WIZARD_STORE='vault:a/$(reboot);b'",
      }) as object,
    }) as Error,
  );
});
