import { join } from 'node:path';
import type { UnreadableRecord } from '../core/connection.js';
import { StoreError } from '../core/errors.js';
import type { Requests } from '../core/sealed/ports.js';
import {
  isClosedRequest,
  isRequestRecord,
  REQUEST_PREFIX,
  requestId,
  type ClosedRequest,
  type RequestRecord,
} from '../core/sealed/request.js';
import { deleteFile, fileOf, namesIn, readText, replaceFile } from './files.js';

const SUFFIX = '.json';

/** One JSON file a request below `<home>/requests`, named by its id. */
export function createRequestFiles(home: string): Requests {
  const folder = join(home, 'requests');
  const pathOf = (name: string): string => fileOf(folder, requestId(name), SUFFIX);

  return {
    async list() {
      const open: RequestRecord[] = [];
      const closed: ClosedRequest[] = [];
      const unreadable: UnreadableRecord[] = [];
      for (const id of namesIn('The sealed requests could not be read', folder, SUFFIX)) {
        const name = `${REQUEST_PREFIX}${id}`;
        const loaded = load(name, pathOf(name));
        if (loaded === undefined) continue;
        if ('why' in loaded) unreadable.push(loaded);
        else if ('closed' in loaded) closed.push(loaded);
        else open.push(loaded);
      }
      return { open, closed, unreadable };
    },
    async write(request) {
      const what = `The record of ${request.name} could not be written`;
      await replaceFile(what, pathOf(request.name), `${JSON.stringify(request, null, 2)}\n`);
    },
    async remove(name) {
      return deleteFile(`The record of ${name} could not be deleted`, pathOf(name));
    },
  };
}

function load(
  name: string,
  path: string,
): RequestRecord | ClosedRequest | UnreadableRecord | undefined {
  let text: string | undefined;
  try {
    text = readText(`The record of ${name} could not be read`, path);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { name, why: error.advice.why ?? path, refused: error };
  }
  if (text === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  if ((isRequestRecord(json) || isClosedRequest(json)) && json.name === name) return json;
  return { name, why: `${path} is damaged, or a newer version of connect-wizard wrote it` };
}
