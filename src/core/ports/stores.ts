import type { MissingInput } from '../errors.js';
import type { Warning } from '../ladder.js';
import type { Secret } from '../secret.js';
import type { StoreDescription } from '../store.js';

/** keytar's calls, with one service. Every call rejects with a `StoreError` when the store fails. */
export interface SecretStore {
  readonly description: StoreDescription;
  /** Does "nothing there" prove it? A keychain that was never unlocked says it of everything. */
  readonly nullIsReliable: boolean;
  getPassword(account: string): Promise<Secret | null>;
  setPassword(account: string, password: Secret): Promise<void>;
  /** @returns whether there was one. */
  deletePassword(account: string): Promise<boolean>;
  /** Every account that has something there, sorted: what was lost can be found again. */
  accounts(): Promise<string[]>;
  /**
   * So many accounts are going to be read once each, soon: a store that can read them faster together
   * than one by one does so. Never throws; each is still asked for with `getPassword`, which tells what
   * is wrong with it. A second `getPassword` of an account reads what is there then.
   */
  readAhead?(accounts: readonly string[]): Promise<void>;
  /** Somebody wants to try again what failed: what hung or crashed is asked anew. */
  retry?(): void;
  /**
   * Looks, before a person is sent to fetch a secret, at what a save under `account` needs beyond a
   * store that works: access, rights, time.
   *
   * @throws {StoreError} it would fail.
   */
  prepare?(account: string): Promise<void>;
  /** How many characters an item may have; left out, as many as any item has. */
  readonly longestItem?: number;
  /** What this run has found by now that a person should know before a secret is kept here. */
  readonly warnings?: readonly Warning[];
}

export interface Stores {
  /** The values of `--store` that this version knows, but for `none`. */
  readonly ids: readonly string[];
  /**
   * The store that a `--store` value names; the same object each time.
   *
   * @throws {StoreError} `store-unavailable`: this version does not know it.
   */
  open(choice: string): SecretStore;
  /** Where that store keeps things, without touching it; `null` for one that this version does not know. */
  describe(choice: string): StoreDescription | null;
  /** What the store needs of a person and has not been given; undefined where that is nothing. */
  requires(choice: string): MissingInput | undefined;
  /** The `vault:…` stores that this run was told of: only those are ever contacted. */
  readonly vaults: readonly string[];
}
