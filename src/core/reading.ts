import type { AdviceTemplate, Exchange, Probe, Provider, Rule } from './provider.js';
import {
  at,
  errorCode,
  hasHeader,
  hasValue,
  isFromApi,
  isPage,
  readJson,
  REDIRECTS,
  type HttpResponse,
} from './response.js';
import type { Reason } from './verdict.js';

/**
 * What a response says. `recognised`: this is the provider. `accepted`: the credential works.
 * `go-on`: the API refused this request, which also happens with a good credential. `odd`: the
 * response is unexpected, so it only counts if no test decides.
 */
export type Reading = 'recognised' | 'accepted' | 'go-on' | 'odd' | Reason;

export interface Read {
  readonly means: Reading;
  /** Replaces the reason's own words. */
  readonly says?: AdviceTemplate | undefined;
  /** Only the status decided, without a code or a value. */
  readonly byStatus?: boolean | undefined;
  /** What an `odd` response counts as if no test decides. */
  readonly fault?: Extract<Reason, 'not-an-api' | 'server-error' | 'bad-response'>;
}

/** Rules about the host rather than the requested path. No other test would do better. */
function aboutHost({ rateLimited }: Provider): Rule[] {
  return [
    { when: { status: [...REDIRECTS] }, means: 'not-an-api' },
    ...rateLimited.map((when): Rule => ({ when, means: 'rate-limited' })),
    { when: { status: [429] }, means: 'rate-limited' },
    { when: { status: [502, 503, 504] }, means: 'server-error' },
  ];
}

/** Follow the provider's own rules if no credential was sent. Only a clear no stops there. */
const AFTER_UNAUTHENTICATED: readonly Rule[] = [
  { when: { status: [...REDIRECTS] }, means: 'not-an-api' },
  { when: { status: [429] }, means: 'go-on' },
  { when: { statusFrom: 500 }, means: 'go-on' },
  { when: { page: true }, means: 'not-an-api' },
  { when: {}, means: 'go-on' },
];

/** What `response` says about the provider if no secret was sent. */
export function readUnauthenticated(
  provider: Provider,
  response: HttpResponse,
): Read & { readonly means: Exclude<Reading, 'odd'> } {
  const rules = provider.recognise?.rules ?? [];
  return firstMatch(provider, [...rules, ...AFTER_UNAUTHENTICATED], response) ?? { means: 'go-on' };
}

/** What a run has found out about a host so far. */
export interface Seen {
  /** The provider's API answered there, so the tenant exists. */
  readonly api: boolean;
  /** Without a credential the host asks for one, so a refusal without a message is the API's. */
  readonly asksForCredential: boolean;
}

/** What `response` says about the credential that was sent with the request. */
export function readAuthenticated(
  provider: Provider,
  probe: Probe,
  response: HttpResponse,
  seen: Seen,
): Read {
  const ofHost = firstMatch(provider, aboutHost(provider), response);
  if (ofHost) return ofHost;
  const read = firstMatch(provider, [...probe.rules, ...provider.responses], response);
  const { status } = response;
  // Gateways refuse with the same numbers, so first find out who answered, unless a rule says it.
  const isRefusal = status === 401 || status === 403;
  const isKnown =
    isRefusalOfApi(provider, response) ||
    (seen.asksForCredential && isSilentRefusal(provider, response));
  if (isRefusal && !isKnown && read?.means !== 'not-an-api') {
    return { means: 'odd', fault: 'not-an-api' };
  }
  if (read && !(read.means === 'no-such-tenant' && seen.api)) return read;
  return { means: 'odd', fault: faultOf(provider, response) };
}

/**
 * What the response to an exchange says about the credential. `accepted`: it has every wanted
 * value.
 */
export function readExchange(provider: Provider, exchange: Exchange, response: HttpResponse): Read {
  const ofHost = firstMatch(provider, aboutHost(provider), response);
  if (ofHost) return ofHost;
  const read = firstMatch(provider, exchange.rules, response);
  const { status } = response;
  const isRefusal = status === 401 || status === 403;
  if (isRefusal && !isRefusalOfApi(provider, response) && read?.means !== 'not-an-api')
    return { means: 'odd', fault: 'not-an-api' };
  if (read) return read;
  const isWhole =
    Object.keys(extractValues(exchange, response)).length === Object.keys(exchange.extract).length;
  if (status >= 200 && status < 300 && isWhole) return { means: 'accepted' };
  return { means: 'odd', fault: faultOf(provider, response) };
}

/** The values of a response that `auth` may use, by name. Missing values are left out. */
export function extractValues(
  { extract }: Exchange,
  response: HttpResponse,
): Record<string, string> {
  const json = readJson(response);
  const found: Record<string, string> = {};
  for (const [name, pointer] of Object.entries(extract)) {
    const value = at(json, pointer);
    if (typeof value === 'number') found[name] = String(value);
    else if (typeof value === 'string' && value !== '') found[name] = value;
  }
  return found;
}

/**
 * Tells whether a 401 or 403 is the provider's own. It's known by the provider's header, or by JSON
 * with a code in the right place. If the provider has no such header, a 401 counts as its own,
 * unless it asks for the log-in of a Windows network, as proxies do.
 */
export function isRefusalOfApi(provider: Provider, response: HttpResponse): boolean {
  if (isFromApi(provider, response)) return true;
  if (isPage(provider, response)) return false;
  if (errorCode(provider, response) !== undefined) return true;
  const asksFor = response.headers['www-authenticate'] ?? '';
  return (
    response.status === 401 &&
    provider.apiHeader === undefined &&
    !/\b(?:ntlm|negotiate)\b/iu.test(asksFor)
  );
}

/**
 * A 403 without a body, from a provider without a header of its own. The host's other responses
 * show whose it is.
 */
export function isSilentRefusal(provider: Provider, { status, body }: HttpResponse): boolean {
  return status === 403 && body.trim() === '' && provider.apiHeader === undefined;
}

/** Both refusals say the same, so the credential made no difference. */
export function isSameRefusal(provider: Provider, one: HttpResponse, other: HttpResponse): boolean {
  return one.status === other.status && errorCode(provider, one) === errorCode(provider, other);
}

/**
 * Tells whether `response` grants what its request asks for. `ok`: it's 200 with JSON.
 * `missing-permission` and `missing-feature`: the API refuses it, or doesn't have it in this
 * edition. Any other reason: it can't be determined.
 */
export function readCapability(provider: Provider, response: HttpResponse): Reason {
  if (response.status === 200 && readJson(response) !== undefined) return 'ok';
  const ofHost = firstMatch(provider, aboutHost(provider), response);
  if (ofHost) return ofHost.means as Reason;
  if (response.status === 403) {
    // The credential was just accepted, so an empty refusal is the API's.
    const refused = isRefusalOfApi(provider, response) || isSilentRefusal(provider, response);
    if (!refused) return 'not-an-api';
    const feature = provider.featureCodes.includes(errorCode(provider, response) ?? '');
    return feature ? 'missing-feature' : 'missing-permission';
  }
  if (response.status === 404 && isFromApi(provider, response)) return 'missing-feature';
  return faultOf(provider, response);
}

/** The reason is about the host, so asking it something else is of no use. */
export function isAboutHost(provider: Provider, response: HttpResponse): boolean {
  return firstMatch(provider, aboutHost(provider), response) !== undefined;
}

function faultOf(provider: Provider, response: HttpResponse): NonNullable<Read['fault']> {
  if (isPage(provider, response)) return 'not-an-api';
  return response.status >= 500 ? 'server-error' : 'bad-response';
}

function firstMatch(
  provider: Provider,
  rules: readonly Rule[],
  response: HttpResponse,
): (Read & { readonly means: Exclude<Reading, 'odd'> }) | undefined {
  const json = readJson(response);
  const rule = rules.find(({ when }) => matches(provider, when, response, json));
  if (!rule) return undefined;
  const { when, means, says } = rule;
  const byStatus = !when.code && !when.has && !when.header;
  return { means, says, byStatus };
}

function matches(
  provider: Provider,
  when: Rule['when'],
  response: HttpResponse,
  json: unknown,
): boolean {
  const { status, statusFrom, fromApi, code, has, json: isJson, header, page } = when;
  if (status && !status.includes(response.status)) return false;
  if (statusFrom !== undefined && response.status < statusFrom) return false;
  if (fromApi !== undefined && fromApi !== isFromApi(provider, response)) return false;
  if (code && !code.includes(errorCode(provider, response) ?? '')) return false;
  if (page !== undefined && page !== isPage(provider, response)) return false;
  if (isJson !== undefined && isJson !== (json !== undefined)) return false;
  if (header && !hasHeader(response, header)) return false;
  return !has || hasValue(at(json, has.at), has);
}
