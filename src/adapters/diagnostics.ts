import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { UsageError } from '../core/errors.js';
import { healthy, unhealthy, type HealthCheck } from '../core/health.js';
import { plainText } from '../core/plain-text.js';
import type { Diagnostics } from '../core/ports.js';
import { quoted } from '../core/shell.js';
import type { Environment } from './environment.js';
import { codeOf } from './files.js';

export interface DiagnosticsOptions {
  readonly environment: Environment;
  readonly version: string;
  readonly interactive: boolean;
}

const PROXIES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];

/** What of this machine decides whether the tool can work. */
export function createDiagnostics({
  environment,
  version,
  interactive,
}: DiagnosticsOptions): Diagnostics {
  const { variable, home, platform } = environment;
  return {
    inspect() {
      const { nodeVersion, architecture } = environment;
      return [
        healthy('connect-wizard', version),
        healthy('node', `${nodeVersion} on ${platform} ${architecture}`),
        healthy(
          'terminal',
          interactive
            ? 'questions can be asked'
            : 'no questions are asked here (no terminal, --no-input, or CI)',
        ),
        ...PROXIES.flatMap((name) => proxyCheck(name, variable(name))),
        ...certificatesCheck(variable('NODE_EXTRA_CA_CERTS')),
        ...(environment.verificationOff
          ? [
              healthy(
                'tls',
                'NODE_TLS_REJECT_UNAUTHORIZED is 0, which changes nothing here: certificates are always verified',
              ),
            ]
          : []),
        homeCheck(home, platform),
      ];
    },
    async writeReport(path, text) {
      try {
        // A link or a device is not to be written to.
        const there = lstatSync(path, { throwIfNoEntry: false });
        if (there && !there.isFile()) throw badReport('it is there, and is not a file');
        writeFileSync(path, text, { mode: 0o600 });
      } catch (error) {
        throw error instanceof UsageError ? error : badReport(codeOf(error));
      }
    },
    async writeNew(path, text) {
      try {
        createWith(ofHome(path), text);
      } catch (error) {
        throw badNew(path, error);
      }
    },
  };
}

/** Without user and password. */
function proxyCheck(name: string, value: string | undefined): HealthCheck[] {
  if (value === undefined) return [];
  const id = `proxy:${name}`;
  const address = /^[a-z][a-z0-9+.-]*:\/\//iu.test(value) ? value : `http://${value}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/u.test(url.protocol)) {
    return [
      unhealthy(
        id,
        'unreachable',
        'it is not an http:// or https:// address',
        `Set ${name} to http://<host>:<port>, or unset it.`,
      ),
    ];
  }
  const login = url.username === '' ? '' : ', with a user name';
  return [healthy(id, `${url.protocol}//${url.host}${login}`)];
}

function certificatesCheck(path: string | undefined): HealthCheck[] {
  if (path === undefined) return [];
  const id = 'certificates';
  const next = 'Set NODE_EXTRA_CA_CERTS to a file of certificates in PEM form, or unset it.';
  try {
    const count = readFileSync(path, 'utf8').split('-----BEGIN CERTIFICATE-----').length - 1;
    if (count > 0) return [healthy(id, `NODE_EXTRA_CA_CERTS adds ${count}`)];
    return [
      unhealthy(id, 'unreachable', `the file of NODE_EXTRA_CA_CERTS has none (${path})`, next),
    ];
  } catch (error) {
    return [
      unhealthy(
        id,
        'unreachable',
        `the file of NODE_EXTRA_CA_CERTS cannot be read: ${codeOf(error)} (${path})`,
        next,
      ),
    ];
  }
}

function homeCheck(home: string, platform: NodeJS.Platform): HealthCheck {
  try {
    const mode = statSync(home).mode & 0o777;
    accessSync(home, constants.W_OK);
    if (platform !== 'win32' && (mode & 0o022) !== 0) {
      return unhealthy(
        'folder',
        'store-error',
        `others may change what is in ${home}`,
        `Run: chmod 700 ${quoted(home)}`,
      );
    }
    return healthy('folder', home);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return healthy('folder', `${home} (not there yet)`);
    return unhealthy(
      'folder',
      'store-error',
      `${home}: ${codeOf(error)}`,
      'Check its permissions, or choose another folder with CONNECT_WIZARD_HOME.',
    );
  }
}

function badReport(why: string): UsageError {
  return new UsageError({
    what: 'The report could not be written',
    why,
    next: 'Give the path of a file in a folder that is there: --report doctor.txt',
  });
}

/** `~/` is a habit from the shell, which is not asked here. */
function ofHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

/** What is there already is never touched, nor anything at the end of a link (O_EXCL). */
function createWith(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, text);
  } catch (error) {
    // A part of it is of no use, and would be in the way of the next attempt.
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

function badNew(path: string, error: unknown): UsageError {
  const code = codeOf(error);
  // Typed by hand or pasted: it may hold what a terminal would obey.
  const shown = plainText(path);
  return new UsageError({
    what: 'The file could not be written',
    why: NEW_FILE_FAULTS[code]?.(shown) ?? `${shown}: ${code}`,
    next: 'Give another name, or a path in a folder that is there.',
  });
}

const NEW_FILE_FAULTS: Readonly<Record<string, (path: string) => string>> = {
  EEXIST: (path) => `there is something named ${path} already, and it stays as it is`,
  EISDIR: (path) => `${path} is the name of a folder`,
  ENOENT: (path) => `there is no folder ${dirname(path)}`,
  ENOTDIR: (path) => `${dirname(path)} is not a folder`,
  EACCES: (path) => `you may not write in ${dirname(path)}`,
  EPERM: (path) => `you may not write in ${dirname(path)}`,
  EROFS: (path) => `nothing can be written in ${dirname(path)}`,
  ENAMETOOLONG: () => 'the name is too long',
  ENOSPC: (path) => `there is no room left in ${dirname(path)}`,
};
