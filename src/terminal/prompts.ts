import type { BackOption, Choice, PasteQuestion, Question, Style } from '../core/ports.js';

type MayGoBack = Partial<BackOption>;

/** The ways to ask: on a screen that is redrawn, or line by line. */
export interface Prompts {
  text(question: Question & MayGoBack): Promise<string>;
  secret(question: Question & MayGoBack): Promise<string>;
  paste(question: PasteQuestion): Promise<string>;
  confirm(question: string, options?: MayGoBack): Promise<boolean>;
  choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    options?: MayGoBack,
  ): Promise<Value>;
}

export interface PromptsOptions {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly style: Style;
  /** Ends the question at once, with the terminal as it was. Its reason is a `WentBack` if it was left. */
  readonly signal: AbortSignal;
}

/** Tells the terminal to put marks around what is pasted, so that its line breaks are not taken for Enter. */
export const MARK_PASTES = { on: '\u001B[?2004h', off: '\u001B[?2004l' };

/** As readline emits it. */
export interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly sequence?: string;
}

/** Both secret prompts say this: the first line of a multi-line paste need not be the secret. */
export const SEVERAL_LINES =
  'Several lines arrived at once, and nothing was taken. Copy the one line alone, and paste it again.';

/** The person wants the step before this one. */
export class WentBack extends Error {}

/** Something was pasted where there is only something to choose: its digits and Enter would choose. */
export class Pasted extends Error {}
