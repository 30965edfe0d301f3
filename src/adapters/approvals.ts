import { join } from 'node:path';
import { StoreError } from '../core/errors.js';
import type { ApprovalKind, Approvals } from '../core/ports.js';
import { hasShape, isTextList } from '../core/shape.js';
import type { FileGuard } from './file-guard.js';
import { readText, updateFile } from './files.js';
import { readVersioned } from './versioned.js';

const VERSION = 1;

type Approved = Readonly<Record<ApprovalKind, readonly string[]>>;

const NOTHING: Approved = { programs: [], providers: [] };

const UNREADABLE = 'What was approved on this machine cannot be read';
const NOT_NOTED = 'What was approved could not be noted';

/**
 * `approved.json` in the state folder: `{ "v": 1, "programs": ["/usr/bin/…"], "providers":
 * ["<hash>"] }`. It belongs to this machine and user, so no shared or copied home folder contains
 * it.
 *
 * @param folder the state folder.
 */
export function createApprovals(folder: string, guard: FileGuard): Approvals {
  const path = join(folder, 'approved.json');

  async function update(
    kind: ApprovalKind,
    change: (ids: readonly string[]) => readonly string[],
  ): Promise<void> {
    guard.checkFile(NOT_NOTED, path);
    await updateFile(NOT_NOTED, path, (content) => {
      const approved = parse(path, content);
      const ids = change(approved[kind]);
      if (ids.length === approved[kind].length) return undefined;
      return `${JSON.stringify({ v: VERSION, ...approved, [kind]: ids }, null, 2)}\n`;
    });
  }

  return {
    has(kind, id) {
      guard.checkFile(UNREADABLE, path);
      return parse(path, readText(UNREADABLE, path))[kind].includes(id);
    },
    add: (kind, id) => update(kind, (ids) => [...ids.filter((each) => each !== id), id]),
    remove: (kind, id) => update(kind, (ids) => ids.filter((each) => each !== id)),
  };
}

function parse(path: string, content: string | undefined): Approved {
  if (content === undefined) return NOTHING;
  const { value, why } = readVersioned(path, content, VERSION, isApproved);
  if (why !== undefined) throw corrupt(why);
  const { programs, providers } = value;
  return { programs, providers };
}

function isApproved(json: unknown): json is Approved {
  return hasShape(json, {
    v: (value) => value === VERSION,
    programs: isTextList,
    providers: isTextList,
  });
}

function corrupt(why: string): StoreError {
  return new StoreError('store-corrupt', {
    what: UNREADABLE,
    why,
    next: 'Nothing was changed. Use the newest connect-wizard, or move the file away and approve again.',
  });
}
