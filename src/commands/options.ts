import { DURATION, parseDuration } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import { didYouMean } from '../core/nearest.js';
import type { Stores } from '../core/ports.js';
import { helperOf, type StoreOptions } from '../core/store.js';
import { isVaultId, vaultPathOf } from '../core/vault-id.js';
import type { Argument, Option, Session, SharedOptions } from './command.js';

/** What every command takes. */
export const SHARED_OPTIONS: readonly Option[] = [
  { flags: '--json', says: 'one JSON document on stdout, and nothing else there' },
  { flags: '--quiet', says: 'nothing on stdout if all is well' },
  { flags: '--no-input', says: 'fail instead of asking' },
  { flags: '--accessible', says: 'plain output for screen readers' },
  { flags: '--no-color', says: 'no colours' },
];

/** The variable that says where secrets are stored and connections are looked for. */
export const DEFAULT_STORE = 'CONNECT_WIZARD_STORE';

/** `--store` of the commands that store nothing. */
export const LOOK_IN: Option = {
  flags: '--store <store>',
  says: 'where to look: vault:<mount>/<path> as well as this machine, or only one store',
  takes: 'store',
};

/** `--store` of the commands that store an existing connection again. */
export const KEEP_IN: Option = {
  flags: '--store <store>',
  says: 'where to store it: keychain, file, helper:<program> or vault:<mount>/<path>',
  takes: 'store',
};

export const REPLACE: Option = {
  flags: '--replace',
  says: 'allow an existing name to point at another account',
};

export const ALLOW_UNVERIFIED: Option = {
  flags: '--allow-unverified',
  says: 'hand it over even if it was never proven',
};

export const TIMEOUT = {
  flags: '--timeout <seconds>',
  says: 'for each request',
  default: '15',
} as const satisfies Option;

export const NO_BROWSER: Option = { flags: '--no-browser', says: 'never offer to open a page' };

export const REASON: Option = {
  flags: '--reason <text>',
  says: 'the reason for the history; never a secret',
};

/** The argument of commands for one connection. */
export const ONE_NAME: Argument = {
  name: '<name>',
  says: 'an exact name, or a provider with only one connection',
  takes: 'connection',
};

/** The argument of commands for many connections. */
export const MANY_NAMES: Argument = {
  name: '[name...]',
  says: 'names, providers or the beginnings of names; all if none is given',
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

/** Converts a duration such as `30d` to milliseconds; undefined if it isn't given. */
export function readDuration(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const milliseconds = parseDuration(value);
  if (milliseconds === undefined) throw badOption(option, DURATION);
  return milliseconds;
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
 * @param keeps why `none` isn't allowed: a clause. Left out, it is.
 * @throws {UsageError} this version doesn't know the store.
 */
export function readStore(stores: Stores, from: string, value: string, keeps?: string): string {
  // Its message is more precise.
  if (isVaultId(value)) vaultPathOf(value);
  const isNone = value === 'none';
  if (isNone ? keeps === undefined : stores.describe(value)) return value;
  const known = [...stores.ids, 'helper:<program>', 'vault:<mount>/<path>'];
  const meant = didYouMean(value, keeps === undefined ? [...stores.ids, 'none'] : stores.ids);
  const wanted =
    keeps === undefined
      ? `${known.join(', ')}, or none to verify without storing`
      : `${known.slice(0, -1).join(', ')} or ${known.at(-1)}${isNone ? `: ${keeps}` : ''}`;
  throw badOption(from, wanted, meant);
}

/** Reads `--store`; undefined if it isn't given. */
export function chosenStore(
  { stores }: Pick<Session, 'stores'>,
  { store }: { readonly store?: string | undefined },
  keeps?: string,
): string | undefined {
  return store === undefined ? undefined : readStore(stores, '--store', store, keeps);
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
