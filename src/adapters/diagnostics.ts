import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { NetworkError, sentence, StoreError, UsageError } from '../core/errors.js';
import { broken, healthy, unhealthy, type HealthCheck } from '../core/health.js';
import { plainText } from '../core/plain-text.js';
import type { Diagnostics } from '../core/ports.js';
import type { Environment } from './environment.js';
import { certificatesFault, readExtraCertificates } from './certificates.js';
import { codeOf, fileFailed } from './file-failure.js';
import { leftoversIn } from './files.js';
import type { Folders } from './folders.js';
import { permissionChecks } from './permissions.js';
import {
  EVERY_HOST,
  readProxyAddress,
  readProxySettings,
  type ProxySettings,
  type ProxyVariable,
} from './proxy.js';

export interface DiagnosticsOptions {
  readonly environment: Environment;
  readonly version: string;
  readonly interactive: boolean;
}

/** Everything on this machine that decides whether the tool can work. */
export function createDiagnostics({
  environment,
  version,
  interactive,
}: DiagnosticsOptions): Diagnostics {
  return {
    async inspect(repair) {
      const { variable, folders, platform, nodeVersion, architecture } = environment;
      return [
        healthy('connect-wizard', `${version}, ${startedAs(environment)}`),
        healthy('node', `${nodeVersion} on ${platform} ${architecture}`),
        healthy(
          'terminal',
          interactive
            ? 'questions can be asked'
            : 'no questions are asked here (no terminal, --no-input, or CI)',
        ),
        ...proxyChecks(readProxySettings(variable)),
        ...(await certificatesCheck(variable('NODE_EXTRA_CA_CERTS'))),
        ...(environment.verificationOff
          ? [
              healthy(
                'tls',
                'NODE_TLS_REJECT_UNAUTHORIZED is 0, which changes nothing here: certificates are always verified',
              ),
            ]
          : []),
        ...folders.ignored.map((name) =>
          healthy(`folder:${name}`, 'it is not an absolute path, and so it is ignored'),
        ),
        homeCheck(folders),
        ...(await permissionChecks(environment)),
        ...leftoverChecks(folders, repair),
      ];
    },
    async writeReport(path, text) {
      const file = environment.folders.expand(path);
      try {
        // Never write to a link or a device.
        const there = lstatSync(file, { throwIfNoEntry: false });
        if (there && !there.isFile()) throw badReport('it is there, and is not a file');
        // Others may be able to read the old file, so a new one replaces it.
        rmSync(file, { force: true });
        writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
      } catch (error) {
        throw error instanceof UsageError ? error : badReport(whyNot(error));
      }
    },
    async writeNew(path, text, next = OTHER_PATH) {
      try {
        createWith(environment.folders.expand(path), text);
      } catch (error) {
        throw error instanceof UsageError ? error : badNew(path, error, next);
      }
    },
  };
}

function startedAs({ installation, scriptPath }: Environment): string {
  return `${INSTALLATIONS[installation]} (${scriptPath})`;
}

const INSTALLATIONS: Readonly<Record<Environment['installation'], string>> = {
  npx: 'started by npx',
  dlx: 'started by pnpm dlx, yarn dlx or bunx',
  global: 'installed for all folders',
  local: 'installed in a project',
  other: 'started from its own folder',
};

function proxyChecks(settings: ProxySettings): HealthCheck[] {
  const { https, http, none, unread } = settings;
  const variables = [http, https].filter((each) => each !== undefined);
  // A proxy in both variables is shown once, under the name that counts for the providers.
  const addresses = new Map(variables.map((each) => [each.value, each]));
  const checks = [...addresses.values()].map(proxyCheck);
  if (none === EVERY_HOST) {
    checks.push(healthy('proxy:NO_PROXY', 'it names every host, so that no proxy is used'));
  } else if (none !== undefined && checks.length > 0) {
    checks.push(healthy('proxy:NO_PROXY', `without a proxy: ${plainText(none, 200)}`));
  }
  if (unread === undefined) return checks;
  const detail = 'it is not read here';
  const next = `If this machine reaches the internet through it: ${unread.remedy}.`;
  return [...checks, unhealthy(`proxy:${unread.name}`, 'unreachable', detail, next)];
}

/** Shows no user name and no password. */
function proxyCheck(variable: ProxyVariable): HealthCheck {
  const id = `proxy:${variable.name}`;
  try {
    const { protocol, host, username } = readProxyAddress(variable);
    return healthy(id, `${protocol}//${host}${username === '' ? '' : ', with a user name'}`);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const next = `Set ${variable.name} to http://<host>:<port>, or unset it.`;
    return unhealthy(id, 'unreachable', error.message, next);
  }
}

async function certificatesCheck(path: string | undefined): Promise<HealthCheck[]> {
  if (path === undefined) return [];
  const id = 'certificates';
  const found = await readExtraCertificates(path);
  const fault = certificatesFault(found);
  if (fault === undefined) return [healthy(id, `NODE_EXTRA_CA_CERTS adds ${found.count}`)];
  const next =
    'Set NODE_EXTRA_CA_CERTS to a file of certificates in PEM form, whose lines are whole (openssl x509 -in <file> shows whether one is), or unset it.';
  return [unhealthy(id, 'unreachable', `${fault} (${path})`, next)];
}

function homeCheck(folders: Folders): HealthCheck {
  const id = 'folder';
  let home: string;
  try {
    home = folders.home();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return unhealthy(id, 'store-error', sentence(error.advice), error.advice.next);
  }
  try {
    // A slash at its end makes a file fail with ENOTDIR.
    accessSync(`${home}${sep}`, constants.W_OK);
    return healthy(id, home);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return healthy(id, `${home} (not there yet)`);
    return broken(id, fileFailed('The folder cannot be used', home, error));
  }
}

/** What killed saves left behind. It's encrypted or contains no secret. */
function leftoverChecks({ home, state }: Folders, repair: boolean): HealthCheck[] {
  const id = 'leftovers';
  const what = 'What a save left behind could not be deleted';
  try {
    const below = ['', 'connections', 'secrets', 'requests', 'providers'];
    const folders = [...below.map((name) => join(home(), name)), state()];
    const left = folders.flatMap((folder) => leftoversIn(what, folder));
    if (left.length === 0) return [];
    const found = `of saves that were cut off, ${left.length === 1 ? 'a file' : `${left.length} files`} stayed behind`;
    if (!repair) {
      const next = 'connect-wizard doctor --repair takes that away.';
      return [unhealthy(id, 'missing', found, next)];
    }
    for (const path of left) rmSync(path, { force: true });
    return [healthy(id, `${found}, and was taken away`)];
  } catch (error) {
    // A missing home has a check of its own.
    if (error instanceof UsageError) return [];
    if (error instanceof StoreError) return [broken(id, error)];
    return [unhealthy(id, 'store-error', `${what}: ${codeOf(error)}`, 'Check the folder.')];
  }
}

function whyNot(error: unknown): string {
  const code = codeOf(error);
  return code === 'ENOENT' ? 'there is no such folder' : code;
}

function badReport(why: string): UsageError {
  return new UsageError({
    what: 'The report could not be written',
    why,
    next: 'Give the path of a file in a folder that is there: --report doctor.txt',
  });
}

/** Never touches an existing file, or anything at the end of a link (O_EXCL). */
function createWith(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, text);
  } catch (error) {
    // An incomplete file is of no use, and would block the next attempt.
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

const OTHER_PATH = 'Give another name, or a path in a folder that is there.';

function badNew(path: string, error: unknown, next: string): UsageError {
  const code = codeOf(error);
  // The path was typed or pasted, so it may contain escape sequences.
  const shown = plainText(path);
  const folder = dirname(shown) === '.' ? 'this folder' : dirname(shown);
  return new UsageError({
    what: 'The file could not be written',
    why: NEW_FILE_FAULTS[code]?.(shown, folder) ?? `${shown}: ${code}`,
    next,
  });
}

const NEW_FILE_FAULTS: Readonly<Record<string, (path: string, folder: string) => string>> = {
  EEXIST: (path) => `there is something named ${path} already, and it stays as it is`,
  EISDIR: (path) => `${path} is the name of a folder`,
  ENOENT: (_, folder) => `there is no folder ${folder}`,
  ENOTDIR: (_, folder) => `${folder} is not a folder`,
  EACCES: (_, folder) => `you may not write in ${folder}`,
  EPERM: (_, folder) => `you may not write in ${folder}`,
  EROFS: (_, folder) => `nothing can be written in ${folder}`,
  ENAMETOOLONG: () => 'the name is too long',
  ENOSPC: (_, folder) => `there is no room left in ${folder}`,
};
