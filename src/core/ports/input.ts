import type { ExposedFile } from '../exposed-file.js';

// What a person provides in files and on standard input.

/**
 * Secrets that come with a command. Each is the whole input without its line ending, or empty if
 * there was none.
 */
export interface SecretInput {
  /**
   * @param label the field's name, for the message.
   * @throws {UsageError} it can't be read, or has more than one line.
   */
  fromStdin(label: string): Promise<string>;
  /** Does the same for a file or a named pipe. @throws {UsageError} */
  fromFile(label: string, path: string): Promise<string>;
  /**
   * Who can fix a file that others than its owner can read or write; undefined if no others can.
   */
  exposedFile(path: string): ExposedFile | undefined;
  /**
   * Reads all bytes unchanged.
   *
   * @param most the most bytes that are accepted.
   * @param next what the error says to do.
   * @throws {UsageError} they can't be read, or there are more.
   */
  wholeStdin(label: string, most: number, next?: string): Promise<Uint8Array>;
  wholeFile(label: string, path: string, most: number, next?: string): Promise<Uint8Array>;
}

/** A file with many connections. */
export interface ImportInput {
  /**
   * Reads all of it.
   *
   * @param path `-` is standard input.
   * @returns the bytes, and who can fix the file if others can read or write it.
   * @throws {UsageError} it can't be read.
   */
  read(
    path: string,
  ): Promise<{ readonly bytes: Uint8Array; readonly exposed?: ExposedFile | undefined }>;
}

/** The bytes of a definition file, or why there are none. */
export type ProviderFile = { readonly bytes: Uint8Array } | { readonly fault: string };

/** The definitions that a user added, one file each. */
export interface ProviderFiles {
  /** The ids, sorted. They come from the file names; no file is read. */
  ids(): readonly string[];
  pathOf(id: string): string;
  /**
   * @returns undefined if there is none.
   * @throws {StoreError} it can't be read, or others can change it.
   */
  read(id: string): ProviderFile | undefined;
  /**
   * Reads a file anywhere. Links are followed; `path` in the result is the real one.
   *
   * @throws {UsageError} there is none.
   * @throws {StoreError} it can't be read.
   */
  readAny(path: string): ProviderFile & { readonly path: string };
  /** @throws {StoreError} it can't be written. */
  write(id: string, text: string): Promise<void>;
  /**
   * @returns whether there was one.
   * @throws {StoreError} it can't be deleted.
   */
  remove(id: string): boolean;
}
