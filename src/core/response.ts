import { counted } from './counted.js';
import { plainText } from './plain-text.js';
import type { Condition, Expectation, Identity, Provider } from './provider.js';
import { parseJson } from './json.js';

/** An HTTP response. */
export interface HttpResponse {
  readonly status: number;
  /** Their names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As text, at most 1 MiB after decompression. */
  readonly body: string;
  /** The body was longer than that. */
  readonly truncated: boolean;
}

export const REDIRECTS: readonly number[] = [300, 301, 302, 303, 304, 305, 306, 307, 308];

export function isRedirect({ status }: HttpResponse): boolean {
  return REDIRECTS.includes(status);
}

/** The provider's own API sent this. It's also false if the provider has no such header. */
export function isFromApi(provider: Provider, response: HttpResponse): boolean {
  return provider.apiHeader !== undefined && response.headers[provider.apiHeader] !== undefined;
}

/** A web page that the API didn't send: a portal, a block page, another site. */
export function isPage(provider: Provider, response: HttpResponse): boolean {
  if (isFromApi(provider, response) || response.body.trim() === '') return false;
  const type = response.headers['content-type'] ?? '';
  return /\bhtml\b/iu.test(type) || /^\s*<(?:!|html)/iu.test(response.body);
}

/**
 * The value of a JSON body. It's undefined if the body is cut off, isn't JSON, or isn't labelled as
 * JSON.
 */
export function readJson(response: HttpResponse): unknown {
  const type = response.headers['content-type'] ?? '';
  if (response.truncated || !/^application\/(?:[\w.+-]+\+)?json\b/iu.test(type)) return undefined;
  return parseJson(response.body);
}

/** The headers that tell when a limit ends, if there is no `Retry-After`. */
const LIMIT_RESETS = ['ratelimit-reset', 'x-ratelimit-reset', 'x-rate-limit-reset'];

/** In seconds. A larger number is a time in seconds since 1970, a smaller one a wait. */
const LONGEST_WAIT_S = 10_000_000;

/**
 * How long the server asks us to wait, in milliseconds. It's in `Retry-After`, in seconds or as a
 * time by the server's own clock (RFC 9110); otherwise it's until the limit ends.
 */
export function retryAfter({ headers }: HttpResponse): number | undefined {
  const now = Date.parse(headers['date'] ?? '');
  const value = headers['retry-after']?.trim() ?? '';
  if (value !== '' && !isSeconds(value)) return untilThen(Date.parse(value), now);
  const resets = LIMIT_RESETS.map((name) => headers[name]?.trim() ?? '');
  const seconds = [value, ...resets].find(isSeconds);
  if (seconds === undefined) return undefined;
  const wait = Number(seconds);
  return wait <= LONGEST_WAIT_S ? wait * 1000 : untilThen(wait * 1000, now);
}

function isSeconds(value: string): boolean {
  return /^\d{1,12}$/u.test(value);
}

/** Undefined if the time has passed, or is too far away to be meant. */
function untilThen(time: number, now: number): number | undefined {
  const wait = time - now;
  return wait >= 0 && wait <= LONGEST_WAIT_S * 1000 ? wait : undefined;
}

/** The wait for a person, rounded up: `42 seconds`, `26 minutes`, `2 hours`. */
export function waitWords(response: HttpResponse): string {
  const wait = retryAfter(response);
  if (wait === undefined) return 'a minute';
  const seconds = Math.max(1, Math.ceil(wait / 1000));
  if (seconds <= 90) return counted(seconds, 'second');
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 90 ? counted(minutes, 'minute') : counted(Math.ceil(minutes / 60), 'hour');
}

/**
 * The provider's own words about a refusal, safe for a terminal, at most 200 characters. It never
 * contains a secret.
 */
export function providerMessage(provider: Provider, response: HttpResponse): string | null {
  const json = readJson(response);
  for (const pointer of provider.errorMessages) {
    const value = at(json, pointer);
    if (typeof value !== 'string' || value.trim() === '') continue;
    const message = plainText(value, 200);
    // A code is one word; some providers send a sentence in its place.
    const isCode = !/\s/u.test(message) && message === errorCode(provider, response);
    if (message !== '' && !isCode) return message;
  }
  return null;
}

/** The provider's error code, safe for a terminal. */
export function errorCode(provider: Provider, response: HttpResponse): string | undefined {
  const json = readJson(response);
  for (const pointer of provider.errorCodes) {
    const value = at(json, pointer);
    if (typeof value === 'string' && value !== '') return plainText(value, 60);
  }
  return undefined;
}

/** The credential's owner according to `json`; `null` if it doesn't say. */
export function readIdentity(
  identity: Identity,
  json: unknown,
): { id: string; label: string } | null {
  const value = at(json, identity.id);
  if (!hasValue(value, {})) return null;
  const label = identity.label.replaceAll(/\{([^\s{}]+)\}/gu, (_, pointer: string) => {
    const part = at(json, pointer);
    return typeof part === 'string' ? part : '';
  });
  // Missing values leave empty brackets and double spaces behind.
  const tidy = plainText(label.replaceAll('<>', ''), 120);
  const id = plainText(String(value), 60);
  return { id, label: tidy === '' ? id : tidy };
}

/**
 * The value at `pointer` (`agent.id`, `errors.0.code`, empty for the whole). Only own properties
 * count.
 */
export function at(json: unknown, pointer: string): unknown {
  let value = json;
  for (const key of pointer === '' ? [] : pointer.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

export function hasValue(value: unknown, { type = 'id', is }: Omit<Expectation, 'at'>): boolean {
  if (is !== undefined) return value === is;
  if (type === 'list') return Array.isArray(value);
  return Number.isSafeInteger(value) || (typeof value === 'string' && value.trim() !== '');
}

/** A response in a few words: `HTTP 403, access_denied`; `HTTP 302 to login.example.com`. */
export function describeResponse(provider: Provider, response: HttpResponse): string {
  const status = `HTTP ${response.status}`;
  const code = errorCode(provider, response);
  // A sentence instead of a code is quoted as the provider's own words.
  if (code !== undefined && !/\s/u.test(code)) return `${status}, ${code}`;
  const location = response.headers['location'];
  if (location !== undefined && response.status >= 300 && response.status < 400) {
    return `${status} to ${redirectHost(location)}`;
  }
  const type = plainText((response.headers['content-type'] ?? '').split(';', 1)[0] ?? '', 40);
  if (response.truncated) return `${status}, longer than 1 MiB`;
  return type === '' || type === 'application/json' ? status : `${status}, ${type}`;
}

/** Only the host, because the rest of the address may repeat what was sent. */
function redirectHost(location: string): string {
  try {
    return plainText(new URL(location).host, 80) || 'another page';
  } catch {
    return 'another page';
  }
}

/** The response has that header, with exactly that value or with that text in it. */
export function hasHeader(
  { headers }: HttpResponse,
  { name, is, contains }: NonNullable<Condition['header']>,
): boolean {
  const value = headers[name];
  if (value === undefined || (is !== undefined && value !== is)) return false;
  return contains === undefined || value.includes(contains);
}
