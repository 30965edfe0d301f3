import { NetworkError } from '../../core/errors.js';
import type { Provider, RequestTemplate } from '../../core/provider.js';
import { isAboutHost, isRefusalOfApi, isSameRefusal, isSilentRefusal } from '../../core/reading.js';
import { isFromApi, type HttpResponse } from '../../core/response.js';
import type { Send } from './authenticated-request.js';

/**
 * How a host answers anybody, by path. Each path is requested once, and only if a refusal makes it
 * matter.
 */
export class Anonymous {
  readonly #send: Send;
  readonly #known = new Map<string, HttpResponse | undefined>();

  /** @param known the responses that this run already has. */
  constructor(send: Send, known: ReadonlyMap<string, HttpResponse> = new Map()) {
    this.#send = send;
    for (const [path, response] of known) {
      this.#known.set(keyOf({ method: 'GET', path }), response);
    }
  }

  /** @returns undefined if no response came, so nothing is known. */
  async send(request: RequestTemplate): Promise<HttpResponse | undefined> {
    const key = keyOf(request);
    if (!this.#known.has(key)) this.#known.set(key, await this.#try(request));
    return this.#known.get(key);
  }

  async #try(request: RequestTemplate): Promise<HttpResponse | undefined> {
    try {
      return await this.#send(request);
    } catch (error) {
      if (error instanceof NetworkError) return undefined;
      throw error;
    }
  }
}

function keyOf({ method, path }: RequestTemplate): string {
  return `${method} ${path}`;
}

/** What the response to the same request without the credential says about a refusal. */
export interface Comparison {
  /** Anybody gets the same response, so the credential made no difference. */
  readonly same: boolean;
  /** Anybody is asked for a credential, so the API looked at this one. */
  readonly asksForCredential: boolean;
}

export const NOT_COMPARED: Comparison = { same: false, asksForCredential: false };

/**
 * Compares a 403 that nothing marks as the API's with what anybody gets. A 401, and a response with
 * the API's header, are never compared.
 */
export async function compareRefusal(
  anonymous: Anonymous,
  provider: Provider,
  request: RequestTemplate,
  response: HttpResponse,
): Promise<Comparison> {
  if (response.status !== 403 || isFromApi(provider, response)) return NOT_COMPARED;
  // A limit is the host's, whoever asks.
  if (isAboutHost(provider, response)) return NOT_COMPARED;
  // A response that isn't the API's doesn't need to be compared.
  const silent = isSilentRefusal(provider, response);
  if (!silent && !isRefusalOfApi(provider, response)) return NOT_COMPARED;
  const other = await anonymous.send(request);
  if (!other) return NOT_COMPARED;
  return {
    same: isSameRefusal(provider, response, other),
    asksForCredential: other.status === 401 && silent,
  };
}
