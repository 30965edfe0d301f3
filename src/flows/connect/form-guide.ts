import { secretFields } from '../../core/field.js';
import type { AdminMessage, Branch, Guide } from '../../core/guide.js';
import { BACK, type Back, type Context } from '../../core/ports.js';
import type { Field, Provider } from '../../core/provider.js';
import type { ResumePoint } from '../../core/resume-point.js';
import type { Secret } from '../../core/secret.js';
import { saveResumePoint, type Resumable } from '../guide/resume-point.js';
import type { Elsewhere } from '../guide/walk-guide.js';
import { fieldBefore, type Draft, type FieldId } from './draft.js';
import { plainFields } from '../../core/tenant.js';
import { FilledBlanks } from './filled-blanks.js';

export interface FormGuideOptions {
  readonly guide: Guide | undefined;
  /** It's a rotation: no other answer changes, and there is nothing to resume. */
  readonly rotates: boolean;
  /** Where an earlier run was left, if this run continues it. */
  readonly resumePoint: ResumePoint | undefined;
  /** The options that the run was started with, for this run's resume point. */
  readonly started: ResumePoint['options'];
}

/** How the guide is opened. */
export interface Opening {
  /** The part that is shown first. */
  readonly from: Branch | AdminMessage | null;
  /** The guide comes before the question. Otherwise it was opened from there. */
  readonly first: boolean;
  /** One step back from that part leaves the guide. */
  readonly alone?: boolean;
  /** How the field can be answered without the terminal. */
  readonly elsewhere: readonly Elsewhere[];
}

/** Where a walk through the guide led. */
export interface Walk {
  /** The field that the person wants to answer now. */
  readonly to: FieldId | Back;
  /** A secret that was pasted into the guide, for the field `to`. */
  readonly pasted?: Secret | undefined;
  readonly elsewhere?: Elsewhere | undefined;
  /** The case of the guide that was open at the end. */
  readonly part?: string | null | undefined;
  readonly draft: Draft;
  /** An answer changed. */
  readonly changed: boolean;
}

/**
 * The guide behind a form's questions. It remembers what was filled into the blanks, and the case
 * of the last failure.
 */
export class FormGuide {
  readonly #context: Context;
  readonly #provider: Provider;
  readonly #options: FormGuideOptions;
  readonly #blanks: FilledBlanks;
  /** The guide's case for the last failure. */
  #failed: Branch | undefined;

  constructor(context: Context, provider: Provider, options: FormGuideOptions) {
    this.#context = context;
    this.#provider = provider;
    this.#options = options;
    this.#blanks = new FilledBlanks(provider, options.guide, options.resumePoint?.words);
  }

  /** After a failed check, the guide offers its case among the first choices. */
  failed(part: Branch | undefined): void {
    this.#failed = part;
  }

  /** Opens the guide at a field's question. */
  async look(
    field: Field,
    draft: Draft,
    { from, first, alone = false, elsewhere }: Opening,
  ): Promise<Walk> {
    const { guide, rotates } = this.#options;
    if (!guide) return { to: field.id, draft, changed: false };
    this.#blanks.fillFrom(draft);
    // A run without questions doesn't need it.
    const { walkGuide } = await import('../guide/walk-guide.js');
    const walked = await walkGuide(this.#context, {
      provider: this.#provider,
      guide,
      field,
      host: draft.host?.host,
      filled: this.#blanks.all,
      from,
      alone,
      failed: this.#failed,
      back: !first || fieldBefore(this.#provider, draft, field.id) !== undefined,
      mayChange: !rotates,
      resumePoint: this.#resumable(field.id, draft),
      elsewhere,
    });
    const filled = this.#takeFilled(draft);
    if (walked === BACK) return { to: BACK, ...filled };
    const { field: to, ...led } = walked;
    return { to, ...led, ...filled };
  }

  /** A later run can continue from this question. */
  isResumable(field: FieldId, draft: Draft): boolean {
    return this.#resumable(field, draft) !== undefined;
  }

  /**
   * Saves where the wizard is left, without any secret. A later run continues at the first field
   * without an answer.
   *
   * @param part the open case of the guide. Default: the case of the last failure.
   */
  async saveResumePoint(draft: Draft, part?: string | null): Promise<void> {
    const { guide } = this.#options;
    const [secret] = secretFields(this.#provider);
    const resumePoint = secret && this.#resumable(secret.id, draft);
    if (!guide || !resumePoint) return;
    this.#blanks.fillFrom(draft);
    const stopped = { provider: this.#provider, guide, filled: this.#blanks.all, resumePoint };
    await saveResumePoint(this.#context, stopped, part ?? this.#failed?.id ?? null);
  }

  /** What a later run needs to continue from here; undefined if none can. */
  #resumable(field: FieldId, draft: Draft): Resumable | undefined {
    const { guide, rotates, started } = this.#options;
    if (!guide || rotates) return undefined;
    // Only the tenant of a pasted address, which may contain more than the host.
    const fields = plainFields(this.#provider, draft.answers, draft.host?.host);
    return { fields, field, options: started };
  }

  /** The address in an admin message becomes the answer for its field, or is offered for it. */
  #takeFilled(before: Draft): Pick<Walk, 'draft' | 'changed'> {
    const { draft, changes } = this.#blanks.fillInto(before);
    for (const [id, value] of changes) {
      const label = this.#provider.fields.find((field) => field.id === id)?.label;
      this.#context.terminal.note(`${label} is ${value} from now on.`);
    }
    return { draft, changed: changes.length > 0 };
  }
}
