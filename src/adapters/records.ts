import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isUnreadable,
  RECORD_VERSION,
  unreadableAdvice,
  type Connection,
  type UnreadableRecord,
} from '../core/connection.js';
import { StoreError } from '../core/errors.js';
import type { Records } from '../core/ports.js';

const SUFFIX = '.json';

/** One JSON file a connection below `<home>/connections`: no lock is needed for several processes. */
export function createRecords(home: string): Records {
  const folder = join(home, 'connections');
  const fileOf = (name: string): string => join(folder, `${encodeURIComponent(name)}${SUFFIX}`);

  async function load(name: string): Promise<Connection | UnreadableRecord | undefined> {
    const path = fileOf(name);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      return { name, why: `${path}: ${codeOf(error)}` };
    }
    return parse(name, path, text);
  }

  return {
    async list() {
      const connections: Connection[] = [];
      const unreadable: UnreadableRecord[] = [];
      for (const name of await namesIn(folder)) {
        const loaded = await load(name);
        if (loaded === undefined) continue;
        if (isUnreadable(loaded)) unreadable.push(loaded);
        else connections.push(loaded);
      }
      return { connections, unreadable };
    },
    async read(name) {
      const loaded = await load(name);
      if (loaded === undefined || !isUnreadable(loaded)) return loaded;
      throw new StoreError('store-corrupt', unreadableAdvice(name, loaded.why));
    },
    async write(connection) {
      const path = fileOf(connection.name);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await replaceFile(path, `${JSON.stringify(connection, null, 2)}\n`);
      } catch (error) {
        throw failed(`The record of ${connection.name} could not be written`, path, error);
      }
    },
    async remove(name) {
      const path = fileOf(name);
      try {
        await unlink(path);
        return true;
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return false;
        throw failed(`The record of ${name} could not be deleted`, path, error);
      }
    },
  };
}

/** The names in `folder`, sorted; what else lies there is passed over. */
async function namesIn(folder: string): Promise<string[]> {
  let files: string[];
  try {
    files = await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw failed('The records could not be read', folder, error);
  }
  return files.flatMap((file) => (file.endsWith(SUFFIX) ? decoded(file) : [])).toSorted();
}

function decoded(file: string): string[] {
  try {
    return [decodeURIComponent(file.slice(0, -SUFFIX.length))];
  } catch {
    return [];
  }
}

async function parse(
  name: string,
  path: string,
  text: string,
): Promise<Connection | UnreadableRecord> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { name, why: `${path} is damaged` };
  }
  const version = (json as { v?: unknown } | null)?.v;
  if (typeof version === 'number' && version > RECORD_VERSION) {
    return { name, why: `a newer version of connect-wizard wrote ${path}` };
  }
  const { connectionSchema } = await import('../core/connection-schema.js');
  const { data } = connectionSchema.safeParse(json);
  return data?.name === name ? data : { name, why: `${path} is damaged` };
}

/** Readers see the old content or the new, never a part: written beside it, then renamed over it. */
async function replaceFile(path: string, content: string): Promise<void> {
  const beside = `${path}.${crypto.randomUUID()}.tmp`;
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  const file = await open(beside, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  try {
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await unlink(beside).catch(() => {});
    throw error;
  }
}

function failed(what: string, path: string, error: unknown): StoreError {
  const code = codeOf(error);
  const refused = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  return new StoreError(
    refused ? 'store-denied' : 'store-unavailable',
    {
      what,
      why: `${path}: ${code}`,
      next: 'Check the permissions and the free space there, or choose another folder with CONNECT_WIZARD_HOME.',
    },
    { cause: error },
  );
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown fault';
}
