import { move } from '../flows/move.js';
import { moveText } from '../output/text.js';
import {
  readStore,
  REPLACE,
  tellReports,
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
      const { providers } = program;
      const report = await move(session, providers, {
        name,
        store,
        replace: options.replace ?? false,
      });
      program.exit(
        tellReports(session, options, 'move', [report], ([only = report]) =>
          session.print(moveText(session.style, only)),
        ),
      );
    });
  },
};
