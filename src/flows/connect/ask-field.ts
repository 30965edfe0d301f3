import { stripInvisible } from '../../core/field.js';
import { lintPaste } from '../../core/paste-lint.js';
import { BACK, type Back, type Choice, type Context } from '../../core/ports.js';
import type { Field, Provider } from '../../core/provider.js';
import { isSealedText } from '../../core/sealed/text.js';
import { reveal, Secret } from '../../core/secret.js';
import { cleanAnswer } from '../guide/clean-answer.js';
import type { Answers } from './draft.js';
import { otherAnswers, UNCHANGED, refuseAnswer } from './supplied.js';

/** Explains what the field is and where to find it. */
export function explainField(terminal: Context['terminal'], field: Field): void {
  // A field without a text of its own has just its label, which is already in the step's title.
  for (const paragraph of field.about) {
    if (paragraph !== field.label) terminal.explain(paragraph);
  }
  if (field.where !== undefined) terminal.explain(`Where: ${field.where}.`);
}

/** Typed instead of an answer to open the guide. */
const QUESTION_MARK = '?';

/** The answer of a person who asks for help. */
export const HELP: unique symbol = Symbol('help');

/** A sealed answer that was pasted instead of the secret that it contains. */
export interface SealedPaste {
  readonly sealed: string;
}

export interface FieldQuestion {
  readonly provider: Provider;
  readonly field: Field;
  /** The earlier answer. It's offered again; a secret isn't shown. */
  readonly former: string | Secret | undefined;
  /** The field's initial content: it was pasted before the field was asked for. */
  readonly pasted: Secret | undefined;
  /** In a rehearsal: the value that the sandbox accepts. */
  readonly rehearsed: string | undefined;
  /** What is known about the other fields. */
  readonly answers: Answers;
  /** The secret that is being replaced. */
  readonly current: Secret | undefined;
  /** A sealed answer may be pasted instead. */
  readonly takesSealed: boolean;
  /** The person may ask for help, or go back a step. */
  readonly help: boolean;
  readonly back: boolean;
}

/** Asks for one field until the answer can be its value. */
export async function askField(
  terminal: Context['terminal'],
  {
    provider,
    field,
    former,
    pasted,
    rehearsed,
    answers,
    current,
    takesSealed,
    help,
    back,
  }: FieldQuestion,
): Promise<string | Secret | SealedPaste | Back | typeof HELP> {
  const sealed = takesSealed && field.kind === 'secret';
  const isSealed = (text: string): boolean => sealed && isSealedText(text);
  const isHelp = (value: string): boolean => help && value === QUESTION_MARK;
  const refuse = (answer: string): string | undefined => {
    const { value } = stripInvisible(answer);
    if (isHelp(value) || isSealed(answer)) return undefined;
    if (current?.matches(value)) return UNCHANGED;
    if (field.kind === 'host' && value !== '') return undefined;
    return refuseAnswer(field, value, otherAnswers(provider, answers));
  };
  if (field.choices) return choose(terminal, field, field.choices, help, back);
  const known = former === undefined ? field.default : reveal(former);
  const takes = known === undefined ? rehearsed : undefined;
  const initial = known ?? takes;
  const invitation = takes === undefined ? undefined : `Enter takes ${takes}`;
  const question = { label: field.label, initial, invitation, refuse, back };
  let inField = pasted?.reveal();
  if (inField !== undefined && isSealed(inField)) return { sealed: inField };
  for (;;) {
    const typed = await (field.kind === 'secret'
      ? terminal.askSecret({ ...question, fingerprint: true, typed: inField, sealed })
      : terminal.askText(question));
    inField = undefined;
    if (typed === BACK) return BACK;
    if (isSealed(typed)) return { sealed: typed };
    if (isHelp(stripInvisible(typed).value)) return HELP;
    const value = cleanAnswer(terminal, typed, field.kind);
    if (value === '') return value;
    if (value !== initial && !(await mayBeOdd(terminal, field, value))) continue;
    if (field.kind !== 'secret') return value;
    // The sandbox's value isn't secret. It's shown when it's asked for again.
    return value === rehearsed ? Secret.around(value) : new Secret(value);
  }
}

/** The default comes first. */
async function choose(
  terminal: Context['terminal'],
  { label, default: usual }: Field,
  choices: NonNullable<Field['choices']>,
  help: boolean,
  back: boolean,
): Promise<string | Back | typeof HELP> {
  const sorted = choices.toSorted((a, b) => Number(b.value === usual) - Number(a.value === usual));
  const offered: Choice<string | typeof HELP>[] = sorted.map((each) => ({
    value: each.value,
    label: each.label === each.value ? each.value : `${each.label} (${each.value})`,
    short: each.value,
  }));
  if (help) offered.push({ value: HELP, label: 'I do not know' });
  return terminal.choose(label, offered, { back });
}

/** Asks about what looks wrong. Nothing is changed silently. */
async function mayBeOdd(
  terminal: Context['terminal'],
  field: Field,
  value: string,
): Promise<boolean> {
  const odd = lintPaste(field, value);
  if (odd.length === 0) return true;
  terminal.warn(`${field.label}: ${odd.join('; ')}.`);
  return (await terminal.confirm('Use it all the same?', { back: true })) === true;
}
