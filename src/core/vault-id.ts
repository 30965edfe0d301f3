import { UsageError } from './errors.js';

const PREFIX = 'vault:';

/** The first character is a letter, digit or underscore, which rules out `.` and `..`. */
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/u;

/** A `--store` value that starts with `vault:`, well-formed or not. */
export function isVaultId(storeId: string): boolean {
  return storeId.startsWith(PREFIX);
}

/**
 * The path after `vault:`, mount and folder together. Only the server knows where the mount ends.
 *
 * @throws {UsageError} it isn't at least two segments that are safe in a URL.
 */
export function vaultPathOf(storeId: string): string {
  const path = storeId.slice(PREFIX.length);
  const segments = path.split('/');
  if (segments.length >= 2 && segments.every((segment) => SEGMENT.test(segment))) return path;
  throw new UsageError({
    what: 'The store after vault: cannot be used',
    why: 'it has to be <mount>/<path>: letters, digits, . _ and -, no segment empty or starting with a dot or a dash',
    next: 'Name the engine and a folder in it, for example --store vault:secret/team/connect-wizard.',
  });
}
