import { Command as Parser, CommanderError, Option as ParserOption } from 'commander';
import {
  SHARED_OPTIONS,
  TIMEOUT,
  type Command,
  type Option,
  type Raw,
  type Session,
  type SharedOptions,
} from './commands/command.js';
import { insteadOf, spelledOut } from './commands/close-calls.js';
import { commandHelp, mainHelp, type HelpLayout } from './commands/help.js';
import { commands, withFields, type ListedCommand } from './commands/index.js';
import { refuseSecretArguments } from './core/argv.js';
import { UsageError } from './core/errors.js';
import { secretFields } from './core/field.js';
import { loadUsable, type KnownProvider } from './core/known-provider.js';
import type { Provider } from './core/provider.js';
import { exitCodes } from './core/verdict.js';

/** If nothing says how wide help may be. */
const HELP_WIDTH = 80;

/** What `main.ts` gives, and where help is printed. */
export interface CliOptions {
  readonly providers: readonly KnownProvider[];
  readonly version: string;
  /** Help and the version, on stdout. */
  print(text: string): void;
  /** Help where a command was expected, on stderr. */
  printError(text: string): void;
  /** How wide the terminal is that help is printed on; undefined if it is none. */
  columns(): number | undefined;
  /**
   * @param keeps see `Command`.
   * @param provider whose command it is; undefined if it is no provider's.
   */
  begin(shared: SharedOptions, keeps: boolean, provider?: KnownProvider): Promise<Session>;
}

/** What the command line asks for: a command, and whose it is if it is a provider's. */
interface Named {
  readonly command: Command;
  readonly aliases?: readonly string[] | undefined;
  readonly provider: KnownProvider | undefined;
}

/**
 * Runs the command that `argv` names.
 *
 * @param argv the arguments after the program's name.
 * @returns the exit code.
 * @throws {WizardError} for `main.ts` to report.
 */
export async function runCli(options: CliOptions, argv: readonly string[]): Promise<number> {
  const { args, afterDashes } = splitArguments(spelledOut(argv));
  const { providers } = options;
  const named = await findCommand(providers, args);
  const command = named?.command;
  await refuseSecretArguments(await knownWith(providers, named), args, optionsOf(command));
  if (!command) refuseUnknown(providers, args);
  // Of the whole, help has no examples.
  const example =
    command && asksForHelp(args) ? await (named.provider ?? providers[0])?.load() : undefined;
  const parsed = parse(options, named, example, args);
  if (parsed === 'shown') return exitCodes.done;
  if (command) {
    const values = command.parse({ ...parsed, afterDashes });
    const keeps = command.keeps === true;
    return command.run(await options.begin(parsed.options, keeps, named?.provider), values);
  }
  const session = await options.begin(parsed.options, true);
  if (!session.terminal.interactive) {
    options.printError(mainHelp(providers, commands, ROOT_OPTIONS, layoutFor(options)));
    return exitCodes.usage;
  }
  const { pickProvider } = await import('./commands/pick-provider.js');
  const { runConnect } = await import('./commands/run-connect.js');
  const provider = await pickProvider(session);
  return runConnect(session, provider, {
    name: undefined,
    replace: false,
    allowUnverified: false,
    timeoutMs: Number(TIMEOUT.default) * 1000,
    web: undefined,
    options: { ...parsed.options, timeout: TIMEOUT.default },
  });
}

/**
 * What is for us, and what is for the program that `exec` runs: the parser would take the dashes
 * away, and read on. For the other commands `--` only ends the options.
 */
export function splitArguments(argv: readonly string[]): {
  readonly args: readonly string[];
  readonly afterDashes: readonly string[];
} {
  const dashes = argv.indexOf('--');
  if (firstOperand(argv) !== 'exec' || dashes === -1) return { args: argv, afterDashes: [] };
  return { args: argv.slice(0, dashes), afterDashes: argv.slice(dashes + 1) };
}

/** The name of the command that `args` ask for, as JSON has it; `null` if it is none. */
export function commandName(
  { providers }: Pick<CliOptions, 'providers'>,
  args: readonly string[],
): string | null {
  const first = firstOperand(args) ?? '';
  if (providers.some(({ id }) => id === first)) return 'connect';
  return commandCalled(first)?.name ?? null;
}

/** The command that the first word names, with all its options. Only what it needs is loaded. */
async function findCommand(
  providers: readonly KnownProvider[],
  args: readonly string[],
): Promise<Named | undefined> {
  const first = firstOperand(args) ?? '';
  const provider = providers.find(({ id }) => id === first);
  if (provider) {
    const ids = providers.map(({ id }) => id);
    const { connectCommand } = await import('./commands/connect.js');
    return { command: connectCommand(await provider.load(), ids), provider };
  }
  const listed = commandCalled(first);
  if (!listed) return undefined;
  const { aliases } = listed;
  const command = await listed.load();
  const all = command.takesFields === undefined ? [] : await loadUsable(providers);
  return { command: withFields(command, all), aliases, provider };
}

/** What is secret of a person's own provider, its file says: it is read for the command that names it. */
async function knownWith(
  providers: readonly KnownProvider[],
  named: Named | undefined,
): Promise<readonly KnownProvider[]> {
  const own = named?.provider;
  if (!own?.own) return providers;
  const secrets = secretFields(await own.load()).map(({ id }) => id);
  return providers.map((each) => (each === own ? { ...own, secrets } : each));
}

/** Also by an alias. */
function commandCalled(word: string): ListedCommand | undefined {
  return commands.find(({ name, aliases }) => name === word || aliases?.includes(word));
}

function firstOperand(args: readonly string[]): string | undefined {
  return args.find((arg) => !arg.startsWith('-'));
}

function optionsOf(command: Command | undefined): string[] {
  return [...(command?.options ?? []), ...SHARED_OPTIONS].map(({ flags }) => flags);
}

/** Also with `--help`, which the parser would answer with the help of the whole. */
function refuseUnknown(providers: readonly KnownProvider[], args: readonly string[]): void {
  const typed = firstOperand(args);
  if (typed === undefined) return;
  const ids = providers.map(({ id }) => id);
  const names = commands.map(({ name }) => name);
  throw new UsageError({
    what: 'That is not a command of connect-wizard',
    next: `${insteadOf(typed, ids, names)}.`,
  });
}

function asksForHelp(args: readonly string[]): boolean {
  return args.some((arg) => /^(?:-[a-zA-Z]*h|--help$)/u.test(arg));
}

/** What the program takes before any command. */
const ROOT_OPTIONS: readonly Option[] = [
  { flags: '-V, --version', says: 'print the version' },
  ...SHARED_OPTIONS.filter(({ flags }) => !['--json', '--quiet'].includes(flags)),
  { flags: '-h, --help', says: 'print help' },
];

/**
 * Lets commander read `args`.
 *
 * @param example the provider of which the examples in help speak.
 * @returns `shown` if help or the version was asked for, and printed.
 * @throws {UsageError} without anything that was typed: it may be a secret.
 */
function parse(
  options: CliOptions,
  named: Named | undefined,
  example: Provider | undefined,
  args: readonly string[],
): Omit<Raw, 'afterDashes'> | 'shown' {
  const root = new Parser('connect-wizard')
    .version(options.version, '-V, --version')
    .helpCommand(false)
    .action(() => {});
  for (const option of ROOT_OPTIONS) {
    if (!/^-[hV]/u.test(option.flags)) root.addOption(parserOption(option));
  }
  const command = named?.command;
  let parser = root;
  if (command) {
    parser = new Parser(command.name).aliases(named?.aliases ?? []).action(() => {});
    for (const { name } of command.arguments) parser.argument(name);
    for (const option of [...command.options, ...SHARED_OPTIONS]) {
      parser.addOption(parserOption(option));
    }
    root.addCommand(parser);
  }
  for (const each of new Set([root, parser])) {
    const layout = layoutFor(options);
    each
      .exitOverride()
      .showSuggestionAfterError(true)
      .helpOption('-h, --help')
      .configureHelp({
        formatHelp: () =>
          command && each === parser
            ? commandHelp(command, example, layout)
            : mainHelp(options.providers, commands, ROOT_OPTIONS, layout),
      })
      // Commander repeats what it does not know; that may be a secret. `usage` words it.
      .configureOutput({
        writeOut: (text) => options.print(text.trimEnd()),
        writeErr: () => {},
        // The streams would have to be made to be asked.
        getOutHelpWidth: () => HELP_WIDTH,
        getErrHelpWidth: () => HELP_WIDTH,
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      });
  }
  try {
    root.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version') {
      return 'shown';
    }
    throw usage(error, command, args);
  }
  return { words: parser.args, options: parser.optsWithGlobals<SharedOptions>() };
}

function parserOption({ flags, says, default: usual }: Option): ParserOption {
  const option = new ParserOption(flags, says);
  return usual === undefined ? option : option.default(usual);
}

/** Commander's own wrapping knows words, and leaves a long one whole. */
function layoutFor({ columns }: Pick<CliOptions, 'columns'>): HelpLayout {
  const help = new Parser().createHelp();
  // It would leave the lines of a narrow terminal as they are.
  help.minWidthToWrap = 1;
  return {
    width: columns() ?? HELP_WIDTH,
    wrap: (text, width) => help.boxWrap(text, Math.max(width, 1)),
  };
}

/** What commander found wrong, without anything that was typed. */
function usage(
  error: CommanderError,
  command: Command | undefined,
  args: readonly string[],
): UsageError {
  const help = ['connect-wizard', command?.name, '--help'].filter(Boolean).join(' ');
  // The suggestion is one of our own options; the rest of the message repeats what was typed.
  const suggestion = /\(Did you mean (--[a-z-]+)\?\)/u.exec(error.message)?.[1];
  const whats: Readonly<Record<string, string>> = {
    'commander.unknownOption': `Unknown option${placeOf(/'(-[^']*)'/u.exec(error.message)?.[1], args)}`,
    'commander.optionMissingArgument': `${/'(--[a-z-]+)/u.exec(error.message)?.[1] ?? 'An option'} needs a value`,
    'commander.missingArgument': `A ${/'([a-z]+)/u.exec(error.message)?.[1] ?? 'name'} is missing`,
    'commander.excessArguments': 'Too many arguments',
  };
  const wants = error.code === 'commander.missingArgument' && /'name'/u.test(error.message);
  return new UsageError({
    what: whats[error.code] ?? 'The command cannot be understood',
    next: `${suggestion === undefined ? '' : `Did you mean ${suggestion}? `}${wants ? 'connect-wizard list shows the names. ' : ''}See ${help}.`,
  });
}

/** Which of the arguments it is: it cannot be repeated. */
function placeOf(option: string | undefined, args: readonly string[]): string {
  const index = args.findIndex((arg) => arg.split('=', 1)[0] === option);
  return index < 0 ? '' : ` (argument ${index + 1})`;
}
