import { adviceFor } from '../../core/advice.js';
import { unreadableAdvice, type Connection } from '../../core/connection.js';
import { nextStep, sentence, WizardError } from '../../core/errors.js';
import { broken, healthy, unhealthy, type HealthCheck } from '../../core/health.js';
import type { Context, Http } from '../../core/ports.js';
import { Pace } from '../../core/pace.js';
import { tryToLoad, type LoadableProvider } from '../../core/known-provider.js';
import type { Provider } from '../../core/provider.js';
import { verdictByReason } from '../../core/verdict.js';
import { isAllowedHost } from '../../core/wall.js';
import { mapPool } from '../connections/map-pool.js';
import { definitionChanged } from '../store/definition-changed.js';
import { isFinding, findHost } from '../verify/find-host.js';
import type { StoreContext } from './repair.js';
import { examineStore } from './stores.js';

export interface DoctorOptions {
  /** The store that a connect would use now. */
  readonly defaultStore: string;
  /** The user chose that store. Otherwise it only matters while nothing is stored elsewhere. */
  readonly chosen: boolean;
  readonly timeoutMs: number;
  /** How many hosts are asked at once. */
  readonly concurrency: number;
  /** Recreate records for secrets that have none, and delete leftover test values. */
  readonly repair: boolean;
  /** Called with the checks of each part as soon as they're done. */
  readonly onChecks?: ((checks: readonly HealthCheck[]) => void) | undefined;
  /** Gets the progress through the hosts. */
  readonly pace?: Pace | undefined;
}

type DoctorContext = StoreContext & Pick<Context, 'http' | 'diagnostics'>;

/** If the clock is off by more, certificates may look expired or not yet valid. */
const LARGEST_SKEW_MS = 5 * 60_000;

/** Checks everything that the tool depends on. It sends no secret anywhere. */
export async function doctor(
  context: DoctorContext,
  providers: readonly LoadableProvider[],
  options: DoctorOptions,
): Promise<HealthCheck[]> {
  const checks = [...(await context.diagnostics.inspect(options.repair))];
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
  options.onChecks?.(checks);
  // Wait for hosts while a store derives its key.
  const found = await Promise.all([
    examineStores(context, providers, connections, options),
    examineNetwork(context, providers, connections, options),
  ]);
  return [...checks, ...found.flat()];
}

/** Checks every store that has secrets or is to have them. */
async function examineStores(
  context: StoreContext,
  providers: readonly LoadableProvider[],
  connections: readonly Connection[],
  options: DoctorOptions,
): Promise<HealthCheck[]> {
  const checks: HealthCheck[] = [];
  const storeIds = new Set(connections.flatMap(({ store, copies = [] }) => [store, ...copies]));
  if (options.chosen || storeIds.size === 0) storeIds.add(options.defaultStore);
  storeIds.delete('none');
  // What is in one of our own folders can be seen without unlocking anything.
  for (const storeId of context.stores.ids) {
    if (storeIds.has(storeId)) continue;
    try {
      const store = context.stores.open(storeId);
      if (store.nullIsReliable && (await store.accounts()).length > 0) storeIds.add(storeId);
    } catch (error) {
      checks.push(broken(`store:${storeId}`, error));
    }
  }
  for (const storeId of storeIds) {
    const found = await examineStore(context, providers, connections, storeId, options);
    options.onChecks?.(found);
    checks.push(...found);
  }
  return checks;
}

/** Asks every stored host, without its credential. If none is stored, nothing is sent. */
async function examineNetwork(
  { http, clock }: DoctorContext,
  providers: readonly LoadableProvider[],
  connections: readonly Connection[],
  { timeoutMs, concurrency, onChecks, pace = new Pace(clock) }: DoctorOptions,
): Promise<HealthCheck[]> {
  if (connections.length === 0) {
    // A provider that the user added is looked up once it's used.
    const shipped = providers.filter(({ own }) => !own);
    return lookUpDomains(http, shipped, concurrency);
  }
  let skew: number | undefined;
  const watching: Http = {
    ...http,
    async send(request) {
      const response = await http.send(request);
      const date = Date.parse(response.headers['date'] ?? '');
      if (!Number.isNaN(date)) skew = date - clock.now().getTime();
      return response;
    },
  };
  const found = await Promise.all(
    providers.map((each) => checksOf(watching, each, connections, timeoutMs)),
  );
  const planned = found.flat();
  pace.expect(planned.length);
  const checks = await mapPool(planned, concurrency, async ({ about, check }) => {
    const result = await pace.of(about, check);
    onChecks?.([result]);
    return result;
  });
  if (skew !== undefined) checks.push(clockCheck(skew));
  return checks;
}

interface PlannedCheck {
  /** A host, or the provider whose definition it is. */
  readonly about: string;
  readonly check: () => Promise<HealthCheck>;
}

/** What to check about a provider: its definition, and each stored host. */
async function checksOf(
  http: Http,
  known: LoadableProvider,
  connections: readonly Connection[],
  timeoutMs: number,
): Promise<PlannedCheck[]> {
  const own = connections.filter(({ provider }) => provider === known.id);
  if (own.length === 0 && !known.own) return [];
  const provider = await tryToLoad(known);
  if (provider instanceof WizardError) {
    const unusable = unusableCheck(known.id, provider, own.length > 0);
    return [{ about: known.id, check: async () => unusable }];
  }
  const { id, definition } = provider;
  const byHost = new Map(own.map((record) => [record.host, record]));
  const hosts = [...byHost.values()].map((record) => ({
    about: record.host,
    check: async () =>
      stoppedCheck(provider, record) ?? checkHost(http, provider, record, timeoutMs),
  }));
  if (definition === undefined) return hosts;
  const approved = healthy(`definition:${id}`, `a file of yours, approved: ${definition}`);
  return [{ about: id, check: async () => approved }, ...hosts];
}

/** A definition that can't be used is reported as a finding. */
function unusableCheck(id: string, { advice }: WizardError, isNeeded: boolean): HealthCheck {
  const verdict = isNeeded ? verdictByReason['definition-changed'] : 'valid';
  return unhealthy(`definition:${id}`, verdict, sentence(advice), nextStep(advice));
}

/** Its host isn't asked, since it may not be the one that the user approved. */
function stoppedCheck(provider: Provider, { name, host, definition }: Connection) {
  if (definition !== provider.definition) {
    const { advice } = definitionChanged(provider, name, definition);
    return unhealthy(`connection:${name}`, 'wrong-host', sentence(advice), advice.next);
  }
  if (!provider.hosts.selfHosted) return undefined;
  return healthy(`host:${host}`, `it was typed, so only connect-wizard check ${name} asks it`);
}

async function checkHost(
  http: Http,
  provider: Provider,
  { name, host }: Connection,
  timeoutMs: number,
): Promise<HealthCheck> {
  const id = `host:${host}`;
  if (!isAllowedHost(provider, host)) {
    const what = `a record names it, and it is not one of ${provider.name}'s: it was not contacted`;
    const next = `connect-wizard remove ${name} takes that record away.`;
    return unhealthy(id, 'wrong-host', what, next);
  }
  const found = await findHost({ http }, provider, [host], timeoutMs);
  if (!isFinding(found)) {
    const status = found.unauthenticated?.status ?? 0;
    if (status >= 500) {
      const detail = `it answers with a server error (HTTP ${status})`;
      return unhealthy(id, 'undecided', detail, 'Try again in a few minutes.');
    }
    return healthy(
      id,
      found.recognised
        ? `it is ${provider.name}`
        : `it answers, and doesn't say that it is ${provider.name}`,
    );
  }
  const { reason, advice } = found;
  return unhealthy(id, verdictByReason[reason], sentence(advice), nextStep(advice));
}

/**
 * What can be found out about the way to the providers without a request: whether their names
 * resolve.
 */
async function lookUpDomains(
  http: Http,
  providers: readonly LoadableProvider[],
  concurrency: number,
): Promise<HealthCheck[]> {
  const unsent = 'no connection is stored, so no request was sent';
  if (http.usesProxy) return [healthy('network', `${unsent}; the proxy looks names up`)];
  const byDomain = new Map<string, Provider>();
  for (const provider of await Promise.all(providers.map((each) => each.load()))) {
    const domain = provider.hosts.templates[0]?.domain ?? '';
    if (domain !== '' && !byDomain.has(domain)) byDomain.set(domain, provider);
  }
  const checks = await mapPool([...byDomain], concurrency, async ([domain, provider]) => {
    const id = `host:${domain}`;
    if (await http.resolves(domain)) return healthy(id, 'its name is known');
    const advice = adviceFor(provider, 'dns', {
      host: domain,
      detail: 'its name is not known here',
    });
    return unhealthy(id, 'unreachable', sentence(advice), nextStep(advice));
  });
  return [healthy('network', unsent), ...checks];
}

function clockCheck(skewMs: number): HealthCheck {
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= LARGEST_SKEW_MS)
    return healthy('clock', `${seconds} s from that of a server`);
  const detail = `it is ${Math.round(seconds / 60)} minutes ${skewMs > 0 ? 'behind' : 'ahead of'} that of a server`;
  return unhealthy(
    'clock',
    'unreachable',
    detail,
    'Set the clock of this machine; certificates look expired otherwise.',
  );
}
