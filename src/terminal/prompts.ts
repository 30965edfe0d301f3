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

/** Why this many can't be ticked; undefined if they can. */
export function refuseTicks(count: number, most: number): string | undefined {
  return count > most ? `At most ${most} can be ticked.` : undefined;
}

export interface ChooseOptions extends MayGoBack {
  /** A paste is accepted instead of a choice. */
  readonly paste?: boolean | undefined;
}

export interface PromptsOptions {
  readonly input: KeyStream;
  readonly output: NodeJS.WriteStream;
  readonly style: Style;
  /**
   * Ends the question at once and restores the terminal. If its reason is an `Abandoned`, the question is
   * removed from the screen.
   */
  readonly signal: AbortSignal;
}

/** Tells the terminal to mark pastes, so that their line breaks aren't taken for Enter. */
export const MARK_PASTES = { on: '\u001B[?2004h', off: '\u001B[?2004l' };

/** What is typed, and the switch for how the terminal reads it. */
export interface KeyStream extends Readable {
  /**
   * In raw mode, each key arrives as it's pressed, without an echo. Otherwise the terminal edits
   * and echoes whole lines.
   */
  setRawMode(raw: boolean): this;
}

/** A key as readline emits it. */
export interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly sequence?: string;
}

/** In milliseconds. After this much silence, no more is expected of a paste of several lines. */
export const QUIET_MS = 2000;

/** Both secret prompts say this: the first line of a multi-line paste need not be the secret. */
export const SEVERAL_LINES =
  'Several lines arrived at once, and nothing was taken. Copy only the one line, and paste it again.';

/** The person leaves a question without an answer. */
export class Abandoned extends Error {
  /**
   * `back`: one step back. `nowhere`: the same, but there is no earlier step. `pasted`: something
   * was pasted, and its digits and Enter must not choose anything.
   */
  readonly how: 'back' | 'nowhere' | 'pasted';

  constructor(how: Abandoned['how']) {
    super(how);
    this.how = how;
  }
}
