import { join } from 'node:path';
import type { UnreadableRecord } from '../core/connection.js';
import type { Requests } from '../core/sealed/ports.js';
import {
  isClosedRequest,
  isRequestRecord,
  REQUEST_PREFIX,
  REQUEST_VERSION,
  requestId,
  type ClosedRequest,
  type RequestRecord,
} from '../core/sealed/request.js';
import { NO_GUARD, type FileGuard } from './file-guard.js';
import { deleteFile, fileOf, namesIn, replaceFile } from './files.js';
import { readRecord } from './versioned.js';

const SUFFIX = '.json';

/** One JSON file for each request below `<home>/requests`, named by its id. */
export function createRequestFiles(home: string, guard: FileGuard = NO_GUARD): Requests {
  const folder = join(home, 'requests');
  const pathOf = (name: string): string => fileOf(folder, requestId(name), SUFFIX);

  /** @throws {StoreError} others can change what is there. */
  function check(what: string): void {
    guard.checkFolder(what, home);
    guard.checkFolder(what, folder);
  }

  return {
    async list() {
      const open: RequestRecord[] = [];
      const closed: ClosedRequest[] = [];
      const unreadable: UnreadableRecord[] = [];
      const what = 'The sealed requests could not be read';
      check(what);
      for (const id of namesIn(what, folder, SUFFIX)) {
        const name = `${REQUEST_PREFIX}${id}`;
        const loaded = load(name, pathOf(name), guard);
        if (loaded === undefined) continue;
        if ('why' in loaded) unreadable.push(loaded);
        else if ('closed' in loaded) closed.push(loaded);
        else open.push(loaded);
      }
      return { open, closed, unreadable };
    },
    async write(request) {
      const what = `The record of ${request.name} could not be written`;
      check(what);
      await replaceFile(what, pathOf(request.name), `${JSON.stringify(request, null, 2)}\n`);
    },
    async remove(name) {
      const what = `The record of ${name} could not be deleted`;
      check(what);
      return deleteFile(what, pathOf(name));
    },
  };
}

function load(
  name: string,
  path: string,
  guard: FileGuard,
): RequestRecord | ClosedRequest | UnreadableRecord | undefined {
  const isOwn = (json: unknown): json is RequestRecord | ClosedRequest =>
    (isRequestRecord(json) || isClosedRequest(json)) && json.name === name;
  return readRecord(name, path, guard, REQUEST_VERSION, isOwn);
}
