import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createAgeFile } from '../../src/adapters/age-file.js';
import { createKeychain } from '../../src/adapters/keychain.js';
import { createMemoryStore } from '../../src/adapters/memory.js';
import type { Passphrase } from '../../src/adapters/passphrase.js';
import type { SecretStore } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';
import { fakeStore, gladlyConnection, TOKEN } from '../support/fakes.js';
import { PASS_PROGRAMS, startPass, type Pass } from '../support/pass.js';
import { permittedHelper } from '../support/permitted-helper.js';
import { describeWith } from '../support/real-parts.js';
import { realVaultTeam } from '../support/real-vault.js';
import { vaultTeam } from '../support/vault-team.js';
import {
  KEYRING_PROGRAMS,
  startSecretService,
  type SecretService,
} from '../support/secret-service.js';

/** What flows rely on, for every store. */

const AMY = 'gladly/acme.us-1';
const PHRASE = 'correct horse battery staple';

/** Generous, since the machine may be busy. */
const LIMIT_MS = 20_000;

const VALUES: readonly (readonly [string, string])[] = [
  ['beyond ASCII', 'schlüssel-🔑-ключ-鍵-\u2028-e\u0301'],
  // The keys are in order, since an engine that keeps maps sorts them.
  ['as JSON', '{"fields":{"apiKey":"quo\\"te","domain":"a/b\\\\c"},"v":1}'],
  ['with what a shell or a format would interpret', '%s $HOME `id` $(id) \'"; -n --help \\n ${x}'],
  // The longest that Windows accepts.
  ['of 1,200 characters', Array.from({ length: 1200 }, (_, n) => String(n % 10)).join('')],
  ['of 1,200 characters beyond ASCII', '鍵'.repeat(1200)],
];

const reveal = async (call: Promise<Secret | null>): Promise<string | undefined> =>
  (await call)?.reveal();

/** @param open an empty store; it may clean up by `onTestFinished`. */
function contract(open: () => Promise<SecretStore>): void {
  it('has no secret and no accounts at first', async () => {
    const store = await open();
    await expect(store.getPassword(AMY)).resolves.toBeNull();
    await expect(store.accounts()).resolves.toEqual([]);
    await expect(store.deletePassword(AMY)).resolves.toBe(false);
  });

  it('returns a secret as it was given, and the second one after a replacement', async () => {
    const store = await open();
    await store.setPassword(AMY, new Secret(`${TOKEN}, the longer one`));
    const first = await store.getPassword(AMY);
    expect(first).toBeInstanceOf(Secret);
    expect(first?.reveal()).toBe(`${TOKEN}, the longer one`);
    await store.setPassword(AMY, new Secret(TOKEN));
    expect(await reveal(store.getPassword(AMY))).toBe(TOKEN);
    await expect(store.accounts()).resolves.toEqual([AMY]);
  });

  it('deletes a secret, and says whether there was one', async () => {
    const store = await open();
    await store.setPassword(AMY, new Secret(TOKEN));
    await expect(store.deletePassword(AMY)).resolves.toBe(true);
    await expect(store.deletePassword(AMY)).resolves.toBe(false);
    await expect(store.getPassword(AMY)).resolves.toBeNull();
    await expect(store.accounts()).resolves.toEqual([]);
  });

  it('keeps every kind of value whole', async () => {
    const store = await open();
    for (const [what, value] of VALUES) {
      await store.setPassword(AMY, new Secret(value));
      expect(await reveal(store.getPassword(AMY)), what).toBe(value);
    }
  });

  it('keeps accounts with similar names apart, and lists exactly them', async () => {
    const store = await open();
    const names = [
      AMY,
      'gladly/acme',
      'gladly-acme',
      'gladly/acme/us-1',
      'gladly/acme.us',
      'a.age',
    ];
    for (const name of names) await store.setPassword(name, new Secret(`that of ${name}`));
    await expect(store.accounts()).resolves.toEqual(names.toSorted());
    for (const name of names)
      expect(await reveal(store.getPassword(name)), name).toBe(`that of ${name}`);

    await expect(store.deletePassword('gladly/acme')).resolves.toBe(true);
    await store.setPassword('gladly-acme', new Secret('another'));
    await expect(store.getPassword('gladly/acme')).resolves.toBeNull();
    const left = names.filter((name) => name !== 'gladly/acme');
    await expect(store.accounts()).resolves.toEqual(left.toSorted());
    for (const name of left) {
      const value = name === 'gladly-acme' ? 'another' : `that of ${name}`;
      expect(await reveal(store.getPassword(name)), name).toBe(value);
    }
  });

  it('gives each of several calls at once its own answer', async () => {
    const store = await open();
    const names = Array.from({ length: 5 }, (_, n) => `n${n}`);
    await Promise.all(names.map((name) => store.setPassword(name, new Secret(`that of ${name}`))));
    const read = await Promise.all(names.map((name) => reveal(store.getPassword(name))));
    expect(read).toEqual(names.map((name) => `that of ${name}`));
  });
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-contract-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const unasked = (): never => {
  throw new Error('a passphrase was asked for');
};
const NO_PASSPHRASE: Passphrase = {
  missing: undefined,
  get: unasked,
  choose: unasked,
  refuse: unasked,
  made: unasked,
};

const HELPER_LIMIT = { limitMs: LIMIT_MS };

describe('the fake that the flows are tested with', () => contract(async () => fakeStore()));

describe('the memory of the sandbox', () => contract(async () => createMemoryStore()));

describe('encrypted files under a passphrase', () => {
  contract(async () => {
    const home = join(await emptyFolder(), 'home');
    await mkdir(home, { mode: 0o700 });
    // Like the store's own, but with a work factor that takes no time.
    const encrypter = new Encrypter();
    encrypter.setPassphrase(PHRASE);
    encrypter.setScryptWorkFactor(1);
    const sealed = await encrypter.encrypt(`${await generateX25519Identity()}\n`);
    await writeFile(join(home, 'identity.age'), sealed, { mode: 0o600 });
    const get = async () => ({ secret: new Secret(PHRASE), typed: false });
    return createAgeFile({
      home,
      variable: () => undefined,
      expand: (given) => given,
      passphrase: { ...NO_PASSPHRASE, get },
    });
  });
});

describe('encrypted files for recipients', () => {
  contract(async () => {
    const folder = await emptyFolder();
    const [own, other] = [await generateX25519Identity(), await generateX25519Identity()];
    const identity = join(folder, 'identity.txt');
    await writeFile(identity, `${own}\n`);
    const recipients = [await identityToRecipient(own), await identityToRecipient(other)];
    const variables: Readonly<Record<string, string>> = {
      CONNECT_WIZARD_AGE_IDENTITY: identity,
      CONNECT_WIZARD_AGE_RECIPIENTS: recipients.join(','),
    };
    return createAgeFile({
      home: join(folder, 'home'),
      variable: (name) => variables[name],
      expand: (given) => given,
      passphrase: NO_PASSPHRASE,
    });
  });
});

describe('a Vault', () => contract(async () => vaultTeam().machine().secrets));

// Never at VAULT_ADDR, which may be somebody's production.
const realVault = process.env['CONNECT_WIZARD_TEST_VAULT_ADDR'];
if (realVault !== undefined) {
  describe('the server at CONNECT_WIZARD_TEST_VAULT_ADDR', () => {
    contract(async () => (await realVaultTeam(realVault)).machine().secrets);

    it('refuses the second of two writers, and shows every machine the same records', async () => {
      const team = await realVaultTeam(realVault);
      const [ines, omar] = [team.machine(), team.machine('omar@build-7')];
      await ines.secrets.prepare?.(AMY);
      await ines.records.read(AMY);
      await omar.secrets.setPassword(AMY, new Secret(TOKEN));
      await omar.records.write(gladlyConnection());
      await expect(ines.secrets.setPassword(AMY, new Secret('another'))).rejects.toMatchObject({
        reason: 'store-conflict',
        advice: { why: expect.stringContaining('by omar@build-7') as string },
      });
      const { connections } = await team.machine().records.list();
      expect(connections.map(({ name }) => name)).toEqual([AMY]);
      await expect(team.machine().secrets.deletePassword(AMY)).resolves.toBe(true);
      await expect(team.machine().records.remove(AMY)).resolves.toBe(true);
    });
  });
}

describeWith(KEYRING_PROGRAMS, 'a real keyring', () => {
  let keyring: SecretService;
  let services = 0;
  beforeAll(async () => {
    keyring = await startSecretService();
  });
  afterAll(() => keyring.close());

  contract(async () => {
    // An empty keychain for each test: each service is one.
    services += 1;
    const store = createKeychain({
      platform: 'linux',
      env: { PATH: process.env['PATH'], ...keyring.env },
      nodePath: process.execPath,
      childPath: fileURLToPath(new URL('../../dist/keychain-child.js', import.meta.url)),
      service: `connect-wizard-contract-${services}`,
      limitMs: LIMIT_MS,
      onWaiting: () => {},
    });
    onTestFinished(() => store.close());
    return store;
  });
});

describeWith(PASS_PROGRAMS, 'docker-credential-pass', () => {
  let pass: Pass;
  beforeAll(async () => {
    pass = await startPass();
  });
  afterAll(() => pass.close());

  contract(async () => {
    const env = await pass.init(join(await emptyFolder(), 'store'));
    return permittedHelper({ program: 'pass', env, ...HELPER_LIMIT });
  });
});

describeWith(
  [...KEYRING_PROGRAMS, 'docker-credential-secretservice'],
  'docker-credential-secretservice',
  () => {
    contract(async () => {
      const keyring = await startSecretService();
      onTestFinished(() => keyring.close());
      const env = { PATH: process.env['PATH'], ...keyring.env };
      return permittedHelper({ program: 'secretservice', env, ...HELPER_LIMIT });
    });
  },
);
