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

/** The version of the record's format that this program writes. */
export const RECORD_VERSION = 1;

/**
 * The version of the stored item's format, secret included, that this program writes (see
 * `stored-item.ts`).
 */
export const ITEM_VERSION = 2;

/** A stored connection without its secret. Each is one file (see `adapters/records.ts`). */
export interface Connection {
  readonly v: typeof RECORD_VERSION;
  readonly name: string;
  readonly provider: string;
  readonly host: string;
  /** The fields that are not secret. */
  readonly fields: Readonly<Record<string, string>>;
  /** The owner of the credential; `null` if the provider doesn't say. */
  readonly identity: { readonly id: string; readonly label: string } | null;
  /**
   * The version of the stored item, if the item contains its connection's name. An older item is
   * then refused.
   */
  readonly item?: typeof ITEM_VERSION;
  /**
   * The definition's hash in the stored item, if the provider is a user's own. This copy is only
   * for display.
   */
  readonly definition?: string | undefined;
  /** The ids of the owner's roles, sorted, as the last accepted response showed them. */
  readonly roles?: readonly string[];
  /** Changes that no person has seen yet. */
  readonly changes?: readonly Change[];
  /** The `--store` value of the secret's store. */
  readonly store: string;
  /**
   * Other stores that may have a copy of the secret. They are noted before the record points
   * elsewhere.
   */
  readonly copies?: readonly string[];
  /** Capabilities that were asked for with `--need`. */
  readonly needs: readonly string[];
  /** The outcome of the last check. */
  readonly reason: Reason;
  /**
   * The host was once seen to be the provider's, so it isn't asked again without the credential.
   */
  readonly recognised: boolean;
  /** ISO 8601 in UTC, like the times below. */
  readonly createdAt: string;
  /** When the secret last changed. Older versions leave it out; read it with `lastChange`. */
  readonly changedAt?: unknown;
  /** The last check, whatever its result. */
  readonly verifiedAt: string;
  /** The last check that ended in `valid` or `limited`; `null` if none did. */
  readonly lastValidAt: string | null;
}

/** A property of a connection that differs from what was recorded. */
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

/** Tells whether `json` is a record in this version's format. */
export function isConnection(json: unknown): json is Connection {
  return hasShape(json, checks);
}

/** When the secret last changed, ISO 8601 in UTC; `null` if unknown. */
export function lastChange({ changedAt }: Connection): string | null {
  return isTime(changedAt) ? changedAt : null;
}

/** A record that exists and can't be used. It's never overwritten. */
export interface UnreadableRecord {
  readonly name: string;
  readonly why: string;
  /**
   * Set if the system refused to read it, so that nothing is known about it. If left out, the
   * record is newer or damaged.
   */
  readonly refused?: Pick<StoreError, 'reason' | 'advice'>;
  /** The Vault that it's in; left out if it's on this machine. */
  readonly store?: string;
}

export function isUnreadable(record: Connection | UnreadableRecord): record is UnreadableRecord {
  return 'why' in record;
}

/** A record as it was found, readable or not. */
export type AnyRecord = Connection | UnreadableRecord;

/**
 * Chooses among the records of one name: one may be on this machine, and one in each Vault that
 * this run looks into.
 *
 * @param storeId the value of `--store`, if there is one.
 * @throws {UsageError} there are several, and `storeId` matches none of them.
 */
export function chooseRecord(
  found: readonly AnyRecord[],
  storeId: string | undefined,
): AnyRecord | undefined {
  const [first, second] = found;
  const meant = found.find(({ store }) => storeId !== undefined && store === storeId);
  if (meant || !first || !second) return meant ?? first;
  const stores = found.map(({ store }) => store ?? 'this machine');
  throw new UsageError({
    what: `${first.name} is stored ${found.length === 2 ? 'twice' : `${found.length} times`}`,
    why: `in ${stores.join(' and in ')}`,
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
