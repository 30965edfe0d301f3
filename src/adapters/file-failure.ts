import { constants } from 'node:os';
import { StoreError } from '../core/errors.js';

/** A failure of the system about a file or a folder of this tool. */
export function fileFailed(what: string, path: string, error: unknown): StoreError {
  const code = codeOf(error);
  const { reason, next } = FAULTS[code] ?? OTHER_FAULT;
  return new StoreError(reason, { what, why: `${path}: ${code}`, next }, { cause: error });
}

interface FileFault {
  readonly reason: 'store-denied' | 'store-unavailable';
  readonly next: string;
}

const OTHER_FOLDER = 'or choose another folder with CONNECT_WIZARD_HOME.';

const DENIED: FileFault = {
  reason: 'store-denied',
  next: `Check its permissions and those of its folder, ${OTHER_FOLDER}`,
};
const TOO_MANY_OPEN: FileFault = {
  reason: 'store-unavailable',
  next: 'Too many files are open: raise the limit (ulimit -n 1024), then try again.',
};
const DISK: FileFault = {
  reason: 'store-unavailable',
  next: `Check the disk or the network share, then try again, ${OTHER_FOLDER}`,
};
const FULL: FileFault = {
  reason: 'store-unavailable',
  next: `Make room there, then try again, ${OTHER_FOLDER}`,
};
const OTHER_FAULT: FileFault = {
  reason: 'store-unavailable',
  next: `Check the folder, ${OTHER_FOLDER}`,
};

const FAULTS: Readonly<Record<string, FileFault>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: {
    ...DENIED,
    next: `Nothing can be written there: choose another folder with CONNECT_WIZARD_HOME.`,
  },
  EMFILE: TOO_MANY_OPEN,
  ENFILE: TOO_MANY_OPEN,
  EIO: DISK,
  ESTALE: DISK,
  ENOTDIR: {
    reason: 'store-unavailable',
    next: `A part of that path is a file and no folder: move it away, ${OTHER_FOLDER}`,
  },
  ENXIO: DISK,
  ETIMEDOUT: DISK,
  EHOSTDOWN: DISK,
  ENOSPC: FULL,
  EDQUOT: FULL,
};

/** The system's error code: `ENOENT`. */
export function codeOf(error: unknown): string {
  const { code = 'unknown fault', errno } = error as NodeJS.ErrnoException;
  // Node has no name for some errors of network shares (ESTALE, EDQUOT).
  if (!code.startsWith('Unknown system error')) return code;
  const named = Object.entries(constants.errno).find(([, number]) => number === -(errno ?? 0));
  return named?.[0] ?? code;
}
