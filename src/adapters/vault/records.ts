import {
  isConnection,
  isUnreadable,
  RECORD_VERSION,
  unreadableAdvice,
  type Connection,
  type UnreadableRecord,
} from '../../core/connection.js';
import { StoreError } from '../../core/errors.js';
import type { Clock, Records } from '../../core/ports.js';
import { isSameJson } from '../../core/json.js';
import { isText } from '../../core/shape.js';
import { isPath, type Engine, type Entry, type EntryData, type Written } from './engine.js';
import { FAILURES } from './failure.js';

/** What the engine keeps in addition to a record: who saved it last, and when. */
interface Signature {
  /** `ines@laptop`. */
  readonly changedBy: string;
  readonly savedAt: string;
}

export interface VaultRecordsOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  /**
   * The `vault:…` under which the records were found. What they say about it themselves is ignored.
   */
  readonly storeId: string;
  /** Who saves: `ines@laptop`. */
  readonly author: string;
  readonly conflict: (name: string, newer: Entry) => Promise<StoreError>;
}

export interface VaultRecords extends Records {
  /**
   * Who saved the record of `name` after this run read it.
   *
   * @returns undefined if that can't be found out within 2 seconds.
   */
  laterAuthor(name: string): Promise<string | undefined>;
  /** Starts over: what was read so far no longer counts. */
  forget(): void;
}

/**
 * In milliseconds. A record is written after its credential, so somebody who was first there needs
 * this long to sign here.
 */
const SIGNATURE_LIMIT_MS = 2000;

/** How many checks of other machines may come in between. */
const TRIES = 10;

/**
 * The records of a team, one each in `records/<name>`, signed by whoever saved them last. They are
 * separate from the credentials, so that the result of a check doesn't push an old secret out of
 * the engine's history.
 */
export function createVaultRecords(options: VaultRecordsOptions): VaultRecords {
  const { engine, clock, storeId, author, conflict } = options;
  /** What this run read first, or wrote itself. */
  const known = new Map<string, Entry>();

  async function look(name: string): Promise<Entry> {
    const entry = await engine.read(pathOf(name));
    if (!known.has(name)) known.set(name, entry);
    return entry;
  }

  async function load(name: string): Promise<Connection | UnreadableRecord | undefined> {
    const { data } = await look(name);
    return data === null ? undefined : recordOf(name, storeId, data);
  }

  /** A failure of one record doesn't hide the others. */
  async function loadAll(
    names: readonly string[],
  ): Promise<(Connection | UnreadableRecord | undefined)[]> {
    const failures: StoreError[] = [];
    const found = await Promise.all(
      names.map(async (name) => {
        try {
          return await load(name);
        } catch (error) {
          if (!(error instanceof StoreError) || !error.single) throw error;
          failures.push(error);
          return { name, why: error.message, refused: error, store: storeId };
        }
      }),
    );
    const [failure] = failures;
    if (failure && failures.length === names.length) throw failure;
    return found;
  }

  async function write(connection: Connection): Promise<void> {
    const { name } = connection;
    let before = known.get(name) ?? (await look(name));
    const savedAt = clock.now().toISOString();
    const signature: Signature = { changedBy: author, savedAt };
    const data = { ...contentOf(connection), ...signature };
    for (let tries = 1; ; tries += 1) {
      if (before.data) refuseUnreadable(recordOf(name, storeId, before.data));
      const { won, entry } = await writeOrFind(name, data, before.version);
      if (won) return keep(name, data, entry);
      // What another machine's check wrote meanwhile is older than what is saved now.
      if (tries === TRIES || !isSameSave(before, entry)) throw await conflict(name, entry);
      before = entry;
    }
  }

  /** If the response to a write is lost, the write may still have happened. The signature tells. */
  async function writeOrFind(name: string, data: EntryData, version: number): Promise<Written> {
    try {
      return await engine.write(pathOf(name), data, version);
    } catch (error) {
      if (!(error instanceof StoreError) || error.untouched) throw error;
      const entry = await engine.read(pathOf(name)).catch(() => undefined);
      if (entry && entry.version > version && isData(entry, data)) return { won: true, entry };
      throw error;
    }
  }

  /** @throws {StoreError} it doesn't read back as it was written. */
  async function keep(name: string, data: EntryData, { version }: Entry): Promise<void> {
    const kept = await engine.readUntil(pathOf(name), (entry) => entry.version >= version);
    if (kept.version === version && isData(kept, data)) known.set(name, kept);
    else if (kept.version <= version) throw engine.fail(FAILURES.notKept, { detail: pathOf(name) });
    else if (!isSameSave({ ...kept, data }, kept)) throw await conflict(name, kept);
  }

  async function update(connection: Connection): Promise<void> {
    const { name } = connection;
    let before = known.get(name) ?? (await look(name));
    for (let tries = 1; tries <= TRIES && before.data !== null; tries += 1) {
      const data = { ...before.data, ...contentOf(connection) };
      const { won, entry } = await engine.write(pathOf(name), data, before.version);
      if (won) {
        known.set(name, { ...entry, data });
        return;
      }
      if (!isSameSave(before, entry) || isLater(entry, connection)) return;
      before = entry;
    }
  }

  async function remove(name: string): Promise<boolean> {
    const before = await engine.read(pathOf(name));
    const first = known.get(name) ?? before;
    known.delete(name);
    if (before.version === 0) return false;
    // Somebody has saved it since, so it stays if it has a credential.
    if (!isSameSave(first, before) && (await hasCredential(name))) return false;
    await engine.purge(pathOf(name));
    const isGone = ({ version, createdAt }: Entry): boolean =>
      version === 0 || Date.parse(createdAt) > Date.parse(before.createdAt);
    if (isGone(await engine.readUntil(pathOf(name), isGone))) return true;
    throw engine.fail(FAILURES.notDeleted);
  }

  async function hasCredential(name: string): Promise<boolean> {
    const { data } = await engine.read(`credentials/${name}`);
    return data !== null && data['removed'] !== true;
  }

  return {
    async list(only) {
      const connections: Connection[] = [];
      const unreadable: UnreadableRecord[] = [];
      const names = only === undefined ? (await engine.list('records')).toSorted() : [only];
      for (const record of await loadAll(names.filter(isPath))) {
        if (record === undefined) continue;
        if (isUnreadable(record)) unreadable.push(record);
        else connections.push(record);
      }
      return { connections, unreadable, unlisted: [] };
    },
    async read(name) {
      const record = await load(name);
      if (record) refuseUnreadable(record);
      return record as Connection | undefined;
    },
    write,
    update,
    remove,
    forget: () => known.clear(),
    async laterAuthor(name) {
      const seen = known.get(name)?.version ?? 0;
      const { version, data } = await engine.readUntil(
        pathOf(name),
        (entry) => entry.version > seen,
        SIGNATURE_LIMIT_MS,
      );
      const by = data?.['changedBy'];
      return version > seen && isText(by) ? String(by) : undefined;
    },
  };
}

function pathOf(name: string): string {
  return `records/${name}`;
}

/** A record without its store, which the place itself says. */
function contentOf(connection: Connection): EntryData {
  return without({ ...connection }, 'store');
}

function without(data: EntryData, ...keys: readonly string[]): EntryData {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !keys.includes(key)));
}

function recordOf(name: string, storeId: string, data: EntryData): Connection | UnreadableRecord {
  const version = data['v'];
  if (typeof version === 'number' && version > RECORD_VERSION) {
    const why = `a newer version of connect-wizard wrote it in ${storeId}`;
    return { name, why, store: storeId };
  }
  // The others of the team don't decide where this machine has copies.
  const content = without(data, 'changedBy', 'savedAt', 'copies');
  const record: unknown = { ...content, store: storeId };
  if (isConnection(record) && record.name === name) return record;
  const why = `what is in ${storeId} under its name is damaged or belongs to another program`;
  return { name, why, store: storeId };
}

/** @throws {StoreError} `store-corrupt`. Such a record is never overwritten. */
function refuseUnreadable(record: Connection | UnreadableRecord): void {
  if (!isUnreadable(record)) return;
  throw new StoreError('store-corrupt', unreadableAdvice(record), {
    untouched: true,
  });
}

function isData(entry: Entry, data: EntryData): boolean {
  return entry.data !== null && isSameJson(JSON.stringify(entry.data), JSON.stringify(data));
}

/** Only checks have written the record in between. A missing record was removed. */
function isSameSave({ data: a }: Entry, { data: b }: Entry): boolean {
  if (a === null || b === null) return a === b;
  return a['changedBy'] === b['changedBy'] && a['savedAt'] === b['savedAt'];
}

function isLater({ data }: Entry, { verifiedAt }: Connection): boolean {
  const theirs = data?.['verifiedAt'];
  return typeof theirs === 'string' && Date.parse(theirs) >= Date.parse(verifiedAt);
}
