import { join } from 'node:path';
import type { Decrypter, Encrypter } from 'age-encryption';
import { StoreError, type MissingInput } from '../core/errors.js';
import type { SecretStore } from '../core/ports.js';
import { Secret } from '../core/secret.js';
import type { StoreDescription } from '../core/store.js';
import { loadAge } from './age-library.js';
import {
  teamKeys,
  IDENTITY_VARIABLE,
  isWrongKey,
  passphraseKeys,
  RECIPIENTS_VARIABLE,
  withoutArmor,
  type Keys,
} from './age-identity.js';
import { NO_GUARD, type FileGuard } from './file-guard.js';
import { deleteFile, fileOf, namesIn, readBytes, replaceFile } from './files.js';
import type { Passphrase } from './passphrase.js';

const SUFFIX = '.age';

export const AGE_FILE: StoreDescription = {
  kind: 'file',
  backend: 'encrypted files',
  persistent: true,
};

export interface AgeFileOptions {
  readonly home: string;
  readonly variable: (name: string) => string | undefined;
  /** Replaces `~/` at the start of a path. */
  readonly expand: (path: string) => string;
  readonly passphrase: Passphrase;
  readonly guard?: FileGuard;
}

/**
 * Secrets in files of the age format, one file each in `<home>/secrets`. They are encrypted for the
 * identity in `<home>/identity.age`, so `age -d -i identity.age secrets/….age` opens them too, or
 * for the recipients of a team.
 */
export function createAgeFile(
  options: AgeFileOptions,
): SecretStore & { readonly missing: MissingInput | undefined } {
  const { home, variable, expand, passphrase, guard = NO_GUARD } = options;
  const identityPath = join(home, 'identity.age');
  const folder = join(home, 'secrets');
  let unlocked: Promise<Unlocked> | undefined;

  const hasSecrets = (): boolean =>
    namesIn('The file store could not be read', folder, SUFFIX).length > 0;

  /** @throws {StoreError} others can change what is there. */
  function check(what: string): void {
    guard.checkFolder(what, home);
    guard.checkFolder(what, folder);
  }

  /** @returns undefined if there is no such file. */
  function read(what: string, path: string): Buffer | undefined {
    check(what);
    return readBytes(what, path, (stats) =>
      guard.checkOpen(what, path, stats, { secret: !source.shared }),
    );
  }

  const [recipients, teamIdentity] = [variable(RECIPIENTS_VARIABLE), variable(IDENTITY_VARIABLE)];
  const source =
    recipients === undefined && teamIdentity === undefined
      ? passphraseKeys({
          path: identityPath,
          read,
          hasSecrets,
          startAnew: `Without it, what is in ${folder} is lost: then move both away and connect again.`,
          passphrase,
        })
      : teamKeys({
          identityPath: teamIdentity && expand(teamIdentity),
          recipients,
          passphrase,
          guard,
        });

  /** Derives the keys once a run. A failed attempt may be repeated. */
  function unlock(): Promise<Unlocked> {
    unlocked ??= source
      .unlock()
      .then(prepare)
      .catch((error: unknown) => {
        unlocked = undefined;
        throw error;
      });
    return unlocked;
  }

  return {
    description: AGE_FILE,
    nullIsReliable: true,
    missing: source.missing,
    async getPassword(account) {
      const path = fileOf(folder, account, SUFFIX);
      const sealed = read(`The secret of ${account} could not be read`, path);
      if (!sealed) return null;
      const { decrypter } = await unlock();
      try {
        const bytes = await decrypter.decrypt(await withoutArmor(sealed));
        // Decoded here, because the library's own text loses a BOM.
        return Secret.around(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
      } catch (error) {
        const why = isWrongKey(error)
          ? `it is not encrypted for ${source.shared ? 'the identity that was given' : identityPath}`
          : 'the file is cut off, damaged or not of this tool';
        throw new StoreError('store-corrupt', {
          what: `The secret of ${account} cannot be read`,
          why: `${why} (${path})`,
          next: 'Nothing was changed. Restore that file from a backup, or move it away and connect again.',
        });
      }
    },
    async setPassword(account, password) {
      const { encrypter } = await unlock();
      const sealed = await encrypter.encrypt(password.reveal());
      const what = `The secret of ${account} could not be written`;
      check(what);
      await replaceFile(what, fileOf(folder, account, SUFFIX), sealed);
    },
    async deletePassword(account) {
      const what = `The secret of ${account} could not be deleted`;
      check(what);
      return deleteFile(what, fileOf(folder, account, SUFFIX));
    },
    async accounts() {
      check('The file store could not be read');
      return namesIn('The file store could not be read', folder, SUFFIX);
    },
  };
}

interface Unlocked {
  readonly decrypter: Decrypter;
  readonly encrypter: Encrypter;
}

/** For all files of a run: the library derives a public key for each new decrypter. */
async function prepare({ identities, recipients }: Keys): Promise<Unlocked> {
  const age = await loadAge();
  const decrypter = new age.Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  const encrypter = new age.Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return { decrypter, encrypter };
}
