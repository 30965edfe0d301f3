import { httpUntil } from './adapters/http-until.js';
import { Interruption } from './core/interruption.js';
import { entryOfRecord } from './core/history.js';
import type { KnownProvider } from './core/known-provider.js';
import type { Context } from './core/ports.js';
import { reportJson, type ConnectionReport } from './core/report.js';
import { plainText } from './core/plain-text.js';
import { safeJson } from './core/safe-json.js';
import type { Reason } from './core/verdict.js';
import { check } from './flows/connections/check.js';
import { findConnection } from './flows/connections/find.js';
import { getCredential } from './flows/connections/get-credential.js';
import { list } from './flows/connections/list.js';
import type { MarksOf } from './flows/definitions/mark-connections.js';
import type { Services } from './services.js';
import { StoredConnection } from './stored-connection.js';

export interface GetOptions {
  /** Return a credential even if the provider never accepted it. Default: false. */
  readonly allowUnverified?: boolean;
}

export interface CheckOptions {
  /** Time limit of each request, in milliseconds. Default: the instance's own, else 15,000. */
  readonly timeoutMs?: number;
}

/** How to set up an instance. Environment variables provide what is left out. */
export interface OpenOptions {
  /** The home folder, like `CONNECT_WIZARD_HOME`. */
  readonly home?: string;
  /**
   * Where to look besides the local records: `vault:<mount>/<path>`, like `CONNECT_WIZARD_STORE`.
   */
  readonly store?: string;
  /** The passphrase of the file store. No other instance and no child process gets it. */
  readonly passphrase?: string;
  /** Time limit of each request, in milliseconds. Default: 15,000. */
  readonly timeoutMs?: number;
  /**
   * The id of a provider whose sandbox replaces what is stored. The sandbox has one connection,
   * such as `freshservice/acme`. No request is sent, no store is read, and nothing is kept. Of the
   * other options, only `sandboxReason`, `signal` and `home` count; a provider of your own is found
   * in `home`.
   */
  readonly sandbox?: string;
  /**
   * What `check` reports in the sandbox. `connect-wizard providers <id>` lists the reasons.
   * Default: `ok`.
   */
  readonly sandboxReason?: Reason;
  /** If it's aborted, calls under way and later calls reject with its reason. */
  readonly signal?: AbortSignal;
  /**
   * Called with warnings that stop nothing: a file of root that others can access, a history that
   * can't be written. Each is a text for a person and contains no secret. Default: warnings are
   * dropped.
   */
  readonly onWarning?: (message: string) => void;
}

type LibraryContext = Pick<
  Context,
  'http' | 'stores' | 'records' | 'history' | 'clock' | 'interruption'
>;

type LibraryServices = Omit<LibraryContext, 'interruption'> & Pick<Services, 'close'>;

/**
 * Gives access to what connect-wizard has stored, until it's closed. Each instance derives the file
 * store's key once, which takes about half a second. Instances share nothing.
 *
 * Close it when you're done: in a `finally`, or with `await using` from Node 24. A forgotten
 * instance doesn't keep the process alive.
 */
export class ConnectWizard {
  readonly #services: LibraryServices;
  readonly #providers: readonly KnownProvider[];
  readonly #marksOf: MarksOf | undefined;
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
    marksOf?: MarksOf,
  ) {
    const { timeoutMs = 15_000, signal } = options;
    this.#services = signal ? { ...services, http: httpUntil(signal, services.http) } : services;
    this.#providers = providers;
    this.#marksOf = marksOf;
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    this.#warn = warningsTo(options);
  }

  /**
   * Returns a stored credential, ready for use. It doesn't ask the provider.
   *
   * @param name an exact name, or the id of a provider with just one connection.
   * @throws {ConnectionError} its `reason` says why: nothing is stored under the name
   *   (`not-stored`, `secret-lost`), the store failed (`store-…`), or the credential was never
   *   accepted (`timeout`, `dns`, …).
   * @throws {UsageError} the provider has several connections, or the file store's passphrase is
   *   missing.
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
   * Lists what is stored, sorted by name, with the result of each last check. It reads no secret
   * and sends no request. A connection has a warning if it's stopped because your own definition of
   * its provider has changed.
   */
  list(): Promise<ConnectionReport[]> {
    return this.#call(async (context) =>
      (await list(context, [], this.#marksOf)).map((report) => safeJson(reportJson(report))),
    );
  }

  /**
   * Asks the provider whether a stored credential still works, and records the answer. If it
   * doesn't work, the report says so; nothing is thrown.
   *
   * @param name an exact name, or the id of a provider with just one connection.
   * @throws {ConnectionError} nothing is stored under the name.
   * @throws {UsageError} the provider has several connections, or the file store's passphrase is
   *   missing.
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

  /**
   * Waits for the calls under way, then closes what is open. Later calls throw. It's safe to call
   * again.
   */
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
      // Nothing keeps the caller's process alive between calls. The next call opens it again.
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

const LONGEST_WARNING = 1000;

/** The caller may print the warnings, and a path in them may be of unknown origin. @internal */
export function warningsTo({ onWarning }: OpenOptions): (message: string) => void {
  return (message) => onWarning?.(plainText(message, LONGEST_WARNING));
}
