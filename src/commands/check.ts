import { daysBetween, isoDate } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import { Pace } from '../core/pace.js';
import { reportVerdict, type Report } from '../core/report.js';
import { exitCodes, verdicts, worstExitCode } from '../core/verdict.js';
import { check, type CheckOptions } from '../flows/connections/check.js';
import { reportLine, reportsDocument, summaryLine } from '../output/json.js';
import { formatAdvice } from '../output/style.js';
import { checkCausesText, checkRows, checkText } from '../output/check.js';
import type { Command, Session, SharedOptions } from './command.js';
import {
  LOOK_IN,
  MANY_NAMES,
  readConcurrency,
  readDuration,
  readTimeout,
  TIMEOUT,
} from './options.js';
import { progressText, finish, interruptedText, printChanges } from './result.js';

interface Options extends SharedOptions {
  readonly timeout: string;
  readonly concurrency: string;
  readonly maxAge?: string;
  readonly olderThan?: string;
  readonly stream?: boolean;
}

interface Parsed extends CheckOptions {
  readonly olderThanMs: number | undefined;
  readonly stream: boolean;
}

/** `connect-wizard check [name…]`: checks whether the stored credentials still work. */
export const checkCommand: Command<Options, Parsed> = {
  name: 'check',
  description: 'Ask the providers whether the stored credentials still work.',
  examples: ['connect-wizard check', 'connect-wizard check --max-age 24h --quiet'],
  arguments: [MANY_NAMES],
  options: [
    LOOK_IN,
    TIMEOUT,
    { flags: '--concurrency <n>', says: 'connections checked at once', default: '8' },
    {
      flags: '--max-age <duration>',
      says: 'skip what a check proved within this time: 30m, 24h, 7d',
    },
    {
      flags: '--older-than <duration>',
      says: 'warn of secrets older than this: 180d',
    },
    { flags: '--stream', says: 'with --json: a line for each connection, as soon as it is known' },
  ],
  parse({ operands, options }) {
    const { stream = false } = options;
    if (stream && !options.json) {
      throw new UsageError({
        what: '--stream prints JSON, a connection a line',
        next: 'Add --json.',
      });
    }
    return {
      names: operands,
      timeoutMs: readTimeout(options.timeout),
      concurrency: readConcurrency(options.concurrency),
      maxAgeMs: readDuration('--max-age', options.maxAge),
      olderThanMs: readDuration('--older-than', options.olderThan),
      stream,
    };
  },
  async run(session, { stream, olderThanMs, ...options }) {
    const done: Report[] = [];
    const pace = new Pace(session.clock);
    const table = new LiveTable(session);
    session.onInterruption((code) => {
      if (stream) return { json: summaryLine('check', done, code) };
      if (session.json) {
        return { json: reportsDocument('check', session.clock.now(), done, code) };
      }
      return interruptedText(session, done, pace, table.isShown);
    });
    const onReport = (report: Report): void => {
      const whole = withAge(report, session.clock.now(), olderThanMs);
      done.push(whole);
      if (stream) printLine(session, whole);
      else table.add(whole);
    };
    let reports: readonly Report[];
    try {
      const asked = await session.terminal.during(progressText('Asking the providers', pace), () =>
        check(session, session.providers, {
          ...options,
          onBegin: (names) => table.begin(names),
          onReport,
          pace,
        }),
      );
      reports = asked.map((report) => withAge(report, session.clock.now(), olderThanMs));
    } catch (error) {
      if (error instanceof ReaderLeft) return exitCodes.done;
      throw error;
    }
    const nothing = reports.length === 0;
    await printChanges(session, reports);
    if (stream) return finishStream(session, reports);
    return finish(
      session,
      'check',
      reports,
      (shown) => {
        const { style, invocation } = session;
        const textOf = table.isShown ? checkCausesText : checkText;
        if (nothing) printNothingStored(session);
        else
          session.print(`${table.isShown ? '\n' : ''}${textOf(style, shown, invocation, reports)}`);
      },
      nothing ? exitCodes.notStored : undefined,
    );
  },
};

/** On a terminal, prints each connection's line as soon as its result is known. */
class LiveTable {
  readonly #session: Session;
  /**
   * The width of the longest name; undefined if nobody watches, or if there is only one connection.
   */
  #widest: number | undefined;
  isShown = false;

  constructor(session: Session) {
    this.#session = session;
  }

  begin(names: readonly string[]): void {
    const { json, stdoutIsTerminal, stderrIsTerminal } = this.#session;
    if (json || !stdoutIsTerminal || !stderrIsTerminal || names.length < 2) return;
    this.#widest = Math.max(...names.map((name) => name.length));
  }

  add(report: Report): void {
    if (this.#widest === undefined) return;
    const { quiet, style } = this.#session;
    if (quiet && isWell(report)) return;
    this.isShown = true;
    this.#session.print(checkRows(style, [report], this.#widest));
  }
}

function isWell(report: Report): boolean {
  return verdicts[reportVerdict(report)].exitCode === exitCodes.done;
}

/** The program that reads the lines has gone away, so nobody needs the rest. */
class ReaderLeft extends Error {
  override readonly name = 'ReaderLeft';
}

/** @throws {ReaderLeft} nobody reads standard output any more. */
function printLine(session: Session, report: Report): void {
  const { quiet, invocation } = session;
  if (!quiet || !isWell(report)) session.print({ json: reportLine(report, invocation) });
  if (session.readerLeft) throw new ReaderLeft();
}

/** @returns the exit code. */
function finishStream(session: Session, reports: readonly Report[]): number {
  const code =
    reports.length === 0 ? exitCodes.notStored : worstExitCode(reports.map(reportVerdict));
  if (!session.quiet || code !== exitCodes.done)
    session.print({ json: summaryLine('check', reports, code) });
  return session.readerLeft ? exitCodes.done : code;
}

/** Adds a warning if the secret was last changed longer ago. A secret of unknown age gets none. */
function withAge(report: Report, now: Date, olderThanMs: number | undefined): Report {
  const { changedAt, warnings } = report;
  if (olderThanMs === undefined || changedAt === null) return report;
  if (now.getTime() - Date.parse(changedAt) <= olderThanMs) return report;
  const days = daysBetween(changedAt, now);
  const message = `The secret was last changed ${days} days ago (${isoDate(changedAt)}).`;
  return { ...report, warnings: [...warnings, { code: 'old-secret', message }] };
}

function printNothingStored({ style, ...session }: Session): void {
  session.printError(
    formatAdvice(style, style.bad, {
      what: 'Nothing is stored yet',
      next: 'What can be connected: connect-wizard providers.',
    }),
  );
}
