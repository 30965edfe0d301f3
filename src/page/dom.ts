/** Attributes by name. `true` is an attribute without a value, and `undefined` is left out. */
type Attributes = Readonly<Record<string, string | true | undefined>>;

/** Creates an element. Strings become text; nothing here reads markup. */
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

/** The button that Enter in an input also presses. */
export function submitButton(label: string): HTMLButtonElement {
  return element('button', { type: 'submit', class: 'primary' }, label);
}

export function button(label: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button' }, label);
  made.addEventListener('click', onClick);
  return made;
}

/** A part of the page. Its heading can take the focus when the part appears. */
export function section(title: string, ...children: readonly (Node | string)[]): HTMLElement {
  return element('section', {}, element('h2', { tabindex: '-1' }, title), ...children);
}

/** Moves the focus to the heading of a new part, so that a screen reader reads it out. */
export function focusHeading(part: HTMLElement): void {
  part.querySelector('h2')?.focus();
}

/**
 * A place for later text. It's in the document from the start, because screen readers only then
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
