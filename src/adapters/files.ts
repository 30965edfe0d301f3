import {
  closeSync,
  constants,
  fsync,
  linkSync,
  lstatSync,
  mkdirSync,
  open,
  openSync,
  readdirSync,
  readFileSync,
  rename,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import { StoreError } from '../core/errors.js';
import { codeOf, fileFailed } from './file-failure.js';
import { readUpTo, withOpenFile } from './read-file.js';

/*
 * Files below <home>: folders 0700, files 0600, always replaced as a whole. They are small and few,
 * so they are read synchronously: reading 200 takes less time than keeping a promise for each.
 * Writing is asynchronous, because a disk takes its time, and other connections can be asked
 * meanwhile.
 */

/**
 * The file of `name` in `folder`. Every name has exactly one file, and no name leads to another
 * folder.
 */
export function fileOf(folder: string, name: string, suffix: string): string {
  return `${folder}${sep}${encodeURIComponent(name)}${suffix}`;
}

/**
 * The names that have a file in `folder`, sorted. Other files are ignored.
 *
 * @param what what failed, for the message. The functions below take it too.
 * @throws {StoreError} the folder can't be read.
 */
export function namesIn(what: string, folder: string, suffix: string): string[] {
  let files: string[];
  try {
    files = readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw fileFailed(what, folder, error);
  }
  return files.flatMap((file) => decoded(file, suffix)).toSorted();
}

/** Each name has one spelling. `a%2fb`, next to the file of `a/b`, belongs to no name. */
function decoded(file: string, suffix: string): string[] {
  try {
    const name = decodeURIComponent(file.slice(0, -suffix.length));
    return `${encodeURIComponent(name)}${suffix}` === file ? [name] : [];
  } catch {
    return [];
  }
}

/**
 * Replaces a file. Readers see either the old or the new content, because it's written to a file
 * next to it, which is then renamed.
 */
export async function replaceFile(
  what: string,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  await writeBeside(what, path, content, (beside) =>
    meanwhile((done) => rename(beside, path, done)),
  );
}

/**
 * Replaces a file whose new content depends on the old one. If another process writes it meanwhile,
 * `change` is called again, so nothing is lost.
 *
 * @param change gets the content, or undefined if there is no file. It returns the new content, or
 *   undefined to change nothing.
 */
export async function updateFile(
  what: string,
  path: string,
  change: (content: string | undefined) => string | undefined,
): Promise<void> {
  for (;;) {
    const before = readText(what, path);
    const after = change(before);
    if (after === undefined) return;
    let isNewest = false;
    await writeBeside(what, path, after, (beside) => {
      isNewest = readText(what, path) === before;
      if (isNewest) renameSync(beside, path);
      else unlinkSync(beside);
    });
    if (isNewest) return;
  }
}

/**
 * @param look checks the open file before it's read. What it throws is passed on.
 * @returns undefined if there is no such file.
 */
export function readText(
  what: string,
  path: string,
  look?: (stats: Stats) => void,
): string | undefined {
  // Node reads text in one call, without a buffer in between.
  return readOpen(what, path, look, (file, { size }) =>
    size === 0 ? readUpTo(file, LONGEST_FILE).toString() : readFileSync(file, 'utf8'),
  );
}

/** Reads a file without decoding it. */
export function readBytes(
  what: string,
  path: string,
  look?: (stats: Stats) => void,
): Buffer | undefined {
  return readOpen(what, path, look, readWhole);
}

/** In bytes. No file of this tool is longer; a shared folder may contain anything. */
const LONGEST_FILE = 1024 * 1024;

function readOpen<Content>(
  what: string,
  path: string,
  look: ((stats: Stats) => void) | undefined,
  read: (file: number, stats: Stats) => Content,
): Content | undefined {
  try {
    return withOpenFile(path, (file, stats) => {
      look?.(stats);
      if (!stats.isFile()) throw unfit(what, path, 'it is not a file');
      if (stats.size > LONGEST_FILE)
        throw unfit(what, path, 'it is longer than any file of this tool');
      return read(file, stats);
    });
  } catch (error) {
    if (error instanceof StoreError) throw error;
    if (codeOf(error) === 'ENOENT') return undefined;
    throw fileFailed(what, path, error);
  }
}

/** Reads in one call if the size is known, since `readFileSync` would look it up again. */
function readWhole(file: number, { size }: Stats): Buffer {
  return readUpTo(file, size === 0 ? LONGEST_FILE : size);
}

function unfit(what: string, path: string, why: string): StoreError {
  const next = 'Nothing was changed. Move it away, then try again.';
  return new StoreError('store-denied', { what, why: `${path}: ${why}`, next });
}

/**
 * Creates a file that must not exist yet.
 *
 * @returns false if it exists. It's then unchanged.
 */
export async function createFile(
  what: string,
  path: string,
  content: string | Uint8Array,
): Promise<boolean> {
  let created = true;
  await writeBeside(what, path, content, (beside) => {
    created = linkOrCopy(beside, path);
    unlinkSync(beside);
  });
  return created;
}

/** @returns false if something is already at `path`. It's then unchanged. */
function linkOrCopy(from: string, path: string): boolean {
  try {
    linkSync(from, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
  }
  // The file system has no hard links. Readers may briefly see a part, but nothing is overwritten.
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    writeFileSync(file, readFileSync(from));
    return true;
  } catch (error) {
    // An incomplete file is of no use, and would block the next attempt.
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** File systems without this call answer like this. A failing disk says EIO. */
const CANNOT_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM', 'EACCES']);

/** Runs a system call without blocking the process. */
function meanwhile<Value = void>(
  call: (done: (error: Error | null, value?: Value) => void) => void,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value as Value)));
  });
}

async function writeBeside(
  what: string,
  path: string,
  content: string | Uint8Array,
  settle: (beside: string) => void | Promise<void>,
): Promise<void> {
  refuseOther(what, path);
  const beside = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const { O_WRONLY, O_CREAT, O_EXCL } = constants;
    const flags = O_WRONLY | O_CREAT | O_EXCL;
    const file = await meanwhile<number>((done) => open(beside, flags, 0o600, done));
    try {
      writeFileSync(file, content);
      await meanwhile((done) => fsync(file, done)).catch((error: unknown) => {
        if (!CANNOT_SYNC.has(codeOf(error))) throw error;
      });
    } finally {
      closeSync(file);
    }
    await settle(beside);
  } catch (error) {
    try {
      rmSync(beside, { force: true });
    } catch {
      // The cause of the failed write may also make this fail. The write is reported below.
    }
    throw fileFailed(what, path, error);
  }
}

/** A link, a folder or a device: something other than the intended file would be replaced. */
function refuseOther(what: string, path: string): void {
  let there: Stats | undefined;
  try {
    there = lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw fileFailed(what, path, error);
  }
  if (!there || there.isFile()) return;
  throw new StoreError('store-denied', {
    what,
    why: `${path} is ${there.isSymbolicLink() ? 'a link to another place' : 'not a file'}`,
    next: 'Move it away, then try again.',
  });
}

/** Also deletes the leftovers of its saves. @returns whether there was one. */
export function deleteFile(what: string, path: string): boolean {
  refuseOther(what, path);
  for (const left of leftoversIn(what, dirname(path), `${basename(path)}.`)) unlinkIn(what, left);
  return unlinkIn(what, path);
}

/** Younger ones may belong to a save under way. */
const SAVE_LIMIT_MS = 60 * 60_000;

/** Files that `writeBeside` writes. */
const BESIDE = /\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/u;

/**
 * The files of saves that were killed before the file was in its place.
 *
 * @param prefix the beginning of their names, for a single file. Default: all files.
 */
export function leftoversIn(what: string, folder: string, prefix = ''): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.startsWith(prefix) && BESIDE.test(name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw fileFailed(what, folder, error);
  }
  const oldest = Date.now() - SAVE_LIMIT_MS;
  return names
    .map((name) => `${folder}${sep}${name}`)
    .filter((path) => {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      return stats?.isFile() === true && stats.mtimeMs < oldest;
    });
}

function unlinkIn(what: string, path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw fileFailed(what, path, error);
  }
}
