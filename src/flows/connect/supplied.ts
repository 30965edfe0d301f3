import { fillTemplate } from '../../core/host.js';
import { inputNeeded, UsageError, type MissingInput } from '../../core/errors.js';
import { refuseRepeated, refuseValue } from '../../core/field.js';
import { fieldFlags } from '../../core/field-names.js';
import type { Warning } from '../../core/ladder.js';
import { lintPaste, surelyWrong } from '../../core/paste-lint.js';
import type { Context } from '../../core/ports.js';
import type { Field, Provider } from '../../core/provider.js';
import { reveal, Secret } from '../../core/secret.js';
import { isUnresolved, UNRESOLVED } from '../../core/unresolved-reference.js';
import { cleanAnswer } from '../guide/clean-answer.js';
import type { Answers, DraftWarning } from './draft.js';

/** A value that came with the command, and the variable that it came from, if any. */
export interface SuppliedValue {
  readonly value: string | Secret;
  readonly variable?: string;
  /** What a person should know about where it came from. */
  readonly warning?: Warning | undefined;
  /** How to give another value, if this one came neither from a flag nor from a variable. */
  readonly again?: string;
}

/** Answers from what came with the command, and warnings about them for a script. */
export interface SuppliedAnswers {
  readonly answers: Answers;
  readonly warnings: readonly DraftWarning[];
}

export interface TakeOptions {
  /** What the run needs besides the fields. It's listed with them. */
  readonly alsoMissing?: readonly MissingInput[];
  /** Missing fields are entered on a page, except those of the host. */
  readonly onPage?: boolean;
  /** The stored connection that gets a new secret. */
  readonly rotating?: string | undefined;
  /** The open request whose answer is awaited. */
  readonly waitsFor?: string | undefined;
}

/**
 * Checks what came with the command. Says which values came from the environment.
 *
 * @throws {UsageError} a value can't be its field's, or a value is missing and no questions are
 *   allowed.
 */
export function takeSupplied(
  terminal: Context['terminal'],
  provider: Provider,
  supplied: ReadonlyMap<string, SuppliedValue>,
  { alsoMissing = [], onPage = false, rotating, waitsFor }: TakeOptions = {},
): SuppliedAnswers {
  const wanted = provider.fields.filter(
    ({ id, optional, default: usual }) => !supplied.has(id) && !optional && usual === undefined,
  );
  // The page is served once the host is recognised.
  const isOnPage = ({ id }: Field): boolean => onPage && !provider.hosts.fields.includes(id);
  const fields = wanted.filter((field) => !isOnPage(field));
  if (!terminal.interactive && fields.length + alsoMissing.length > 0) {
    const credential = fields.find(({ kind }) => kind === 'secret')?.label;
    throw inputNeeded([...fields.map(missingField), ...alsoMissing], provider.id, {
      ...(rotating !== undefined && { connection: rotating }),
      ...(credential !== undefined && { credential }),
      page: pageCommand(provider, supplied, wanted, alsoMissing.length > 0, rotating),
      ...(waitsFor !== undefined && { waitsFor }),
    });
  }

  const answers = new Map<string, string | Secret>();
  const warnings: DraftWarning[] = [];
  for (const field of provider.fields) {
    const { value: raw, variable, again: next } = supplied.get(field.id) ?? {};
    const again = next ?? giveAgain(field);
    if (raw === undefined) {
      // A person is asked; a script gets the default.
      if (!terminal.interactive && !isOnPage(field)) answers.set(field.id, field.default ?? '');
      continue;
    }
    // Check the raw value: once cleaned, it may look like a host.
    if (isUnresolved(reveal(raw), field.kind)) {
      if (!terminal.interactive) throw unresolved(field, variable, next);
      terminal.warn(`${field.label}: ${UNRESOLVED}.`);
      continue;
    }
    const value = field.kind === 'host' ? cleanAnswer(terminal, String(raw), field.kind) : raw;
    const revealed = reveal(value);
    const odd = lintPaste(field, revealed);
    const sure = surelyWrong(field, revealed);
    if (!terminal.interactive && sure !== undefined) throw badValue(field, sure, again);
    if (sure !== undefined) {
      // Nobody can mean this value, so it's asked for and not sent.
      terminal.warn(`${field.label}: ${sure}.`);
      continue;
    }
    if (field.kind === 'host' && odd.length > 0 && !terminal.interactive) {
      throw oddHost(provider, field, odd, again);
    }
    const doubts = odd.map((each) => `${field.label}: ${each}.`);
    if (terminal.interactive) for (const message of doubts) terminal.warn(message);
    // Looking it up would let others see it, so the person is asked for it instead.
    if (field.kind === 'host' && odd.length > 0) continue;
    for (const message of doubts) {
      const said = terminal.interactive && ({ said: true } as const);
      warnings.push({ about: field.id, warning: { code: 'odd-value', message, ...said } });
    }
    answers.set(field.id, value);
    // The host search reads a host.
    const why =
      field.kind === 'host'
        ? undefined
        : refuseAnswer(field, revealed, otherAnswers(provider, supplied));
    if (why !== undefined) throw badValue(field, why, again);
  }
  for (const [about, { warning }] of supplied) {
    if (!warning) continue;
    if (terminal.interactive) terminal.warn(warning.message);
    else warnings.push({ about, warning });
  }
  const variables = [...supplied.values()].flatMap(({ variable }) => variable ?? []);
  if (variables.length > 0) terminal.note(`From the environment: ${variables.join(', ')}.`);
  return { answers, warnings };
}

/**
 * The command that asks for the secrets on a page. There is none if something else is missing too,
 * or if a value looks odd: it may be a secret in the wrong place, and the command would repeat it.
 */
function pageCommand(
  provider: Provider,
  supplied: ReadonlyMap<string, SuppliedValue>,
  wanted: readonly Field[],
  isMoreMissing: boolean,
  rotating: string | undefined,
): readonly string[] | undefined {
  if (isMoreMissing || wanted.some(({ kind }) => kind !== 'secret')) return undefined;
  if (rotating !== undefined) return ['rotate', rotating, '--web'];
  const known = provider.fields.flatMap((field) => {
    const value = supplied.get(field.id)?.value;
    return field.kind === 'secret' || typeof value !== 'string' ? [] : [{ field, value }];
  });
  if (!known.every(({ field, value }) => isSound(field, value))) return undefined;
  return [provider.id, ...known.flatMap(({ field, value }) => [`--${field.flag}`, value]), '--web'];
}

function isSound(field: Field, value: string): boolean {
  // The host search reads a host.
  const refused = field.kind === 'host' ? undefined : refuseValue(field, value);
  return refused === undefined && lintPaste(field, value).length === 0;
}

export function missingField(field: Field): MissingInput {
  const { id, label, kind, env } = field;
  return {
    field: id,
    label,
    secret: kind === 'secret',
    flags: fieldFlags(field),
    variables: [env],
  };
}

/** Why `value` can't be the field's, on its own or next to the other answers. */
export function refuseAnswer(
  field: Field,
  value: string,
  others: Readonly<Record<string, string>>,
): string | undefined {
  const why = refuseValue(field, value);
  if (why !== undefined || field.kind !== 'secret') return why;
  return refuseRepeated(field, value, others);
}

/** The answers that aren't secret, by their fields' labels. */
export function otherAnswers(
  provider: Provider,
  known: ReadonlyMap<string, SuppliedValue | string | Secret>,
): Record<string, string> {
  const others: Record<string, string> = {};
  for (const { id, label } of provider.fields) {
    const answer = known.get(id);
    const value = typeof answer === 'object' && 'value' in answer ? answer.value : answer;
    if (typeof value === 'string') others[label] = value;
  }
  return others;
}

function giveAgain(field: Field): string {
  return `Give it again with ${fieldFlags(field).join(', ')} or ${field.env}.`;
}

function badValue(field: Field, why: string, next: string): UsageError {
  return new UsageError({
    what: `The value for ${field.label} cannot be used`,
    // Keep an abbreviation at its start: "API key has ...".
    why: why.replace(/^[A-Z](?![A-Z])/u, (first) => first.toLowerCase()).replace(/\.$/u, ''),
    next,
  });
}

function unresolved(
  field: Field,
  variable: string | undefined,
  again: string | undefined,
): UsageError {
  const step = variable === undefined ? 'gives it' : `sets ${variable}`;
  return badValue(
    field,
    UNRESOLVED,
    again ??
      `Check the step that ${step}: the secret may have another name there. Nothing was sent.`,
  );
}

/**
 * @throws {UsageError} a host that came with a command looks like a secret. Others would see it
 *   being looked up.
 */
export function refuseOddHost(provider: Provider, field: Field, value: string): void {
  const odd = field.kind === 'host' ? lintPaste(field, value) : [];
  if (odd.length > 0) throw oddHost(provider, field, odd, giveAgain(field));
}

function oddHost(
  provider: Provider,
  field: Field,
  odd: readonly string[],
  again: string,
): UsageError {
  const [first] = provider.hosts.templates;
  const host = first ? fillTemplate(first, '<name>') : '';
  return new UsageError({
    what: `The value for ${field.label} cannot be used`,
    why: odd.join('; '),
    next: `${again.replace(/\.$/u, '')}; if it really is the name, give the whole host: ${host}.`,
  });
}

export const UNCHANGED = 'That one is stored already: give the new one.';

/** @throws {UsageError} a value that came with the command is the one that is to be replaced. */
export function refuseUnchanged(
  provider: Provider,
  supplied: ReadonlyMap<string, SuppliedValue>,
  current: ReadonlyMap<string, Secret> | undefined,
): void {
  for (const field of provider.fields) {
    const { value, again = giveAgain(field) } = supplied.get(field.id) ?? {};
    const old = current?.get(field.id);
    if (old && value instanceof Secret && value.matches(old)) {
      throw badValue(field, UNCHANGED, again);
    }
  }
}
