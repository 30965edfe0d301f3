import type { Connection } from '../../core/connection.js';
import type { Taken } from '../../core/definition-check/check.js';
import type { Definition } from '../../core/definition/schema.js';
import { StoreError, UsageError, type Fault } from '../../core/errors.js';
import type { Approvals, Context, ProviderFiles } from '../../core/ports.js';
import { isApproved } from './mark-connections.js';
import { readOwnFile, withOwnName, type OwnFile } from './own-definitions.js';

/** Whether a provider can be used, or what prevents it. */
export type DefinitionState = 'usable' | 'hidden' | 'faults' | 'not-approved';

/** An entry of the list: a built-in provider, or a user's own file. */
export interface ListedDefinition {
  readonly id: string;
  readonly origin: 'built-in' | 'yours';
  readonly state: DefinitionState;
  /** The number of connections that need it. */
  readonly connections: number;
  /** The hash of the whole file; null for a built-in provider, and for a file with faults. */
  readonly sha256: string | null;
  readonly definition: Definition | null;
  readonly faults: readonly Fault[];
  /** The path of a user's own file. */
  readonly path: string | null;
}

/** A built-in definition, as it was written. */
export interface ShippedDefinition {
  readonly id: string;
  readonly load: () => Promise<Definition>;
}

export interface ListContext extends Pick<Context, 'records'> {
  readonly files: ProviderFiles;
  readonly approvals: Approvals;
  readonly taken: () => Promise<Taken>;
  readonly shipped: readonly ShippedDefinition[];
}

/**
 * Lists the built-in providers, then the user's own files. An unusable file doesn't keep others
 * from being listed.
 */
export async function listDefinitions(
  context: ListContext,
  wanted?: string,
): Promise<ListedDefinition[]> {
  const { files, shipped } = context;
  const connections = await stored(context);
  const count = (id: string) => connections.filter(({ provider }) => provider === id).length;
  const ids = new Set(shipped.map(({ id }) => id));
  const isWanted = (id: string) => wanted === undefined || id === wanted;
  const builtIn = shipped
    .filter(({ id }) => isWanted(id))
    .map(async ({ id, load }): Promise<ListedDefinition> => ({
      id,
      origin: 'built-in',
      state: 'usable',
      connections: count(id),
      sha256: null,
      definition: await load(),
      faults: [],
      path: null,
    }));
  const own = files
    .ids()
    .filter(isWanted)
    .map(async (id): Promise<ListedDefinition> => {
      const file = await readListed(context, id);
      const { definition = null, faults, sha256 = null } = file;
      const isHidden = ids.has(id);
      return {
        id,
        origin: 'yours',
        state: isHidden ? 'hidden' : stateOf(context, file),
        // The built-in entry counts the connections of a file that is hidden by it.
        connections: isHidden ? 0 : count(id),
        sha256,
        definition,
        faults: isHidden ? [] : faults,
        path: files.pathOf(id),
      };
    });
  return [...(await Promise.all(builtIn)), ...(await Promise.all(own))];
}

/** Without a home folder, there are none. */
async function stored({ records }: ListContext): Promise<readonly Connection[]> {
  try {
    return (await records.list()).connections;
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}

async function readListed({ files, taken }: ListContext, id: string): Promise<OwnFile> {
  try {
    const file = files.read(id) ?? { fault: 'it is gone' };
    return withOwnName(await readOwnFile(file, await taken()), id);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const { what, why = what, command } = error.advice;
    const message = command === undefined ? why : `${why}; to fix that: ${command}`;
    return { faults: [{ path: '(the file)', message }] };
  }
}

function stateOf({ approvals }: ListContext, { definition, sha256 }: OwnFile): DefinitionState {
  if (!definition) return 'faults';
  return isApproved(approvals, sha256) ? 'usable' : 'not-approved';
}
