import type { PublicSuffix, Taken } from '../../core/definition-check/check.js';
import { warningsOf } from '../../core/definition-check/warnings.js';
import type { Definition } from '../../core/definition/schema.js';
import type { Fault } from '../../core/errors.js';
import type { ProviderFiles } from '../../core/ports.js';
import { faulty, takenByOthers } from './add-definition.js';
import { readOwnFile } from './own-definitions.js';
import { walkDefinition, type Walked } from './walk-definition.js';

export interface CheckedDefinition {
  readonly definition: Definition;
  readonly sha256: string;
  readonly warnings: readonly Fault[];
  readonly walked: readonly Walked[];
}

interface CheckContext {
  readonly files: ProviderFiles;
  readonly taken: () => Promise<Taken>;
  readonly suffixes: () => Promise<PublicSuffix>;
}

/**
 * Everything that can be said about a file without the network: its faults, its warnings, and how
 * the wizard ends in every situation that its provider may cause.
 *
 * @throws {UsageError} the file has faults (the error lists all of them), or doesn't exist.
 */
export async function checkDefinitionFile(
  context: CheckContext,
  typed: string,
  today: Date,
): Promise<CheckedDefinition> {
  const taken = await context.taken();
  const read = await readOwnFile(context.files.readAny(typed), taken, await context.suffixes());
  if (!read.definition) throw faulty(typed, read.faults);
  const { definition, sha256 } = read;
  const { faults, walked } = await walkDefinition(definition);
  const all = [...(await takenByOthers(context, definition)), ...faults];
  if (all.length > 0) throw faulty(typed, all);
  return { definition, sha256, warnings: warningsOf(definition, taken, today), walked };
}
