import type { ValueKind } from '../core/completion/complete.js';
import type { Shell } from '../core/completion/shells.js';
import { UsageError } from '../core/errors.js';
import type {
  Approvals,
  Context,
  ImportInput,
  ProviderFiles,
  Runner,
  SecretInput,
  Stores,
} from '../core/ports.js';
import type { PublicSuffix, Taken } from '../core/definition-check/check.js';
import type { ShippedDefinition } from '../flows/definitions/list-definitions.js';
import type { Guide, GuidedProvider } from '../core/guide.js';
import type { KnownProvider } from '../core/known-provider.js';
import { didYouMean } from '../core/nearest.js';
import type { Provider } from '../core/provider.js';
import type { Secret } from '../core/secret.js';
import type { Output } from '../output/output.js';
import type { Invocation } from '../core/shell.js';
import { helperOf, type StoreOptions } from '../core/store.js';
import { isVaultId, vaultPathOf } from '../core/vault-id.js';
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
  /** With a value: the reason with which the rehearsal ends. */
  readonly sandbox?: boolean | string;
  /** Options of some commands only, which decide how the stores are opened. */
  readonly store?: string;
  readonly timeout?: string;
  readonly concurrency?: string;
}

/** A command line, split but not interpreted. */
export interface Raw<Options extends SharedOptions = SharedOptions> {
  /** The words that aren't options, in order. */
  readonly words: readonly string[];
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
  readonly takesFields?: 'secret' | 'open';
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

export const SHARED_OPTIONS: readonly Option[] = [
  { flags: '--json', says: 'one JSON document on stdout, and nothing else there' },
  { flags: '--quiet', says: 'nothing on stdout when all is well' },
  { flags: '--no-input', says: 'fail instead of asking' },
  { flags: '--accessible', says: 'plain output for screen readers' },
  { flags: '--no-color', says: 'no colours' },
];

/** The variable that says where secrets are stored and connections are looked for. */
export const DEFAULT_STORE = 'CONNECT_WIZARD_STORE';

/** `--store` of the commands that store nothing. */
export const LOOK_IN: Option = {
  flags: '--store <store>',
  says: 'where to look: vault:<mount>/<path> beside this machine, or one store alone',
  takes: 'store',
};

/** `--store` of the commands that store an existing connection again. */
export const KEEP_IN: Option = {
  flags: '--store <store>',
  says: 'where it goes: keychain, file, helper:<program> or vault:<mount>/<path>',
  takes: 'store',
};

export const REPLACE: Option = {
  flags: '--replace',
  says: 'allow an existing name to point at another account',
};

export const ALLOW_UNVERIFIED: Option = {
  flags: '--allow-unverified',
  says: 'give it out although it was never proven',
};

export const TIMEOUT = {
  flags: '--timeout <seconds>',
  says: 'for each request',
  default: '15',
} as const satisfies Option;

export const NO_BROWSER: Option = { flags: '--no-browser', says: 'never offer to open a page' };

export const REASON: Option = {
  flags: '--reason <text>',
  says: 'why, for the history; never a secret',
};

/** The argument of commands for one connection. */
export const ONE_NAME: Argument = {
  name: '<name>',
  says: 'an exact name, or a provider that has one connection only',
  takes: 'connection',
};

/** The argument of commands for many connections. */
export const MANY_NAMES: Argument = {
  name: '[name...]',
  says: 'names, providers or beginnings of names; all when none is given',
  takes: 'connections',
};

/** Converts `--timeout <seconds>` to milliseconds. */
export function readTimeout(value: string): number {
  const seconds = Number(value);
  if (/^\d+(?:\.\d+)?$/u.test(value) && seconds > 0 && seconds <= 600) {
    // AbortSignal.timeout takes whole milliseconds.
    return Math.max(1, Math.round(seconds * 1000));
  }
  throw badOption('--timeout', 'a number of seconds, more than 0 and at most 600');
}

/** Reads `--concurrency <n>`. */
export function readConcurrency(value: string): number {
  const count = Number(value);
  if (/^\d+$/u.test(value) && count >= 1 && count <= 64) return count;
  throw badOption('--concurrency', 'a whole number from 1 to 64');
}

/**
 * The error for an option's value. It doesn't repeat the value, which may be a secret.
 *
 * @param wanted what the option takes.
 * @param meant a sentence that says what was probably meant.
 */
export function badOption(option: string, wanted: string, meant = ''): UsageError {
  return new UsageError({
    what: `The value of ${option} cannot be used`,
    next: `${meant}${option} takes ${wanted}.`,
  });
}

/**
 * Reads a value of `--store` or its variable.
 *
 * @param from the option or the variable, for the message.
 * @param keeps the secret has to be stored, so `none` isn't allowed.
 * @throws {UsageError} this version doesn't know the store.
 */
export function readStore(
  stores: Stores,
  from: string,
  value: string,
  { keeps = false } = {},
): string {
  // Its message is more precise.
  if (isVaultId(value)) vaultPathOf(value);
  if (value === 'none' || stores.describe(value)) return value;
  const known = [...stores.ids, 'helper:<program>', 'vault:<mount>/<path>'];
  const meant = didYouMean(value, keeps ? stores.ids : [...stores.ids, 'none']);
  const wanted = keeps
    ? `${known.slice(0, -1).join(', ')} or ${known.at(-1)}`
    : `${known.join(', ')}, or none to verify without storing`;
  throw badOption(from, wanted, meant);
}

/**
 * The store of a new connection if `--store` isn't given.
 *
 * @throws {UsageError} the variable's value can't be used.
 */
export function defaultStore({ stores, variable }: Pick<Session, 'stores' | 'variable'>): string {
  return readStore(stores, DEFAULT_STORE, variable(DEFAULT_STORE) ?? 'keychain');
}

/**
 * What a run's options and variables say about the stores that it opens.
 *
 * @param keeps the command's `--store` says where to store. Then connections in the default store
 *   are looked for, too.
 */
export function storeOptions(
  { store, timeout, concurrency }: SharedOptions,
  keeps: boolean,
  variable: Session['variable'],
): StoreOptions {
  const usual = variable(DEFAULT_STORE);
  const named = keeps ? [store, usual] : [store ?? usual];
  return {
    vaults: [...new Set(named.flatMap((each) => (each && isVaultId(each) ? [each] : [])))],
    helpers: [...new Set(named.flatMap((each) => helperOf(each) ?? []))],
    only: keeps || store === undefined || isVaultId(store) ? undefined : store,
    timeoutMs: timeout === undefined ? undefined : readTimeout(timeout),
    concurrency: concurrency === undefined ? undefined : Number(concurrency),
  };
}
