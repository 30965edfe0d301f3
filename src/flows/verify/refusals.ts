import { NetworkError } from '../../core/errors.js';
import type { Provider } from '../../core/provider.js';
import { isSameRefusal, isSilentRefusal } from '../../core/reading.js';
import { isFromApi, type HttpResponse } from '../../core/response.js';
import type { Send } from './authenticated-request.js';

/** How a host answers anybody, by path: asked once each, and only if a refusal makes it matter. */
export class Anonymous {
  readonly #send: Send;
  readonly #known = new Map<string, HttpResponse | undefined>();

  /** @param known what this run has asked already. */
  constructor(send: Send, known: ReadonlyMap<string, HttpResponse> = new Map()) {
    this.#send = send;
    for (const [path, response] of known) this.#known.set(path, response);
  }

  /** @returns undefined if no response came: then nothing is known. */
  async ask(path: string): Promise<HttpResponse | undefined> {
    if (!this.#known.has(path)) this.#known.set(path, await this.#try(path));
    return this.#known.get(path);
  }

  async #try(path: string): Promise<HttpResponse | undefined> {
    try {
      return await this.#send(path);
    } catch (error) {
      if (error instanceof NetworkError) return undefined;
      throw error;
    }
  }
}

/** What the response to the same request without the credential says of a refusal. */
export interface Comparison {
  /** Anybody gets the same: the credential made no difference. */
  readonly same: boolean;
  /** Anybody is asked for a credential: so the API looked at this one. */
  readonly asksForCredential: boolean;
}

const NOTHING: Comparison = { same: false, asksForCredential: false };

/**
 * Holds a 403 that nothing marks as the API's against what anybody gets. A 401, and what the API's
 * header marks, are never judged by being the same.
 */
export async function compareRefusal(
  anonymous: Anonymous,
  provider: Provider,
  path: string,
  response: HttpResponse,
): Promise<Comparison> {
  if (response.status !== 403 || isFromApi(provider, response)) return NOTHING;
  const other = await anonymous.ask(path);
  if (!other) return NOTHING;
  return {
    same: isSameRefusal(provider, response, other),
    asksForCredential: other.status === 401 && isSilentRefusal(provider, response),
  };
}
