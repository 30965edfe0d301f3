import type { Advice } from '../errors.js';
import type { Block } from '../guide.js';
import type { Secret } from '../secret.js';

/**
 * The person, if there is one. If `interactive` is false, no questions may be asked, and only
 * `warn` and `note` print.
 */
export interface Terminal {
  /** Questions may be asked. */
  readonly interactive: boolean;
  /** How a person goes back one step, for a sentence: `Esc`. */
  readonly backKey: string;
  title(text: string): void;
  /** Begins a numbered step. */
  step(number: number, of: number, title: string): void;
  /** A paragraph of explanation. */
  explain(text: string): void;
  /** A part of a guide, with all blanks filled. */
  show(part: Block): void;
  /** Something worked. */
  done(text: string): void;
  /** Something failed, and the person can do something about it now. */
  problem(advice: Advice): void;
  /** Something that a script should see too, on stderr. */
  note(text: string): void;
  warn(text: string): void;
  /**
   * Shows that something is going on until `work` is done.
   *
   * @param text if it's a function, it's called each time the text is drawn.
   */
  during<T>(text: string | (() => string), work: () => Promise<T>): Promise<T>;
  /**
   * Asks for a line of text.
   *
   * @returns `BACK` if the person goes back a step, which is only possible if `back` allows it. All
   *   questions do.
   * @throws {Interrupted} on Ctrl-C, Ctrl-D, or if the terminal goes away. All questions do.
   */
  askText(question: Question & NoWayBack): Promise<string>;
  askText(question: Question & BackOption): Promise<string | Back>;
  /**
   * Shows how many characters were typed, and the characters themselves only if the person asks for
   * it.
   */
  askSecret(question: Question & NoWayBack): Promise<string>;
  askSecret(question: Question & BackOption): Promise<string | Back>;
  /** Asks for a pasted text of several lines. It isn't shown. */
  askPaste(question: PasteQuestion): Promise<string>;
  /** Asks a yes-or-no question. Enter alone means no. */
  confirm(question: string, options?: NoWayBack): Promise<boolean>;
  confirm(question: string, options: BackOption): Promise<boolean | Back>;
  /** If `back` is set, going back is also offered as the last choice. */
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
  /**
   * If `paste` is set, a pasted line is accepted instead of a choice, since the person already has
   * the secret.
   */
  choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    options: BackOption & PasteOption,
  ): Promise<Value | Back | Secret>;
  /** A list of checkboxes. None is ticked at first, and Enter alone leaves it like that. */
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
  /** Shown once it's chosen. Default: the label. */
  readonly short?: string;
}

export interface TickOptions {
  /** The most that can be ticked. */
  readonly most: number;
}

export interface Question {
  readonly label: string;
  /** Already there, and Enter alone keeps it. Only the fingerprint of a secret is shown. */
  readonly initial?: string | undefined;
  /** Why an answer is refused; undefined if it's good. */
  readonly refuse: (answer: string) => string | undefined;
  /** The last two characters of a secret may be shown once it's entered. */
  readonly fingerprint?: boolean;
  /** For a secret: the hint in the empty field, if Enter alone takes `initial`. */
  readonly invitation?: string | undefined;
  /** For a secret: already in the field, as if it had been typed. */
  readonly typed?: string | undefined;
  /** A sealed answer, of several lines, may be pasted instead of a secret. */
  readonly sealed?: boolean | undefined;
}

export interface PasteQuestion {
  readonly label: string;
  /** The text is complete. Otherwise two seconds of silence end it. */
  readonly isWhole: (text: string) => boolean;
}

/** The answer of a person who goes back a step. */
export const BACK: unique symbol = Symbol('one step back');

export type Back = typeof BACK;

export interface BackOption {
  /** The person may go back a step instead of answering. */
  readonly back: boolean;
}

export interface PasteOption {
  /** A paste is accepted instead of a choice. Prompts that work line by line don't have it. */
  readonly paste: boolean;
}

/** A question without a way back. `Back` isn't among its answers. */
interface NoWayBack {
  readonly back?: undefined;
}
