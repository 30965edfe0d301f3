import { existsSync } from 'node:fs';
import { StoreError } from '../core/errors.js';
import { plainText } from '../core/plain-text.js';
import type { SecretStore } from '../core/ports.js';
import { Secret } from '../core/secret.js';
import type { StoreReason } from '../core/verdict.js';
import { toLine, type KeychainReply, type KeychainRequest } from './keychain-protocol.js';

export interface KeychainOptions {
  readonly platform: NodeJS.Platform;
  /** Of the child: without any variable that holds a secret. */
  readonly env: NodeJS.ProcessEnv;
  readonly nodePath: string;
  readonly childPath: string;
  /** The service under which all items are filed. */
  readonly service: string;
  /** For each call: long where a person may be typing an unlock password, short where nobody is. */
  readonly limitMs: number;
  /** Called once a call takes longer than a keychain that needs nobody. */
  readonly onWaiting: () => void;
}

type KeychainValue = Extract<KeychainReply, { value: unknown }>['value'];

/** For the process to start, on a machine that is busy: not the keychain's fault, and not in its time. */
const START_LIMIT_MS = 10_000;

/** Long for a machine, short for a person: a call takes 80 ms here. */
const WAITING_AFTER_MS = 2000;

const BACKENDS: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'macOS Keychain',
  win32: 'Windows Credential Manager',
};

/** The OS keychain, through one child process for the whole run. */
export function createKeychain(options: KeychainOptions): SecretStore & { close(): Promise<void> } {
  const { platform, env, service, limitMs, onWaiting } = options;
  const backend = BACKENDS[platform] ?? 'Secret Service';
  let child: Promise<Child> | undefined;
  /** A keychain that hung or crashed is not asked again: each call would wait as long. */
  let broken: StoreError | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const fail = (failure: Failure, words: string): StoreError =>
    new StoreError(failure.reason, {
      what: `Your keychain (${backend}) cannot be used`,
      why: `${failure.why}${words === '' ? '' : ` (${plainText(words.split('\n', 1)[0] ?? '', 120)})`}`,
      next: failure.next,
    });

  async function call(request: Omit<KeychainRequest, 'service'>): Promise<KeychainValue> {
    if (broken) throw broken;
    if (platform === 'linux' && !hasSessionBus(env)) throw fail(FAILURES.noBus, '');
    child ??= startChild(options);
    const waiting = setTimeout(onWaiting, WAITING_AFTER_MS);
    try {
      const reply = await (await child).ask({ ...request, service }, limitMs);
      if (!('error' in reply)) return reply.value;
      const failure = classify(reply.error);
      const error = fail(failure, reply.error);
      if (failure === FAILURES.noReply) broken = error;
      throw error;
    } catch (error) {
      if (error instanceof ChildEnded) {
        broken = fail(error.timedOut ? FAILURES.timeout : FAILURES.crashed, error.message);
        throw broken;
      }
      throw error;
    } finally {
      clearTimeout(waiting);
    }
  }

  /** One at a time: the child answers in order. */
  function enqueue(request: Omit<KeychainRequest, 'service'>): Promise<KeychainValue> {
    const turn = queue.then(() => call(request));
    queue = turn.catch(() => {});
    return turn;
  }

  return {
    description: { kind: 'keychain', backend, persistent: true },
    nullIsReliable: false,
    async getPassword(account) {
      const value = await enqueue({ action: 'get', account });
      return typeof value === 'string' ? Secret.around(value) : null;
    },
    async setPassword(account, password) {
      await enqueue({ action: 'set', account, password: password.reveal() });
    },
    async deletePassword(account) {
      return (await enqueue({ action: 'delete', account })) === true;
    },
    async accounts() {
      const found = await enqueue({ action: 'list', account: '' });
      return Array.isArray(found) ? found.map(String).toSorted() : [];
    },
    retry() {
      if (!broken) return;
      broken = undefined;
      void child?.then((old) => old.kill());
      child = undefined;
    },
    async close() {
      const open = child;
      child = undefined;
      (await open)?.kill();
    },
  };
}

/** Where a session bus is announced, or found without being announced (systemd). */
function hasSessionBus(env: NodeJS.ProcessEnv): boolean {
  if (env['DBUS_SESSION_BUS_ADDRESS']) return true;
  const runtime = env['XDG_RUNTIME_DIR'];
  return runtime !== undefined && existsSync(`${runtime}/bus`);
}

class ChildEnded extends Error {
  override readonly name = 'ChildEnded';
  readonly timedOut: boolean;

  constructor(message: string, timedOut: boolean) {
    super(message);
    this.timedOut = timedOut;
  }
}

interface Child {
  /** @throws {ChildEnded} it crashed, or was killed because it took longer than `limitMs`. */
  ask(request: KeychainRequest, limitMs: number): Promise<KeychainReply>;
  kill(): void;
}

async function startChild({ nodePath, childPath, env }: KeychainOptions): Promise<Child> {
  const { spawn } = await import('node:child_process');
  const { createInterface } = await import('node:readline');
  const process = spawn(nodePath, [childPath], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  const { stdin, stdout } = process;
  const lines = createInterface({ input: stdout });
  let ended: ChildEnded | undefined;
  const ends = new Set<(error: ChildEnded) => void>();
  const end = (message: string, timedOut = false): void => {
    ended ??= new ChildEnded(message, timedOut);
    for (const each of ends) each(ended);
    process.kill('SIGKILL');
  };
  process.on('error', (error) => end(error.message));
  process.on('exit', (code, signal) => end(signal ?? `exit code ${code}`));
  // The child may end while it is being written to; its exit tells more than EPIPE.
  stdin.on('error', () => {});

  const next = (send: () => void, limitMs: number): Promise<KeychainReply> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      const limit = setTimeout(() => end(`no answer within ${limitMs / 1000} s`, true), limitMs);
      const settle = (finish: () => void): void => {
        clearTimeout(limit);
        ends.delete(fail);
        lines.removeListener('line', take);
        finish();
      };
      const fail = (error: ChildEnded): void => settle(() => reject(error));
      const take = (line: string): void => {
        try {
          const reply = JSON.parse(line) as KeychainReply;
          settle(() => resolve(reply));
        } catch {
          end('it answered nonsense');
        }
      };
      ends.add(fail);
      lines.once('line', take);
      send();
    });
  // Its first line says that it is there; the answers follow.
  const ready = next(() => {}, START_LIMIT_MS);
  ready.catch(() => {});

  return {
    async ask(request, limitMs) {
      await ready;
      return next(() => stdin.write(toLine(request)), limitMs);
    },
    kill() {
      process.kill('SIGKILL');
    },
  };
}

interface Failure {
  readonly reason: StoreReason;
  readonly why: string;
  readonly next: string;
}

/** What works without a keychain. */
const OR_WITHOUT =
  'or keep secrets in encrypted files (--store file), or only check the credential (--store none)';

const FAILURES = {
  noBus: {
    reason: 'store-unavailable',
    why: 'no desktop session runs here, as on a server or in a container (no session bus)',
    next: `Log in to a desktop session, or start one with dbus-run-session; ${OR_WITHOUT}.`,
  },
  noProvider: {
    reason: 'store-unavailable',
    why: 'no Secret Service runs on this machine',
    next: `Install gnome-keyring, or KeePassXC with its Secret Service switched on; ${OR_WITHOUT}.`,
  },
  noCollection: {
    reason: 'store-unavailable',
    why: 'it was never unlocked and has no default collection yet',
    next: `Log in to the desktop once, or unlock the keyring there; ${OR_WITHOUT}.`,
  },
  noModule: {
    reason: 'store-unavailable',
    why: 'the native part for this platform is not installed',
    next: `Install connect-wizard again without --omit=optional; ${OR_WITHOUT}.`,
  },
  crashed: {
    reason: 'store-unavailable',
    why: 'its process ended in the middle',
    next: `Run the same command again; ${OR_WITHOUT}.`,
  },
  other: {
    reason: 'store-unavailable',
    why: 'it reported a fault',
    next: `Look at the keychain of this machine; ${OR_WITHOUT}.`,
  },
  noLogonSession: {
    reason: 'store-unavailable',
    why: 'this login has none, as over SSH',
    next: `Log in at the machine or by remote desktop; ${OR_WITHOUT}.`,
  },
  locked: {
    reason: 'store-locked',
    why: 'it is locked, and its unlock prompt was not answered or could not be shown',
    next: 'Unlock it (log in to the desktop, or on macOS: security unlock-keychain), then run the same command again.',
  },
  denied: {
    reason: 'store-denied',
    why: 'access was refused',
    next: 'Run the same command again and allow the access.',
  },
  tooLong: {
    reason: 'store-denied',
    why: 'the value is longer than it takes',
    next: 'Check that the right value was pasted.',
  },
  noReply: {
    reason: 'store-timeout',
    why: 'it runs but does not reply',
    next: 'End and start the keyring again (log out and in), then run the same command again.',
  },
  timeout: {
    reason: 'store-timeout',
    why: 'it did not answer',
    next: 'If it waits to be unlocked: unlock it, then run the same command again. Without a terminal it gets 3 seconds.',
  },
} as const satisfies Record<string, Failure>;

/**
 * The native module has one error code for everything, so that the words decide; measured
 * for Linux (facts/keychain.md, section 3), taken from the systems' documentation otherwise.
 */
const FAILURE_BY_WORDS: readonly (readonly [RegExp, Failure])[] = [
  // First, for it contains "blocked the reply".
  [/did not receive a reply/iu, FAILURES.noReply],
  [
    /unlock prompt was dismissed|locked collection|IsLocked|-25308|interaction is not allowed/iu,
    FAILURES.locked,
  ],
  [/not provided by any \.service|ServiceUnknown/iu, FAILURES.noProvider],
  [/secret service: no result found/iu, FAILURES.noCollection],
  [/failed to connect to socket|autolaunch|DBUS_SESSION_BUS_ADDRESS/iu, FAILURES.noBus],
  [/native binding|cannot find (?:module|package)/iu, FAILURES.noModule],
  [/no such logon session|logon session does not exist/iu, FAILURES.noLogonSession],
  [/longer than the platform limit/iu, FAILURES.tooLong],
  [
    /denied|-128|canceled|cancelled|not authorized|passphrase you entered is not correct/iu,
    FAILURES.denied,
  ],
];

function classify(words: string): Failure {
  return FAILURE_BY_WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? FAILURES.other;
}
