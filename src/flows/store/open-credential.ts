import { adviceFor } from '../../core/advice.js';
import type { Connection } from '../../core/connection.js';
import { ConnectionError } from '../../core/errors.js';
import { fill } from '../../core/fill.js';
import { compareTenant, hostAnswers } from '../../core/tenant.js';
import { isAllowedHost } from '../../core/wall.js';
import { readItem, type StoredItem } from '../../core/stored-item.js';
import { plainText } from '../../core/plain-text.js';
import type { Context } from '../../core/ports.js';
import { loadProvider, type LoadableProvider } from '../../core/known-provider.js';
import type { Provider } from '../../core/provider.js';
import { definitionChanged } from './definition-changed.js';
import { testStore } from './test-store.js';

/**
 * Loads the definition that a record needs.
 *
 * @throws {ConnectionError} `definition-missing`: there is none. `definition-changed`: it has other
 *   hosts now. `not-allowed`: the record's host isn't the provider's.
 */
export async function providerOfRecord(
  providers: readonly LoadableProvider[],
  { name, provider: id, host, definition }: Connection,
): Promise<Provider> {
  const provider = await loadProvider(providers, id);
  if (!provider) {
    const placeholders = { name, providerId: plainText(id, 40) };
    const advice = adviceFor(undefined, 'definition-missing', placeholders);
    throw new ConnectionError(name, 'definition-missing', advice);
  }
  if (isAllowedHost(provider, host)) return provider;
  // Its hosts have changed, which a person has to judge.
  if (definition !== provider.definition) throw definitionChanged(provider, name, definition);
  const advice = fill(provider.hosts.otherwise, { host, provider: provider.name });
  throw new ConnectionError(name, 'not-allowed', advice);
}

/**
 * Reads a connection's stored values, after checking that they are its own. Only the host is taken
 * from the record: secrets don't belong in a record, and it doesn't decide which name they are sent
 * with.
 *
 * @throws {ConnectionError} `secret-lost`; `definition-changed`; `store-corrupt`: they are damaged,
 *   or belong to another tenant, whose secret this host must not get.
 * @throws {StoreError} the store can't be read.
 */
export async function openCredential(
  context: Pick<Context, 'stores' | 'interruption'>,
  provider: Provider,
  connection: Connection,
): Promise<StoredItem> {
  const { name, host } = connection;
  const store = context.stores.open(connection.store);
  const secret = await store.getPassword(name);
  if (!secret) {
    // A keychain that was never unlocked answers like this to everything. Only a test tells.
    if (!store.nullIsReliable) await testStore(context, store);
    const placeholders = { name, backend: store.description.backend };
    throw new ConnectionError(
      name,
      'secret-lost',
      adviceFor(provider, 'secret-lost', placeholders),
    );
  }
  const item = readItem(provider, secret, name);
  refuseChanged(provider, name, item);
  refuseForeign(provider, connection, item);
  // A check may have found the tenant's own address. Only the record has it.
  return { ...item, values: { ...item.values, ...hostAnswers(provider, host) } };
}

/** @throws {ConnectionError} `definition-changed`: the item was stored under another definition. */
export function refuseChanged(
  provider: Provider,
  name: string,
  { provider: id, definition }: StoredItem,
): void {
  if (id !== provider.id || definition === provider.definition) return;
  throw definitionChanged(provider, name, definition);
}

/** @throws {ConnectionError} `store-corrupt`: the item belongs to another connection or tenant. */
export function refuseForeign(provider: Provider, connection: Connection, item: StoredItem): void {
  const why = foreignness(provider, connection, item);
  if (why === undefined) return;
  const { name } = connection;
  throw new ConnectionError(name, 'store-corrupt', {
    what: `The secret of ${name} is not the one that belongs there`,
    why,
    next: `Nothing was sent. Connect ${name} again with --replace, or remove it.`,
  });
}

/** Why the item isn't the connection's; undefined if it is. */
function foreignness(
  provider: Provider,
  { name, host, item: version }: Connection,
  item: StoredItem,
): string | undefined {
  const sameTenant =
    item.provider === provider.id && compareTenant(provider, host, item.host).is === 'same';
  if (!sameTenant) return `it is of ${plainText(item.host)}`;
  if (item.name !== undefined) {
    return item.name === name ? undefined : `it is of ${plainText(item.name)}`;
  }
  return version === undefined ? undefined : 'it is older than the record says';
}
