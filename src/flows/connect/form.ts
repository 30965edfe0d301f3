import type { ResumePoint } from '../../core/resume-point.js';
import { Interrupted, WizardError } from '../../core/errors.js';
import { secretFields } from '../../core/field.js';
import { findPart } from '../../core/guide.js';
import { BACK, type Back, type Context } from '../../core/ports.js';
import type { AdminMessage, Branch, Guide } from '../../core/guide.js';
import type { Field, Provider } from '../../core/provider.js';
import type { Secret } from '../../core/secret.js';
import { askField, explainField, HELP, type SealedPaste } from './ask-field.js';
import type { Connection } from '../../core/connection.js';
import type { Elsewhere } from '../guide/walk-guide.js';
import { answered, fieldBefore, needsOf, type Draft, type FieldId } from './draft.js';
import { plainFields } from './draft-result.js';
import { GuideWords } from './guide-words.js';
import { saveResumePoint, type Resumable } from '../guide/resume-point.js';
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
  readonly given: ReadonlySet<FieldId>;
  /** While it's active, it asks instead of the terminal. */
  readonly page: PageEntry | undefined;
  readonly fromSomebody: FromSomebody | undefined;
  readonly rotating: Connection | undefined;
  readonly defaultStore: string;
}

/**
 * Asks for one field, with the guide behind `?`. It remembers what is on the screen and what was
 * filled into the guide's blanks. The answers are in the draft.
 */
export class Form {
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
  /** What was filled into the guide's blanks. */
  readonly #words: GuideWords;
  /** The guide's case for the last failure. */
  #failed: Branch | undefined;
  /** Where an earlier run was left, until this run gets there. */
  #leftAt: Pick<ResumePoint, 'field' | 'part'> | undefined;

  constructor(context: Context, provider: Provider, options: FormOptions) {
    this.#context = context;
    this.#provider = provider;
    this.#options = options;
    this.#askDirectly = new Set(options.askDirectly);
    this.#words = new GuideWords(provider, options.guide, options.resumePoint?.words);
    this.#leftAt = options.resumePoint;
  }

  /** Begins a numbered step, unless its heading is already on the screen. */
  heading(title: string): void {
    if (this.#headed.has(title)) return;
    this.#headed.add(title);
    const fields = this.#provider.fields.filter(
      ({ id, label }) => label === title || !this.#options.given.has(id),
    );
    const steps = fields.length + 1;
    const index = fields.findIndex(({ label }) => label === title);
    this.#context.terminal.step(index < 0 ? steps : index + 1, steps, title);
  }

  /** The person chose to answer this field, so the guide isn't shown first. */
  askDirectly(field: FieldId): void {
    this.#askDirectly.add(field);
  }

  /** After a failed check, the guide offers its case among the first choices. */
  failed(part: Branch | undefined): void {
    this.#failed = part;
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
      if (!isStop || error.isPlaceKept || !persistent) throw error;
      if (field.kind !== 'secret' || draft.typed.size === 0) throw error;
      if (!this.#resumable(field.id, draft)) throw error;
      await this.keepPlace(draft);
      throw new Interrupted(130, { isPlaceKept: true });
    }
  }

  async #ask<D extends Draft>(field: Field, draft: D): Promise<Outcome<D>> {
    this.heading(field.label);
    if (!this.#explained.has(field.id)) explainField(this.#context.terminal, field);
    this.#explained.add(field.id);
    const left = this.#leftAt?.field === field.id ? this.#leftAt : undefined;
    if (left) this.#leftAt = undefined;
    // A secret has to be fetched first. Most people know the other answers.
    const fetched = field.kind === 'secret' && !this.#askDirectly.delete(field.id);
    const guideFirst = this.#options.guide !== undefined && (fetched || left !== undefined);

    let { former } = draft;
    const { guide } = this.#options;
    let from = guide && left?.part ? (findPart(guide, left.part)?.part ?? null) : null;
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
      supplied: new Map(Object.entries(this.#plainFields(draft))),
      needs: needsOf(draft),
      storeId: this.#storeOf(draft),
      rotating,
    });
    if (!made) return;
    await this.keepPlace(draft, part);
    throw new Interrupted(130, { isPlaceKept: true });
  }

  /** Connects with a pasted sealed answer. @returns undefined if it can't be used. */
  async #accept({ sealed }: SealedPaste): Promise<Outcome<never> | undefined> {
    const { fromSomebody } = this.#options;
    if (!fromSomebody) return undefined;
    try {
      return { next: 'accepted', accepted: await fromSomebody.accept(sealed) };
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
      former: draft.former.get(field.id),
      pasted,
      rehearsed: this.#options.rehearsal ? this.#provider.sandbox.values[field.id] : undefined,
      answers: draft.answers,
      current: current?.get(field.id),
      help: guide !== undefined,
      takesSealed: fromSomebody !== undefined,
      back: fromGuide || fieldBefore(this.#provider, draft, field.id) !== undefined,
    });
  }

  /**
   * @param from the part of the guide that is shown first.
   * @param first the guide comes before the question. Otherwise it was opened from there.
   * @param alone one step back from that part leaves the guide.
   */
  async #look(
    field: Field,
    draft: Draft,
    {
      from,
      first,
      alone = false,
    }: {
      readonly from: Branch | AdminMessage | null;
      readonly first: boolean;
      readonly alone?: boolean;
    },
  ): Promise<Walk> {
    const { guide, current } = this.#options;
    if (!guide) return { to: field.id, draft, changed: false };
    const host = draft.host?.host;
    this.#words.fillFrom(draft);
    // A run without questions doesn't need it.
    const { walkGuide } = await import('../guide/walk-guide.js');
    const wanted = await walkGuide(this.#context, {
      provider: this.#provider,
      guide,
      field,
      host,
      words: this.#words.all,
      from,
      alone,
      failed: this.#failed,
      back: !first || fieldBefore(this.#provider, draft, field.id) !== undefined,
      // A rotation only replaces a connection's secret, so no other answer changes and there is
      // nothing to resume.
      mayChange: !current,
      resumePoint: this.#resumable(field.id, draft),
      elsewhere: this.#elsewhere(field, draft),
    });
    const words = this.#takeWords(draft);
    if (wanted === BACK) return { to: BACK, ...words };
    if (wanted.pasted) this.#pasted.set(wanted.field, wanted.pasted);
    const { field: to, elsewhere, part } = wanted;
    return { to, elsewhere, part, ...words };
  }

  /** What a later run needs to continue from here; undefined if none can. */
  #resumable(field: FieldId, draft: Draft): Resumable | undefined {
    const { guide, current, started } = this.#options;
    if (!guide || current) return undefined;
    return { fields: this.#plainFields(draft), field, options: started };
  }

  /**
   * Saves the place, without any secret. A later run continues at the first field without an
   * answer.
   *
   * @param part the open case of the guide. Default: the case of the last failure.
   */
  async keepPlace(draft: Draft, part?: string | null): Promise<void> {
    const { guide } = this.#options;
    const [secret] = secretFields(this.#provider);
    const resumePoint = secret && this.#resumable(secret.id, draft);
    if (!guide || !resumePoint) return;
    this.#words.fillFrom(draft);
    const left = { provider: this.#provider, guide, words: this.#words.all, resumePoint };
    await saveResumePoint(this.#context, left, part ?? this.#failed?.id ?? null);
  }

  /** The address in an admin message becomes the answer for its field, or is offered for it. */
  #takeWords(before: Draft): Pick<Walk, 'draft' | 'changed'> {
    const { draft, changes } = this.#words.fillInto(before);
    for (const [id, word] of changes) {
      const label = this.#provider.fields.find((field) => field.id === id)?.label;
      this.#context.terminal.note(`${label} is ${word} from now on.`);
    }
    return { draft, changed: changes.length > 0 };
  }

  /** Only the tenant of a pasted address, which may contain more than the host. */
  #plainFields(draft: Draft): Record<string, string> {
    return plainFields(this.#provider, draft, draft.host?.host);
  }
}

/** Where a walk through the guide led. */
interface Walk {
  /** The field that the person wants to answer now. */
  readonly to: FieldId | Back;
  readonly elsewhere?: Elsewhere | undefined;
  /** The case of the guide that was open at the end. */
  readonly part?: string | null | undefined;
  readonly draft: Draft;
  /** An answer changed. */
  readonly changed: boolean;
}
