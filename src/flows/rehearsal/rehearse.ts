import { HostError } from '../../core/errors.js';
import { secretFields } from '../../core/field.js';
import type { Finding } from '../../core/finding.js';
import { readHost } from '../../core/host.js';
import type { Provider } from '../../core/provider.js';
import type { Reason } from '../../core/verdict.js';
import { findHost, isFinding } from '../verify/find-host.js';
import { verify } from '../verify/verify.js';
import { createSimulation, sandboxValues } from './simulation.js';
import { situationsOf, type Situation } from './situation.js';

/** No request leaves the machine, so this is plenty. */
const timeoutMs = 1000;

/** How a connect with the right credential ends at the simulated provider. */
export async function rehearse(
  provider: Provider,
  situation: Situation,
  values = sandboxValues(provider),
): Promise<Finding | HostError> {
  const http = createSimulation([provider], situation);
  try {
    const typed = { ...provider.sandbox.values };
    const { candidates } = readHost(provider, typed, { allowPrivate: true });
    const target = await findHost({ http }, provider, candidates, timeoutMs);
    if (isFinding(target)) return target;
    return await verify({ http }, provider, {
      target,
      values,
      needs: situation.needs ?? [],
      timeoutMs,
      purpose: 'connect',
    });
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
}

/**
 * A secret of this process is redacted everywhere, but people have to see what the sandbox accepts.
 * So the rehearsal uses other values.
 */
function withOtherSecrets(provider: Provider): Provider {
  const { sandbox } = provider;
  const others = secretFields(provider).map(({ id }) => [
    id,
    `${sandbox.values[id]}-of-a-rehearsal`,
  ]);
  return {
    ...provider,
    sandbox: { ...sandbox, values: { ...sandbox.values, ...Object.fromEntries(others) } },
  };
}

/** Every reason that can be rehearsed, with the simplest situation that leads to it. */
export async function situationsByReason(
  provider: Provider,
): Promise<ReadonlyMap<Reason, Situation>> {
  const found = new Map<Reason, Situation>();
  const disguised = withOtherSecrets(provider);
  for (const situation of situationsOf(provider)) {
    const { reason } = await rehearse(disguised, situation);
    if (!found.has(reason)) found.set(reason, situation);
  }
  return found;
}
