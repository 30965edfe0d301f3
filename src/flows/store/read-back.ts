import { StoreError } from '../../core/errors.js';
import type { SecretStore } from '../../core/ports.js';
import { isSameJson } from '../../core/json.js';
import type { Secret } from '../../core/secret.js';

/**
 * Reads what was just written, and compares it. A store may sort the keys of what it keeps.
 *
 * @param advice `what` was written, and what to do `next` if it isn't there.
 * @throws {StoreError} `store-mismatch`: the store returns something else, or nothing.
 */
export async function readBack(
  store: SecretStore,
  name: string,
  written: Secret,
  advice: { readonly what: string; readonly next: string },
): Promise<void> {
  const kept = await store.getPassword(name);
  if (kept && isSameJson(kept.reveal(), written.reveal())) return;
  throw new StoreError('store-mismatch', {
    what: `${store.description.backend} did not keep ${advice.what}`,
    why: kept ? 'what it gave back is not what it was given' : 'it gave nothing back',
    next: advice.next,
  });
}
