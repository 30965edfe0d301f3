import { NetworkError, type Advice } from '../../core/errors.js';
import { listed } from '../../core/counted.js';
import type { Capability } from '../../core/ladder.js';
import { secretLabels } from '../../core/field.js';
import type { Provider } from '../../core/provider.js';
import { isAboutHost, readCapability } from '../../core/reading.js';
import { describeResponse, waitWords } from '../../core/response.js';
import type { Reason } from '../../core/verdict.js';
import type { Send } from './authenticated-request.js';
import { compareRefusal, type Anonymous } from './refusals.js';

/** Which of the needed capabilities a credential has. */
export interface Capabilities {
  readonly capabilities: readonly Capability[];
  /** What it lacks, or what couldn't be determined; undefined if it has all of them. */
  readonly shortfall?: Shortfall | undefined;
}

interface Shortfall {
  readonly reason: Reason;
  /** For the message about a missing permission or feature. */
  readonly placeholders: Readonly<Record<'missing' | 'grants', string>>;
  /** Replaces the reason's own message, which is about the credential. */
  readonly advice?: Advice;
}

interface ProbedCapability extends Capability {
  readonly reason: Reason;
  readonly grantedBy: string;
  readonly detail: string;
  /** How long the server asks us to wait. */
  readonly wait: string;
}

interface Prober {
  readonly send: Send;
  readonly anonymous: Anonymous;
  readonly provider: Provider;
}

/** Asks only for the needed capabilities, one after the other. */
export async function probeCapabilities(
  prober: Prober,
  needs: readonly string[],
): Promise<Capabilities> {
  const { provider } = prober;
  const probed: ProbedCapability[] = [];
  for (const capability of provider.capabilities.filter(({ id }) => needs.includes(id))) {
    probed.push(await probeOne(prober, capability));
  }
  const capabilities = probed.map(({ id, granted }) => ({ id, granted }));
  const missing = probed.filter(({ granted }) => granted === false);
  if (missing.length > 0) return { capabilities, shortfall: shortfallOf(missing) };
  const undetermined = probed.filter(({ granted }) => granted === null);
  return {
    capabilities,
    shortfall: undetermined.length > 0 ? undeterminedOf(provider, undetermined) : undefined,
  };
}

/** How much a response tells: a missing permission tells more than "not in this plan". */
const TELLS: Readonly<Partial<Record<Reason, number>>> = {
  'missing-feature': 1,
  'missing-permission': 2,
  ok: 3,
};

type PathResult = Pick<ProbedCapability, 'reason' | 'detail' | 'wait'>;

/**
 * Asks the paths until one grants the capability. If none does, the most telling response counts.
 * If the host stops answering in between, the rest can't be determined.
 */
async function probeOne(
  prober: Prober,
  { id, paths, grantedBy }: Provider['capabilities'][number],
): Promise<ProbedCapability> {
  let most: PathResult | undefined;
  for (const path of paths) {
    const { result, stop } = await probePath(prober, path);
    if (stop || !most || (TELLS[result.reason] ?? 0) > (TELLS[most.reason] ?? 0)) most = result;
    if (stop || result.reason === 'ok') break;
  }
  const { reason, detail, wait } = most ?? { reason: 'bad-response', detail: '', wait: 'a minute' };
  const lacks = reason === 'missing-permission' || reason === 'missing-feature';
  return {
    id,
    grantedBy,
    reason,
    detail,
    wait,
    granted: reason === 'ok' ? true : lacks ? false : null,
  };
}

/** @returns what the path tells, and whether to stop because no other path would do better. */
async function probePath(
  { send, anonymous, provider }: Prober,
  path: string,
): Promise<{ result: PathResult; stop: boolean }> {
  try {
    const response = await send(path);
    const { same } = await compareRefusal(anonymous, provider, { method: 'GET', path }, response);
    const result: PathResult = {
      reason: same ? 'not-an-api' : readCapability(provider, response),
      detail: describeResponse(provider, response),
      wait: waitWords(response),
    };
    return { result, stop: isAboutHost(provider, response) };
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const result: PathResult = { reason: error.reason, detail: error.message, wait: 'a minute' };
    return { result, stop: true };
  }
}

function shortfallOf(missing: readonly ProbedCapability[]): Shortfall {
  // An admin can grant a missing permission, so it's reported before a missing feature.
  const permission = missing.some(({ reason }) => reason === 'missing-permission');
  return {
    reason: permission ? 'missing-permission' : 'missing-feature',
    placeholders: {
      missing: listed(missing.map(({ id }) => id)),
      grants: grantsOf(missing),
    },
  };
}

/** What an admin has to grant, in one sentence each. */
export function grantsOf(
  capabilities: readonly Pick<ProbedCapability, 'id' | 'grantedBy'>[],
): string {
  return capabilities.map(({ id, grantedBy }) => `${id} needs ${grantedBy}`).join('. ');
}

/** "Could not tell" doesn't mean "has it". */
function undeterminedOf(provider: Provider, undetermined: readonly ProbedCapability[]): Shortfall {
  return {
    reason: undetermined[0]?.reason ?? 'bad-response',
    placeholders: { missing: '', grants: '' },
    advice: {
      what: `${provider.name} accepted the ${secretLabels(provider)}, but did not say whether all that you need is allowed`,
      why: undetermined.map(({ id, detail }) => `${id} (${detail})`).join(', '),
      next: `Wait ${undetermined[0]?.wait ?? 'a minute'}, then try again.`,
    },
  };
}
