import { readUnsigned, type Answer } from '../core/answer.js';
import { NetworkError } from '../core/errors.js';
import { finding, type Finding, type LadderRung } from '../core/finding.js';
import type { Context } from '../core/ports.js';
import type { Provider } from '../core/provider.js';
import type { Reason } from '../core/verdict.js';
import { describeAnswer, networkRungs, reachedRungs } from './answer-words.js';

/** A host to which a secret may go. */
export interface Target {
  readonly host: string;
  /** Seen to be the provider's; false when the answer said neither yes nor a clear no. */
  readonly recognised: boolean;
}

/** How promising an outcome is: of several hosts that a name may mean, the best one counts. */
const RANK = { recognised: 5, 'go-on': 4, unreachable: 3, undecided: 2, 'no-such-tenant': 1 };

interface Attempt {
  readonly rank: number;
  readonly outcome: Target | Finding;
}

/**
 * Asks, unsigned and all at once, the hosts that were understood, and picks the one
 * that answers as the provider's API; the earliest of equals.
 */
export async function recognise(
  { http }: Pick<Context, 'http'>,
  provider: Provider,
  candidates: readonly [string, ...string[]],
  timeoutMs: number,
): Promise<Target | Finding> {
  const attempt = (host: string) => recogniseOne(http, provider, host, timeoutMs);
  const [first, ...rest] = candidates;
  const attempts = await Promise.all([attempt(first), ...rest.map(attempt)]);
  return attempts.reduce((best, each) => (each.rank > best.rank ? each : best)).outcome;
}

/** Did the search end without a host? */
export function isFinding(outcome: Target | Finding): outcome is Finding {
  return 'reason' in outcome;
}

async function recogniseOne(
  http: Context['http'],
  provider: Provider,
  host: string,
  timeoutMs: number,
): Promise<Attempt> {
  let answer: Answer;
  try {
    answer = await http.get({
      url: `https://${host}${provider.recognise.path}`,
      headers: { accept: 'application/json' },
      timeoutMs,
    });
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return { ...(await unreached(http, provider, host, error)) };
  }
  const reading = readUnsigned(provider, answer);
  if (reading === 'recognised' || reading === 'accepted') {
    return { rank: RANK.recognised, outcome: { host, recognised: true } };
  }
  if (reading === 'go-on') return { rank: RANK['go-on'], outcome: { host, recognised: false } };
  const detail = describeAnswer(provider, answer);
  return refused(provider, host, reading, detail, answer.status, [
    ...reachedRungs(host),
    { rung: 'provider', ok: false, detail },
  ]);
}

function unreached(
  http: Context['http'],
  provider: Provider,
  host: string,
  error: NetworkError,
): Promise<Attempt> | Attempt {
  const ladder = networkRungs(host, error);
  const failed = (reason: Reason, detail: string) =>
    refused(provider, host, reason, detail, null, ladder);
  const { control } = provider.hosts;
  if (error.reason !== 'dns' || control === undefined) return failed(error.reason, error.message);
  // Where names do resolve, one that does not is nobody's.
  return http
    .resolves(control)
    .then((works) =>
      works ? failed('no-such-tenant', 'the name does not resolve') : failed('dns', error.message),
    );
}

function refused(
  provider: Provider,
  host: string,
  reason: Reason,
  detail: string,
  httpStatus: number | null,
  ladder: readonly LadderRung[],
): Attempt {
  const outcome = finding(provider, reason, { detail }, { host, httpStatus, ladder });
  const rank =
    reason === 'no-such-tenant'
      ? RANK['no-such-tenant']
      : httpStatus === null
        ? RANK.unreachable
        : RANK.undecided;
  return { rank, outcome };
}
