import { UsageError } from '../core/errors.js';
import type { HistoryEvent } from '../core/history.js';
import { exitCodes } from '../core/verdict.js';
import { historyText } from '../output/history.js';
import { historyDocument } from '../output/json.js';
import type { Command, Session, SharedOptions } from './command.js';
import { readDuration } from './options.js';

interface Options extends SharedOptions {
  readonly since?: string;
  readonly clear?: boolean;
}

interface Parsed {
  readonly name: string | undefined;
  readonly sinceMs: number | undefined;
  readonly clear: boolean;
}

/** `connect-wizard history [name]`: shows what was done with the connections on this machine. */
export const historyCommand: Command<Options, Parsed> = {
  name: 'history',
  description:
    'What was done with the connections on this machine, by whom and when, newest last. It contains no secrets. CONNECT_WIZARD_HISTORY=off switches it off.',
  examples: [
    'connect-wizard history',
    'connect-wizard history {name} --since 30d',
    'connect-wizard history --clear',
  ],
  arguments: [
    { name: '[name]', says: 'a name, a provider or the beginning of a name', takes: 'connections' },
  ],
  options: [
    { flags: '--since <duration>', says: 'show no events older than this: 30m, 24h, 7d' },
    { flags: '--clear', says: 'delete the history' },
  ],
  parse({ operands: [name], options: { since, clear = false } }) {
    if (clear && (name !== undefined || since !== undefined)) {
      throw new UsageError({
        what: 'Only the whole history can be deleted',
        next: 'Use --clear by itself.',
      });
    }
    return { name, sinceMs: readDuration('--since', since), clear };
  },
  async run(session, { name, sinceMs, clear }) {
    if (clear) return clearHistory(session);
    const since =
      sinceMs === undefined ? undefined : new Date(session.clock.now().getTime() - sinceMs);
    const { events, skipped } = session.history.read(since);
    const wanted = events.filter((event) => name === undefined || isOf(event, name));
    if (session.quiet) return exitCodes.done;
    if (session.json) session.print({ json: historyDocument(wanted, skipped) });
    else printHistory(session, wanted, skipped, name !== undefined || since !== undefined);
    return exitCodes.done;
  },
};

function printHistory(
  session: Session,
  events: readonly HistoryEvent[],
  skipped: number,
  isPart: boolean,
): void {
  if (skipped > 0) {
    const lines = skipped === 1 ? '1 line is' : `${skipped} lines are`;
    session.terminal.warn(`${lines} left out: this is no line of a history, or cut off.`);
  }
  const nothing = isPart ? 'The history has nothing of that.' : 'There is no history yet.';
  session.print(events.length > 0 ? historyText(session.style, events) : nothing);
}

function clearHistory(session: Session): number {
  const files = session.history.clear();
  if (session.quiet) return exitCodes.done;
  if (session.json) session.print({ json: historyDocument([], 0) });
  else session.print(files > 0 ? 'The history was deleted.' : 'There is no history.');
  return exitCodes.done;
}

/** The event's connection, current or former, begins with `wanted`, or its provider is `wanted`. */
function isOf({ connection, formerName, provider }: HistoryEvent, wanted: string): boolean {
  if (provider === wanted || connection.startsWith(wanted)) return true;
  return typeof formerName === 'string' && formerName.startsWith(wanted);
}
