import { move } from '../flows/connections/move.js';
import { exitCodes } from '../core/verdict.js';
import { formatAdvice } from '../output/style.js';
import {
  readStore,
  REPLACE,
  finish,
  withSharedOptions,
  type CommandDefinition,
  type SharedOptions,
} from './command.js';
import { badOption } from './command.js';

interface RawOptions extends SharedOptions {
  readonly store: string;
  readonly replace?: boolean;
}

/** `connect-wizard move <name> --store <store>`: the secret goes to another store. */
export const moveCommand: CommandDefinition = {
  name: 'move',
  summary: 'move a secret to another store',
  define(command, program) {
    command
      .argument('<name>', 'an exact name, or a provider that has one connection only')
      .description(
        'Move a secret to another store: it is written there and read back before the old one is deleted.',
      )
      .requiredOption('--store <store>', 'where it goes: keychain, file, or helper:<program>')
      .option(...REPLACE);
    withSharedOptions(command);
    command.action(async (name: string) => {
      const options = command.optsWithGlobals<RawOptions>();
      const session = await program.begin(options);
      const store = readStore(session.stores, '--store', options.store);
      if (store === 'none') throw badOption('--store', 'a store: what is moved is to be kept');
      const { report, moved } = await move(session, program.providers, {
        name,
        store,
        replace: options.replace ?? false,
      });
      const { style } = session;
      const tell = (): void => {
        if (moved) session.print(`${style.good} ${report.advice.what}.`);
        else session.printError(formatAdvice(style, style.bad, report.advice));
      };
      const exitCode = moved ? exitCodes.done : undefined;
      program.exit(finish(session, options, 'move', [report], tell, exitCode));
    });
  },
};
