import { accessSync, constants, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError, type Advice } from '../core/errors.js';
import { ONLY_ROOT } from '../core/exposed-file.js';
import { quoted } from '../core/shell.js';
import { codeOf, fileFailed } from './file-failure.js';

/** Checks who else can access a file. Nothing that others can write is trusted. */
export interface FileGuard {
  /**
   * Checks a file and its folder. Missing files, pipes and devices are skipped. There is only a
   * warning, once a run, for an exposed file of root's that this user can't fix: Docker and Kubernetes
   * mount secrets like that.
   *
   * @param what what failed, for the message.
   * @throws {StoreError} `store-denied`: others can change one of them (or, with `secret`, read the
   *   file), or it belongs to somebody other than this user and root.
   */
  checkFile(what: string, path: string, options?: { readonly secret?: boolean }): void;
  /** Checks only a folder. Its suggested command also fixes everything below it. */
  checkFolder(what: string, path: string): void;
  /** Checks a file that is already open. Check its folder first. */
  checkOpen(
    what: string,
    path: string,
    stats: Stats,
    options?: { readonly secret?: boolean },
  ): void;
}

/** For places without files, such as the memory of a run. */
export const NO_GUARD: FileGuard = {
  checkFile: () => {},
  checkFolder: () => {},
  checkOpen: () => {},
};

const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;
const OTHERS_READ = 0o044;
/** Only a file's owner can delete or rename it there, as in /tmp. */
const STICKY = 0o1000;

interface FileGuardOptions {
  readonly platform: NodeJS.Platform;
  /** Undefined on Windows, where the guard allows everything. */
  readonly userId: number | undefined;
  /** Called once for each file or folder that is open and that this user can't fix. */
  readonly warn?: (advice: Advice) => void;
}

interface Look {
  /** The fix covers everything below it. */
  readonly recursive?: boolean;
  /** It's a fault if others can read it. */
  readonly secret?: boolean;
  /** Default: looked up. */
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
    warn?.({ what: `${path} is open to others`, why, next: ONLY_ROOT });
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

/** @returns undefined if there is nothing. */
function statsOf(what: string, path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw fileFailed(what, path, error);
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

/** False on a read-only mount, even for root. */
function canChange(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
