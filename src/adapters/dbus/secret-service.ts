import { isUtf8 } from 'node:buffer';
import { createDecipheriv, getDiffieHellman, hkdfSync } from 'node:crypto';
import { connectBus, type Bus } from './bus.js';
import type { Variant } from './wire.js';

/** Reads the secrets of a Secret Service over one connection, with one key. */
export interface SecretReader {
  /**
   * Reads the secrets of several accounts together.
   *
   * @param accounts at most `MOST`.
   * @returns only the certain ones: an account with one item, which is unlocked and text.
   * @throws {Error} the service can't be asked.
   */
  read(service: string, accounts: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** A bus may accept only 128 calls at once. */
export const MOST = 64;

const NAME = 'org.freedesktop.secrets';

const SERVICE = {
  to: NAME,
  path: '/org/freedesktop/secrets',
  interface: 'org.freedesktop.Secret.Service',
} as const;

/**
 * @param path the socket of the session bus.
 * @param user the id of this process's user.
 * @throws {Error} the service can't be asked.
 * @see https://specifications.freedesktop.org/secret-service-spec/latest/
 */
export async function openSecretReader(path: string, user: number): Promise<SecretReader> {
  const bus = await connectBus(path, user);
  const { session, key } = await openSession(bus);

  async function find(service: string, username: string): Promise<string | undefined> {
    const values = [Object.entries({ service, username })];
    const call = { ...SERVICE, member: 'SearchItems', takes: 'a{ss}', values, gives: 'aoao' };
    const [unlocked, locked] = (await bus.call(call)) as [string[], string[]];
    return unlocked.length === 1 && locked.length === 0 ? unlocked[0] : undefined;
  }

  function open(iv: Buffer, sealed: Buffer): string | undefined {
    const decipher = createDecipheriv('aes-128-cbc', key, iv);
    const secret = Buffer.concat([decipher.update(sealed), decipher.final()]);
    return isUtf8(secret) ? secret.toString() : undefined;
  }

  return {
    async read(service, accounts) {
      const items = await Promise.all(accounts.map((account) => find(service, account)));
      const [secrets] = (await bus.call({
        ...SERVICE,
        member: 'GetSecrets',
        takes: 'aoo',
        values: [items.filter((item) => item !== undefined), session],
        gives: 'a{o(oayays)}',
      })) as [[string, [string, Buffer, Buffer, string]][]];
      const opened = new Map(secrets.map(([item, [, iv, sealed]]) => [item, open(iv, sealed)]));
      return new Map(
        accounts.flatMap((account, index) => {
          const secret = opened.get(items[index] ?? '');
          return secret === undefined ? [] : [[account, secret] as const];
        }),
      );
    },
  };
}

/** Agrees on a key, so that nobody who listens on the bus can read the secrets. */
async function openSession(bus: Bus): Promise<{ session: string; key: Uint8Array }> {
  // The group that the specification prescribes.
  const own = getDiffieHellman('modp2');
  const group = { type: 'ay', value: own.generateKeys() };
  const [theirs, session] = (await bus.call({
    ...SERVICE,
    member: 'OpenSession',
    takes: 'sv',
    values: ['dh-ietf1024-sha256-aes128-cbc-pkcs7', group],
    gives: 'vo',
  })) as [Variant, string];
  const common = own.computeSecret(theirs.value as Buffer);
  const key = new Uint8Array(hkdfSync('sha256', common, '', '', 16));
  return { session, key };
}
