import { StoreError } from '../../core/errors.js';
import type { Context, SecretStore } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';

/** Of the accounts of test values. */
export const TEST_PREFIX = 'connect-wizard-test/';

const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/u;

/** The name of a test value. */
export const TEST_ACCOUNT = new RegExp(`^${TEST_PREFIX}${UUID.source}$`, 'u');

/** Is that what a test of a store writes? */
export function isTestValue(value: Secret): boolean {
  return new RegExp(`^${UUID.source}$`, 'u').test(value.reveal());
}

/**
 * Writes, reads, compares and deletes a value nobody needs. A read alone proves
 * nothing: a keychain without a default collection says "nothing there" to every
 * read and fails at the first write.
 *
 * @param name of the connection that is going to be saved, if it is known.
 * @throws {StoreError} the store cannot be used now.
 * @throws {Interrupted} the run was to end meanwhile: nothing else has begun.
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
  // Once it is there it is taken away again, whatever is raised meanwhile; the write itself may
  // wait a minute to be unlocked, and can be interrupted.
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
