import { secretFields } from '../core/field.js';
import { fillText } from '../core/fill.js';
import { tenantOf } from '../core/tenant.js';
import { defaultName } from '../core/name.js';
import type { Provider } from '../core/provider.js';
import type { Argument, Command, Option } from './command.js';
import type { ListedCommand } from './index.js';

/** Breaks `text` into lines of at most `width` columns, between words. */
export type Wrap = (text: string, width: number) => string;

/** The space that help is laid out for. */
export interface HelpLayout {
  /** The terminal's width in columns. */
  readonly width: number;
  readonly wrap: Wrap;
}

/** The parts of a provider that help lists. */
type Listed = Pick<Provider, 'id' | 'summary'>;

/** A term and what it means. */
interface Item {
  readonly term: string;
  readonly says: string;
}

/** If a text would have fewer columns beside its term, it goes below it. */
const NARROWEST_COLUMN = 30;

const SHARED = '--json --quiet --no-input --accessible --no-color -h';

/**
 * A command's own help: what it does, examples that run, its arguments and options, and the shared
 * options.
 *
 * @param example the provider that the examples are about.
 */
export function commandHelp(
  command: Command,
  example: Provider | undefined,
  layout: HelpLayout,
): string {
  const { name, description, examples, options, notes = [] } = command;
  const own = options.filter(({ ofAnyProvider }) => ofAnyProvider !== true);
  const shared = command.name === 'exec' ? SHARED.replace('--json ', '') : SHARED;
  return joined([
    layout.wrap(`Usage: connect-wizard ${name} ${usageOf(command)}`, layout.width),
    layout.wrap(description, layout.width),
    ['Examples:', ...filled(examples, example).map((each) => `  ${each}`)].join('\n'),
    section('Arguments:', command.arguments.map(argumentItem), layout),
    section('Options:', [...fieldItems(command), ...own.map(optionItem)], layout),
    layout.wrap(`Everywhere: ${shared}`, layout.width),
    ...notes.map((note) => layout.wrap(note, layout.width)),
  ]);
}

/** The main help: how to begin, each command in one line, and the exit codes. */
export function mainHelp(
  providers: readonly Listed[],
  others: readonly ListedCommand[],
  options: readonly Option[],
  layout: HelpLayout,
): string {
  const [first] = providers;
  return joined([
    layout.wrap('Usage: connect-wizard <provider or command> [options]', layout.width),
    layout.wrap('Get a working API credential, and store it safely.', layout.width),
    section(
      'Providers:',
      providers.map(({ id, summary }) => ({ term: id, says: summary })),
      layout,
    ),
    section('Commands:', others.map(commandItem), layout),
    section('Options:', options.map(optionItem), layout),
    `Start here: connect-wizard ${first?.id ?? '<provider>'}`,
    layout.wrap(
      'Exit codes: 0 done, 2 usage, 3 refused, 4 nothing stored, 5 limited, 6 could not tell, 7 store, 8 wrong host',
      layout.width,
    ),
  ]);
}

function filled(examples: readonly string[], provider: Provider | undefined): string[] {
  if (!provider) return [...examples];
  const [secret] = secretFields(provider);
  const placeholders = {
    provider: provider.id,
    name: defaultName(provider.id, tenantOf(provider, provider.sandbox.host)),
    flag: secret ? `--${secret.flag}-file` : '',
    variable: secret?.env ?? '',
  };
  return examples.map((each) => fillText(each, placeholders));
}

function usageOf({ usage, arguments: args }: Command): string {
  return usage ?? ['[options]', ...args.map((each) => each.name)].join(' ');
}

function commandItem({ name, aliases = [], summary }: ListedCommand): Item {
  return { term: [name, ...aliases].join('|'), says: summary };
}

function argumentItem({ name, says }: Argument): Item {
  return { term: name, says };
}

/**
 * Each provider has its own fields, so a command for all providers would fill a screen with them.
 */
function fieldItems({ takesFields }: Command): Item[] {
  const more = 'see connect-wizard <provider> --help';
  if (takesFields === undefined) return [];
  if (takesFields === 'plain') {
    return [
      { term: '--<field> <value>', says: `what you know about it, such as --domain acme; ${more}` },
    ];
  }
  return [
    {
      term: '--<field>-stdin',
      says: `read the new secret from standard input, such as --api-key-stdin; ${more}`,
    },
    { term: '--<field>-file <path>', says: 'read it from a file' },
  ];
}

function optionItem({ flags, says, default: usual }: Option): Item {
  return { term: flags, says: usual === undefined ? says : `${says} (default ${usual})` };
}

/** Lays out terms in a column with their texts beside them, or below them if there is no room. */
function section(title: string, items: readonly Item[], { width, wrap }: HelpLayout): string {
  if (items.length === 0) return '';
  const column = Math.max(...items.map(({ term }) => term.length)) + 4;
  const beside = width - column >= NARROWEST_COLUMN;
  const indent = ' '.repeat(beside ? column : 6);
  const lines = items.map(({ term, says }) => {
    const text = wrap(says, width - indent.length).replaceAll('\n', `\n${indent}`);
    return beside ? `  ${term.padEnd(column - 2)}${text}` : `  ${term}\n${indent}${text}`;
  });
  return [title, ...lines].join('\n');
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
