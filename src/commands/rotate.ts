import { fieldFlags } from '../core/field.js';
import { secretFields } from '../core/field.js';
import { rotate } from '../flows/connect/rotate.js';
import {
  readTimeout,
  REPLACE,
  TIMEOUT,
  withSharedOptions,
  type CommandDefinition,
  type SharedOptions,
} from './command.js';
import { askDirectly, flagHelp, guideFor, readSupplied, printConnected } from './connect.js';

interface RawOptions extends SharedOptions {
  readonly timeout: string;
  readonly replace?: boolean;
}

/** `connect-wizard rotate <name>`: a new secret in the place of the old one. */
export const rotateCommand: CommandDefinition = {
  name: 'rotate',
  summary: 'replace a secret; the old one stays until the new one is proven',
  define(command, program) {
    command
      .argument('<name>', 'an exact name, or a provider that has one connection only')
      .description(
        'Replace a secret. The old one stays until the provider has accepted the new one.',
      );
    for (const field of program.providers.flatMap(secretFields)) {
      for (const flag of fieldFlags(field)) command.option(flag, flagHelp(field, flag));
    }
    command
      .option(...REPLACE)
      .option(...TIMEOUT)
      .option('--no-browser', 'never offer to open a page');
    withSharedOptions(command);
    command.action(async (name: string) => {
      const options = command.optsWithGlobals<RawOptions>();
      const timeoutMs = readTimeout(options.timeout);
      const session = await program.begin(options);
      const { provider, ...connected } = await rotate(session, program.providers, {
        name,
        timeoutMs,
        replace: options.replace ?? false,
        supplied: async (of) => {
          const supplied = await readSupplied(of, session, options);
          const secrets = new Set(secretFields(of).map(({ id }) => id));
          return new Map([...supplied].filter(([id]) => secrets.has(id)));
        },
        helped: async (of) => ({
          guide: await guideFor(program, of, session),
          askDirectly: askDirectly(of, options),
        }),
      });
      program.exit(printConnected(session, options, 'rotate', provider, connected));
      if (connected.report.stored) session.terminal.note(provider.rotation.after);
    });
  },
};
