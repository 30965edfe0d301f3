import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/**
 * A pipe without a writer doesn't block, and a terminal doesn't become the controlling one. Windows
 * has neither flag.
 */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/**
 * Opens a file to read it. The checked file is the one that is read, because both use the same open
 * file. A link may lead to a device that never ends, such as /dev/zero.
 *
 * @param read checks the open file, then reads it. What it throws is passed on.
 * @param flags added to those for reading.
 * @throws {Error} the system's error if the file can't be opened.
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

/** Reads at most this many bytes. A file in /proc claims to be empty and may have terabytes. */
export function readUpTo(file: number, most: number): Buffer {
  const bytes = Buffer.allocUnsafe(most);
  let length = 0;
  for (;;) {
    const read = readSync(file, bytes, length, most - length, null);
    length += read;
    if (read === 0 || length === most) return bytes.subarray(0, length);
  }
}
