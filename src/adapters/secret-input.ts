import { constants, openSync, readFileSync, statSync } from 'node:fs';
import { platform } from 'node:os';
import type { Readable } from 'node:stream';
import { UsageError } from '../core/errors.js';
import type { SecretInput } from '../core/ports.js';
import { codeOf } from './file-failure.js';
import { secretLine } from '../core/secret-line.js';

/** How long the first byte may take, because a pipe without a writer must not hang a job. */
const FIRST_BYTE_MS = 10_000;

/**
 * In bytes. No credential is nearly this long, so a wrong file is noticed before it's read
 * completely.
 */
export const LONGEST_INPUT = 64 * 1024;

/**
 * Secrets from standard input and from files. They are read completely, without a BOM and one line
 * ending.
 *
 * @param expand replaces `~/` at the start of a path.
 * @param userId the user of this process; undefined if the system has none.
 */
export function createSecretInput(
  stdin: () => Readable,
  expand: (path: string) => string = (path) => path,
  userId?: number,
): SecretInput {
  const wholeStdin = (label: string, most: number, next?: string): Promise<Buffer> =>
    readAll({ label, most, next }, stdin());
  const wholeFile = (label: string, path: string, most: number, next?: string): Promise<Buffer> =>
    readInput({ label, most, next }, expand(path));
  return {
    wholeStdin,
    wholeFile,
    async fromStdin(label) {
      return decode(label, await wholeStdin(label, LONGEST_INPUT));
    },
    exposedFile(path) {
      const stats = statSync(expand(path), { throwIfNoEntry: false });
      if (platform() === 'win32' || !stats?.isFile() || (stats.mode & 0o077) === 0)
        return undefined;
      return stats.uid === 0 && userId !== 0 ? 'of root' : 'own';
    },
    async fromFile(label, path) {
      return decode(label, await wholeFile(label, path, LONGEST_INPUT));
    },
  };
}

/** What is read, its maximum length in bytes, and what to do if it can't be read. */
interface Wanted {
  readonly label: string;
  readonly most: number;
  readonly next?: string | undefined;
}

/**
 * Reads a file or a pipe that the user named.
 *
 * @throws {UsageError} it can't be read, is too long, or nothing comes.
 */
export async function readInput(wanted: Wanted, path: string): Promise<Buffer> {
  try {
    const stats = statSync(path);
    if (stats.isFIFO()) return await readPipe(wanted, path);
    if (!stats.isFile()) throw notRead(wanted, 'it is neither a file nor a pipe');
    if (stats.size > wanted.most) throw tooLong(wanted);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = codeOf(error);
    const why = code === 'ENOENT' ? 'there is no such file' : `the file can't be opened (${code})`;
    throw notRead(wanted, why);
  }
}

async function readPipe(wanted: Wanted, path: string): Promise<Buffer> {
  // Without O_NONBLOCK, opening waits for a writer, and no time limit would apply.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const { Socket } = await import('node:net');
  return readAll(wanted, new Socket({ fd, readable: true, writable: false }));
}

function readAll(wanted: Wanted, stream: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const late = setTimeout(() => {
      stop(() => reject(notRead(wanted, `nothing came within ${FIRST_BYTE_MS / 1000} s`)));
    }, FIRST_BYTE_MS);
    const stop = (settle: () => void): void => {
      clearTimeout(late);
      stream.removeAllListeners('data');
      stream.destroy();
      settle();
    };
    stream.on('data', (chunk: Buffer) => {
      clearTimeout(late);
      chunks.push(chunk);
      length += chunk.length;
      if (length > wanted.most) stop(() => reject(tooLong(wanted)));
    });
    stream.once('end', () => stop(() => resolve(Buffer.concat(chunks))));
    stream.once('error', (error) => {
      stop(() => reject(notRead(wanted, `it cannot be read (${codeOf(error)})`)));
    });
  });
}

function decode(label: string, bytes: Buffer): string {
  // Windows PowerShell writes UTF-16 with `>`, so every other byte of plain text is zero.
  const utf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16 || bytes.includes(0)) {
    throw unreadable(
      label,
      'it is UTF-16 text, as Windows PowerShell writes it',
      'Save it as UTF-8: Out-File -Encoding utf8, or Set-Content -Encoding utf8.',
    );
  }
  let text: string;
  try {
    // It removes a BOM by itself.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(label, 'it is not UTF-8 text');
  }
  return secretLine(label, text);
}

function tooLong(wanted: Wanted): UsageError {
  return notRead(wanted, `it is longer than ${wanted.most / 1024} KiB`);
}

function notRead({ label, next }: Wanted, why: string): UsageError {
  return unreadable(label, why, next);
}

function unreadable(
  label: string,
  why: string,
  next = 'Give a file or a pipe with only the value, on one line.',
): UsageError {
  return new UsageError({ what: `${label} could not be read`, why, next });
}
