import { plainText } from './plain-text.js';
import { isObject, isTime } from './shape.js';
import type { Connection } from './connection.js';
import type { Report } from './report.js';
import { verdictByReason, type Reason, type Verdict } from './verdict.js';
import { parseJson } from './json.js';

/** What can be done with a connection. */
export const historyEvents = [
  'connected',
  'replaced',
  'rotated',
  /** A connect or a rotation that ended so. */
  'refused',
  /** A check whose verdict, reason or identity differs from the last one's. */
  'changed',
  /** `token` printed it. */
  'revealed',
  /** A program got it: `exec`, the library. */
  'handed-over',
  'moved',
  'removed',
  'imported',
  'requested',
  'accepted',
  'repaired',
] as const;

export type HistoryEventName = (typeof historyEvents)[number];

/** What was done, as the code that did it knows it. Never a secret, and nothing made of one. */
export interface HistoryEntry {
  readonly event: HistoryEventName;
  readonly connection: string;
  /** The name before a renaming. */
  readonly formerName?: string | undefined;
  readonly provider?: string | undefined;
  readonly host?: string | undefined;
  readonly verdict?: Verdict | undefined;
  readonly reason?: Reason | undefined;
  /** The store's kind: `keychain`, `file`. */
  readonly store?: string | undefined;
  /** The base name of what `exec` runs, without its arguments. */
  readonly program?: string | undefined;
  /** The text of `--reason`. */
  readonly why?: string | undefined;
}

/** What a report tells of an event. */
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

/** What a record tells of an event that asks no provider. */
export function entryOfRecord(
  event: HistoryEventName,
  { name, provider, host, store }: Pick<Connection, 'name' | 'provider' | 'host' | 'store'>,
): HistoryEntry {
  return { event, connection: name, provider, host, store };
}

/** A line of the history. */
export interface HistoryEvent extends Readonly<Record<string, string | boolean>> {
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly event: string;
  readonly connection: string;
}

/** In the order in which a line has them. */
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

/** What every line of a run has alike. */
export interface HistoryFacts {
  readonly version: string;
  /** Of the system. */
  readonly user: string;
  /** Was the run on a terminal? */
  readonly terminal: boolean;
}

/** `history-2026-11.jsonl`: a file a month, and none is ever renamed. */
export function historyFile(time: Date): string {
  return `history-${time.toISOString().slice(0, 7)}.jsonl`;
}

/** The same, for an event of `time`; what does not apply is left out. */
export function historyLine(entry: HistoryEntry, facts: HistoryFacts, time: Date): string {
  const line = pickKnown({
    ...facts,
    ...entry,
    ...(entry.why !== undefined && { why: redactLookalikes(entry.why) }),
    time: time.toISOString(),
  });
  return `${JSON.stringify(line)}\n`;
}

/** @returns undefined if the line isn't ours: torn, damaged, or another program's. */
export function readHistoryLine(line: string): HistoryEvent | undefined {
  const json = parseJson(line);
  if (!isObject(json)) return undefined;
  const object: Readonly<Record<string, unknown>> = json;
  const { time, event, connection } = object;
  if (typeof time !== 'string' || !isTime(time)) return undefined;
  if (typeof event !== 'string' || typeof connection !== 'string') return undefined;
  return { ...pickKnown(object), time, event: plainText(event), connection: plainText(connection) };
}

/** The keys of a line that are there, in order, as text that is fit to be shown. */
function pickKnown(object: Readonly<Record<string, unknown>>): Record<string, string | boolean> {
  const known: Record<string, string | boolean> = {};
  for (const key of KEYS) {
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    // Known secrets are redacted there, too.
    if (typeof value === 'string' && value !== '') known[key] = plainText(value);
    else if (typeof value === 'boolean') known[key] = value;
  }
  return known;
}

/**
 * Text that a person typed, without what looks like a key: at least 12 letters and digits in a row
 * with a letter right after a digit, or 20 of both cases, or 16 digits. It hides a word too many
 * rather than one too few; dates, ticket numbers and names stay.
 */
export function redactLookalikes(text: string): string {
  return text.replaceAll(/[\w+=~-]{12,}/gu, (word) => {
    const isMixed = /\d[A-Za-z]/u.test(word);
    const isLong = word.length >= 20 && /[a-z]/u.test(word) && /[A-Z]/u.test(word);
    return isMixed || isLong || /\d{16}/u.test(word) ? '[redacted]' : word;
  });
}

/** Of a program's path; its arguments are nobody's business. */
export function baseName(path: string): string {
  return path.split(/[/\\]/u).at(-1) ?? '';
}
