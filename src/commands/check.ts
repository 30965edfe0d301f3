import { exitCodes } from '../core/verdict.js';
import type { Report } from '../core/report.js';
import { check } from '../flows/connections/check.js';
import { reportsDocument } from '../output/json.js';
import { checkText } from '../output/text.js';
import { formatAdvice } from '../output/style.js';
import {
  badOption,
  readTimeout,
  finish,
  TIMEOUT,
  withSharedOptions,
  type CommandDefinition,
  type Program,
  type SharedOptions,
} from './command.js';

interface RawOptions extends SharedOptions {
  readonly timeout: string;
  readonly concurrency: string;
  readonly maxAge?: string;
}

/** `connect-wizard check [name…]`: do the stored credentials still work? */
export const checkCommand: CommandDefinition = {
  name: 'check',
  aliases: ['status'],
  summary: 'ask the providers whether what is stored still works',
  define(command, program) {
    command
      .argument('[name...]', 'names, providers or beginnings of names; all when none is given')
      .description('Ask the providers whether the stored credentials still work.')
      .option(...TIMEOUT)
      .option('--concurrency <n>', 'connections checked at once', '8')
      .option('--max-age <duration>', 'skip what was proven within it: 30m, 24h, 7d');
    withSharedOptions(command);
    command.action(async (names: string[]) => {
      const options = command.optsWithGlobals<RawOptions>();
      const parsed = {
        names,
        timeoutMs: readTimeout(options.timeout),
        concurrency: readConcurrency(options.concurrency),
        maxAgeMs: options.maxAge === undefined ? undefined : readDuration(options.maxAge),
      };
      const session = await program.begin(options);
      const finished: Report[] = [];
      session.onInterruption((code) => {
        if (options.json) return reportsDocument('check', session.clock.now(), finished, code);
        return finished.length > 0 ? checkText(session.style, finished) : undefined;
      });
      const reports = await session.terminal.during('Asking the providers', () =>
        check(session, program.providers, {
          ...parsed,
          onReport: (report) => finished.push(report),
        }),
      );
      const nothing = reports.length === 0;
      const exitCode = nothing ? exitCodes.notStored : undefined;
      program.exit(
        finish(
          session,
          options,
          'check',
          reports,
          (shown) => {
            if (!nothing) return session.print(checkText(session.style, shown));
            session.printError(
              formatAdvice(session.style, session.style.bad, nothingStored(program)),
            );
          },
          exitCode,
        ),
      );
    });
  },
};

function nothingStored({ providers }: Program) {
  return {
    what: 'Nothing is stored yet',
    next: `Store the first one: ${providers.map(({ id }) => `connect-wizard ${id}`).join(' or ')}.`,
  };
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
