/**
 * The library: it gives other Node programs what connect-wizard has stored. It reads the same
 * stores, records and variables as the command line. It asks no questions and prints nothing.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import {
  ConnectWizard,
  warningsTo,
  type CheckOptions,
  type GetOptions,
  type OpenOptions,
} from './connect-wizard.js';
import { readEnvironment } from './adapters/environment.js';
import { ConnectionError, UsageError, WizardError, type Advice } from './core/errors.js';
import { Interruption } from './core/interruption.js';
import type { KnownProvider } from './core/known-provider.js';
import type { ConnectionReport } from './core/report.js';
import type { Reason, Verdict } from './core/verdict.js';
import { storeOptions } from './commands/options.js';
import { marksOf } from './flows/definitions/mark-connections.js';
import { ownProviders } from './flows/definitions/own-definitions.js';
import { providers as shipped, taken } from './known-providers.js';
import { sandboxServices } from './sandbox-services.js';
import { SECRET_VARIABLES } from './secret-variables.js';
import { createServices, type Services } from './services.js';
import { StoredConnection } from './stored-connection.js';

export { ConnectionError, ConnectWizard, StoredConnection, UsageError, WizardError };
export type { Advice, CheckOptions, ConnectionReport, GetOptions, OpenOptions, Reason, Verdict };

/**
 * Opens an instance. It touches nothing before its first call.
 *
 * @throws {UsageError} `sandbox` is unknown, or is a provider of your own that has faults or wasn't
 *   approved on this machine. Or no response of the sandbox leads to `sandboxReason`.
 */
export async function openConnectWizard(options: OpenOptions = {}): Promise<ConnectWizard> {
  if (options.sandbox !== undefined) return openSandboxed(options.sandbox, options);
  const services = servicesOf(options);
  const { approvals, providerFiles: files } = services;
  return new ConnectWizard(services, providersOf(services), options, (connections) =>
    marksOf({ files, approvals, shipped }, connections),
  );
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

/** The built-in providers, and the definitions that were approved on this machine. */
function providersOf({
  providerFiles: files,
  approvals,
  noteOwn,
}: Services): readonly KnownProvider[] {
  const own = { files, taken, approval: { approvals, onUse: noteOwn } };
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

/** A built-in provider, found without looking at this machine, or one of the user's own. */
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

/** Calls `ConnectWizard.get` on an instance that is opened and closed for this one call. */
export async function getConnection(
  name: string,
  options: GetOptions = {},
): Promise<StoredConnection> {
  return withInstance((instance) => instance.get(name, options));
}

/** Calls `ConnectWizard.list` on an instance that is opened and closed for this one call. */
export async function listConnections(): Promise<ConnectionReport[]> {
  return withInstance((instance) => instance.list());
}

/** Calls `ConnectWizard.check` on an instance that is opened and closed for this one call. */
export async function checkConnection(
  name: string,
  options: CheckOptions = {},
): Promise<ConnectionReport> {
  return withInstance((instance) => instance.check(name, options));
}

async function withInstance<T>(work: (instance: ConnectWizard) => Promise<T>): Promise<T> {
  const instance = await openConnectWizard();
  try {
    return await work(instance);
  } finally {
    await instance.close();
  }
}

/** The process with this instance's own variables. The caller's environment doesn't change. */
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
