import type { StoreError } from '../errors.js';
import type { Connection, UnreadableRecord } from '../connection.js';

/**
 * The records of this machine, and those of the Vaults that this run names. A Vault keeps each
 * record next to its secret. A connection's `store` says where its record is.
 */
export interface Records {
  /**
   * Lists records by name. Unreadable ones are listed separately and don't stop anything.
   *
   * @param name only the records of this connection. One may be here and one in a Vault.
   */
  list(name?: string): Promise<RecordList>;
  /**
   * @param storeId where to look first, if the record may be in several places.
   * @throws {StoreError} `store-corrupt`: the record exists and can't be read.
   * @throws {UsageError} there are several records, and `storeId` matches none of them.
   */
  read(name: string, storeId?: string): Promise<Connection | undefined>;
  /**
   * Saves a record; replaces an existing one atomically.
   *
   * @throws {StoreError} it can't be written.
   */
  write(connection: Connection): Promise<void>;
  /**
   * Records the result of a check. A record that was removed meanwhile stays removed.
   *
   * @throws {StoreError} it can't be written.
   */
  update(connection: Connection): Promise<void>;
  /**
   * @param storeId the record's `store`. Default: this machine.
   * @returns whether there was one.
   */
  remove(name: string, storeId?: string): Promise<boolean>;
}

export interface RecordList {
  readonly connections: readonly Connection[];
  readonly unreadable: readonly UnreadableRecord[];
  /** Vaults whose records couldn't be listed. */
  readonly unlisted: readonly UnlistedStore[];
}

export interface UnlistedStore {
  readonly storeId: string;
  readonly error: StoreError;
}
