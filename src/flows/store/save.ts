import { ITEM_VERSION, type Connection } from '../../core/connection.js';
import { StoreError, UsageError } from '../../core/errors.js';
import { compareTenant } from '../../core/tenant.js';
import { readItem, writeItem, type Values } from '../../core/stored-item.js';
import type { Context, Records, SecretStore } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import type { Secret } from '../../core/secret.js';
import { isVaultId } from '../../core/vault-id.js';
import { copiesOf, withCopies } from './copies.js';
import { readBack } from './read-back.js';

/**
 * Saves an accepted credential. The secret is written first, read back and compared; then the
 * record is written. If any of it fails, the earlier state is restored.
 *
 * @param former the current record. If it points to another store, the record notes the second
 *   store until the copy that is left behind is gone.
 * @returns the record.
 * @throws {UsageError} `name-taken`: the store has another tenant's secret under the name.
 * @throws {StoreError} the store or the record's file failed.
 */
export async function save(
  { records, interruption }: Pick<Context, 'records' | 'interruption'>,
  provider: Provider,
  store: SecretStore,
  connection: Connection,
  values: Values,
  replace: boolean,
  former?: Connection,
): Promise<Connection> {
  const { name, host } = connection;
  const { id, definition } = provider;
  const item = writeItem({ name, provider: id, host, values, definition }, store.longestItem);
  const before = await readFormer(store, name, replace);
  if (before) refuseTaken(provider, store, connection, before, replace);

  const saved = withCopies(
    { ...connection, item: ITEM_VERSION, definition },
    former ? copiesOf(former, connection.store) : [],
  );
  const isNoted = former !== undefined && former.store !== connection.store;

  await interruption.shield(async () => {
    if (isNoted) await noteCopy(records, former, connection.store);
    let isWritten = false;
    try {
      await store.setPassword(name, item);
      isWritten = true;
      await readBack(store, name, item, {
        what: `the secret of ${name}`,
        next: `Nothing was saved. Look at ${store.description.backend} on this machine, then try again.`,
      });
      await records.write(saved);
    } catch (error) {
      const untouched = !isWritten && error instanceof StoreError && error.untouched;
      if (!untouched && !(await putBack(store, name, before))) throw halfDone(store, error);
      if (isNoted) await takeBackNote(records, former);
      throw error;
    }
  });
  return saved;
}

/** If the process ends before the record points to the new store, the record names both stores. */
async function noteCopy(
  records: Pick<Records, 'update'>,
  former: Connection,
  to: string,
): Promise<void> {
  const noted = withCopies(former, copiesOf({ ...former, store: to }, former.store));
  if (noted.copies) await records.update(noted);
}

/** If the note stays, it costs one look into a store that has nothing. */
async function takeBackNote(records: Pick<Records, 'update'>, former: Connection): Promise<void> {
  try {
    if (!isVaultId(former.store)) await records.update(former);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

/** @returns null also for an unreadable entry that may be overwritten. */
async function readFormer(
  store: SecretStore,
  name: string,
  replace: boolean,
): Promise<Secret | null> {
  try {
    return await store.getPassword(name);
  } catch (error) {
    if (replace && error instanceof StoreError && error.replaceable) return null;
    throw error;
  }
}

/**
 * @throws {UsageError} what is stored under the name belongs to another provider or tenant.
 * @throws {StoreError} it can't be read, so it isn't overwritten, not even with `replace`.
 */
function refuseTaken(
  provider: Provider,
  store: SecretStore,
  { name, host }: Connection,
  before: Secret,
  replace: boolean,
): void {
  const item = readItem(provider, before, name);
  const same =
    item.provider === provider.id &&
    compareTenant(provider, host, item.host).is === 'same' &&
    (item.name === undefined || item.name === name);
  if (same || replace) return;
  throw new UsageError(
    {
      what: `The name ${name} is taken`,
      why: `${store.description.backend} has a secret of ${item.name ?? item.host} under it`,
      next: 'Choose another name with --name, or give --replace to overwrite that one.',
    },
    'name-taken',
  );
}

/** @returns whether it worked. If not, the error that led here is reported. */
async function putBack(store: SecretStore, name: string, before: Secret | null): Promise<boolean> {
  try {
    await (before ? store.setPassword(name, before) : store.deletePassword(name));
    return true;
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw error;
  }
}

function halfDone({ description }: SecretStore, error: unknown): unknown {
  // Somebody else's secret is there now, so there is nothing left to undo.
  if (!(error instanceof StoreError) || error.reason === 'store-conflict') return error;
  const next = `${description.backend} may hold the new secret now. Try again when it answers: that settles it.`;
  return new StoreError(error.reason, { ...error.advice, next }, { cause: error });
}
