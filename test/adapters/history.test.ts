import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHistory } from '../../src/adapters/history.js';
import { StoreError } from '../../src/core/errors.js';
import type { HistoryEntry } from '../../src/core/history.js';
import { fakeClock } from '../support/fakes.js';

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'connect-wizard-history-'));
  folder = join(parent, 'state', 'connect-wizard');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const NOVEMBER = 'history-2026-11.jsonl';

const facts = () => ({ version: '1.2.3', user: 'ines', terminal: false });

function stage({ off = false } = {}) {
  const clock = fakeClock();
  return { clock, history: createHistory({ folder, clock, facts, off }) };
}

const removed = (connection: string): HistoryEntry => ({ event: 'removed', connection });
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test('there is one file a month, for the user only, with the newest event last', () => {
  const { clock, history } = stage();
  clock.set('2026-12-01T00:00:00.000Z');
  expect(history.record(removed('b'))).toEqual([]);
  clock.set('2026-11-30T23:59:59.999Z');
  expect(history.record(removed('a'))).toEqual([]);
  expect(readdirSync(folder)).toEqual([NOVEMBER, 'history-2026-12.jsonl']);
  expect([mode(folder), mode(join(folder, NOVEMBER))]).toEqual(['700', '600']);
  const { events, skipped } = history.read();
  expect(events.map(({ connection }) => connection)).toEqual(['a', 'b']);
  expect(skipped).toBe(0);
  const since = history.read(new Date('2026-12-01T00:00:00.000Z'));
  expect(since.events.map(({ connection }) => connection)).toEqual(['b']);
});

test('unreadable lines are counted, and hide no other', () => {
  const { history } = stage();
  history.record(removed('a'));
  appendFileSync(join(folder, NOVEMBER), 'rubbish\n\n{"time":"2026-11-2');
  chmodSync(join(folder, NOVEMBER), 0o644);
  history.record(removed('b'));
  const { events, skipped } = history.read();
  expect(events.map(({ connection }) => connection)).toEqual(['a', 'b']);
  expect(skipped).toBe(2);
  expect(mode(join(folder, NOVEMBER))).toBe('600');
});

test('clear() deletes the file of every month, and nothing else', () => {
  const { clock, history } = stage();
  history.record(removed('a'));
  clock.set('2027-01-01T00:00:00.000Z');
  history.record(removed('b'));
  writeFileSync(join(folder, 'approved.json'), '{}');
  writeFileSync(join(folder, 'history-notes.jsonl'), '');
  expect(history.clear()).toBe(2);
  expect(readdirSync(folder)).toEqual(['approved.json', 'history-notes.jsonl']);
  expect(history.clear()).toBe(0);
  expect(history.read()).toEqual({ events: [], skipped: 0 });
});

test('an event that cannot be written is a warning, and is written nowhere else', () => {
  const { history } = stage();
  mkdirSync(folder, { recursive: true });
  const path = join(folder, NOVEMBER);
  const other = join(parent, 'other');
  const warnings = () => {
    const [warning] = history.record(removed('a'));
    rmSync(path, { recursive: true, force: true });
    return [warning?.code, /: ([^ ]*(?: a file)?)\)\.$/u.exec(warning?.message ?? '')?.[1]];
  };
  writeFileSync(other, '');
  symlinkSync(other, path);
  expect(warnings()).toEqual(['not-recorded', 'ELOOP']);
  mkdirSync(path);
  expect(warnings()).toEqual(['not-recorded', 'EISDIR']);
  execFileSync('mkfifo', [path]);
  expect(warnings()).toEqual(['not-recorded', 'not a file']);
  expect(readFileSync(other, 'utf8')).toBe('');
  rmSync(folder, { recursive: true });
  writeFileSync(folder, '');
  expect(history.record(removed('a'))[0]?.code).toBe('not-recorded');
  expect(() => history.read()).toThrow(StoreError);
});

test('nothing is written if the history is off', () => {
  const { history } = stage({ off: true });
  expect(history.record(removed('a'))).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});
