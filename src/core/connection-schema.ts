import * as z from 'zod/mini';
import { RECORD_VERSION } from './connection.js';
import { verdictByReason, type Reason } from './verdict.js';

const time = z.iso.datetime();

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
