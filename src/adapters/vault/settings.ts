import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError, UsageError } from '../../core/errors.js';
import { plainText } from '../../core/plain-text.js';
import { Secret } from '../../core/secret.js';
import { quoted } from '../../core/shell.js';
import { codeOf } from '../file-failure.js';
import { withOpenFile } from '../read-file.js';
import { VAULT_TOKEN_VARIABLES } from '../secret-variables.js';

/**
 * Where the server is and who asks it. The command-line tools `vault` and `bao` use the same
 * settings.
 */
export interface VaultSettings {
  /** Without a slash at the end. It may have a path, behind a reverse proxy. */
  readonly address: string;
  readonly token: Secret;
  readonly namespace: string | undefined;
}

export interface VaultEnvironment {
  /** A variable's value. An empty one counts as missing. */
  readonly variable: (name: string) => string | undefined;
  /** The folder of `~/.vault-token`; undefined if this user has none. */
  readonly userHome: string | undefined;
  readonly platform: NodeJS.Platform;
}

/** Variables that would switch verification off. They are ignored. */
export const IGNORED_VARIABLES: readonly string[] = ['VAULT_SKIP_VERIFY', 'BAO_SKIP_VERIFY'];

/** Paths of PEM files, for the TLS connection to the server. */
export interface VaultTls {
  readonly ca: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/**
 * Reads the variables on first use, so that an incomplete set only fails runs that need the server.
 */
export interface VaultSettingsReader {
  /**
   * @throws {UsageError} `VAULT_…` and `BAO_…` contradict each other, or the address has a user
   *   name.
   * @throws {StoreError} `store-unavailable`: there is no address that can be used. `store-denied`:
   *   there is no token that can be used.
   */
  read(): VaultSettings;
  /** @throws {UsageError} `VAULT_…` and `BAO_…` contradict each other. */
  tls(): VaultTls;
  /** The server's name in a sentence and in JSON: `Vault at https://vault.example.com`. */
  readonly backend: string;
  /** The command-line tool of this server, for next steps. */
  readonly tool: 'vault' | 'bao';
  /** How to get a new token: the beginning of a next step that ends with `<tool> login`. */
  readonly login: string;
}

export function createVaultSettings(environment: VaultEnvironment): VaultSettingsReader {
  const { variable } = environment;
  const tool = variable('VAULT_ADDR') === undefined && variable('BAO_ADDR') ? 'bao' : 'vault';
  return {
    tool,
    backend: nameOf(variable),
    login: loginWith(VAULT_TOKEN_VARIABLES.filter((name) => variable(name) !== undefined)),
    read: () => ({
      address: readAddress(variable),
      token: readToken(environment, tool),
      namespace: readNamespace(variable),
    }),
    tls: () => ({
      ca: either(variable, 'CACERT'),
      certificate: either(variable, 'CLIENT_CERT'),
      key: either(variable, 'CLIENT_KEY'),
    }),
  };
}

/** @param given the variables with a token. They take precedence over what a login keeps. */
function loginWith(given: readonly string[]): string {
  if (given.length === 0) return 'Log in again';
  return `Give ${given.join(' and ')} a new token, or unset ${given.length > 1 ? 'them' : 'it'} and log in`;
}

/** An address that can't be used isn't shown, because it may contain a password. */
function nameOf(variable: VaultEnvironment['variable']): string {
  try {
    return `Vault at ${readAddress(variable)}`;
  } catch {
    return 'Vault';
  }
}

/** @throws {UsageError} both variables are set, and differ. */
function either(
  variable: VaultEnvironment['variable'],
  name: string,
  clean: (value: string) => string = (value) => value,
): string | undefined {
  const names = [`VAULT_${name}`, `BAO_${name}`];
  const values = names.map((each) => clean(variable(each) ?? '') || undefined);
  const [vault, bao] = values;
  if (vault === undefined || bao === undefined || vault === bao) return vault ?? bao;
  throw new UsageError({
    what: `${names.join(' and ')} disagree`,
    why: 'they mean the same setting, under the names of Vault and of OpenBao',
    next: 'Unset one of them.',
  });
}

function readAddress(variable: VaultEnvironment['variable']): string {
  const address = either(variable, 'ADDR', (value) => value.trim().replace(/\/+$/u, ''));
  if (address === undefined) {
    throw unusable(
      'VAULT_ADDR is not set',
      'Set VAULT_ADDR (or BAO_ADDR) to the address of the server, for example https://vault.example.com:8200.',
    );
  }
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && (url.username !== '' || url.password !== '')) {
    throw new UsageError({
      what: 'The address in VAULT_ADDR has a user name in it',
      why: 'Vault takes a token, and what is in an address ends up in logs',
      next: 'Take it out of the address, and give the token in VAULT_TOKEN.',
    });
  }
  if (!url || !/^https?:$/u.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw unusable(
      'VAULT_ADDR is no address of a server',
      'It has to look like https://vault.example.com:8200.',
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw unusable(
      'VAULT_ADDR begins with http: and leads to another machine, which would read the token and every secret on the way',
      'Use https; a CA of your own goes into VAULT_CACERT.',
    );
  }
  return address;
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/u.test(hostname);
}

function unusable(why: string, next: string): StoreError {
  return new StoreError('store-unavailable', { what: 'Vault cannot be reached', why, next });
}

function readNamespace(variable: VaultEnvironment['variable']): string | undefined {
  const namespace = either(variable, 'NAMESPACE', (value) => value.replaceAll(/^\/+|\/+$/gu, ''));
  if (namespace === undefined || isHeaderValue(namespace)) return namespace;
  throw unusable(
    'VAULT_NAMESPACE has characters that no namespace has',
    'Check it for blanks and line breaks.',
  );
}

/**
 * Finds the token like Vault's own command line: in the variable, or in the file that `vault login`
 * writes.
 */
function readToken(environment: VaultEnvironment, tool: string): Secret {
  const { variable } = environment;
  const token = either(variable, 'TOKEN', withoutLineEnd) ?? readTokenFile(environment);
  if (token === undefined) {
    throw new StoreError('store-denied', {
      what: 'Vault was not asked',
      why: 'there is no token: VAULT_TOKEN is not set, and there is no ~/.vault-token',
      next: 'Log in, or set VAULT_TOKEN (or BAO_TOKEN):',
      command: `${tool} login`,
    });
  }
  // Checked here, because others would report an invalid header with its value.
  const secret = new Secret(token);
  if (isHeaderValue(token)) return secret;
  throw new StoreError('store-denied', {
    what: 'Vault was not asked',
    why: 'the token has characters that no token has, such as a blank or a line break',
    next: 'Log in again, or set VAULT_TOKEN to only the token:',
    command: `${tool} login`,
  });
}

function readTokenFile({ userHome, platform }: VaultEnvironment): string | undefined {
  if (userHome === undefined) return undefined;
  const path = join(userHome, '.vault-token');
  try {
    return withOpenFile(path, (file, stats) => {
      if (!stats.isFile()) throw unreadable(path, 'is no file');
      const { mode } = stats;
      if (platform !== 'win32' && (mode & 0o077) !== 0) throw exposed(path, mode);
      return withoutLineEnd(readFileSync(file, 'utf8')) || undefined;
    });
  } catch (error) {
    if (error instanceof StoreError) throw error;
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(path, `cannot be read: ${codeOf(error)}`);
  }
}

function unreadable(path: string, why: string): StoreError {
  return new StoreError('store-denied', {
    what: 'The token of Vault could not be read',
    why: `${plainText(path)} ${why}`,
    next: 'Log in again, or set VAULT_TOKEN.',
  });
}

function exposed(path: string, mode: number): StoreError {
  return new StoreError('store-denied', {
    what: 'The token of Vault was not used',
    why: `others on this machine may read ${plainText(path)}: its permissions are ${(mode & 0o777).toString(8)}, and not 600`,
    next: 'Run:',
    command: `chmod 600 ${quoted(path)}`,
  });
}

function withoutLineEnd(text: string): string {
  return text.replace(/^\uFEFF/u, '').replace(/(?:\r?\n)+$/u, '');
}

/** Visible ASCII without spaces. */
function isHeaderValue(value: string): boolean {
  return /^[\u0021-\u007E]+$/u.test(value);
}
