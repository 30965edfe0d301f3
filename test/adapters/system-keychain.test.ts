import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createKeychain } from '../../src/adapters/keychain.js';
import { Secret } from '../../src/core/secret.js';
import { describeWith } from '../support/real-parts.js';
import {
  KEYRING_PROGRAMS,
  MOST_CONNECTIONS,
  startSecretService,
  SYSTEM_KEYCHAIN_PROGRAMS,
  type SecretService,
} from '../support/secret-service.js';

/** The longest that is ever stored; Windows accepts 1,280 characters. */
const LONGEST = 'ä'.repeat(1200);

describeWith(SYSTEM_KEYCHAIN_PROGRAMS, 'the keychain of this system', () => {
  let service: SecretService | undefined;
  let keychain: ReturnType<typeof createKeychain>;
  beforeAll(async () => {
    if (process.platform === 'linux') service = await startSecretService();
    // For this run only, so that a person's own items are not touched.
    keychain = open(service?.env ?? process.env, `connect-wizard-test-${crypto.randomUUID()}`);
  });
  afterAll(async () => {
    await keychain.close();
    await service?.close();
  });

  it.each([
    ['a key', 'fs-KEY-4tEq8wZ1xN6v'],
    ['other scripts and emoji', 'ключ 鍵 🔑'],
    ['quotes and spaces', ` "it's" \\ `],
    ['the longest item', LONGEST],
  ])('keeps %s, replaces it, and deletes it', async (_, value) => {
    const account = `freshservice/${crypto.randomUUID()}`;
    await expect(keychain.getPassword(account)).resolves.toBeNull();
    await keychain.setPassword(account, new Secret('the first'));
    await keychain.setPassword(account, new Secret(value));
    const kept = await keychain.getPassword(account);
    expect(kept?.reveal()).toBe(value);
    await expect(keychain.deletePassword(account)).resolves.toBe(true);
    await expect(keychain.deletePassword(account)).resolves.toBe(false);
    await expect(keychain.getPassword(account)).resolves.toBeNull();
  });

  describe.runIf(process.platform === 'linux')('with items of another program', () => {
    it('deletes all items of a name, even if it cannot tell them apart', async () => {
      const own = open({ PATH: process.env['PATH'], ...service?.env }, 'connect-wizard');
      onTestFinished(() => own.close());
      await service?.put('acme/twice', 'one', 'a');
      await service?.put('acme/twice', 'two', 'b');
      await expect(own.accounts()).resolves.toEqual(['acme/twice']);
      await expect(own.getPassword('acme/twice')).rejects.toMatchObject({
        reason: 'store-corrupt',
      });
      await expect(own.deletePassword('acme/twice')).resolves.toBe(true);
      await expect(own.getPassword('acme/twice')).resolves.toBeNull();
    });

    it("replaces and deletes an item that isn't text", async () => {
      const own = open({ ...service?.env }, 'connect-wizard');
      onTestFinished(() => own.close());
      await service?.put('acme/bytes', Buffer.from([0xff, 0xfe, 0x41]));
      await expect(own.getPassword('acme/bytes')).rejects.toMatchObject({
        reason: 'store-corrupt',
        replaceable: true,
      });
      await own.setPassword('acme/bytes', new Secret('text'));
      expect((await own.getPassword('acme/bytes'))?.reveal()).toBe('text');
      await service?.put('acme/bytes', Buffer.from([0xff]));
      await expect(own.deletePassword('acme/bytes')).resolves.toBe(true);
    });
  });
});

describeWith(KEYRING_PROGRAMS, 'secrets that are read ahead from a keyring', () => {
  let service: SecretService;
  beforeAll(async () => {
    service = await startSecretService();
  });
  afterAll(() => service.close());

  it('are the same as one by one', async () => {
    const own = open({ PATH: process.env['PATH'], ...service.env }, 'connect-wizard');
    onTestFinished(() => own.close());
    // More than are read together.
    const plain = Array.from({ length: 70 }, (_, number) => `acme/${number}`);
    for (const account of plain) await service.put(account, `secret of ${account}`);
    await service.put('acme/twice', 'one', 'a');
    await service.put('acme/twice', 'two', 'b');
    await service.put('acme/bytes', Buffer.from([0xff, 0xfe, 0x41]));
    await service.put('acme/mark', 'a \uFFFD of its own');

    own.readAhead?.([...plain, 'acme/twice', 'acme/bytes', 'acme/mark', 'acme/none']);
    await expect(own.getPassword('acme/none')).resolves.toBeNull();
    // Another program changes one after it was read.
    await service.put('acme/0', 'newer');
    const read = await Promise.all(plain.map((account) => own.getPassword(account)));
    expect(read.map((secret) => secret?.reveal())).toEqual(
      plain.map((account) => `secret of ${account}`),
    );
    expect((await own.getPassword('acme/0'))?.reveal()).toBe('newer');
    expect((await own.getPassword('acme/mark'))?.reveal()).toBe('a \uFFFD of its own');
    for (const account of ['acme/twice', 'acme/bytes']) {
      await expect(own.getPassword(account)).rejects.toMatchObject({ reason: 'store-corrupt' });
    }
  });

  it('are read again if they are written or deleted', async () => {
    const own = open({ PATH: process.env['PATH'], ...service.env }, 'connect-wizard');
    onTestFinished(() => own.close());
    const accounts = ['globex/0', 'globex/1', 'globex/2'];
    for (const account of accounts) await service.put(account, 'old');
    own.readAhead?.(accounts);
    await own.getPassword('globex/0');
    await own.setPassword('globex/1', new Secret('new'));
    await own.deletePassword('globex/2');
    expect((await own.getPassword('globex/1'))?.reveal()).toBe('new');
    await expect(own.getPassword('globex/2')).resolves.toBeNull();
  });

  it('are read on their own if the bus has no socket to connect to, over few connections', async () => {
    const address = `unix:abstract=/nowhere;${service.env['DBUS_SESSION_BUS_ADDRESS']}`;
    const own = open({ ...service.env, DBUS_SESSION_BUS_ADDRESS: address }, 'connect-wizard');
    onTestFinished(() => own.close());
    await service.put('initech/0', 'a value');
    const accounts = Array.from(
      { length: MOST_CONNECTIONS + 20 },
      (_, number) => `initech/${number}`,
    );
    own.readAhead?.(accounts);
    const read = await Promise.all(accounts.map((account) => own.getPassword(account)));
    expect(read.flatMap((secret) => secret?.reveal() ?? [])).toEqual(['a value']);
  });

  // The last, since nobody unlocks it again.
  it('are reported if it is locked', async () => {
    const own = open({ ...service.env }, 'connect-wizard');
    onTestFinished(() => own.close());
    const accounts = ['hooli/0', 'hooli/1', 'hooli/2'];
    for (const account of accounts) await service.put(account, 'a value');
    await service.lock();
    own.readAhead?.(accounts);
    for (const account of accounts) {
      await expect(own.getPassword(account)).rejects.toMatchObject({ reason: 'store-locked' });
    }
  });
});

function open(env: NodeJS.ProcessEnv, service: string): ReturnType<typeof createKeychain> {
  return createKeychain({
    platform: process.platform,
    env,
    nodePath: process.execPath,
    childPath: fileURLToPath(new URL('../../dist/keychain-child.js', import.meta.url)),
    service,
    limitMs: 30_000,
    onWaiting: () => {},
  });
}
