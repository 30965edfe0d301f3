import { authHeaders, fillValues, type AuthValues, type SentValues } from './auth-scheme.js';
import { UsageError } from './errors.js';
import { fillJson } from './fill.js';
import type { HttpRequest } from './ports.js';
import type { Exchange, Provider, RequestTemplate } from './provider.js';
import { reveal, revealAll, Secret } from './secret.js';

/** A provider's request, before its time limit is set. */
export type BuiltRequest = Pick<HttpRequest, 'url' | 'method' | 'headers' | 'body'>;

/** The longest header or query value that common servers accept (nginx, Apache). */
const LONGEST = 8192;

/**
 * Builds a request that carries the credential.
 *
 * @param host `name`, or `name:port`.
 * @throws {UsageError} a value can't be sent.
 */
export function buildAuthenticated(
  provider: Provider,
  host: string,
  request: RequestTemplate,
  values: AuthValues,
): BuiltRequest {
  const { auth } = provider;
  const headers = {
    ...fillValues(provider.headers, values),
    ...checked(authHeaders(auth, values)),
  };
  const query = {
    ...fillValues(provider.query, values),
    ...checked(fillValues(auth.query, values)),
  };
  return build(host, request, values, headers, query);
}

/**
 * Builds the same request without the credential. Headers and query parameters that name a field
 * are left out; the path keeps its fields.
 */
export function buildAnonymous(
  provider: Provider,
  host: string,
  request: RequestTemplate,
  values: AuthValues,
): BuiltRequest {
  return build(
    host,
    request,
    values,
    fillValues(provider.headers, {}),
    fillValues(provider.query, {}),
  );
}

/**
 * Builds a request for a token. The provider's usual headers and query are added only if it goes to
 * the connection's own host.
 *
 * @param own its headers, with the credential.
 */
export function buildExchange(
  provider: Provider,
  host: string,
  { method, path, body }: Exchange,
  values: AuthValues,
  own: SentValues,
  isSameHost: boolean,
): BuiltRequest {
  const shared = isSameHost ? fillValues(provider.headers, values) : {};
  const query = isSameHost ? fillValues(provider.query, values) : {};
  const headers = { accept: 'application/json', ...shared, ...checked(own) };
  const built = build(host, { method, path }, values, headers, query);
  if (!body) return built;
  const written = writeBody(body.as, fillJson(body.value, revealAll(values)));
  return {
    ...built,
    headers: { ...built.headers, ...written.headers },
    body: Secret.around(written.body),
  };
}

function build(
  host: string,
  { method, path, body }: RequestTemplate,
  values: AuthValues,
  headers: SentValues,
  query: SentValues,
): BuiltRequest {
  const written = body && writeBody(body.as, body.value);
  return {
    url: `https://${host}${withQuery(fillPath(path, values), query)}`,
    method,
    headers: { ...headers, ...written?.headers },
    ...(written && { body: written.body }),
  };
}

/**
 * Fills in a path. Each field is percent-encoded.
 *
 * @throws {UsageError} a value would change where the path leads.
 */
function fillPath(path: string, values: AuthValues): string {
  const plain = revealAll(values);
  return path.replaceAll(/\{(\w+)\}/gu, (whole, id: string) => {
    const value = plain[id];
    if (value === undefined) return whole;
    if (value === '' || value === '.' || value === '..') {
      throw unsendable(`the value of ${id} cannot be part of an address`);
    }
    return encodeURIComponent(value);
  });
}

function withQuery(path: string, query: SentValues): string {
  const parts = Object.entries(revealAll(query)).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  if (parts.length === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${parts.join('&')}`;
}

interface WrittenBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function writeBody(as: 'json' | 'form', value: unknown): WrittenBody {
  if (as === 'json') {
    return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
  }
  const entries = Object.entries(value as Record<string, string>);
  return {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(entries).toString(),
  };
}

/** Header values must be printable ASCII, including those that an exchange provided. */
function checked(values: SentValues): SentValues {
  for (const [name, value] of Object.entries(values)) {
    const plain = reveal(value);
    if (!/^[\u0020-\u007e]*$/u.test(plain)) {
      throw unsendable(`${name} would have characters beyond plain ASCII in it`);
    }
    if (plain.length > LONGEST) {
      throw unsendable(`${name} would be longer than ${LONGEST} characters`);
    }
  }
  return values;
}

function unsendable(why: string): UsageError {
  return new UsageError({
    what: 'The credential cannot be sent',
    why,
    next: 'Check that the right value was pasted.',
  });
}
