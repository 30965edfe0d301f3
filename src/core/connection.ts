import type * as z from 'zod/mini';
import type { connectionSchema } from './connection-schema.js';
import type { Advice } from './errors.js';

/** The version of the record's shape that this program writes. */
export const RECORD_VERSION = 1;

/** A stored connection; its shape is in `connection-schema.ts`, which is loaded where records are read. */
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
