import { fileURLToPath } from 'node:url';
import { AGE_FILE, createAgeFile } from './adapters/age-file.js';
import { createResumeFile } from './adapters/resume-file.js';
import { createCredentialHelper } from './adapters/credential-helper.js';
import type { Environment } from './adapters/environment.js';
import { createHistory } from './adapters/history.js';
import { createHttp } from './adapters/http.js';
import { createApprovals } from './adapters/approvals.js';
import { createFileGuard } from './adapters/file-guard.js';
import { createHelperConsent } from './adapters/helper-consent.js';
import {
  createMemoryApprovals,
  createMemoryResumePoints,
  createNoHistory,
} from './adapters/memory.js';
import { createKeychain } from './adapters/keychain.js';
import { lazy } from './adapters/lazy.js';
import { createPassphrase } from './adapters/passphrase.js';
import { createProviderFiles } from './adapters/provider-files.js';
import { readProxySettings } from './adapters/proxy.js';
import { createRecords } from './adapters/records.js';
import { createRequestFiles } from './adapters/request-files.js';
import { createSealing } from './adapters/sealing.js';
import { createSecretInput } from './adapters/secret-input.js';
import { createStores } from './adapters/stores.js';
import { createVaults } from './adapters/vaults.js';
import { joinRecords, recordsOnlyIn } from './adapters/joined-records.js';
import { sentence, UsageError } from './core/errors.js';
import { isAllowedAddress } from './core/wall.js';
import type { Provider } from './core/provider.js';
import type { StoreOptions } from './core/store.js';
import type {
  Clock,
  Context,
  ProviderFiles,
  SecretInput,
  SecretStore,
  Terminal,
} from './core/ports.js';
import { rateLimited } from './adapters/rate-limited-http.js';
import { loadedProviders } from './known-providers.js';
import type { RequestPorts } from './flows/sealed-request/ports.js';

/** In milliseconds. A person may need a minute to unlock a store, but a job has nobody to ask. */
const STORE_LIMIT_MS = { interactive: 60_000, alone: 3000 };

/** The machine's clock. */
export const clock: Clock = {
  now: () => new Date(),
  sleep: (milliseconds) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    }),
};

/** What the program and the library share: the network, the stores, the records. */
export interface Services
  extends
    Pick<
      Context,
      'http' | 'stores' | 'records' | 'resumePoints' | 'history' | 'approvals' | 'clock'
    >,
    Omit<RequestPorts, 'pages'> {
  readonly secretInput: SecretInput;
  readonly providerFiles: ProviderFiles;
  /** Lets requests go to the hosts of a user's own provider, once it may be used. */
  readonly noteOwn: (provider: Provider) => void;
  /** Closes what is open and would keep the process alive. A later call opens it again. */
  close(): Promise<void>;
}

/**
 * Builds the adapters. Nothing is touched and nothing heavy is loaded before it's used.
 *
 * @param version the package's version, for the User-Agent.
 * @param terminal left out if nobody can be asked.
 * @param warn called with warnings that stop nothing. Default: the terminal prints them.
 */
export function createServices(
  environment: Environment,
  version: string,
  stdin: () => NodeJS.ReadStream,
  { vaults: vaultIds, helpers, only, timeoutMs = 15_000, concurrency = 8 }: StoreOptions,
  terminal?: Terminal,
  warn: (message: string) => void = (message) => terminal?.warn(message),
): Services {
  const { platform, userId, childEnv: env, nodePath, folders, variable } = environment;
  const interactive = terminal?.interactive === true;
  const limitMs = interactive ? STORE_LIMIT_MS.interactive : STORE_LIMIT_MS.alone;
  const secretInput = createSecretInput(stdin, folders.expand, userId);
  const guard = createFileGuard({
    platform,
    userId,
    warn: (advice) => warn(`${sentence(advice)} ${advice.next}`),
  });
  const passphrase = createPassphrase({
    variable,
    secretInput,
    checkFile(path) {
      const what = 'The file with the passphrase was not read';
      guard.checkFile(what, folders.expand(path), { secret: true });
    },
    terminal,
  });
  const keychain = createKeychain({
    platform,
    uid: userId,
    env,
    nodePath,
    childPath: fileURLToPath(new URL('keychain-child.js', import.meta.url)),
    service: variable('CONNECT_WIZARD_KEYCHAIN_SERVICE') ?? 'connect-wizard',
    limitMs,
    onWaiting: () => {
      if (!interactive) return;
      terminal.note(
        'Your keychain has not answered yet. Look for a window that asks for its password; waiting up to 60 s.',
      );
    },
  });
  const proxy = readProxySettings(variable);
  const userAgent = `connect-wizard/${version}`;
  // Another instance of the library may have another home, and other providers in it.
  const own = new Map<string, Provider>();
  const http = createHttp({
    proxy,
    userAgent,
    extraCertificates: variable('NODE_EXTRA_CA_CERTS'),
    mostIdle: concurrency,
    allows: (address) => isAllowedAddress([...loadedProviders(), ...own.values()], address),
  });
  const vaults = createVaults(vaultIds, {
    variable,
    platform,
    user: environment.user,
    userHome: ifThereIsOne(() => folders.expand('~')),
    clock,
    timeoutMs,
    concurrency,
    proxy,
    userAgent,
  });
  // Even without a home, a credential can be checked.
  const [home, state] = [folders.home, folders.state].map(ifThereIsOne);
  const local = lazy(() => createRecords(folders.home(), guard));
  const records = joinRecords(local, vaults.byId);
  const file = lazy(
    () =>
      createAgeFile({
        home: folders.home(),
        variable,
        expand: folders.expand,
        passphrase,
        guard,
      }),
    { description: AGE_FILE },
  );
  const required = {
    get file() {
      return file.missing;
    },
  };
  const approvals = state === undefined ? createMemoryApprovals() : createApprovals(state, guard);
  const permit = createHelperConsent({
    named: helpers,
    expand: folders.expand,
    approvals,
    platform,
    env,
    terminal,
  });
  const createHelper = (program: string): SecretStore =>
    createCredentialHelper({ program, env, limitMs, permit });
  return {
    http: rateLimited(http, clock),
    stores: createStores({ keychain, file }, required, createHelper, vaults.byId),
    records: only === undefined ? records : recordsOnlyIn(records, only),
    resumePoints: home === undefined ? createMemoryResumePoints() : createResumeFile(home, guard),
    history:
      state === undefined
        ? createNoHistory()
        : createHistory({
            folder: state,
            guard,
            clock,
            off: variable('CONNECT_WIZARD_HISTORY') === 'off',
            facts: () => ({ version, user: environment.user(), terminal: interactive }),
          }),
    requests: lazy(() => createRequestFiles(folders.home(), guard)),
    sealing: createSealing(),
    approvals,
    providerFiles: createProviderFiles(folders.home, guard, folders.expand),
    noteOwn: (provider) => own.set(provider.id, provider),
    clock,
    secretInput,
    async close() {
      await Promise.all([keychain.close(), http.close(), vaults.close()]);
    },
  };
}

function ifThereIsOne(find: () => string): string | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
