import { UsageError, type Advice, type StoreError } from './errors.js';
import { isStoredName } from './name.js';
import {
  hasShape,
  isNullOr,
  isOptional,
  isText,
  isTextList,
  isTexts,
  isTime,
  type Check,
} from './shape.js';
import { verdictByReason, type Reason, type StoreReason } from './verdict.js';

/** The version of the record's shape that this program writes. */
export const RECORD_VERSION = 1;

/** The version of the stored item, secret included, that this program writes (see `stored-item.ts`). */
export const ITEM_VERSION = 2;

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
  /** The version of the stored item, if the item says whose it is. Then an older one is refused. */
  readonly item?: typeof ITEM_VERSION;
  /** Of a person's own provider: the hash that the stored item has. A copy, to be shown. */
  readonly definition?: string | undefined;
  /** The ids of the owner's roles, sorted, as the last accepted response showed them. */
  readonly roles?: readonly string[];
  /** Changes that no person has seen yet. */
  readonly changes?: readonly Change[];
  /** Where the secret is: the value of `--store` that finds it again. */
  readonly store: string;
  /** Other stores in which a copy of the secret may be: noted before the record leads elsewhere. */
  readonly copies?: readonly string[];
  /** Capabilities that were asked for with `--need`. */
  readonly needs: readonly string[];
  /** The outcome of the last check. */
  readonly reason: Reason;
  /** The host has been seen to be the provider's: it is not asked unsigned again. */
  readonly recognised: boolean;
  /** ISO 8601 in UTC; so below. */
  readonly createdAt: string;
  /** The time of the secret's last change. Older versions leave it out; `lastChange` reads it. */
  readonly changedAt?: unknown;
  /** The last check, whatever it said. */
  readonly verifiedAt: string;
  /** The last `valid` or `limited`; `null` while it was never proven. */
  readonly lastValidAt: string | null;
}

/** Something about a connection that is not as it was. */
export interface Change {
  /** `identity`, `host`, `needs`, `roles` */
  readonly what: string;
  readonly was: string;
  readonly is: string;
}

const checks: Record<keyof Connection, Check> = {
  v: (value) => value === RECORD_VERSION,
  name: (value) => typeof value === 'string' && isStoredName(value),
  provider: isText,
  host: isText,
  fields: isTexts,
  identity: isNullOr((value) => hasShape(value, { id: isText, label: isText })),
  item: isOptional((value) => value === ITEM_VERSION),
  definition: isOptional(isText),
  roles: isOptional(isTextList),
  changes: isOptional(
    (value) =>
      Array.isArray(value) &&
      value.every((each) => hasShape(each, { what: isText, was: isText, is: isText })),
  ),
  store: isText,
  copies: isOptional(isTextList),
  needs: isTextList,
  reason: (value) => isText(value) && Object.hasOwn(verdictByReason, value as string),
  recognised: (value) => typeof value === 'boolean',
  createdAt: isTime,
  changedAt: () => true,
  verifiedAt: isTime,
  lastValidAt: isNullOr(isTime),
};

/** Is it a record as this version writes them? */
export function isConnection(json: unknown): json is Connection {
  return hasShape(json, checks);
}

/** The time of the secret's last change, ISO 8601 in UTC; `null` if it is not known. */
export function lastChange({ changedAt }: Connection): string | null {
  return isTime(changedAt) ? changedAt : null;
}

/** A record that is there and cannot be used. Never overwritten. */
export interface UnreadableRecord {
  readonly name: string;
  readonly why: string;
  /** The system refused to read it: nothing is known of it. Left out: it's newer, or damaged. */
  readonly refused?: Pick<StoreError, 'reason' | 'advice'>;
  /** The Vault it is in; left out: it is on this machine. */
  readonly store?: string;
}

export function isUnreadable(record: Connection | UnreadableRecord): record is UnreadableRecord {
  return 'why' in record;
}

/** A record as it was found, readable or not. */
export type AnyRecord = Connection | UnreadableRecord;

/**
 * Chooses among the records of one name: there may be one on this machine and one in each Vault that
 * this run looks into.
 *
 * @param storeId what `--store` says, if anything.
 * @throws {UsageError} there are several, and it is none of theirs.
 */
export function chooseRecord(
  found: readonly AnyRecord[],
  storeId: string | undefined,
): AnyRecord | undefined {
  const [first, second] = found;
  const meant = found.find(({ store }) => storeId !== undefined && store === storeId);
  if (meant || !first || !second) return meant ?? first;
  const places = found.map(({ store }) => store ?? 'this machine');
  throw new UsageError({
    what: `${first.name} is stored ${found.length === 2 ? 'twice' : `${found.length} times`}`,
    why: `in ${places.join(' and in ')}`,
    next: 'Say with --store which one is meant.',
  });
}

export function unreadableReason({ refused }: UnreadableRecord): StoreReason {
  return refused?.reason ?? 'store-corrupt';
}

export function unreadableAdvice({ name, why, store, refused }: UnreadableRecord): Advice {
  if (refused) return refused.advice;
  const other = store === undefined ? 'move the file away' : `delete records/${name} there`;
  return {
    what: `The record of ${name} cannot be read`,
    why,
    next: `Nothing was changed. Use the newest connect-wizard, or ${other} and connect again.`,
  };
}
