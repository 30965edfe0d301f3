import { exitCodes } from '../core/verdict.js';
import { move, type MoveOptions } from '../flows/connections/move.js';
import { formatAdvice } from '../output/style.js';
import {
  badOption,
  ONE_NAME,
  readStore,
  REPLACE,
  type Command,
  type SharedOptions,
} from './command.js';
import { finish } from './result.js';

interface Options extends SharedOptions {
  readonly store: string;
  readonly replace?: boolean;
}

/** `connect-wizard move <name> --store <store>`: the secret goes to another store. */
export const moveCommand: Command<Options, MoveOptions> = {
  name: 'move',
  summary: 'move a secret to another store',
  description:
    'Move a secret to another store: it is written there and read back before the old one is deleted.',
  examples: [
    'connect-wizard move {name} --store file',
    'connect-wizard move {name} --store keychain',
  ],
  arguments: [ONE_NAME],
  options: [
    {
      flags: '--store <store>',
      says: 'where it goes: keychain, file, or helper:<program>',
      required: true,
    },
    REPLACE,
  ],
  parse({ words: [name = ''], options: { store, replace = false } }) {
    if (store === 'none') throw badOption('--store', 'a store: what is moved is to be kept');
    return { name, store, replace };
  },
  async run(session, options) {
    readStore(session.stores, '--store', options.store);
    const { report, moved } = await move(session, session.providers, options);
    const { style } = session;
    const tell = (): void => {
      if (moved) session.print(`${style.good} ${report.advice.what}.`);
      else session.printError(formatAdvice(style, style.bad, report.advice));
    };
    return finish(session, 'move', [report], tell, moved ? exitCodes.done : undefined);
  },
};
