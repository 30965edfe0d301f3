import { jsonFaults } from '../definition/json-faults.js';
import { readDefinitionJson } from '../definition/read-json.js';
import { checkDefinition, type Checked, type PublicSuffix, type Taken } from './check.js';

/**
 * The definition in a file's bytes.
 *
 * @param suffixOf the Public Suffix List; without it, no name counts as a suffix.
 */
export function readDefinition(bytes: Uint8Array, taken: Taken, suffixOf?: PublicSuffix): Checked {
  const { text, value, faults } = readDefinitionJson(bytes);
  const written = text === undefined ? [] : jsonFaults(text);
  // What the parser says is said better, and with its place, where the text is looked at.
  if (faults) return { faults: written.length > 0 ? written : faults };
  const checked = checkDefinition(value, taken, suffixOf);
  if (written.length === 0) return checked;
  return { faults: [...written, ...checked.faults] };
}
