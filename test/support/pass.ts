import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** From Debian's packages golang-docker-credential-helpers, pass and gnupg. */
export const PASS_PROGRAMS: readonly string[] = ['docker-credential-pass', 'pass', 'gpg'];

const KEY = 'connect-wizard test <test@connect-wizard.invalid>';

/** A key for a test, without a passphrase, and password stores for it. */
export interface Pass {
  /** Where the key is; no password store is set up yet. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets up an empty password store in `folder`. @returns the variables that lead there. */
  init(folder: string): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

export async function startPass(): Promise<Pass> {
  // gpg-agent listens in this folder, and the path of a socket has to be short.
  const folder = await mkdtemp(join(tmpdir(), 'cw-pass-'));
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, GNUPGHOME: folder };
  const uses = ['--quick-gen-key', KEY, 'default', 'default', 'never'];
  await execute('gpg', ['--batch', '--passphrase', '', ...uses], { env });
  return {
    env,
    async init(store) {
      const whole = { ...env, PASSWORD_STORE_DIR: store };
      await execute('pass', ['init', 'test@connect-wizard.invalid'], { env: whole });
      return whole;
    },
    async close() {
      await execute('gpgconf', ['--kill', 'all'], { env });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
