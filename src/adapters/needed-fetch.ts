import { UsageError } from '../core/errors.js';

/**
 * Node 20 and 22 can be told to have no fetch, nor what belongs to it; newer ones refuse the option.
 *
 * @param what cannot be done without it.
 * @throws {UsageError} it is switched off.
 */
export function needFetch(what: string): void {
  if ('fetch' in globalThis) return;
  throw new UsageError({
    what,
    why: 'fetch is switched off in this Node, by --no-experimental-fetch',
    next: 'Start it again without that in NODE_OPTIONS.',
  });
}
