import type { Http } from '../../core/ports.js';
import type { Exchange, Provider } from '../../core/provider.js';
import { extractValues, readExchange, type Read } from '../../core/reading.js';
import type { HttpResponse } from '../../core/response.js';
import { Secret } from '../../core/secret.js';
import type { Values } from '../../core/stored-item.js';
import { exchangeRequest } from './authenticated-request.js';

/** What an exchange ended with: values for the tests, or a response that gave none. */
export type Exchanged =
  | { readonly values: Values; readonly response: HttpResponse }
  | { readonly values?: undefined; readonly read: Read; readonly response: HttpResponse };

/**
 * Turns what is stored into a short-lived token. It lives in memory only: the values are for this run.
 *
 * @throws {NetworkError} no response came.
 */
export async function exchangeToken(
  http: Http,
  provider: Provider,
  exchange: Exchange,
  target: { readonly host: string; readonly values: Values; readonly timeoutMs: number },
): Promise<Exchanged> {
  const response = await exchangeRequest(http, provider, exchange, target);
  const read = readExchange(provider, exchange, response);
  if (read.means !== 'accepted') return { read, response };
  const extracted: Record<string, Secret> = {};
  for (const [name, value] of Object.entries(extractValues(exchange, response))) {
    extracted[name] = new Secret(value);
  }
  return { values: { ...target.values, ...extracted }, response };
}
