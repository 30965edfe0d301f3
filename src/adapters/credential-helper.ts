import { platform } from 'node:os';
import { resolve } from 'node:path';
import type { StoreError } from '../core/errors.js';
import { plainText } from '../core/plain-text.js';
import type { SecretStore } from '../core/ports.js';
import { Secret } from '../core/secret.js';
import { isObject } from '../core/shape.js';
import { findProgram, isForOtherMachine, runProgram, whyNotStarted } from './spawn.js';
import {
  helperFailure,
  STORE_FAILURES as FAILURES,
  storeFailed,
  type StoreFailure,
} from './store-failure.js';
import { parseJson } from '../core/json.js';

/**
 * A client of the docker-credential-helper protocol (github.com/docker/docker-credential-helpers).
 * The action is the only argument, data comes on stdin, and everything is printed on stdout, errors
 * included. The quirks below were measured.
 */

/**
 * A host that can't exist (RFC 6761). A helper may look at the address, but nothing can be sent to
 * it.
 */
const SERVER = 'https://connect-wizard.invalid/';

/** Always the same: in `pass`, a second user name for an address doesn't replace the first. */
const USERNAME = 'connect-wizard';

const NOT_THERE = new Set(['ENOENT', 'ENOTDIR']);

export interface CredentialHelperOptions {
  /**
   * What follows `helper:`. `pass` is docker-credential-pass, otherwise it's a program with that
   * name or path.
   */
  readonly program: string;
  /** Without any variable that contains a secret. */
  readonly env: NodeJS.ProcessEnv;
  /**
   * Called once, before the first call, to ask whether the program may be run.
   *
   * @returns its path; undefined if there is none.
   * @throws {StoreError} `store-denied`
   */
  readonly permit: (program: string) => Promise<string | undefined>;
  /**
   * Time limit of each call: long if a person may be typing an unlock password, otherwise short.
   */
  readonly limitMs: number;
}

/** A store that another program keeps. */
export function createCredentialHelper(options: CredentialHelperOptions): SecretStore {
  const { program, env, limitMs, permit } = options;
  let path: Promise<string | undefined> | undefined;

  const fail = (failure: StoreFailure, message = ''): StoreError =>
    storeFailed(`The credential helper ${plainText(program, 80)} cannot be used`, failure, message);

  /** @returns what the program printed, and whether it reports success. */
  async function call(action: Action, input: string): Promise<{ ok: boolean; output: string }> {
    path ??= permit(program);
    const command = await path;
    if (command === undefined) throw fail(FAILURES.helperMissing);
    const ended = await runProgram(command, [action], { env, input, limitMs, output: 'read' });
    if ('notStarted' in ended) {
      if (NOT_THERE.has(ended.notStarted)) throw fail(FAILURES.helperMissing);
      throw fail({ ...FAILURES.helperNotStarted, why: whyNotStarted(ended.notStarted) });
    }
    if ('tooSlow' in ended) throw fail(FAILURES.timeout);
    const { code, output } = ended;
    if (output !== undefined && (code === 0 || code === 1)) return { ok: code === 0, output };
    if (isForOtherMachine(command)) {
      throw fail({ ...FAILURES.helperNotStarted, why: whyNotStarted('ENOEXEC') });
    }
    const how = code === null ? 'ended by a signal' : `exit code ${code}`;
    throw fail(FAILURES.helperCrashed, `${action}: ${how}`);
  }

  async function succeed(action: Action, input: string): Promise<string> {
    const { ok, output } = await call(action, input);
    if (ok) return output;
    throw fail(helperFailure(output), output);
  }

  async function getPassword(account: string): Promise<Secret | null> {
    const { ok, output } = await call('get', `${SERVER}${account}`);
    if (!ok) {
      if (NOT_FOUND.test(output)) return null;
      throw fail(helperFailure(output), output);
    }
    const { Username: user, Secret: secret } = parse(output);
    // `pass` answers like this for a missing entry, and for a store that was never set up.
    if (user === '' && secret === '') return null;
    if (typeof secret !== 'string') throw fail(FAILURES.helperNonsense);
    return secret === '' ? null : Secret.around(secret);
  }

  function parse(output: string): Record<string, unknown> {
    const parsed = parseJson(output);
    if (isObject(parsed)) return parsed;
    throw fail(FAILURES.helperNonsense);
  }

  return {
    description: {
      kind: `helper:${program}`,
      backend: namesOf(program)[0] ?? program,
      persistent: true,
    },
    nullIsReliable: false,
    getPassword,
    async setPassword(account, password) {
      const item = {
        ServerURL: `${SERVER}${account}`,
        Username: USERNAME,
        Secret: password.reveal(),
      };
      await succeed('store', JSON.stringify(item));
    },
    async deletePassword(account) {
      // Read first, because helpers differ about a missing entry: some report success, some a
      // failure.
      if ((await getPassword(account)) === null) return false;
      await succeed('erase', `${SERVER}${account}`);
      return true;
    },
    async accounts() {
      const listed = parse(await succeed('list', ''));
      return Object.keys(listed)
        .filter((url) => url.startsWith(SERVER))
        .map((url) => url.slice(SERVER.length))
        .toSorted();
    },
  };
}

type Action = 'get' | 'store' | 'erase' | 'list';

/**
 * The path of a program that the user named: a path as it is, or a name in an absolute folder of
 * PATH.
 *
 * @returns undefined if there is none.
 */
export function locateHelper(program: string, env: NodeJS.ProcessEnv): string | undefined {
  if (/[\\/]/u.test(program)) return resolve(program);
  for (const name of namesOf(program)) {
    const found = findProgram(name, platform(), env);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A bare name means a helper first, as in docker's own configuration, then a program. */
function namesOf(program: string): string[] {
  const whole = /[\\/]/u.test(program) || program.startsWith('docker-credential-');
  return whole ? [program] : [`docker-credential-${program}`, program];
}

/** The program answered that it has nothing for that address. */
const NOT_FOUND = /credentials not found|is not in the password store/iu;
