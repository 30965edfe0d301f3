import type { JsonText } from './json.js';
import { toScreen } from './style.js';

/** What a command prints: text, or a document that has passed its gate. */
export type Output = string | { readonly json: JsonText };

/** The text to write. These two gates are the only way out. */
export function written(output: Output): string {
  return typeof output === 'string' ? toScreen(output) : output.json;
}
