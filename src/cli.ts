import { Command, CommanderError } from 'commander';
import { checkCommand } from './commands/check.js';
import type { Program, SharedOptions } from './commands/command.js';
import { chooseProvider } from './commands/choose.js';
import { connectCommand } from './commands/connect.js';
import { listCommand } from './commands/list.js';
import { removeCommand } from './commands/remove.js';
import { refuseSecretArguments } from './core/argv.js';
import { UsageError } from './core/errors.js';
import { exitCodes } from './core/verdict.js';

/** The program around the tree: what `main.ts` gives, and where help is printed. */
export interface CliOptions extends Omit<Program, 'exit'> {
  readonly version: string;
  /** Help and the version, on stdout. */
  print(text: string): void;
  /** Help where a command was expected, on stderr. */
  complain(text: string): void;
}

/**
 * Runs the command that `args` name.
 *
 * @param args the arguments after the program's name.
 * @returns the exit code.
 * @throws {WizardError} for `main.ts` to report.
 */
export async function runCli(options: CliOptions, args: readonly string[]): Promise<number> {
  refuseSecretArguments(options.providers, args);
  let code: number = exitCodes.done;
  const program: Program = { ...options, exit: (given) => (code = given) };
  const root = buildTree(options, program);
  refuseUnknownCommand(root, args);
  try {
    await root.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version')
      return exitCodes.done;
    throw usage(error, commandOf(root, args) ?? root);
  }
  return code;
}

/** The name of the command that `args` ask for, where it is one. */
export function commandName(options: CliOptions, args: readonly string[]): string | null {
  const tree = buildTree(options, { ...options, exit: () => {} });
  const command = commandOf(tree, args);
  if (!command) return null;
  return options.providers.some(({ id }) => id === command.name()) ? 'connect' : command.name();
}

function buildTree(options: CliOptions, program: Program): Command {
  const { providers, version } = options;
  const root = new Command('connect-wizard')
    .description(
      'Connects a service desk: from nothing to a credential that works and is safely stored.',
    )
    .usage('<provider or command> [options]')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .option('--accessible', 'line by line: nothing is redrawn, nothing moves')
    .option('--no-color', 'no colours')
    .option('--no-input', 'never ask anything')
    .action(async (shared: SharedOptions) => {
      program.exit(
        await chooseProvider(program, shared, () =>
          options.complain(`${root.helpInformation()}${footer(providers)}`),
        ),
      );
    });
  root.commandsGroup('Providers:');
  for (const provider of providers) root.addCommand(connectCommand(provider, program));
  root.commandsGroup('Commands:');
  for (const make of [checkCommand, listCommand, removeCommand]) root.addCommand(make(program));
  root.helpCommand(false);
  root.addHelpText('after', footer(providers));
  for (const command of [root, ...root.commands]) {
    command
      .exitOverride()
      .showSuggestionAfterError(true)
      .helpOption('-h, --help', 'print help')
      // Commander repeats what it does not know; that may be a secret. `usage` words it anew.
      .configureOutput({ writeOut: (text) => options.print(text.trimEnd()), writeErr: () => {} });
  }
  return root;
}

function footer(providers: CliOptions['providers']): string {
  return [
    '',
    `Start here: connect-wizard ${providers[0]?.id ?? '<provider>'}`,
    '',
    'Exit codes: 0 done, 2 usage, 3 refused, 4 nothing stored, 5 limited,',
    '            6 could not tell, 7 store, 8 wrong host',
  ].join('\n');
}

/** The command the first argument names, also by an alias. */
function commandOf(root: Command, args: readonly string[]): Command | undefined {
  const first = args.find((arg) => !arg.startsWith('-'));
  return root.commands.find(
    (each) => each.name() === first || each.aliases().includes(first ?? ''),
  );
}

/** Also with `--help`, which commander would answer with the help of the whole. */
function refuseUnknownCommand(root: Command, args: readonly string[]): void {
  const named = args.some((arg) => !arg.startsWith('-'));
  if (!named || commandOf(root, args)) return;
  throw new UsageError({
    what: 'That is not a command of connect-wizard',
    next: `The commands are: ${root.commands.map((each) => each.name()).join(', ')}. connect-wizard --help says more.`,
  });
}

/** What commander found wrong, without anything that was typed. */
function usage(error: CommanderError, command: Command): UsageError {
  const help = `${command === command.parent || !command.parent ? '' : `${command.parent.name()} `}${command.name()} --help`;
  // The suggestion is one of our own options; the rest of the message repeats what was typed.
  const suggestion = /\(Did you mean (--[a-z-]+)\?\)/u.exec(error.message)?.[1];
  const whats: Readonly<Record<string, string>> = {
    'commander.unknownOption': 'There is an option that this command does not have',
    'commander.optionMissingArgument': `${/'(--[a-z-]+)/u.exec(error.message)?.[1] ?? 'An option'} needs a value`,
    'commander.missingArgument': 'A name is missing',
    'commander.excessArguments': 'There are more arguments than this command takes',
  };
  return new UsageError({
    what: whats[error.code] ?? 'The command cannot be understood',
    next: `${suggestion === undefined ? '' : `Did you mean ${suggestion}? `}See ${help}.`,
  });
}
