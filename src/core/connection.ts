import type { Advice } from './errors.js';
import { verdictByReason, type Reason } from './verdict.js';

/** The version of the record's shape that this program writes. */
export const RECORD_VERSION = 1;

/** A stored connection without its secret: one file each (see `adapters/records.ts`). */
export interface Connection {
  readonly v: typeof RECORD_VERSION;
  readonly name: string;
  readonly provider: string;
  readonly host: string;
  /** The fields that are not secret. */
  readonly fields: Readonly<Record<string, string>>;
  /** Whose credential it is; `null` where the provider does not say. */
  readonly identity: { readonly id: string; readonly label: string } | null;
  /** Where the secret is: the value of `--store` that finds it again. */
  readonly store: string;
  /** Capabilities that were asked for with `--need`. */
  readonly needs: readonly string[];
  /** The outcome of the last check. */
  readonly reason: Reason;
  /** The host has been seen to be the provider's: it is not asked unsigned again. */
  readonly recognised: boolean;
  /** ISO 8601 in UTC; so below. */
  readonly createdAt: string;
  /** The last check, whatever it said. */
  readonly verifiedAt: string;
  /** The last `valid` or `limited`; `null` while it was never proven. */
  readonly lastValidAt: string | null;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isTime: Check = (value) =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT[\d:.]+Z$/u.test(value) &&
  !Number.isNaN(Date.parse(value));
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNullOr =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

/** By hand, for zod takes 7 ms to load and to look at 200 records: a third of a `list`. */
const checks: Record<keyof Connection, Check> = {
  v: (value) => value === RECORD_VERSION,
  name: isText,
  provider: isText,
  host: isText,
  fields: (value) => isObject(value) && Object.values(value).every(isText),
  identity: isNullOr((value) => isObject(value) && isText(value['id']) && isText(value['label'])),
  store: isText,
  needs: (value) => Array.isArray(value) && value.every(isText),
  reason: (value) => isText(value) && Object.hasOwn(verdictByReason, value as string),
  recognised: (value) => typeof value === 'boolean',
  createdAt: isTime,
  verifiedAt: isTime,
  lastValidAt: isNullOr(isTime),
};

/** Is it a record as this version writes them? */
export function isConnection(json: unknown): json is Connection {
  return isObject(json) && Object.entries(checks).every(([key, check]) => check(json[key]));
}

/** A record that is there and cannot be used: of a newer version, or damaged. Never overwritten. */
export interface UnreadableRecord {
  readonly name: string;
  readonly why: string;
}

export function isUnreadable(record: Connection | UnreadableRecord): record is UnreadableRecord {
  return 'why' in record;
}

export function unreadableAdvice(name: string, why: string): Advice {
  return {
    what: `The record of ${name} cannot be read`,
    why,
    next: 'Nothing was changed. Use the newest connect-wizard, or move the file away and connect again.',
  };
}
