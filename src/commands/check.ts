import type { Report } from '../core/report.js';
import { exitCodes } from '../core/verdict.js';
import { check, type CheckOptions } from '../flows/connections/check.js';
import { reportsDocument } from '../output/json.js';
import { formatAdvice } from '../output/style.js';
import { checkText } from '../output/text.js';
import {
  badOption,
  LOOK_IN,
  MANY_NAMES,
  readTimeout,
  TIMEOUT,
  type Command,
  type Session,
  type SharedOptions,
} from './command.js';
import { finish } from './result.js';

interface Options extends SharedOptions {
  readonly timeout: string;
  readonly concurrency: string;
  readonly maxAge?: string;
}

/** `connect-wizard check [name…]`: do the stored credentials still work? */
export const checkCommand: Command<Options, CheckOptions> = {
  name: 'check',
  aliases: ['status'],
  summary: 'ask the providers whether what is stored still works',
  description: 'Ask the providers whether the stored credentials still work.',
  examples: ['connect-wizard check', 'connect-wizard check --max-age 24h --quiet'],
  arguments: [MANY_NAMES],
  options: [
    LOOK_IN,
    TIMEOUT,
    { flags: '--concurrency <n>', says: 'connections checked at once', default: '8' },
    { flags: '--max-age <duration>', says: 'skip what was proven within it: 30m, 24h, 7d' },
  ],
  parse: ({ words, options }) => ({
    names: words,
    timeoutMs: readTimeout(options.timeout),
    concurrency: readConcurrency(options.concurrency),
    maxAgeMs: options.maxAge === undefined ? undefined : readDuration(options.maxAge),
  }),
  async run(session, options) {
    const finished: Report[] = [];
    session.onInterruption((code) => {
      if (session.json) return reportsDocument('check', session.clock.now(), finished, code);
      return finished.length > 0 ? checkText(session.style, finished) : undefined;
    });
    const reports = await session.terminal.during('Asking the providers', () =>
      check(session, session.providers, {
        ...options,
        onReport: (report) => finished.push(report),
      }),
    );
    if (reports.length === 0) {
      const tell = (): void => printNothingStored(session);
      return finish(session, 'check', reports, tell, exitCodes.notStored);
    }
    return finish(session, 'check', reports, (shown) =>
      session.print(checkText(session.style, shown)),
    );
  },
};

function printNothingStored({ providers, style, ...session }: Session): void {
  const first = providers.map(({ id }) => `connect-wizard ${id}`).join(' or ');
  session.printError(
    formatAdvice(style, style.bad, {
      what: 'Nothing is stored yet',
      next: `Store the first one: ${first}.`,
    }),
  );
}

function readConcurrency(value: string): number {
  const count = Number(value);
  if (/^\d+$/u.test(value) && count >= 1 && count <= 64) return count;
  throw badOption('--concurrency', 'a whole number from 1 to 64');
}

const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3 };

function readDuration(value: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/u.exec(value) ?? [];
  const milliseconds = Number(number) * (UNITS[unit ?? ''] ?? Number.NaN);
  if (Number.isFinite(milliseconds)) return milliseconds;
  throw badOption('--max-age', 'a number with a unit: 90s, 30m, 24h, 7d');
}
