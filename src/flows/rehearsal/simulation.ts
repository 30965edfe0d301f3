import { basicHeader, basicPair, fillValues } from '../../core/auth-scheme.js';
import { buildAuthenticated, buildExchange, type BuiltRequest } from '../../core/build-request.js';
import { NetworkError } from '../../core/errors.js';
import { secretFields } from '../../core/field.js';
import { withValue } from '../../core/expand/body.js';
import type { Http, HttpRequest } from '../../core/ports.js';
import type { Exchange, Provider, RequestTemplate } from '../../core/provider.js';
import { readJson, type HttpResponse } from '../../core/response.js';
import { reveal, revealAll, Secret } from '../../core/secret.js';
import type { Values } from '../../core/stored-item.js';
import { exchangeHost } from '../../core/wall.js';
import type { Reply, Situation } from './situation.js';

/**
 * Providers in memory, as their definitions describe them, each with one tenant and one credential.
 * The whole wizard can be rehearsed, and nothing leaves the machine.
 *
 * @param situation what is unusual.
 */
export function createSimulation(providers: readonly Provider[], situation?: Situation): Http {
  return {
    async send(request) {
      const { host } = new URL(request.url);
      const found = providers.find((each) => hostsOf(each).includes(host));
      if (!found) return unknownHost(providers, host);
      return settle(new Simulated(found, situation).respond(request));
    },
    async resolves() {
      return true;
    },
    usesProxy: false,
  };
}

/**
 * The credential that the simulated provider accepts. The wizard shows it, so it's not redacted.
 */
export function sandboxValues(provider: Provider): Values {
  const secrets = new Set(secretFields(provider).map(({ id }) => id));
  return Object.fromEntries(
    Object.entries(provider.sandbox.values).map(([id, value]) => [
      id,
      secrets.has(id) ? Secret.around(value) : value,
    ]),
  );
}

/** The tenant's host, and the host of its exchange. */
function hostsOf(provider: Provider): string[] {
  const { exchange, sandbox } = provider;
  if (!exchange) return [sandbox.host];
  return [sandbox.host, exchangeHost(exchange, sandbox.host, sandbox.values)];
}

class Simulated {
  readonly #provider: Provider;
  readonly #situation: Situation;
  readonly #values: Values;

  constructor(provider: Provider, situation: Situation = { title: '' }) {
    this.#provider = provider;
    this.#situation = situation;
    const tokens = Object.keys(provider.exchange?.extract ?? {}).map(
      (name) => [name, new Secret(`sandbox-${name}-of-an-exchange`)] as const,
    );
    this.#values = { ...sandboxValues(provider), ...Object.fromEntries(tokens) };
  }

  respond(request: HttpRequest): Reply {
    const { exchange, sandbox } = this.#provider;
    const exchanged = exchange && this.#exchange(exchange, request);
    if (exchanged) return exchanged;
    const probe = this.#provider.probes.find((each) => this.#isFor(request, each));
    const known = Object.keys(sandbox.replies).find((path) =>
      this.#isFor(request, { method: request.method === 'POST' ? 'POST' : 'GET', path }),
    );
    if (!this.#hasCredential(request)) {
      return this.#situation.unauthenticated ?? simulated(sandbox.unsigned);
    }
    if (!this.#isRight(request)) return simulated(sandbox.refused);
    if (probe && this.#situation.test) return this.#situation.test;
    if (!probe && this.#situation.otherPath) return this.#situation.otherPath;
    if (known === undefined) return simulated(sandbox.unknownPath);
    const { headers } = sandbox.unsigned;
    const response = simulated({ status: 200, headers, body: sandbox.replies[known] });
    const own = probe?.canonicalHost;
    if (!this.#situation.otherTenant || own === undefined) return response;
    const other = `https://${sandbox.host.replace(/^[^.]+/u, 'another')}/`;
    return simulated({ status: 200, headers, body: withValue(readJson(response), own, other) });
  }

  /** The reply to an exchange; undefined if it's another request. */
  #exchange(exchange: Exchange, request: HttpRequest): Reply | undefined {
    const { sandbox } = this.#provider;
    const to = exchangeHost(exchange, sandbox.host, sandbox.values);
    const pair = basicPair(exchange, this.#values);
    const own = {
      ...fillValues(exchange.headers, this.#values),
      ...(pair && { authorization: basicHeader(pair) }),
    };
    const right = buildExchange(
      this.#provider,
      to,
      exchange,
      this.#values,
      own,
      to === sandbox.host,
    );
    if (request.url !== right.url || (request.method ?? 'GET') !== right.method) return undefined;
    if (!isSame(request, right)) return simulated(sandbox.refused);
    if (this.#situation.exchange) return this.#situation.exchange;
    const body = Object.entries(exchange.extract).reduce<unknown>(
      (json, [name, pointer]) => withValue(json, pointer, revealAll(this.#values)[name]),
      undefined,
    );
    return simulated({ status: 200, headers: sandbox.unsigned.headers, body });
  }

  #built(template: RequestTemplate): BuiltRequest {
    return buildAuthenticated(this.#provider, this.#provider.sandbox.host, template, this.#values);
  }

  /** The request is made from that template, with any credential. */
  #isFor(request: HttpRequest, template: RequestTemplate): boolean {
    const [wanted, given] = [this.#built(template).url, request.url].map((url) => new URL(url));
    if ((request.method ?? 'GET') !== template.method || !wanted || !given) return false;
    const isShown = ([name]: [string, string]) =>
      !Object.hasOwn(this.#provider.auth.query, name) && !Object.hasOwn(this.#provider.query, name);
    const shown = ({ searchParams }: URL) => JSON.stringify([...searchParams].filter(isShown));
    return wanted.pathname === given.pathname && shown(wanted) === shown(given);
  }

  #hasCredential({ url, headers }: HttpRequest): boolean {
    const { auth } = this.#provider;
    const names = [...Object.keys(auth.headers), ...(auth.basic ? ['authorization'] : [])];
    const { searchParams } = new URL(url);
    return (
      names.some((name) => name in headers) ||
      Object.keys(auth.query).some((name) => searchParams.has(name))
    );
  }

  #isRight(request: HttpRequest): boolean {
    const right = this.#built({ method: 'GET', path: '/' });
    const [wanted, given] = [right.url, request.url].map((url) => new URL(url).searchParams);
    const headers = revealAll(request.headers);
    return (
      Object.entries(revealAll(right.headers)).every(([name, value]) => headers[name] === value) &&
      [...(wanted ?? [])].every(([name, value]) => given?.get(name) === value)
    );
  }
}

/** The headers and the body are the right ones. */
function isSame(request: HttpRequest, right: BuiltRequest): boolean {
  return revealed(request) === revealed(right);
}

function revealed({ headers, body }: Pick<HttpRequest, 'headers' | 'body'>): string {
  const inOrder = Object.entries(revealAll(headers)).toSorted(([a], [b]) => a.localeCompare(b));
  return JSON.stringify([inOrder, body && reveal(body)]);
}

/** The reply for another tenant of the provider, which doesn't exist. */
function unknownHost(providers: readonly Provider[], host: string): HttpResponse {
  const provider = providers.find(({ hosts }) =>
    hosts.templates.some(({ domain }) => host.endsWith(`.${domain}`)),
  );
  if (!provider) throw new NetworkError('connection', 'the sandbox has no such host');
  return simulated(provider.sandbox.unknownHost);
}

function settle(reply: Reply): HttpResponse {
  if (!('fails' in reply)) return reply;
  throw new NetworkError(reply.fails, 'as rehearsed');
}

function simulated({ status, headers, body }: Provider['sandbox']['unsigned']): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: body === undefined ? '' : JSON.stringify(body),
    truncated: false,
  };
}
