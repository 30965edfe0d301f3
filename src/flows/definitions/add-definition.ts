import { counted } from '../../core/counted.js';
import type { Connection } from '../../core/connection.js';
import type { PublicSuffix, Taken } from '../../core/definition-check/check.js';
import { hashOfConnections } from '../../core/definition/hash.js';
import { variableName } from '../../core/field-names.js';
import type { Definition } from '../../core/definition/schema.js';
import { StoreError, UsageError, type Fault } from '../../core/errors.js';
import type { Approvals, Context, ProviderFiles } from '../../core/ports.js';
import { pathWord } from '../../core/shell.js';
import { readOwnFile, withOwnName } from './own-definitions.js';
import { walkDefinition } from './walk-definition.js';

export interface AddContext extends Pick<Context, 'records' | 'stores' | 'interruption'> {
  readonly files: ProviderFiles;
  readonly approvals: Approvals;
  readonly taken: () => Promise<Taken>;
  readonly suffixes: () => Promise<PublicSuffix>;
}

/** A file that may be added, and what already exists. */
export interface Addable {
  readonly definition: Definition;
  readonly sha256: string;
  /** Its real path. */
  readonly path: string;
  /** The definition that it replaces. */
  readonly before?: Definition | undefined;
  /** The hash of the existing file. */
  readonly replaces?: string | undefined;
  /** The same file is already there and approved. */
  readonly isThere: boolean;
  /** Connections that were stored under another definition. */
  readonly stopped: readonly Connection[];
}

/**
 * Reads a file that is to be added, and reports all its faults.
 *
 * @throws {UsageError} it has faults, or there is no such file.
 */
export async function readAddable(context: AddContext, typed: string): Promise<Addable> {
  const { files, approvals, suffixes } = context;
  const taken = await context.taken();
  const file = files.readAny(typed);
  const read = await readOwnFile(file, taken, await suffixes());
  if (!read.definition) throw faulty(typed, read.faults);
  const { definition, sha256 } = read;
  const walk = await walkDefinition(definition);
  const taking = [...(await takenByOthers(context, definition)), ...walk.faults];
  if (taking.length > 0) throw faulty(typed, taking);
  const { id } = definition;
  const there = files.ids().includes(id) ? files.read(id) : undefined;
  const before = there && withOwnName(await readOwnFile(there, taken), id);
  return {
    definition,
    sha256,
    path: file.path,
    before: before?.sha256 === sha256 ? undefined : before?.definition,
    replaces: before?.sha256,
    isThere: before?.sha256 === sha256 && approvals.has('providers', sha256),
    stopped: await stoppedConnections(context, definition),
  };
}

/** @param path as it was typed, so that the command can be run again. */
export function faulty(path: string, faults: readonly Fault[]): UsageError {
  const count = counted(faults.length, 'fault');
  return new UsageError(
    {
      what: `${path} has ${count}`,
      next: faults.length === 1 ? 'Fix it, then run:' : 'Fix them, then run:',
      command: `connect-wizard providers check ${pathWord(path)}`,
    },
    'usage',
    { faults },
  );
}

/** Two providers must not read the same variable. */
export async function takenByOthers(
  context: Pick<AddContext, 'files' | 'taken'>,
  definition: Definition,
): Promise<Fault[]> {
  const { files } = context;
  const taken = await context.taken();
  const own = new Map(variablesOf(definition));
  const faults: Fault[] = [];
  for (const id of files.ids()) {
    if (id === definition.id) continue;
    const other = await readOther(files, id, taken);
    for (const [name] of other ? variablesOf(other) : []) {
      const path = own.get(name);
      if (path !== undefined) {
        faults.push({
          path,
          message: `its variable ${name} is one of ${id}, too: take another id`,
        });
      }
    }
  }
  return faults;
}

/** Other commands report the faults of another file. */
async function readOther(
  files: ProviderFiles,
  id: string,
  taken: Taken,
): Promise<Definition | undefined> {
  try {
    const file = files.read(id);
    return file && (await readOwnFile(file, taken)).definition;
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

/** The variables of a definition, each with the place that defines it. */
function variablesOf({ id, fields }: Definition): [variable: string, place: string][] {
  return [
    ...Object.keys(fields).map((field): [string, string] => [
      variableName(id, field),
      `fields.${field}`,
    ]),
    [variableName(id, 'host'), 'id'],
  ];
}

async function stoppedConnections(
  { records }: Pick<AddContext, 'records'>,
  definition: Definition,
): Promise<Connection[]> {
  const now = await hashOfConnections(definition);
  const { connections } = await records.list();
  return connections.filter(
    (record) => record.provider === definition.id && record.definition !== now,
  );
}

/** Stores the file as it was shown, and records that it was approved on this machine. */
export async function keepDefinition(
  { files, approvals }: AddContext,
  { definition, sha256, replaces }: Addable,
): Promise<void> {
  await files.write(definition.id, `${JSON.stringify(definition, null, 2)}\n`);
  await approvals.add('providers', sha256);
  // The replaced file can't come back without a question.
  if (replaces !== undefined && replaces !== sha256) await approvals.remove('providers', replaces);
}
