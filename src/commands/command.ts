import type { ValueKind } from '../core/completion/complete.js';
import type { Shell } from '../core/completion/shells.js';
import type {
  Approvals,
  Context,
  ImportInput,
  ProviderFiles,
  Runner,
  SecretInput,
} from '../core/ports.js';
import type { PublicSuffix, Taken } from '../core/definition-check/check.js';
import type { ShippedDefinition } from '../flows/definitions/list-definitions.js';
import type { Guide, GuidedProvider } from '../core/guide.js';
import type { KnownProvider } from '../core/known-provider.js';
import type { Provider } from '../core/provider.js';
import type { Secret } from '../core/secret.js';
import type { Output } from '../output/output.js';
import type { Invocation } from '../core/shell.js';
import type { Situation } from '../flows/rehearsal/situation.js';
import type { RequestPorts } from '../flows/sealed-request/ports.js';
import type { Style } from '../output/style.js';

/** The options of every command. */
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
  /** With a value: the reason that the rehearsal ends with. */
  readonly sandbox?: boolean | string;
  /** Options of some commands only, which decide how the stores are opened. */
  readonly store?: string;
  readonly timeout?: string;
  readonly concurrency?: string;
}

/** A command line, split but not interpreted. */
export interface Raw<Options extends SharedOptions = SharedOptions> {
  /** The words that aren't options, in order. */
  readonly operands: readonly string[];
  /** By the option's name in camel case: `--max-age 1h` is `maxAge: '1h'`. */
  readonly options: Options;
  /** What follows `--`: the program for `exec` and its arguments. */
  readonly afterDashes: readonly string[];
}

/** An option: its flags, what it does, and its default. */
export interface Option {
  readonly flags: string;
  readonly says: string;
  readonly default?: string;
  /** What completion offers for its value. */
  readonly takes?: ValueKind;
  /** It's a field's option from some provider, so help names only its kind. */
  readonly ofAnyProvider?: boolean;
}

/** An argument: `<name>` is required, `[name]` is optional, and `…...` takes several. */
export interface Argument {
  readonly name: string;
  readonly says: string;
  /** What completion offers for it. */
  readonly takes?: ValueKind;
}

/** The definitions of providers, both built-in and the user's own. */
export interface Definitions {
  readonly shipped: readonly ShippedDefinition[];
  readonly files: ProviderFiles;
  /** The approvals of this machine. A rehearsal uses them too. */
  readonly approvals: Approvals;
  readonly taken: () => Promise<Taken>;
  /** Large, so it's loaded only if a definition is added or checked. */
  readonly suffixes: () => Promise<PublicSuffix>;
  /** The JSON Schema of definitions, as text. */
  readonly schema: () => string;
  /** The address of the schema for editors. */
  readonly schemaAddress: string;
  /** Decodes `xn--` labels of a host into their letters. */
  readonly inLetters: (host: string) => string;
}

/** Everything that a command works with. `main.ts` builds it once the options are known. */
export interface Session extends Context, RequestPorts {
  /** The situation that `--sandbox=<reason>` rehearses. */
  readonly situation?: Situation | undefined;
  readonly providers: readonly KnownProvider[];
  /** `--json` and `--quiet` of this run. */
  readonly json: boolean;
  readonly quiet: boolean;
  /** Reads, stores and shows providers' definitions. */
  readonly definitions: Definitions;
  /** How the user starts the tool. */
  readonly invocation: Invocation;
  readonly style: Style;
  readonly secretInput: SecretInput;
  readonly importInput: ImportInput;
  readonly runner: Runner;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** A variable's value. An empty one counts as missing. */
  variable(name: string): string | undefined;
  /** Prints the result on stdout. */
  print(output: Output): void;
  /** Nobody reads stdout any more (`| head -1`). */
  readonly readerLeft: boolean;
  /** Prints a secret in the clear on stdout. Nothing else may print one. */
  printSecret(secret: string | Secret): void;
  completionScript(shell: Shell): string;
  /** Prints an error on stderr. */
  printError(text: string): void;
  /** Sets what is printed if the run is interrupted, so that finished work is reported. */
  onInterruption(output: (exitCode: number) => Output | undefined): void;
}

/** The provider with its guide; undefined if no provider has the id. */
export async function loadGuided(
  { providers, clock }: Pick<Session, 'providers' | 'clock'>,
  id: string,
): Promise<GuidedProvider | undefined> {
  return providers.find((each) => each.id === id)?.loadGuided(clock.now());
}

/** The help for the questions, loaded only if questions can be asked. */
export async function guideFor(session: Session, { id }: Provider): Promise<Guide | undefined> {
  if (!session.terminal.interactive) return undefined;
  return (await loadGuided(session, id))?.guide;
}

/** A command as a value: its help, its input, and what it does. */
export interface Command<Options extends SharedOptions = SharedOptions, Parsed = unknown> {
  readonly name: string;
  /** What it does, for its own help. */
  readonly description: string;
  /**
   * Command lines that run as printed. `{provider}` is the first provider's id, and `{name}` one of
   * its connections. `{flag}` and `{variable}` belong to its secret.
   */
  readonly examples: readonly string[];
  /** The usage line after the name, if it isn't just the options and then the arguments. */
  readonly usage?: string;
  readonly arguments: readonly Argument[];
  /** Another program's command line follows `--`. */
  readonly runsProgram?: boolean;
  /** Its own options. Every command also has `SHARED_OPTIONS`. */
  readonly options: readonly Option[];
  /** Adds the flags of all providers' fields before its own: the secret fields' or the others'. */
  readonly takesFields?: 'secret' | 'plain';
  /** Its `--store` says where to store. For other commands it says where to look. */
  readonly keeps?: true;
  /** The last lines of its help. */
  readonly notes?: readonly string[];
  /**
   * Converts the words to values.
   *
   * @throws {UsageError} a value can't be used. The error doesn't repeat it, since it may be a
   *   secret.
   */
  parse(raw: Raw<Options>): Parsed;
  /** @returns the exit code. */
  run(session: Session, parsed: Parsed): Promise<number>;
}
