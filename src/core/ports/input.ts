import type { OpenFile } from '../open-file.js';

// What a person hands over in files and on standard input.

/** Secrets that come with a command. Each is the whole input without its line ending; empty where there was none. */
export interface SecretInput {
  /** @param label the field's name, for the message. @throws {UsageError} it cannot be read or is no single line. */
  fromStdin(label: string): Promise<string>;
  /** The same from a file or a named pipe. @throws {UsageError} */
  fromFile(label: string, path: string): Promise<string>;
  /** If others than its owner can read or write the file: who can mend that? */
  openToOthers(path: string): OpenFile | undefined;
  /** All bytes as they are. @param most of them. @param next what to do if that fails. @throws {UsageError} they cannot be read, or are more. */
  wholeStdin(label: string, most: number, next?: string): Promise<Uint8Array>;
  wholeFile(label: string, path: string, most: number, next?: string): Promise<Uint8Array>;
}

/** A file of many connections. */
export interface ImportInput {
  /**
   * @param path `-` is standard input.
   * @returns all of it, and who can mend that others than its owner may read or write the file.
   * @throws {UsageError} it cannot be read.
   */
  read(path: string): Promise<{ readonly bytes: Uint8Array; readonly open?: OpenFile | undefined }>;
}

/** What is at a path where a definition is expected: its bytes, or why there are none. */
export type ProviderFile = { readonly bytes: Uint8Array } | { readonly fault: string };

/** The definitions that a person added, a file each. */
export interface ProviderFiles {
  /** The ids of those that have a file, sorted: by the names of the files, none is read for it. */
  ids(): readonly string[];
  pathOf(id: string): string;
  /**
   * @returns undefined where there is none.
   * @throws {StoreError} it cannot be read, or others can change it.
   */
  read(id: string): ProviderFile | undefined;
  /**
   * A file anywhere, links followed: `path` is where it really is.
   *
   * @throws {UsageError} there is none. @throws {StoreError} it cannot be read.
   */
  readAny(path: string): ProviderFile & { readonly path: string };
  /** @throws {StoreError} */
  write(id: string, text: string): Promise<void>;
  /** @returns whether there was one. @throws {StoreError} */
  remove(id: string): boolean;
}
