import { redirectAdvice } from '../../core/advice.js';
import { readUnauthenticated } from '../../core/reading.js';
import { fillText } from '../../core/fill.js';
import { hostAnswers } from '../../core/tenant.js';
import { redirectTarget } from '../../core/redirect.js';
import { describeResponse, isRedirect, waitWords, type HttpResponse } from '../../core/response.js';
import { NetworkError } from '../../core/errors.js';
import { finding, type Finding } from '../../core/finding.js';
import type { LadderRung } from '../../core/ladder.js';
import type { Context } from '../../core/ports.js';
import type { AdviceTemplate, Provider } from '../../core/provider.js';
import type { Reason } from '../../core/verdict.js';
import { unauthenticatedRequest } from './authenticated-request.js';
import { networkRungs, providerRung, reachedRungs } from './show-ladder.js';

/** A host that a secret may be sent to. */
export interface RecognisedHost {
  readonly host: string;
  /** The host is the provider's. It's false if the response said neither yes nor clearly no. */
  readonly recognised: boolean;
  /** What is known about the host. */
  readonly ladder: readonly LadderRung[];
  /** The response to the request without a credential, if this run made it. */
  readonly unauthenticated?: HttpResponse | undefined;
}

/** How promising an outcome is. If a name may mean several hosts, the best one counts. */
const RANK = { recognised: 5, 'go-on': 4, unreachable: 3, undecided: 2, 'no-such-tenant': 1 };

/** One of the hosts that a name may mean. */
interface Candidate {
  readonly host: string;
  readonly candidates: readonly string[];
}

interface HostAttempt {
  readonly rank: number;
  readonly outcome: RecognisedHost | Finding;
}

/**
 * Asks all possible hosts at once, without a credential, and picks the one that answers as the
 * provider's API. Of equal ones, the first counts.
 */
export async function findHost(
  { http }: Pick<Context, 'http'>,
  provider: Provider,
  candidates: readonly [string, ...string[]],
  timeoutMs: number,
): Promise<RecognisedHost | Finding> {
  const attempt = (host: string) => tryHost(http, provider, { host, candidates }, timeoutMs);
  const [first, ...rest] = candidates;
  const attempts = await Promise.all([attempt(first), ...rest.map(attempt)]);
  return attempts.reduce((best, each) => (each.rank > best.rank ? each : best)).outcome;
}

/** The search ended without a host. */
export function isFinding(outcome: RecognisedHost | Finding): outcome is Finding {
  return 'reason' in outcome;
}

async function tryHost(
  http: Context['http'],
  provider: Provider,
  asked: Candidate,
  timeoutMs: number,
): Promise<HostAttempt> {
  const { host } = asked;
  const values = hostAnswers(provider, host);
  const path = fillText(provider.recognise?.path ?? '{}', values);
  // Nothing can be requested without a credential, or before more is known.
  if (/[{}]/u.test(path)) return { rank: RANK['go-on'], outcome: unseen(provider, asked) };
  let response: HttpResponse;
  try {
    response = await unauthenticatedRequest(http, provider, { host, values, timeoutMs })(path);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return unreached(http, provider, asked, error);
  }
  const { means, says } = readUnauthenticated(provider, response);
  const reached = reachedRungs(host);
  if (means === 'recognised' || means === 'accepted') {
    const ladder = [...reached, providerRung(provider)];
    return {
      rank: RANK.recognised,
      outcome: { host, recognised: true, ladder, unauthenticated: response },
    };
  }
  if (means === 'go-on' && provider.hosts.selfHosted) {
    return notRecognised(provider, asked, response);
  }
  if (means === 'go-on') {
    return {
      rank: RANK['go-on'],
      outcome: { host, recognised: false, ladder: reached, unauthenticated: response },
    };
  }
  const detail = describeResponse(provider, response);
  const placeholders = { detail, wait: waitWords(response) };
  const ladder: LadderRung[] = [...reached, { rung: 'provider', ok: false, detail }];
  const attempt = refused(provider, asked, means, placeholders, response.status, ladder, says);
  if (!isRedirect(response)) return attempt;
  const target = redirectTarget(provider, host, response.headers['location'] ?? '');
  return withAdvice(attempt, redirectAdvice(provider, host, target, detail));
}

function unseen(provider: Provider, { host }: Candidate): RecognisedHost | Finding {
  if (!provider.hosts.selfHosted) return { host, recognised: false, ladder: [] };
  throw new Error(`${provider.id} has no request that recognises it`);
}

/** A host that was typed whole gets a secret only after it's recognised as the product. */
function notRecognised(provider: Provider, asked: Candidate, response: HttpResponse): Failure {
  const { host } = asked;
  const { status } = response;
  const reason = status === 429 ? 'rate-limited' : status >= 500 ? 'server-error' : 'not-an-api';
  const detail = describeResponse(provider, response);
  const failure = refused(provider, asked, reason, { detail }, status, [
    ...reachedRungs(host),
    { rung: 'provider', ok: reason === 'not-an-api' ? false : null, detail },
  ]);
  if (reason !== 'not-an-api') {
    const busy = reason === 'rate-limited';
    return withAdvice(failure, {
      what: `${host} did not say whether it is ${provider.name}`,
      why: `${busy ? 'it is busy' : 'it has a fault, or a proxy on the way has'} (${detail})`,
      next: `Wait ${waitWords(response)}, then try again. Nothing secret was sent there.`,
    });
  }
  return withAdvice(failure, {
    what: `${host} does not answer like ${provider.name}`,
    why: detail,
    next: 'Check the address. Nothing secret was sent there.',
    ask: provider.hosts.fields,
  });
}

async function unreached(
  http: Context['http'],
  provider: Provider,
  asked: Candidate,
  error: NetworkError,
): Promise<HostAttempt> {
  const { reason, placeholders, ofProxy } = error;
  const ladder = networkRungs(asked.host, error);
  const { control } = provider.hosts;
  // If other names resolve, a name that doesn't resolve belongs to nobody.
  if (reason === 'dns' && control !== undefined && (await http.resolves(control))) {
    const detail = 'the name does not resolve';
    return refused(provider, asked, 'no-such-tenant', { detail }, null, ladder);
  }
  const attempt = refused(provider, asked, reason, placeholders, null, ladder);
  const isGuess = asked.candidates.length > 1;
  if (!isGuess || ofProxy || (reason !== 'dns' && reason !== 'proxy')) return attempt;
  // Proxies and broken resolvers answer the same for a name that doesn't exist as for any other.
  const { next } = attempt.outcome.advice;
  return withAdvice(attempt, {
    next: `Paste the whole address from your browser. Is it that already? ${next}`,
  });
}

/** An attempt that found no host. */
interface Failure extends HostAttempt {
  readonly outcome: Finding;
}

function withAdvice(attempt: Failure, advice: Partial<Finding['advice']>): Failure {
  const { outcome } = attempt;
  return { ...attempt, outcome: { ...outcome, advice: { ...outcome.advice, ...advice } } };
}

function refused(
  provider: Provider,
  { host, candidates }: Candidate,
  reason: Reason,
  placeholders: Readonly<Record<string, string>>,
  httpStatus: number | null,
  ladder: readonly LadderRung[],
  says?: AdviceTemplate,
): Failure {
  // Only if every candidate ends like this is it the outcome, so the message names all of them.
  const named = reason === 'no-such-tenant' ? candidates.join(' or ') : host;
  const filled = { ...placeholders, host: named };
  const outcome = finding(provider, reason, filled, { host, httpStatus, ladder }, says);
  const rank =
    reason === 'no-such-tenant'
      ? RANK['no-such-tenant']
      : httpStatus === null
        ? RANK.unreachable
        : RANK.undecided;
  return { rank, outcome };
}
