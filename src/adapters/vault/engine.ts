import type { StoreError } from '../../core/errors.js';
import { plainText } from '../../core/plain-text.js';
import type { Clock } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';
import { isObject } from '../../core/shape.js';
import type { VaultClient, VaultResponse } from './client.js';
import { FAILURES } from './failure.js';
import { policyFor, type Location } from './policy.js';

/** The newest version of an entry in the engine. */
export interface Entry {
  /** `null` if there is none, or if it was deleted but could be restored. */
  readonly data: Readonly<Record<string, unknown>> | null;
  /** 0 if there never was one. A write has to name this version. */
  readonly version: number;
  /** By the server's clock, ISO 8601; empty for version 0. `deletedAt` is the same. */
  readonly createdAt: string;
  /** When it was or will be deleted. */
  readonly deletedAt: string;
}

const NOTHING: Entry = { data: null, version: 0, createdAt: '', deletedAt: '' };

export type EntryData = Readonly<Record<string, unknown>>;

/** `data` of `entry` is what the server returns, or `null` if the write was our own. */
export interface Written {
  readonly won: boolean;
  readonly entry: Entry;
}

/**
 * The part of a KV version 2 engine below one folder. Paths are relative to that folder:
 * `credentials/freshservice/acme`. Every call rejects with a `StoreError` if the server can't be
 * used.
 */
export interface Engine {
  /**
   * Finds out where the mount ends and whether it keeps versions, which only the server knows. It's
   * asked once, before anything is written.
   */
  locate(): Promise<Location>;
  read(path: string): Promise<Entry>;
  /**
   * Reads until `isGood`, because a standby may answer that is briefly behind.
   *
   * @returns what was read last, good or not.
   */
  readUntil(path: string, isGood: (entry: Entry) => boolean, limitMs?: number): Promise<Entry>;
  /**
   * Writes if the newest version is still `version`.
   *
   * @param data a map, or its JSON text if it contains a secret.
   * @returns what was written or, if somebody else was first, what is there.
   */
  write(path: string, data: EntryData | Secret, version: number): Promise<Written>;
  /**
   * Deletes all versions. Success proves nothing, since the server answers the same for an entry
   * that never existed.
   */
  purge(path: string): Promise<void>;
  /** Every path below `folder` with an entry, including deleted ones, relative to `folder`. */
  list(folder: string): Promise<string[]>;
  /** The whole path of an entry or a folder below `/v1/`. */
  pathOf(root: 'data' | 'metadata', path: string): Promise<string>;
  /** Words a failure for this place. */
  readonly fail: VaultClient['fail'];
}

/**
 * In milliseconds. If a deletion of metadata is cut off, its path may answer 500 from then on, so
 * it gets enough time.
 */
const PURGE_LIMIT_MS = 60_000;

/** How long a standby may be behind, in milliseconds. */
const CATCH_UP_MS = 5000;
const CATCH_UP_PAUSE_MS = 100;

/** How long the server's response about the token is used, in milliseconds. */
const LOOK_UP_MS = 1000;

/** @param place the mount and folder as one path, as they follow `vault:`. */
export function createEngine(client: VaultClient, clock: Clock, place: string): Engine {
  let located: Promise<Location> | undefined;
  /** Until the server has said where the mount ends, the first segment is the best guess. */
  let known: Location = locationIn(place, place.slice(0, place.indexOf('/') + 1));
  let isKnown = false;
  let lookedUp: { readonly response: Promise<VaultResponse>; readonly until: number } | undefined;

  const fail: VaultClient['fail'] = (failure, placeholders, options) =>
    client.fail(failure, { place, policy: policyFor(known), ...placeholders }, options);

  function locate(): Promise<Location> {
    located ??= findMount().catch((error: unknown) => {
      located = undefined;
      throw error;
    });
    return located;
  }

  async function findMount(): Promise<Location> {
    const response = await client.call('GET', `sys/internal/ui/mounts/${place}`);
    if (response.status === 403) throw await explainRefusal();
    if (response.status === 404) throw notLocated(response);
    const { path, type, options } = response.data ?? {};
    if (response.status !== 200 || !isMountPath(path, place)) throw unforeseen(response);
    if (type !== 'kv') throw fail(FAILURES.notKv, { mount: path, detail: String(type) });
    const version = isObject(options) ? options['version'] : undefined;
    if (version !== '2') throw fail(FAILURES.version1, { mount: path });
    known = locationIn(place, path);
    isKnown = true;
    return known;
  }

  /** If many requests are refused at once, only one asks why. */
  function lookUpToken(): Promise<VaultResponse> {
    const now = clock.now().getTime();
    if (!lookedUp || now >= lookedUp.until) {
      const response = client.call('GET', 'auth/token/lookup-self');
      lookedUp = { response, until: now + LOOK_UP_MS };
    }
    return lookedUp.response;
  }

  async function explainRefusal(): Promise<StoreError> {
    const self = await lookUpToken();
    if (self.status !== 200) return fail(FAILURES.tokenRefused);
    const policies = self.data?.['policies'];
    // Root is refused nothing, so what it can't reach doesn't exist.
    const root = Array.isArray(policies) && policies.includes('root');
    if (root) return fail(FAILURES.noMount);
    return fail(isKnown ? FAILURES.rightRefused : FAILURES.pathRefused);
  }

  /** Vault's message says if a namespace doesn't exist. */
  function notLocated({ errors }: VaultResponse): StoreError {
    if (errors.length === 0) return fail(FAILURES.noMount);
    return fail(FAILURES.wrongPlace, { detail: messageOf(errors) });
  }

  function unforeseen({ status, errors }: VaultResponse): StoreError {
    const said = errors.length > 0 ? `, ${messageOf(errors)}` : '';
    return fail(FAILURES.faulty, { detail: `HTTP ${status}${said}` });
  }

  async function pathOf(root: 'data' | 'metadata', path: string): Promise<string> {
    // `//` and dots would lead to another entry through a redirect.
    if (!isPath(path)) throw fail(FAILURES.badName);
    const { mount, folder } = await locate();
    return `${mount}${root}/${folder === '' ? '' : `${folder}/`}${path}`;
  }

  async function read(path: string): Promise<Entry> {
    const response = await client.call('GET', await pathOf('data', path));
    const { status, data, errors } = response;
    if (status === 403) throw await explainRefusal();
    if (status === 404 && !data && errors.length === 0) return NOTHING;
    if (status === 404 && !data) throw notLocated(response);
    const entry = entryOf(data?.['metadata'], data?.['data']);
    if (entry && (status === 200 || status === 404)) return entry;
    throw unforeseen(response);
  }

  async function readUntil(
    path: string,
    isGood: (entry: Entry) => boolean,
    limitMs = CATCH_UP_MS,
  ): Promise<Entry> {
    const until = clock.now().getTime() + limitMs;
    for (;;) {
      const entry = await read(path);
      if (isGood(entry) || clock.now().getTime() + CATCH_UP_PAUSE_MS > until) return entry;
      await clock.sleep(CATCH_UP_PAUSE_MS);
    }
  }

  async function write(path: string, data: EntryData | Secret, version: number): Promise<Written> {
    const response = await client.call('POST', await pathOf('data', path), {
      body: bodyOf(data, version),
    });
    const { status } = response;
    if (status === 403) throw await explainRefusal();
    if (status === 400) {
      // The message may differ between servers, but the fact that there is another version doesn't.
      const lost = /did not match the current version/iu.test(messageOf(response.errors));
      const limitMs = lost ? CATCH_UP_MS : 0;
      const entry = await readUntil(path, (each) => each.version !== version, limitMs);
      if (lost || entry.version !== version) return { won: false, entry };
    }
    // Anything other than a new version means that this isn't a version 2 engine, whatever the
    // status says.
    const entry = status === 200 ? entryOf(response.data, null) : undefined;
    if (entry) return { won: true, entry };
    throw unforeseen(response);
  }

  async function purge(path: string): Promise<void> {
    const response = await client.call('DELETE', await pathOf('metadata', path), {
      timeoutMs: PURGE_LIMIT_MS,
    });
    if (response.status === 403) throw await explainRefusal();
    if (response.status !== 204 && response.status !== 200) throw unforeseen(response);
  }

  async function list(folder: string): Promise<string[]> {
    const response = await client.call('GET', `${await pathOf('metadata', folder)}?list=true`);
    if (response.status === 403) throw await explainRefusal();
    if (response.status === 404 && response.errors.length === 0) return [];
    const keys = response.data?.['keys'];
    if (response.status !== 200 || !Array.isArray(keys)) throw unforeseen(response);
    const found = await Promise.all(
      keys.filter(isOwnKey).map(async (key) => {
        if (!key.endsWith('/')) return [key];
        const below = await list(`${folder}/${key.slice(0, -1)}`);
        return below.map((each) => `${key}${each}`);
      }),
    );
    return found.flat();
  }

  return { locate, read, readUntil, write, purge, list, pathOf, fail };
}

/** The mount is on the way to the place. What a server says becomes part of later addresses. */
function isMountPath(path: unknown, place: string): path is string {
  return typeof path === 'string' && path.endsWith('/') && `${place}/`.startsWith(path);
}

/** A path segment that can't be misread. Names of connections consist of these. */
const SEGMENT = /^[a-z0-9][a-z0-9._-]*$/u;

/** `path` can be part of an address without being misread. */
export function isPath(path: string): boolean {
  return path.split('/').every((segment) => SEGMENT.test(segment));
}

/** Keys in another form aren't ours. A folder ends with a slash. */
function isOwnKey(key: unknown): key is string {
  return typeof key === 'string' && SEGMENT.test(key.replace(/\/$/u, ''));
}

function locationIn(place: string, mount: string): Location {
  return { mount, folder: place.slice(mount.length) };
}

function messageOf(errors: readonly string[]): string {
  return plainText(errors.join(' '), 120);
}

function bodyOf(data: EntryData | Secret, version: number): string | Secret {
  if (!(data instanceof Secret)) return JSON.stringify({ options: { cas: version }, data });
  return Secret.around(`{"options":{"cas":${version}},"data":${data.reveal()}}`);
}

function entryOf(metadata: unknown, data: unknown): Entry | undefined {
  if (!isObject(metadata)) return undefined;
  const { version, created_time: createdAt, deletion_time: deletedAt } = metadata;
  if (typeof version !== 'number' || typeof createdAt !== 'string') return undefined;
  return {
    data: isObject(data) ? data : null,
    version,
    createdAt,
    deletedAt: typeof deletedAt === 'string' ? deletedAt : '',
  };
}
