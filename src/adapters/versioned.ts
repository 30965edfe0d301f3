import type { UnreadableRecord } from '../core/connection.js';
import { StoreError } from '../core/errors.js';
import { parseJson } from '../core/json.js';
import { isObject } from '../core/shape.js';
import type { FileGuard } from './file-guard.js';
import { readText } from './files.js';

/**
 * Reads the JSON of one of this program's own files, which has its version in `v`.
 *
 * @param version the version that this program writes.
 * @param isOwn tells whether the value has this version's format and is complete.
 * @returns the value, or why the file can't be used.
 */
export function readVersioned<T>(
  path: string,
  text: string,
  version: number,
  isOwn: (json: unknown) => json is T,
):
  | { readonly value: T; readonly why?: undefined }
  | { readonly value?: undefined; readonly why: string } {
  const json = parseJson(text);
  const v = isObject(json) ? json['v'] : undefined;
  if (typeof v === 'number' && v > version) {
    return { why: `a newer version of connect-wizard wrote ${path}` };
  }
  return isOwn(json) ? { value: json } : { why: `${path} is damaged` };
}

/**
 * Reads a record from a file, or says why it can't be used; undefined if there is none.
 *
 * @param isOwn tells whether the value has this version's format, is complete and has this name.
 */
export function readRecord<T>(
  name: string,
  path: string,
  guard: FileGuard,
  version: number,
  isOwn: (json: unknown) => json is T,
): T | UnreadableRecord | undefined {
  const what = `The record of ${name} could not be read`;
  try {
    const text = readText(what, path, (stats) => guard.checkOpen(what, path, stats));
    if (text === undefined) return undefined;
    const { value, why } = readVersioned(path, text, version, isOwn);
    return why === undefined ? value : { name, why };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { name, why: error.advice.why ?? path, refused: error };
  }
}
