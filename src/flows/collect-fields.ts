import { inputNeeded, UsageError, WentBack, type MissingInput } from '../core/errors.js';
import { refuseRepeated, refuseValue, tidy } from '../core/field.js';
import { fieldFlags } from '../core/flags.js';
import { oddities } from '../core/oddities.js';
import type { Context } from '../core/ports.js';
import type { Field, Provider } from '../core/provider.js';
import { Secret } from '../core/secret.js';

/** A value that came with the command, and the variable it came from if it was one. */
export interface Given {
  readonly value: string | Secret;
  readonly variable?: string;
}

/** Values by field id, as far as they are known. */
export type Answers = Map<string, string | Secret>;

/**
 * What came with the command, checked; what came from the environment is said.
 *
 * @param alsoMissing what the run will need besides the fields: named with them.
 * @throws {UsageError} a value cannot be its field's, or one is missing and nobody can be asked.
 */
export function takeGiven(
  terminal: Context['terminal'],
  provider: Provider,
  given: ReadonlyMap<string, Given>,
  alsoMissing: readonly MissingInput[] = [],
): Answers {
  const fields = provider.fields.filter(({ id }) => !given.has(id));
  if (!terminal.interactive && fields.length + alsoMissing.length > 0) {
    throw inputNeeded([...fields.map(waysOf), ...alsoMissing]);
  }

  const answers: Answers = new Map();
  for (const field of provider.fields) {
    const value = given.get(field.id)?.value;
    if (value === undefined) continue;
    const plain = value instanceof Secret ? value.reveal() : value;
    const odd = oddities(field, plain);
    if (field.kind === 'host' && odd.length > 0 && !terminal.interactive) {
      throw oddHost(provider, field, odd);
    }
    for (const each of odd) terminal.warn(`${field.label}: ${each}.`);
    // It would be looked up, where others can see it: a person is asked for it instead.
    if (field.kind === 'host' && odd.length > 0) continue;
    answers.set(field.id, value);
    // A host is read where it is looked for.
    const why =
      field.kind === 'host' ? undefined : refuseAnswer(field, plain, otherAnswers(provider, given));
    if (why !== undefined) throw badValue(field, why);
  }
  const variables = [...given.values()].flatMap(({ variable }) => variable ?? []);
  if (variables.length > 0) terminal.tell(`From the environment: ${variables.join(', ')}.`);
  return answers;
}

function waysOf(field: Field): MissingInput {
  return { label: field.label, ways: [...fieldFlags(field), field.env] };
}

/** Why `value` cannot be the field's, for itself or beside the other answers. */
function refuseAnswer(
  field: Field,
  value: string,
  others: Readonly<Record<string, string>>,
): string | undefined {
  const why = refuseValue(field, value);
  if (why !== undefined || field.kind !== 'secret') return why;
  return refuseRepeated(field, value, others);
}

/** The answers that are not secret, by their fields' names. */
function otherAnswers(
  provider: Provider,
  known: ReadonlyMap<string, Given | string | Secret>,
): Record<string, string> {
  const others: Record<string, string> = {};
  for (const { id, label } of provider.fields) {
    const answer = known.get(id);
    const value = typeof answer === 'object' && 'value' in answer ? answer.value : answer;
    if (typeof value === 'string') others[label] = value;
  }
  return others;
}

function badValue(field: Field, why: string): UsageError {
  return new UsageError({
    what: `The value for ${field.label} cannot be used`,
    why: `${why.charAt(0).toLowerCase()}${why.slice(1).replace(/\.$/u, '')}`,
    next: `Give it again with ${fieldFlags(field).join(', ')} or ${field.env}.`,
  });
}

function oddHost(provider: Provider, field: Field, odd: readonly string[]): UsageError {
  const [host = ''] = provider.hosts.guesses;
  return new UsageError({
    what: `The value for ${field.label} cannot be used`,
    why: odd.join('; '),
    next: `Give it again with ${fieldFlags(field).join(', ')} or ${field.env}; where it is the name all the same, as the whole host: ${host.replace('{tenant}', '<name>')}.`,
  });
}

const OUTWORN = 'It is the one that is stored now.';

/** @throws {UsageError} what came with the command is what is to be replaced. */
export function refuseOutworn(
  provider: Provider,
  given: ReadonlyMap<string, Given>,
  outworn: ReadonlyMap<string, Secret> | undefined,
): void {
  for (const field of provider.fields) {
    const [value, old] = [given.get(field.id)?.value, outworn?.get(field.id)];
    if (old && value instanceof Secret && value.equals(old)) throw badValue(field, OUTWORN);
  }
}

/** What the field is and where it is found. */
export function explainField(terminal: Context['terminal'], field: Field): void {
  for (const paragraph of field.about) terminal.explain(paragraph);
  if (field.where !== undefined) terminal.explain(`Where: ${field.where}.`);
}

/** What a person types who has no answer. */
const HELP = '?';

export interface FieldQuestion {
  readonly provider: Provider;
  readonly field: Field;
  /** What was answered before: offered again, a secret without being shown. */
  readonly former: string | Secret | undefined;
  /** What is known of the other fields. */
  readonly answers: Answers;
  /** The secret that is to be replaced. */
  readonly outworn: Secret | undefined;
  /** May the person ask for help, or go one step back? */
  readonly help: boolean;
  readonly back: boolean;
}

/**
 * Asks for one field until the answer can be its value.
 *
 * @returns undefined where the person asks for help instead.
 * @throws {WentBack}
 */
export async function askField(
  terminal: Context['terminal'],
  { provider, field, former, answers, outworn, help, back }: FieldQuestion,
): Promise<string | Secret | undefined> {
  const isHelp = (value: string): boolean => help && value === HELP;
  const refuse = (answer: string): string | undefined => {
    const { value } = tidy(answer);
    if (isHelp(value)) return undefined;
    if (outworn?.reveal() === value) return OUTWORN;
    if (field.kind === 'host' && value !== '') return undefined;
    return refuseAnswer(field, value, otherAnswers(provider, answers));
  };
  const initial = former instanceof Secret ? former.reveal() : former;
  const question = { label: field.label, initial, refuse, back };
  for (;;) {
    const typed = await (field.kind === 'secret'
      ? terminal.askSecret({ ...question, fingerprint: true })
      : terminal.askText(question));
    if (isHelp(tidy(typed).value)) return undefined;
    const value = takeTidy(terminal, typed);
    if (value !== initial && !(await mayBeOdd(terminal, field, value))) continue;
    return field.kind === 'secret' ? new Secret(value) : value;
  }
}

/** What was typed, without what is never part of it; what that was is said. */
export function takeTidy(terminal: Context['terminal'], typed: string): string {
  const { value, removed } = tidy(typed);
  if (removed.length > 0) terminal.tell(`Removed: ${removed.join(', ')}.`);
  return value;
}

/** Asks about what looks wrong: nothing is changed without a word. */
async function mayBeOdd(
  terminal: Context['terminal'],
  field: Field,
  value: string,
): Promise<boolean> {
  const odd = oddities(field, value);
  if (odd.length === 0) return true;
  terminal.warn(`${field.label}: ${odd.join('; ')}.`);
  try {
    return await terminal.confirm('Use it all the same?', { back: true });
  } catch (error) {
    if (error instanceof WentBack) return false;
    throw error;
  }
}
