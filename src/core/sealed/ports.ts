import type { UnreadableRecord } from '../connection.js';
import type { ClosedRequest, RequestRecord } from './request.js';
import type { Secret } from '../secret.js';

/** Encryption to one key, as `age` does it. */
export interface Sealing {
  newKey(): Promise<Secret>;
  /** The public key: `age1…`. */
  recipientOf(key: Secret): Promise<string>;
  /** Decrypts an age file; undefined if it isn't for this key, or was changed. Never throws. */
  open(file: Uint8Array, key: Secret): Promise<Secret | undefined>;
}

/** The sealed requests of this machine, one file each, without secrets. */
export interface Requests {
  /** Sorted by name. */
  list(): Promise<{
    readonly open: readonly RequestRecord[];
    readonly closed: readonly ClosedRequest[];
    readonly unreadable: readonly UnreadableRecord[];
  }>;
  /** @throws {StoreError} it can't be written. */
  write(request: RequestRecord | ClosedRequest): Promise<void>;
  /**
   * @returns whether there was one.
   * @throws {StoreError} it can't be deleted.
   */
  remove(name: string): Promise<boolean>;
}
