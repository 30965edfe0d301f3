import { UsageError } from '../core/errors.js';
import { exitCodes } from '../core/verdict.js';
import { providersDocument } from '../output/json.js';
import { providerText, providersText } from '../output/text.js';
import { withSharedOptions, type CommandDefinition, type SharedOptions } from './command.js';

/** `connect-wizard providers [id]`: what can be connected; with `--json` the whole definitions. */
export const providersCommand: CommandDefinition = {
  name: 'providers',
  summary: 'what can be connected, and what each asks for',
  define(command, program) {
    command
      .argument('[id]', 'one of them; all when none is given')
      .description('What can be connected, and what each asks for. --json prints the definitions.');
    withSharedOptions(command);
    command.action(async (id: string | undefined) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const session = await program.begin(options);
      const known = program.providers;
      const chosen = id === undefined ? known : known.filter((each) => each.id === id);
      const [only] = chosen;
      if (!only) {
        throw new UsageError({
          what: 'There is no such provider',
          next: `The providers are: ${known.map((each) => each.id).join(', ')}.`,
        });
      }
      program.exit(exitCodes.done);
      if (options.quiet) return;
      if (options.json) {
        const all = await program.definitions();
        const whole = id === undefined ? all : all.filter((each) => each.id === id);
        session.print(providersDocument(session.clock.now(), whole));
      } else if (id === undefined) session.print(providersText(session.style, chosen));
      else session.print(providerText(session.style, only));
    });
  },
};
