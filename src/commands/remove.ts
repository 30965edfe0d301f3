import { Command } from 'commander';
import { remove } from '../flows/remove.js';
import { removeText } from '../output/text.js';
import { tellReports, withSharedOptions, type Program, type SharedOptions } from './command.js';

/** `connect-wizard remove <name…>`: deletes secret and record; safe to repeat. */
export function removeCommand(program: Program): Command {
  const command = new Command('remove')
    .argument('<name...>', 'exact names, or a provider that has one connection only')
    .summary('delete a secret and its record')
    .description('Delete secrets and their records. What is not there is done already.');
  withSharedOptions(command);
  command.action(async (names: string[]) => {
    const options = command.optsWithGlobals<SharedOptions>();
    const session = program.begin(options);
    const reports = await remove(session, names);
    program.exit(
      tellReports(session, options, 'remove', reports, (shown) =>
        session.print(removeText(session.style, shown)),
      ),
    );
  });
  return command;
}
