import { Interrupted } from '../core/errors.js';
import type { Interruption } from '../core/interruption.js';
import {
  BACK,
  type Back,
  type BackOption,
  type Choice,
  type PasteOption,
  type PasteQuestion,
  type Question,
  type Terminal,
  type TickOptions,
} from '../core/ports.js';
import { isSealedText } from '../core/sealed/text.js';
import { Secret } from '../core/secret.js';
import { partText } from '../output/guide.js';
import { formatAdvice, type Style } from '../output/style.js';
import type { Ending, Keyboard, Listening } from './keyboard.js';
import { SEVERAL_LINES, type KeyStream, type MayGoBack, type Prompts } from './prompts.js';
import { Spinner } from './spinner.js';

export interface TerminalOptions {
  /** Only called if questions may be asked. */
  readonly input: () => NodeJS.ReadStream;
  /** stderr, because stdout is for the result alone. */
  readonly output: () => NodeJS.WriteStream;
  /** Prints a line. It must not contain a secret. */
  readonly say: (text: string) => void;
  /** Questions may be asked. */
  readonly interactive: boolean;
  /** Works line by line. Nothing is redrawn and nothing moves. */
  readonly accessible: boolean;
  readonly style: Style;
  readonly interruption: Interruption;
}

const NOT_TYPED = 'Choose first. What you pasted was not used.';
const NOWHERE = 'There is nothing to go back to. Ctrl-C stops.';

export interface OpenTerminal extends Terminal {
  /** Makes room for something that is printed elsewhere while the spinner runs. */
  giveWay(): void;
  /** Leaves the screen clean, even if the run ends in the middle. */
  close(): Promise<void>;
}

export function createTerminal(options: TerminalOptions): OpenTerminal {
  const { interactive, accessible, style, interruption } = options;
  const spinner = new Spinner(options.output, style);
  /** The question that is on the screen. */
  let asking: Promise<unknown> | undefined;
  let keyboard: Promise<Keyboard> | undefined;
  /** Loaded for a person only, like the prompts. Scripts never need it. */
  const openKeyboard = (): Promise<Keyboard> => {
    keyboard ??= import('./keyboard.js').then((loaded) => {
      return new loaded.Keyboard(options.input, interruption);
    });
    return keyboard;
  };

  const print = (text: string): void => {
    // A run that is being ended prints nothing more.
    if (interruption.signal.aborted) return;
    spinner.giveWay();
    options.say(text);
  };
  const printIfInteractive = (text: string): void => {
    if (interactive) print(text);
  };

  const warn = (text: string): void => {
    const margin = interactive ? '  ' : '';
    print(style.paragraph(text, `${margin}  `, `${margin}${style.warning} `));
  };

  async function ask<T>(
    question: (prompts: Prompts) => Promise<T>,
    { back, choosing }: Partial<Listening>,
  ): Promise<Exclude<Ending<T>, { readonly how: 'nowhere' }>> {
    if (!interactive) throw new Error('a question was asked where none is allowed');
    // The work under way may need an answer, such as a passphrase.
    spinner.pause();
    const listening = {
      back: back === true && !accessible,
      choosing: !!choosing && !accessible,
    };
    try {
      const keys = await openKeyboard();
      const put = async (input: KeyStream, signal: AbortSignal): Promise<T> => {
        const promptOptions = { input, output: options.output(), style, signal };
        const prompts = accessible
          ? (await import('./line-prompts.js')).createLinePrompts(promptOptions)
          : (await import('./screen-prompts.js')).createScreenPrompts(promptOptions);
        const asked = question(prompts);
        asking = asked;
        return asked;
      };
      // Telling it once is enough.
      for (let tellsEsc = back !== true && !accessible; ; tellsEsc = false) {
        const ending = await keys.ask(put, { ...listening, tellsEsc });
        if (ending.how !== 'nowhere') return ending;
        warn(NOWHERE);
      }
    } finally {
      spinner.resume();
    }
  }

  /** Asks a question that a paste can't leave. */
  async function answer<T>(
    question: (prompts: Prompts) => Promise<T>,
    { back }: MayGoBack = {},
  ): Promise<T | Back> {
    const ending = await ask(question, { ...(back !== undefined && { back }) });
    if (ending.how === 'answered') return ending.value;
    if (ending.how === 'back') return BACK;
    throw new Interrupted(130);
  }

  function askText(question: Question): Promise<string>;
  function askText(question: Question & BackOption): Promise<string | Back>;
  function askText(question: Question & MayGoBack): Promise<string | Back> {
    return answer((prompts) => prompts.text(question), question);
  }

  function askSecret(question: Question): Promise<string>;
  function askSecret(question: Question & BackOption): Promise<string | Back>;
  function askSecret(question: Question & MayGoBack): Promise<string | Back> {
    return answer((prompts) => prompts.secret(question), question);
  }

  async function askPaste(question: PasteQuestion): Promise<string> {
    const ending = await ask((prompts) => prompts.paste(question), {});
    if (ending.how === 'answered') return ending.value;
    throw new Interrupted(130);
  }

  function confirm(question: string): Promise<boolean>;
  function confirm(question: string, asked: BackOption): Promise<boolean | Back>;
  function confirm(question: string, asked: MayGoBack = {}): Promise<boolean | Back> {
    return answer((prompts) => prompts.confirm(question, asked), asked);
  }

  function choose<Value>(question: string, choices: readonly Choice<Value>[]): Promise<Value>;
  function choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    asked: BackOption,
  ): Promise<Value | Back>;
  function choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    asked: BackOption & PasteOption,
  ): Promise<Value | Back | Secret>;
  async function choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    asked: MayGoBack & Partial<PasteOption> = {},
  ): Promise<Value | Back | Secret> {
    const all: readonly Choice<Value | Back>[] = asked.back
      ? [...choices, { value: BACK, label: 'Back' }]
      : choices;
    for (;;) {
      const ending = await ask((prompts) => prompts.choose(question, all, asked), {
        ...asked,
        choosing: true,
      });
      if (ending.how === 'answered') return ending.value;
      if (ending.how === 'back') return BACK;
      if (ending.how === 'interrupted') throw new Interrupted(130);
      const pasted = ending.text.trim();
      if (!asked.paste) {
        warn(NOT_TYPED);
      } else if (/[\r\n]/u.test(pasted) && !isSealedText(pasted)) {
        warn(SEVERAL_LINES);
      } else {
        return new Secret(pasted);
      }
    }
  }

  async function tick<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    asked: TickOptions & BackOption,
  ): Promise<readonly Value[] | Back> {
    for (;;) {
      const ending = await ask((prompts) => prompts.tick(question, choices, asked), {
        back: asked.back,
        choosing: true,
      });
      if (ending.how === 'answered') return ending.value;
      if (ending.how === 'back') return BACK;
      if (ending.how === 'interrupted') throw new Interrupted(130);
      warn(NOT_TYPED);
    }
  }

  return {
    interactive,
    backKey: accessible ? '"back"' : 'Esc',
    title: (text) => printIfInteractive(style.bold(text)),
    step(number, of, title) {
      const head = `${style.bold(`Step ${number} of ${of}`)}${style.dim(':')} ${style.bold(title)}`;
      printIfInteractive(style.paragraph(head, '  ', '\n'));
    },
    explain: (text) => printIfInteractive(style.paragraph(text, '  ')),
    show(part) {
      // A blank line after a message, because nothing that follows belongs to it.
      const end = 'message' in part ? '\n' : '';
      // A message has no margin, so that it can be copied with the mouse.
      printIfInteractive(`\n${partText(style, part, '  ', '')}${end}`);
    },
    done: (text) => printIfInteractive(style.paragraph(text, '    ', `  ${style.good} `)),
    // The next question asks again anyway, so nobody has to run anything.
    problem: (advice) =>
      printIfInteractive(formatAdvice(style, style.bad, { ...advice, again: undefined }, '  ')),
    note: (text) => print(style.paragraph(text, interactive ? '  ' : '')),
    warn,
    async during(text, work) {
      if (!interactive) return work();
      const line = typeof text === 'string' ? () => text : text;
      if (accessible) print(style.paragraph(`${line()} ...`, '  '));
      else spinner.start(line);
      try {
        (await openKeyboard()).swallow(true);
        return await work();
      } finally {
        spinner.stop();
      }
    },
    askText,
    askSecret,
    askPaste,
    confirm,
    choose,
    tick,
    giveWay: () => spinner.giveWay(),
    async close() {
      spinner.stop();
      await asking?.catch(() => {});
      (await keyboard)?.close();
    },
  };
}
