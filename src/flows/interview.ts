import type { Bookmark } from '../core/bookmark.js';
import { Interrupted, WentBack, type MissingInput } from '../core/errors.js';
import { hostField } from '../core/field.js';
import type { Context } from '../core/ports.js';
import type { Field, Guide, Provider } from '../core/provider.js';
import { Secret } from '../core/secret.js';
import { keepPlace } from './bookmark.js';
import {
  askField,
  explainField,
  refuseOutworn,
  takeGiven,
  type Answers,
  type Given,
} from './collect-fields.js';
import { walkGuide } from './walk-guide.js';

export interface InterviewOptions {
  /** What came with the command, by field id. */
  readonly given: ReadonlyMap<string, Given>;
  /** What helps at the questions; none where nothing is asked. */
  readonly guide?: Guide | undefined;
  /** The ids of the fields that the person has at hand: asked for at once. */
  readonly atHand?: ReadonlySet<string> | undefined;
  /** The secrets that are to be replaced, by field id: what is given or typed must be others. */
  readonly outworn?: ReadonlyMap<string, Secret> | undefined;
  /** Where an earlier run was left that goes on now. */
  readonly bookmark?: Bookmark | undefined;
  /** What a bookmark keeps of this run besides its answers. */
  readonly started: Bookmark['options'];
  /** The address is not the same any more. */
  readonly onOtherHost: () => void;
}

/**
 * Asks for the fields, each when it is needed, with the guide at hand. What was answered can be taken
 * back, and is then offered again.
 */
export class Interview {
  readonly #context: Context;
  readonly #provider: Provider;
  readonly #options: InterviewOptions;
  #answers: Answers = new Map();
  /** Answers that were taken back, to be kept or mended. */
  readonly #former: Answers = new Map();
  /** The fields that a person answered, in that order: what `back` goes back to. */
  readonly #typed = new Set<string>();
  /** Fields that the person wants to answer at once, without looking around first. */
  readonly #atHand: Set<string>;
  /** Steps that have been shown: what is asked for again is not explained again. */
  readonly #shown = new Set<string>();
  /** What is known of the blanks in the guide. */
  readonly #words: Map<string, string>;
  /** Where in the guide an earlier run was left, until it is gone on from there. */
  #leftAt: string | null;
  #placeKept: boolean;

  constructor(context: Context, provider: Provider, options: InterviewOptions) {
    this.#context = context;
    this.#provider = provider;
    this.#options = options;
    this.#atHand = new Set(options.atHand);
    this.#words = new Map(Object.entries(options.bookmark?.words ?? {}));
    this.#leftAt = options.bookmark?.part ?? null;
    this.#placeKept = options.bookmark !== undefined;
  }

  /** Values by field id, as far as they are known. */
  get answers(): Answers {
    return this.#answers;
  }

  /** Is a place kept, for a later run to go on from? */
  get placeKept(): boolean {
    return this.#placeKept;
  }

  get mayGoBack(): boolean {
    return this.#typed.size > 0;
  }

  /**
   * Takes what came with the command, and what was answered in a run that goes on now.
   *
   * @throws {UsageError} a value cannot be its field's, or one is missing and nobody can be asked.
   */
  begin(alsoMissing: readonly MissingInput[]): void {
    const { given, outworn, bookmark } = this.#options;
    refuseOutworn(this.#provider, given, outworn);
    this.#answers = takeGiven(this.#context.terminal, this.#provider, given, alsoMissing);
    for (const { id } of this.#provider.fields) {
      const answer = bookmark?.fields[id];
      if (answer !== undefined && !this.#answers.has(id)) this.#answer(id, answer);
    }
  }

  /** A numbered step begins, unless it did before. @returns whether it is new. */
  step(title: string): boolean {
    if (this.#shown.has(title)) return false;
    this.#shown.add(title);
    const { fields } = this.#provider;
    const index = fields.findIndex(({ label }) => label === title);
    const steps = fields.length + 1;
    this.#context.terminal.step(index < 0 ? steps : index + 1, steps, title);
    return true;
  }

  /** @returns false where the person wants to answer another field first. */
  async askMissing(host: string): Promise<boolean> {
    for (const field of this.#provider.fields) {
      if ((await this.ask(field, host)) === undefined) return false;
    }
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
    if (this.step(field.label)) explainField(this.#context.terminal, field);
    const { guide } = this.#options;
    // A secret has to be fetched first; the other answers most people know.
    let looking = field.kind === 'secret' && !this.#atHand.delete(field.id);
    for (;;) {
      if (guide && looking) {
        const wanted = await this.#look(guide, field, host);
        if (wanted !== field.id) {
          this.takeBack(wanted);
          return undefined;
        }
      }
      try {
        const value = await this.#question(field, looking);
        if (value !== undefined) {
          this.#answer(field.id, value);
          return value;
        }
        looking = true;
      } catch (error) {
        // Before the question there was the guide.
        if (!(error instanceof WentBack && guide && looking)) throw error;
      }
    }
  }

  /** To the last answer. */
  goBack(): void {
    const last = [...this.#typed].at(-1);
    if (last === undefined) throw new Error('there is no step to go back to');
    this.takeBack(last);
  }

  /** So that it is asked for again, and offered. */
  takeBack(id: string): void {
    const former = this.#answers.get(id);
    if (former !== undefined) this.#former.set(id, former);
    this.#answers.delete(id);
    this.#typed.delete(id);
    if (id === hostField(this.#provider).id) this.#options.onOtherHost();
  }

  /** The same where it was refused: a text can be mended, a secret is not offered again. */
  retype(id: string, atOnce: boolean): void {
    this.takeBack(id);
    if (this.#former.get(id) instanceof Secret) this.#former.delete(id);
    if (atOnce) this.#atHand.add(id);
  }

  /** So that it is asked for as if it never had been. */
  forget(id: string): void {
    this.takeBack(id);
    this.#former.delete(id);
  }

  #answer(id: string, value: string | Secret): void {
    this.#answers.set(id, value);
    this.#typed.add(id);
  }

  #question(field: Field, fromGuide: boolean): Promise<string | Secret | undefined> {
    const { guide, outworn } = this.#options;
    return askField(this.#context.terminal, {
      provider: this.#provider,
      field,
      former: this.#former.get(field.id),
      answers: this.#answers,
      outworn: outworn?.get(field.id),
      help: guide !== undefined,
      back: (guide !== undefined && fromGuide) || this.mayGoBack,
    });
  }

  /** @returns the field that the person wants to answer then. */
  #look(guide: Guide, field: Field, host: string | undefined): Promise<string> {
    const from = this.#leftAt;
    this.#leftAt = null;
    this.#fillWords(guide, host);
    return walkGuide(this.#context, {
      provider: this.#provider,
      guide,
      field,
      host,
      words: this.#words,
      from,
      back: this.mayGoBack,
      keepPlace: this.#options.outworn ? undefined : (part) => this.#keepPlace(part),
      leave: () => {
        throw new Interrupted(130);
      },
    });
  }

  #fillWords(guide: Guide, host: string | undefined): void {
    if (host === undefined) this.#words.delete('host');
    else this.#words.set('host', host);
    for (const [name, { ask }] of Object.entries(guide.blanks)) {
      const answer = ask?.field === undefined ? undefined : this.#answers.get(ask.field);
      if (typeof answer === 'string' && !this.#words.has(name)) this.#words.set(name, answer);
    }
  }

  #keepPlace(part: string | null): Promise<void> {
    this.#placeKept = true;
    const fields: Record<string, string> = {};
    for (const [id, value] of this.#answers) if (typeof value === 'string') fields[id] = value;
    return keepPlace(this.#context, {
      provider: this.#provider.id,
      fields,
      words: Object.fromEntries(this.#words),
      part,
      options: this.#options.started,
      savedAt: this.#context.clock.now().toISOString(),
    });
  }
}
