import { UsageError } from '../core/errors.js';

/**
 * Checks that Node has fetch. Node 20 and 22 have an option that removes it; newer versions refuse
 * that option.
 *
 * @param what what can't be done without fetch.
 * @throws {UsageError} fetch is switched off.
 */
export function needFetch(what: string): void {
  if ('fetch' in globalThis) return;
  throw new UsageError({
    what,
    why: 'fetch is switched off in this Node, by --no-experimental-fetch',
    next: 'Start it again without that in NODE_OPTIONS.',
  });
}
