import { StoreError } from '../../core/errors.js';
import type { Context, SecretStore } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';

/** The prefix of accounts for test values. */
export const TEST_PREFIX = 'connect-wizard-test/';

const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/u;

/** The account of a test value. */
export const TEST_ACCOUNT = new RegExp(`^${TEST_PREFIX}${UUID.source}$`, 'u');

/** The value is one that a store test writes. */
export function isTestValue(value: Secret): boolean {
  return new RegExp(`^${UUID.source}$`, 'u').test(value.reveal());
}

/**
 * Writes, reads, compares and deletes a value that nobody needs. Reading alone proves nothing: a
 * keychain without a default collection answers every read with "nothing there", and fails at the
 * first write.
 *
 * @param name the connection that will be saved, if it's known.
 * @throws {StoreError} the store can't be used now.
 * @throws {Interrupted} the run was to end meanwhile, and nothing else has begun.
 */
export async function testStore(
  { interruption }: Pick<Context, 'interruption'>,
  store: SecretStore,
  name?: string,
): Promise<void> {
  const account = `${TEST_PREFIX}${crypto.randomUUID()}`;
  await store.prepare?.(name ?? account);
  const canary = new Secret(crypto.randomUUID());
  await store.setPassword(account, canary);
  // Once the value is written, it's always deleted again, whatever is raised meanwhile. The write
  // itself can be interrupted, because it may wait a minute to be unlocked.
  const kept = await interruption.shield(async () => {
    try {
      return await store.getPassword(account);
    } finally {
      await store.deletePassword(account);
    }
  });
  interruption.end();
  if (kept?.matches(canary)) return;
  const { backend } = store.description;
  throw new StoreError('store-mismatch', {
    what: `${backend} does not keep what it is given`,
    why: 'a test value came back changed or not at all',
    next: `Look at ${backend} on this machine; --store none checks a credential without storing it.`,
  });
}
