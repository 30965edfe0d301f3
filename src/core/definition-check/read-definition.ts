import { jsonFaults } from '../definition/json-faults.js';
import { readDefinitionJson } from '../definition/read-json.js';
import type { Definition } from '../definition/schema.js';
import type { Fault } from '../errors.js';
import { checkDefinition, type PublicSuffix, type Taken } from './check.js';

/** A definition as its file has it: whole, or with everything that is wrong with it. */
export type ReadDefinition =
  | { readonly definition: Definition; readonly faults: readonly [] }
  | { readonly definition?: undefined; readonly faults: readonly Fault[] };

/**
 * The definition in a file's bytes.
 *
 * @param suffixOf the Public Suffix List; without it, no name counts as a suffix.
 */
export function readDefinition(
  bytes: Uint8Array,
  taken: Taken,
  suffixOf?: PublicSuffix,
): ReadDefinition {
  const { text, value, faults } = readDefinitionJson(bytes);
  const written = text === undefined ? [] : jsonFaults(text);
  // What the parser says is said better, and with its place, where the text is looked at.
  if (faults) return { faults: written.length > 0 ? written : faults };
  const checked = checkDefinition(value, taken, suffixOf);
  if (written.length === 0) return checked;
  return { faults: [...written, ...checked.faults] };
}
