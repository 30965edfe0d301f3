import { constants, fstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { join, resolve } from 'node:path';
import { LARGEST_DEFINITION } from '../core/definition/read-json.js';
import { UsageError } from '../core/errors.js';
import type { ProviderFile, ProviderFiles } from '../core/ports.js';
import type { FileGuard } from './file-guard.js';
import { codeOf, fileFailed } from './file-failure.js';
import { deleteFile, replaceFile } from './files.js';
import { readUpTo, withOpenFile } from './read-file.js';

const SUFFIX = '.json';

/** The same form as in a definition. A file with another name isn't a provider. */
const ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u;

const UNREADABLE = 'The definition of a provider cannot be read';
const NOT_WRITTEN = 'The definition could not be written';
const NOT_REMOVED = 'The definition could not be removed';

/**
 * The ids with a file in `<home>/providers`, sorted. No file is opened. There are none without a
 * home, or if the folder can't be read.
 */
export function ownProviderIds(home: () => string): string[] {
  try {
    return readdirSync(join(home(), 'providers'))
      .flatMap((file) => (file.endsWith(SUFFIX) ? [file.slice(0, -SUFFIX.length)] : []))
      .filter((id) => ID.test(id) && id.length <= 40)
      .toSorted();
  } catch {
    return [];
  }
}

/**
 * A user's own definitions: `<home>/providers/<id>.json`.
 *
 * @param home throws if there is none.
 * @param expand replaces `~/` at the start of a path with the user's home.
 */
export function createProviderFiles(
  home: () => string,
  guard: FileGuard,
  expand: (path: string) => string,
): ProviderFiles {
  const pathOf = (id: string): string => join(home(), 'providers', `${id}${SUFFIX}`);
  return {
    ids: () => ownProviderIds(home),
    pathOf,
    read(id) {
      const path = pathOf(id);
      guard.checkFile(UNREADABLE, path);
      return readFileAt(path, constants.O_NOFOLLOW ?? 0);
    },
    readAny(typed) {
      const path = resolve(expand(typed));
      const found = readFileAt(path, 0);
      if (found) return { ...found, path: realpathSync(path) };
      throw new UsageError({
        what: 'There is no such file',
        why: `nothing is at ${path}`,
        next: 'Check the path. connect-wizard providers new <id> writes a first file.',
      });
    },
    async write(id, text) {
      const path = pathOf(id);
      guard.checkFile(NOT_WRITTEN, path);
      await replaceFile(NOT_WRITTEN, path, text);
    },
    remove: (id) => deleteFile(NOT_REMOVED, pathOf(id)),
  };
}

/** @param flags added to those for reading. @returns undefined if there is nothing. */
function readFileAt(path: string, flags: number): ProviderFile | undefined {
  try {
    return withOpenFile(path, readWhole, flags);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') return { fault: 'it is a link to another place, and no file' };
    if (code === 'EISDIR') return { fault: NO_FILE };
    throw fileFailed(UNREADABLE, path, error);
  }
}

function readWhole(file: number, before: Stats): ProviderFile {
  if (!before.isFile()) return { fault: before.isDirectory() ? NO_FILE : 'it is no regular file' };
  const bytes = readUpTo(file, LARGEST_DEFINITION + 1);
  const after = fstatSync(file);
  const isPart = bytes.length < after.size && after.size <= LARGEST_DEFINITION;
  if (isPart || isChanged(before, after)) {
    return { fault: 'it changed while it was read: try again' };
  }
  return { bytes };
}

const NO_FILE = 'it is a folder, and no file';

function isChanged(before: Stats, after: Stats): boolean {
  return before.size !== after.size || before.mtimeMs !== after.mtimeMs;
}
