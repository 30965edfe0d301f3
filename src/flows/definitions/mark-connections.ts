import type { Connection } from '../../core/connection.js';
import { hashOfConnections, hashOfFile } from '../../core/definition/hash.js';
import { readDefinitionJson } from '../../core/definition/read-json.js';
import type { Definition } from '../../core/definition/schema.js';
import { StoreError } from '../../core/errors.js';
import type { Warning } from '../../core/ladder.js';
import type { Approvals, ProviderFiles } from '../../core/ports.js';
import { isObject } from '../../core/shape.js';

export interface MarkContext {
  readonly files: ProviderFiles;
  readonly approvals: Approvals;
  readonly shipped: readonly { readonly id: string }[];
}

/** Returns the warnings about a connection's definition. */
export type Mark = (connection: Connection) => readonly Warning[];

/** Finds the warnings about the definitions of connections. */
export type MarksOf = (connections: readonly Connection[]) => Promise<Mark>;

/**
 * The warnings about the definitions of connections in a list. Each definition is looked at once. It
 * only compares hashes; a file's faults are found when it's used.
 */
export async function marksOf(
  context: MarkContext,
  connections: readonly Connection[],
): Promise<Mark> {
  const shipped = new Set(context.shipped.map(({ id }) => id));
  const ids = new Set(connections.map(({ provider }) => provider).filter((id) => !shipped.has(id)));
  const added = ids.size === 0 ? [] : context.files.ids();
  const own = new Map<string, OwnDefinition>();
  for (const id of ids) {
    own.set(id, added.includes(id) ? await lookAt(context, id) : { fault: missing(id) });
  }
  return ({ provider: id, name, definition }) => {
    const { fault, hash } = own.get(id) ?? {};
    if (fault) return [fault];
    if (hash === definition) return [];
    const what = shipped.has(id)
      ? `it was stored with a file of yours, and ${id} is built in now`
      : `the definition of ${id} says something else than when ${name} was stored`;
    return [mark('definition-changed', what)];
  };
}

interface OwnDefinition {
  /** Why it is not used, whatever the connection. */
  readonly fault?: Warning;
  /** Of what decides what is sent, and where. */
  readonly hash?: string | undefined;
}

async function lookAt({ files, approvals }: MarkContext, id: string): Promise<OwnDefinition> {
  const value = readLoosely(files, id);
  if (!value) {
    return { fault: mark('definition-faults', `the definition of ${id} cannot be used`) };
  }
  if (!isApproved(approvals, await hashOfFile(value))) {
    const what = `the definition of ${id} is not approved on this machine`;
    return { fault: mark('definition-not-approved', what) };
  }
  return { hash: await looseHash(value) };
}

/**
 * An unreadable list of approvals approves nothing, but doesn't keep anything from being listed.
 */
export function isApproved(approvals: Approvals, sha256: string): boolean {
  try {
    return approvals.has('providers', sha256);
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw error;
  }
}

function missing(id: string): Warning {
  return mark('definition-missing', `there is no definition of ${id} here any more`);
}

function mark(code: string, what: string): Warning {
  return { code, message: `Not used: ${what}.` };
}

function readLoosely(files: ProviderFiles, id: string): Record<string, unknown> | undefined {
  try {
    const file = files.read(id);
    const value = file && 'bytes' in file ? readDefinitionJson(file.bytes).value : undefined;
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

/** An approved file had a definition's shape. Undefined if a later version approved it. */
async function looseHash(value: object): Promise<string | undefined> {
  try {
    return await hashOfConnections(value as Definition);
  } catch {
    return undefined;
  }
}
