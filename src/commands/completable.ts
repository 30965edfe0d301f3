import type {
  Candidate,
  Completable,
  CompletableCommand,
  CompletableOption,
  ValueKind,
} from '../core/completion/complete.js';
import type { GuidedProvider } from '../core/guide.js';
import type { Command, Option } from './command.js';
import { SHARED_OPTIONS } from './options.js';
import { connectCommand, wizardOptions } from './connect.js';
import { commands, withFields, type ListedCommand } from './index.js';
import { ACTIONS } from './providers.js';

/**
 * Everything that can be completed without reading what is stored. The build writes it into the
 * package.
 */
export interface CompletionData {
  readonly line: Completable;
  /** By provider id. */
  readonly providers: Readonly<Record<string, ProviderData>>;
  /** The actions of `providers`. */
  readonly actions: readonly Candidate[];
  /** The options of the wizard for a user's own provider, except those of its fields. */
  readonly wizard: readonly CompletableOption[];
}

interface ProviderData {
  readonly name: string;
  readonly topics: readonly Candidate[];
  readonly capabilities: readonly Candidate[];
  readonly fields: readonly Candidate[];
}

export async function completionData(
  providers: readonly GuidedProvider[],
): Promise<CompletionData> {
  const ids = providers.map(({ id }) => id);
  const wizards = providers.map((each) => completableCommand(each, connectCommand(each, ids)));
  const others = commands.map(async (each) =>
    completableCommand(each, withFields(await each.load(), providers)),
  );
  return {
    line: {
      options: [...SHARED_OPTIONS.map(completableOption), ...HELP, VERSION],
      commands: [...wizards, ...(await Promise.all(others))],
    },
    providers: Object.fromEntries(providers.map((each) => [each.id, providerData(each)])),
    actions: ACTIONS.map((value) => ({ value })),
    wizard: optionsOf(wizardOptions({ id: '<id>', capabilities: [], selfHosted: false })),
  };
}

const HELP: readonly CompletableOption[] = [{ flag: '--help', about: 'print help' }];
const VERSION: CompletableOption = { flag: '--version', about: 'print the version' };

function completableCommand(
  { aliases = [], summary }: Pick<ListedCommand, 'aliases' | 'summary'>,
  command: Command,
): CompletableCommand {
  const { name, arguments: args, options } = command;
  return {
    name,
    aliases,
    about: summary,
    operands: args.map(({ takes }) => takes ?? 'text'),
    repeats: args.at(-1)?.name.includes('...') === true,
    runsProgram: command.runsProgram === true,
    options: optionsOf(options),
  };
}

function optionsOf(own: readonly Option[]): CompletableOption[] {
  return [...[...own, ...SHARED_OPTIONS].map(completableOption), ...HELP];
}

function completableOption({ flags, says, takes }: Option): CompletableOption {
  const [flag = ''] = /--[a-z0-9-]+/u.exec(flags) ?? [];
  const value: ValueKind | undefined = takes ?? (/[<[]/u.test(flags) ? 'text' : undefined);
  return {
    flag,
    about: says,
    ...(value !== undefined && { value }),
    ...(flags.includes('[') && { optional: true }),
  };
}

function providerData({ name, guide, capabilities, fields }: GuidedProvider): ProviderData {
  return {
    name,
    topics: guide.topics.map(({ id, title }) => ({ value: id, about: title })),
    capabilities: capabilities.map(({ id, grantedBy }) => ({ value: id, about: grantedBy })),
    fields: fields.map(({ id, label }) => ({ value: id, about: label })),
  };
}
