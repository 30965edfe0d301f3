import { UsageError } from '../core/errors.js';

/**
 * Loads the library of the age format. It needs fetch's `Response`; without it, every file would
 * look damaged. Node 20 and 22 have an option that switches fetch off.
 *
 * @throws {UsageError} fetch is switched off.
 */
export async function loadAge() {
  if ('fetch' in globalThis) return import('age-encryption');
  throw new UsageError({
    what: 'No encrypted file can be read',
    why: 'fetch is switched off in this Node, by --no-experimental-fetch',
    next: 'Start it again without that in NODE_OPTIONS.',
  });
}
