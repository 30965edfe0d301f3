/** Attributes by name; `true` is one without a value, `undefined` is left out. */
type Attributes = Readonly<Record<string, string | true | undefined>>;

/** An element whose texts are text: nothing here ever reads markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

export function paragraph(text: string, className?: string): HTMLParagraphElement {
  return element('p', { class: className }, text);
}

export function list(tag: 'ul' | 'ol', entries: readonly string[]): HTMLElement {
  return element(tag, {}, ...entries.map((entry) => element('li', {}, entry)));
}

/** The one that Enter in an input presses, too. */
export function submitButton(label: string): HTMLButtonElement {
  return element('button', { type: 'submit', class: 'primary' }, label);
}

export function button(label: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button' }, label);
  made.addEventListener('click', onClick);
  return made;
}

/** A part of the page with its heading, which can take the focus when the part appears. */
export function section(title: string, ...children: readonly (Node | string)[]): HTMLElement {
  return element('section', {}, element('h2', { tabindex: '-1' }, title), ...children);
}

/** Moves the focus to the heading of what has just appeared, so that it is read out. */
export function focusHeading(part: HTMLElement): void {
  part.querySelector('h2')?.focus();
}

/** Labels as a sentence has them: `Agent email and API token`. */
export function joined(labels: readonly string[]): string {
  const [last = '', ...before] = labels.toReversed();
  return before.length === 0 ? last : `${before.toReversed().join(', ')} and ${last}`;
}

/**
 * A place for words that come later. It is in the document from the start: only then do screen readers
 * read out what is put into it.
 */
export interface Said {
  readonly view: HTMLElement;
  say(kind: 'plain' | 'good' | 'bad', ...paragraphs: readonly string[]): void;
}

export function createSaid(): Said {
  const view = element('div', { role: 'status' });
  return {
    view,
    say(kind, ...paragraphs) {
      const said = element(
        'div',
        { class: `said ${kind}` },
        ...paragraphs.map((text) => paragraph(text)),
      );
      view.replaceChildren(...(paragraphs.length === 0 ? [] : [said]));
    },
  };
}
