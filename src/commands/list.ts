import { exitCodes } from '../core/verdict.js';
import { list } from '../flows/connections/list.js';
import { listText } from '../output/text.js';
import {
  finish,
  withSharedOptions,
  type CommandDefinition,
  type SharedOptions,
} from './command.js';

/** `connect-wizard list`: what is stored, offline and without touching a secret. */
export const listCommand: CommandDefinition = {
  name: 'list',
  summary: 'what is stored, where, and what the last check said',
  define(command, program) {
    command
      .argument('[name...]', 'names, providers or beginnings of names; all when none is given')
      .description('What is stored, where, and what the last check said. Asks nobody.');
    withSharedOptions(command);
    command.action(async (names: string[]) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const session = await program.begin(options);
      const reports = await list(session, names);
      const tell = (): void => {
        const ways = program.providers.map(({ id }) => `connect-wizard ${id}`).join(' or ');
        if (reports.length > 0) return session.print(listText(session.style, reports));
        const nothing =
          names.length > 0
            ? 'Nothing is stored under that name. To see all: connect-wizard list'
            : `Nothing is stored. To store the first one: ${ways}`;
        session.print(session.style.paragraph(nothing, ''));
      };
      program.exit(finish(session, options, 'list', reports, tell, exitCodes.done));
    });
  },
};
