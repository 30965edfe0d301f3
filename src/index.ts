/**
 * The library: what connect-wizard stored, for other Node programs. It reads the same stores,
 * records and variables as the command line, asks nobody anything, and prints nothing.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { readEnvironment } from './adapters/environment.js';
import type { Connection } from './core/connection.js';
import { ConnectionError, UsageError, WizardError, type Advice } from './core/errors.js';
import { Interruption } from './core/interruption.js';
import { entryOfRecord } from './core/history.js';
import type { Taken } from './core/definition-check/check.js';
import type { KnownProvider } from './core/known-provider.js';
import type { Warning } from './core/ladder.js';
import type { Context } from './core/ports.js';
import { reportJson } from './core/report.js';
import { plainText } from './core/plain-text.js';
import type { ConnectionReport } from './core/report.js';
import { safeJson } from './core/safe-json.js';
import type { Reason, Verdict } from './core/verdict.js';
import { storeOptions } from './commands/command.js';
import { check } from './flows/connections/check.js';
import { findConnection } from './flows/connections/find.js';
import { getCredential } from './flows/connections/get-credential.js';
import { list } from './flows/connections/list.js';
import { markConnection } from './flows/definitions/mark-connections.js';
import { ownProviders } from './flows/definitions/own-definitions.js';
import { noteLoaded, providers as shipped, takenByShipped } from './known-providers.js';
import { sandboxServices } from './sandbox-services.js';
import { SECRET_VARIABLES } from './secret-variables.js';
import { createServices, type Services } from './services.js';
import { StoredConnection } from './stored-connection.js';

export { ConnectionError, StoredConnection, UsageError, WizardError };
export type { Advice, ConnectionReport, Reason, Verdict };

export interface GetOptions {
  /** Give it out although it was never proven. Default: false. */
  readonly allowUnverified?: boolean;
}

export interface CheckOptions {
  /** For each request, in milliseconds. Default: what the instance was opened with, else 15,000. */
  readonly timeoutMs?: number;
}

/** What an instance works with; the process's variables say what is left out. */
export interface OpenOptions {
  /** The home folder, as `CONNECT_WIZARD_HOME`. */
  readonly home?: string;
  /** Where to look beside the local records: a `vault:<mount>/<path>`, as `CONNECT_WIZARD_STORE`. */
  readonly store?: string;
  /** Of the file store. Neither another instance nor a child process gets it. */
  readonly passphrase?: string;
  /** For each request, in milliseconds. Default: 15,000. */
  readonly timeoutMs?: number;
  /**
   * A provider's id: instead of what is stored, its sandbox with one connection, such as
   * `freshservice/acme`. Nothing is sent, read from a store or kept; the other options but
   * `sandboxReason`, `signal` and `home`, where a provider of your own is, do nothing then.
   */
  readonly sandbox?: string;
  /** What `check` finds in the sandbox; `connect-wizard providers <id>` lists them. Default: `ok`. */
  readonly sandboxReason?: Reason;
  /** If it is aborted, calls under way and later ones throw its reason. */
  readonly signal?: AbortSignal;
  /**
   * Told, in words for a person and without a secret, of what is odd and stops nothing: files that
   * belong to root and are open to others, a history that can't be written. Default: nobody is told.
   */
  readonly onWarning?: (message: string) => void;
}

type LibraryContext = Pick<
  Context,
  'http' | 'stores' | 'records' | 'history' | 'clock' | 'interruption'
>;

/** What is to be said of a connection's definition. */
type Mark = (connection: Connection) => Promise<readonly Warning[]>;

type LibraryServices = Omit<LibraryContext, 'interruption'> & Pick<Services, 'close'>;

/**
 * What connect-wizard stored, for as long as it is open. The file store's key is derived once for
 * each instance, which takes about half a second. Two instances share nothing.
 *
 * Close it when you are done, in a `finally` or, from Node 24, with `await using`. An instance that
 * is forgotten keeps no process alive.
 */
export class ConnectWizard {
  readonly #services: LibraryServices;
  readonly #providers: readonly KnownProvider[];
  readonly #mark: Mark | undefined;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #warn: (message: string) => void;
  /** Calls under way. */
  readonly #calls = new Set<Promise<unknown>>();
  #closed = false;

  /** @internal */
  constructor(
    services: LibraryServices,
    providers: readonly KnownProvider[],
    options: OpenOptions,
    mark?: Mark,
  ) {
    const { timeoutMs = 15_000, signal } = options;
    this.#services = services;
    this.#providers = providers;
    this.#mark = mark;
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    this.#warn = warningsTo(options);
  }

  /**
   * A stored credential, ready for use. Asks no provider.
   *
   * @param name an exact name, or the id of a provider that has one connection only.
   * @throws {ConnectionError} by its `reason`: nothing is stored under the name (`not-stored`,
   *   `secret-lost`), the store failed (`store-…`), or it was never proven (`timeout`, `dns`, …).
   * @throws {UsageError} the provider has several, or the passphrase of the file store is missing.
   */
  get(name: string, { allowUnverified = false }: GetOptions = {}): Promise<StoredConnection> {
    return this.#call(async (context) => {
      const credential = await getCredential(context, this.#providers, name, { allowUnverified });
      const handedOver = entryOfRecord('handed-over', credential.connection);
      for (const { message } of context.history.record(handedOver)) this.#warn(message);
      return new StoredConnection(credential);
    });
  }

  /**
   * What is stored, sorted by name, with the last verdicts: no secret, no request. The warnings say
   * which connections are stopped, because the definition of a person's own is not what it was.
   */
  list(): Promise<ConnectionReport[]> {
    return this.#call(async (context) =>
      (await list(context, [], this.#mark)).map((report) => safeJson(reportJson(report))),
    );
  }

  /**
   * Asks the provider whether a stored credential still works, and remembers the answer. What is
   * wrong with it is in the report, not thrown.
   *
   * @param name an exact name, or the id of a provider that has one connection only.
   * @throws {ConnectionError} nothing is stored under the name.
   * @throws {UsageError} the provider has several, or the passphrase of the file store is missing.
   */
  check(
    name: string,
    { timeoutMs = this.#timeoutMs }: CheckOptions = {},
  ): Promise<ConnectionReport> {
    return this.#call(async (context) => {
      const { connection } = await findConnection(context, name);
      const [report] = await check(context, this.#providers, {
        names: [connection.name],
        timeoutMs,
        concurrency: 1,
      });
      if (!report) throw new Error('a connection was checked without a report');
      return safeJson(reportJson(report));
    });
  }

  /** Waits for the calls under way, then ends what is open. Later calls throw. Safe to repeat. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#calls);
    await this.#services.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #call<T>(work: (context: LibraryContext) => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error('This connect-wizard is closed.');
    this.#signal?.throwIfAborted();
    const call = this.#unlessAborted(work({ ...this.#services, interruption: new Interruption() }));
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
      // Nothing keeps the caller's process alive between calls; the next one opens it again.
      if (this.#calls.size === 0) await this.#services.close();
    }
  }

  async #unlessAborted<T>(call: Promise<T>): Promise<T> {
    const signal = this.#signal;
    if (!signal) return call;
    const stopped = new AbortController();
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), {
        once: true,
        signal: stopped.signal,
      });
    });
    try {
      return await Promise.race([call, aborted]);
    } finally {
      stopped.abort();
    }
  }
}

/**
 * Opens what is stored. Touches nothing before the first call.
 *
 * @throws {UsageError} there is no such `sandbox`, it's a provider of your own that was not approved
 *   on this machine or has faults, or no response of it leads to `sandboxReason`.
 */
export async function openConnectWizard(options: OpenOptions = {}): Promise<ConnectWizard> {
  if (options.sandbox !== undefined) return openSandboxed(options.sandbox, options);
  const services = servicesOf(options);
  const { approvals, providerFiles: files } = services;
  const mark: Mark = (connection) => markConnection({ files, approvals, shipped }, connection);
  return new ConnectWizard(services, providersOf(services), options, mark);
}

function servicesOf(options: OpenOptions): Services {
  const environment = readEnvironment(processWith(options), SECRET_VARIABLES);
  return createServices(
    environment,
    packageVersion(),
    () => process.stdin,
    storeOptions({}, false, environment.variable),
    undefined,
    warningsTo(options),
  );
}

/** The tool's words are in its commands, which a library has no other use for. */
async function takenOf(): Promise<Taken> {
  const { takenWords } = await import('./commands/taken.js');
  return { ...(await takenWords()), builtIns: await takenByShipped() };
}

/** What ships, and the definitions that were approved on this machine. */
function providersOf({ providerFiles: files, approvals }: Services): readonly KnownProvider[] {
  const own = { files, taken: takenOf, approval: { approvals, onUse: noteLoaded } };
  return [...shipped, ...ownProviders(own, new Set(shipped.map(({ id }) => id)))];
}

async function openSandboxed(id: string, options: OpenOptions): Promise<ConnectWizard> {
  const known = await knownProvider(id, options);
  const services = await sandboxServices(known, options.sandboxReason, { vaults: [] });
  const { storeRehearsed } = await import('./flows/rehearsal/rehearsed-connection.js');
  const context = { ...services, interruption: new Interruption() };
  await storeRehearsed(context, await known.load(), services.store);
  return new ConnectWizard({ ...services, close: async () => {} }, [known], options);
}

/** One that ships, for which nothing on this machine is looked at, or one of a person's own. */
async function knownProvider(id: string, options: OpenOptions): Promise<KnownProvider> {
  const ships = shipped.find((each) => each.id === id);
  if (ships) return ships;
  const services = servicesOf(options);
  try {
    const all = providersOf(services);
    const known = all.find((each) => each.id === id);
    if (known) return known;
    throw new UsageError({
      what: 'There is no such provider',
      next: `The providers are: ${all.map((each) => each.id).join(', ')}.`,
    });
  } finally {
    await services.close();
  }
}

/** As `ConnectWizard.get`, with an instance that is opened and closed for this one call. */
export async function getConnection(
  name: string,
  options: GetOptions = {},
): Promise<StoredConnection> {
  return once((instance) => instance.get(name, options));
}

/** As `ConnectWizard.list`, with an instance that is opened and closed for this one call. */
export async function listConnections(): Promise<ConnectionReport[]> {
  return once((instance) => instance.list());
}

/** As `ConnectWizard.check`, with an instance that is opened and closed for this one call. */
export async function checkConnection(
  name: string,
  options: CheckOptions = {},
): Promise<ConnectionReport> {
  return once((instance) => instance.check(name, options));
}

async function once<T>(work: (instance: ConnectWizard) => Promise<T>): Promise<T> {
  const instance = await openConnectWizard();
  try {
    return await work(instance);
  } finally {
    await instance.close();
  }
}

const LONGEST_WARNING = 1000;

/** Whoever opened the instance may print it: a path in it is of unknown origin. */
function warningsTo({ onWarning }: OpenOptions): (message: string) => void {
  return (message) => onWarning?.(plainText(message, LONGEST_WARNING));
}

/** The process as an instance sees it: its own variables, without a change to the caller's. */
function processWith({ home, store, passphrase }: OpenOptions): NodeJS.Process {
  const env = {
    ...process.env,
    ...(home !== undefined && { CONNECT_WIZARD_HOME: home }),
    ...(store !== undefined && { CONNECT_WIZARD_STORE: store }),
    ...(passphrase !== undefined && {
      CONNECT_WIZARD_PASSPHRASE: passphrase,
      CONNECT_WIZARD_PASSPHRASE_FILE: '',
    }),
  };
  return Object.create(process, { env: { value: env } }) as NodeJS.Process;
}

function packageVersion(): string {
  const path = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
