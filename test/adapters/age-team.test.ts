import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  armor,
  Decrypter,
  Encrypter,
  generateHybridIdentity,
  generateX25519Identity,
  identityToRecipient,
} from 'age-encryption';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAgeFile } from '../../src/adapters/age-file.js';
import type { Passphrase } from '../../src/adapters/passphrase.js';
import { StoreError } from '../../src/core/errors.js';
import { Secret } from '../../src/core/secret.js';
import { API_KEY, TOKEN } from '../support/fakes.js';
import { describeWith } from '../support/real-parts.js';

/** `--store file` with CONNECT_WIZARD_AGE_IDENTITY and CONNECT_WIZARD_AGE_RECIPIENTS. */

const PHRASE = 'correct horse battery staple';
const ACME = 'freshservice/acme';
const ACME_FILE = join('secrets', 'freshservice%2Facme.age');

interface Member {
  readonly identity: string;
  readonly recipient: string;
}

async function member(generate = generateX25519Identity): Promise<Member> {
  const identity = await generate();
  return { identity, recipient: await identityToRecipient(identity) };
}

const [amy, ben, eve] = [await member(), await member(), await member()];

interface Given {
  /** The content of the identity file; undefined if the variable is not set. */
  readonly identity?: string | Uint8Array | undefined;
  readonly recipients?: string;
  /** What is typed; another question fails the test. */
  readonly passphrases?: readonly string[];
}

const refuse = (): never => {
  throw new Error('the passphrase was asked for once more');
};

async function team({ identity, recipients, passphrases = [] }: Given) {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-team-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const home = join(folder, 'home');
  const path = join(folder, 'identity.txt');
  if (identity !== undefined) await writeFile(path, identity);
  const variables: Readonly<Record<string, string | undefined>> = {
    CONNECT_WIZARD_AGE_IDENTITY: identity === undefined ? undefined : path,
    CONNECT_WIZARD_AGE_RECIPIENTS: recipients,
  };
  const open = [...passphrases];
  const passphrase: Passphrase = {
    missing: undefined,
    get: async () => ({ secret: new Secret(open.shift() ?? refuse()), typed: true }),
    choose: async () => refuse(),
    refuse,
    made: refuse,
  };
  const store = createAgeFile({
    home,
    variable: (name) => variables[name],
    expand: (given) => given,
    passphrase,
  });
  return {
    store,
    home,
    path,
    file: join(home, ACME_FILE),
    /** Puts a file there, as a repository or a volume does. */
    put: async (content: string | Uint8Array): Promise<void> => {
      await mkdir(join(home, 'secrets'), { recursive: true });
      await writeFile(join(home, ACME_FILE), content);
    },
    reveal: async (): Promise<string | undefined> => (await store.getPassword(ACME))?.reveal(),
  };
}

async function failureOf(call: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await call.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StoreError);
  const { advice } = error as StoreError;
  const words = JSON.stringify(advice);
  for (const each of [API_KEY, TOKEN, PHRASE, 'AGE-SECRET-KEY-1', 'PRIVATE']) {
    expect(words).not.toContain(each);
  }
  expect(advice.next).toMatch(/\.$/u);
  return error as StoreError;
}

async function encrypted(text: string, ...recipients: readonly string[]): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  for (const each of recipients) encrypter.addRecipient(each);
  return encrypter.encrypt(text);
}

async function decrypted(file: Uint8Array, { identity }: Member): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return decrypter.decrypt(file, 'text');
}

/** Like `age -p` for an identity file, but with a work factor that takes no time. */
async function underPassphrase(text: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(PHRASE);
  encrypter.setScryptWorkFactor(1);
  return encrypter.encrypt(text);
}

const keygen = ({ identity, recipient }: Member): string =>
  `# created: 2026-11-20T18:00:00Z\n# public key: ${recipient}\n${identity}\n`;

describe('a secret for a team', () => {
  it.each([
    ['a comma', ','],
    ['a comma and a space', ', '],
    ['spaces', '  '],
    ['line breaks', '\n'],
  ])(
    'is written for all recipients, with %s between them, and each reads it',
    async (_, between) => {
      const recipients = [amy, ben].map(({ recipient }) => recipient).join(between);
      const { store, file, home } = await team({ identity: keygen(amy), recipients });
      await store.setPassword(ACME, new Secret(API_KEY));
      const written = await readFile(file);
      expect(await decrypted(written, amy)).toBe(API_KEY);
      expect(await decrypted(written, ben)).toBe(API_KEY);
      await expect(decrypted(written, eve)).rejects.toThrow('no identity matched');
      // No other identity is made.
      expect(await readdir(home)).toEqual(['secrets']);

      const other = await team({ identity: keygen(ben), recipients });
      await other.put(written);
      expect(await other.reveal()).toBe(API_KEY);
    },
  );

  it('works with a post-quantum identity, too', async () => {
    const pq = await member(generateHybridIdentity);
    const { store, file, reveal } = await team({ identity: keygen(pq) });
    await store.setPassword(ACME, new Secret(API_KEY));
    expect(await reveal()).toBe(API_KEY);
    expect((await readFile(file, 'latin1')).match(/^-> \S+/gmu)).toEqual(['-> mlkem768x25519']);
  });

  it('is written for the identity alone if no recipients are given', async () => {
    const { store, file, reveal } = await team({ identity: keygen(amy) });
    await store.setPassword(ACME, new Secret(API_KEY));
    expect(await reveal()).toBe(API_KEY);
    expect((await readFile(file, 'latin1')).match(/^-> /gmu)).toHaveLength(1);
  });

  it('is read with any identity in the file, and written for all of them', async () => {
    const { store, put, file, reveal } = await team({ identity: keygen(amy) + keygen(ben) });
    for (const each of [amy, ben]) {
      await put(await encrypted(TOKEN, each.recipient));
      expect(await reveal()).toBe(TOKEN);
    }
    await store.setPassword(ACME, new Secret(API_KEY));
    expect(await decrypted(await readFile(file), amy)).toBe(API_KEY);
    expect(await decrypted(await readFile(file), ben)).toBe(API_KEY);
  });

  it('that is only for others is store-corrupt, and stays as it is', async () => {
    const { put, file, store } = await team({ identity: keygen(amy) });
    const sealed = await encrypted(API_KEY, ben.recipient);
    await put(sealed);
    const { reason, advice } = await failureOf(store.getPassword(ACME));
    expect(reason).toBe('store-corrupt');
    expect(advice.why).toContain('not encrypted for the identity that was given');
    expect(await readFile(file)).toEqual(Buffer.from(sealed));
  });

  it('is refused before it is written if its writer is no recipient', async () => {
    const { store } = await team({ identity: keygen(amy), recipients: ben.recipient });
    const error = await failureOf(store.setPassword(ACME, new Secret(API_KEY)));
    expect(error.reason).toBe('store-unavailable');
    expect(error.message).toContain('not among the recipients');
    await expect(store.accounts()).resolves.toEqual([]);
  });

  it.each([
    ['binary', (bytes: Uint8Array) => bytes],
    ['armored', (bytes: Uint8Array) => armor.encode(bytes)],
    ['armored on Windows', (bytes: Uint8Array) => armor.encode(bytes).replaceAll('\n', '\r\n')],
  ] as const)('is read if another tool wrote it: %s', async (_, form) => {
    const { put, reveal } = await team({ identity: keygen(amy) });
    await put(form(await encrypted(API_KEY, ben.recipient, amy.recipient)));
    expect(await reveal()).toBe(API_KEY);
  });

  it.each([0o644, 0o664, 0o640])('may be readable by others (%o)', async (mode) => {
    const { store, put, file, reveal } = await team({ identity: keygen(amy) });
    await put(await encrypted(API_KEY, amy.recipient));
    await chmod(file, mode);
    expect(await reveal()).toBe(API_KEY);
    await store.setPassword(ACME, new Secret(TOKEN));
    expect(await reveal()).toBe(TOKEN);
  });

  it('is listed and deleted without any identity', async () => {
    const { store, put } = await team({ identity: 'nonsense' });
    await put(await encrypted(API_KEY, ben.recipient));
    expect(await store.accounts()).toEqual([ACME]);
    expect(await store.deletePassword(ACME)).toBe(true);
    expect(await store.deletePassword(ACME)).toBe(false);
    expect(await store.getPassword(ACME)).toBeNull();
  });
});

describe('what is missing', () => {
  it('is the identity, by its variable, if none is given', async () => {
    const { store } = await team({ recipients: amy.recipient });
    expect(store.missing).toEqual({
      field: 'identity',
      label: 'Identity of the file store',
      secret: true,
      flags: [],
      variables: ['CONNECT_WIZARD_AGE_IDENTITY'],
    });
  });

  it('is nothing, and no passphrase, if an identity is given', async () => {
    const { store } = await team({ identity: keygen(amy) });
    expect(store.missing).toBeUndefined();
  });
});

const SSH_KEY = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
-----END OPENSSH PRIVATE KEY-----
`;

describe('an identity file that cannot be used', () => {
  it.each<[string, string | Uint8Array]>([
    ['empty', ''],
    ['with comments only', '# public key: nothing\n'],
    ['an SSH key', SSH_KEY],
    ['a recipient', `${amy.recipient}\n`],
    ['half an identity', `${amy.identity.slice(0, 40)}\n`],
    ['with an identity and half of another', `${amy.identity}\n${ben.identity.slice(0, 40)}\n`],
    ['in small letters', `${amy.identity.toLowerCase()}\n`],
    ['of a plugin', 'AGE-PLUGIN-YUBIKEY-1QGQSCQVZJXVJ6CSDM8NPN\n'],
  ])('%s is store-unavailable, by its variable, and nothing is written', async (_, identity) => {
    const { store, put, home, path } = await team({ identity });
    for (const call of [
      () => store.setPassword('another', new Secret(API_KEY)),
      async () => {
        await put(await encrypted(API_KEY, amy.recipient));
        return store.getPassword(ACME);
      },
    ]) {
      const { reason, advice } = await failureOf(call());
      expect(reason).toBe('store-unavailable');
      expect(advice.why).toContain('CONNECT_WIZARD_AGE_IDENTITY');
      expect(advice.why).toContain(path);
      expect(advice.next).toContain('age-keygen');
    }
    expect(await readdir(join(home, 'secrets'))).toEqual(['freshservice%2Facme.age']);
  });

  it.runIf(process.platform !== 'win32')('because nobody writes to its pipe', async () => {
    const { store, path } = await team({ identity: keygen(amy) });
    await rm(path);
    execFileSync('mkfifo', [path]);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const failure = failureOf(store.setPassword(ACME, new Secret(API_KEY)));
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await failure).advice.why).toContain('nothing came within 10 s');
  });

  it('because it is gone or a folder is reported, and works once it is there', async () => {
    const { store, path, reveal } = await team({ identity: keygen(amy) });
    await rm(path);
    const gone = await failureOf(store.setPassword(ACME, new Secret(API_KEY)));
    expect(gone.reason).toBe('store-unavailable');
    expect(gone.advice.why).toContain('there is no such file');
    await mkdir(path);
    const folder = await failureOf(store.setPassword(ACME, new Secret(API_KEY)));
    expect(folder.advice.why).toContain('neither a file nor a pipe');
    await rm(path, { recursive: true });
    await writeFile(path, keygen(amy));
    await store.setPassword(ACME, new Secret(API_KEY));
    expect(await reveal()).toBe(API_KEY);
  });
});

describe('recipients that cannot be used', () => {
  it.each([
    ['an invalid one', 'age1-canary'],
    ['an invalid one of several', `${amy.recipient}, age1-canary`],
    ['a typing error', `${amy.recipient.slice(0, -1)}${amy.recipient.endsWith('q') ? 'p' : 'q'}`],
    ['an identity', eve.identity],
    ['an SSH key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8canary somebody'],
  ])(
    '%s: store-unavailable, with the variable and without the value, and nothing is written',
    async (_, recipients) => {
      const { store, home } = await team({ identity: keygen(amy), recipients });
      const { reason, advice } = await failureOf(store.setPassword(ACME, new Secret(API_KEY)));
      expect(reason).toBe('store-unavailable');
      expect(advice.why).toContain('CONNECT_WIZARD_AGE_RECIPIENTS');
      expect(advice.next).toContain('age1');
      expect(JSON.stringify(advice)).not.toContain('canary');
      await expect(readdir(home)).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );

  it('are those of the identity if there is none between the commas', async () => {
    const { store, reveal } = await team({ identity: keygen(amy), recipients: ' , ,' });
    await store.setPassword(ACME, new Secret(API_KEY));
    expect(await reveal()).toBe(API_KEY);
  });
});

const sealed = await underPassphrase(keygen(amy));

describe('an identity file under a passphrase', () => {
  it.each([
    ['binary', sealed],
    ['armored', armor.encode(sealed)],
  ])('%s: the passphrase is asked for once, and opens the store', async (_, identity) => {
    const recipients = `${amy.recipient},${ben.recipient}`;
    const { store, file, reveal } = await team({ identity, recipients, passphrases: [PHRASE] });
    await store.setPassword(ACME, new Secret(API_KEY));
    expect(await reveal()).toBe(API_KEY);
    await store.setPassword(ACME, new Secret(TOKEN));
    expect(await decrypted(await readFile(file), ben)).toBe(TOKEN);
  });

  it('is store-passphrase if that is wrong, and asks again at the next call', async () => {
    const { store, reveal } = await team({ identity: sealed, passphrases: ['wrong', PHRASE] });
    const { reason } = await failureOf(store.setPassword(ACME, new Secret(API_KEY)));
    expect(reason).toBe('store-passphrase');
    await store.setPassword(ACME, new Secret(API_KEY));
    expect(await reveal()).toBe(API_KEY);
  });

  it.each<[string, () => Promise<Uint8Array>]>([
    ['that is cut off', async () => sealed.subarray(0, -20)],
    ['without an identity in it', () => underPassphrase('hello\n')],
  ])('%s is store-corrupt', async (_, make) => {
    const { store } = await team({ identity: await make(), passphrases: [PHRASE] });
    const { reason } = await failureOf(store.setPassword(ACME, new Secret(API_KEY)));
    expect(reason).toBe('store-corrupt');
  });
});

describeWith(['age', 'age-keygen'], "Debian's age", () => {
  it('reads a secret for a team with the identity of each member', async () => {
    const recipients = `${amy.recipient},${ben.recipient}`;
    const { store, file, home } = await team({ identity: keygen(amy), recipients });
    await store.setPassword(ACME, new Secret(API_KEY));
    for (const each of [amy, ben]) {
      const path = join(home, 'one.txt');
      await writeFile(path, each.identity);
      expect(execFileSync('age', ['-d', '-i', path, file], { encoding: 'utf8' })).toBe(API_KEY);
    }
  });

  it.each([
    ['-r', []],
    ['-a -r', ['-a']],
  ] as const)(
    '%s writes a secret that is read here, with an identity of age-keygen',
    async (_, more) => {
      const identity = execFileSync('age-keygen', [], { encoding: 'utf8', stdio: 'pipe' });
      const own = /public key: (age1\S+)/u.exec(identity)?.[1] ?? '';
      const { put, reveal } = await team({ identity });
      const args = [...more, '-r', ben.recipient, '-r', own];
      await put(execFileSync('age', args, { input: API_KEY }));
      expect(await reveal()).toBe(API_KEY);
    },
  );
});
