import type { ChildProcess } from 'node:child_process';
import { StoreError } from '../core/errors.js';
import { plainText } from '../core/plain-text.js';
import type { SecretStore } from '../core/ports.js';
import { Secret } from '../core/secret.js';
import type { StoreReason } from '../core/verdict.js';
import { codeOf } from './files.js';

/**
 * The docker-credential-helper protocol as a client (github.com/docker/docker-credential-helpers):
 * the action is the only argument, data comes on stdin, and everything, errors too, on stdout. The
 * quirks are measured (facts/keychain.md, section 5).
 */

/** A host that cannot exist (RFC 6761): a helper may look at the address, nobody can send it anything. */
const SERVER = 'https://connect-wizard.invalid/';

/** Always the same: in `pass`, a second one for an address does not replace the first. */
const USERNAME = 'connect-wizard';

/** Of what a helper prints; an item has at most 1,200 characters. */
const LONGEST_OUTPUT = 1024 * 1024;

export interface CredentialHelperOptions {
  /** What stands after `helper:`: `pass` is docker-credential-pass, else a program of that name or path. */
  readonly program: string;
  /** Without any variable that holds a secret. */
  readonly env: NodeJS.ProcessEnv;
  /** For each call: long where a person may be typing an unlock password, short where nobody is. */
  readonly limitMs: number;
}

/** A store that another program keeps. */
export function createCredentialHelper(options: CredentialHelperOptions): SecretStore {
  const { program } = options;
  let resolved: string | undefined;

  const fail = (failure: Failure, words: string): StoreError =>
    new StoreError(failure.reason, {
      what: `The credential helper ${plainText(program, 80)} cannot be used`,
      why:
        words === ''
          ? failure.why
          : `${failure.why} (${plainText(words.split('\n', 1)[0] ?? '', 120)})`,
      next: failure.next,
    });

  /** @returns what it printed, and whether it says that it succeeded. */
  async function call(action: Action, input: string): Promise<{ ok: boolean; output: string }> {
    const names = resolved === undefined ? namesOf(program) : [resolved];
    for (const name of names) {
      const ended = await run(name, action, input, options);
      if (ended === 'not-found') continue;
      resolved = name;
      if (ended === 'too-slow') throw fail(FAILURES.timeout, '');
      if (ended === 'not-allowed') throw fail(FAILURES.notAllowed, '');
      const { code, output } = ended;
      if (code === 0 || code === 1) return { ok: code === 0, output };
      throw fail(
        FAILURES.crashed,
        `${action}: ${code === null ? 'ended by a signal' : `exit code ${code}`}`,
      );
    }
    throw fail(FAILURES.notFound, '');
  }

  async function succeed(action: Action, input: string): Promise<string> {
    const { ok, output } = await call(action, input);
    if (ok) return output;
    throw fail(classify(output), output);
  }

  async function getPassword(account: string): Promise<Secret | null> {
    const { ok, output } = await call('get', `${SERVER}${account}`);
    if (!ok) {
      if (NOT_FOUND.test(output)) return null;
      throw fail(classify(output), output);
    }
    const { Username: user, Secret: secret } = parse(output);
    // pass says so of what is missing, and of a store that was never set up.
    if (user === '' && secret === '') return null;
    if (typeof secret !== 'string') throw fail(FAILURES.nonsense, '');
    return secret === '' ? null : Secret.around(secret);
  }

  function parse(output: string): Record<string, unknown> {
    let parsed: unknown;
    try {
      parsed = JSON.parse(output);
    } catch {
      throw fail(FAILURES.nonsense, '');
    }
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>;
    }
    throw fail(FAILURES.nonsense, '');
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
      // Asked first: of what is missing, some say that they erased it, some that they failed.
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

/** A bare name is that of a helper first, as in docker's own configuration, then that of a program. */
function namesOf(program: string): string[] {
  const whole = /[\\/]/u.test(program) || program.startsWith('docker-credential-');
  return whole ? [program] : [`docker-credential-${program}`, program];
}

async function run(
  program: string,
  action: Action,
  input: string,
  { env, limitMs }: CredentialHelperOptions,
): Promise<'not-found' | 'not-allowed' | 'too-slow' | { code: number | null; output: string }> {
  const { default: spawn } = await import('cross-spawn');
  let child: ChildProcess;
  try {
    child = spawn(program, [action], {
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
  } catch {
    // Some of what cannot be started is thrown at once (ENOTDIR): no program is there.
    return 'not-found';
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const limit = setTimeout(() => finish('too-slow'), limitMs);
    const finish = (outcome: Awaited<ReturnType<typeof run>>): void => {
      clearTimeout(limit);
      child.stdout?.destroy();
      child.kill('SIGKILL');
      resolve(outcome);
    };
    child.stdout?.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > LONGEST_OUTPUT) finish({ code: null, output: '' });
      else chunks.push(chunk);
    });
    child.once('error', (error) => {
      const outcomes: Readonly<Record<string, 'not-found' | 'not-allowed'>> = {
        ENOENT: 'not-found',
        EACCES: 'not-allowed',
      };
      finish(outcomes[codeOf(error)] ?? { code: null, output: codeOf(error) });
    });
    child.once('close', (code) => finish({ code, output: Buffer.concat(chunks).toString('utf8') }));
    // It may end without reading; its exit code tells more than EPIPE.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

const NOT_FOUND = /credentials not found|is not in the password store/iu;

interface Failure {
  readonly reason: StoreReason;
  readonly why: string;
  readonly next: string;
}

const FAILURES = {
  notFound: {
    reason: 'store-unavailable',
    why: 'there is no such program on this machine',
    next: 'Install it (Debian: golang-docker-credential-helpers), check PATH, or choose another store with --store.',
  },
  notAllowed: {
    reason: 'store-unavailable',
    why: 'the program may not be run by you',
    next: 'Check its permissions (chmod +x), or choose another store with --store.',
  },
  notSetUp: {
    reason: 'store-unavailable',
    why: 'what it keeps secrets in is not set up',
    next: 'Set it up (pass: pass init <your GPG key>), then run the same command again.',
  },
  unreachable: {
    reason: 'store-unavailable',
    why: 'it does not reach what it keeps secrets in',
    next: 'Log in to a desktop session, or choose another store with --store.',
  },
  locked: {
    reason: 'store-locked',
    why: 'what it keeps secrets in is locked',
    next: 'Unlock it (pass: gpg has to know the passphrase of your key), then run the same command again.',
  },
  timeout: {
    reason: 'store-timeout',
    why: 'it did not answer',
    next: 'If it waits to be unlocked: unlock it, then run the same command again. Without a terminal it gets 3 seconds.',
  },
  crashed: {
    reason: 'store-unavailable',
    why: 'it crashed',
    next: 'docker-credential-secretservice does so while the keyring is locked: unlock it, then run the same command again.',
  },
  nonsense: {
    reason: 'store-unavailable',
    why: 'what it answers is not of the protocol',
    next: 'Check that it is a docker credential helper: docker-credential-pass list prints {} or a list.',
  },
  other: {
    reason: 'store-unavailable',
    why: 'it reported a fault',
    next: 'Run it by hand with the argument list to see what it says, or choose another store with --store.',
  },
} as const satisfies Record<string, Failure>;

/** The words of the helpers of docker 0.6.4, and of what stands behind them; the first that matches counts. */
const FAILURE_BY_WORDS: readonly (readonly [RegExp, Failure])[] = [
  [/not initialized|password store is empty|pass init/iu, FAILURES.notSetUp],
  [
    /no secret key|decryption failed|locked|dismissed|interaction is not allowed/iu,
    FAILURES.locked,
  ],
  [
    /autolaunch|serviceunknown|not provided by any|could not connect|no such file/iu,
    FAILURES.unreachable,
  ],
];

function classify(words: string): Failure {
  return FAILURE_BY_WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? FAILURES.other;
}
