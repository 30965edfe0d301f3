import { UsageError } from '../core/errors.js';
import { secretFields, valueHint } from '../core/field.js';
import { fieldFlags } from '../core/field-names.js';
import type { Warning } from '../core/ladder.js';
import { ONLY_ROOT } from '../core/exposed-file.js';
import type { Field, Provider } from '../core/provider.js';
import { Secret } from '../core/secret.js';
import { secretLine } from '../core/secret-line.js';
import { quoted } from '../core/shell.js';
import type { SuppliedValue } from '../flows/connect/supplied.js';
import type { Option, Session } from './command.js';

/** The options of a provider's fields, as help lists them. */
export function fieldOptions(fields: readonly Field[]): Option[] {
  return fields.flatMap((field) => fieldFlags(field).map((flags) => fieldOption(field, flags)));
}

function fieldOption(field: Field, flags: string): Option {
  const option = { flags, says: flagHelp(field, flags) };
  if (field.choices) return { ...option, takes: field.choices.map(({ value }) => value) };
  return flags.endsWith(' <path>') ? { ...option, takes: 'file' } : option;
}

function flagHelp(field: Field, flag: string): string {
  const { label, kind, env } = field;
  if (kind !== 'secret') return `${label}, ${valueHint(field)} (or ${env})`;
  return flag.endsWith('-stdin')
    ? `read the ${label} from standard input (or ${env})`
    : `read the ${label} from a file`;
}

/** The options of several providers' secret fields. */
export function secretOptions(providers: readonly Provider[]): Option[] {
  return sharedOptions(
    providers.flatMap((provider) => secretFields(provider)),
    sharedHelp,
  );
}

/** The options of several providers' other fields. */
export function plainOptions(providers: readonly Provider[]): Option[] {
  const plain = providers.flatMap(({ fields }) => fields.filter(({ kind }) => kind !== 'secret'));
  return sharedOptions(plain, () => 'what you know about it (or its variable)');
}

/** A flag that several fields share becomes one option. */
function sharedOptions(fields: readonly Field[], help: (flags: string) => string): Option[] {
  const options = new Map<string, Option>();
  for (const option of fieldOptions(fields)) {
    const same = options.get(option.flags);
    options.set(option.flags, same ? { ...same, says: help(option.flags) } : option);
  }
  return Array.from(options.values(), (option) => ({ ...option, ofAnyProvider: true }));
}

function sharedHelp(flag: string): string {
  return flag.endsWith('-stdin')
    ? 'read the new secret from standard input'
    : 'read the new secret from a file';
}

/**
 * The fields that are asked for without the guide: whoever gives a secret's source has the secret.
 */
export function askDirectly(provider: Provider, options: object): ReadonlySet<string> {
  const flag = flagsOf(options);
  const named = secretFields(provider).filter((field) => flag(`${field.flag}-stdin`) === true);
  return new Set(named.map(({ id }) => id));
}

/**
 * Reads the provider's fields from flags and variables. A flag takes precedence, and an empty value
 * counts as missing.
 *
 * @param options the parsed options. A field's flags are in camel case.
 * @throws {UsageError} a value can't be used.
 */
export async function readSupplied(
  provider: Provider,
  session: Pick<Session, 'variable' | 'secretInput' | 'stdinIsTerminal'>,
  options: object,
): Promise<Map<string, SuppliedValue>> {
  const flag = flagsOf(options);
  const fromStdin = secretFields(provider).filter((field) => flag(`${field.flag}-stdin`) === true);
  if (fromStdin.length > 1) {
    throw new UsageError({
      what: 'Only one value can come from standard input',
      next: `Use one of ${fromStdin.map((each) => `--${each.flag}-stdin`).join(', ')}.`,
    });
  }

  const supplied = new Map<string, SuppliedValue>();
  for (const field of provider.fields) {
    const { id, kind, env } = field;
    const value =
      kind === 'secret' ? await secretFromFlags(field, session, flag) : flag(field.flag);
    // On a terminal, standard input is the person, so they are asked with a masked prompt.
    if (value === ASK) continue;
    const variable = fromVariable(field, session.variable(env));
    if (typeof value === 'string' && value !== '') {
      supplied.set(id, {
        value: kind === 'secret' ? new Secret(value) : value.trim(),
        warning: exposedWarning(field, session, flag),
      });
    } else if (variable !== '') {
      supplied.set(id, {
        value: kind === 'secret' ? new Secret(variable) : variable,
        variable: env,
      });
    }
  }
  return supplied;
}

/** Empty if it's missing. CI systems set a missing secret to an empty value. */
function fromVariable({ label, kind, env }: Field, value = ''): string {
  return kind === 'secret' ? secretLine(label, value, env) : value.trim();
}

const ASK = Symbol('ask for it, whatever its variable says');

async function secretFromFlags(
  { label, flag: name }: Field,
  session: Pick<Session, 'secretInput' | 'stdinIsTerminal'>,
  flag: Flags,
): Promise<string | typeof ASK | undefined> {
  const path = flag(`${name}-file`);
  const stdin = flag(`${name}-stdin`) === true;
  if (stdin && typeof path === 'string') {
    throw new UsageError({
      what: `${label} is given twice`,
      next: `Use either --${name}-stdin or --${name}-file.`,
    });
  }
  if (typeof path === 'string') return session.secretInput.fromFile(label, path);
  if (!stdin) return undefined;
  return session.stdinIsTerminal ? ASK : session.secretInput.fromStdin(label);
}

/** If others can read the file, they may have seen the secret. */
function exposedWarning(
  { flag: name }: Field,
  { secretInput }: Pick<Session, 'secretInput'>,
  flag: Flags,
): Warning | undefined {
  const path = flag(`${name}-file`);
  const exposed = typeof path === 'string' ? secretInput.exposedFile(path) : undefined;
  if (typeof path !== 'string' || exposed === undefined) return undefined;
  const fix = exposed === 'own' ? `Run: chmod 600 ${quoted(path)}` : ONLY_ROOT;
  const message = `Others on this machine can read the file of --${name}-file. ${fix}`;
  return { code: 'open-file', message };
}

type Flags = (name: string) => string | boolean | undefined;

/** Looks up a field's flag, which the parser stores in camel case. */
function flagsOf(options: object): Flags {
  const flags = options as Readonly<Record<string, string | boolean | undefined>>;
  return (name) => flags[name.replaceAll(/-(\w)/gu, (_, letter: string) => letter.toUpperCase())];
}
