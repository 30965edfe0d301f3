import type { StoreError } from '../errors.js';
import type { Connection, UnreadableRecord } from '../connection.js';

/**
 * The records of this machine, and of the Vaults that this run was told of: there each is kept
 * beside its secret. A connection's `store` says where its record is.
 */
export interface Records {
  /**
   * Sorted by name. What cannot be read comes apart, and stops nothing.
   *
   * @param name of one connection; there may be one here and one in a Vault.
   */
  list(name?: string): Promise<RecordList>;
  /**
   * @param storeId where it is looked for first, if it may be in several places.
   * @throws {StoreError} `store-corrupt`: there is one that cannot be read.
   * @throws {UsageError} there are several, and `storeId` is none of theirs.
   */
  read(name: string, storeId?: string): Promise<Connection | undefined>;
  /** Of a save; replaces the record atomically. @throws {StoreError} it cannot be written. */
  write(connection: Connection): Promise<void>;
  /**
   * What a check found. What was removed meanwhile stays removed.
   *
   * @throws {StoreError} it cannot be written.
   */
  update(connection: Connection): Promise<void>;
  /** @param storeId the record's `store`; left out, this machine. @returns whether there was one. */
  remove(name: string, storeId?: string): Promise<boolean>;
}

export interface RecordList {
  readonly connections: readonly Connection[];
  readonly unreadable: readonly UnreadableRecord[];
  /** Vaults that could not be looked into. */
  readonly unlisted: readonly UnlistedStore[];
}

export interface UnlistedStore {
  readonly storeId: string;
  readonly error: StoreError;
}
