import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../core/errors.js';
import type { SecretStore } from '../core/ports.js';
import { Secret } from '../core/secret.js';
import { codeOf, createFile, deleteFile, failed, fileOf, namesIn, replaceFile } from './files.js';
import type { Passphrase } from './passphrase.js';

/**
 * scrypt with N = 2^17, r = 8, p = 1: what OWASP's Password Storage Cheat Sheet asks for, and about
 * half a second (0.4 to 0.6 s on the machine it was measured on) and 128 MiB for whoever unlocks,
 * and for each guess of whoever has the file and not the passphrase. `age` itself takes 2^18, which
 * costs the library, that is JavaScript, more than a second. Once a run, however many connections.
 */
const WORK_FACTOR = 17;

/** How often a passphrase may be typed. */
const ATTEMPTS = 3;

const SUFFIX = '.age';

/** How an age file begins that a passphrase opens (https://age-encryption.org/v1, section "scrypt"). */
const PASSPHRASE_FILE = 'age-encryption.org/v1\n-> scrypt ';

/** What opens every secret, once the passphrase has opened it. */
interface Identity {
  readonly identity: string;
  readonly recipient: string;
}

export interface AgeFileOptions {
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly passphrase: Passphrase;
}

/**
 * Secrets in files of the age format: `<home>/identity.age` under the passphrase, and a file a
 * secret for that identity, so that `age -d -i identity.age secrets/….age` opens them too.
 */
export function createAgeFile({ home, platform, passphrase }: AgeFileOptions): SecretStore {
  const identityPath = join(home, 'identity.age');
  const folder = join(home, 'secrets');
  const startAnew = `Without it, what is in ${folder} is lost: then move both away and connect again.`;
  let unlocked: Promise<Identity> | undefined;

  /** @returns undefined where there is no such file. */
  function read(what: string, path: string): Buffer | undefined {
    try {
      if (platform !== 'win32') refuseOpen(path, statSync(path).mode);
      return readFileSync(path);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      if (codeOf(error) === 'ENOENT') return undefined;
      throw failed(what, path, error);
    }
  }

  /** One key derivation a run. One that failed may be tried again. */
  function unlock(): Promise<Identity> {
    unlocked ??= findIdentity().catch((error: unknown) => {
      unlocked = undefined;
      throw error;
    });
    return unlocked;
  }

  async function findIdentity(): Promise<Identity> {
    const what = 'The identity of the file store could not be read';
    const sealed = read(what, identityPath);
    if (sealed) return openIdentity(sealed);
    // A new identity opens none of the old secrets: they would be lost without a word.
    if (namesIn(what, folder, SUFFIX).length > 0) {
      throw new StoreError('store-corrupt', {
        what: 'The file store cannot be opened',
        why: `${identityPath} is gone`,
        next: `Bring that file back from a backup. ${startAnew}`,
      });
    }
    return createIdentity();
  }

  async function createIdentity(): Promise<Identity> {
    const age = await import('age-encryption');
    const chosen = await passphrase.choose();
    const identity = new Secret(await age.generateX25519Identity());
    const recipient = await age.identityToRecipient(identity.reveal());
    const encrypter = new age.Encrypter();
    encrypter.setPassphrase(chosen.reveal());
    encrypter.setScryptWorkFactor(WORK_FACTOR);
    // As age-keygen writes it.
    const sealed = await encrypter.encrypt(`# public key: ${recipient}\n${identity.reveal()}\n`);
    const what = 'The identity of the file store could not be written';
    if (await createFile(what, identityPath, sealed))
      return { identity: identity.reveal(), recipient };
    // Another process was faster: its identity is the one that counts.
    return findIdentity();
  }

  async function openIdentity(sealed: Buffer): Promise<Identity> {
    for (let attempt = 1; ; attempt += 1) {
      const { secret, typed } = await passphrase.get();
      try {
        return await openWith(secret, sealed, identityPath, startAnew);
      } catch (error) {
        const wrong = error instanceof StoreError && error.reason === 'store-passphrase';
        if (!wrong || !typed || attempt === ATTEMPTS) throw error;
        passphrase.refuse(error.advice);
      }
    }
  }

  return {
    description: { kind: 'file', backend: 'encrypted files', persistent: true },
    absenceIsProof: true,
    async getPassword(account) {
      const path = fileOf(folder, account, SUFFIX);
      const sealed = read(`The secret of ${account} could not be read`, path);
      if (!sealed) return null;
      const { identity } = await unlock();
      const { Decrypter } = await import('age-encryption');
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      try {
        return new Secret(await decrypter.decrypt(sealed, 'text'));
      } catch (error) {
        throw new StoreError('store-corrupt', {
          what: `The secret of ${account} cannot be read`,
          why: `${noneFits(error) ? `it is not encrypted for ${identityPath}` : DAMAGED} (${path})`,
          next: 'Nothing was changed. Bring that file back from a backup, or move it away and connect again.',
        });
      }
    },
    async setPassword(account, password) {
      const { recipient } = await unlock();
      const { Encrypter } = await import('age-encryption');
      const encrypter = new Encrypter();
      encrypter.addRecipient(recipient);
      const sealed = await encrypter.encrypt(password.reveal());
      const what = `The secret of ${account} could not be written`;
      await replaceFile(what, fileOf(folder, account, SUFFIX), sealed);
    },
    async deletePassword(account) {
      const what = `The secret of ${account} could not be deleted`;
      return deleteFile(what, fileOf(folder, account, SUFFIX));
    },
  };
}

/**
 * @param startAnew what to do where neither the file nor the passphrase comes back.
 * @throws {StoreError} `store-passphrase` or `store-corrupt`.
 */
async function openWith(
  passphrase: Secret,
  sealed: Buffer,
  path: string,
  startAnew: string,
): Promise<Identity> {
  const { Decrypter, identityToRecipient } = await import('age-encryption');
  const what = 'The file store cannot be opened';
  const damaged = new StoreError('store-corrupt', {
    what,
    why: `${DAMAGED} (${path})`,
    next: `Bring that file back from a backup. ${startAnew}`,
  });
  if (!sealed.toString('latin1').startsWith(PASSPHRASE_FILE)) throw damaged;
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase.reveal());
  try {
    const text = await decrypter.decrypt(sealed, 'text');
    const line = text.split('\n').find((each) => each.startsWith('AGE-SECRET-KEY-1')) ?? '';
    const identity = new Secret(line.trim()).reveal();
    return { identity, recipient: await identityToRecipient(identity) };
  } catch (error) {
    if (!noneFits(error)) throw damaged;
    throw new StoreError('store-passphrase', {
      what,
      why: `the passphrase is not the one it was made with (${path})`,
      next: `Give the right one; nobody can recover it. ${startAnew}`,
    });
  }
}

const DAMAGED = 'the file is cut off, damaged or not of this tool';

/** The library's only word for "none of the keys fits"; all else it says of a file that is damaged. */
function noneFits(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('no identity matched');
}

/** @throws {StoreError} others may read or change the file. */
function refuseOpen(path: string, mode: number): void {
  if ((mode & 0o077) === 0) return;
  throw new StoreError('store-denied', {
    what: 'The file store was not opened',
    why: `others on this machine may get at ${path}: its permissions are ${(mode & 0o777).toString(8)}, and not 600`,
    next: `Run: chmod 600 '${path}'`,
  });
}
