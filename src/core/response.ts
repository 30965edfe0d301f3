import type { AdviceTemplate, Expectation, Identity, Probe, Provider, Rule } from './provider.js';
import { plainText } from './plain-text.js';
import type { Reason } from './verdict.js';

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

export type Reading = 'recognised' | 'accepted' | 'go-on' | Reason;

/** Read after the probe's own rules when the request was unsigned: only a clear no stops there. */
const AFTER_UNSIGNED: readonly Rule[] = [
  { when: { status: [300, 301, 302, 303, 304, 305, 306, 307, 308] }, means: 'not-an-api' },
  { when: { status: [429] }, means: 'go-on' },
  { when: { statusFrom: 500 }, means: 'go-on' },
  { when: { page: true }, means: 'not-an-api' },
  { when: {}, means: 'go-on' },
];

/** Read before the probe's own rules when it was signed: what never says anything of a credential. */
const BEFORE_SIGNED: readonly Rule[] = [
  { when: { status: [300, 301, 302, 303, 304, 305, 306, 307, 308] }, means: 'not-an-api' },
  { when: { status: [429] }, means: 'rate-limited' },
  { when: { statusFrom: 500 }, means: 'server-error' },
];

/** Read after them: an answer that nobody foresaw decides nothing. */
const AFTER_SIGNED: readonly Rule[] = [
  { when: { page: true }, means: 'not-an-api' },
  { when: {}, means: 'bad-response' },
];

/** What `answer` says of the provider, when nothing secret was sent. */
export function readUnsigned(provider: Provider, response: HttpResponse): Reading {
  return firstMatch(provider, [...(provider.recognise?.rules ?? []), ...AFTER_UNSIGNED], response)
    .means;
}

interface Read {
  readonly means: Reading;
  /** In the place of the reason's own words. */
  readonly says?: AdviceTemplate | undefined;
}

/** What `answer` says of the credential it was asked with. */
export function readSigned(provider: Provider, probe: Probe, response: HttpResponse): Read {
  const rules = [...BEFORE_SIGNED, ...probe.rules, ...provider.responses, ...AFTER_SIGNED];
  return firstMatch(provider, rules, response);
}

function firstMatch(provider: Provider, rules: readonly Rule[], response: HttpResponse): Read {
  const json = readJson(response);
  const rule = rules.find(({ when }) => matches(provider, when, response, json));
  return rule ?? { means: 'bad-response' };
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

function hasHeader(
  { headers }: HttpResponse,
  { name, is, contains }: NonNullable<Rule['when']['header']>,
): boolean {
  const value = headers[name];
  if (value === undefined || (is !== undefined && value !== is)) return false;
  return contains === undefined || value.includes(contains);
}

/**
 * Does `answer` grant what its probe asks for? `ok`: 200; `missing-permission`: 403;
 * `missing-feature`: a 403 that says so, or a 404 from a live account, whose edition lacks it; any
 * other reason: it could not be told.
 */
export function readCapability(provider: Provider, response: HttpResponse): Reason {
  if (response.status === 200 && readJson(response) !== undefined) return 'ok';
  if (response.status === 403 && !isPage(provider, response)) {
    const feature = provider.featureCodes.includes(errorCode(provider, response) ?? '');
    return feature ? 'missing-feature' : 'missing-permission';
  }
  if (response.status === 404 && isFromApi(provider, response)) return 'missing-feature';
  const { means } = firstMatch(provider, [...BEFORE_SIGNED, ...AFTER_SIGNED], response);
  return means as Reason;
}

/** Did the provider's own API send this? False also where the provider has no such header. */
function isFromApi(provider: Provider, response: HttpResponse): boolean {
  return provider.apiHeader !== undefined && response.headers[provider.apiHeader] !== undefined;
}

/** A web page that the API did not send: a portal, a block page, another site. */
function isPage(provider: Provider, response: HttpResponse): boolean {
  if (isFromApi(provider, response)) return false;
  const type = response.headers['content-type'] ?? '';
  return /\bhtml\b/iu.test(type) || /^\s*<(?:!|html)/iu.test(response.body);
}

/** The body's value where it is whole, JSON, and said to be; otherwise undefined. */
export function readJson(response: HttpResponse): unknown {
  const type = response.headers['content-type'] ?? '';
  if (response.truncated || !/^application\/(?:[\w.+-]+\+)?json\b/iu.test(type)) return undefined;
  try {
    return JSON.parse(response.body);
  } catch {
    return undefined;
  }
}

/** What `Retry-After` asks to wait, in milliseconds: seconds, or a time by the server's own clock. */
export function retryAfter({ headers }: HttpResponse): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,12}$/u.test(value)) return Number(value) * 1000;
  const wait = Date.parse(value) - Date.parse(headers['date'] ?? '');
  return wait >= 0 ? wait : undefined;
}

/** The same for a person: `42 seconds`. */
export function waitWords(response: HttpResponse): string {
  const wait = retryAfter(response);
  if (wait === undefined) return 'a minute';
  const seconds = Math.max(1, Math.ceil(wait / 1000));
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
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
  const label = identity.label.replaceAll(/\{([\w.]+)\}/gu, (_, pointer: string) => {
    const part = at(json, pointer);
    return typeof part === 'string' ? part : '';
  });
  // What is missing leaves empty brackets and double spaces behind.
  const tidy = plainText(label.replaceAll('<>', ''), 120);
  return { id: plainText(String(value), 60), label: tidy === '' ? String(value) : tidy };
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

function hasValue(value: unknown, { type = 'id', is }: Omit<Expectation, 'at'>): boolean {
  if (is !== undefined) return value === is;
  if (type === 'list') return Array.isArray(value);
  return Number.isSafeInteger(value) || (typeof value === 'string' && value.trim() !== '');
}

/** An answer in a few words: `HTTP 403, access_denied`; `HTTP 302 to login.example.com`. */
export function describeResponse(provider: Provider, response: HttpResponse): string {
  const status = `HTTP ${response.status}`;
  const code = errorCode(provider, response);
  if (code !== undefined) return `${status}, ${code}`;
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
    return plainText(new URL(location).host, 80);
  } catch {
    return 'another page';
  }
}
