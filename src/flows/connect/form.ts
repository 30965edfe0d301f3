import type { ResumePoint } from '../../core/resume-point.js';
import { Interrupted, WizardError } from '../../core/errors.js';
import { findPart } from '../../core/guide.js';
import { BACK, type Back, type Context } from '../../core/ports.js';
import type { AdminMessage, Branch, Guide } from '../../core/guide.js';
import type { Field, Provider } from '../../core/provider.js';
import type { Secret } from '../../core/secret.js';
import { askField, explainField, HELP, type SealedPaste } from './ask-field.js';
import type { Connection } from '../../core/connection.js';
import type { Elsewhere } from '../guide/walk-guide.js';
import { answered, fieldBefore, needsOf, offeredAgain, type Draft, type FieldId } from './draft.js';
import { plainFields } from '../../core/tenant.js';
import { FormGuide, type Opening, type Walk } from './form-guide.js';
import type { PageEntry } from './page-entry.js';
import { on, type FromSomebody, type Outcome } from './run.js';

export interface FormOptions {
  readonly guide: Guide | undefined;
  readonly askDirectly: ReadonlySet<FieldId> | undefined;
  /** In a rotation, the secrets that are being replaced. New ones must differ. */
  readonly current: ReadonlyMap<FieldId, Secret> | undefined;
  /** Where an earlier run was left, if this run continues it. */
  readonly resumePoint: ResumePoint | undefined;
  /** The options that the run was started with, for this run's resume point. */
  readonly started: ResumePoint['options'];
  /** It runs in the sandbox. */
  readonly rehearsal: boolean;
  /** The fields that came with the command. They don't count as steps. */
  readonly supplied: ReadonlySet<FieldId>;
  /** While it's active, it asks instead of the terminal. */
  readonly page: PageEntry | undefined;
  readonly fromSomebody: FromSomebody | undefined;
  readonly rotating: Connection | undefined;
  readonly defaultStore: string;
}

/**
 * Asks for one field, with the guide behind `?`. It remembers what is on the screen. The answers are
 * in the draft.
 */
export class Form {
  readonly guide: FormGuide;
  readonly #context: Context;
  readonly #provider: Provider;
  readonly #options: FormOptions;
  /** Fields that are asked for without showing the guide first. */
  readonly #askDirectly: Set<FieldId>;
  /** The headings on the screen, until the person goes back. */
  readonly #headed = new Set<string>();
  /** The fields whose explanation is on the screen. */
  readonly #explained = new Set<FieldId>();
  /** Secrets that were pasted into the guide, until their field is asked for. */
  readonly #pasted = new Map<FieldId, Secret>();
  /** Where an earlier run was left, until this run gets there. */
  #resumeAt: Pick<ResumePoint, 'field' | 'part'> | undefined;

  constructor(context: Context, provider: Provider, options: FormOptions) {
    this.#context = context;
    this.#provider = provider;
    this.#options = options;
    this.#askDirectly = new Set(options.askDirectly);
    this.#resumeAt = options.resumePoint;
    const rotates = options.current !== undefined;
    this.guide = new FormGuide(context, provider, { ...options, rotates });
  }

  /** Begins a numbered step, unless its heading is already on the screen. */
  heading(title: string): void {
    if (this.#headed.has(title)) return;
    this.#headed.add(title);
    const fields = this.#provider.fields.filter(
      ({ id, label }) => label === title || !this.#options.supplied.has(id),
    );
    const steps = fields.length + 1;
    const index = fields.findIndex(({ label }) => label === title);
    this.#context.terminal.step(index < 0 ? steps : index + 1, steps, title);
  }

  /** The person chose to answer this field, so the guide isn't shown first. */
  askDirectly(field: FieldId): void {
    this.#askDirectly.add(field);
  }

  /** A question after the fields may be left for an earlier field. */
  mayGoBack(draft: Draft): boolean {
    return fieldBefore(this.#provider, draft) !== undefined;
  }

  /** Goes back one step from the question for `field`, or from a question after the fields. */
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

  /**
   * Asks for a field that has no answer. A person who stops at a secret keeps what they have typed
   * so far, since that is the likeliest place to stop.
   */
  async ask<D extends Draft>(field: Field, draft: D): Promise<Outcome<D>> {
    const { page } = this.#options;
    if (page?.isActive) return page.ask(draft);
    try {
      return await this.#ask(field, draft);
    } catch (error) {
      const isStop = error instanceof Interrupted && error.exitCode === 130;
      const { persistent } = this.#context.resumePoints;
      if (!isStop || error.canResume || !persistent) throw error;
      if (field.kind !== 'secret' || draft.typed.size === 0) throw error;
      if (!this.guide.isResumable(field.id, draft)) throw error;
      await this.guide.saveResumePoint(draft);
      throw new Interrupted(130, { canResume: true });
    }
  }

  async #ask<D extends Draft>(field: Field, draft: D): Promise<Outcome<D>> {
    this.heading(field.label);
    if (!this.#explained.has(field.id)) explainField(this.#context.terminal, field);
    this.#explained.add(field.id);
    const resumed = this.#resumeAt?.field === field.id ? this.#resumeAt : undefined;
    if (resumed) this.#resumeAt = undefined;
    // A secret has to be fetched first. Most people know the other answers.
    const fetched = field.kind === 'secret' && !this.#askDirectly.delete(field.id);
    const guideFirst = this.#options.guide !== undefined && (fetched || resumed !== undefined);

    let { former } = draft;
    const { guide } = this.#options;
    let from = guide && resumed?.part ? (findPart(guide, resumed.part)?.part ?? null) : null;
    let looking = guideFirst;
    for (;;) {
      const known = { ...draft, former };
      if (looking) {
        const walk = await this.#look(field, known, { from, first: guideFirst });
        from = null;
        if (walk.elsewhere === 'browser') return this.#enterOnPage(walk.draft);
        if (walk.elsewhere === 'somebody') {
          await this.#askSomebody(walk);
          ({ former } = walk.draft);
          continue;
        }
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
      else if (typeof answer === 'object' && 'sealed' in answer) {
        const outcome = await this.#accept(answer);
        if (outcome) return outcome;
      } else if (answer === BACK) return this.goBack({ ...draft, former }, field.id);
      else return on(answered({ ...draft, former }, field.id, answer));
    }
  }

  #enterOnPage(draft: Draft): Outcome<never> {
    this.#options.page?.begin();
    return { next: 'again', draft };
  }

  /**
   * @returns if nobody was asked after all.
   * @throws {Interrupted} somebody was asked, so the run ends and its place is kept.
   */
  async #askSomebody({ draft, part }: Walk): Promise<void> {
    const { fromSomebody, rotating } = this.#options;
    const made = await fromSomebody?.request({
      supplied: new Map(
        Object.entries(plainFields(this.#provider, draft.answers, draft.host?.host)),
      ),
      needs: needsOf(draft),
      storeId: this.#storeOf(draft),
      rotating,
    });
    if (!made) return;
    await this.guide.saveResumePoint(draft, part);
    throw new Interrupted(130, { canResume: true });
  }

  /** Connects with a pasted sealed answer. @returns undefined if it can't be used. */
  async #accept({ sealed }: SealedPaste): Promise<Outcome<never> | undefined> {
    const { fromSomebody } = this.#options;
    if (!fromSomebody) return undefined;
    try {
      return { next: 'from-answer', connected: await fromSomebody.accept(sealed) };
    } catch (error) {
      if (!(error instanceof WizardError)) throw error;
      this.#context.terminal.problem(error.advice);
      return undefined;
    }
  }

  #storeOf({ slot, wanted }: Draft): string {
    return slot?.storeId ?? wanted.store ?? this.#options.defaultStore;
  }

  /** How a field can be answered without the terminal. */
  #elsewhere(field: Field, draft: Draft): Elsewhere[] {
    const { page, fromSomebody } = this.#options;
    if (field.kind !== 'secret') return [];
    // If nothing is to be stored, a request's key can't be stored either.
    const mayAsk = fromSomebody !== undefined && this.#storeOf(draft) !== 'none';
    return [...(page ? ['browser' as const] : []), ...(mayAsk ? ['somebody' as const] : [])];
  }

  /**
   * Opens the guide from a menu instead of a question.
   *
   * @param part is shown at once. One step back from it leads back to the menu.
   * @returns undefined if the person comes back to the menu.
   */
  async lookAround(
    field: Field,
    draft: Draft,
    part: Branch | AdminMessage | undefined,
  ): Promise<Outcome<never> | undefined> {
    const walk = await this.#look(field, draft, {
      from: part ?? null,
      first: false,
      alone: part !== undefined,
    });
    if (walk.elsewhere === 'somebody') {
      await this.#askSomebody(walk);
      return undefined;
    }
    if (walk.elsewhere === 'browser') this.#enterOnPage(walk.draft);
    if (walk.to !== BACK) {
      this.askDirectly(walk.to);
      return { next: 'back', draft: walk.draft, to: walk.to, why: 'refused' };
    }
    return walk.changed ? { next: 'again', draft: walk.draft } : undefined;
  }

  /** @param fromGuide the guide led to this question, so one step back leads there. */
  #question(
    field: Field,
    draft: Draft,
    fromGuide: boolean,
  ): Promise<string | Secret | SealedPaste | Back | typeof HELP> {
    const { guide, current, fromSomebody } = this.#options;
    const pasted = this.#pasted.get(field.id);
    this.#pasted.delete(field.id);
    return askField(this.#context.terminal, {
      provider: this.#provider,
      field,
      former: offeredAgain(draft, field.id),
      pasted,
      rehearsed: this.#options.rehearsal ? this.#provider.sandbox.values[field.id] : undefined,
      answers: draft.answers,
      current: current?.get(field.id),
      help: guide !== undefined,
      takesSealed: fromSomebody !== undefined,
      back: fromGuide || fieldBefore(this.#provider, draft, field.id) !== undefined,
    });
  }

  /** Opens the guide. A secret that is pasted there waits for its field. */
  async #look(field: Field, draft: Draft, how: Omit<Opening, 'elsewhere'>): Promise<Walk> {
    const elsewhere = this.#elsewhere(field, draft);
    const walk = await this.guide.look(field, draft, { ...how, elsewhere });
    if (walk.pasted && walk.to !== BACK) this.#pasted.set(walk.to, walk.pasted);
    return walk;
  }
}
