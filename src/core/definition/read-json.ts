import type { Fault } from '../errors.js';
import { fault } from './faults.js';
import { isDeepText, MOST_DEEP } from './depth.js';
import { parseJson } from '../json.js';

/** The largest definition that is read, in bytes. The largest built-in one has 34 KiB. */
export const LARGEST_DEFINITION = 64 * 1024;

/**
 * The JSON of a file, and its text. If there are faults together with a text, the text isn't JSON;
 * `syntaxFault` finds out where.
 */
type Read =
  | { readonly text: string; readonly value: unknown; readonly faults?: undefined }
  | { readonly text?: string; readonly value?: undefined; readonly faults: readonly Fault[] };

/** Reads the JSON of a definition's file, or says why it can't be read. */
export function readDefinitionJson(bytes: Uint8Array): Read {
  if (bytes.length > LARGEST_DEFINITION) return fail('it is larger than 64 KiB');
  let text: string;
  try {
    // The decoder removes a BOM.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fail(
      isUtf16(bytes) ? 'it is UTF-16: save it as UTF-8' : 'it is not UTF-8: save it as UTF-8',
    );
  }
  if (isDeepText(text)) return fail(MOST_DEEP);
  const value = parseJson(text);
  return value === undefined ? fail('it is not JSON', text) : { text, value };
}

function fail(message: string, text?: string): Read {
  return { ...(text !== undefined && { text }), faults: [fault([], message)] };
}

function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}
