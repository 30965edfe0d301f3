import { adviceFor } from '../../core/advice.js';
import {
  ITEM_VERSION,
  RECORD_VERSION,
  unreadableAdvice,
  type Connection,
} from '../../core/connection.js';
import { NetworkError, nextStep, sentence, WizardError } from '../../core/errors.js';
import { healthy, unhealthy, type HealthCheck } from '../../core/health.js';
import { tenantOf } from '../../core/host.js';
import { isStoredName } from '../../core/name.js';
import { readItem } from '../../core/stored-item.js';
import type { Context, Http, SecretStore } from '../../core/ports.js';
import { isRequestName } from '../../core/sealed/request.js';
import type { Provider } from '../../core/provider.js';
import { Secret } from '../../core/secret.js';
import { storeName } from '../../core/store.js';
import { verdictByReason } from '../../core/verdict.js';
import { providerOfRecord, refuseForeign } from '../store/open-credential.js';
import { isFinding, findHost } from '../verify/find-host.js';
import { isTestValue, TEST_ACCOUNT, testStore } from '../store/test-store.js';

export interface DoctorOptions {
  /** The store that a connect would use now. */
  readonly defaultStore: string;
  /** Did somebody choose that store? Else it matters only while nothing is stored elsewhere. */
  readonly chosen: boolean;
  readonly timeoutMs: number;
  /** Make records anew for secrets that have none, and take test values away that were left behind. */
  readonly repair: boolean;
}

type DoctorContext = Pick<
  Context,
  'http' | 'stores' | 'records' | 'clock' | 'interruption' | 'diagnostics'
>;

/** More than this, and certificates begin to look expired or not valid yet. */
const LARGEST_SKEW_MS = 5 * 60_000;

/** Looks at everything the tool depends on. Sends no secret anywhere. */
export async function doctor(
  context: DoctorContext,
  providers: readonly Provider[],
  options: DoctorOptions,
): Promise<HealthCheck[]> {
  const checks = [...context.diagnostics.inspect()];
  let connections: readonly Connection[] = [];
  try {
    const all = await context.records.list();
    ({ connections } = all);
    checks.push(
      healthy('records', `${connections.length} can be read`),
      ...all.unreadable.map((record) =>
        unhealthy(
          `record:${record.name}`,
          'store-error',
          record.why,
          unreadableAdvice(record).next,
        ),
      ),
      ...all.unlisted.map(({ storeId, error }) => broken(`records:${storeId}`, error)),
    );
  } catch (error) {
    checks.push(broken('records', error));
  }
  const choices = new Set(connections.map(({ store }) => store));
  if (options.chosen || choices.size === 0) choices.add(options.defaultStore);
  choices.delete('none');
  // What lies in a folder of ours is seen without unlocking anything.
  for (const choice of context.stores.ids) {
    const store = context.stores.open(choice);
    if (!store.nullIsReliable || choices.has(choice)) continue;
    try {
      if ((await store.accounts()).length > 0) choices.add(choice);
    } catch (error) {
      checks.push(broken(`store:${choice}`, error));
    }
  }
  for (const choice of choices) {
    checks.push(...(await examineStore(context, providers, connections, choice, options.repair)));
  }
  checks.push(...(await examineNetwork(context, providers, connections, options.timeoutMs)));
  return checks;
}

/** What a failure of a store or a missing passphrase means, as a check. */
function broken(id: string, error: unknown): HealthCheck {
  if (!(error instanceof WizardError)) throw error;
  return unhealthy(id, 'store-error', sentence(error.advice), nextStep(error.advice));
}

async function examineStore(
  context: DoctorContext,
  providers: readonly Provider[],
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
    const accounts = await store.accounts();
    return [
      works,
      ...connections
        .filter((each) => each.store === choice && !accounts.includes(each.name))
        .map((each) => secretLost(each, store)),
      ...(await examineLost(context, providers, { storeId: choice, store, accounts, repair })),
    ];
  } catch (error) {
    return [broken(id, error)];
  }
}

function secretLost({ name, provider }: Connection, store: SecretStore): HealthCheck {
  const placeholders = { name, backend: store.description.backend, providerId: provider };
  const advice = adviceFor(undefined, 'secret-lost', placeholders);
  return unhealthy(`secret:${name}`, 'missing', sentence(advice), nextStep(advice));
}

/** A store in which something may be nobody's. */
interface Lost {
  readonly storeId: string;
  readonly store: SecretStore;
  readonly accounts: readonly string[];
  readonly repair: boolean;
}

/** What is in the store and is no connection's: after a crash, or when somebody deleted a record. */
async function examineLost(
  context: DoctorContext,
  providers: readonly Provider[],
  { storeId, store, accounts, repair }: Lost,
): Promise<HealthCheck[]> {
  const checks: HealthCheck[] = [];
  for (const name of accounts) {
    // The key of a request, which `list` shows.
    if (isRequestName(name)) continue;
    const left = TEST_ACCOUNT.test(name);
    const id = `${left ? 'test-value' : 'secret'}:${name}`;
    try {
      if (!isStoredName(name)) {
        checks.push(unhealthy(id, 'missing', NOT_OURS, LEFT_ALONE));
        continue;
      }
      const record = await context.records.read(name, storeId);
      if (record?.store === storeId) continue;
      if (record) checks.push(await secondCopy(context, id, record, { storeId, store, repair }));
      else if (left) checks.push(await testValue(id, name, store, repair));
      else checks.push(await orphan(context, providers, { id, name, storeId, store, repair }));
    } catch (error) {
      checks.push(broken(id, error));
    }
  }
  return checks;
}

const NOT_OURS = 'it has a name that this tool gives to nothing, and was left alone';
const LEFT_ALONE = 'Delete it where it is stored, if nobody needs it.';

const REPAIR = 'connect-wizard doctor --repair mends that.';

/** Of a connection that is in another store: a move was cut off, or another home uses this one. */
async function secondCopy(
  { stores }: DoctorContext,
  id: string,
  { name, store: own }: Connection,
  { storeId, store, repair }: Omit<Lost, 'accounts'>,
): Promise<HealthCheck> {
  const where = storeName(store.description);
  const what = `a second one is in the ${where}; the connection uses ${own}`;
  // A keychain may be shared with another home, to which it belongs; a folder of ours is not.
  if (!store.nullIsReliable) {
    const there = `connect-wizard move ${name} --store ${storeId}`;
    const next = `If no other home uses it: ${there}, then move it back; that takes the second one away.`;
    return unhealthy(id, 'missing', what, next);
  }
  if (!repair) return unhealthy(id, 'missing', what, REPAIR);
  if ((await stores.open(own).getPassword(name)) === null) {
    const next = `connect-wizard remove ${name} takes it away; connect again to have it anew.`;
    return unhealthy(id, 'missing', `${what}, which has lost it`, next);
  }
  await store.deletePassword(name);
  return healthy(id, `the second one was taken out of the ${where}`);
}

async function testValue(
  id: string,
  name: string,
  store: SecretStore,
  repair: boolean,
): Promise<HealthCheck> {
  // A connection may be called so by an older version.
  const value = await store.getPassword(name);
  if (value !== null && !isTestValue(value)) return unhealthy(id, 'missing', NOT_OURS, LEFT_ALONE);
  if (!repair) return unhealthy(id, 'missing', 'a test value was left behind', REPAIR);
  await store.deletePassword(name);
  return healthy(id, 'it was taken away');
}

async function orphan(
  context: DoctorContext,
  providers: readonly Provider[],
  found: Omit<Lost, 'accounts'> & { readonly id: string; readonly name: string },
): Promise<HealthCheck> {
  const { id, name, storeId, store, repair } = found;
  if (!repair) return unhealthy(id, 'missing', 'it is stored, but has no record', REPAIR);
  await context.records.write(await rebuild(context, providers, { storeId, store, name }));
  return healthy(id, `its record was made anew; connect-wizard check ${name} proves it`);
}

/**
 * @throws {StoreError} what is stored there is not of this tool.
 * @throws {ConnectionError} this version does not know its provider, or its host is none of the provider's.
 */
async function rebuild(
  { clock }: DoctorContext,
  providers: readonly Provider[],
  { storeId, store, name }: Pick<Lost, 'storeId' | 'store'> & { readonly name: string },
): Promise<Connection> {
  const secret = (await store.getPassword(name)) ?? new Secret('');
  const [first] = providers;
  if (!first) throw new Error('there is no provider');
  // Whichever definition reads it, the item says whose it is.
  const { name: own, provider: id, host } = readItem(first, secret, name);
  const now = clock.now().toISOString();
  const connection: Connection = {
    v: RECORD_VERSION,
    name,
    provider: id,
    host,
    fields: {},
    identity: null,
    ...(own !== undefined && { item: ITEM_VERSION }),
    store: storeId,
    needs: [],
    // Nobody has asked yet: as after an answer that said nothing.
    reason: 'bad-response',
    recognised: false,
    createdAt: now,
    verifiedAt: now,
    lastValidAt: null,
  };
  const provider = providerOfRecord(providers, connection);
  const item = readItem(provider, secret, name);
  refuseForeign(provider, connection, item);
  // Only what the definition knows as no secret: what it does not know may be one.
  const plain = provider.fields.flatMap(({ id: field, kind }): [string, string][] => {
    const value = kind === 'host' ? tenantOf(provider, host) : item.values[field];
    return typeof value === 'string' ? [[field, value]] : [];
  });
  return { ...connection, fields: Object.fromEntries(plain) };
}

/** Every stored host, unsigned; a provider without one is looked for at its own address. */
async function examineNetwork(
  { http, clock }: DoctorContext,
  providers: readonly Provider[],
  connections: readonly Connection[],
  timeoutMs: number,
): Promise<HealthCheck[]> {
  let skew: number | undefined;
  const watching: Http = {
    resolves: (host) => http.resolves(host),
    async send(request) {
      const response = await http.send(request);
      const date = Date.parse(response.headers['date'] ?? '');
      if (!Number.isNaN(date)) skew = date - clock.now().getTime();
      return response;
    },
  };
  const checks: HealthCheck[] = [];
  for (const provider of providers) {
    const own = connections.filter((each) => each.provider === provider.id);
    const hosts = new Set(own.map(({ host }) => host));
    for (const host of hosts) checks.push(await askTenant(watching, provider, host, timeoutMs));
    if (hosts.size === 0) checks.push(await askVendor(watching, provider, timeoutMs));
  }
  if (skew !== undefined) checks.push(clockCheck(skew));
  return checks;
}

async function askTenant(
  http: Http,
  provider: Provider,
  host: string,
  timeoutMs: number,
): Promise<HealthCheck> {
  const id = `host:${host}`;
  const found = await findHost({ http }, provider, [host], timeoutMs);
  if (!isFinding(found)) {
    return healthy(
      id,
      found.recognised ? `it is ${provider.name}` : 'it answers, without saying who it is',
    );
  }
  const { reason, advice } = found;
  return unhealthy(id, verdictByReason[reason], sentence(advice), nextStep(advice));
}

async function askVendor(http: Http, provider: Provider, timeoutMs: number): Promise<HealthCheck> {
  const host = provider.hosts.templates[0]?.domain ?? '';
  const id = `host:${host}`;
  try {
    const { status } = await http.send({ url: `https://${host}/`, headers: {}, timeoutMs });
    return healthy(id, `it answers (HTTP ${status}); no connection to ${provider.name} is stored`);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const advice = adviceFor(provider, error.reason, { host, detail: error.message });
    return unhealthy(id, verdictByReason[error.reason], sentence(advice), nextStep(advice));
  }
}

function clockCheck(skewMs: number): HealthCheck {
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= LARGEST_SKEW_MS)
    return healthy('clock', `${seconds} s from that of a server`);
  const placeholders = `it is ${Math.round(seconds / 60)} minutes ${skewMs > 0 ? 'behind' : 'ahead of'} that of a server`;
  return unhealthy(
    'clock',
    'unreachable',
    placeholders,
    'Set the clock of this machine; certificates look expired otherwise.',
  );
}
