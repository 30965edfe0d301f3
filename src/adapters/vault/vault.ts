import { vaultPathOf } from '../../core/vault-id.js';
import { lastChange } from '../../core/connection.js';
import { StoreError } from '../../core/errors.js';
import type { Clock, Http, SecretStore } from '../../core/ports.js';
import { plainText } from '../../core/plain-text.js';
import { createVaultClient } from './client.js';
import { createEngine, type Entry } from './engine.js';
import { createVaultRecords, type VaultRecords } from './records.js';
import { createVaultSecrets } from './secrets.js';
import type { VaultSettingsReader } from './settings.js';

export interface VaultOptions {
  /** `vault:secret/team/wizard`. */
  readonly storeId: string;
  readonly settings: VaultSettingsReader;
  /** Sends only to the server, and doesn't follow redirects. */
  readonly send: Http['send'];
  readonly clock: Clock;
  /** Time limit of each request. */
  readonly timeoutMs: number;
  /** How many requests are open at once. */
  readonly concurrency: number;
  /** Who saves: `ines@laptop`. */
  readonly author: string;
}

/** A folder of a KV version 2 engine that a team shares: credentials and records. */
export interface Vault {
  readonly secrets: SecretStore;
  readonly records: VaultRecords;
}

/**
 * Opens a Vault. Nothing is sent before the first call.
 *
 * @throws {UsageError} `storeId` isn't a Vault's.
 */
export function createVault(options: VaultOptions): Vault {
  const { storeId, settings, clock } = options;
  const client = createVaultClient(options);
  const engine = createEngine(client, clock, vaultPathOf(storeId));
  const { backend } = settings;

  async function conflict(name: string, newer: Entry): Promise<StoreError> {
    const author = await records.laterAuthor(name).catch((error: unknown) => {
      // This is only for the message. Failing to read it isn't the actual failure.
      if (error instanceof StoreError) return undefined;
      throw error;
    });
    const by = author === undefined ? '' : ` by ${plainText(author, 100)}`;
    const why =
      newer.data === null || newer.data['removed'] === true
        ? `somebody removed it from ${backend}`
        : `${backend} has version ${newer.version} of it, saved at ${newer.createdAt.slice(0, 19)}Z${by}`;
    return new StoreError(
      'store-conflict',
      {
        what: `Somebody else changed ${name} in the meantime`,
        why,
        next: `Nothing was overwritten. connect-wizard check ${name} shows whether theirs works; try again to replace it.`,
      },
      { untouched: true },
    );
  }

  const records = createVaultRecords({ ...options, engine, conflict });
  const description = { kind: 'vault', backend, persistent: true };
  function forget(): void {
    records.forget();
    client.forget();
  }
  async function changeOf(name: string): Promise<string | null | undefined> {
    const record = await records.read(name);
    return record && lastChange(record);
  }
  const parts = { client, engine, clock, description, conflict, lastChange: changeOf, forget };
  return { secrets: createVaultSecrets(parts), records };
}
