import type { Http } from '../core/ports.js';

/**
 * `http` until `signal` is aborted. Then no request starts any more, and one that is cut off throws
 * the signal's reason: a connection that this program closes says nothing about the host.
 */
export function httpUntil(signal: AbortSignal, http: Http): Http {
  return {
    ...http,
    async send(request) {
      signal.throwIfAborted();
      try {
        return await http.send(request);
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      }
    },
  };
}
