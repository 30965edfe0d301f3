import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  unlinkSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import {
  historyFile,
  historyLine,
  readHistoryLine,
  type HistoryEvent,
  type HistoryFacts,
} from '../core/history.js';
import type { Warning } from '../core/ladder.js';
import type { Clock, History } from '../core/ports.js';
import { nextStep, sentence, StoreError } from '../core/errors.js';
import { NO_GUARD, type FileGuard } from './file-guard.js';
import { codeOf, fileFailed } from './file-failure.js';
import { withOpenFile } from './read-file.js';

export interface HistoryOptions {
  /** The tool's state folder. */
  readonly folder: string;
  readonly guard?: FileGuard;
  readonly clock: Pick<Clock, 'now'>;
  /** Called for the first event only. */
  readonly facts: () => HistoryFacts;
  /** `CONNECT_WIZARD_HISTORY=off` */
  readonly off: boolean;
}

/** `history-2026-11.jsonl`, for years with four digits. */
const FILE = /^history-\d{4}-\d\d\.jsonl$/u;

/**
 * The history in files with one line of JSON for each event. Each event is a single write in append
 * mode, which the system keeps whole next to other processes' writes. So no lock is needed.
 */
export function createHistory({
  folder,
  guard = NO_GUARD,
  clock,
  facts,
  off,
}: HistoryOptions): History {
  const files = (): string[] => {
    try {
      return readdirSync(folder)
        .filter((name) => FILE.test(name))
        .toSorted();
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw unusable('The history could not be read', folder, error);
    }
  };

  return {
    record(entry) {
      if (off) return [];
      const now = clock.now();
      const path = join(folder, historyFile(now));
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        guard.checkFile(NOT_WRITTEN, path);
        append(path, historyLine(entry, facts(), now));
        return [];
      } catch (error) {
        return [notRecorded(path, error)];
      }
    },
    read(since) {
      const events: HistoryEvent[] = [];
      let skipped = 0;
      const first = since === undefined ? '' : historyFile(since);
      for (const file of files().filter((name) => name >= first)) {
        const path = join(folder, file);
        guard.checkFile('The history could not be read', path);
        for (const line of textOf(path).split('\n')) {
          if (line.trim() === '') continue;
          const event = readHistoryLine(line);
          if (event) events.push(event);
          else skipped += 1;
        }
      }
      const wanted = events.filter(
        ({ time }) => since === undefined || Date.parse(time) >= since.getTime(),
      );
      return {
        events: wanted.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time)),
        skipped,
      };
    },
    clear() {
      const found = files();
      for (const file of found) {
        const path = join(folder, file);
        try {
          unlinkSync(path);
        } catch (error) {
          if (codeOf(error) !== 'ENOENT') {
            throw unusable('The history could not be deleted', path, error);
          }
        }
      }
      return found.length;
    },
  };
}

function append(path: string, line: string): void {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  // A link would lead to another file, and a pipe would wait for a reader. Windows has neither
  // flag, and `|` treats undefined as 0.
  const file = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    const stats = fstatSync(file);
    refuseOther(stats);
    // A restored backup may have made it readable for others.
    if ((stats.mode & 0o077) !== 0) fchmodSync(file, 0o600);
    // A killed process may have left half a line. Only that line is lost.
    const bytes = Buffer.from(`${endsInLine(file, stats.size) ? '' : '\n'}${line}`);
    if (writeSync(file, bytes) < bytes.length) {
      throw Object.assign(new Error('not whole'), { code: 'ENOSPC' });
    }
  } finally {
    closeSync(file);
  }
}

/** In bytes: some 200,000 events in a month. */
const LONGEST_FILE = 64 * 1024 * 1024;

/** A pipe, a folder or a device. */
function refuseOther(stats: Stats): void {
  if (!stats.isFile()) throw unfit('not a file');
}

/** As if the system had refused it. */
function unfit(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function endsInLine(file: number, size: number): boolean {
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last.toString() === '\n';
}

function textOf(path: string): string {
  try {
    const read = (file: number, stats: Stats): string => {
      refuseOther(stats);
      if (stats.size > LONGEST_FILE) throw unfit('longer than 64 MiB');
      return readFileSync(file, 'utf8');
    };
    return withOpenFile(path, read, constants.O_NOFOLLOW);
  } catch (error) {
    // The history was cleared meanwhile.
    if (codeOf(error) === 'ENOENT') return '';
    throw unusable('The history could not be read', path, error);
  }
}

/** The history's folder isn't that of the connections, so other steps help. */
function unusable(what: string, path: string, error: unknown): StoreError {
  const { reason, advice } = fileFailed(what, path, error);
  const next =
    'Check that folder and its permissions. CONNECT_WIZARD_HISTORY=off does without a history.';
  return new StoreError(reason, { ...advice, next }, { cause: error });
}

const NOT_WRITTEN = 'This was not written into the history';

function notRecorded(path: string, error: unknown): Warning {
  const message =
    error instanceof StoreError
      ? `${sentence(error.advice)} ${nextStep(error.advice)}`
      : `${NOT_WRITTEN} (${path}: ${codeOf(error)}).`;
  return { code: 'not-recorded', message };
}
