import type { Advice } from '../errors.js';
import type { Block } from '../guide.js';
import type { Secret } from '../secret.js';

/**
 * The person, if there is one. Where prompts are not allowed (`interactive` is
 * false), the ask functions must not be called, and only `warn` and `tell` print.
 */
export interface Terminal {
  readonly interactive: boolean;
  /** What a person does to go one step back, for a sentence: `Esc`. */
  readonly backKey: string;
  title(text: string): void;
  /** A numbered step begins. */
  step(number: number, of: number, title: string): void;
  /** A paragraph of explanation. */
  explain(text: string): void;
  /** A part of a guide, without blanks to be filled. */
  show(part: Block): void;
  /** Something worked. */
  done(text: string): void;
  /** Something failed, and the person can do something about it now. */
  problem(advice: Advice): void;
  /** What a script should see too, on stderr. */
  note(text: string): void;
  warn(text: string): void;
  /**
   * Shows that something is going on for as long as `work` takes.
   *
   * @param text as a function: asked again each time that it is drawn.
   */
  during<T>(text: string | (() => string), work: () => Promise<T>): Promise<T>;
  /**
   * @throws {Interrupted} on Ctrl-C, Ctrl-D, or when the terminal goes away; so do all that ask.
   * @returns `BACK` for one step back, only if `back` allows it; so do all that ask.
   */
  askText(question: Question & NoWayBack): Promise<string>;
  askText(question: Question & BackOption): Promise<string | Back>;
  /** Shows how many characters there are, and never which, unless the person asks for it. */
  askSecret(question: Question & NoWayBack): Promise<string>;
  askSecret(question: Question & BackOption): Promise<string | Back>;
  /** A text of several lines, pasted. It is not shown. */
  askPaste(question: PasteQuestion): Promise<string>;
  confirm(question: string, options?: NoWayBack): Promise<boolean>;
  confirm(question: string, options: BackOption): Promise<boolean | Back>;
  /** With `back`, that is offered as the last choice, too. */
  choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    options?: NoWayBack,
  ): Promise<Value>;
  choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    options: BackOption,
  ): Promise<Value | Back>;
  /** With `paste`, a line that is pasted here is taken: the person has the secret already. */
  choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    options: BackOption & PasteOption,
  ): Promise<Value | Back | Secret>;
  /** A list to tick. Nothing is ticked before: Enter alone leaves it so. */
  tick<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    options: TickOptions & BackOption,
  ): Promise<readonly Value[] | Back>;
}

/** One answer out of several. */
export interface Choice<Value> {
  readonly value: Value;
  readonly label: string;
  /** Shown once it was chosen; the label where it is left out. */
  readonly short?: string;
}

export interface TickOptions {
  /** More than so many cannot be ticked. */
  readonly most: number;
}

export interface Question {
  readonly label: string;
  /** Already there: Enter alone keeps it. Of a secret, only the fingerprint is shown. */
  readonly initial?: string | undefined;
  /** Why an answer is refused, or undefined when it is good. */
  readonly refuse: (answer: string) => string | undefined;
  /** May the last two characters of a secret be shown, once it is in? */
  readonly fingerprint?: boolean;
  /** Of a secret: what the empty field says, if Enter alone takes `initial`. */
  readonly invitation?: string | undefined;
  /** Of a secret: in the field already, as if it were typed. */
  readonly typed?: string | undefined;
  /** May a sealed answer, of several lines, be pasted in the place of a secret? */
  readonly sealed?: boolean | undefined;
}

export interface PasteQuestion {
  readonly label: string;
  /** Is nothing more to come? Otherwise two seconds of quiet end it. */
  readonly isWhole: (text: string) => boolean;
}

/** The answer of a person who goes one step back. */
export const BACK: unique symbol = Symbol('one step back');

export type Back = typeof BACK;

export interface BackOption {
  /** May the person go one step back instead of answering? */
  readonly back: boolean;
}

export interface PasteOption {
  /** Is a paste taken instead of a choice? Line by line there is none. */
  readonly paste: boolean;
}

/** A question that cannot be left: it has no `Back` among its answers. */
interface NoWayBack {
  readonly back?: undefined;
}
