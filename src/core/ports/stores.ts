import type { MissingInput } from '../errors.js';
import type { Warning } from '../ladder.js';
import type { Secret } from '../secret.js';
import type { StoreDescription } from '../store.js';

/**
 * The calls of keytar, for one service. Every call rejects with a `StoreError` if the store fails.
 */
export interface SecretStore {
  readonly description: StoreDescription;
  /**
   * If the store says that nothing is there, it's true. A keychain that was never unlocked says so
   * about everything.
   */
  readonly nullIsReliable: boolean;
  /** @returns `null` if nothing is stored under the account. See `nullIsReliable`. */
  getPassword(account: string): Promise<Secret | null>;
  /** Stores a secret. It replaces an existing one. */
  setPassword(account: string, password: Secret): Promise<void>;
  /** @returns whether there was one. */
  deletePassword(account: string): Promise<boolean>;
  /** Every account that has an entry, sorted, so that lost connections can be found again. */
  accounts(): Promise<string[]>;
  /**
   * Announces that these accounts will soon be read once each, in this order. A store that reads
   * them faster together than one by one does so. Never throws: each account is still read with
   * `getPassword`, which reports what is wrong with it. A second `getPassword` of an account reads
   * the current state.
   */
  readAhead?(accounts: readonly string[]): void;
  /** The user wants to retry what failed: a call that hung or crashed is made again. */
  retry?(): void;
  /**
   * Checks what a save under `account` needs beyond a working store: access, rights, time. It runs
   * before the user is sent to fetch a secret.
   *
   * @throws {StoreError} the save would fail.
   */
  prepare?(account: string): Promise<void>;
  /**
   * When the secret was last changed, according to its record in the store. Only stores that others
   * also write to have this.
   *
   * @returns `null` if the record doesn't say; undefined if there is no record.
   */
  lastChange?(account: string): Promise<string | null | undefined>;
  /** The most characters that an item may have. Default: the limit of all items. */
  readonly longestItem?: number;
  /**
   * What this run has found out so far that the user should know before a secret is stored here.
   */
  readonly warnings?: readonly Warning[];
}

export interface Stores {
  /** The values of `--store` that this version knows, except `none`. */
  readonly ids: readonly string[];
  /**
   * The store that a `--store` value names. It's the same object each time.
   *
   * @throws {StoreError} `store-unavailable`: this version doesn't know the store.
   */
  open(storeId: string): SecretStore;
  /** Describes that store without touching it; `null` if this version doesn't know it. */
  describe(storeId: string): StoreDescription | null;
  /** What the store needs from the user and hasn't been given; undefined if it needs nothing. */
  requires(storeId: string): MissingInput | undefined;
  /** The `vault:…` stores that this run names. No others are ever contacted. */
  readonly vaults: readonly string[];
}
