import type { HealthCheck } from '../core/health.js';
import { Pace } from '../core/pace.js';
import { verdicts, worstExitCode } from '../core/verdict.js';
import { doctor } from '../flows/doctor/doctor.js';
import { healthDocument } from '../output/json.js';
import { createStyle, toScreen } from '../output/style.js';
import { healthSections, healthText } from '../output/health.js';
import type { Command, SharedOptions } from './command.js';
import { progressText } from './result.js';
import { DEFAULT_STORE, defaultStore, readConcurrency, readTimeout, TIMEOUT } from './options.js';

interface Options extends SharedOptions {
  readonly timeout: string;
  readonly concurrency: string;
  readonly repair?: boolean;
  readonly report?: string;
}

interface Parsed {
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly repair: boolean;
  readonly report: string | undefined;
}

/**
 * `connect-wizard doctor`: checks the environment, the stores and the network. It sends no secret
 * anywhere.
 */
export const doctorCommand: Command<Options, Parsed> = {
  name: 'doctor',
  description:
    'Look at everything the tool depends on: this machine, the stores, the records, the network. No secret is sent anywhere.',
  examples: ['connect-wizard doctor', 'connect-wizard doctor --report report.txt'],
  arguments: [],
  options: [
    { flags: '--repair', says: 'find secrets that have lost their record' },
    {
      flags: '--report <file>',
      says: 'write everything to a file that is safe to send',
      takes: 'file',
    },
    TIMEOUT,
    { flags: '--concurrency <n>', says: 'hosts asked at once', default: '8' },
  ],
  parse: ({ options }) => ({
    timeoutMs: readTimeout(options.timeout),
    concurrency: readConcurrency(options.concurrency),
    repair: options.repair ?? false,
    report: options.report,
  }),
  async run(session, { timeoutMs, concurrency, repair, report }) {
    const known: HealthCheck[] = [];
    const pace = new Pace(session.clock);
    session.onInterruption((code) => {
      if (session.json) return { json: healthDocument(session.clock.now(), known, code) };
      if (known.length === 0) return undefined;
      return `${healthSections(session.style, known)}\n\n${pace.count} hosts were asked.`;
    });
    const checks = await session.terminal.during(progressText('Looking at everything', pace), () =>
      doctor(session, session.providers, {
        defaultStore: defaultStore(session),
        chosen: session.variable(DEFAULT_STORE) !== undefined,
        timeoutMs,
        concurrency,
        repair,
        onChecks: (found) => known.push(...found),
        pace,
      }),
    );
    const failing = checks.filter(({ ok }) => !ok);
    const exitCode = worstExitCode(failing.map(({ verdict }) => verdict));
    if (report !== undefined) {
      const plain = await createStyle({ colour: false, unicode: false, columns: undefined });
      const text = `${session.clock.now().toISOString()}\n${healthText(plain, checks, true)}\n`;
      await session.diagnostics.writeReport(report, toScreen(text));
    }
    if (!session.quiet || exitCode !== verdicts.valid.exitCode) {
      const shown = session.quiet ? failing : checks;
      session.print(
        session.json
          ? { json: healthDocument(session.clock.now(), checks, exitCode) }
          : healthText(session.style, shown, report !== undefined),
      );
    }
    if (report !== undefined) session.terminal.note(`Written to ${report}.`);
    return exitCode;
  },
};
