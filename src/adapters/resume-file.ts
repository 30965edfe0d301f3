import { join } from 'node:path';
import { RESUME_VERSION, isResumePoint } from '../core/resume-point.js';
import { StoreError } from '../core/errors.js';
import type { ResumePoints } from '../core/ports.js';
import { redact } from '../core/secret.js';
import { hasShape, isObject } from '../core/shape.js';
import { NO_GUARD, type FileGuard } from './file-guard.js';
import { deleteFile, readText, replaceFile } from './files.js';
import { readVersioned } from './versioned.js';

const NOT_KEPT = 'Your place could not be kept';
const NOT_REMOVED = 'The place could not be removed';

/** By provider. Each is a resume point, unless somebody changed the file. */
type ResumePointsById = Map<string, unknown>;

/**
 * One file for all, `<home>/resume.json`: `{ "v": 1, "bookmarks": { "<provider id>": {} } }`. If
 * two programs write it at the same moment, one may lose its place, but nothing else.
 */
export function createResumeFile(home: string, guard: FileGuard = NO_GUARD): ResumePoints {
  const path = join(home, 'resume.json');

  /**
   * Undefined if the file can't be read. Then it's useless to this version, and not its to change.
   */
  function readable(): ResumePointsById | undefined {
    try {
      guard.checkFile(NOT_KEPT, path);
      return load(path);
    } catch (error) {
      if (error instanceof StoreError) return undefined;
      throw error;
    }
  }

  return {
    persistent: true,
    async read(provider) {
      const found = readable()?.get(provider);
      return isResumePoint(found) && found.provider === provider ? found : undefined;
    },
    async write(point) {
      const points = load(path);
      await save(NOT_KEPT, path, points.set(point.provider, point));
    },
    async remove(provider) {
      const points = readable();
      if (!points?.delete(provider)) return;
      if (points.size > 0) await save(NOT_REMOVED, path, points);
      else deleteFile(NOT_REMOVED, path);
    },
  };
}

/**
 * @throws {StoreError} the file has something other than resume points that this version can read.
 */
function load(path: string): ResumePointsById {
  const text = readText(NOT_KEPT, path);
  if (text === undefined) return new Map();
  const { value, why } = readVersioned(path, text, RESUME_VERSION, isResumeFile);
  if (why !== undefined) throw corrupt(why);
  return new Map(Object.entries(value.bookmarks));
}

function isResumeFile(json: unknown): json is { readonly bookmarks: Record<string, unknown> } {
  return hasShape(json, { v: (value) => value === RESUME_VERSION, bookmarks: isObject });
}

async function save(what: string, path: string, points: ResumePointsById): Promise<void> {
  const content = { v: RESUME_VERSION, bookmarks: Object.fromEntries(points) };
  // Defence in depth: no secret should get here.
  const text = JSON.stringify(content, (_, value: unknown) => redacted(value), 2);
  await replaceFile(what, path, `${text}\n`);
}

/** Redacts only the values of a document, because a passphrase may be the same as a key. */
function redacted(value: unknown): unknown {
  return typeof value === 'string' ? redact(value) : value;
}

function corrupt(why: string): StoreError {
  return new StoreError('store-corrupt', {
    what: NOT_KEPT,
    why,
    next: 'Nothing was changed. Use the newest connect-wizard, or move the file away.',
  });
}
