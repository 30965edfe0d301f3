import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/** A pipe that nobody writes to keeps nobody waiting, and a terminal stays as it is. Windows has neither. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/**
 * Opens a file to read it. What is looked at is what is read: both are done to the one open file. Behind
 * a link there may be a device that never ends, such as /dev/zero.
 *
 * @param read looks at what it is, then reads it; what it throws is thrown.
 * @param flags beside those to read.
 * @throws {Error} of the system: it cannot be opened.
 */
export function withOpenFile<Content>(
  path: string,
  read: (file: number, stats: Stats) => Content,
  flags = 0,
): Content {
  const file = openSync(path, READ | flags);
  try {
    return read(file, fstatSync(file));
  } finally {
    closeSync(file);
  }
}

/** At most so many bytes: a file of the system's own (/proc) says that it has none, and may have terabytes. */
export function readUpTo(file: number, most: number): Buffer {
  const bytes = Buffer.allocUnsafe(most);
  let length = 0;
  for (;;) {
    const read = readSync(file, bytes, length, most - length, null);
    length += read;
    if (read === 0 || length === most) return bytes.subarray(0, length);
  }
}
