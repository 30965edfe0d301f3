import type { ResumePoint } from '../../core/resume-point.js';
import { fieldBlanks } from '../../core/guide.js';
import { hostAnswers } from '../../core/host.js';
import { BACK, type Back, type Context } from '../../core/ports.js';
import type { Guide } from '../../core/guide.js';
import type { Field, Provider } from '../../core/provider.js';
import type { Secret } from '../../core/secret.js';
import { askField, explainField, HELP } from './ask-field.js';
import { answered, fieldBefore, withdraw, type Draft, type FieldId } from './draft.js';
import type { PageEntry } from './page-entry.js';
import { on, type Outcome } from './run.js';

export interface FormOptions {
  readonly guide: Guide | undefined;
  readonly askDirectly: ReadonlySet<FieldId> | undefined;
  /** In a rotation, the secrets that are replaced: what is typed must be others. */
  readonly current: ReadonlyMap<FieldId, Secret> | undefined;
  /** Where an earlier run was left that goes on now. */
  readonly resumePoint: ResumePoint | undefined;
  /** What the run was started with, for a resume point of this run. */
  readonly started: ResumePoint['options'];
  /** While it is active, it is asked in the terminal's place. */
  readonly page: PageEntry | undefined;
}

/**
 * Asks for one field, with the guide behind `?`. It knows what was said on the screen and what was
 * filled into the blanks of the guide; the answers are in the draft.
 */
export class Form {
  readonly #context: Context;
  readonly #provider: Provider;
  readonly #options: FormOptions;
  /** Fields to be asked for without the guide first. */
  readonly #askDirectly: Set<FieldId>;
  /** Headings that are on the screen, until the person goes back. */
  readonly #headed = new Set<string>();
  /** Fields that are explained on the screen. */
  readonly #explained = new Set<FieldId>();
  /** Secrets that were pasted into the guide, until their field is asked for. */
  readonly #pasted = new Map<FieldId, Secret>();
  /** What was filled into the blanks of the guide. */
  readonly #words: Map<string, string>;
  /** The blanks whose word is a field's answer. */
  readonly #fieldBlanks: ReadonlyMap<string, FieldId>;
  /** Where an earlier run was left, until it goes on there. */
  #leftAt: Pick<ResumePoint, 'field' | 'part'> | undefined;

  constructor(context: Context, provider: Provider, options: FormOptions) {
    this.#context = context;
    this.#provider = provider;
    this.#options = options;
    this.#askDirectly = new Set(options.askDirectly);
    this.#words = new Map(Object.entries(options.resumePoint?.words ?? {}));
    this.#fieldBlanks = fieldBlanks(options.guide);
    this.#leftAt = options.resumePoint;
  }

  /** A numbered step begins, unless its heading is on the screen. */
  heading(title: string): void {
    if (this.#headed.has(title)) return;
    this.#headed.add(title);
    const { fields } = this.#provider;
    const steps = fields.length + 1;
    const index = fields.findIndex(({ label }) => label === title);
    this.#context.terminal.step(index < 0 ? steps : index + 1, steps, title);
  }

  /** The person chose to answer this field: the guide does not come first. */
  askDirectly(field: FieldId): void {
    this.#askDirectly.add(field);
  }

  /** May a question that comes after the fields be left for one of them? */
  mayGoBack(draft: Draft): boolean {
    return fieldBefore(this.#provider, draft) !== undefined;
  }

  /** One step back from the question for `field`, or from one that comes after the fields. */
  goBack(draft: Draft, field?: FieldId): Outcome<never> {
    const to = fieldBefore(this.#provider, draft, field);
    if (to === undefined) throw new Error('there is no step to go back to');
    return this.#goTo(draft, to);
  }

  /** Other headings were printed since, so each is printed again. */
  #goTo(draft: Draft, to: FieldId): Outcome<never> {
    this.#headed.clear();
    return { next: 'back', draft, to, why: 'reconsidered' };
  }

  /** Asks for a field that has no answer. */
  async ask<D extends Draft>(field: Field, draft: D): Promise<Outcome<D>> {
    const { page } = this.#options;
    if (page?.isActive) return page.ask(draft);
    this.heading(field.label);
    if (!this.#explained.has(field.id)) explainField(this.#context.terminal, field);
    this.#explained.add(field.id);
    const left = this.#leftAt?.field === field.id ? this.#leftAt : undefined;
    if (left) this.#leftAt = undefined;
    // A secret has to be fetched first; the other answers most people know.
    const fetched = field.kind === 'secret' && !this.#askDirectly.delete(field.id);
    const guideFirst = this.#options.guide !== undefined && (fetched || left !== undefined);

    let { former } = draft;
    let from = left?.part ?? null;
    let looking = guideFirst;
    for (;;) {
      const known = { ...draft, former };
      if (looking) {
        const walk = await this.#look(field, known, { from, first: guideFirst });
        from = null;
        if (walk.to === BACK && guideFirst) return this.goBack(walk.draft, field.id);
        if (walk.to !== BACK && walk.to !== field.id) return this.#goTo(walk.draft, walk.to);
        if (walk.changed) {
          // What follows from the changed answer comes first, then this question.
          this.askDirectly(field.id);
          return { next: 'again', draft: walk.draft };
        }
        ({ former } = walk.draft);
        looking = walk.to !== BACK;
      }
      const answer = await this.#question(field, { ...draft, former }, looking);
      if (answer === HELP || (answer === BACK && looking)) looking = true;
      else if (answer === BACK) return this.goBack({ ...draft, former }, field.id);
      else return on(answered({ ...draft, former }, field.id, answer));
    }
  }

  /**
   * Looks into the guide from a choice, and not from a question.
   *
   * @returns undefined if the person comes back to the choice.
   */
  async lookAround(field: Field, draft: Draft): Promise<Outcome<never> | undefined> {
    const walk = await this.#look(field, draft, { from: null, first: false });
    if (walk.to !== BACK) {
      this.askDirectly(walk.to);
      return { next: 'back', draft: walk.draft, to: walk.to, why: 'refused' };
    }
    return walk.changed ? { next: 'again', draft: walk.draft } : undefined;
  }

  /** @param fromGuide did the guide lead to this question? Then it is what comes before. */
  #question(
    field: Field,
    draft: Draft,
    fromGuide: boolean,
  ): Promise<string | Secret | Back | typeof HELP> {
    const { guide, current } = this.#options;
    const pasted = this.#pasted.get(field.id);
    this.#pasted.delete(field.id);
    return askField(this.#context.terminal, {
      provider: this.#provider,
      field,
      former: draft.former.get(field.id),
      pasted,
      answers: draft.answers,
      current: current?.get(field.id),
      help: guide !== undefined,
      back: fromGuide || fieldBefore(this.#provider, draft, field.id) !== undefined,
    });
  }

  /**
   * @param from the part of the guide where an earlier run was left.
   * @param first does the guide come before the question, or was it opened from there?
   */
  async #look(
    field: Field,
    draft: Draft,
    { from, first }: { readonly from: string | null; readonly first: boolean },
  ): Promise<Walk> {
    const { guide, current, started } = this.#options;
    if (!guide) return { to: field.id, draft, changed: false };
    const host = draft.host?.host;
    this.#fillWords(draft, host);
    // If nothing is asked, nobody needs it.
    const { walkGuide } = await import('../guide/walk-guide.js');
    const wanted = await walkGuide(this.#context, {
      provider: this.#provider,
      guide,
      field,
      host,
      words: this.#words,
      from,
      back: !first || fieldBefore(this.#provider, draft, field.id) !== undefined,
      // A rotation replaces the secret of a connection and nothing else of it: no other answer is
      // changed, and there is nothing to resume.
      mayChange: !current,
      resumePoint: current
        ? undefined
        : { fields: this.#plainFields(draft), field: field.id, options: started },
    });
    const words = this.#takeWords(draft);
    if (wanted === BACK) return { to: BACK, ...words };
    if (wanted.pasted) this.#pasted.set(wanted.field, wanted.pasted);
    return { to: wanted.field, ...words };
  }

  #fillWords(draft: Draft, host: string | undefined): void {
    if (host === undefined) this.#words.delete('host');
    else this.#words.set('host', host);
    for (const [name, id] of this.#fieldBlanks) {
      const answer = draft.answers.get(id) ?? draft.former.get(id);
      if (typeof answer === 'string') this.#words.set(name, answer);
    }
  }

  /** The address in an admin message becomes the answer for its field, or is offered for it. */
  #takeWords(before: Draft): Omit<Walk, 'to'> {
    const former = new Map(before.former);
    const changes: [FieldId, string][] = [];
    for (const [name, id] of this.#fieldBlanks) {
      const word = this.#words.get(name);
      const answer = before.answers.get(id);
      if (word === undefined || word === answer) continue;
      if (answer === undefined) former.set(id, word);
      else changes.push([id, word]);
    }
    for (const [id, word] of changes) {
      const label = this.#provider.fields.find((field) => field.id === id)?.label;
      this.#context.terminal.note(`${label} is ${word} from now on.`);
    }
    const draft = changes.reduce<Draft>(
      (known, [id, word]) => answered(withdraw(this.#provider, known, id, 'unreadable'), id, word),
      { ...before, former },
    );
    return { draft, changed: changes.length > 0 };
  }

  /** Of a pasted address only the tenant: it may have more in it than the host. */
  #plainFields({ answers, host }: Draft): Record<string, string> {
    const told = host ? hostAnswers(this.#provider, host.host) : {};
    const fields: Record<string, string> = {};
    for (const { id, kind } of this.#provider.fields) {
      const value = told[id] ?? answers.get(id);
      if (kind !== 'secret' && typeof value === 'string' && value !== '') fields[id] = value;
    }
    return fields;
  }
}

/** Where a walk through the guide led to. */
interface Walk {
  /** The field that the person wants to answer now. */
  readonly to: FieldId | Back;
  readonly draft: Draft;
  /** Is an answer another one than before? */
  readonly changed: boolean;
}
