import { accessSync, constants, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError, type Advice } from '../core/errors.js';
import { ROOT_MENDS } from '../core/open-file.js';
import { quoted } from '../core/shell.js';
import { codeOf, failed } from './files.js';

/** Looks at who else can get at a file: what others can write decides nothing. */
export interface FileGuard {
  /**
   * A file and the folder it is in. What is not there is passed over, and so are pipes and devices.
   * What belongs to root, is open, and cannot be mended by this user is a warning, once a run: so
   * Docker and Kubernetes mount a secret.
   *
   * @param what failed, for the message.
   * @throws {StoreError} `store-denied`: others can change one of them (with `secret`, read the
   *   file), or it belongs to somebody else than this user and root.
   */
  checkFile(what: string, path: string, options?: { readonly secret?: boolean }): void;
  /** The same for a folder alone; everything below it is mended with it. */
  checkFolder(what: string, path: string): void;
  /** The same for a file that is open, once its folder was looked at. */
  checkOpen(
    what: string,
    path: string,
    stats: Stats,
    options?: { readonly secret?: boolean },
  ): void;
}

/** Where nothing can be looked at, as in the memory of a run. */
export const NO_GUARD: FileGuard = {
  checkFile: () => {},
  checkFolder: () => {},
  checkOpen: () => {},
};

const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;
const OTHERS_READ = 0o044;
/** Only the owner of a file can delete or rename it there, as in /tmp. */
const STICKY = 0o1000;

interface FileGuardOptions {
  readonly platform: NodeJS.Platform;
  /** Undefined on Windows, where the guard lets everything pass. */
  readonly userId: number | undefined;
  /** Told once of each file or folder that is open and cannot be mended by this user. */
  readonly warn?: (advice: Advice) => void;
}

interface Look {
  /** Is all below it mended, too? */
  readonly recursive?: boolean;
  /** Is it a fault if others can read it? */
  readonly secret?: boolean;
  /** Left out: looked up. */
  readonly stats?: Stats;
}

export function createFileGuard({ platform, userId, warn }: FileGuardOptions): FileGuard {
  const warned = new Set<string>();

  function check(
    what: string,
    path: string,
    { recursive = false, secret = false, stats: known }: Look = {},
  ): void {
    if (platform === 'win32' || userId === undefined) return;
    const stats = known ?? statsOf(what, path);
    if (!stats?.isFile() && !stats?.isDirectory()) return;
    const fault = faultOf(stats, userId, path, recursive, secret);
    if (!fault) return;
    const { why, command } = fault;
    if (stats.uid !== 0 || canChange(path)) {
      throw new StoreError('store-denied', { what, why: `${path}: ${why}`, next: 'Run:', command });
    }
    if (warned.has(path)) return;
    warned.add(path);
    warn?.({ what: `${path} is open to others`, why, next: ROOT_MENDS });
  }

  return {
    checkFolder: (what, path) => check(what, path, { recursive: true }),
    checkOpen: (what, path, stats, { secret = false } = {}) => check(what, path, { secret, stats }),
    checkFile(what, path, { secret = false } = {}) {
      check(what, dirname(path));
      check(what, path, { secret });
    },
  };
}

/** @returns undefined where there is nothing. */
function statsOf(what: string, path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw failed(what, path, error);
  }
}

function faultOf(
  { uid, mode }: Stats,
  userId: number,
  path: string,
  recursive: boolean,
  secret: boolean,
): { readonly why: string; readonly command: string } | undefined {
  const all = recursive ? '-R ' : '';
  if (uid !== userId && uid !== 0) {
    return {
      why: 'it belongs to another user, who can change it',
      command: `sudo chown ${all}${userId} ${quoted(path)}`,
    };
  }
  if (secret && (mode & OTHERS_READ) !== 0) {
    return {
      why: `others can read it (its permissions are ${octal(mode)})`,
      command: `chmod 600 ${quoted(path)}`,
    };
  }
  const isShared = uid === 0 && (mode & STICKY) !== 0;
  const who = `${mode & GROUP_WRITES ? 'g' : ''}${mode & OTHERS_WRITE ? 'o' : ''}`;
  if (who === '' || isShared) return undefined;
  return {
    why: `others can change it (its permissions are ${octal(mode)})`,
    command: `chmod ${all}${who}-w ${quoted(path)}`,
  };
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8);
}

/** Not so on a mount that is read-only, for root neither. */
function canChange(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
