import { UsageError } from '../core/errors.js';
import { checkName } from '../core/name.js';
import { exitCodes } from '../core/verdict.js';
import { move, type MoveOptions } from '../flows/connections/move.js';
import { formatAdvice } from '../output/style.js';
import type { Command, SharedOptions } from './command.js';
import { chosenStore, KEEP_IN, ONE_NAME, REPLACE } from './options.js';
import { finish } from './result.js';

interface Options extends SharedOptions {
  readonly store?: string;
  readonly name?: string;
  readonly replace?: boolean;
}

/** `connect-wizard move <name>`: moves a connection to another store, or renames it. */
export const moveCommand: Command<Options, MoveOptions> = {
  name: 'move',
  description:
    'Move a secret to another store, or rename its connection. The new copy is written and read back before the old one is deleted.',
  examples: [
    'connect-wizard move {name} --store file',
    'connect-wizard move {name} --name work/helpdesk',
  ],
  arguments: [ONE_NAME],
  keeps: true,
  options: [KEEP_IN, { flags: '--name <new>', says: 'the new name' }, REPLACE],
  parse({ operands: [name = ''], options: { store, name: newName, replace = false } }) {
    if (store === undefined && newName === undefined) {
      throw new UsageError({
        what: 'move needs to know where to',
        next: 'Give another store with --store, a new name with --name, or both.',
      });
    }
    return { name, store, newName, replace };
  },
  async run(session, options) {
    const { newName } = options;
    chosenStore(session, options, 'what is moved has to be kept');
    if (newName !== undefined) {
      checkName(
        newName,
        session.providers.map(({ id }) => id),
      );
    }
    const { report, moved } = await move(session, session.providers, options);
    const { style } = session;
    const print = (): void => {
      if (moved) session.print(style.paragraph(`${report.advice.what}.`, '  ', `${style.good} `));
      else session.printError(formatAdvice(style, style.bad, report.advice));
    };
    return finish(session, 'move', [report], print, moved ? exitCodes.done : undefined);
  },
};
