import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, realpathSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Definition } from '../core/definition/schema.js';
import { connectionText, fileText } from '../core/definition/hash-text.js';
import { LARGEST_DEFINITION, readDefinitionJson } from '../core/definition/read-json.js';
import { fault } from '../core/definition/faults.js';
import { UsageError, type Fault } from '../core/errors.js';
import { isObject } from '../core/shape.js';
import type { FileGuard } from './file-guard.js';
import { codeOf, failed, fileOf, namesIn, replaceFile } from './files.js';

/** A definition as it was read from a file: its rules are not looked at yet. */
export interface ReadDefinition {
  /** Where it really is, links followed. */
  readonly path: string;
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** Of all that is in it: what a person approves. */
  readonly hash: string;
}

export interface UnreadDefinition {
  readonly path: string;
  /** Undefined if it is no text. */
  readonly text: string | undefined;
  readonly faults: readonly Fault[];
}

/** The definitions that a user added: `<home>/providers/<id>.json`. */
export interface ProviderFiles {
  /** The ids, by the names of the files: none is read. */
  ids(): string[];
  /**
   * @returns undefined if there is no such file.
   * @throws {StoreError} `store-denied`: others can change it, or it cannot be read.
   */
  read(id: string): ReadDefinition | UnreadDefinition | undefined;
  /** Takes the place of the former one. @throws {StoreError} it cannot be written. */
  write(definition: Definition): Promise<void>;
  /** @returns whether there was one. @throws {StoreError} it stays. */
  remove(id: string): boolean;
}

const WHAT = 'The providers that you added cannot be used';
const SUFFIX = '.json';

export function createProviderFiles(home: string, guard: FileGuard): ProviderFiles {
  const folder = join(home, 'providers');
  const pathOf = (id: string) => fileOf(folder, id, SUFFIX);
  return {
    ids: () => namesIn(WHAT, folder, SUFFIX).filter((id) => /^[a-z][a-z0-9-]{1,39}$/u.test(id)),
    read(id) {
      const path = pathOf(id);
      guard.checkFolder(WHAT, home);
      guard.checkFile(WHAT, path);
      let bytes: Uint8Array;
      try {
        bytes = readStart(path);
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw failed(WHAT, path, error);
      }
      return parse(path, bytes);
    },
    async write(definition) {
      guard.checkFolder(WHAT, home);
      await replaceFile(WHAT, pathOf(definition.id), formatDefinition(definition));
    },
    remove(id) {
      const path = pathOf(id);
      try {
        unlinkSync(path);
        return true;
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return false;
        throw failed(WHAT, path, error);
      }
    },
  };
}

/** As it is kept and printed: its keys in the author's order, which is that of the questions. */
export function formatDefinition(definition: object): string {
  return `${JSON.stringify(definition, null, 2)}\n`;
}

/**
 * A definition that somebody has in a file of their own.
 *
 * @throws {UsageError} it cannot be read.
 */
export function readDefinitionFile(path: string): ReadDefinition | UnreadDefinition {
  try {
    const real = realpathSync(path);
    return parse(real, readStart(real));
  } catch (error) {
    throw new UsageError({
      what: `${path} cannot be read`,
      why: codeOf(error) ?? String(error),
      next: 'Give the path of a definition, a file of JSON.',
    });
  }
}

/** Read once: what is checked, approved and kept is the same, even if the file changes meanwhile. */
function readStart(path: string): Uint8Array {
  const bytes = new Uint8Array(LARGEST_DEFINITION + 1);
  const file = openSync(path, 'r');
  try {
    let length = 0;
    for (;;) {
      const count = readSync(file, bytes, length, bytes.length - length, null);
      if (count === 0) return bytes.subarray(0, length);
      length += count;
    }
  } finally {
    closeSync(file);
  }
}

function parse(path: string, bytes: Uint8Array): ReadDefinition | UnreadDefinition {
  const { text, value, faults } = readDefinitionJson(bytes);
  if (faults) return { path, text, faults };
  if (!isObject(value)) return { path, text, faults: [fault([], 'it must be an object')] };
  return { path, text, value, hash: fileHash(value) };
}

export function fileHash(definition: Readonly<Record<string, unknown>>): string {
  return sha256(fileText(definition));
}

export function connectionHash(definition: Definition): string {
  return sha256(connectionText(definition));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
