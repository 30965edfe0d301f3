import { UsageError } from '../../core/errors.js';
import type { Http } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import { situationsByReason } from './rehearse.js';
import { createSimulation } from './simulation.js';
import type { Situation } from './situation.js';

/** A provider in memory. Nothing that is sent leaves the machine. */
export interface Sandbox {
  readonly http: Http;
  /** What is unusual; undefined if all is well. */
  readonly situation: Situation | undefined;
}

/**
 * @param reason the reason that a run with the right credential ends with. Default: it's accepted.
 * @throws {UsageError} no response of this provider leads to it. The error doesn't repeat the
 *   reason.
 */
export async function openSandbox(provider: Provider, reason?: string): Promise<Sandbox> {
  const situation = reason === undefined ? undefined : await situationFor(provider, reason);
  return { situation, http: createSimulation([provider], situation) };
}

async function situationFor(provider: Provider, wanted: string): Promise<Situation> {
  const all = await situationsByReason(provider);
  for (const [reason, situation] of all) if (reason === wanted) return situation;
  throw new UsageError({
    what: `That cannot be rehearsed with ${provider.name}`,
    why: 'only a reason that a run with it can end with has a rehearsal',
    next: `The reasons are: ${[...all.keys()].join(', ')}.`,
  });
}
