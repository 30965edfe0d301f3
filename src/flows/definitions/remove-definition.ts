import type { Connection } from '../../core/connection.js';
import { UsageError } from '../../core/errors.js';
import type { Approvals, Context, ProviderFiles } from '../../core/ports.js';
import type { Taken } from '../../core/definition-check/check.js';
import { readOwnFile } from './own-definitions.js';

export interface RemoveContext extends Pick<Context, 'records'> {
  readonly files: ProviderFiles;
  readonly approvals: Approvals;
  readonly taken: () => Promise<Taken>;
}

/** The connections that use a user's own definition. */
export async function connectionsOf(
  { records }: Pick<Context, 'records'>,
  id: string,
): Promise<Connection[]> {
  const { connections } = await records.list();
  return connections.filter(({ provider }) => provider === id);
}

/** @throws {UsageError} connections need it. */
export function refuseIfUsed(id: string, connections: readonly Connection[]): void {
  if (connections.length === 0) return;
  const names = connections.map(({ name }) => name).join(', ');
  throw new UsageError({
    what: `The definition of ${id} was not removed`,
    why: `${connections.length === 1 ? 'a connection needs' : 'connections need'} it: ${names}`,
    next: `Remove ${connections.length === 1 ? 'it' : 'them'} first, or give --force: then ${connections.length === 1 ? 'it' : 'they'} can be removed, and not used.`,
  });
}

/** Deletes the file and its approval. @returns whether there was one. */
export async function removeDefinition(
  { files, approvals, taken }: RemoveContext,
  id: string,
): Promise<boolean> {
  let sha256: string | undefined;
  if (files.ids().includes(id)) {
    const file = files.read(id);
    // A file that a built-in provider hides is only read for its hash.
    const { builtIns, ...others } = await taken();
    const allowed = builtIns.filter((each) => each.id !== id);
    sha256 = file && (await readOwnFile(file, { ...others, builtIns: allowed })).sha256;
  }
  const removed = files.remove(id);
  if (sha256 !== undefined) await approvals.remove('providers', sha256);
  return removed;
}
