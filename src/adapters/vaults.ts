import { hostname } from 'node:os';
import type { Http, Records, SecretStore } from '../core/ports.js';
import type { ProxySettings } from './proxy.js';
import { createVaultSettings, type VaultEnvironment } from './vault/settings.js';
import type { Vault, VaultOptions } from './vault/vault.js';

export interface LazyVault {
  readonly secrets: SecretStore;
  readonly records: Records;
}

export interface Vaults {
  /** By their `--store` value. */
  readonly byId: ReadonlyMap<string, LazyVault>;
  /** Ends the connections. */
  close(): Promise<void>;
}

export interface VaultsOptions
  extends Pick<VaultOptions, 'clock' | 'timeoutMs' | 'concurrency'>, VaultEnvironment {
  /** The system's name for this user; empty for one without. */
  readonly user: () => string;
  readonly proxy: ProxySettings;
  readonly userAgent: string;
}

/**
 * The Vaults that this run names. Nothing is loaded or checked before the first call, so a run
 * that needs none pays nothing and can't fail because of one.
 *
 * Every call throws a `UsageError` if the `--store` value or the variables are invalid.
 */
export function createVaults(storeIds: readonly string[], options: VaultsOptions): Vaults {
  const settings = createVaultSettings(options);
  let door: (Http & { close(): Promise<void> }) | undefined;

  async function open(storeId: string): Promise<Vault> {
    const [{ createVault }, { openDoor }] = await Promise.all([
      import('./vault/vault.js'),
      import('./vault/door.js'),
    ]);
    const send: Http['send'] = async (request) =>
      (door ??= openDoor(settings, options)).send(request);
    const author = `${options.user() || 'somebody'}@${hostname()}`;
    return createVault({ ...options, storeId, settings, send, author });
  }

  return {
    byId: new Map(storeIds.map((storeId) => [storeId, lazyVault(() => open(storeId), settings)])),
    async close() {
      await door?.close();
      door = undefined;
    },
  };
}

function lazyVault(open: () => Promise<Vault>, { backend }: VaultOptions['settings']): LazyVault {
  let opened: Vault | undefined;
  let opening: Promise<Vault> | undefined;
  const load = async (): Promise<Vault> => (opened = await (opening ??= open()));
  return {
    secrets: {
      description: { kind: 'vault', backend, persistent: true },
      nullIsReliable: true,
      get warnings() {
        return opened?.secrets.warnings ?? [];
      },
      getPassword: async (account) => (await load()).secrets.getPassword(account),
      setPassword: async (account, password) =>
        (await load()).secrets.setPassword(account, password),
      deletePassword: async (account) => (await load()).secrets.deletePassword(account),
      accounts: async () => (await load()).secrets.accounts(),
      prepare: async (account) => (await load()).secrets.prepare?.(account),
      lastChange: async (account) => (await load()).secrets.lastChange?.(account),
      retry: () => opened?.secrets.retry?.(),
    },
    records: {
      list: async (name) => (await load()).records.list(name),
      read: async (name) => (await load()).records.read(name),
      write: async (connection) => (await load()).records.write(connection),
      update: async (connection) => (await load()).records.update(connection),
      remove: async (name) => (await load()).records.remove(name),
    },
  };
}
