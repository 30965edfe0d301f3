import { plainText } from './plain-text.js';
import { isObject, isTime } from './shape.js';
import type { Connection } from './connection.js';
import type { Report } from './report.js';
import { verdictByReason, type Reason, type Verdict } from './verdict.js';
import { parseJson } from './json.js';

/** What can happen to a connection. */
export const historyEvents = [
  'connected',
  'replaced',
  'rotated',
  /** A connect or a rotation that was refused. */
  'refused',
  /** A check whose verdict, reason or identity differs from that of the last one. */
  'changed',
  /** `token` printed it. */
  'revealed',
  /** A program got it: from `exec` or the library. */
  'handed-over',
  'moved',
  'removed',
  'imported',
  'requested',
  'accepted',
  'repaired',
] as const;

export type HistoryEventName = (typeof historyEvents)[number];

/**
 * What was done, as the code that did it knows it. It never contains a secret or anything derived
 * from one.
 */
export interface HistoryEntry {
  readonly event: HistoryEventName;
  readonly connection: string;
  /** The name before a renaming. */
  readonly formerName?: string | undefined;
  readonly provider?: string | undefined;
  readonly host?: string | undefined;
  readonly verdict?: Verdict | undefined;
  readonly reason?: Reason | undefined;
  /** The kind of store: `keychain`, `file`. */
  readonly store?: string | undefined;
  /** The base name of the program that `exec` runs, without arguments. */
  readonly program?: string | undefined;
  /** The text of `--reason`. */
  readonly why?: string | undefined;
}

/** The history entry for a report. */
export function entryOf(
  event: HistoryEventName,
  report: Pick<Report, 'name' | 'provider' | 'host' | 'reason' | 'store'>,
): HistoryEntry {
  const { name, provider, host, reason, store } = report;
  return {
    event,
    connection: name ?? provider ?? '',
    provider: provider ?? undefined,
    host: host ?? undefined,
    verdict: verdictByReason[reason],
    reason,
    store: store?.kind,
  };
}

/** The history entry for a record, if the event involves no provider. */
export function entryOfRecord(
  event: HistoryEventName,
  { name, provider, host, store }: Pick<Connection, 'name' | 'provider' | 'host' | 'store'>,
): HistoryEntry {
  return { event, connection: name, provider, host, store };
}

/** One line of the history. */
export interface HistoryEvent extends Readonly<Record<string, string | boolean>> {
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly event: string;
  readonly connection: string;
}

/** The order of the keys in a line. */
const KEYS = [
  'time',
  'event',
  'connection',
  'formerName',
  'provider',
  'host',
  'verdict',
  'reason',
  'store',
  'version',
  'user',
  'terminal',
  'program',
  'why',
] as const;

/** What all lines of a run have in common. */
export interface HistoryFacts {
  readonly version: string;
  /** The system's user name. */
  readonly user: string;
  /** The run was on a terminal. */
  readonly terminal: boolean;
}

/** `history-2026-11.jsonl`. There is one file for each month, and none is ever renamed. */
export function historyFile(time: Date): string {
  return `history-${time.toISOString().slice(0, 7)}.jsonl`;
}

/** The line for an event at `time`. Keys that don't apply are left out. */
export function historyLine(entry: HistoryEntry, facts: HistoryFacts, time: Date): string {
  const line = pickKnown({
    ...facts,
    ...entry,
    ...(entry.why !== undefined && { why: redactLookalikes(entry.why) }),
    time: time.toISOString(),
  });
  return `${JSON.stringify(line)}\n`;
}

/** @returns undefined if the line isn't ours, or is cut off or damaged. */
export function readHistoryLine(line: string): HistoryEvent | undefined {
  const json = parseJson(line);
  if (!isObject(json)) return undefined;
  const object: Readonly<Record<string, unknown>> = json;
  const { time, event, connection } = object;
  if (typeof time !== 'string' || !isTime(time)) return undefined;
  if (typeof event !== 'string' || typeof connection !== 'string') return undefined;
  return { ...pickKnown(object), time, event: plainText(event), connection: plainText(connection) };
}

/** The known keys of a line, in order, with text that's safe to show. */
function pickKnown(object: Readonly<Record<string, unknown>>): Record<string, string | boolean> {
  const known: Record<string, string | boolean> = {};
  for (const key of KEYS) {
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    // `plainText` also redacts known secrets.
    if (typeof value === 'string' && value !== '') known[key] = plainText(value);
    else if (typeof value === 'boolean') known[key] = value;
  }
  return known;
}

/**
 * Hides everything in a typed text that looks like a key: at least 12 letters and digits in a row
 * with a letter right after a digit, at least 20 characters of both cases, or at least 16 digits.
 * It prefers to hide too much. Dates, ticket numbers and names stay.
 */
export function redactLookalikes(text: string): string {
  return text.replaceAll(/[\w+=~-]{12,}/gu, (word) => {
    const isMixed = /\d[A-Za-z]/u.test(word);
    const isLong = word.length >= 20 && /[a-z]/u.test(word) && /[A-Z]/u.test(word);
    return isMixed || isLong || /\d{16}/u.test(word) ? '[redacted]' : word;
  });
}

/** The last part of a program's path. */
export function baseName(path: string): string {
  return path.split(/[/\\]/u).at(-1) ?? '';
}
