import type { ResumePoint } from '../../core/resume-point.js';
import { Interrupted, WentBack, type MissingInput } from '../../core/errors.js';
import { hostField } from '../../core/field.js';
import { tenantOf } from '../../core/host.js';
import type { Context } from '../../core/ports.js';
import type { Guide } from '../../core/guide.js';
import type { Field, Provider } from '../../core/provider.js';
import { Secret } from '../../core/secret.js';
import { saveResumePoint } from './resume.js';
import { askField, explainField } from './ask-field.js';
import { refuseUnchanged, takeSupplied, type Answers, type SuppliedValue } from './supplied.js';

export interface FormOptions {
  /** What came with the command, by field id. */
  readonly supplied: ReadonlyMap<string, SuppliedValue>;
  /** What helps at the questions; none where nothing is asked. */
  readonly guide?: Guide | undefined;
  /** The ids of the fields that the person has at hand: asked for at once. */
  readonly askDirectly?: ReadonlySet<string> | undefined;
  /** The secrets that are to be replaced, by field id: what is given or typed must be others. */
  readonly current?: ReadonlyMap<string, Secret> | undefined;
  /** Where an earlier run was left that goes on now. */
  readonly resumePoint?: ResumePoint | undefined;
  /** What a resumePoint keeps of this run besides its answers. */
  readonly started: ResumePoint['options'];
  /** The address is not the same any more. */
  readonly onOtherHost: () => void;
}

/**
 * Asks for the fields, each when it is needed, with the guide at hand. What was answered can be taken
 * back, and is then offered again.
 */
export class Form {
  readonly #context: Context;
  readonly #provider: Provider;
  readonly #options: FormOptions;
  #answers: Answers = new Map();
  /** Answers that were taken back, to be kept or mended. */
  readonly #former: Answers = new Map();
  /** The fields that a person answered: what `back` goes back to. */
  readonly #typed = new Set<string>();
  /** The number of the field that is asked for, or that comes next. */
  #at = 0;
  /** Fields that the person wants to answer at once, without looking around first. */
  readonly #askDirectly: Set<string>;
  /** Headings that stand on the screen, until the person goes back before them. */
  readonly #headed = new Set<string>();
  /** What is asked for again is not explained again. */
  readonly #explained = new Set<string>();
  /** What is known of the blanks in the guide. */
  readonly #words: Map<string, string>;
  /** The blanks whose word is a field's answer, each with the field's id. */
  readonly #answeredBlanks: readonly (readonly [name: string, id: string])[];
  /** Where an earlier run was left, until it is gone on from there. */
  #leftAt: Pick<ResumePoint, 'field' | 'part'> | undefined;

  constructor(context: Context, provider: Provider, options: FormOptions) {
    this.#context = context;
    this.#provider = provider;
    this.#options = options;
    this.#askDirectly = new Set(options.askDirectly);
    this.#words = new Map(Object.entries(options.resumePoint?.words ?? {}));
    this.#answeredBlanks = Object.entries(options.guide?.blanks ?? {}).flatMap(([name, { ask }]) =>
      ask?.field === undefined ? [] : [[name, ask.field] as const],
    );
    this.#leftAt = options.resumePoint;
  }

  /** Values by field id, as far as they are known. */
  get answers(): Answers {
    return this.#answers;
  }

  get mayGoBack(): boolean {
    return this.#before() !== undefined;
  }

  /**
   * Takes what came with the command, and what was answered in a run that goes on now.
   *
   * @throws {UsageError} a value cannot be its field's, or one is missing and nobody can be asked.
   */
  begin(alsoMissing: readonly MissingInput[]): void {
    const { supplied, current, resumePoint } = this.#options;
    refuseUnchanged(this.#provider, supplied, current);
    this.#answers = takeSupplied(this.#context.terminal, this.#provider, supplied, alsoMissing);
    for (const { id } of this.#provider.fields) {
      const answer = resumePoint?.fields[id];
      if (answer !== undefined && !this.#answers.has(id)) this.#answer(id, answer);
    }
  }

  /** A numbered step begins, unless it did before. */
  step(title: string): void {
    if (this.#headed.has(title)) return;
    this.#headed.add(title);
    const { fields } = this.#provider;
    const index = fields.findIndex(({ label }) => label === title);
    const steps = fields.length + 1;
    this.#context.terminal.step(index < 0 ? steps : index + 1, steps, title);
  }

  /** @returns false where the person wants to answer another field first. */
  async askMissing(host: string): Promise<boolean> {
    for (const field of this.#provider.fields) {
      if ((await this.ask(field, host)) === undefined) return false;
    }
    this.#at = this.#provider.fields.length;
    return true;
  }

  /**
   * A field's value, asked for where it is not known.
   *
   * @returns undefined where the person wants to answer another field first.
   * @throws {WentBack}
   */
  async ask(field: Field, host: string | undefined): Promise<string | Secret | undefined> {
    const known = this.#answers.get(field.id);
    if (known !== undefined) return known;
    this.#at = this.#provider.fields.indexOf(field);
    this.step(field.label);
    if (!this.#explained.has(field.id)) explainField(this.#context.terminal, field);
    this.#explained.add(field.id);
    const left = this.#leftAt?.field === field.id ? this.#leftAt : undefined;
    if (left) this.#leftAt = undefined;
    // A secret has to be fetched first; the other answers most people know.
    const fetched = field.kind === 'secret' && !this.#askDirectly.delete(field.id);
    const guideFirst = this.#options.guide !== undefined && (fetched || left !== undefined);
    let from = left?.part ?? null;
    let looking = guideFirst;
    for (;;) {
      if (looking) {
        const wanted = await this.#look(field, host, from, guideFirst);
        from = null;
        if (wanted !== undefined && wanted !== field.id) {
          this.#goTo(wanted);
          return undefined;
        }
        looking = wanted !== undefined;
      }
      const value = await this.#question(field, looking);
      if (value !== undefined) {
        this.#answer(field.id, value);
        return value;
      }
      looking = true;
    }
  }

  /**
   * Looks into the guide from a choice, and not from a question.
   *
   * @returns the field that the person wants to answer then; undefined where they go back to the choice.
   */
  async lookAround(field: Field, host: string | undefined): Promise<string | undefined> {
    return this.#look(field, host, null, false);
  }

  /** To the answer before. */
  goBack(): void {
    const before = this.#before();
    if (before === undefined) throw new Error('there is no step to go back to');
    this.#goTo(before);
  }

  /** Where on the screen other steps have come since: each says again which it is. */
  #goTo(id: string): void {
    this.takeBack(id);
    this.#headed.clear();
  }

  #before(): string | undefined {
    return this.#provider.fields
      .slice(0, this.#at)
      .map(({ id }) => id)
      .findLast((id) => this.#typed.has(id));
  }

  /** So that it is asked for again, and offered. */
  takeBack(id: string): void {
    const former = this.#answers.get(id);
    if (former !== undefined) this.#former.set(id, former);
    this.#answers.delete(id);
    this.#typed.delete(id);
    this.#forgetWord(id);
    if (id === hostField(this.#provider).id) this.#options.onOtherHost();
  }

  /** The same where it was refused: a text can be mended, a secret is not offered again. */
  retype(id: string, atOnce: boolean): void {
    this.takeBack(id);
    if (this.#former.get(id) instanceof Secret) this.#former.delete(id);
    if (atOnce) this.#askDirectly.add(id);
  }

  /** So that it is asked for as if it never had been. */
  forget(id: string): void {
    this.takeBack(id);
    this.#former.delete(id);
  }

  #answer(id: string, value: string | Secret): void {
    this.#forgetWord(id);
    this.#answers.set(id, value);
    this.#typed.add(id);
    this.#at = this.#provider.fields.findIndex((field) => field.id === id) + 1;
  }

  /**
   * @param fromGuide was the person sent here by the guide? Then it is what comes before.
   * @returns undefined where they want to look into the guide.
   */
  async #question(field: Field, fromGuide: boolean): Promise<string | Secret | undefined> {
    const { guide, current } = this.#options;
    try {
      return await askField(this.#context.terminal, {
        provider: this.#provider,
        field,
        former: this.#former.get(field.id),
        answers: this.#answers,
        current: current?.get(field.id),
        help: guide !== undefined,
        back: fromGuide || this.mayGoBack,
      });
    } catch (error) {
      if (fromGuide && error instanceof WentBack) return undefined;
      throw error;
    }
  }

  /**
   * @param from where an earlier run was left.
   * @param first does it come before the question, or was it opened from there?
   * @returns the field that the person wants to answer then; undefined where they go back to the question.
   */
  async #look(
    field: Field,
    host: string | undefined,
    from: string | null,
    first: boolean,
  ): Promise<string | undefined> {
    const { guide, current } = this.#options;
    if (!guide) return field.id;
    this.#fillWords(host);
    // Where nothing is asked, nobody needs it.
    const { walkGuide } = await import('../guide/walk-guide.js');
    try {
      return await walkGuide(this.#context, {
        provider: this.#provider,
        guide,
        field,
        host,
        words: this.#words,
        from,
        back: !first || this.mayGoBack,
        // The secret of a connection is replaced, and nothing else of it.
        mayChange: !current,
        keepPlace: current ? undefined : (part) => this.#keepPlace(field, part, host),
        leave: () => {
          throw new Interrupted(130, 'No credential was saved.');
        },
      });
    } catch (error) {
      if (!first && error instanceof WentBack) return undefined;
      throw error;
    } finally {
      this.#takeWords();
    }
  }

  /** Whom a message asks a user for is the user from then on. */
  #takeWords(): void {
    for (const [name, id] of this.#answeredBlanks) {
      const word = this.#words.get(name);
      if (word === undefined || word === this.#answers.get(id)) continue;
      if (!this.#answers.has(id)) {
        this.#former.set(id, word);
        continue;
      }
      this.#answers.set(id, word);
      this.#typed.add(id);
      const label = this.#provider.fields.find((field) => field.id === id)?.label;
      this.#context.terminal.note(`${label} is ${word} from now on.`);
    }
  }

  /** What stands in the guide for a field's answer: another one is filled in anew. */
  #forgetWord(id: string): void {
    for (const [name, field] of this.#answeredBlanks) {
      if (field === id) this.#words.delete(name);
    }
  }

  #fillWords(host: string | undefined): void {
    if (host === undefined) this.#words.delete('host');
    else this.#words.set('host', host);
    for (const [name, id] of this.#answeredBlanks) {
      const answer = this.#answers.get(id);
      if (typeof answer === 'string' && !this.#words.has(name)) this.#words.set(name, answer);
    }
  }

  #keepPlace(field: Field, part: string | null, host: string | undefined): Promise<void> {
    this.#takeWords();
    const fields: Record<string, string> = {};
    for (const { id, kind } of this.#provider.fields) {
      const value = this.#answers.get(id);
      // A pasted address may have more in it than the host.
      if (kind === 'host' && host !== undefined) fields[id] = tenantOf(this.#provider, host);
      else if (kind !== 'secret' && typeof value === 'string') fields[id] = value;
    }
    return saveResumePoint(this.#context, {
      provider: this.#provider.id,
      fields,
      field: field.id,
      words: Object.fromEntries(this.#words),
      part,
      options: this.#options.started,
      savedAt: this.#context.clock.now().toISOString(),
    });
  }
}
