import { UsageError } from '../core/errors.js';
import { checkName } from '../core/name.js';
import { loadProvider } from '../core/known-provider.js';
import type { Provider } from '../core/provider.js';
import type { ConnectOptions } from '../flows/connect/run.js';
import type { Command, Option } from './command.js';
import { NO_BROWSER, readTimeout, REPLACE, TIMEOUT } from './options.js';
import { fieldOptions } from './field-options.js';
import { needOption, readNeeds } from './need-option.js';
import { readWeb, WEB, type WebOptions } from './web-option.js';

/** These options, and a provider's flags by their names in camel case. */
export interface Options extends WebOptions {
  readonly name?: string;
  readonly store?: string;
  readonly need?: string;
  readonly replace?: boolean;
  readonly allowUnverified?: boolean;
  readonly allowPrivate?: boolean;
  readonly timeout: string;
}

/** What the command line alone decides. The fields' flags are read once the run begins. */
export interface ConnectLine extends Pick<
  ConnectOptions,
  'needs' | 'replace' | 'allowUnverified' | 'allowPrivate' | 'timeoutMs'
> {
  readonly name: string | undefined;
  readonly web: ReturnType<typeof readWeb>;
  readonly options: Options;
}

/** `connect-wizard <provider>`: the wizard, with options from the definition. */
export function connectCommand(
  provider: Provider,
  reservedNames: readonly string[],
): Command<Options, ConnectLine> {
  const { id, name, summary, fields, hosts } = provider;
  return {
    name: id,
    description: `Connect ${name}: ${summary}.`,
    examples: [
      `connect-wizard ${id}`,
      `connect-wizard ${id} --sandbox`,
      `connect-wizard guide ${id}`,
    ],
    arguments: [],
    keeps: true,
    options: [
      ...fieldOptions(fields),
      ...wizardOptions({ ...provider, selfHosted: hosts.selfHosted }),
    ],
    notes: [`Variables: ${fields.map(({ env }) => env).join(', ')}`],
    parse: ({ options }) => ({
      name: options.name === undefined ? undefined : checkName(options.name, reservedNames),
      needs: options.need === undefined ? undefined : readNeeds(provider, options.need),
      replace: options.replace ?? false,
      allowUnverified: options.allowUnverified ?? false,
      allowPrivate: options.allowPrivate ?? false,
      timeoutMs: readTimeout(options.timeout),
      web: readWeb(options),
      options,
    }),
    // Load it again: the definition that served to read the command line may not be approved.
    async run(session, parsed) {
      const { runConnect } = await import('./run-connect.js');
      const usable = await loadProvider(session.providers, id);
      if (usable) return runConnect(session, usable, parsed);
      throw new UsageError({ what: `The definition of ${id} is gone`, next: 'Add it again.' });
    },
  };
}

const ALLOW_PRIVATE: Option = {
  flags: '--allow-private',
  says: 'allow an IP address or a local name as the host',
};

/** The parts of a provider that decide its wizard's options. */
interface OptionsOf extends Pick<Provider, 'id' | 'capabilities'> {
  readonly selfHosted: boolean;
}

/** The options of a provider's wizard, except those of its fields. */
export function wizardOptions(provider: OptionsOf): Option[] {
  return [
    { flags: '--name <name>', says: `name of the connection (default: ${provider.id}/<tenant>)` },
    {
      flags: '--store <store>',
      says: 'where the secret goes: keychain (the default), file, helper:<program>, vault:<mount>/<path>, or none to verify only',
      takes: 'store or none',
    },
    ...needOption(provider),
    REPLACE,
    {
      flags: '--allow-unverified',
      says: 'store it even if the provider could not be asked',
    },
    ...(provider.selfHosted ? [ALLOW_PRIVATE] : []),
    TIMEOUT,
    ...WEB,
    NO_BROWSER,
    {
      flags: '--sandbox [reason]',
      says: `rehearse everything: nothing is sent or stored. A reason (connect-wizard providers ${provider.id} lists them) shows how a run with it looks`,
    },
  ];
}
