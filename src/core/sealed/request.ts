import { StoreError } from '../errors.js';
import { Secret } from '../secret.js';
import { hasShape, isNullOr, isObject, isText, isTextList, isTexts, isTime } from '../shape.js';
import type { Check } from '../shape.js';
import { parseJson } from '../json.js';

/** Names with this prefix are sealed requests and belong to the tool. */
export const REQUEST_PREFIX = 'request/';

/** The version of the item's and the record's format that this program writes. */
export const REQUEST_VERSION = 2;

/** What a sealed request asks for. */
export interface RequestTerms {
  readonly v: typeof REQUEST_VERSION;
  /** `request/<id>`. */
  readonly name: string;
  readonly provider: string;
  /** `null` if the answer has to contain it. */
  readonly host: string | null;
  /** The values of the fields that are already known. None is secret. */
  readonly fields: Readonly<Record<string, string>>;
  /** The ids of the fields that the answer must have. */
  readonly asks: readonly string[];
  /** The capabilities that the credential must have. */
  readonly needs: readonly string[];
  /** The connection whose secret is to be replaced. */
  readonly rotates?: string;
  /** ISO 8601 in UTC, like the times below. */
  readonly createdAt: string;
}

/** The item in the store: the terms, and the private key. */
export interface RequestItem extends RequestTerms {
  readonly key: Secret;
}

/**
 * The file that goes with it. Nothing in it is secret, and nothing in it is trusted when an answer
 * comes.
 */
export interface RequestRecord extends RequestTerms {
  /** The public key: `age1…`. */
  readonly recipient: string;
  /** The `--store` value of the item's store. */
  readonly store: string;
  /** The value of `--from`: who asks. */
  readonly from: string | null;
}

/** What is kept of a request for 90 days, so that a second answer is recognised. */
export interface ClosedRequest {
  readonly v: typeof REQUEST_VERSION;
  readonly name: string;
  readonly provider: string;
  readonly host: string | null;
  readonly closed: 'answered' | 'ended';
  readonly closedAt: string;
}

/** Base32 letters and digits (RFC 4648) in lower case: 40 random bits. */
export function newRequestName(random: (length: number) => Uint8Array): string {
  return `${REQUEST_PREFIX}${base32(random(5)).toLowerCase()}`;
}

export function requestId(name: string): string {
  return name.slice(REQUEST_PREFIX.length);
}

export function isRequestName(name: string): boolean {
  return name.startsWith(REQUEST_PREFIX);
}

/**
 * A short text that distinguishes requests. It doesn't prove where a page comes from.
 *
 * @param recipient `age1…`, without a line end.
 */
export async function fingerprintOf(recipient: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(recipient));
  return (base32(new Uint8Array(digest)).slice(0, 16).match(/.{4}/gu) ?? []).join(' ');
}

const DAY = 24 * 60 * 60 * 1000;

/** It has waited for more than 14 days. */
export function isOld({ createdAt }: RequestTerms, now: Date): boolean {
  return now.getTime() - Date.parse(createdAt) > 14 * DAY;
}

/** It was closed more than 90 days ago, so it may be forgotten. */
export function isForgettable({ closedAt }: ClosedRequest, now: Date): boolean {
  return now.getTime() - Date.parse(closedAt) > 90 * DAY;
}

export function closeRequest(
  { v, name, provider, host }: RequestTerms,
  closed: ClosedRequest['closed'],
  now: Date,
): ClosedRequest {
  return { v, name, provider, host, closed, closedAt: now.toISOString() };
}

// ---- as text, in a store and in a file --------------------------------------------------------------

const terms: Record<Exclude<keyof RequestTerms, 'rotates'>, Check> = {
  v: (value) => value === REQUEST_VERSION,
  name: (value) => typeof value === 'string' && /^request\/[a-z2-7]{8}$/u.test(value),
  provider: isText,
  host: isNullOr(isText),
  fields: isTexts,
  asks: isTextList,
  needs: isTextList,
  createdAt: isTime,
};
const record = { ...terms, recipient: isText, store: isText, from: isNullOr(isText) };
const closed: Record<keyof ClosedRequest, Check> = {
  v: terms.v,
  name: terms.name,
  provider: isText,
  host: isNullOr(isText),
  closed: (value) => value === 'answered' || value === 'ended',
  closedAt: isTime,
};

export function isRequestRecord(json: unknown): json is RequestRecord {
  return hasShape(json, record) && hasRotates(json);
}

export function isClosedRequest(json: unknown): json is ClosedRequest {
  return hasShape(json, closed);
}

function hasRotates(json: unknown): boolean {
  return isObject(json) && (json['rotates'] === undefined || isText(json['rotates']));
}

export function writeRequestItem({ key, ...rest }: RequestItem): Secret {
  return Secret.around(JSON.stringify({ ...rest, key: key.reveal() }));
}

/** @throws {StoreError} `store-corrupt`: a newer version wrote it, or another program did. */
export function readRequestItem(stored: Secret, name: string): RequestItem {
  const json = parseJson(stored.reveal());
  if (json === undefined)
    throw corrupt(name, 'what is stored there is cut off or not of this tool');
  const version = isObject(json) ? json['v'] : undefined;
  if (typeof version === 'number' && version > REQUEST_VERSION) {
    throw corrupt(name, 'a newer version of connect-wizard wrote it');
  }
  if (!isWholeItem(json) || json.name !== name) {
    throw corrupt(name, 'what is stored there is damaged or belongs to another program');
  }
  return { ...json, key: new Secret(json.key) };
}

function isWholeItem(json: unknown): json is RequestTerms & { readonly key: string } {
  return hasShape(json, { ...terms, key: isText }) && hasRotates(json);
}

function corrupt(name: string, why: string): StoreError {
  return new StoreError('store-corrupt', {
    what: `The key of ${name} cannot be read`,
    why,
    next: `Nothing was changed. End it with connect-wizard remove ${name}, and make a new request.`,
  });
}

// ---- Base32 -----------------------------------------------------------------------------------------

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, without padding. */
function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/gu) ?? [])
    .map((group) => ALPHABET[parseInt(group.padEnd(5, '0'), 2)])
    .join('');
}
