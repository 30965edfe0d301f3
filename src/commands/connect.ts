import { UsageError } from '../core/errors.js';
import { checkName } from '../core/name.js';
import type { Guide } from '../core/guide.js';
import { loadProvider } from '../core/known-provider.js';
import { didYouMean } from '../core/nearest.js';
import type { Provider } from '../core/provider.js';
import { MOST_NEEDS, type ConnectOptions } from '../flows/connect/run.js';
import {
  badOption,
  loadGuided,
  NO_BROWSER,
  readTimeout,
  REPLACE,
  TIMEOUT,
  type Command,
  type Option,
  type Session,
} from './command.js';
import { fieldOptions } from './field-options.js';
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
      takes: 'store',
    },
    ...needOption(provider),
    REPLACE,
    {
      flags: '--allow-unverified',
      says: 'store it although the provider could not be asked',
    },
    ...(provider.selfHosted ? [ALLOW_PRIVATE] : []),
    TIMEOUT,
    ...WEB,
    NO_BROWSER,
    {
      flags: '--sandbox [reason]',
      says: `rehearse it all: nothing is sent, nothing is stored; with a reason (connect-wizard providers ${provider.id} lists them), how that looks`,
    },
  ];
}

function needOption({ capabilities }: Pick<Provider, 'capabilities'>): Option[] {
  if (capabilities.length === 0) return [];
  const ids = capabilities.map((each) => each.id).join(', ');
  return [
    {
      flags: '--need <a,b>',
      says: `what it must be able to do: ${ids}`,
      takes: 'capabilities',
    },
  ];
}

/** The help for the questions, loaded only if questions can be asked. */
export async function guideFor(session: Session, { id }: Provider): Promise<Guide | undefined> {
  if (!session.terminal.interactive) return undefined;
  return (await loadGuided(session, id))?.guide;
}

/** Why a connection can't need these capabilities; undefined if it can. */
export function needsFault(
  { capabilities }: Provider,
  needs: readonly string[],
): string | undefined {
  if (capabilities.length === 0)
    return 'nothing: this provider has no capability that can be asked for';
  const known = capabilities.map(({ id }) => id);
  const fits =
    needs.length > 0 && needs.length <= MOST_NEEDS && needs.every((each) => known.includes(each));
  return fits
    ? undefined
    : `one to ${MOST_NEEDS} of these, with commas between: ${known.join(', ')}`;
}

/**
 * Splits the value of `--need`.
 *
 * @throws {UsageError} a capability is unknown, or there are too many.
 */
export function readNeeds(provider: Provider, value: string): string[] {
  const needs = [...new Set(value.split(',').map((each) => each.trim()))].filter(
    (each) => each !== '',
  );
  const fault = needsFault(provider, needs);
  if (fault !== undefined) {
    const known = provider.capabilities.map(({ id }) => id);
    const unknown = needs.find((each) => !known.includes(each)) ?? '';
    throw badOption('--need', fault, didYouMean(unknown, known));
  }
  return needs;
}
