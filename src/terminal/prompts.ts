import type { Readable } from 'node:stream';
import type { BackOption, Choice, PasteQuestion, Question, TickOptions } from '../core/ports.js';
import type { Style } from '../output/style.js';

export type MayGoBack = Partial<BackOption>;

/** The ways to ask: on a screen that is redrawn, or line by line. */
export interface Prompts {
  text(question: Question & MayGoBack): Promise<string>;
  secret(question: Question & MayGoBack): Promise<string>;
  paste(question: PasteQuestion): Promise<string>;
  confirm(question: string, options?: MayGoBack): Promise<boolean>;
  choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    options?: ChooseOptions,
  ): Promise<Value>;
  tick<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    options: TickOptions & MayGoBack,
  ): Promise<readonly Value[]>;
}

/** Why so many cannot be ticked, or undefined. */
export function refuseTicks(count: number, most: number): string | undefined {
  return count > most ? `At most ${most} can be ticked.` : undefined;
}

export interface ChooseOptions extends MayGoBack {
  /** Is a paste taken instead of a choice? */
  readonly paste?: boolean | undefined;
}

export interface PromptsOptions {
  readonly input: KeyStream;
  readonly output: NodeJS.WriteStream;
  readonly style: Style;
  /** Ends the question at once, with the terminal as it was; with a `Left` as its reason, it is taken off the screen. */
  readonly signal: AbortSignal;
}

/** Tells the terminal to put marks around a paste: its line breaks aren't taken for Enter then. */
export const MARK_PASTES = { on: '\u001B[?2004h', off: '\u001B[?2004l' };

/** What is typed, with the terminal's switch for how it is read. */
export interface KeyStream extends Readable {
  /** Raw: each key as it comes, not echoed; else a line at a time, which the terminal edits and echoes. */
  setRawMode(raw: boolean): this;
}

/** As readline emits it. */
export interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly sequence?: string;
}

/** After so much quiet, in milliseconds, nothing more is expected of a paste of several lines. */
export const QUIET_MS = 2000;

/** Both secret prompts say this: the first line of a multi-line paste need not be the secret. */
export const SEVERAL_LINES =
  'Several lines arrived at once, and nothing was taken. Copy the one line alone, and paste it again.';

/** The person leaves a question without an answer. */
export class Left extends Error {
  /**
   * Back: one step. Nowhere: the same, where there is nothing before. Pasted: digits and Enter in a
   * paste would choose something.
   */
  readonly how: 'back' | 'nowhere' | 'pasted';

  constructor(how: Left['how']) {
    super(how);
    this.how = how;
  }
}
