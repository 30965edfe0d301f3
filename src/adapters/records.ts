import { join } from 'node:path';
import {
  isConnection,
  isUnreadable,
  RECORD_VERSION,
  unreadableAdvice,
  unreadableReason,
  type Connection,
  type UnreadableRecord,
} from '../core/connection.js';
import { StoreError } from '../core/errors.js';
import type { Records } from '../core/ports.js';
import { NO_GUARD, type FileGuard } from './file-guard.js';
import { deleteFile, fileOf, namesIn, replaceFile } from './files.js';
import { readRecord } from './versioned.js';

const SUFFIX = '.json';

/**
 * One JSON file for each connection below `<home>/connections`, so several processes need no lock.
 */
export function createRecords(home: string, guard: FileGuard = NO_GUARD): Records {
  const folder = join(home, 'connections');

  /** @throws {StoreError} others can change what is there. */
  function check(what: string): void {
    guard.checkFolder(what, home);
    guard.checkFolder(what, folder);
  }

  /** Reads a record. Check the folder first. */
  function load(name: string): Connection | UnreadableRecord | undefined {
    const isOwn = (json: unknown): json is Connection => isConnection(json) && json.name === name;
    return readRecord(name, fileOf(folder, name, SUFFIX), guard, RECORD_VERSION, isOwn);
  }

  async function read(name: string): Promise<Connection | undefined> {
    check(`The record of ${name} could not be read`);
    const loaded = load(name);
    if (loaded === undefined || !isUnreadable(loaded)) return loaded;
    throw new StoreError(unreadableReason(loaded), unreadableAdvice(loaded));
  }

  async function write(connection: Connection): Promise<void> {
    check(`The record of ${connection.name} could not be written`);
    await replace(connection);
  }

  /** Writes a record. Check the folder first. */
  async function replace(connection: Connection): Promise<void> {
    const { name } = connection;
    const what = `The record of ${name} could not be written`;
    const text = `${JSON.stringify(connection, null, 2)}\n`;
    await replaceFile(what, fileOf(folder, name, SUFFIX), text);
  }

  return {
    async list(only) {
      const connections: Connection[] = [];
      const unreadable: UnreadableRecord[] = [];
      const what = 'The records could not be read';
      check(what);
      for (const name of namesIn(what, folder, SUFFIX)) {
        if (only !== undefined && name !== only) continue;
        const loaded = load(name);
        if (loaded === undefined) continue;
        if (isUnreadable(loaded)) unreadable.push(loaded);
        else connections.push(loaded);
      }
      return { connections, unreadable, unlisted: [] };
    },
    read,
    write,
    async update(connection) {
      if (await read(connection.name)) await replace(connection);
    },
    async remove(name) {
      const what = `The record of ${name} could not be deleted`;
      check(what);
      return deleteFile(what, fileOf(folder, name, SUFFIX));
    },
  };
}
