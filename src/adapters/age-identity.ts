import { inputNeeded, StoreError, UsageError, type MissingInput } from '../core/errors.js';
import { Secret } from '../core/secret.js';
import type { FileGuard } from './file-guard.js';
import { createFile } from './files.js';
import type { Passphrase } from './passphrase.js';
import { LONGEST_INPUT, readInput } from './secret-input.js';
import { loadAge } from './age-library.js';

/**
 * The keys of a file store: identities that open its secrets, and recipients for which they are
 * encrypted.
 */
export interface Keys {
  readonly identities: readonly string[];
  readonly recipients: readonly string[];
}

export interface KeySource {
  /** What is missing if no variable has it and no questions are allowed. */
  readonly missing: MissingInput | undefined;
  /** The files are shared, so others may read them. Only the identities open them. */
  readonly shared: boolean;
  /**
   * @throws {StoreError} the keys can't be used, or the passphrase is wrong.
   * @throws {UsageError} the passphrase is missing.
   */
  unlock(): Promise<Keys>;
}

export const RECIPIENTS_VARIABLE = 'CONNECT_WIZARD_AGE_RECIPIENTS';
export const IDENTITY_VARIABLE = 'CONNECT_WIZARD_AGE_IDENTITY';

const NEEDED: MissingInput = {
  field: 'identity',
  label: 'Identity of the file store',
  secret: true,
  flags: [],
  variables: [IDENTITY_VARIABLE],
};

const WHAT = 'The file store cannot be opened';
const DAMAGED = 'the file is cut off, damaged or not of this tool';

/**
 * The beginning of an age file that a passphrase opens (https://age-encryption.org/v1, section
 * "scrypt").
 */
const PASSPHRASE_FILE = 'age-encryption.org/v1\n-> scrypt ';

/**
 * scrypt with N = 2^17, r = 8, p = 1, as OWASP's Password Storage Cheat Sheet recommends. Unlocking
 * takes about half a second (0.4 to 0.6 s on the measured machine) and 128 MiB, and so does each
 * guess of somebody who has the file but not the passphrase. `age` itself uses 2^18, which takes
 * this JavaScript library more than a second. The key is derived once a run, however many
 * connections there are.
 */
const WORK_FACTOR = 17;

/** How often a passphrase may be typed. */
const ATTEMPTS = 3;

interface PassphraseKeysOptions {
  readonly path: string;
  /** @returns undefined if there is no such file. */
  readonly read: (what: string, path: string) => Buffer | undefined;
  /** The store has secrets of an earlier identity. A new identity would lose them. */
  readonly hasSecrets: () => boolean;
  /** What to do if neither the file nor the passphrase can be recovered. */
  readonly startAnew: string;
  readonly passphrase: Passphrase;
}

/** The store's own identity, protected by a passphrase. It's created when it's first needed. */
export function passphraseKeys({
  path,
  read,
  hasSecrets,
  startAnew,
  passphrase,
}: PassphraseKeysOptions): KeySource {
  async function unlock(): Promise<Keys> {
    const what = 'The identity of the file store could not be read';
    const sealed = read(what, path);
    if (sealed) return openTyped(sealed);
    // A new identity opens none of the old secrets, so they would be lost silently.
    if (hasSecrets()) {
      // Another process may have created both in the meantime.
      const made = read(what, path);
      if (made) return openTyped(made);
      const team = `If it is the folder of a team, set ${IDENTITY_VARIABLE}.`;
      const next = `${team} Else bring that file back from a backup. ${startAnew}`;
      throw new StoreError('store-corrupt', { what: WHAT, why: `${path} is gone`, next });
    }
    return create();
  }

  async function create(): Promise<Keys> {
    const age = await loadAge();
    const chosen = await passphrase.choose();
    const identity = new Secret(await age.generateX25519Identity()).reveal();
    const recipient = await age.identityToRecipient(identity);
    const encrypter = new age.Encrypter();
    encrypter.setPassphrase(chosen.reveal());
    encrypter.setScryptWorkFactor(WORK_FACTOR);
    // In the format of age-keygen.
    const sealed = await encrypter.encrypt(`# public key: ${recipient}\n${identity}\n`);
    const what = 'The identity of the file store could not be written';
    if (await createFile(what, path, sealed)) {
      passphrase.made();
      return { identities: [identity], recipients: [recipient] };
    }
    // Another process was faster, so its identity counts.
    return unlock();
  }

  async function openTyped(sealed: Buffer): Promise<Keys> {
    // Checked before anybody is asked for a passphrase that can't help.
    if (!isSealed(sealed)) throw damaged(path, startAnew);
    for (let attempt = 1; ; attempt += 1) {
      const { secret, typed } = await passphrase.get();
      try {
        return await openSealed(secret, sealed, path, startAnew);
      } catch (error) {
        const wrong = error instanceof StoreError && error.reason === 'store-passphrase';
        if (!wrong || !typed || attempt === ATTEMPTS) throw error;
        passphrase.refuse(error.advice);
      }
    }
  }

  return { missing: passphrase.missing, shared: false, unlock };
}

interface TeamKeysOptions {
  /** A file with identities in the format of age-keygen. A passphrase may protect it. */
  readonly identityPath: string | undefined;
  /** `age1…`, separated by commas or spaces. Default: the recipients of the identities. */
  readonly recipients: string | undefined;
  readonly passphrase: Passphrase;
  readonly guard: FileGuard;
}

/** The keys of a team. The secrets can be shared, and each member has an identity. */
export function teamKeys(options: TeamKeysOptions): KeySource {
  const { identityPath, recipients } = options;
  return {
    missing: identityPath === undefined ? NEEDED : undefined,
    shared: true,
    async unlock() {
      if (identityPath === undefined) throw inputNeeded([NEEDED]);
      const { Decrypter, identityToRecipient } = await loadAge();
      const path = identityPath;
      const identities = await readIdentities(path, options);
      try {
        for (const identity of identities) new Decrypter().addIdentity(identity);
        const own = await Promise.all(identities.map((each) => identityToRecipient(each)));
        return { identities, recipients: await checked(recipients, own) };
      } catch (error) {
        if (error instanceof StoreError) throw error;
        throw badIdentity(path, 'it has no identity of age in it');
      }
    },
  };
}

async function readIdentities(
  path: string,
  { passphrase, guard }: TeamKeysOptions,
): Promise<string[]> {
  let content: Buffer;
  try {
    content = await readInput({ label: NEEDED.label, most: LONGEST_INPUT }, path);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw badIdentity(path, error.advice.why ?? '');
  }
  const bytes = await withoutArmor(content).catch(() => content);
  const sealed = isSealed(bytes);
  guard.checkFile(WHAT, path, { secret: !sealed });
  if (sealed) {
    const { secret } = await passphrase.get();
    const next = 'Check the passphrase of that identity.';
    return [...(await openSealed(secret, Buffer.from(bytes), path, next)).identities];
  }
  const identities = identitiesIn(content.toString('utf8'));
  if (identities.length > 0) return identities;
  throw badIdentity(path, 'it has no identity of age in it (SSH keys are not taken)');
}

/** @throws {StoreError} one of them isn't a recipient. */
async function checked(listed: string | undefined, own: string[]): Promise<string[]> {
  const wanted = (listed ?? '').split(/[\s,]+/u).filter((each) => each !== '');
  if (wanted.length === 0) return own;
  const { Encrypter } = await loadAge();
  for (const recipient of wanted) {
    try {
      new Encrypter().addRecipient(recipient);
    } catch {
      throw new StoreError('store-unavailable', {
        what: WHAT,
        why: `${RECIPIENTS_VARIABLE} has something in it that is no recipient of age`,
        next: 'A recipient begins with age1; age-keygen -y prints that of an identity.',
      });
    }
  }
  if (own.some((each) => wanted.includes(each))) return wanted;
  throw new StoreError('store-unavailable', {
    what: WHAT,
    why: `the identity of ${IDENTITY_VARIABLE} is not among the recipients: what it wrote it could not read`,
    next: `Add its public key to ${RECIPIENTS_VARIABLE}; age-keygen -y prints it.`,
  });
}

function badIdentity(path: string, why: string): StoreError {
  return new StoreError('store-unavailable', {
    what: WHAT,
    why: `the file of ${IDENTITY_VARIABLE} cannot be used: ${why} (${path})`,
    next: 'age-keygen -o identity.txt makes one; its public key has to be among the recipients.',
  });
}

function identitiesIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('AGE-SECRET-KEY-'))
    .map((line) => new Secret(line).reveal());
}

/**
 * @param otherwise what to do if the right passphrase can't be found.
 * @throws {StoreError} `store-passphrase` or `store-corrupt`.
 */
async function openSealed(
  passphrase: Secret,
  sealed: Buffer,
  path: string,
  otherwise: string,
): Promise<Keys> {
  const { Decrypter, identityToRecipient } = await loadAge();
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase.reveal());
  try {
    const identities = identitiesIn(await decrypter.decrypt(sealed, 'text'));
    if (identities.length === 0) throw damaged(path, otherwise);
    const recipients = await Promise.all(identities.map((each) => identityToRecipient(each)));
    return { identities, recipients };
  } catch (error) {
    if (!isWrongKey(error)) throw damaged(path, otherwise);
    throw new StoreError('store-passphrase', {
      what: WHAT,
      why: `the passphrase is not the one it was made with (${path})`,
      next: `Give the right one; nobody can recover it. ${otherwise}`,
    });
  }
}

/** The file has an identity that no passphrase protects, so reading it is enough. */
export async function isClearIdentity(file: Buffer): Promise<boolean> {
  return !isSealed(await withoutArmor(file).catch(() => file));
}

function isSealed(file: Uint8Array): boolean {
  return Buffer.from(file).toString('latin1').startsWith(PASSPHRASE_FILE);
}

function damaged(path: string, otherwise: string): StoreError {
  return new StoreError('store-corrupt', {
    what: WHAT,
    why: `${DAMAGED} (${path})`,
    next: `Restore that file from a backup. ${otherwise}`,
  });
}

/** The beginning of an age file in text form, which `age --armor` writes. */
const ARMOR = '-----BEGIN AGE ENCRYPTED FILE-----';

/** An age file as bytes, whichever form it's in. @throws {Error} it's cut off. */
export async function withoutArmor(file: Buffer): Promise<Uint8Array> {
  const text = file.toString('latin1');
  if (!text.startsWith(ARMOR)) return file;
  const { armor } = await loadAge();
  return armor.decode(text);
}

/**
 * The library's only message for "none of the keys fits". Its other messages are about damaged
 * files.
 */
export function isWrongKey(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('no identity matched');
}
