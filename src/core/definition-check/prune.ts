import type { Path } from '../definition/faults.js';
import type { Definition } from '../definition/schema.js';
import { shapeFaultsOfParts, type ShapeFault } from './shape-faults.js';

/** A definition without the parts whose shape is wrong. */
export interface Pruned {
  readonly parts: Partial<Definition>;
  /**
   * Translates a path in `parts` to the given definition. Earlier entries of a list may have been
   * removed.
   */
  readonly original: (path: Path) => Path;
}

/**
 * Removes the parts with faults, so that the rules about the other parts run too. A definition's
 * faults are all reported at once.
 */
export function prune(definition: object, faults: readonly ShapeFault[]): Pruned {
  const parts = structuredClone(definition);
  const numbers = new Map<unknown, number[]>();
  for (let rest = faults; rest.length > 0; rest = shapeFaultsOfParts(parts)) {
    remove(parts, rest, numbers);
  }
  return {
    parts,
    original(path) {
      let node: unknown = parts;
      return path.map((key) => {
        const kept = numbers.get(node);
        node = child(node, key);
        return typeof key === 'number' ? (kept?.[key] ?? key) : key;
      });
    },
  };
}

/**
 * Removes the parts with faults from `root`. If a part lacks something, the part itself is removed.
 */
function remove(root: object, faults: readonly ShapeFault[], numbers: Map<unknown, number[]>) {
  const doomed = new Map<object, Set<string | number>>();
  for (const { path } of faults) {
    const found = deepest(root, path);
    // The key is missing in the definition itself, so there is nothing to remove.
    if (!found) continue;
    doomed.set(found.parent, (doomed.get(found.parent) ?? new Set()).add(found.key));
  }
  for (const [parent, keys] of doomed) {
    if (Array.isArray(parent)) {
      const before = numbers.get(parent) ?? parent.map((_, index) => index);
      const kept = parent.map((_, index) => index).filter((index) => !keys.has(index));
      numbers.set(
        parent,
        kept.map((index) => before[index] ?? index),
      );
      parent.splice(0, parent.length, ...kept.map((index) => parent[index] as unknown));
    } else {
      for (const key of keys) Reflect.deleteProperty(parent, key);
    }
  }
}

/** The part at `path`, or the last existing part on the way there. */
function deepest(
  root: object,
  path: Path,
): { readonly parent: object; readonly key: string | number } | undefined {
  let found: { parent: object; key: string | number } | undefined;
  let node: unknown = root;
  for (const key of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) break;
    found = { parent: node, key };
    node = child(node, key);
  }
  return found;
}

function child(node: unknown, key: string | number): unknown {
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
  return (node as Record<string | number, unknown>)[key];
}
