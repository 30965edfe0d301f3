import { needFetch } from './needed-fetch.js';

/**
 * The library of the age format. Without fetch's `Response` it reads no file, and every file would
 * look damaged.
 *
 * @throws {UsageError} that is switched off.
 */
export async function loadAge() {
  needFetch('No encrypted file can be read');
  return import('age-encryption');
}
