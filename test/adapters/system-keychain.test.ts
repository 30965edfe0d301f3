import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKeychain } from '../../src/adapters/keychain.js';
import { Secret } from '../../src/core/secret.js';
import { describeWith } from '../support/real-parts.js';
import {
  startSecretService,
  SYSTEM_KEYCHAIN_PROGRAMS,
  type SecretService,
} from '../support/secret-service.js';

/** The longest that is ever stored (`core/item.ts`): Windows takes 1,280 characters. */
const LONGEST = 'ä'.repeat(1200);

describeWith(SYSTEM_KEYCHAIN_PROGRAMS, 'the keychain of this system', () => {
  let service: SecretService | undefined;
  let keychain: ReturnType<typeof createKeychain>;
  beforeAll(async () => {
    if (process.platform === 'linux') service = await startSecretService();
    keychain = createKeychain({
      platform: process.platform,
      env: service?.env ?? process.env,
      nodePath: process.execPath,
      childPath: fileURLToPath(new URL('../../dist/keychain-child.js', import.meta.url)),
      // Of this run alone: what a person keeps there is not touched.
      service: `connect-wizard-test-${crypto.randomUUID()}`,
      limitMs: 30_000,
      onWaiting: () => {},
    });
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
});
