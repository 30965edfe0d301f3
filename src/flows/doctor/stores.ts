import { adviceFor } from '../../core/advice.js';
import type { Connection } from '../../core/connection.js';
import { nextStep, sentence, StoreError } from '../../core/errors.js';
import { broken, healthy, unhealthy, type HealthCheck } from '../../core/health.js';
import type { SecretStore } from '../../core/ports.js';
import type { LoadableProvider } from '../../core/known-provider.js';
import { storeName } from '../../core/store.js';
import { testStore } from '../store/test-store.js';
import { examineLost, type StoreContext } from './repair.js';

/** Does a store work, and does it have the secrets that it should have? */
export async function examineStore(
  context: StoreContext,
  providers: readonly LoadableProvider[],
  connections: readonly Connection[],
  choice: string,
  repair: boolean,
): Promise<HealthCheck[]> {
  const id = `store:${choice}`;
  try {
    const store = context.stores.open(choice);
    await testStore(context, store);
    const works = healthy(
      id,
      `the ${storeName(store.description)} keeps, gives back and deletes a test value`,
    );
    const { accounts, unlisted } = await list(store, choice);
    const own = connections.filter((each) => each.store === choice);
    const noted = connections
      .filter((each) => each.store !== choice && each.copies?.includes(choice))
      .map(({ name }) => name);
    return [
      works,
      ...unlisted,
      ...(await examineSecrets(
        own.filter(({ name }) => !accounts.includes(name)),
        store,
      )),
      ...(await examineLost(context, providers, {
        storeId: choice,
        store,
        // A store may leave some out of its list.
        accounts: [...new Set([...accounts, ...noted])],
        repair,
      })),
    ];
  } catch (error) {
    return [broken(id, error)];
  }
}

/** A store may work and not list what it has: Windows cannot if any item of it is no text. */
async function list(
  store: SecretStore,
  choice: string,
): Promise<{ accounts: readonly string[]; unlisted: HealthCheck[] }> {
  try {
    return { accounts: await store.accounts(), unlisted: [] };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const why = `${sentence(error.advice)} A secret that has lost its record cannot be found there.`;
    return { accounts: [], unlisted: [healthy(`items:${choice}`, why)] };
  }
}

/** Those that the list does not have are asked for: it may leave some out. */
async function examineSecrets(
  connections: readonly Connection[],
  store: SecretStore,
): Promise<HealthCheck[]> {
  const checks: HealthCheck[] = [];
  for (const connection of connections) {
    try {
      if ((await store.getPassword(connection.name)) === null) {
        checks.push(secretLost(connection, store));
      }
    } catch (error) {
      checks.push(broken(`secret:${connection.name}`, error));
    }
  }
  return checks;
}

function secretLost({ name }: Connection, store: SecretStore): HealthCheck {
  const placeholders = { name, backend: store.description.backend };
  const advice = adviceFor(undefined, 'secret-lost', placeholders);
  return unhealthy(`secret:${name}`, 'missing', sentence(advice), nextStep(advice));
}
