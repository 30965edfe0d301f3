import { StoreError } from '../../core/errors.js';
import type { Warning } from '../../core/ladder.js';
import type { Clock, SecretStore } from '../../core/ports.js';
import { isSameJson, parseJson } from '../../core/json.js';
import { Secret } from '../../core/secret.js';
import { isObject } from '../../core/shape.js';
import type { StoreDescription } from '../../core/store.js';
import { lookAtAccess } from './access.js';
import type { VaultClient } from './client.js';
import type { Engine, Entry, EntryData } from './engine.js';
import { FAILURES } from './failure.js';

/**
 * Written over a credential before its versions are deleted, so that a rotation under way fails.
 */
const REMOVED: EntryData = { v: 2, removed: true };

/** What this run knows about an account. Its writes name this version. */
interface Known {
  readonly version: number;
  /** This run wrote that version itself. */
  readonly own: boolean;
  /** A write whose result is unknown. */
  readonly tried?: Secret;
}

export interface VaultSecretsOptions {
  readonly client: VaultClient;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly description: StoreDescription;
  /** Words the failure if somebody else was first. */
  readonly conflict: (account: string, newer: Entry) => Promise<StoreError>;
  readonly lastChange: NonNullable<SecretStore['lastChange']>;
  /** Forgets everything else that was read. */
  readonly forget: () => void;
}

/**
 * Credentials in a KV version 2 engine, one each in `credentials/<account>`. Every write is
 * check-and-set against the version that this run saw first, so nothing is overwritten that
 * somebody else has saved since. `retry` starts over.
 */
export function createVaultSecrets(options: VaultSecretsOptions): SecretStore {
  const { client, engine, clock, description, conflict, lastChange, forget } = options;
  const known = new Map<string, Known>();
  /** The last of each kind, because a run may save many. */
  const warnings = new Map<string, Warning>();
  const warn = (warning: Warning): unknown => warnings.set(warning.code, warning);

  /** What is known, after a write of unknown result is settled. */
  async function settle(account: string): Promise<Known | undefined> {
    const before = known.get(account);
    if (!before?.tried) return before;
    const { data, version } = await engine.read(pathOf(account));
    const happened = version > before.version && isData(data, before.tried);
    const settled = happened ? { version, own: true } : { version: before.version, own: false };
    known.set(account, settled);
    return settled;
  }

  async function getPassword(account: string): Promise<Secret | null> {
    const before = known.get(account);
    const entry = before?.own
      ? await engine.readUntil(pathOf(account), ({ version }) => version >= before.version)
      : await engine.read(pathOf(account));
    if (before?.own && entry.version > before.version) throw await conflict(account, entry);
    if (!before) known.set(account, { version: entry.version, own: false });
    return secretOf(entry.data);
  }

  async function setPassword(account: string, password: Secret): Promise<void> {
    const before = await settle(account);
    const data = dataOf(password);
    let written;
    try {
      written = await engine.write(pathOf(account), data, before?.version ?? 0);
      // This run hasn't looked at the account yet, so whatever is there is replaced.
      if (!written.won && !before) {
        written = await engine.write(pathOf(account), data, written.entry.version);
      }
    } catch (error) {
      if (before && error instanceof StoreError && !error.untouched) {
        known.set(account, { ...before, tried: data });
      }
      throw error;
    }
    const { won, entry } = written;
    if (!won) throw await conflict(account, entry);
    known.set(account, { version: entry.version, own: true });
    if (entry.deletedAt !== '') warn(deletesItself(entry.deletedAt));
  }

  async function deletePassword(account: string): Promise<boolean> {
    const path = pathOf(account);
    const before = await settle(account);
    const there = before?.own ? before : await engine.read(path);
    if (there.version === 0) return false;
    const marker = await mark(account, there, before?.version ?? there.version);
    await engine.purge(path);
    known.delete(account);
    // A standby may still have it. An entry that is newer than the marker is another credential.
    const isGone = ({ version, createdAt }: Entry): boolean =>
      version === 0 || Date.parse(createdAt) > Date.parse(marker.createdAt);
    if (isGone(await engine.readUntil(path, isGone))) return true;
    throw engine.fail(FAILURES.notDeleted);
  }

  /** @returns the marker: an existing one (of a removal that was cut off) or a new one. */
  async function mark(account: string, there: Known | Entry, version: number): Promise<Entry> {
    if ('data' in there && isRemoved(there.data)) return there;
    const { won, entry } = await engine.write(pathOf(account), REMOVED, version);
    if (won) return entry;
    throw await conflict(account, entry);
  }

  return {
    description,
    nullIsReliable: true,
    get warnings() {
      return [...warnings.values()];
    },
    async prepare(account) {
      const paths = [pathOf(account), `records/${account}`];
      for (const each of await lookAtAccess(client, engine, clock, paths)) warn(each);
      // From here on, it's noticed if anybody else saves under the name.
      if (!known.has(account)) await getPassword(account);
    },
    getPassword,
    setPassword,
    deletePassword,
    lastChange,
    async accounts() {
      return (await engine.list('credentials')).toSorted();
    },
    retry() {
      known.clear();
      warnings.clear();
      forget();
    },
  };
}

function pathOf(account: string): string {
  return `credentials/${account}`;
}

function isRemoved(data: EntryData | null): boolean {
  return data?.['removed'] === true;
}

/** The engine keeps maps. An item is one; any other text is put into a map. */
function dataOf(password: Secret): Secret {
  const text = password.reveal();
  return isObject(parseJson(text)) ? password : Secret.around(JSON.stringify({ text }));
}

function secretOf(data: EntryData | null): Secret | null {
  if (data === null || isRemoved(data)) return null;
  const { text, ...others } = data;
  const wrapped = typeof text === 'string' && Object.keys(others).length === 0;
  return Secret.around(wrapped ? text : JSON.stringify(data));
}

function isData(data: EntryData | null, written: Secret): boolean {
  return data !== null && isSameJson(JSON.stringify(data), written.reveal());
}

function deletesItself(time: string): Warning {
  return {
    code: 'deletes-itself',
    message: `The engine deletes what is stored in it: a secret that is saved now will be gone at ${time.slice(0, 19)}Z (delete_version_after). Choose another path, or ask whoever runs it to change that.`,
  };
}
