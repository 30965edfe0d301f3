import { existsSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { StoreError } from '../core/errors.js';
import type { SecretStore } from '../core/ports.js';
import { shellWord } from '../core/shell.js';
import { Secret } from '../core/secret.js';
import { sessionBusSocket } from './dbus/session-bus.js';
import { ChildEnded, startKeychainProcess, type KeychainProcess } from './keychain-process.js';
import type { KeychainReply, KeychainRequest, KeychainValue } from './keychain-protocol.js';
import { findProgram, runProgram } from './spawn.js';
import {
  keychainFailure,
  STORE_FAILURES as FAILURES,
  storeFailed,
  type StoreFailure,
} from './store-failure.js';

export interface KeychainOptions {
  readonly platform: NodeJS.Platform;
  /** The user's id; undefined on Windows. */
  readonly uid?: number | undefined;
  /** The child's environment, without any variable that contains a secret. */
  readonly env: NodeJS.ProcessEnv;
  readonly nodePath: string;
  readonly childPath: string;
  /** The service under which all items are stored. */
  readonly service: string;
  /**
   * Time limit of each call: long if a person may be typing an unlock password, otherwise short.
   */
  readonly limitMs: number;
  /** Called if a call takes longer than that of an unlocked keychain. */
  readonly onWaiting: () => void;
}

type Request = Omit<KeychainRequest, 'id' | 'service'>;

/** A call takes 80 ms; after 2 s an unlock dialog is probably open. */
const WAITING_AFTER_MS = 2000;

const BACKENDS: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'macOS Keychain',
  win32: 'Windows Credential Manager',
};

/** Up to this many are read one by one, which takes 10 ms each. */
const FEW = 2;

/** The OS keychain, through one child process for the whole run. */
export function createKeychain(options: KeychainOptions): SecretStore & { close(): Promise<void> } {
  const { platform, uid, env, service, limitMs, onWaiting } = options;
  const backend = BACKENDS[platform] ?? 'Secret Service';
  let child: Promise<KeychainProcess> | undefined;
  /** A keychain that hung or crashed isn't asked again, because each call would wait as long. */
  let broken: StoreError | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let callsUnderWay = 0;
  let waiting: NodeJS.Timeout | undefined;
  /** It has given a secret, so nobody has to unlock it for the next. */
  let isUnlocked = false;

  const fail = (failure: StoreFailure, message = ''): StoreError =>
    storeFailed(`Your keychain (${backend}) cannot be used`, failure, message);

  /** The error if the keychain works, but its entry under `account` doesn't. */
  function failOfItem(failure: StoreFailure, account: string, message: string): StoreError {
    const what = `The secret of ${account} in your keychain (${backend}) cannot be used`;
    const command = failure === FAILURES.duplicate ? clearCommand(service, account) : undefined;
    return storeFailed(what, { ...failure, command }, message);
  }

  /** @throws {StoreError} no reply came. */
  async function send(request: Request): Promise<KeychainReply> {
    if (broken) throw broken;
    if (platform === 'linux' && !hasSessionBus(env)) throw fail(FAILURES.noBus);
    child ??= startKeychainProcess(options);
    callsUnderWay += 1;
    waiting ??= setTimeout(onWaiting, WAITING_AFTER_MS);
    try {
      const reply = await (await child).send({ ...request, service }, limitMs);
      isUnlocked ||= 'value' in reply && typeof reply.value === 'string';
      return reply;
    } catch (error) {
      if (!(error instanceof ChildEnded)) throw error;
      broken = fail(FAILURES[error.how], error.message);
      throw broken;
    } finally {
      callsUnderWay -= 1;
      clearTimeout(waiting);
      waiting = callsUnderWay > 0 ? setTimeout(onWaiting, WAITING_AFTER_MS) : undefined;
    }
  }

  /**
   * Sends one request at a time, since the system may ask a person about each. An unlocked keychain
   * of Linux reads several secrets at once.
   */
  function enqueue(request: Request): Promise<KeychainReply> {
    const sent = queue.then(() => ({ reply: send(request) }));
    const isShared = (): boolean => platform === 'linux' && isUnlocked && request.action === 'get';
    queue = sent.then(({ reply }) => (isShared() ? undefined : reply)).catch(() => {});
    return sent.then(({ reply }) => reply);
  }

  /** @throws {StoreError} the reply is a failure. */
  function valueOf(reply: KeychainReply, account: string): KeychainValue {
    if (!('error' in reply)) return reply.value;
    const { error: message } = reply;
    const failure = keychainFailure(message);
    if (failure === FAILURES.noReply) {
      // The bus disconnects another user at once, without a message.
      broken = fail(isOthersBus(env, uid) ? FAILURES.othersBus : failure, message);
      throw broken;
    }
    // A listing isn't about an item.
    const ofItem = failure.ofItem && account !== '';
    throw ofItem ? failOfItem(failure, account, message) : fail(failure, message);
  }

  async function call(request: Request): Promise<KeychainValue> {
    return valueOf(await enqueue(request), request.account);
  }

  function startAnew(): void {
    if (!broken) return;
    broken = undefined;
    isUnlocked = false;
    void child?.then((old) => old.kill());
    child = undefined;
  }

  /** Deletes all items of an account, if the program for it is installed. */
  async function clearAll(account: string): Promise<boolean> {
    const tool = findProgram('secret-tool', platform, env);
    if (tool === undefined) return false;
    const args = clearArguments(service, account);
    const ended = await runProgram(tool, args, { env, limitMs, output: 'ignore' });
    return 'code' in ended && ended.code === 0;
  }

  return {
    description: { kind: 'keychain', backend, persistent: true },
    nullIsReliable: false,
    ...(platform === 'win32' && { longestItem: LONGEST_ON_WINDOWS }),
    async getPassword(account) {
      const value = await call({ action: 'get', account });
      return typeof value === 'string' ? Secret.around(value) : null;
    },
    async setPassword(account, password) {
      await call({ action: 'set', account, password: password.reveal() });
    },
    async deletePassword(account) {
      const reply = await enqueue({ action: 'delete', account });
      const several = 'error' in reply && keychainFailure(reply.error) === FAILURES.duplicate;
      if (several && (await clearAll(account))) return true;
      return valueOf(reply, account) === true;
    },
    readAhead(accounts) {
      // On other systems, the system may ask the person about each item, so only the wanted ones
      // are read.
      const [first] = accounts;
      if (platform !== 'linux' || first === undefined || accounts.length <= FEW) return;
      // The first item is read alone. If the keychain is locked, that tells the person so and waits
      // for them.
      const opening = enqueue({ action: 'get', account: first });
      const reading = enqueue({ action: 'read-ahead', account: '', accounts });
      // Each item is still read with a request of its own, which reports what is wrong.
      Promise.all([opening, reading]).catch(() => {});
    },
    async accounts() {
      const found = await call({ action: 'list', account: '' });
      return Array.isArray(found) ? [...new Set(found.map(String))].toSorted() : [];
    },
    retry: startAnew,
    async close() {
      const open = child;
      child = undefined;
      (await open)?.kill();
    },
  };
}

/**
 * Windows keeps 2,560 bytes of UTF-16 (CRED_MAX_CREDENTIAL_BLOB_SIZE), which is 1,280 characters.
 */
const LONGEST_ON_WINDOWS = 1200;

/** A session bus is announced, or found in its usual place (systemd). */
function hasSessionBus(env: NodeJS.ProcessEnv): boolean {
  if (env['DBUS_SESSION_BUS_ADDRESS']) return true;
  const runtime = env['XDG_RUNTIME_DIR'] ?? '';
  return isAbsolute(runtime) && existsSync(`${runtime}/bus`);
}

/** The socket of the session bus belongs to another user. */
function isOthersBus(env: NodeJS.ProcessEnv, uid: number | undefined): boolean {
  try {
    return uid !== undefined && statSync(sessionBusSocket(env) ?? '').uid !== uid;
  } catch {
    return false;
  }
}

function clearArguments(service: string, account: string): string[] {
  return ['clear', 'service', service, 'username', account];
}

/** A command of libsecret-tools that deletes every matching item. */
function clearCommand(service: string, account: string): string {
  return [
    'secret-tool',
    ...clearArguments(service, account).map((word) => shellWord('posix', word)),
  ].join(' ');
}
