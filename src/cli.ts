import { Command, CommanderError } from 'commander';
import { checkCommand } from './commands/check.js';
import type { CommandDefinition, Program, SharedOptions } from './commands/command.js';
import { pickProvider } from './commands/pick-provider.js';
import { connectCommand } from './commands/connect.js';
import { execCommand } from './commands/exec.js';
import { guideCommand } from './commands/guide.js';
import { doctorCommand } from './commands/doctor.js';
import { listCommand } from './commands/list.js';
import { moveCommand } from './commands/move.js';
import { providersCommand } from './commands/providers.js';
import { removeCommand } from './commands/remove.js';
import { rotateCommand } from './commands/rotate.js';
import { tokenCommand } from './commands/token.js';
import { refuseSecretArguments } from './core/argv.js';
import { UsageError } from './core/errors.js';
import { exitCodes } from './core/verdict.js';

/** As help lists them. */
const COMMANDS: readonly CommandDefinition[] = [
  checkCommand,
  listCommand,
  tokenCommand,
  execCommand,
  rotateCommand,
  moveCommand,
  removeCommand,
  guideCommand,
  doctorCommand,
  providersCommand,
];

/** A narrower terminal is left to break the lines itself. */
const NARROWEST = 20;

/** Where nothing says how wide it may be. */
const HELP_WIDTH = 80;

/** The program around the tree: what `main.ts` gives, and where help is printed. */
export interface CliOptions extends Omit<Program, 'exit' | 'afterDashes'> {
  readonly version: string;
  /** Help and the version, on stdout. */
  print(text: string): void;
  /** Help where a command was expected, on stderr. */
  complain(text: string): void;
  /** How wide the terminal is that help is printed on; undefined where it is none. */
  columns(): number | undefined;
}

/**
 * Runs the command that `args` name.
 *
 * @param argv the arguments after the program's name.
 * @returns the exit code.
 * @throws {WizardError} for `main.ts` to report.
 */
export async function runCli(options: CliOptions, argv: readonly string[]): Promise<number> {
  const { args, afterDashes } = splitArguments(argv);
  refuseSecretArguments(options.providers, args);
  let code: number = exitCodes.done;
  const program: Program = { ...options, afterDashes, exit: (given) => (code = given) };
  const named = findCommand(options, args);
  refuseUnknown(options, args, named);
  const { root, command } = buildTree(options, program, named);
  try {
    await root.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version')
      return exitCodes.done;
    throw usage(error, command);
  }
  return code;
}

/**
 * What is for us, and what is for the program that `exec` runs: commander would take the dashes
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

/** The name of the command that `args` ask for, where it is one. */
export function commandName(options: CliOptions, args: readonly string[]): string | null {
  const name = findCommand(options, args)?.name;
  if (name === undefined) return null;
  return options.providers.some(({ id }) => id === name) ? 'connect' : name;
}

/** The command the first argument names, also by an alias. */
function findCommand(
  { providers }: CliOptions,
  args: readonly string[],
): CommandDefinition | undefined {
  const first = firstOperand(args) ?? '';
  return [...providers.map(connectCommand), ...COMMANDS].find(
    ({ name, aliases }) => name === first || aliases?.includes(first),
  );
}

function firstOperand(args: readonly string[]): string | undefined {
  return args.find((arg) => !arg.startsWith('-'));
}

/** Also with `--help`, which commander would answer with the help of the whole. */
function refuseUnknown(
  { providers }: CliOptions,
  args: readonly string[],
  named: CommandDefinition | undefined,
): void {
  if (named || firstOperand(args) === undefined) return;
  const names = [...providers.map(({ id }) => id), ...COMMANDS.map(({ name }) => name)];
  throw new UsageError({
    what: 'That is not a command of connect-wizard',
    next: `The commands are: ${names.join(', ')}. connect-wizard --help says more.`,
  });
}

/** @returns the whole, and the command that was named in it, else the whole again. */
function buildTree(
  options: CliOptions,
  program: Program,
  named: CommandDefinition | undefined,
): { readonly root: Command; readonly command: Command } {
  const { providers, version } = options;
  const root = new Command('connect-wizard')
    .description(
      'Connects a service desk: from nothing to a credential that works and is safely stored.',
    )
    .usage('<provider or command> [options]')
    .version(version, '-V, --version', 'print the version')
    .option('--accessible', 'line by line: nothing is redrawn, nothing moves')
    .option('--no-color', 'no colours')
    .option('--no-input', 'never ask anything')
    .helpCommand(false)
    .addHelpText('after', footer(providers))
    .action(async (shared: SharedOptions) => {
      program.exit(
        await pickProvider(program, shared, () =>
          options.complain(`${root.helpInformation()}${footer(providers)}`),
        ),
      );
    });
  let command = root;
  const add = (definition: CommandDefinition): void => {
    const { name, aliases = [], summary } = definition;
    const added = new Command(name).aliases(aliases).summary(summary);
    root.addCommand(added);
    if (name !== named?.name) return;
    definition.define(added, program);
    command = added;
  };
  root.commandsGroup('Providers:');
  for (const provider of providers) add(connectCommand(provider));
  root.commandsGroup('Commands:');
  for (const definition of COMMANDS) add(definition);
  for (const each of new Set([root, command])) {
    each
      .exitOverride()
      .showSuggestionAfterError(true)
      .helpOption('-h, --help', 'print help')
      .configureHelp({ minWidthToWrap: NARROWEST })
      // Commander repeats what it does not know; that may be a secret. `usage` words it anew.
      .configureOutput({
        writeOut: (text) => options.print(text.trimEnd()),
        writeErr: () => {},
        // Asked of the streams, they would have to be made.
        getOutHelpWidth: () => options.columns() ?? HELP_WIDTH,
        getErrHelpWidth: () => options.columns() ?? HELP_WIDTH,
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      });
  }
  return { root, command };
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

/** What commander found wrong, without anything that was typed. */
function usage(error: CommanderError, command: Command): UsageError {
  const help = `${command === command.parent || !command.parent ? '' : `${command.parent.name()} `}${command.name()} --help`;
  // The suggestion is one of our own options; the rest of the message repeats what was typed.
  const suggestion = /\(Did you mean (--[a-z-]+)\?\)/u.exec(error.message)?.[1];
  const whats: Readonly<Record<string, string>> = {
    'commander.unknownOption': 'There is an option that this command does not have',
    'commander.optionMissingArgument': `${/'(--[a-z-]+)/u.exec(error.message)?.[1] ?? 'An option'} needs a value`,
    'commander.missingArgument': 'A name is missing',
    'commander.missingMandatoryOptionValue': 'An option that this command needs is missing',
    'commander.excessArguments': 'There are more arguments than this command takes',
  };
  return new UsageError({
    what: whats[error.code] ?? 'The command cannot be understood',
    next: `${suggestion === undefined ? '' : `Did you mean ${suggestion}? `}See ${help}.`,
  });
}
