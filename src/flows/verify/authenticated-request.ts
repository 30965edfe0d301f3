import { basicHeader, basicPair, fillValues } from '../../core/auth-scheme.js';
import {
  buildAnonymous,
  buildAuthenticated,
  buildExchange,
  type BuiltRequest,
} from '../../core/build-request.js';
import type { Http, HttpRequest } from '../../core/ports.js';
import type { Exchange, Provider, RequestTemplate } from '../../core/provider.js';
import type { HttpResponse } from '../../core/response.js';
import type { Values } from '../../core/stored-item.js';
import { exchangeHost, isAllowedHost, isExchangeHost } from '../../core/wall.js';

/**
 * Sends a request to the tenant's host. A path alone means GET.
 *
 * @throws {NetworkError} no response came.
 */
export type Send = (request: string | RequestTemplate) => Promise<HttpResponse>;

/** A tenant, what is stored for it, and how long each of its responses may take. */
export interface Target {
  readonly host: string;
  readonly values: Values;
  readonly timeoutMs: number;
}

/**
 * Sends with the credential. This function and the next one are the only places that send a secret.
 */
export function authenticatedRequest(http: Http, provider: Provider, target: Target): Send {
  return sender(http, provider, target, (...from) => ({
    ...buildAuthenticated(...from),
    patient: true,
  }));
}

/**
 * Sends what is stored in exchange for a short-lived token. It may go to another host, which has
 * its own wall.
 */
export function exchangeRequest(
  http: Http,
  provider: Provider,
  exchange: Exchange,
  { host, values, timeoutMs }: Target,
): Promise<HttpResponse> {
  refuseOffList(provider, host);
  const to = exchangeHost(exchange, host, values);
  if (!isExchangeHost(exchange, host, to)) {
    throw new Error(`${to} is not the host of the exchange of ${provider.id}`);
  }
  const pair = basicPair(exchange, values);
  const own = {
    ...fillValues(exchange.headers, values),
    ...(pair && { authorization: basicHeader(pair) }),
  };
  const built: BuiltRequest = buildExchange(provider, to, exchange, values, own, to === host);
  const request: HttpRequest = { ...built, timeoutMs, budget: budgetOf(provider), patient: true };
  return http.send(request);
}

/** Sends the same without the credential, which shows how the host answers anybody. */
export function unauthenticatedRequest(http: Http, provider: Provider, target: Target): Send {
  return sender(http, provider, target, buildAnonymous);
}

type Build = (
  ...from: Parameters<typeof buildAuthenticated>
) => BuiltRequest & Pick<HttpRequest, 'patient'>;

/** Refuses a host off the list before anything is built for it. */
function sender(
  http: Http,
  provider: Provider,
  { host, values, timeoutMs }: Target,
  build: Build,
): Send {
  refuseOffList(provider, host);
  const budget = budgetOf(provider);
  return (request) =>
    http.send({ ...build(provider, host, templateOf(request), values), timeoutMs, budget });
}

function templateOf(request: string | RequestTemplate): RequestTemplate {
  return typeof request === 'string' ? { method: 'GET', path: request } : request;
}

/** If all accounts share a host, each connection has a limit of its own. */
function budgetOf({ budget }: Provider): NonNullable<HttpRequest['budget']> {
  const { requests, seconds, per } = budget;
  return { requests, seconds, ...(per === 'connection' && { counter: {} }) };
}

function refuseOffList(provider: Provider, host: string): void {
  if (isAllowedHost(provider, host)) return;
  throw new Error(`${host} is not on the list of hosts of ${provider.id}`);
}
