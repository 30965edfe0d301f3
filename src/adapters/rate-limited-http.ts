import { retryAfter, type HttpResponse } from '../core/response.js';
import { NetworkError } from '../core/errors.js';
import type { Clock, Http, HttpRequest } from '../core/ports.js';

/**
 * The waits before each retry, in milliseconds, if the server names no time. Up to a quarter is
 * added.
 */
const WAITS_MS = [1000, 3000];

/** In milliseconds. If the server asks for a longer wait, the person has to wait. */
const LONGEST_WAIT_MS = 10_000;

/** The server is busy, or a gateway can't reach it. It may pass. */
const PASSING = new Set([429, 502, 503, 504]);

/**
 * Adds patience and limits to `http`. A request that may succeed later is repeated at most twice,
 * and no host gets more requests from this process than its provider allows.
 */
export function rateLimited(http: Http, clock: Clock): Http {
  const hosts = new Map<string, { readonly taken: number[]; busyUntil: number }>();
  const counters = new WeakMap<object, number[]>();

  function stateOf(url: string): { readonly taken: number[]; busyUntil: number } {
    const { host } = new URL(url);
    const state = hosts.get(host) ?? { taken: [], busyUntil: -Infinity };
    hosts.set(host, state);
    return state;
  }

  /** Waits until one more request is within the budget, and counts it. */
  async function takeTurn({ url, budget }: HttpRequest): Promise<void> {
    if (!budget) return;
    const state = stateOf(url);
    const { counter } = budget;
    const taken = counter ? (counters.get(counter) ?? []) : state.taken;
    if (counter) counters.set(counter, taken);
    const now = Math.max(clock.now().getTime(), state.busyUntil);
    const windowMs = budget.seconds * 1000;
    // Reserve the slot before sleeping, so later callers queue behind it.
    const earliest = (taken[taken.length - budget.requests] ?? -Infinity) + windowMs;
    const start = Math.max(now, earliest);
    taken.push(start);
    if (taken.length > budget.requests) taken.shift();
    const wait = start - clock.now().getTime();
    if (wait > 0) await clock.sleep(wait);
  }

  /** A busy host is busy for all its connections. */
  function slowDown({ url }: HttpRequest, response: HttpResponse): void {
    if (response.status !== 429) return;
    const wait = Math.min(retryAfter(response) ?? 0, LONGEST_WAIT_MS);
    const state = stateOf(url);
    state.busyUntil = Math.max(state.busyUntil, clock.now().getTime() + wait);
  }

  async function attempt(request: HttpRequest): Promise<HttpResponse | NetworkError> {
    await takeTurn(request);
    try {
      const response = await http.send(request);
      slowDown(request, response);
      return response;
    } catch (error) {
      // A request that changes something may have done so before the connection was reset.
      const repeatable = (request.method ?? 'GET') === 'GET';
      if (error instanceof NetworkError && error.passing && repeatable) return error;
      throw error;
    }
  }

  return {
    resolves: (host) => http.resolves(host),
    usesProxy: http.usesProxy,
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

/** @returns milliseconds, or undefined if the request isn't repeated. */
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
