import { redact } from '../core/secret.js';
import { verdicts, worstExitCode } from '../core/verdict.js';
import { doctor } from '../flows/doctor/doctor.js';
import { healthText } from '../output/text.js';
import { healthDocument } from '../output/json.js';
import { createStyle } from '../output/style.js';
import {
  defaultStore,
  readTimeout,
  TIMEOUT,
  withSharedOptions,
  type CommandDefinition,
  type SharedOptions,
} from './command.js';

interface RawOptions extends SharedOptions {
  readonly timeout: string;
  readonly repair?: boolean;
  readonly report?: string;
}

/** `connect-wizard doctor`: environment, stores, network; no secret is sent anywhere. */
export const doctorCommand: CommandDefinition = {
  name: 'doctor',
  summary: 'what is wrong with this machine, its stores or its network',
  define(command, program) {
    command
      .description(
        'Look at everything the tool depends on: this machine, the stores, the records, the network. No secret is sent anywhere.',
      )
      .option('--repair', 'find secrets again that have lost their record')
      .option('--report <file>', 'write it all to a file that is safe to send')
      .option(...TIMEOUT);
    withSharedOptions(command);
    command.action(async () => {
      const options = command.optsWithGlobals<RawOptions>();
      const timeoutMs = readTimeout(options.timeout);
      const session = await program.begin(options);
      const checks = await session.terminal.during('Looking at everything', () =>
        doctor(session, program.providers, {
          defaultStore: defaultStore(session),
          chosen: session.variable('CONNECT_WIZARD_STORE') !== undefined,
          timeoutMs,
          repair: options.repair ?? false,
        }),
      );
      const failing = checks.filter(({ ok }) => !ok);
      const exitCode = worstExitCode(failing.map(({ verdict }) => verdict));
      if (options.report !== undefined) {
        const plain = await createStyle({ colour: false, unicode: false, columns: undefined });
        const report = `${session.clock.now().toISOString()}\n${healthText(plain, checks)}\n`;
        await session.diagnostics.writeReport(options.report, redact(report));
        session.terminal.note(`Written to ${options.report}.`);
      }
      program.exit(exitCode);
      const shown = options.quiet ? failing : checks;
      if (options.quiet && exitCode === verdicts.valid.exitCode) return;
      if (options.json) session.print(healthDocument(session.clock.now(), checks, exitCode));
      else session.print(healthText(session.style, shown));
    });
  },
};
