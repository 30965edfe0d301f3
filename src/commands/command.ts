import type { Command } from 'commander';
import { UsageError } from '../core/errors.js';
import type { Context, Runner, SecretInput, Stores, Style } from '../core/ports.js';
import type { Definition, Provider } from '../core/provider.js';
import type { Secret } from '../core/secret.js';
import { worstExitCode, verdicts } from '../core/verdict.js';
import { reportVerdict, type Report } from '../core/report.js';
import { reportsDocument } from '../output/json.js';

/** What every command takes, as commander hands it over. */
export interface SharedOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** False with `--no-input`. */
  readonly input?: boolean;
  readonly accessible?: boolean;
  /** False with `--no-color`. */
  readonly color?: boolean;
  /** False with `--no-browser`. */
  readonly browser?: boolean;
  readonly sandbox?: boolean;
}

/** The world a command runs in; `main.ts` builds it once the options are known. */
export interface Session extends Context {
  readonly style: Style;
  readonly secretInput: SecretInput;
  readonly runner: Runner;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  /** A variable's value; an empty one counts as missing. */
  variable(name: string): string | undefined;
  /** The answer, on stdout. */
  print(text: string): void;
  /** The only way out for a secret: on stdout, in the clear. */
  printSecret(secret: string | Secret): void;
  /** Errors, on stderr. */
  printError(text: string): void;
  /** What is printed when the run is interrupted: what was done by then is not lost. */
  onInterruption(words: (exitCode: number) => string | undefined): void;
}

/** A command before it is known whether it will run: only the one that was named gets its options. */
export interface CommandDefinition {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line for the help of the whole. */
  readonly summary: string;
  /** Adds arguments, options and the action. */
  define(command: Command, program: Program): void;
}

/** What the command tree needs of the program around it. */
export interface Program {
  readonly providers: readonly Provider[];
  /** The same with their guides, which are loaded for it. */
  definitions(): Promise<readonly Definition[]>;
  /** What stood after `--`: the program of `exec`, with its arguments. */
  readonly afterDashes: readonly string[];
  begin(shared: SharedOptions): Promise<Session>;
  /** Told by a command when it is done. */
  exit(code: number): void;
}

/** Adds the options every command has. */
export function withSharedOptions(command: Command): Command {
  return command
    .option('--json', 'one JSON document on stdout, and nothing else there')
    .option('--quiet', 'nothing on stdout when all is well')
    .option('--no-input', 'never ask anything')
    .option('--accessible', 'line by line: nothing is redrawn, nothing moves')
    .option('--no-color', 'no colours');
}

/**
 * Prints the outcome of a command over connections, in the form that was asked for,
 * and gives its exit code.
 *
 * @param text the same for people; not called for JSON or where nothing is to be said.
 */
export function finish(
  session: Session,
  { json, quiet }: SharedOptions,
  command: string,
  reports: readonly Report[],
  text: (reports: readonly Report[]) => void,
  exitCode = worstExitCode(reports.map(reportVerdict)),
): number {
  if (quiet && exitCode === 0) return exitCode;
  if (json) {
    session.print(reportsDocument(command, session.clock.now(), reports, exitCode));
    return exitCode;
  }
  // First, so that the next step is what a person reads last.
  for (const { name, warnings } of reports) {
    for (const { message } of warnings) session.terminal.warn(`${name}: ${message}`);
  }
  text(quiet ? reports.filter((each) => verdicts[reportVerdict(each)].exitCode !== 0) : reports);
  return exitCode;
}

/** `--timeout <seconds>` in milliseconds. */
export function readTimeout(value: string): number {
  const seconds = Number(value);
  if (/^\d+(?:\.\d+)?$/u.test(value) && seconds > 0 && seconds <= 600) {
    // AbortSignal.timeout takes whole milliseconds.
    return Math.max(1, Math.round(seconds * 1000));
  }
  throw badOption('--timeout', 'a number of seconds, more than 0 and at most 600');
}

/** @param wanted what the option takes. The value itself is never repeated: it may be a secret. */
export function badOption(option: string, wanted: string): UsageError {
  return new UsageError({
    what: `The value of ${option} cannot be used`,
    next: `${option} takes ${wanted}.`,
  });
}

/**
 * A value of `--store` or of its variable.
 *
 * @param from the option or the variable, for the message.
 * @throws {UsageError} this version does not know it.
 */
export function readStore(stores: Stores, from: string, value: string): string {
  if (value === 'none' || stores.describe(value)) return value;
  const known = [...stores.ids, 'helper:<program>'].join(', ');
  throw badOption(from, `${known}, or none to verify without storing`);
}

/** Where a connect without `--store` puts what is not stored yet. @throws {UsageError} */
export function defaultStore({ stores, variable }: Pick<Session, 'stores' | 'variable'>): string {
  const name = 'CONNECT_WIZARD_STORE';
  return readStore(stores, name, variable(name) ?? 'keychain');
}

export const REPLACE = [
  '--replace',
  'let a name that exists point at another tenant or account',
] as const;

export const ALLOW_UNVERIFIED = [
  '--allow-unverified',
  'give it out although it was never proven',
] as const;

export const TIMEOUT = ['--timeout <seconds>', 'for each request', '15'] as const;
