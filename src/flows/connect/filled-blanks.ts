import { fieldBlanks, type Guide } from '../../core/guide.js';
import type { Provider } from '../../core/provider.js';
import { answered, offeredAgain, withdraw, type Draft, type FieldId } from './draft.js';

/** What is filled into the guide's blanks. Some of it is a field's answer. */
export class FilledBlanks {
  /** By the names of the blanks. */
  readonly all: Map<string, string>;
  readonly #provider: Provider;
  readonly #fieldBlanks: ReadonlyMap<string, FieldId>;

  constructor(
    provider: Provider,
    guide: Guide | undefined,
    before: Readonly<Record<string, string>> = {},
  ) {
    this.#provider = provider;
    this.all = new Map(Object.entries(before));
    this.#fieldBlanks = fieldBlanks(guide);
  }

  /** Takes over what the draft knows. */
  fillFrom(draft: Draft): void {
    const { answers, host } = draft;
    if (host) this.all.set('host', host.host);
    else this.all.delete('host');
    for (const [name, id] of this.#fieldBlanks) {
      const answer = answers.get(id) ?? offeredAgain(draft, id);
      if (typeof answer === 'string') this.all.set(name, answer);
    }
  }

  /**
   * The draft with what was filled in. A different word for an answered field becomes its answer. A
   * word for a field without an answer is offered for it.
   *
   * @returns the draft, and the answers that changed.
   */
  fillInto(before: Draft): {
    readonly draft: Draft;
    readonly changes: readonly (readonly [FieldId, string])[];
  } {
    const former = new Map(before.former);
    const changes: [FieldId, string][] = [];
    for (const [name, id] of this.#fieldBlanks) {
      const filled = this.all.get(name);
      const answer = before.answers.get(id);
      if (filled === undefined || filled === answer) continue;
      if (answer === undefined) former.set(id, filled);
      else changes.push([id, filled]);
    }
    const draft = changes.reduce<Draft>(
      (known, [id, value]) =>
        answered(withdraw(this.#provider, known, id, 'unreadable'), id, value),
      { ...before, former },
    );
    return { draft, changes };
  }
}
