import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  armor,
  Decrypter,
  Encrypter,
  generateX25519Identity,
  identityToRecipient,
} from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createAgeFile } from '../../src/adapters/age-file.js';
import { createFileGuard } from '../../src/adapters/file-guard.js';
import type { Passphrase } from '../../src/adapters/passphrase.js';
import { StoreError, UsageError, type Advice } from '../../src/core/errors.js';
import type { SecretStore } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';
import { API_KEY, TOKEN } from '../support/fakes.js';

const PHRASE = 'correct horse battery staple';
const ACME = 'freshservice/acme';
const AMY = 'gladly/acme.us-1';
const ACME_FILE = join('secrets', 'freshservice%2Facme.age');
const AMY_FILE = join('secrets', 'gladly%2Facme.us-1.age');

interface FakePassphrase extends Passphrase {
  readonly calls: readonly ('get' | 'choose' | 'made')[];
  readonly refused: readonly Advice[];
}

/** Gives the answers in this order; another question fails the test. */
function passphrase(answers: readonly string[], typed = false): FakePassphrase {
  const open = [...answers];
  const calls: ('get' | 'choose' | 'made')[] = [];
  const refused: Advice[] = [];
  const next = (call: 'get' | 'choose'): Secret => {
    calls.push(call);
    const answer = open.shift();
    if (answer === undefined) throw new Error(`the passphrase was asked for once more (${call})`);
    return new Secret(answer);
  };
  return {
    missing: undefined,
    calls,
    refused,
    get: async () => ({ secret: next('get'), typed }),
    choose: async () => next('choose'),
    refuse: (advice) => {
      refused.push(advice);
    },
    made: () => {
      calls.push('made');
    },
  };
}

const storeIn = (home: string, from: Passphrase = passphrase([PHRASE])): SecretStore =>
  createAgeFile({
    home,
    variable: () => undefined,
    expand: (given) => given,
    passphrase: from,
    guard: createFileGuard({ platform: process.platform, userId: process.geteuid?.() }),
  });

async function emptyHome(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-age-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'home');
}

/** Like `age -p`, but with a work factor that takes no time. */
async function underPassphrase(text: string, phrase = PHRASE): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(phrase);
  encrypter.setScryptWorkFactor(1);
  return encrypter.encrypt(text);
}

async function encryptedFor(recipient: string, text: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return encrypter.encrypt(text);
}

/** `1` becomes `2`. */
const changedAt = (bytes: Uint8Array, index: number): Uint8Array =>
  bytes.map((byte, at) => (at === index ? byte ^ 0b11 : byte));

const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);
const stranger = await identityToRecipient(await generateX25519Identity());
const sealedIdentity = await underPassphrase(`# public key: ${recipient}\n${identity}\n`);
const sealedKey = await encryptedFor(recipient, API_KEY);

/** A home with an identity and the secret of `ACME`. */
async function filledHome(): Promise<string> {
  const home = await emptyHome();
  await mkdir(join(home, 'secrets'), { recursive: true, mode: 0o700 });
  await writeFile(join(home, 'identity.age'), sealedIdentity, { mode: 0o600 });
  await writeFile(join(home, ACME_FILE), sealedKey, { mode: 0o600 });
  return home;
}

async function failureOf(call: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await call.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StoreError);
  return error as StoreError;
}

const reveal = async (call: Promise<Secret | null>): Promise<string | undefined> =>
  (await call)?.reveal();

const mode = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

/** The paths of all files below a folder. */
async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(folder.length + 1))
    .toSorted();
}

/** Beyond the contract of all stores (`store-contract.test.ts`). */
describe('a secret in encrypted files', () => {
  it.each([
    ['of several lines', 'a\nb\r\n\tc\u2028\u0000'],
    ['with spaces around it', '  a secret \n'],
    ['as long as 64 KiB', 'x'.repeat(64 * 1024)],
    ['longer than that', Array.from({ length: 30_000 }, (__, n) => n).join(' ')],
  ])('%s is kept whole', async (_, value) => {
    const store = storeIn(await filledHome());
    await store.setPassword(AMY, new Secret(value));
    expect(await reveal(store.getPassword(AMY))).toBe(value);
  });

  it("is kept apart from a secret whose name looks like its file's name", async () => {
    const store = storeIn(await filledHome());
    await store.setPassword('gladly/acme', new Secret(TOKEN));
    await store.setPassword('gladly%2Facme', new Secret(`${TOKEN} of another`));
    expect(await reveal(store.getPassword('gladly/acme'))).toBe(TOKEN);
    expect(await store.accounts()).toEqual([ACME, 'gladly%2Facme', 'gladly/acme']);
  });
});

describe('a new file store', () => {
  let folder: string;
  let home: string;
  const chosen = passphrase([PHRASE]);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'connect-wizard-age-new-'));
    home = join(folder, 'home');
    const store = storeIn(home, chosen);
    await store.setPassword(ACME, new Secret(API_KEY));
    await store.setPassword(AMY, new Secret(TOKEN));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has its passphrase chosen once, and opens with it in another run', async () => {
    const again = passphrase([PHRASE]);
    const store = storeIn(home, again);
    expect(await reveal(store.getPassword(ACME))).toBe(API_KEY);
    expect(await reveal(store.getPassword(AMY))).toBe(TOKEN);
    expect(chosen.calls).toEqual(['choose', 'made']);
    expect(again.calls).toEqual(['get']);
  });

  it('has an identity, a file for each secret, and nothing else', async () => {
    expect(await filesBelow(home)).toEqual(['identity.age', ACME_FILE, AMY_FILE]);
  });

  it.runIf(process.platform !== 'win32')('can be read by its owner only', async () => {
    expect(await mode(home)).toBe('700');
    expect(await mode(join(home, 'secrets'))).toBe('700');
    expect(await mode(join(home, 'identity.age'))).toBe('600');
    expect(await mode(join(home, ACME_FILE))).toBe('600');
    expect(await mode(join(home, AMY_FILE))).toBe('600');
  });

  it('has binary age files, and a work factor of 17 for the passphrase', async () => {
    const sealed = await readFile(join(home, 'identity.age'), 'latin1');
    expect(sealed).toMatch(/^age-encryption\.org\/v1\n-> scrypt [A-Za-z0-9+/]{22} 17\n/u);
    expect(await readFile(join(home, ACME_FILE), 'latin1')).toMatch(
      /^age-encryption\.org\/v1\n-> X25519 [A-Za-z0-9+/]{43}\n/u,
    );
  });

  it('can be opened with the passphrase and without this tool', async () => {
    const first = new Decrypter();
    first.addPassphrase(PHRASE);
    const text = await first.decrypt(await readFile(join(home, 'identity.age')), 'text');
    const [comment, key, ...rest] = text.split('\n');
    expect(comment).toBe(`# public key: ${await identityToRecipient(key ?? '')}`);
    expect(rest).toEqual(['']);
    const second = new Decrypter();
    second.addIdentity(key ?? '');
    expect(await second.decrypt(await readFile(join(home, AMY_FILE)), 'text')).toBe(TOKEN);
  });

  it('has no secret, passphrase or identity in plain text', async () => {
    const whole = await Promise.all(
      (await filesBelow(home)).map((file) => readFile(join(home, file), 'latin1')),
    );
    const text = whole.join('\n');
    for (const value of [API_KEY, TOKEN, PHRASE, 'AGE-SECRET-KEY-']) {
      for (const encoding of ['latin1', 'hex', 'base64'] as const) {
        // Without the padding and the last character, which depends on the next ones.
        const spelling = Buffer.from(value).toString(encoding).replace(/.?=+$/u, '');
        expect(text).not.toContain(spelling);
      }
    }
  });
});

describe('the first secret', () => {
  it('of two processes at once makes one identity, which opens the secrets of both', async () => {
    const home = await emptyHome();
    const phrases = [passphrase([PHRASE, PHRASE]), passphrase([PHRASE, PHRASE])] as const;
    await Promise.all([
      storeIn(home, phrases[0]).setPassword(ACME, new Secret(API_KEY)),
      storeIn(home, phrases[1]).setPassword(AMY, new Secret(TOKEN)),
    ]);
    const calls = phrases.map((each) => each.calls.join(', '));
    expect(calls.toSorted()).toEqual(['choose, get', 'choose, made']);
    expect(await filesBelow(home)).toEqual(['identity.age', ACME_FILE, AMY_FILE]);
    const third = storeIn(home);
    expect(await reveal(third.getPassword(ACME))).toBe(API_KEY);
    expect(await reveal(third.getPassword(AMY))).toBe(TOKEN);
  });

  it('can be tried again if no passphrase was chosen, in spite of the files of a crash', async () => {
    const home = await emptyHome();
    await mkdir(join(home, 'secrets'), { recursive: true });
    await writeFile(join(home, 'identity.age.1234.tmp'), 'age-encryption.org/v1\n');
    await writeFile(join(home, `${ACME_FILE}.1234.tmp`), 'age-encryption.org/v1\n');
    const needed = new UsageError({ what: 'Missing', next: 'Give it.' }, 'input-needed');
    const answers = [() => Promise.reject(needed), async () => new Secret(PHRASE)];
    const store = storeIn(home, {
      ...passphrase([]),
      choose: async () => {
        const [answer = () => Promise.reject(new Error('chosen once more'))] = answers.splice(0, 1);
        return answer();
      },
    });
    await expect(store.setPassword(ACME, new Secret(API_KEY))).rejects.toBe(needed);
    expect(await readdir(home)).not.toContain('identity.age');
    await store.setPassword(ACME, new Secret(API_KEY));
    expect(await reveal(store.getPassword(ACME))).toBe(API_KEY);
  });
});

describe('the passphrase', () => {
  it('is asked for once, however many secrets are read and written at once', async () => {
    const once = passphrase([PHRASE]);
    const store = storeIn(await filledHome(), once);
    const many = Array.from({ length: 10 }, (_, n) => `n${n}`);
    await Promise.all([
      ...many.map(() => store.getPassword(ACME)),
      ...many.map((name) => store.setPassword(name, new Secret(TOKEN))),
    ]);
    await Promise.all(many.map((name) => store.getPassword(name)));
    expect(once.calls).toEqual(['get']);
  });

  it('is not needed to delete a secret or to find none', async () => {
    const home = await filledHome();
    const never = passphrase([]);
    const store = storeIn(home, never);
    await expect(store.getPassword(AMY)).resolves.toBeNull();
    await expect(store.deletePassword(AMY)).resolves.toBe(false);
    await expect(store.deletePassword(ACME)).resolves.toBe(true);
    expect(await filesBelow(home)).toEqual(['identity.age']);
    expect(never.calls).toEqual([]);
  });

  it('is not asked for if there is no store, and none is made', async () => {
    const home = await emptyHome();
    const store = storeIn(home, passphrase([]));
    await expect(store.getPassword(ACME)).resolves.toBeNull();
    await expect(store.deletePassword(ACME)).resolves.toBe(false);
    await expect(stat(home)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is tried once if it comes from a variable and is wrong', async () => {
    const wrong = passphrase(['hunter2-Quokka']);
    const error = await failureOf(storeIn(await filledHome(), wrong).getPassword(ACME));
    expect(error.reason).toBe('store-passphrase');
    expect(error.message).not.toContain('Quokka');
    expect(wrong.calls).toEqual(['get']);
    expect(wrong.refused).toEqual([]);
  });

  it('may be typed three times', async () => {
    const wrong = passphrase(['first', 'second', 'third'], true);
    const error = await failureOf(storeIn(await filledHome(), wrong).getPassword(ACME));
    expect(error.reason).toBe('store-passphrase');
    expect(wrong.calls).toEqual(['get', 'get', 'get']);
    expect(wrong.refused).toHaveLength(2);
  });

  it('opens the store at the third try, and each wrong one is reported', async () => {
    const slow = passphrase(['first', 'second', PHRASE], true);
    expect(await reveal(storeIn(await filledHome(), slow).getPassword(ACME))).toBe(API_KEY);
    expect(slow.refused.map(({ why }) => why)).toEqual([
      expect.stringContaining('not the one it was made with'),
      expect.stringContaining('not the one it was made with'),
    ]);
  });

  it('can be tried again by a later call, but not by one that waits', async () => {
    const later = passphrase(['wrong', PHRASE]);
    const store = storeIn(await filledHome(), later);
    const waiting = [store.getPassword(ACME), store.setPassword(AMY, new Secret(TOKEN))];
    const errors = await Promise.all(waiting.map(failureOf));
    expect(errors.map(({ reason }) => reason)).toEqual(['store-passphrase', 'store-passphrase']);
    expect(later.calls).toEqual(['get']);
    expect(await reveal(store.getPassword(ACME))).toBe(API_KEY);
  });
});

describe('an identity file', () => {
  it('that is cut off anywhere is store-corrupt', async () => {
    const home = await filledHome();
    const taken: string[] = [];
    for (let length = 0; length < sealedIdentity.length; length += 1) {
      await writeFile(join(home, 'identity.age'), sealedIdentity.subarray(0, length));
      const { reason } = await failureOf(storeIn(home).getPassword(ACME));
      if (reason !== 'store-corrupt') taken.push(`${length}: ${reason}`);
    }
    expect(taken).toEqual([]);
  });

  it.each<[string, () => string | Uint8Array | Promise<string | Uint8Array>]>([
    ["that isn't one", () => 'hello\n'],
    ['that is not encrypted', () => `${identity}\n`],
    ['that is in armor', () => armor.encode(sealedIdentity)],
    ['that is encrypted for itself', () => encryptedFor(recipient, `${identity}\n`)],
    ['that is encrypted for another key', () => encryptedFor(stranger, `${identity}\n`)],
    ['that holds no identity', () => underPassphrase('hello\n')],
    ['that holds half an identity', () => underPassphrase(`${identity.slice(0, 40)}\n`)],
    ['of a newer format', () => changedAt(sealedIdentity, 'age-encryption.org/v'.length)],
    ['with a changed byte at its end', () => changedAt(sealedIdentity, sealedIdentity.length - 1)],
    ['with something after its end', () => Buffer.concat([sealedIdentity, Buffer.from('\n')])],
  ])('%s is store-corrupt and stays as it is', async (_, make) => {
    const home = await filledHome();
    const path = join(home, 'identity.age');
    const content = await make();
    await writeFile(path, content);
    const typed = passphrase([PHRASE], true);
    const error = await failureOf(storeIn(home, typed).getPassword(ACME));
    expect(error.reason).toBe('store-corrupt');
    expect(typed.refused).toEqual([]);
    expect(error.advice.why).toContain(path);
    expect(JSON.stringify(error.advice)).not.toContain(identity.slice(0, 30));
    expect(await readFile(path)).toEqual(Buffer.from(content));
    expect(await filesBelow(home)).toEqual(['identity.age', ACME_FILE]);
  });

  it.each([
    ['as age-keygen writes it', `# created: 2026-11-20\n# public key: ${recipient}\n${identity}\n`],
    ['alone', identity],
    ['with Windows line ends', `# public key: ${recipient}\r\n${identity}\r\n`],
  ])('%s, sealed by another tool, opens the store', async (_, text) => {
    const home = await filledHome();
    await writeFile(join(home, 'identity.age'), await underPassphrase(text));
    const store = storeIn(home);
    expect(await reveal(store.getPassword(ACME))).toBe(API_KEY);
    await store.setPassword(AMY, new Secret(TOKEN));
    expect(await reveal(storeIn(home, passphrase([PHRASE])).getPassword(AMY))).toBe(TOKEN);
  });

  it('that is repaired opens the store in the same run', async () => {
    const home = await filledHome();
    const store = storeIn(home, passphrase([PHRASE, PHRASE]));
    await writeFile(join(home, 'identity.age'), sealedIdentity.subarray(0, 100));
    expect((await failureOf(store.getPassword(ACME))).reason).toBe('store-corrupt');
    await writeFile(join(home, 'identity.age'), sealedIdentity);
    expect(await reveal(store.getPassword(ACME))).toBe(API_KEY);
  });

  it('that is missing although there are secrets is store-corrupt, and no other is made', async () => {
    const home = await filledHome();
    await rm(join(home, 'identity.age'));
    const never = passphrase([]);
    const store = storeIn(home, never);
    for (const call of [
      () => store.getPassword(ACME),
      () => store.setPassword(ACME, new Secret(TOKEN)),
      () => store.setPassword(AMY, new Secret(TOKEN)),
    ]) {
      const error = await failureOf(call());
      expect(error.reason).toBe('store-corrupt');
      expect(error.advice.why).toBe(`${join(home, 'identity.age')} is gone`);
    }
    expect(never.calls).toEqual([]);
    expect(await filesBelow(home)).toEqual([ACME_FILE]);
    expect(await readFile(join(home, ACME_FILE))).toEqual(Buffer.from(sealedKey));
  });
});

describe('the file of a secret', () => {
  it('that is changed anywhere is store-corrupt', async () => {
    const home = await filledHome();
    const store = storeIn(home);
    const taken: string[] = [];
    for (let at = 0; at < sealedKey.length; at += 1) {
      await writeFile(join(home, ACME_FILE), changedAt(sealedKey, at));
      const { reason } = await failureOf(store.getPassword(ACME));
      if (reason !== 'store-corrupt') taken.push(`${at}: ${reason}`);
    }
    expect(taken).toEqual([]);
  });

  it('that is cut off anywhere is store-corrupt', async () => {
    const home = await filledHome();
    const store = storeIn(home);
    const taken: string[] = [];
    for (let length = 0; length < sealedKey.length; length += 1) {
      await writeFile(join(home, ACME_FILE), sealedKey.subarray(0, length));
      const { reason } = await failureOf(store.getPassword(ACME));
      if (reason !== 'store-corrupt') taken.push(`${length}: ${reason}`);
    }
    expect(taken).toEqual([]);
  });

  it.each<[string, RegExp, () => string | Uint8Array | Promise<string | Uint8Array>]>([
    ["that isn't one", /damaged/u, () => API_KEY],
    ['whose armor is cut off', /damaged/u, () => armor.encode(sealedKey).slice(0, -60)],
    ['for another identity', /not encrypted for/u, () => encryptedFor(stranger, API_KEY)],
    ['encrypted with the passphrase', /not encrypted for/u, () => underPassphrase(API_KEY)],
    ['with a changed byte', /damaged/u, () => changedAt(sealedKey, sealedKey.length - 1)],
  ])('%s is store-corrupt, and stays until it is replaced', async (_, why, make) => {
    const home = await filledHome();
    const path = join(home, ACME_FILE);
    const content = await make();
    await writeFile(path, content);
    const store = storeIn(home);
    const error = await failureOf(store.getPassword(ACME));
    expect(error.reason).toBe('store-corrupt');
    expect(error.advice.why).toMatch(why);
    expect(error.advice.why).toContain(path);
    expect(JSON.stringify(error.advice)).not.toContain(API_KEY);
    expect(await readFile(path)).toEqual(Buffer.from(content));
    await store.setPassword(ACME, new Secret(TOKEN));
    expect(await reveal(store.getPassword(ACME))).toBe(TOKEN);
  });

  it('that is damaged stops no other', async () => {
    const home = await filledHome();
    await writeFile(join(home, AMY_FILE), 'hello', { mode: 0o600 });
    const store = storeIn(home);
    expect((await failureOf(store.getPassword(AMY))).reason).toBe('store-corrupt');
    expect(await reveal(store.getPassword(ACME))).toBe(API_KEY);
  });
});

describe.runIf(process.platform !== 'win32')('permissions', () => {
  const wide = [0o644, 0o640, 0o660, 0o604];
  describe.each([['identity.age'], [ACME_FILE]])('of %s', (file) => {
    it.each(wide.map((each) => [each.toString(8), each] as const))(
      '%s are store-denied until they are 600',
      async (name, each) => {
        const home = await filledHome();
        const path = join(home, file);
        await chmod(path, each);
        const store = storeIn(home);
        const { reason, advice } = await failureOf(store.getPassword(ACME));
        expect(reason).toBe('store-denied');
        expect(advice.why).toContain(`its permissions are ${name})`);
        expect(advice.command).toBe(`chmod 600 '${path}'`);
        await chmod(path, 0o600);
        expect(await reveal(store.getPassword(ACME))).toBe(API_KEY);
      },
    );

    it('400 are accepted', async () => {
      const home = await filledHome();
      await chmod(join(home, file), 0o400);
      expect(await reveal(storeIn(home).getPassword(ACME))).toBe(API_KEY);
    });
  });

  it('of the identity are checked before a write, too', async () => {
    const home = await filledHome();
    await chmod(join(home, 'identity.age'), 0o644);
    const call = storeIn(home).setPassword(AMY, new Secret(TOKEN));
    expect((await failureOf(call)).reason).toBe('store-denied');
    expect(await filesBelow(home)).toEqual(['identity.age', ACME_FILE]);
  });

  it('are not checked on Windows, where all files look alike', async () => {
    const home = await filledHome();
    await chmod(join(home, 'identity.age'), 0o666);
    await chmod(join(home, ACME_FILE), 0o666);
    const store = createAgeFile({
      home,
      guard: createFileGuard({ platform: 'win32', userId: undefined }),
      variable: () => undefined,
      expand: (given) => given,
      passphrase: passphrase([PHRASE]),
    });
    expect(await reveal(store.getPassword(ACME))).toBe(API_KEY);
  });
});

describe('a home that cannot be used', () => {
  it('because it is a file is store-unavailable, without a question for the passphrase', async () => {
    const home = await emptyHome();
    await writeFile(home, 'not a folder');
    const never = passphrase([]);
    const store = storeIn(home, never);
    for (const call of [
      () => store.getPassword(ACME),
      () => store.setPassword(ACME, new Secret(API_KEY)),
      () => store.deletePassword(ACME),
    ]) {
      expect((await failureOf(call())).reason).toBe('store-unavailable');
    }
    expect(never.calls).toEqual([]);
  });

  it('because a folder is in the way has no half-written file', async () => {
    const home = await filledHome();
    await mkdir(join(home, AMY_FILE, 'in-the-way'), { recursive: true });
    await failureOf(storeIn(home).setPassword(AMY, new Secret(TOKEN)));
    expect(await filesBelow(home)).toEqual(['identity.age', ACME_FILE]);
  });
});

it('the file store is called encrypted files, and is reliable about missing secrets', async () => {
  const store = storeIn(await emptyHome(), passphrase([]));
  expect(store.description).toEqual({
    kind: 'file',
    backend: 'encrypted files',
    persistent: true,
  });
  expect(store.nullIsReliable).toBe(true);
});
