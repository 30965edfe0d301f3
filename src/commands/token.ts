import { UsageError } from '../core/errors.js';
import { entryOfRecord } from '../core/history.js';
import { freshValues } from '../flows/verify/exchange.js';
import { exitCodes } from '../core/verdict.js';
import { getCredential } from '../flows/connections/get-credential.js';
import {
  credentialFormats,
  formatCredential,
  formatField,
  type CredentialFormat,
} from '../output/credential.js';
import type { Command, SharedOptions } from './command.js';
import {
  ALLOW_UNVERIFIED,
  badOption,
  LOOK_IN,
  ONE_NAME,
  readTimeout,
  REASON,
  TIMEOUT,
} from './options.js';

interface Options extends SharedOptions {
  readonly field?: string;
  readonly format?: string;
  readonly reveal?: boolean;
  readonly allowUnverified?: boolean;
  readonly reason?: string;
}

interface Parsed {
  readonly name: string;
  readonly field: string | undefined;
  readonly format: CredentialFormat;
  readonly reveal: boolean;
  readonly allowUnverified: boolean;
  readonly why: string | undefined;
  readonly storeId: string | undefined;
}

/** `connect-wizard token <name>`: prints the secret for a script. */
export const tokenCommand: Command<Options, Parsed> = {
  name: 'token',
  description: 'Print a stored secret and a line ending, for a script. No provider is asked.',
  examples: [
    'connect-wizard token {name} | gh secret set {variable}',
    'connect-wizard token {name} --format header',
    'eval "$(connect-wizard token {name} --format env)"',
  ],
  arguments: [ONE_NAME],
  options: [
    {
      flags: '--field <id>',
      says: 'another field instead of the secret: domain, email, …',
      takes: 'field',
    },
    {
      flags: '--format <format>',
      says: `${credentialFormats.join(', ')} (default: raw)`,
      takes: credentialFormats,
    },
    { flags: '--reveal', says: 'print it even if stdout is a terminal' },
    LOOK_IN,
    ALLOW_UNVERIFIED,
    REASON,
  ],
  parse: ({ operands: [name = ''], options }) => ({
    name,
    field: options.field,
    format: readFormat(options),
    reveal: options.reveal ?? false,
    allowUnverified: options.allowUnverified ?? false,
    storeId: options.store,
    why: options.reason,
  }),
  async run(session, { name, field, format, reveal, why, ...options }) {
    if (session.stdoutIsTerminal && !reveal) throw shownOnTerminal();
    const { connection, provider, values, warnings } = await getCredential(
      session,
      session.providers,
      name,
      options,
    );
    const { host } = connection;
    const timeoutMs = readTimeout(TIMEOUT.default);
    // A header may contain a token that is requested again each time.
    const sent =
      format === 'header'
        ? await freshValues(session, provider, { name: connection.name, host, values, timeoutMs })
        : values;
    const whole = { provider, host, values: sent };
    const secret =
      field === undefined ? formatCredential(format, whole) : formatField(whole, field);
    for (const warning of warnings) session.terminal.warn(warning);
    const unrecorded = session.history.record({ ...entryOfRecord('revealed', connection), why });
    for (const { message } of unrecorded) session.terminal.warn(message);
    if (!session.quiet) session.printSecret(secret);
    return exitCodes.done;
  },
};

function readFormat({ format, field, json }: Options): CredentialFormat {
  const wanted = format ?? (json ? 'json' : 'raw');
  const known = credentialFormats.find((each) => each === wanted);
  if (!known || (json && known !== 'json')) {
    throw badOption('--format', `${credentialFormats.join(', ')}; --json is --format json`);
  }
  if (field === undefined || known === 'raw') return known;
  throw new UsageError({
    what: '--field and --format cannot be used together',
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
