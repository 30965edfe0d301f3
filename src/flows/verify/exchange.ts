import { adviceFor } from '../../core/advice.js';
import { ConnectionError, NetworkError } from '../../core/errors.js';
import type { Context, Http } from '../../core/ports.js';
import type { Exchange, Provider } from '../../core/provider.js';
import { extractValues, readExchange, type Read } from '../../core/reading.js';
import { describeResponse, waitWords, type HttpResponse } from '../../core/response.js';
import { Secret } from '../../core/secret.js';
import type { Values } from '../../core/stored-item.js';
import { verdictByReason, type Reason } from '../../core/verdict.js';
import { exchangeRequest, type Target } from './authenticated-request.js';

/** The result of an exchange: values for the tests, or a response that gave none. */
export type Exchanged =
  | { readonly values: Values; readonly response: HttpResponse }
  | { readonly values?: undefined; readonly read: Read; readonly response: HttpResponse };

/**
 * Exchanges what is stored for a short-lived token. The token stays in memory: the values are only
 * for this run.
 *
 * @throws {NetworkError} no response came.
 */
export async function exchangeToken(
  http: Http,
  provider: Provider,
  exchange: Exchange,
  target: Target,
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

/**
 * The values for the provider's `auth`: the stored ones, and a new token if the provider takes one.
 *
 * @throws {ConnectionError} there was no token. It has the reason that a check would have.
 */
export async function freshValues(
  context: Pick<Context, 'http'>,
  provider: Provider,
  target: Target & { readonly name: string },
): Promise<Values> {
  const { host, values, name } = target;
  const { exchange } = provider;
  if (!exchange) return values;
  const failed = (reason: Reason, placeholders: Readonly<Record<string, string>>) =>
    new ConnectionError(name, reason, adviceFor(provider, reason, { host, ...placeholders }));
  try {
    const exchanged = await exchangeToken(context.http, provider, exchange, target);
    if (exchanged.values) return exchanged.values;
    const { means, fault = 'bad-response' } = exchanged.read;
    const detail = describeResponse(provider, exchanged.response);
    const wait = waitWords(exchanged.response);
    throw failed(means in verdictByReason ? (means as Reason) : fault, { detail, wait });
  } catch (error) {
    if (error instanceof NetworkError) throw failed(error.reason, error.placeholders);
    throw error;
  }
}
