import { readCapability, waitWords } from '../../core/response.js';
import { NetworkError, type Advice } from '../../core/errors.js';
import type { Capability } from '../../core/ladder.js';
import type { Provider } from '../../core/provider.js';
import type { Reason } from '../../core/verdict.js';
import { describeResponse } from '../../core/response.js';
import type { Send } from './authenticated-request.js';

/** What a credential may do of what it is needed for. */
export interface Capabilities {
  readonly capabilities: readonly Capability[];
  /** What it may not do, or what could not be told; undefined where it may do all. */
  readonly lacking?: Shortfall | undefined;
}

interface Shortfall {
  readonly reason: Reason;
  /** For the words of a missing permission or feature. */
  readonly placeholders: Readonly<Record<'missing' | 'grants', string>>;
  /** In the place of the reason's own words, which are of the credential. */
  readonly advice?: Advice;
}

interface Outcome extends Capability {
  readonly reason: Reason;
  readonly grantedBy: string;
  readonly detail: string;
  /** How long the server asks to wait. */
  readonly wait: string;
}

/** Only what is needed is probed, one after the other. */
export async function probeCapabilities(
  ask: Send,
  provider: Provider,
  needs: readonly string[],
): Promise<Capabilities> {
  const outcomes: Outcome[] = [];
  for (const capability of provider.capabilities.filter(({ id }) => needs.includes(id))) {
    outcomes.push(await probeOne(ask, provider, capability));
  }
  const capabilities = outcomes.map(({ id, granted }) => ({ id, granted }));
  const missing = outcomes.filter(({ granted }) => granted === false);
  if (missing.length > 0) return { capabilities, lacking: lackingOf(missing) };
  const untold = outcomes.filter(({ granted }) => granted === null);
  return { capabilities, lacking: untold.length > 0 ? untoldOf(provider, untold) : undefined };
}

async function probeOne(
  ask: Send,
  provider: Provider,
  { id, paths, grantedBy }: Provider['capabilities'][number],
): Promise<Outcome> {
  let last: Pick<Outcome, 'reason' | 'detail' | 'wait'> = {
    reason: 'bad-response',
    detail: '',
    wait: 'a minute',
  };
  for (const path of paths) {
    try {
      const response = await ask(path);
      last = {
        reason: readCapability(provider, response),
        detail: describeResponse(provider, response),
        wait: waitWords(response),
      };
      if (response.status !== 404) break;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      last = { ...last, reason: error.reason, detail: error.message };
      break;
    }
  }
  const lacks = last.reason === 'missing-permission' || last.reason === 'missing-feature';
  return { id, grantedBy, ...last, granted: last.reason === 'ok' ? true : lacks ? false : null };
}

function lackingOf(missing: readonly Outcome[]): Shortfall {
  // A missing permission can be mended by an admin; it is said before a missing feature.
  const permission = missing.some(({ reason }) => reason === 'missing-permission');
  return {
    reason: permission ? 'missing-permission' : 'missing-feature',
    placeholders: {
      missing: missing.map(({ id }) => id).join(', '),
      grants: missing.map(({ id, grantedBy }) => `${grantedBy} (for ${id})`).join('; '),
    },
  };
}

/** "Could not tell" is not "has it". */
function untoldOf(provider: Provider, untold: readonly Outcome[]): Shortfall {
  const listed = untold.map(({ id, detail }) => `${id} (${detail})`).join(', ');
  return {
    reason: untold[0]?.reason ?? 'bad-response',
    placeholders: { missing: '', grants: '' },
    advice: {
      what: `${provider.name} accepted the credential, but what it may do could not be told`,
      why: listed,
      next: `Wait ${untold[0]?.wait ?? 'a minute'} and run the same command again.`,
    },
  };
}
