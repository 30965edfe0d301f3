import { UsageError } from '../core/errors.js';
import { exitCodes } from '../core/verdict.js';
import { getCredential } from '../flows/connections/get-credential.js';
import {
  credentialFormats,
  formatCredential,
  formatField,
  type CredentialFormat,
} from '../output/credential.js';
import {
  ALLOW_UNVERIFIED,
  badOption,
  withSharedOptions,
  type CommandDefinition,
  type SharedOptions,
} from './command.js';

interface RawOptions extends SharedOptions {
  readonly field?: string;
  readonly format?: string;
  readonly reveal?: boolean;
  readonly allowUnverified?: boolean;
}

/** `connect-wizard token <name>`: the secret, for a script. */
export const tokenCommand: CommandDefinition = {
  name: 'token',
  summary: 'print a stored secret, for a script',
  define(command, program) {
    command
      .argument('<name>', 'an exact name, or a provider that has one connection only')
      .description('Print a stored secret and a line ending, for a script. Asks no provider.')
      .option('--field <id>', 'another field than the secret: domain, email, …')
      .option('--format <format>', `${credentialFormats.join(', ')} (default: raw)`)
      .option('--reveal', 'print it although stdout is a terminal')
      .option(...ALLOW_UNVERIFIED);
    withSharedOptions(command);
    command.action(async (name: string) => {
      const options = command.optsWithGlobals<RawOptions>();
      const format = readFormat(options);
      const session = await program.begin(options);
      if (session.stdoutIsTerminal && !options.reveal) throw shownOnTerminal();
      const { connection, provider, values, warning } = await getCredential(
        session,
        program.providers,
        name,
        {
          allowUnverified: options.allowUnverified ?? false,
        },
      );
      const whole = { provider, host: connection.host, values };
      const secret =
        options.field === undefined
          ? formatCredential(format, whole)
          : formatField(whole, options.field);
      if (warning !== undefined) session.terminal.warn(warning);
      if (!options.quiet) session.printSecret(secret);
      program.exit(exitCodes.done);
    });
  },
};

function readFormat({ format, field, json }: RawOptions): CredentialFormat {
  const wanted = format ?? (json ? 'json' : 'raw');
  const known = credentialFormats.find((each) => each === wanted);
  if (!known || (json && known !== 'json')) {
    throw badOption('--format', `${credentialFormats.join(', ')}; --json is --format json`);
  }
  if (field === undefined || known === 'raw') return known;
  throw new UsageError({
    what: '--field and --format do not go together',
    next: '--field prints one value as it is; the formats are of the whole credential.',
  });
}

function shownOnTerminal(): UsageError {
  return new UsageError({
    what: 'The secret was not printed',
    why: 'stdout is a terminal, and it would stay on the screen',
    next: 'Give it to a program through a pipe, or add --reveal to see it here.',
  });
}
