import type { Connection } from '../../core/connection.js';
import { ConnectionError, StoreError } from '../../core/errors.js';
import { compareTenant } from '../../core/tenant.js';
import type { Context } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import { itemHeader, underDefinition } from '../../core/stored-item.js';
import { otherFields } from './misfit.js';
import { readBack } from '../store/read-back.js';

/**
 * Stores a connection's item under another definition's hash and reads it back, after the user
 * approved that. No secret is looked at, and nothing else in the item changes.
 *
 * @param provider the definition under which it continues.
 * @throws {ConnectionError} its secret is gone, it has other fields, or the item is another
 *   connection's.
 * @throws {StoreError} the store failed.
 */
export async function reapprove(
  { records, stores, interruption }: Pick<Context, 'records' | 'stores' | 'interruption'>,
  provider: Provider,
  connection: Connection,
): Promise<void> {
  const { name, host } = connection;
  const { id, definition } = provider;
  const store = stores.open(connection.store);
  const stored = await store.getPassword(name);
  const item = stored && itemHeader(stored);
  const isOwn =
    item?.name === name &&
    item.provider === id &&
    compareTenant(provider, host, item.host).is === 'same';
  if (!stored || !isOwn) {
    throw new ConnectionError(name, stored ? 'store-corrupt' : 'secret-lost', {
      what: `${name} was left as it is`,
      why: stored ? 'what is stored under it is not its own' : 'its secret is gone',
      next: `Connect it again: connect-wizard ${id}.`,
    });
  }
  const other = otherFields(provider.fields, item.ids);
  if (other !== undefined) {
    throw new ConnectionError(name, 'definition-changed', {
      what: `${name} was left as it is`,
      why: other,
      next: `Connect it again: connect-wizard ${id}.`,
    });
  }
  const now = underDefinition(stored, definition);
  await interruption.shield(async () => {
    await store.setPassword(name, now);
    try {
      await readBack(store, name, now, {
        what: `the secret of ${name}`,
        next: 'What was there before was put back. Run the same command again.',
      });
    } catch (error) {
      if (error instanceof StoreError && error.reason === 'store-mismatch') {
        await store.setPassword(name, stored);
      }
      throw error;
    }
    await records.write({ ...connection, definition });
  });
}
