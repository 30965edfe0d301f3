import type { JsonText } from './json.js';
import { toScreen } from './style.js';

/** What a command prints: text, or a document, which has passed its gate. */
export type Output = string | { readonly json: JsonText };

/** What is written of it: the one wall at the exit has these two gates. */
export function written(output: Output): string {
  return typeof output === 'string' ? toScreen(output) : output.json;
}
