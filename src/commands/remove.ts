import { remove } from '../flows/connections/remove.js';
import { reportVerdict } from '../core/report.js';
import { formatAdvice } from '../output/style.js';
import { removedText } from '../output/text.js';
import {
  finish,
  withSharedOptions,
  type CommandDefinition,
  type SharedOptions,
} from './command.js';

/** `connect-wizard remove <name…>`: deletes secret and record; safe to repeat. */
export const removeCommand: CommandDefinition = {
  name: 'remove',
  summary: 'delete a secret and its record',
  define(command, program) {
    command
      .argument('<name...>', 'exact names, or a provider that has one connection only')
      .description('Delete secrets and their records. What is not there is done already.');
    withSharedOptions(command);
    command.action(async (names: string[]) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const session = await program.begin(options);
      const reports = await remove(session, names);
      program.exit(
        finish(session, options, 'remove', reports, (shown) => {
          const { style } = session;
          for (const report of shown) {
            if (reportVerdict(report) === 'valid') session.print(removedText(style, report));
            else session.printError(formatAdvice(style, style.bad, report.advice));
          }
        }),
      );
    });
  },
};
