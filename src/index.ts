/**
 * The library: what connect-wizard stored, for other Node programs. It reads the same stores,
 * records and variables as the command line, asks nobody anything, and prints nothing.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { readEnvironment } from './adapters/environment.js';
import { authHeaders } from './core/auth-scheme.js';
import { ConnectionError, UsageError, WizardError, type Advice } from './core/errors.js';
import { Interruption } from './core/interruption.js';
import { entryOfRecord } from './core/history.js';
import type { Context } from './core/ports.js';
import { reportJson } from './core/report.js';
import type { ConnectionReport } from './core/report.js';
import { safeJson } from './core/safe-json.js';
import { revealAll } from './core/secret.js';
import { verdictByReason, type Reason, type Verdict } from './core/verdict.js';
import { storeOptions } from './commands/command.js';
import { check } from './flows/connections/check.js';
import { findConnection } from './flows/connections/find.js';
import { getCredential, type Credential } from './flows/connections/get-credential.js';
import { list } from './flows/connections/list.js';
import { providers } from './known-providers.js';
import { createServices, SECRET_VARIABLES, type Services } from './services.js';

export { ConnectionError, UsageError, WizardError };
export type { Advice, ConnectionReport, Reason, Verdict };

export interface GetOptions {
  /** Give it out although it was never proven. Default: false. */
  readonly allowUnverified?: boolean;
}

export interface CheckOptions {
  /** For each request, in milliseconds. Default: 15,000. */
  readonly timeoutMs?: number;
}

/**
 * A stored credential. Its secrets are behind getters: printing the object, or making JSON of it,
 * does not show them.
 */
export class StoredConnection {
  /** `freshservice/acme` */
  readonly name: string;
  /** `freshservice` */
  readonly provider: string;
  /** `acme.freshservice.com` */
  readonly host: string;
  /** `https://acme.freshservice.com`, without a slash at the end. */
  readonly baseUrl: string;
  /** What the last check said. Reading a connection asks no provider; `checkConnection` does. */
  readonly verdict: Verdict;
  readonly reason: Reason;
  /** The last time the provider took the credential, ISO 8601 in UTC; `null`: never. */
  readonly lastValidAt: string | null;
  readonly #credential: Credential;

  /** @internal */
  constructor(credential: Credential) {
    const { name, provider, host, reason, lastValidAt } = credential.connection;
    this.name = name;
    this.provider = provider;
    this.host = host;
    this.baseUrl = `https://${host}`;
    this.verdict = verdictByReason[reason];
    this.reason = reason;
    this.lastValidAt = lastValidAt;
    this.#credential = credential;
  }

  /** What makes a request of it: `{ authorization: 'Basic …' }`. Secret; send it to `host` alone. */
  get headers(): Record<string, string> {
    const { provider, values } = this.#credential;
    return revealAll(authHeaders(provider.auth, values));
  }

  /** Every field by its id, the secret ones too: `{ domain: 'acme', apiKey: '…' }`. */
  get fields(): Record<string, string> {
    return revealAll(this.#credential.values);
  }
}

/**
 * A stored credential, ready for use. Asks no provider.
 *
 * @param name an exact name, or the id of a provider that has one connection only.
 * @throws {ConnectionError} by its `reason`: nothing is stored under the name (`not-stored`,
 *   `secret-lost`), the store failed (`store-…`), or it was never proven (`timeout`, `dns`, …).
 * @throws {UsageError} the provider has several, or the passphrase of the file store is missing.
 */
export async function getConnection(
  name: string,
  { allowUnverified = false }: GetOptions = {},
): Promise<StoredConnection> {
  return withWorld(async (context) => {
    const credential = await getCredential(context, providers, name, { allowUnverified });
    // What can't be written is a warning, and a library prints none.
    context.history.record(entryOfRecord('handed-over', credential.connection));
    return new StoredConnection(credential);
  });
}

/** What is stored, sorted by name, with the last verdicts: no secret, no request. */
export async function listConnections(): Promise<ConnectionReport[]> {
  return withWorld(async (context) =>
    (await list(context, [])).map((report) => safeJson(reportJson(report))),
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
export async function checkConnection(
  name: string,
  { timeoutMs = 15_000 }: CheckOptions = {},
): Promise<ConnectionReport> {
  return withWorld(async (context) => {
    const { connection } = await findConnection(context, name);
    const [report] = await check(context, providers, {
      names: [connection.name],
      timeoutMs,
      concurrency: 1,
    });
    if (!report) throw new Error('a connection was checked without a report');
    return safeJson(reportJson(report));
  });
}

type LibraryContext = Pick<
  Context,
  'http' | 'stores' | 'records' | 'history' | 'clock' | 'interruption'
>;

interface KeptWorld {
  readonly settings: string;
  readonly world: Services;
  /** Calls under way. */
  users: number;
}

/** For the next call: a file store is unlocked once a process, which takes half a second. */
let kept: KeptWorld | undefined;

/** Nothing of the world keeps the caller's process alive after a call. */
async function withWorld<T>(work: (context: LibraryContext) => Promise<T>): Promise<T> {
  const own = worldOf(JSON.stringify(process.env));
  own.users += 1;
  try {
    return await work({ ...own.world, interruption: new Interruption() });
  } finally {
    own.users -= 1;
    // Another call may be in the middle of its work.
    if (own.users === 0) await own.world.close();
  }
}

/** @param settings other ones lead to another home or another passphrase. */
function worldOf(settings: string): KeptWorld {
  if (kept?.settings === settings) return kept;
  const environment = readEnvironment(process, SECRET_VARIABLES);
  const world = createServices(
    environment,
    packageVersion(),
    () => process.stdin,
    storeOptions({}, false, environment.variable),
  );
  kept = { settings, world, users: 0 };
  return kept;
}

function packageVersion(): string {
  const path = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
