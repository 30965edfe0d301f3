import type { Provider } from '../core/provider.js';
import type { Command } from './command.js';
import { plainOptions, secretOptions } from './field-options.js';

/** An entry in the list of all commands. */
export interface ListedCommand {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line for the list. */
  readonly summary: string;
  /** Loads the command itself. A run needs only one of them. */
  load(): Promise<Command>;
}

/** Every command except the providers' own, in the order of the help. */
export const commands: readonly ListedCommand[] = [
  {
    name: 'check',
    aliases: ['status'],
    summary: 'ask the providers whether the stored credentials still work',
    load: async () => (await import('./check.js')).checkCommand,
  },
  {
    name: 'list',
    summary: 'what is stored, where, and what the last check said',
    load: async () => (await import('./list.js')).listCommand,
  },
  {
    name: 'token',
    summary: 'print a stored secret, for a script',
    load: async () => (await import('./token.js')).tokenCommand,
  },
  {
    name: 'exec',
    summary: 'run a program with credentials in its environment',
    load: async () => (await import('./exec.js')).execCommand,
  },
  {
    name: 'rotate',
    summary: 'replace a secret; the old one stays until the new one is proven',
    load: async () => (await import('./rotate.js')).rotateCommand,
  },
  {
    name: 'request',
    summary: 'ask somebody else for a credential: a page that seals the answer',
    load: async () => (await import('./request.js')).requestCommand,
  },
  {
    name: 'accept',
    summary: 'open a sealed answer, check it and store it',
    load: async () => (await import('./accept.js')).acceptCommand,
  },
  {
    name: 'move',
    summary: 'move a secret to another store, or rename a connection',
    load: async () => (await import('./move.js')).moveCommand,
  },
  {
    name: 'remove',
    summary: 'delete a secret and its record',
    load: async () => (await import('./remove.js')).removeCommand,
  },
  {
    name: 'guide',
    summary: 'where to find a credential, and what to do if it is not there',
    load: async () => (await import('./guide.js')).guideCommand,
  },
  {
    name: 'import',
    summary: 'store many connections from a .env, CSV or JSON file',
    load: async () => (await import('./import.js')).importCommand,
  },
  {
    name: 'history',
    summary: 'what was done with the connections on this machine',
    load: async () => (await import('./history.js')).historyCommand,
  },
  {
    name: 'doctor',
    summary: 'what is wrong with this machine, its stores or its network',
    load: async () => (await import('./doctor.js')).doctorCommand,
  },
  {
    name: 'providers',
    summary: 'what can be connected, and your own definitions',
    load: async () => (await import('./providers.js')).providersCommand,
  },
  {
    name: 'completion',
    summary: 'the script that completes commands, options and names',
    load: async () => (await import('./completion.js')).completionCommand,
  },
];

/** Loads all commands. */
export function loadCommands(): Promise<Command[]> {
  return Promise.all(commands.map((each) => each.load()));
}

/** Adds the flags of the providers' fields to a command, if it takes them. */
export function withFields(command: Command, providers: readonly Provider[]): Command {
  const { takesFields, options } = command;
  if (takesFields === undefined) return command;
  const fields = takesFields === 'secret' ? secretOptions(providers) : plainOptions(providers);
  return { ...command, options: [...fields, ...options] };
}
