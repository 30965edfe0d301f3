import * as z from 'zod/mini';
import type { Advice } from './errors.js';
import { verdictByReason, type Reason } from './verdict.js';

const time = z.iso.datetime();

/** The version of the record's shape that this program writes. */
export const RECORD_VERSION = 1;

/** A stored connection without its secret: one file each (see `adapters/records.ts`). */
export const connectionSchema = z.object({
  v: z.literal(RECORD_VERSION),
  name: z.string().check(z.minLength(1), z.maxLength(100)),
  provider: z.string(),
  host: z.string(),
  /** The fields that are not secret. */
  fields: z.record(z.string(), z.string()),
  /** Whose credential it is; `null` where the provider does not say. */
  identity: z.nullable(z.object({ id: z.string(), label: z.string() })),
  /** Where the secret is: the value of `--store` that finds it again. */
  store: z.string(),
  /** Capabilities that were asked for with `--need`. */
  needs: z.array(z.string()),
  /** The outcome of the last check. */
  reason: z.enum(Object.keys(verdictByReason) as [Reason, ...Reason[]]),
  /** The host has been seen to be the provider's: it is not asked unsigned again. */
  recognised: z.boolean(),
  createdAt: time,
  /** The last check, whatever it said. */
  verifiedAt: time,
  /** The last `valid` or `limited`; `null` while it was never proven. */
  lastValidAt: z.nullable(time),
});

export type Connection = z.infer<typeof connectionSchema>;

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
