import { UsageError } from '../core/errors.js';
import type { Command, SharedOptions } from './command.js';
import { badOption } from './options.js';

interface Options extends SharedOptions {
  readonly sha256?: string;
  readonly force?: boolean;
}

/** The actions on a user's own definitions. No provider may have one of these names. */
export const ACTIONS = ['add', 'check', 'new', 'remove', 'schema'] as const;

type Action = (typeof ACTIONS)[number];

interface Parsed {
  readonly action: Action | undefined;
  /** An id, or the path of a file. */
  readonly operand: string | undefined;
  readonly sha256: string | undefined;
  readonly force: boolean;
}

/**
 * `connect-wizard providers …`: lists what can be connected, and manages the user's own
 * definitions.
 */
export const providersCommand: Command<Options, Parsed> = {
  name: 'providers',
  description:
    'What can be connected, what each provider asks for, and where secrets go. A file of your own adds a provider: new writes a first file, check names its faults and tries the wizard with it, add shows where secrets go and asks, remove removes the provider, schema prints the JSON Schema of such files. --json prints a definition as a file that can be added again.',
  examples: [
    'connect-wizard providers',
    'connect-wizard providers {provider}',
    'connect-wizard providers new acme-desk',
    'connect-wizard providers check ./acme-desk.json',
    'connect-wizard providers add ./acme-desk.json',
  ],
  usage: '[options] [id] | add|check <file> | new|remove <id> | schema',
  arguments: [
    { name: '[id]', says: 'a provider; all if none is given', takes: 'provider or action' },
    {
      name: '[file]',
      says: 'for add and check: your definition',
      takes: { after: { add: 'file', check: 'file', remove: 'own provider' } },
    },
  ],
  options: [
    {
      flags: '--sha256 <hash>',
      says: 'with add: the hash that check printed, instead of a question',
    },
    { flags: '--force', says: 'with remove: even if connections need it' },
  ],
  parse({ operands: [first, second], options }) {
    const action = ACTIONS.find((each) => each === first);
    if (action === undefined && second !== undefined) {
      throw new UsageError({
        what: 'Too many arguments',
        next: 'See connect-wizard providers --help.',
      });
    }
    const { sha256, force = false } = options;
    if (sha256 !== undefined && !/^[0-9a-f]{64}$/u.test(sha256)) {
      throw badOption(
        '--sha256',
        '64 hexadecimal digits, as connect-wizard providers check prints',
      );
    }
    return { action, operand: action === undefined ? first : second, sha256, force };
  },
  async run(session, { action, operand, ...options }) {
    if (action === undefined) {
      const show = await import('./show-definitions.js');
      return operand === undefined ? show.all(session) : show.one(session, operand);
    }
    const run = await import('./definitions.js');
    if (action === 'schema') return run.printSchema(session);
    if (operand === undefined) {
      throw new UsageError({
        what: `providers ${action} needs ${action === 'add' || action === 'check' ? 'a file' : 'an id'}`,
        next: 'See connect-wizard providers --help.',
      });
    }
    if (action === 'add') return run.add(session, operand, options.sha256);
    if (action === 'check') return run.check(session, operand);
    if (action === 'new') return run.writeFirst(session, operand);
    return run.remove(session, operand, options.force);
  },
};
