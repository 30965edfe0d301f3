import { Command as Parser, CommanderError, Option as ParserOption } from 'commander';
import type { Command, Option, Raw, Session, SharedOptions } from './commands/command.js';
import { readTimeout, SHARED_OPTIONS, TIMEOUT } from './commands/options.js';
import { insteadOf, spelledOut } from './commands/close-calls.js';
import { commandHelp, mainHelp, type HelpLayout } from './commands/help.js';
import { commands, withFields, type ListedCommand } from './commands/index.js';
import { isAbout, refuseSecretArguments } from './core/argv.js';
import { UsageError } from './core/errors.js';
import { secretFields } from './core/field.js';
import { loadUsable, type KnownProvider } from './core/known-provider.js';
import type { Provider } from './core/provider.js';
import { exitCodes } from './core/verdict.js';

/** In columns, if nothing says how wide help may be. */
const HELP_WIDTH = 80;

/** What `main.ts` provides, and where help is printed. */
export interface CliOptions {
  readonly providers: readonly KnownProvider[];
  readonly version: string;
  /** Prints help and the version on stdout. */
  print(text: string): void;
  /** Prints help on stderr, if a command was expected. */
  printError(text: string): void;
  /** The width of the terminal on which help is printed; undefined if it isn't a terminal. */
  columns(): number | undefined;
  /**
   * Opens what the command works with.
   *
   * @param keeps see `Command`.
   * @param provider the provider whose command it is, if it's one's.
   */
  begin(shared: SharedOptions, keeps: boolean, provider?: KnownProvider): Promise<Session>;
}

/** The command that the command line names, and its provider if it's a provider's. */
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
 * @throws {WizardError} `main.ts` reports it.
 */
export async function runCli(options: CliOptions, argv: readonly string[]): Promise<number> {
  const { args, afterDashes } = splitArguments(spelledOut(argv));
  const { providers } = options;
  const named = await findCommand(providers, args);
  const command = named?.command;
  await refuseSecretArguments(await withSecrets(providers, named, args), args, optionsOf(command));
  if (!command) refuseUnknown(providers, args);
  // The main help has no examples.
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
    timeoutMs: readTimeout(TIMEOUT.default),
    web: undefined,
    options: { ...parsed.options, timeout: TIMEOUT.default },
  });
}

/**
 * Separates our arguments from those of the program that `exec` runs. The parser would remove the
 * dashes and read on. For other commands, `--` only ends the options.
 */
export function splitArguments(argv: readonly string[]): {
  readonly args: readonly string[];
  readonly afterDashes: readonly string[];
} {
  const dashes = argv.indexOf('--');
  if (firstOperand(argv) !== 'exec' || dashes === -1) return { args: argv, afterDashes: [] };
  return { args: argv.slice(0, dashes), afterDashes: argv.slice(dashes + 1) };
}

/** The name of the command that `args` name, as the JSON has it; `null` if there is none. */
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

/**
 * Only its file says which fields of a user's own provider are secret. It's read for a command that
 * names the provider or one of its connections, or that takes the fields of all providers.
 */
async function withSecrets(
  providers: readonly KnownProvider[],
  named: Named | undefined,
  args: readonly string[],
): Promise<readonly KnownProvider[]> {
  const all = providers.map(async (each) => {
    if (each.own !== true) return each;
    const isNamed = args.some((word) => isAbout(word, each));
    if (!isNamed && named?.command.takesFields === undefined) return each;
    const [own] = await loadUsable([each]);
    return own ? { ...each, secrets: secretFields(own).map(({ id }) => id) } : each;
  });
  return Promise.all(all);
}

/** Finds a command by its name or an alias. */
function commandCalled(word: string): ListedCommand | undefined {
  return commands.find(({ name, aliases }) => name === word || aliases?.includes(word));
}

function firstOperand(args: readonly string[]): string | undefined {
  return args.find((arg) => !arg.startsWith('-'));
}

function optionsOf(command: Command | undefined): string[] {
  return [...(command?.options ?? []), ...SHARED_OPTIONS].map(({ flags }) => flags);
}

/** Also refuses an unknown word with `--help`, for which the parser would print the main help. */
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

/** The program's options without a command. */
const ROOT_OPTIONS: readonly Option[] = [
  { flags: '-V, --version', says: 'print the version' },
  ...SHARED_OPTIONS.filter(({ flags }) => !['--json', '--quiet'].includes(flags)),
  { flags: '-h, --help', says: 'print help' },
];

/**
 * Lets commander parse `args`.
 *
 * @param example the provider for the examples in help.
 * @returns `shown` if help or the version was requested and printed.
 * @throws {UsageError} what was typed is wrong. The error repeats none of it, since it may be a
 *   secret.
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
      // Commander repeats what it doesn't know, which may be a secret. `usage` words it instead.
      .configureOutput({
        writeOut: (text) => options.print(text.trimEnd()),
        writeErr: () => {},
        // Asking the streams would create them.
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
  return { operands: parser.args, options: parser.optsWithGlobals<SharedOptions>() };
}

function parserOption({ flags, says, default: usual }: Option): ParserOption {
  const option = new ParserOption(flags, says);
  return usual === undefined ? option : option.default(usual);
}

/** Commander wraps between words and leaves a long word whole. */
function layoutFor({ columns }: Pick<CliOptions, 'columns'>): HelpLayout {
  const help = new Parser().createHelp();
  // Otherwise it wouldn't wrap for a narrow terminal.
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
  // The suggestion is one of our own options. The rest of the message repeats what was typed.
  const suggestion = /\(Did you mean (--[a-z\d-]+)\?\)/u.exec(error.message)?.[1];
  const whats: Readonly<Record<string, string>> = {
    'commander.unknownOption': `Unknown option${positionOf(/'(-[^']*)'/u.exec(error.message)?.[1], args)}`,
    'commander.optionMissingArgument': `${/'(--[a-z\d-]+)/u.exec(error.message)?.[1] ?? 'An option'} needs a value`,
    'commander.missingArgument': `${command?.name ?? 'The command'} needs a ${/'([a-z ]+)/u.exec(error.message)?.[1] ?? 'name'}`,
    'commander.excessArguments': 'Too many arguments',
  };
  const wants = error.code === 'commander.missingArgument' && /'name'/u.test(error.message);
  return new UsageError({
    what: whats[error.code] ?? 'The command cannot be understood',
    next: `${suggestion === undefined ? '' : `Did you mean ${suggestion}? `}${wants ? 'connect-wizard list shows the names. ' : ''}See ${help}.`,
  });
}

/** The position of the option among the arguments, because the option itself can't be repeated. */
function positionOf(option: string | undefined, args: readonly string[]): string {
  const index = args.findIndex((arg) => arg.split('=', 1)[0] === option);
  return index < 0 ? '' : ` (argument ${index + 1})`;
}
