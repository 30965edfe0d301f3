import { adviceFor } from '../core/advice.js';
import { isUnreadable, RECORD_VERSION, type Connection } from '../core/connection.js';
import { NetworkError, nextStep, sentence, StoreError, UsageError } from '../core/errors.js';
import { healthy, unhealthy, type HealthCheck } from '../core/health.js';
import { hostField } from '../core/field.js';
import { tenantOf } from '../core/host.js';
import { readItem } from '../core/item.js';
import type { Context, Http, SecretStore } from '../core/ports.js';
import type { Provider } from '../core/provider.js';
import { Secret } from '../core/secret.js';
import { storeName } from '../core/store.js';
import { verdictByReason } from '../core/verdict.js';
import { isFinding, recognise } from './recognise.js';
import { TEST_PREFIX, testStore } from './test-store.js';

export interface DoctorOptions {
  /** The store that a connect would use now. */
  readonly defaultStore: string;
  readonly timeoutMs: number;
  /** Make records anew for secrets that have none, and take test values away that were left behind. */
  readonly repair: boolean;
}

type DoctorContext = Pick<
  Context,
  'http' | 'stores' | 'records' | 'clock' | 'interruption' | 'machine'
>;

/** More than this, and certificates begin to look expired or not valid yet. */
const LARGEST_SKEW_MS = 5 * 60_000;

/** Looks at everything the tool depends on. Sends no secret anywhere. */
export async function doctor(
  context: DoctorContext,
  providers: readonly Provider[],
  options: DoctorOptions,
): Promise<HealthCheck[]> {
  const checks = [...context.machine.inspect()];
  let connections: readonly Connection[] = [];
  try {
    const all = await context.records.list();
    ({ connections } = all);
    checks.push(
      healthy('records', `${connections.length} can be read`),
      ...all.unreadable.map(({ name, why }) =>
        unhealthy(
          `record:${name}`,
          'store-error',
          why,
          'Use the newest connect-wizard, or move the file away and connect again.',
        ),
      ),
    );
  } catch (error) {
    checks.push(broken('records', error));
  }
  const choices = new Set([options.defaultStore, ...connections.map(({ store }) => store)]);
  choices.delete('none');
  // What lies in a folder of ours is seen without unlocking anything.
  for (const choice of context.stores.choices) {
    const store = context.stores.open(choice);
    if (store.absenceIsProof && (await store.accounts()).length > 0) choices.add(choice);
  }
  for (const choice of choices) {
    checks.push(...(await examineStore(context, providers, connections, choice, options.repair)));
  }
  checks.push(...(await examineNetwork(context, providers, connections, options.timeoutMs)));
  return checks;
}

/** What a failure of a store or a missing passphrase means, as a check. */
function broken(id: string, error: unknown): HealthCheck {
  if (!(error instanceof StoreError || error instanceof UsageError)) throw error;
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
      ...(await examineLost(context, providers, store, accounts, repair)),
    ];
  } catch (error) {
    return [broken(id, error)];
  }
}

function secretLost({ name, provider }: Connection, store: SecretStore): HealthCheck {
  const words = { name, backend: store.description.backend, providerId: provider };
  const advice = adviceFor(undefined, 'secret-lost', words);
  return unhealthy(`secret:${name}`, 'missing', sentence(advice), nextStep(advice));
}

/** What is in the store without a record: after a crash, or when somebody deleted the file. */
async function examineLost(
  context: DoctorContext,
  providers: readonly Provider[],
  store: SecretStore,
  accounts: readonly string[],
  repair: boolean,
): Promise<HealthCheck[]> {
  const checks: HealthCheck[] = [];
  for (const name of accounts) {
    const left = name.startsWith(TEST_PREFIX);
    const id = `${left ? 'test-value' : 'secret'}:${name}`;
    try {
      if (!left && (await context.records.read(name))) continue;
      if (!repair) {
        const what = left ? 'a test value was left behind' : 'it is stored, but has no record';
        checks.push(unhealthy(id, 'missing', what, 'connect-wizard doctor --repair mends that.'));
        continue;
      }
      if (left) await store.deletePassword(name);
      else await context.records.write(await rebuild(context, providers, store, name));
      checks.push(
        healthy(
          id,
          left
            ? 'it was taken away'
            : `its record was made anew; connect-wizard check ${name} proves it`,
        ),
      );
    } catch (error) {
      checks.push(broken(id, error));
    }
  }
  return checks;
}

/** @throws {StoreError} what is stored there is not of this tool. */
async function rebuild(
  { clock }: DoctorContext,
  providers: readonly Provider[],
  store: SecretStore,
  name: string,
): Promise<Connection> {
  const secret = (await store.getPassword(name)) ?? new Secret('');
  const [first] = providers;
  if (!first) throw new Error('there is no provider');
  const { provider: id } = readItem(first, secret, name);
  const provider = providers.find((each) => each.id === id) ?? first;
  const { host, values } = readItem(provider, secret, name);
  const plain = Object.entries(values).filter(
    (entry): entry is [string, string] => !(entry[1] instanceof Secret),
  );
  const now = clock.now().toISOString();
  return {
    v: RECORD_VERSION,
    name,
    provider: id,
    host,
    fields: { ...Object.fromEntries(plain), [hostField(provider).id]: tenantOf(provider, host) },
    identity: null,
    store: store.description.kind,
    needs: [],
    // Nobody has asked yet: as after an answer that said nothing.
    reason: 'bad-response',
    recognised: false,
    createdAt: now,
    verifiedAt: now,
    lastValidAt: null,
  };
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
    async get(request) {
      const answer = await http.get(request);
      const date = Date.parse(answer.headers['date'] ?? '');
      if (!Number.isNaN(date)) skew = date - clock.now().getTime();
      return answer;
    },
  };
  const checks: HealthCheck[] = [];
  for (const provider of providers) {
    const own = connections.filter((each) => each.provider === provider.id && !isUnreadable(each));
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
  const found = await recognise({ http }, provider, [host], timeoutMs);
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
  const host = provider.hosts.suffixes[0]?.suffix ?? '';
  const id = `host:${host}`;
  try {
    const { status } = await http.get({ url: `https://${host}/`, headers: {}, timeoutMs });
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
  const words = `it is ${Math.round(seconds / 60)} minutes ${skewMs > 0 ? 'behind' : 'ahead of'} that of a server`;
  return unhealthy(
    'clock',
    'unreachable',
    words,
    'Set the clock of this machine; certificates look expired otherwise.',
  );
}
