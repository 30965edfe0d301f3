import { adviceFor } from '../../core/advice.js';
import type { Connection } from '../../core/connection.js';
import { ConnectionError } from '../../core/errors.js';
import { fill } from '../../core/fill.js';
import { compareTenant, isAllowedHost } from '../../core/host.js';
import { readItem, type StoredItem } from '../../core/stored-item.js';
import { plainText } from '../../core/plain-text.js';
import type { Context } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import { testStore } from './test-store.js';

/**
 * The definition that a record needs.
 *
 * @throws {ConnectionError} `store-corrupt`: this version has none; `not-allowed`: the record's host
 *   is none of the provider's.
 */
export function providerOfRecord(
  providers: readonly Provider[],
  { name, provider: id, host }: Connection,
): Provider {
  const provider = providers.find((each) => each.id === id);
  if (!provider) {
    throw new ConnectionError(name, 'store-corrupt', {
      what: `The record of ${name} cannot be used`,
      why: `this version does not know the provider ${plainText(id, 40)}`,
      next: 'Nothing was changed. Use the newest connect-wizard.',
    });
  }
  if (isAllowedHost(provider, host)) return provider;
  const advice = fill(provider.hosts.otherwise, { host, provider: provider.name });
  throw new ConnectionError(name, 'not-allowed', advice);
}

/**
 * The stored values of a connection, where they are its own.
 *
 * @throws {ConnectionError} `secret-lost`; `store-corrupt`: they are damaged, or of another tenant,
 *   whose secret this host must not get.
 * @throws {StoreError} the store cannot be read.
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
    // A keychain that was never unlocked says so to every question: only a test tells.
    if (!store.nullIsReliable) await testStore(context, store);
    const placeholders = { name, backend: store.description.backend, providerId: provider.id };
    throw new ConnectionError(
      name,
      'secret-lost',
      adviceFor(provider, 'secret-lost', placeholders),
    );
  }
  const item = readItem(provider, secret, name);
  const own =
    item.provider === provider.id && compareTenant(provider, host, item.host).is === 'same';
  if (own) return item;
  throw new ConnectionError(name, 'store-corrupt', {
    what: `The secret of ${name} is not the one that belongs there`,
    why: `it is of ${plainText(item.host)}`,
    next: `Nothing was sent. Connect ${name} again with --replace, or remove it.`,
  });
}
