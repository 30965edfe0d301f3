/**
 * The only place that loads the native keychain. A process of its own: a native call
 * that waits for an unlock prompt blocks its event loop and cannot be ended but by
 * killing the process (facts/keychain.md, section 3). Requests come as lines of JSON
 * on stdin, answers go as lines of JSON to stdout.
 */
import { createInterface } from 'node:readline';
import { toLine, type KeychainReply, type KeychainRequest } from './keychain-protocol.js';

// Ctrl-C in a terminal reaches this process too; the parent decides when it ends.
process.on('SIGINT', () => {});

// The clock of the first request starts here, not at the start of the process.
process.stdout.write(toLine({ value: null }));

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(JSON.parse(line) as KeychainRequest);
  process.stdout.write(toLine(reply));
}

async function answer({
  action,
  service,
  account,
  password,
}: KeychainRequest): Promise<KeychainReply> {
  try {
    const { Entry, findCredentials } = await import('@napi-rs/keyring');
    if (action === 'list') {
      return { value: findCredentials(service).map((found) => found.account) };
    }
    // Without the pin, Linux falls back silently to the kernel keyring, which is gone at reboot.
    const entry = new Entry(service, account, { linux: { store: 'secret-service' } });
    switch (action) {
      case 'get':
        return { value: entry.getPassword() };
      case 'set':
        entry.setPassword(password ?? '');
        return { value: null };
      case 'delete':
        return { value: entry.deletePassword() };
    }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
