/**
 * The only place that loads the native keychain. A process of its own: a native call that waits for
 * an unlock prompt blocks its event loop and cannot be ended but by killing the process. Requests
 * and replies are lines of JSON on a descriptor of their own.
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

// Ctrl-C in a terminal reaches this process too; the parent decides when it ends.
process.on('SIGINT', () => {});
// Without a listener, Node opens its inspector, on which the secrets could be read.
process.on('SIGUSR1', () => {});

/** By account, what was read ahead and not asked for yet: the parent holds only what it works on. */
const ahead = new Map<string, string>();

const channel = new Socket({ fd: CHANNEL, readable: true, writable: true });
// The parent may be gone before it has its reply.
channel.on('error', () => process.exit());

// The clock of the first request starts here, not at the start of the process.
channel.write(toLine({ id: 0, value: null }));

for await (const line of createInterface({ input: channel })) {
  const request = JSON.parse(line) as KeychainRequest;
  channel.write(toLine(await answer(request)));
}

async function answer(request: KeychainRequest): Promise<KeychainReply> {
  const { id } = request;
  try {
    return { id, value: await perform(request) };
  } catch (error) {
    return { id, error: wordsOf(error) };
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
    return null;
  }
  const known = ahead.get(account);
  ahead.delete(account);
  if (action === 'get' && known !== undefined) return known;
  // Without the pin, Linux falls back silently to the kernel keyring, which is gone at reboot.
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
 * Keeps what is certain of the accounts asked for: an account that is there twice, or whose value was
 * no text before the listing made one of it, is left to a question of its own.
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

/** With the codes and words of the causes: why the native part does not load stands there alone. */
function wordsOf(error: unknown): string {
  const words: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = 'code' in at && typeof at.code === 'string' ? `${at.code} ` : '';
    words.push(`${code === 'GenericFailure ' ? '' : code}${at.message}`);
  }
  if (nobodyMakes(words.join()))
    words.push(`Unsupported architecture: ${process.platform} ${process.arch}`);
  return words.length === 0 ? String(error) : words.join('\n');
}

/** The loader also looks for parts that do not exist, s390x for one: installing again brings none. */
function nobodyMakes(words: string): boolean {
  const wanted = words.match(/@napi-rs\/keyring-[\w-]+/gu) ?? [];
  if (wanted.length === 0) return false;
  const { optionalDependencies } = createRequire(import.meta.url)(
    '@napi-rs/keyring/package.json',
  ) as { readonly optionalDependencies: object };
  return !wanted.some((name) => name in optionalDependencies);
}
