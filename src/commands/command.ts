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
import type { GuidedProvider } from '../core/guide.js';
import type { KnownProvider } from '../core/known-provider.js';
import { didYouMean } from '../core/nearest.js';
import type { Secret } from '../core/secret.js';
import type { Output } from '../output/output.js';
import type { Invocation } from '../core/shell.js';
import { helperOf, type StoreOptions } from '../core/store.js';
import { isVaultId, vaultPathOf } from '../core/vault-id.js';
import type { Situation } from '../flows/rehearsal/situation.js';
import type { RequestPorts } from '../flows/sealed-request/ports.js';
import type { Style } from '../output/style.js';

/** What every command takes. */
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
  /** Of the commands that have them, so that the stores are opened as they say. */
  readonly store?: string;
  readonly timeout?: string;
  readonly concurrency?: string;
}

/** What a command line says, before anything is made of it. */
export interface Raw<Options extends SharedOptions = SharedOptions> {
  /** The words that are no options, in order. */
  readonly words: readonly string[];
  /** By the option's camel-cased name: `--max-age 1h` is `maxAge: '1h'`. */
  readonly options: Options;
  /** What follows `--`: the program of `exec`, with its arguments. */
  readonly afterDashes: readonly string[];
}

/** An option: how it is written, what it does, and what it is if it's left out. */
export interface Option {
  readonly flags: string;
  readonly says: string;
  readonly default?: string;
  /** What completion offers for its value. */
  readonly takes?: ValueKind;
  /** Is it one of those of all providers' fields, of which help names the kind alone? */
  readonly ofAnyProvider?: boolean;
}

/** An argument: `<name>` must be there, `[name]` may be, `…...` takes several. */
export interface Argument {
  readonly name: string;
  readonly says: string;
  /** What completion offers for it. */
  readonly takes?: ValueKind;
}

/** The definitions of providers: what ships, and what a person brings. */
export interface Definitions {
  readonly shipped: readonly ShippedDefinition[];
  readonly files: ProviderFiles;
  /** Approvals of this machine, also in a rehearsal. */
  readonly approvals: Approvals;
  readonly taken: () => Promise<Taken>;
  /** Large: loaded where a definition is added or checked, and nowhere else. */
  readonly suffixes: () => Promise<PublicSuffix>;
  /** The JSON Schema of the vocabulary, as text. */
  readonly schema: () => string;
  /** Where an editor finds the schema. */
  readonly schemaAddress: string;
  /** A host with its letters, for one with `xn--` in it. */
  readonly inLetters: (host: string) => string;
}

/** The world a command runs in; `main.ts` builds it once the options are known. */
export interface Session extends Context, RequestPorts {
  /** What is rehearsed, with `--sandbox=<reason>`. */
  readonly situation?: Situation | undefined;
  readonly providers: readonly KnownProvider[];
  /** `--json` and `--quiet` of this run. */
  readonly json: boolean;
  readonly quiet: boolean;
  /** What the definitions of providers are read, kept and shown with. */
  readonly definitions: Definitions;
  /** How a person starts the tool again. */
  readonly invocation: Invocation;
  readonly style: Style;
  readonly secretInput: SecretInput;
  readonly importInput: ImportInput;
  readonly runner: Runner;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** A variable's value; an empty one counts as missing. */
  variable(name: string): string | undefined;
  /** The answer, on stdout. */
  print(output: Output): void;
  /** Nobody reads stdout any more (`| head -1`). */
  readonly readerLeft: boolean;
  /** The only way out for a secret: on stdout, in the clear. */
  printSecret(secret: string | Secret): void;
  completionScript(shell: Shell): string;
  /** Errors, on stderr. */
  printError(text: string): void;
  /** What is printed if the run is interrupted, so that what is done by then is not lost. */
  onInterruption(output: (exitCode: number) => Output | undefined): void;
}

/** The provider with its guide; undefined if there is none of that id. */
export async function loadGuided(
  { providers, clock }: Pick<Session, 'providers' | 'clock'>,
  id: string,
): Promise<GuidedProvider | undefined> {
  return providers.find((each) => each.id === id)?.loadGuided(clock.now());
}

/** A command as a value: what help says of it, what it takes, and what it does. */
export interface Command<Options extends SharedOptions = SharedOptions, Parsed = unknown> {
  readonly name: string;
  /** What it does, for its own help. */
  readonly description: string;
  /**
   * Command lines that run as they are printed. `{provider}` is the first provider's id, `{name}` a
   * connection of it, `{flag}` and `{variable}` are those of its secret.
   */
  readonly examples: readonly string[];
  /** What follows the name, if it isn't the options and the arguments in order. */
  readonly usage?: string;
  readonly arguments: readonly Argument[];
  /** Another program's command line follows `--`. */
  readonly runsProgram?: boolean;
  /** Its own options; every command has those of `SHARED_OPTIONS` too. */
  readonly options: readonly Option[];
  /** The flags of every provider's fields come before them: of the secret ones, or of the others. */
  readonly takesFields?: 'secret' | 'open';
  /** Its `--store` says where to keep; that of the other commands, where to look. */
  readonly keeps?: true;
  /** The last lines of its help. */
  readonly notes?: readonly string[];
  /**
   * From words to values.
   *
   * @throws {UsageError} a value can't be used; it is never repeated, for it may be a secret.
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

/** The variable that says where secrets go, and where connections are looked for. */
export const DEFAULT_STORE = 'CONNECT_WIZARD_STORE';

/** `--store` of the commands that keep nothing. */
export const LOOK_IN: Option = {
  flags: '--store <store>',
  says: 'where to look: vault:<mount>/<path> beside this machine, or one store alone',
  takes: 'store',
};

/** `--store` of the commands that keep what is stored already. */
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

/** The argument of a command over one connection. */
export const ONE_NAME: Argument = {
  name: '<name>',
  says: 'an exact name, or a provider that has one connection only',
  takes: 'connection',
};

/** The argument of a command over many. */
export const MANY_NAMES: Argument = {
  name: '[name...]',
  says: 'names, providers or beginnings of names; all when none is given',
  takes: 'connections',
};

/** `--timeout <seconds>` in milliseconds. */
export function readTimeout(value: string): number {
  const seconds = Number(value);
  if (/^\d+(?:\.\d+)?$/u.test(value) && seconds > 0 && seconds <= 600) {
    // AbortSignal.timeout takes whole milliseconds.
    return Math.max(1, Math.round(seconds * 1000));
  }
  throw badOption('--timeout', 'a number of seconds, more than 0 and at most 600');
}

/** `--concurrency <n>`. */
export function readConcurrency(value: string): number {
  const count = Number(value);
  if (/^\d+$/u.test(value) && count >= 1 && count <= 64) return count;
  throw badOption('--concurrency', 'a whole number from 1 to 64');
}

/**
 * The value itself is never repeated: it may be a secret.
 *
 * @param wanted what the option takes.
 * @param meant what was probably meant: a sentence.
 */
export function badOption(option: string, wanted: string, meant = ''): UsageError {
  return new UsageError({
    what: `The value of ${option} cannot be used`,
    next: `${meant}${option} takes ${wanted}.`,
  });
}

/**
 * A value of `--store` or of its variable.
 *
 * @param from the option or the variable, for the message.
 * @param keeps is `none` no answer, because the secret has to be kept?
 * @throws {UsageError} this version does not know it.
 */
export function readStore(
  stores: Stores,
  from: string,
  value: string,
  { keeps = false } = {},
): string {
  // It has more to say of what is wrong.
  if (isVaultId(value)) vaultPathOf(value);
  if (value === 'none' || stores.describe(value)) return value;
  const known = [...stores.ids, 'helper:<program>', 'vault:<mount>/<path>'];
  const meant = didYouMean(value, keeps ? stores.ids : [...stores.ids, 'none']);
  const wanted = keeps
    ? `${known.slice(0, -1).join(', ')} or ${known.at(-1)}`
    : `${known.join(', ')}, or none to verify without storing`;
  throw badOption(from, wanted, meant);
}

/** Where a connect without `--store` puts what is not stored yet. @throws {UsageError} */
export function defaultStore({ stores, variable }: Pick<Session, 'stores' | 'variable'>): string {
  return readStore(stores, DEFAULT_STORE, variable(DEFAULT_STORE) ?? 'keychain');
}

/**
 * What a run's options and variables say of the stores that it opens.
 *
 * @param keeps does the command's `--store` say where to keep? Then what is kept elsewhere now is
 *   looked for, too.
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
