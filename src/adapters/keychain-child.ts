/**
 * The only place that loads the native keychain. It's a separate process, because a native call
 * that waits for an unlock prompt blocks the event loop and only ends if the process is killed.
 * Requests and replies are lines of JSON on a separate descriptor.
 */
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { MOST, openSecretReader } from './dbus/secret-service.js';
import { sessionBusSocket } from './dbus/session-bus.js';
import {
  CHANNEL,
  toLine,
  type KeychainReply,
  type KeychainRequest,
  type KeychainValue,
} from './keychain-protocol.js';

// Ctrl-C in a terminal also reaches this process, but the parent decides when it ends.
process.on('SIGINT', () => {});
// Without a listener, Node would open its inspector, which could read the secrets.
process.on('SIGUSR1', () => {});

/**
 * What is read ahead and wasn't requested yet, by account; undefined if it must be read on its own.
 * The parent only holds the secrets that it works on.
 */
const ahead = new Map<string, Promise<string | undefined>>();

/** Settles after the last native call. */
let native: Promise<unknown> = Promise.resolve();
let nativeCalls = 0;

const channel = new Socket({ fd: CHANNEL, readable: true, writable: true });
// The parent may be gone before it has its reply.
channel.on('error', () => process.exit());

// The clock of the first request starts here, not when the process starts.
channel.write(toLine({ id: 0, value: null }));

for await (const line of createInterface({ input: channel })) {
  const request = JSON.parse(line) as KeychainRequest;
  void replyTo(request).then((reply) => channel.write(toLine(reply)));
}

async function replyTo(request: KeychainRequest): Promise<KeychainReply> {
  const { id } = request;
  try {
    return { id, value: await perform(request) };
  } catch (error) {
    return { id, error: messagesOf(error) };
  }
}

async function perform({
  action,
  service,
  account,
  accounts = [],
  password,
}: KeychainRequest): Promise<KeychainValue> {
  if (action === 'read-ahead') {
    readAhead(service, accounts);
    return null;
  }
  const known = ahead.get(account);
  ahead.delete(account);
  const secret = action === 'get' ? await known : undefined;
  if (secret !== undefined) return secret;
  const { Entry, findCredentials } = await import('@napi-rs/keyring');
  return inTurn(() => {
    if (action === 'list') return findCredentials(service).map((found) => found.account);
    // Without this, Linux silently falls back to the kernel keyring, which is lost at reboot.
    const entry = new Entry(service, account, { linux: { store: 'secret-service' } });
    switch (action) {
      case 'get':
        return entry.getPassword();
      case 'set':
        entry.setPassword(password ?? '');
        return null;
      case 'delete':
        return entry.deletePassword();
    }
  });
}

/** A bus may accept only 256 connections of a user. */
const MOST_CONNECTIONS = 50;

/**
 * Makes each native call in its own turn of the event loop. The native part connects to the bus for
 * each entry. It only disconnects in the turn after the entry is garbage-collected.
 */
function inTurn<T>(call: () => T): Promise<T> {
  const called = native.then(async () => {
    await setImmediate();
    nativeCalls += 1;
    if (nativeCalls % MOST_CONNECTIONS === 0) globalThis.gc?.();
    return call();
  });
  native = called.catch(() => {});
  return called;
}

/**
 * Reads many secrets over one connection to the Secret Service. The native part makes a connection
 * and a key for each, which takes ten times as long. But it unlocks, and says what is wrong.
 */
function readAhead(service: string, accounts: readonly string[]): void {
  const socket = sessionBusSocket(process.env);
  if (socket === undefined) return;
  const reader = openSecretReader(socket, process.getuid?.() ?? 0);
  let last: Promise<unknown> = reader;
  for (let start = 0; start < accounts.length; start += MOST) {
    const some = accounts.slice(start, start + MOST);
    const secrets = last
      .then(async () => (await reader).read(service, some))
      .catch(() => new Map<string, string>());
    for (const account of some) {
      const secret = secrets.then((found) => found.get(account));
      ahead.set(account, secret);
    }
    last = secrets;
  }
}

/**
 * The codes and messages of an error and its causes. Only the causes say why the native part
 * doesn't load.
 */
function messagesOf(error: unknown): string {
  const messages: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = 'code' in at && typeof at.code === 'string' ? `${at.code} ` : '';
    messages.push(`${code === 'GenericFailure ' ? '' : code}${at.message}`);
  }
  if (nobodyMakes(messages.join()))
    messages.push(`Unsupported architecture: ${process.platform} ${process.arch}`);
  return messages.length === 0 ? String(error) : messages.join('\n');
}

/**
 * The loader also looks for parts that don't exist, such as one for s390x. Installing again doesn't
 * help then.
 */
function nobodyMakes(message: string): boolean {
  const wanted = message.match(/@napi-rs\/keyring-[\w-]+/gu) ?? [];
  if (wanted.length === 0) return false;
  const { optionalDependencies } = createRequire(import.meta.url)(
    '@napi-rs/keyring/package.json',
  ) as { readonly optionalDependencies: object };
  return !wanted.some((name) => name in optionalDependencies);
}
