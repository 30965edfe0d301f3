import { withExpected, withValue } from '../../core/expand/body.js';
import type { Condition, Provider, Rule } from '../../core/provider.js';
import type { HttpResponse } from '../../core/response.js';
import { reasonsOf, verdictByReason, type NetworkReason } from '../../core/verdict.js';

/** What a simulated provider replies, or why no response comes. */
export type Reply = HttpResponse | { readonly fails: NetworkReason };

/** What is unusual at a simulated provider. */
export interface Situation {
  /** What happens, in words for a person. */
  readonly title: string;
  /** The reply to requests without a credential. */
  readonly unauthenticated?: Reply | undefined;
  /** The reply to an exchange with the right credential. */
  readonly exchange?: Reply | undefined;
  /** The reply to each test with the right credential. */
  readonly test?: Reply | undefined;
  /** The reply to every other path with the right credential. */
  readonly otherPath?: Reply | undefined;
  /** Each test's response has another tenant's address. */
  readonly otherTenant?: boolean | undefined;
  /** The capabilities that are needed, so that their paths are requested. */
  readonly needs?: readonly string[] | undefined;
}

interface Parts {
  readonly headers?: Readonly<Record<string, string>>;
  /** If left out, there is no body. */
  readonly json?: unknown;
  readonly text?: string;
  readonly type?: string;
  /** The provider's API sends it. */
  readonly api?: boolean;
  readonly truncated?: boolean;
}

function reply(
  { apiHeader }: Pick<Provider, 'apiHeader'>,
  status: number,
  { headers = {}, json, text, type, api = true, truncated = false }: Parts = {},
): HttpResponse {
  const written = json === undefined ? (text ?? '') : JSON.stringify(json);
  return {
    status,
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(type !== undefined && { 'content-type': type }),
      ...(api && apiHeader !== undefined && { [apiHeader]: 'sandbox' }),
      ...headers,
    },
    body: written,
    truncated,
  };
}

const PAGE = { text: '<!doctype html><title>A page</title>', type: 'text/html', api: false };

/** JSON with a code in the place where the provider has codes. */
function coded({ errorCodes }: Provider, code: string): unknown {
  return withValue(undefined, errorCodes[0] ?? 'code', code);
}

/**
 * What a provider, or something in front of it, may reply. The first situation for a reason is the
 * simplest.
 */
export function situationsOf(provider: Provider): Situation[] {
  const of = (status: number, parts?: Parts) => reply(provider, status, parts);
  const test = (title: string, status: number, parts?: Parts): Situation => ({
    title,
    test: of(status, parts),
  });
  const forbidden = { json: coded(provider, 'forbidden') };
  return [
    { title: 'the right credential' },
    test('200 without what is expected', 200, { json: {} }),
    test('200 with a page', 200, PAGE),
    test('204', 204),
    test('302 to another site', 302, {
      headers: { location: 'https://login.example/' },
      api: false,
    }),
    test('400', 400, { json: {} }),
    test('401 as JSON', 401, { json: coded(provider, 'unauthorized') }),
    test('401 as a page', 401, PAGE),
    test('401 without a body', 401),
    test('401 that asks for the log-in of a Windows network', 401, {
      headers: { 'www-authenticate': 'Negotiate' },
      api: false,
    }),
    test('402 as JSON', 402, { json: {} }),
    test('403 as JSON with a code', 403, forbidden),
    test('403 as JSON without a code', 403, { json: {}, api: false }),
    test('403 as a page', 403, PAGE),
    test('403 as plain text', 403, { text: 'Access denied', type: 'text/plain', api: false }),
    {
      title: '403 with and without the credential',
      unauthenticated: of(403, { ...forbidden, api: false }),
      test: of(403, { ...forbidden, api: false }),
    },
    {
      title: '404 before the host is known',
      unauthenticated: of(404, { api: false }),
    },
    test('404 from the host', 404, { api: false }),
    test('404 from the API', 404, { json: {} }),
    test('429 with a time to wait', 429, { json: {}, headers: { 'retry-after': '30' } }),
    test('429', 429, { json: {} }),
    test('500', 500, { json: {} }),
    test('503', 503, { api: false }),
    test('no JSON', 200, { text: 'OK', type: 'text/plain' }),
    test('JSON that is cut off', 200, {
      text: '{"id":',
      type: 'application/json',
      truncated: true,
    }),
    ...provider.rateLimited.map((when): Situation => ({
      title: `a limit that is used up (${(when.status ?? []).join(' or ')})`,
      test: matching(provider, when),
    })),
    ...exchangeSituations(provider),
    ...capabilitySituations(provider),
    ...ownHostSituations(provider),
    ...networkSituations(provider),
    ...ruledSituations(provider),
    ...wordedSituations(provider),
  ];
}

function exchangeSituations(provider: Provider): Situation[] {
  if (!provider.exchange) return [];
  const exchange = (title: string, status: number, parts?: Parts): Situation => ({
    title: `the exchange: ${title}`,
    exchange: reply(provider, status, parts),
  });
  return [
    exchange('401', 401, { json: coded(provider, 'unauthorized') }),
    exchange('400, invalid_client', 400, { json: coded(provider, 'invalid_client') }),
    exchange('400', 400, { json: coded(provider, 'invalid_scope') }),
    exchange('402', 402, { json: {} }),
    exchange('403', 403, { json: coded(provider, 'forbidden') }),
    exchange('403 as a page', 403, PAGE),
    exchange('200 without a token', 200, { json: {} }),
    exchange('302', 302, { headers: { location: 'https://login.example/' }, api: false }),
    exchange('429', 429, { json: {} }),
    exchange('500', 500, { json: {} }),
  ];
}

function capabilitySituations(provider: Provider): Situation[] {
  // Not a path that is also a test, since that would be requested earlier.
  const tested = new Set(provider.probes.map(({ path }) => path));
  const asked = provider.capabilities.find(({ paths }) => !paths.some((path) => tested.has(path)));
  if (!asked) return [];
  const [feature] = provider.featureCodes;
  const needs = [asked.id];
  return [
    {
      title: 'a right is missing',
      needs,
      otherPath: reply(provider, 403, { json: coded(provider, 'forbidden') }),
    },
    ...(feature === undefined
      ? []
      : [
          {
            title: 'a feature is not in the plan',
            needs,
            otherPath: reply(provider, 403, { json: coded(provider, feature) }),
          },
        ]),
    ...(provider.apiHeader === undefined
      ? []
      : [
          {
            title: 'the API has no such path',
            needs,
            otherPath: reply(provider, 404, { json: {} }),
          },
        ]),
  ];
}

function ownHostSituations({ probes }: Provider): Situation[] {
  return probes.some(({ canonicalHost }) => canonicalHost !== undefined)
    ? [{ title: 'the response is of another tenant', otherTenant: true }]
    : [];
}

/** The provider's own words name a cause that has nothing to do with the secret. */
function wordedSituations(provider: Provider): Situation[] {
  const [pointer = 'message'] = provider.errorMessages;
  const json = withValue(coded(provider, 'forbidden'), pointer, 'Your IP address is not allowed.');
  return [401, 403].map((status) => ({
    title: `${status}, in the provider's words: not from this network`,
    test: reply(provider, status, { json }),
  }));
}

const NO_RESPONSE: Readonly<Record<NetworkReason, string>> = {
  dns: 'the name of the host is not found',
  connection: 'the connection is refused',
  timeout: 'no answer in time',
  'tls-untrusted': 'a certificate of an unknown authority',
  'tls-expired': 'a certificate that has expired',
  'tls-name': 'a certificate of another name',
  proxy: 'the proxy lets nothing through',
};

function networkSituations({ hosts }: Provider): Situation[] {
  return [
    ...(hosts.control === undefined
      ? []
      : [{ title: 'no such name', unauthenticated: { fails: 'dns' as const } }]),
    ...reasonsOf('unreachable').map((fails) => ({
      title: NO_RESPONSE[fails],
      test: { fails },
    })),
  ];
}

/** A response for each rule that ends a run, as a reply to the request that the rule is about. */
function ruledSituations(provider: Provider): Situation[] {
  const { recognise, probes, responses, exchange } = provider;
  const ending = (rules: readonly Rule[] = []) =>
    rules
      .filter(({ means }) => means in verdictByReason)
      .map(({ when, means }) => ({ title: titleOf(when, means), with: matching(provider, when) }));
  return [
    ...ending([...probes.flatMap(({ rules }) => rules), ...responses]).map((each) => ({
      title: each.title,
      test: each.with,
    })),
    ...ending(exchange?.rules).map((each) => ({
      title: `the exchange: ${each.title}`,
      exchange: each.with,
    })),
    ...ending(recognise?.rules).map((each) => ({
      title: `to strangers: ${each.title}`,
      unauthenticated: each.with,
    })),
    ...ending(responses).map((each) => ({
      title: `to strangers: ${each.title}`,
      unauthenticated: each.with,
    })),
  ];
}

function titleOf({ status, code, header }: Condition, means: string): string {
  const parts = [status?.join(' or '), code?.join(' or '), header && `with ${header.name}`];
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? means : known.join(', ');
}

/** A response that meets a condition. */
export function matching(provider: Provider, when: Condition): HttpResponse {
  const { status, code, has, header, fromApi, page } = when;
  if (page === true) return reply(provider, status?.[0] ?? 200, PAGE);
  const saysInside = provider.probes.some(({ rules }) =>
    rules.some((rule) => rule.means === 'accepted' && rule.when.has?.is !== undefined),
  );
  let json: unknown = {};
  if (code?.[0] !== undefined) json = coded(provider, code[0]);
  if (has) json = withExpected(json, has);
  return reply(provider, status?.[0] ?? (saysInside ? 200 : 400), {
    json,
    api: fromApi !== false,
    ...(header && {
      headers: { [header.name]: header.is ?? header.contains ?? 'sandbox' },
    }),
  });
}
