import { counted } from './counted.js';
import { plainText } from './plain-text.js';
import type { Condition, Expectation, Identity, Provider } from './provider.js';
import { parseJson } from './json.js';

/** What came back over HTTP. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As text, at most 1 MiB after decompression. */
  readonly body: string;
  /** True when the body was longer than that. */
  readonly truncated: boolean;
}

export const REDIRECTS: readonly number[] = [300, 301, 302, 303, 304, 305, 306, 307, 308];

export function isRedirect({ status }: HttpResponse): boolean {
  return REDIRECTS.includes(status);
}

/** Did the provider's own API send this? False also where the provider has no such header. */
export function isFromApi(provider: Provider, response: HttpResponse): boolean {
  return provider.apiHeader !== undefined && response.headers[provider.apiHeader] !== undefined;
}

/** A web page that the API did not send: a portal, a block page, another site. */
export function isPage(provider: Provider, response: HttpResponse): boolean {
  if (isFromApi(provider, response) || response.body.trim() === '') return false;
  const type = response.headers['content-type'] ?? '';
  return /\bhtml\b/iu.test(type) || /^\s*<(?:!|html)/iu.test(response.body);
}

/** The body's value where it is whole, JSON, and said to be; otherwise undefined. */
export function readJson(response: HttpResponse): unknown {
  const type = response.headers['content-type'] ?? '';
  if (response.truncated || !/^application\/(?:[\w.+-]+\+)?json\b/iu.test(type)) return undefined;
  return parseJson(response.body);
}

/** Where services say when a limit ends, if they send no `Retry-After`. */
const LIMIT_RESETS = ['ratelimit-reset', 'x-ratelimit-reset', 'x-rate-limit-reset'];

/** In seconds. Larger numbers are a time, in seconds since 1970; smaller ones a wait. */
const LONGEST_WAIT_S = 10_000_000;

/**
 * How long the server asks to wait, in milliseconds: `Retry-After` in seconds or as a time by the
 * server's own clock (RFC 9110), else when its limit ends.
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

/** Undefined if that is past, or too far away to be meant. */
function untilThen(time: number, now: number): number | undefined {
  const wait = time - now;
  return wait >= 0 && wait <= LONGEST_WAIT_S * 1000 ? wait : undefined;
}

/** The same for a person, rounded up: `42 seconds`, `26 minutes`, `2 hours`. */
export function waitWords(response: HttpResponse): string {
  const wait = retryAfter(response);
  if (wait === undefined) return 'a minute';
  const seconds = Math.max(1, Math.ceil(wait / 1000));
  if (seconds <= 90) return counted(seconds, 'second');
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 90 ? counted(minutes, 'minute') : counted(Math.ceil(minutes / 60), 'hour');
}

/** What the provider itself says of a refusal, fit for a terminal, at most 200 characters; never a secret. */
export function providerMessage(provider: Provider, response: HttpResponse): string | null {
  const json = readJson(response);
  for (const pointer of provider.errorMessages) {
    const value = at(json, pointer);
    if (typeof value !== 'string' || value.trim() === '') continue;
    const message = plainText(value, 200);
    // A code is a word; some providers have a sentence in its place.
    const isCode = !/\s/u.test(message) && message === errorCode(provider, response);
    if (message !== '' && !isCode) return message;
  }
  return null;
}

/** The provider's code for what is wrong, fit for a terminal. */
export function errorCode(provider: Provider, response: HttpResponse): string | undefined {
  const json = readJson(response);
  for (const pointer of provider.errorCodes) {
    const value = at(json, pointer);
    if (typeof value === 'string' && value !== '') return plainText(value, 60);
  }
  return undefined;
}

/** Whose credential `json` tells of, or `null` where it does not say. */
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
  // What is missing leaves empty brackets and double spaces behind.
  const tidy = plainText(label.replaceAll('<>', ''), 120);
  const id = plainText(String(value), 60);
  return { id, label: tidy === '' ? id : tidy };
}

/** The value at `pointer` (`agent.id`, `errors.0.code`, empty for the whole), own properties only. */
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

/** An answer in a few words: `HTTP 403, access_denied`; `HTTP 302 to login.example.com`. */
export function describeResponse(provider: Provider, response: HttpResponse): string {
  const status = `HTTP ${response.status}`;
  const code = errorCode(provider, response);
  // A sentence in its place is quoted as the provider's own words.
  if (code !== undefined && !/\s/u.test(code)) return `${status}, ${code}`;
  const location = response.headers['location'];
  if (location !== undefined && response.status >= 300 && response.status < 400) {
    return `${status} to ${redirectHost(location)}`;
  }
  const type = plainText((response.headers['content-type'] ?? '').split(';', 1)[0] ?? '', 40);
  if (response.truncated) return `${status}, longer than 1 MiB`;
  return type === '' || type === 'application/json' ? status : `${status}, ${type}`;
}

/** Only the host: the rest of an address may repeat what was sent. */
function redirectHost(location: string): string {
  try {
    return plainText(new URL(location).host, 80) || 'another page';
  } catch {
    return 'another page';
  }
}

/** Has the response that header, with that value or with that in it? */
export function hasHeader(
  { headers }: HttpResponse,
  { name, is, contains }: NonNullable<Condition['header']>,
): boolean {
  const value = headers[name];
  if (value === undefined || (is !== undefined && value !== is)) return false;
  return contains === undefined || value.includes(contains);
}
