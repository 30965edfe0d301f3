import { ITEM_VERSION, RECORD_VERSION, type Connection } from '../../core/connection.js';
import { entryOfRecord } from '../../core/history.js';
import { broken, healthy, unhealthy, type HealthCheck } from '../../core/health.js';
import { plainFields } from '../../core/tenant.js';
import { isStoredName } from '../../core/name.js';
import type { Context, SecretStore } from '../../core/ports.js';
import type { LoadableProvider } from '../../core/known-provider.js';
import { isRequestName } from '../../core/sealed/request.js';
import { Secret } from '../../core/secret.js';
import { storeName } from '../../core/store.js';
import { readItem } from '../../core/stored-item.js';
import { isVaultId } from '../../core/vault-id.js';
import { withCopies } from '../store/copies.js';
import { providerOfRecord, refuseChanged, refuseForeign } from '../store/open-credential.js';
import { isTestValue, TEST_ACCOUNT } from '../store/test-store.js';

export type StoreContext = Pick<
  Context,
  'stores' | 'records' | 'clock' | 'history' | 'interruption'
>;

/** A store that may contain entries without a connection. */
interface Lost {
  readonly storeId: string;
  readonly store: SecretStore;
  readonly accounts: readonly string[];
  readonly repair: boolean;
}

/**
 * Finds entries of a store that belong to no connection: after a crash, or if somebody deleted a
 * record.
 */
export async function examineLost(
  context: StoreContext,
  providers: readonly LoadableProvider[],
  { storeId, store, accounts, repair }: Lost,
): Promise<HealthCheck[]> {
  const checks: HealthCheck[] = [];
  for (const name of accounts) {
    // The key of a request, which `list` shows.
    if (isRequestName(name)) continue;
    const isTestAccount = TEST_ACCOUNT.test(name);
    const id = `${isTestAccount ? 'test-value' : 'secret'}:${name}`;
    try {
      if (!isStoredName(name)) {
        checks.push(unhealthy(id, 'missing', NOT_OURS, LEFT_ALONE));
        continue;
      }
      const record = await context.records.read(name, storeId);
      if (record?.store === storeId) continue;
      if (record) checks.push(await secondCopy(context, record, { storeId, store, repair }));
      else if (isTestAccount) checks.push(await testValue(id, name, store, repair));
      else checks.push(await orphan(context, providers, { id, name, storeId, store, repair }));
    } catch (error) {
      checks.push(broken(id, error));
    }
  }
  return checks;
}

const NOT_OURS = 'it has a name that this tool gives to nothing, and was left alone';
const LEFT_ALONE = 'Delete it where it is stored, if nobody needs it.';

const REPAIR = 'connect-wizard doctor --repair fixes that.';

/**
 * The entry's connection is in another store: a move was cut off, or somebody else uses this store.
 */
async function secondCopy(
  { stores, records, history }: StoreContext,
  connection: Connection,
  { storeId, store, repair }: Omit<Lost, 'accounts'>,
): Promise<HealthCheck> {
  const { name, store: own, copies = [] } = connection;
  const isNoted = copies.includes(storeId);
  const id = `copy:${storeId}:${name}`;
  const where = storeName(store.description);
  const what = `a second one is in the ${where}; the connection uses ${own}`;
  // A keychain may be shared with another home, and a Vault is shared with a team, so the copy may
  // be theirs. Our own folder isn't shared, and a noted copy was left by this home.
  const isShared = !store.nullIsReliable || isVaultId(storeId);
  if (isShared && !isNoted) {
    const there = `connect-wizard move ${name} --store ${storeId}`;
    const next = `If nobody else uses it: ${there}, then move it back; that takes the second one away.`;
    return unhealthy(id, 'missing', what, next);
  }
  if (!repair) {
    const maybe = `a copy of it may still be in the ${where}; the connection uses ${own}`;
    return unhealthy(id, 'missing', isNoted ? maybe : what, REPAIR);
  }
  if ((await stores.open(own).getPassword(name)) === null) {
    const next = `connect-wizard remove ${name} takes it away; connect again to create a new one.`;
    return unhealthy(id, 'missing', `${what}, which has lost it`, next);
  }
  await store.deletePassword(name);
  if (isNoted) {
    await records.update(
      withCopies(
        connection,
        copies.filter((each) => each !== storeId),
      ),
    );
  }
  return repaired(history, id, `the second one was taken out of the ${where}`, connection);
}

async function testValue(
  id: string,
  name: string,
  store: SecretStore,
  repair: boolean,
): Promise<HealthCheck> {
  // A connection from an older version may have such a name.
  const value = await store.getPassword(name);
  if (value !== null && !isTestValue(value)) return unhealthy(id, 'missing', NOT_OURS, LEFT_ALONE);
  if (!repair) return unhealthy(id, 'missing', 'a test value was left behind', REPAIR);
  await store.deletePassword(name);
  return healthy(id, 'it was taken away');
}

async function orphan(
  context: StoreContext,
  providers: readonly LoadableProvider[],
  found: Omit<Lost, 'accounts'> & { readonly id: string; readonly name: string },
): Promise<HealthCheck> {
  const { id, name, storeId, store, repair } = found;
  if (!repair) return unhealthy(id, 'missing', 'it is stored, but has no record', REPAIR);
  const connection = await rebuild(context, providers, { storeId, store, name });
  await context.records.write(connection);
  const what = `its record was rebuilt; connect-wizard check ${name} proves it`;
  return repaired(context.history, id, what, connection);
}

/** The result of a repair. The history records it, and if that fails, the check says so. */
function repaired(
  history: Context['history'],
  id: string,
  what: string,
  connection: Connection,
): HealthCheck {
  const warnings = history.record(entryOfRecord('repaired', connection));
  return healthy(id, [what, ...warnings.map(({ message }) => message)].join('. '));
}

/**
 * @throws {StoreError} this tool didn't write what is stored there.
 * @throws {ConnectionError} this version doesn't know its provider, or its host isn't the
 *   provider's.
 */
async function rebuild(
  { clock }: StoreContext,
  providers: readonly LoadableProvider[],
  { storeId, store, name }: Pick<Lost, 'storeId' | 'store'> & { readonly name: string },
): Promise<Connection> {
  const secret = (await store.getPassword(name)) ?? new Secret('');
  const first = await providers[0]?.load();
  if (!first) throw new Error('there is no provider');
  // Any definition can read it; the item says which provider it belongs to.
  const { name: own, provider: id, host, definition } = readItem(first, secret, name);
  const now = clock.now().toISOString();
  const connection: Connection = {
    v: RECORD_VERSION,
    name,
    provider: id,
    host,
    fields: {},
    identity: null,
    ...(own !== undefined && { item: ITEM_VERSION }),
    ...(definition !== undefined && { definition }),
    store: storeId,
    needs: [],
    // The provider hasn't been asked, so this is the reason of a response that said nothing.
    reason: 'bad-response',
    recognised: false,
    createdAt: now,
    verifiedAt: now,
    lastValidAt: null,
  };
  const provider = await providerOfRecord(providers, connection);
  const item = readItem(provider, secret, name);
  // Another definition may treat a field as secret that this one doesn't.
  refuseChanged(provider, name, item);
  refuseForeign(provider, connection, item);
  // A field that the definition doesn't know may be secret, so it's left out.
  const fields = plainFields(provider, new Map(Object.entries(item.values)), host);
  return { ...connection, fields };
}
