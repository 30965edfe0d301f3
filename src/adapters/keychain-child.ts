/**
 * The only place that loads the native keychain. It's a separate process, because a native call
 * that waits for an unlock prompt blocks the event loop and only ends if the process is killed.
 * Requests and replies are lines of JSON on a separate descriptor.
 */
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
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
 * Values that were read ahead and not requested yet, by account. The parent only holds the ones it
 * works on.
 */
const ahead = new Map<string, string>();

const channel = new Socket({ fd: CHANNEL, readable: true, writable: true });
// The parent may be gone before it has its reply.
channel.on('error', () => process.exit());

// The clock of the first request starts here, not when the process starts.
channel.write(toLine({ id: 0, value: null }));

for await (const line of createInterface({ input: channel })) {
  const request = JSON.parse(line) as KeychainRequest;
  channel.write(toLine(await replyTo(request)));
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
  const { Entry, findCredentials } = await import('@napi-rs/keyring');
  if (action === 'list') return findCredentials(service).map((found) => found.account);
  if (action === 'read-ahead') {
    readAhead(findCredentials(service), new Set(accounts));
    return [...ahead.keys()];
  }
  const known = ahead.get(account);
  ahead.delete(account);
  if (action === 'get' && known !== undefined) return known;
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
}

/**
 * Keeps only certain values of the requested accounts. An account with two entries, or whose value
 * wasn't text before the listing converted it, is read on its own later.
 */
function readAhead(
  found: readonly { readonly account: string; readonly password: string }[],
  wanted: ReadonlySet<string>,
): void {
  const doubtful = new Set<string>();
  ahead.clear();
  for (const { account, password } of found) {
    if (!wanted.has(account)) continue;
    if (ahead.has(account) || password.includes('\uFFFD')) doubtful.add(account);
    ahead.set(account, password);
  }
  for (const account of doubtful) ahead.delete(account);
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
