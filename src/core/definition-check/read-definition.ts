import { keyFaults, syntaxFault } from '../definition/json-faults.js';
import { readDefinitionJson } from '../definition/read-json.js';
import { checkDefinition, type Checked, type PublicSuffix, type Taken } from './check.js';

/**
 * Reads a definition from a file's bytes.
 *
 * @param suffixOf the Public Suffix List. Without it, no name counts as a suffix.
 */
export function readDefinition(bytes: Uint8Array, taken: Taken, suffixOf?: PublicSuffix): Checked {
  const { text, value, faults } = readDefinitionJson(bytes);
  if (faults) return { faults: text === undefined ? faults : [syntaxFault(text)] };
  const written = keyFaults(text);
  if (written.length === 0) return checkDefinition(value, taken, suffixOf);
  const { faults: others } = checkDefinition(JSON.parse(text, passOver), taken, suffixOf);
  return { faults: [...written, ...others] };
}

/** Drops a key that the shape doesn't see and that would break the rules. */
function passOver(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}
