import type { UnreadableRecord } from '../connection.js';
import type { ClosedRequest, RequestRecord } from './request.js';
import type { Secret } from '../secret.js';

/** Encryption to one key, as `age` does it. */
export interface Sealing {
  newKey(): Promise<Secret>;
  /** The public half: `age1…`. */
  recipientOf(key: Secret): Promise<string>;
  /** What is in an age file; undefined if it is not for this key, or was changed. Never throws. */
  open(file: Uint8Array, key: Secret): Promise<Secret | undefined>;
}

/** The sealed requests of this machine, one file each, nothing secret in them. */
export interface Requests {
  /** Sorted by name. */
  list(): Promise<{
    readonly open: readonly RequestRecord[];
    readonly closed: readonly ClosedRequest[];
    readonly unreadable: readonly UnreadableRecord[];
  }>;
  /** @throws {StoreError} it cannot be written; so below. */
  write(request: RequestRecord | ClosedRequest): Promise<void>;
  /** @returns whether there was one. */
  remove(name: string): Promise<boolean>;
}
