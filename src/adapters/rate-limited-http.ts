import { retryAfter, type HttpResponse } from '../core/response.js';
import { NetworkError } from '../core/errors.js';
import type { Clock, Http, HttpRequest } from '../core/ports.js';

/** How long before each retry, in milliseconds, where the server names no time; up to a quarter more is added. */
const WAITS_MS = [1000, 3000];

/** The longest that a server is waited for; a longer time is for the person to wait. */
const LONGEST_WAIT_MS = 10_000;

/** Busy, or a gateway that does not reach what is behind it: it may pass. */
const PASSING = new Set([429, 502, 503, 504]);

/**
 * `http`, patient and within bounds: what may pass is asked at most twice more, and no host is asked
 * more often than its provider allows, whoever in this process asks.
 */
export function rateLimited(http: Http, clock: Clock): Http {
  const budgets = new Map<string, number[]>();

  /** Waits until one more request is within the host's budget, and counts it. */
  async function takeTurn({ url, budget }: HttpRequest): Promise<void> {
    if (!budget) return;
    const { host } = new URL(url);
    const taken = budgets.get(host) ?? [];
    budgets.set(host, taken);
    const now = clock.now().getTime();
    const windowMs = budget.seconds * 1000;
    // Counted before it is waited for: who comes next waits behind.
    const earliest = (taken[taken.length - budget.requests] ?? -Infinity) + windowMs;
    const start = Math.max(now, earliest);
    taken.push(start);
    if (taken.length > budget.requests) taken.shift();
    if (start > now) await clock.sleep(start - now);
  }

  async function attempt(request: HttpRequest): Promise<HttpResponse | NetworkError> {
    await takeTurn(request);
    try {
      return await http.send(request);
    } catch (error) {
      // A request that may change something may have done so before the connection was reset.
      const repeatable = (request.method ?? 'GET') === 'GET';
      if (error instanceof NetworkError && error.passing && repeatable) return error;
      throw error;
    }
  }

  return {
    resolves: (host) => http.resolves(host),
    async send(request) {
      for (let retry = 0; ; retry += 1) {
        const outcome = await attempt(request);
        const failed = outcome instanceof NetworkError;
        const wait = waitFor(outcome, WAITS_MS[retry]);
        if (wait === undefined || !(request.patient || failed)) {
          if (failed) throw outcome;
          return outcome;
        }
        await clock.sleep(wait);
      }
    },
  };
}

/** @returns milliseconds, or undefined where it is not to be asked again. */
function waitFor(
  outcome: HttpResponse | NetworkError,
  usual: number | undefined,
): number | undefined {
  if (usual === undefined) return undefined;
  const jittered = usual * (1 + Math.random() / 4);
  if (outcome instanceof NetworkError) return jittered;
  if (!PASSING.has(outcome.status)) return undefined;
  const wanted = retryAfter(outcome);
  if (wanted === undefined) return jittered;
  return wanted <= LONGEST_WAIT_MS ? wanted : undefined;
}
