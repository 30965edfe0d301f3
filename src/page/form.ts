import { listed } from '../core/counted.js';
import { refuseRepeated, refuseValue, stripInvisible } from '../core/field.js';
import { lintPaste } from '../core/paste-lint.js';
import type { PageField } from '../core/page/data.js';
import { countCharacters } from '../core/secret.js';
import { button, element, paragraph } from './dom.js';

/** What was entered, by field id. It's cleaned and checked like input on the terminal. */
export type Entered = Readonly<Record<string, string>>;

export interface Form {
  readonly view: HTMLFormElement;
  /** @returns undefined if something has to be checked first. The form says what. */
  take(): Entered | undefined;
  /** Removes everything that was entered from the document, so that undo can't restore it. */
  clear(): void;
}

/**
 * One input for each field. A value that only looks odd is accepted the second time.
 *
 * @param onSubmit called for the button, or for Enter in an input. The browser itself sends
 *   nothing.
 */
export function createForm(
  fields: readonly PageField[],
  buttons: readonly HTMLButtonElement[],
  onSubmit: () => void,
): Form {
  const inputs = element('div');
  const view = element(
    'form',
    { novalidate: true },
    inputs,
    element('div', { class: 'buttons' }, ...buttons),
  );
  view.addEventListener('submit', (event) => {
    event.preventDefault();
    onSubmit();
  });
  let entries: readonly Entry[] = [];
  // Creates new inputs, because the old ones would keep typed text in their undo history.
  const clear = (): void => {
    entries = fields.map((field) => createEntry(field));
    inputs.replaceChildren(...entries.map((entry) => entry.view));
  };
  clear();
  return {
    view,
    clear,
    take() {
      const values = Object.fromEntries(
        entries.map(({ field, input }) => [field.id, clean(input)]),
      );
      const faults = entries.map((entry) => ({ entry, fault: faultOf(entry, entries) }));
      for (const { entry, fault } of faults) entry.say(fault);
      const faulty = faults.find(({ fault }) => fault !== undefined);
      faulty?.entry.input.focus();
      return faulty ? undefined : values;
    },
  };
}

interface Entry {
  readonly field: PageField;
  readonly view: HTMLElement;
  readonly input: HTMLInputElement | HTMLSelectElement;
  /** The odd value that the person was already told about. */
  odd: string | undefined;
  say(fault: string | undefined): void;
}

const clean = (input: Entry['input']): string => stripInvisible(input.value).value;

/** What must be changed or, the first time, what looks odd. */
function faultOf(entry: Entry, all: readonly Entry[]): string | undefined {
  const { field, input } = entry;
  const value = clean(input);
  const refused =
    refuseValue(field, value) ??
    (field.kind === 'secret' ? refuseRepeated(field, value, othersThanSecret(all)) : undefined);
  if (refused !== undefined) return refused;
  const odd = lintPaste(field, value);
  if (odd.length === 0 || entry.odd === value) return undefined;
  entry.odd = value;
  return `This looks odd: ${listed(odd)}. Correct it, or press the button again to use it as it is.`;
}

function othersThanSecret(all: readonly Entry[]): Record<string, string> {
  const plain = all.filter(({ field, input }) => field.kind !== 'secret' && clean(input) !== '');
  return Object.fromEntries(plain.map(({ field, input }) => [field.label, clean(input)]));
}

/** Asks common password managers not to fill in or save it. They ignore `off`. */
const NOT_FOR_PASSWORD_MANAGERS = {
  autocomplete: 'new-password',
  'data-1p-ignore': 'true',
  'data-bwignore': 'true',
  'data-form-type': 'other',
  'data-lpignore': 'true',
  'data-protonpass-ignore': 'true',
};

function createEntry(field: PageField): Entry {
  const id = `field-${field.id}`;
  const about = element('div', { id: `${id}-about`, class: 'hint' });
  about.append(...field.about.map((text) => paragraph(text)));
  if (!field.choices) about.append(paragraph(`Example: ${field.example}`));
  const described = `${id}-about ${id}-count ${id}-problem`;
  const { input, beside, count } = field.choices
    ? choiceOf(field, field.choices, { id, 'aria-describedby': described })
    : entryOf(field, { id, 'aria-describedby': described });
  // It exists from the start, because an alert is only read out if it's there before its text.
  const problem = element('p', { id: `${id}-problem`, class: 'problem', role: 'alert' });
  return {
    field,
    input,
    odd: undefined,
    view: element(
      'div',
      { class: 'field' },
      element('label', { for: id }, field.label),
      about,
      element('div', { class: 'entry' }, input, ...beside),
      count,
      problem,
    ),
    say(fault) {
      problem.textContent = fault ?? '';
      input.setAttribute('aria-invalid', String(fault !== undefined));
    },
  };
}

/** An input, what is next to it, and where its length is shown. */
interface Control {
  readonly input: Entry['input'];
  readonly beside: readonly HTMLElement[];
  readonly count: HTMLElement;
}

type Naming = Readonly<Record<'id' | 'aria-describedby', string>>;

function choiceOf(
  field: PageField,
  choices: NonNullable<PageField['choices']>,
  naming: Naming,
): Control {
  const input = element('select', naming);
  const options = choices.map(({ value, label }) => element('option', { value }, label));
  input.append(element('option', { value: '' }, 'Choose one'), ...options);
  input.value = field.default ?? '';
  return { input, beside: [], count: element('p', { id: `${naming.id}-count` }) };
}

function entryOf(field: PageField, naming: Naming): Control {
  const secret = field.kind === 'secret';
  const input = element('input', {
    ...NOT_FOR_PASSWORD_MANAGERS,
    ...naming,
    type: secret ? 'password' : 'text',
    inputmode: field.kind === 'email' ? 'email' : undefined,
    spellcheck: 'false',
    autocapitalize: 'off',
    autocorrect: 'off',
    'aria-required': 'true',
  });
  input.value = field.default ?? '';
  const count = element('p', { id: `${naming.id}-count`, class: 'hint' });
  input.addEventListener('input', () => {
    count.textContent = secret ? countOf(input.value) : '';
  });
  return { input, count, beside: secret ? [revealButton(field, input)] : [] };
}

/** How much was entered, and what will be removed. */
function countOf(typed: string): string {
  if (typed === '') return '';
  const { value, removed } = stripInvisible(typed);
  const length = countCharacters(value);
  const count = `${length} ${length === 1 ? 'character' : 'characters'}`;
  return removed.length === 0 ? count : `${count}; taken off: ${listed(removed)}`;
}

function revealButton({ label }: PageField, input: HTMLInputElement): HTMLElement {
  const made = button('Show', () => show(input.type === 'password'));
  const show = (shown: boolean): void => {
    const word = shown ? 'Hide' : 'Show';
    input.type = shown ? 'text' : 'password';
    input.classList.toggle('shown', shown);
    made.textContent = word;
    made.setAttribute('aria-label', `${word} the ${label}`);
  };
  show(false);
  return made;
}
