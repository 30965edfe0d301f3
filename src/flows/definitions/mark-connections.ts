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

/**
 * The warnings about a connection's definition in a list. It only compares hashes; a file's faults
 * are found when it's used.
 */
export async function markConnection(
  context: MarkContext,
  { provider: id, name, definition }: Connection,
): Promise<readonly Warning[]> {
  if (context.shipped.some((each) => each.id === id)) {
    if (definition === undefined) return [];
    return [
      mark('definition-changed', `it was stored with a file of yours, and ${id} is built in now`),
    ];
  }
  if (!context.files.ids().includes(id)) {
    return [mark('definition-missing', `there is no definition of ${id} here any more`)];
  }
  const value = readLoosely(context.files, id);
  if (!value) return [mark('definition-faults', `the definition of ${id} cannot be used`)];
  if (!isApproved(context.approvals, await hashOfFile(value))) {
    return [
      mark('definition-not-approved', `the definition of ${id} is not approved on this machine`),
    ];
  }
  if ((await looseHash(value)) === definition) return [];
  const message = `the definition of ${id} says something else than when ${name} was stored`;
  return [mark('definition-changed', message)];
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
