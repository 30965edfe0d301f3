import { adviceFor } from '../../core/advice.js';
import type { Connection } from '../../core/connection.js';
import { nextStep, sentence, StoreError, WizardError } from '../../core/errors.js';
import { broken, healthy, unhealthy, type HealthCheck } from '../../core/health.js';
import type { SecretStore } from '../../core/ports.js';
import { tryToLoad, type LoadableProvider } from '../../core/known-provider.js';
import { storeName } from '../../core/store.js';
import { readItem } from '../../core/stored-item.js';
import { mapPool } from '../connections/map-pool.js';
import { refuseForeign } from '../store/open-credential.js';
import { testStore } from '../store/test-store.js';
import { examineLost, type StoreContext } from './repair.js';

/** Checks that a store works and has the secrets that it should have. */
export async function examineStore(
  context: StoreContext,
  providers: readonly LoadableProvider[],
  connections: readonly Connection[],
  storeId: string,
  { concurrency, repair }: { readonly concurrency: number; readonly repair: boolean },
): Promise<HealthCheck[]> {
  const id = `store:${storeId}`;
  try {
    const store = context.stores.open(storeId);
    await testStore(context, store);
    const works = healthy(
      id,
      `the ${storeName(store.description)} keeps, gives back and deletes a test value`,
    );
    const { accounts, unlisted } = await list(store, storeId);
    const own = connections.filter((each) => each.store === storeId);
    const noted = connections
      .filter((each) => each.store !== storeId && each.copies?.includes(storeId))
      .map(({ name }) => name);
    return [
      works,
      ...unlisted,
      ...(await examineSecrets(providers, own, store, concurrency)),
      ...(await examineLost(context, providers, {
        storeId,
        store,
        // A store may leave some entries out of its list.
        accounts: [...new Set([...accounts, ...noted])],
        repair,
      })),
    ];
  } catch (error) {
    return [broken(id, error)];
  }
}

/** A store may work but be unable to list its entries: Windows can't if any entry isn't text. */
async function list(
  store: SecretStore,
  storeId: string,
): Promise<{ accounts: readonly string[]; unlisted: HealthCheck[] }> {
  try {
    return { accounts: await store.accounts(), unlisted: [] };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const why = `${sentence(error.advice)} A secret that has lost its record cannot be found there.`;
    return { accounts: [], unlisted: [healthy(`items:${storeId}`, why)] };
  }
}

/** Reads every secret: a list may include unreadable entries and leave out existing ones. */
async function examineSecrets(
  providers: readonly LoadableProvider[],
  connections: readonly Connection[],
  store: SecretStore,
  concurrency: number,
): Promise<HealthCheck[]> {
  store.readAhead?.(connections.map(({ name }) => name));
  const checks = await mapPool(connections, concurrency, (connection) =>
    examineSecret(providers, connection, store),
  );
  return checks.filter((check) => check !== undefined);
}

/** @returns undefined if it's fine. */
async function examineSecret(
  providers: readonly LoadableProvider[],
  connection: Connection,
  store: SecretStore,
): Promise<HealthCheck | undefined> {
  const { name, provider: id } = connection;
  try {
    const secret = await store.getPassword(name);
    if (secret === null) return secretLost(connection, store);
    const known = providers.find((each) => each.id === id);
    const provider = known && (await tryToLoad(known));
    // A definition that can't be used has a check of its own.
    if (!provider || provider instanceof WizardError) return undefined;
    refuseForeign(provider, connection, readItem(provider, secret, name));
    return undefined;
  } catch (error) {
    return broken(`secret:${name}`, error);
  }
}

function secretLost({ name }: Connection, store: SecretStore): HealthCheck {
  const placeholders = { name, backend: store.description.backend };
  const advice = adviceFor(undefined, 'secret-lost', placeholders);
  return unhealthy(`secret:${name}`, 'missing', sentence(advice), nextStep(advice));
}
