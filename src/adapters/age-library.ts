import { needFetch } from './needed-fetch.js';

/**
 * Loads the library of the age format. It needs fetch's `Response`; without it, every file would
 * look damaged.
 *
 * @throws {UsageError} fetch is switched off.
 */
export async function loadAge() {
  needFetch('No encrypted file can be read');
  return import('age-encryption');
}
