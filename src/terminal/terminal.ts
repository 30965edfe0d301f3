import type { Advice } from '../core/errors.js';
import { Interrupted } from '../core/errors.js';
import type { Interruption } from '../core/interruption.js';
import {
  BACK,
  type Back,
  type BackOption,
  type Choice,
  type Question,
  type Style,
  type Terminal,
} from '../core/ports.js';
import type { Block } from '../core/guide.js';
import { toScreen } from '../output/style.js';
import { Pasted, WentBack, type Key, type Prompts } from './prompts.js';

export interface TerminalOptions {
  /** Only asked for where questions may be asked. */
  readonly input: () => NodeJS.ReadStream;
  /** stderr: stdout is for the answer alone. So below. */
  readonly output: () => NodeJS.WriteStream;
  /** Prints a line, without any secret. */
  readonly say: (text: string) => void;
  /** May questions be asked? */
  readonly interactive: boolean;
  /** Line by line: nothing is redrawn and nothing moves. */
  readonly accessible: boolean;
  readonly style: Style;
  readonly interruption: Interruption;
  /** How advice looks; from `output/`, which alone knows. */
  readonly formatAdvice: (style: Style, mark: string, advice: Advice, margin?: string) => string;
  /** How a part of a guide looks; from there, too. */
  readonly formatPart: (style: Style, part: Block, margin: string) => string;
}

/** More than one key makes, and keys that have names are written with an escape character in front. */
// oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
const PASTED = /^[^\u001B\r\n]{4,}|^\u001B\[200~/u;

type MayGoBack = Partial<BackOption>;

const SPINNER = {
  unicode: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
  ascii: ['|', '/', '-', '\\'],
};
const SPINNER_STEP_MS = 80;

/** @returns the terminal, and `close`, which leaves the screen clean when a run is ended in the middle. */
export function createTerminal(options: TerminalOptions): Terminal & { close(): Promise<void> } {
  const { interactive, accessible, style, interruption } = options;
  /** What is on the screen and has to be taken off it again. */
  let asking: Promise<unknown> | undefined;
  let spinner: { start(): void; stop(): void } | undefined;

  const print = (text: string): void => {
    // A run that is being ended has nothing to say any more.
    if (interruption.signal.aborted) return;
    // A running spinner is drawn anew below.
    if (spinner) options.output().write('\r\u001B[2K');
    options.say(text);
  };
  const printIfInteractive = (text: string): void => {
    if (interactive) print(text);
  };

  const warn = (text: string): void => {
    const margin = interactive ? '  ' : '';
    print(style.paragraph(text, `${margin}  `, `${margin}${style.warning} `));
  };

  /**
   * Between the questions, what is typed is thrown away and not echoed: a secret pasted while
   * something is being checked must not stand on the screen. Ctrl-C and Ctrl-D still end the run.
   */
  const swallow = (typed: Buffer | string): void => {
    const keys = String(typed);
    if (keys.includes('\u0003') || keys.includes('\u0004')) interruption.raise(130);
  };
  let swallowing = false;
  function swallowInput(on: boolean): void {
    if (!interactive || swallowing === on) return;
    swallowing = on;
    const input = options.input();
    if (on) input.setRawMode(true).on('data', swallow).resume();
    else input.off('data', swallow);
  }

  /**
   * Asks with the terminal's own ways of ending handled: Ctrl-C, Ctrl-D, and its going away; and,
   * where `back` allows it, of leaving: Esc.
   */
  async function ask<T>(
    question: (prompts: Prompts) => Promise<T>,
    back: boolean | undefined,
    choosing = false,
  ): Promise<T | Back> {
    if (!interactive) throw new Error('a question was asked where none is allowed');
    const [ended, left] = [new AbortController(), new AbortController()];
    const end = (): void => ended.abort();
    let open = true;
    /**
     * Readline hands the terminal back to the shell at Ctrl-Z, and does not read on when the run goes
     * on. Where nobody can stop it (the program is alone in its session, as in a container), what is
     * typed next would be echoed. The second turn comes after readline has seen that it goes on.
     */
    const readOn = (): void => {
      setImmediate(() =>
        setImmediate(() => {
          if (open) options.input().setRawMode(true).resume();
        }),
      );
    };
    const onKey = (_: unknown, key: Key = {}): void => {
      if (key.ctrl && key.name === 'z') readOn();
      if (endsRun(key)) end();
      else if (back && !accessible && isBackKey(key)) left.abort(new WentBack());
    };
    const onData = (typed: Buffer | string): void => {
      if (PASTED.test(String(typed))) left.abort(new Pasted());
    };
    // What is going on may need an answer: a passphrase.
    spinner?.stop();
    swallowInput(false);
    const [input, output] = [options.input(), options.output()];
    input.on('keypress', onKey).once('end', end).once('close', end);
    // Before readline makes keys of it.
    if (choosing && !accessible) input.prependListener('data', onData);
    // It may have ended between two questions.
    if (input.readableEnded || input.destroyed) end();
    const signal = AbortSignal.any([ended.signal, interruption.signal, left.signal]);
    const promptOptions = { input, output, style, signal };
    // Loaded at the first question: scripts never need them.
    const prompts = accessible
      ? (await import('./line-prompts.js')).createLinePrompts(promptOptions)
      : (await import('./screen-prompts.js')).createScreenPrompts(promptOptions);
    try {
      const answer = question(prompts);
      asking = answer;
      const given = await answer;
      interruption.signal.throwIfAborted();
      return given;
    } catch (error) {
      interruption.signal.throwIfAborted();
      // By name: two copies of Inquirer's core may be installed.
      const name = error instanceof Error ? error.name : '';
      const stopped = /^(?:ExitPrompt|AbortPrompt|Abort)Error$/u.test(name);
      // If Esc and Ctrl-C arrive together, Ctrl-C wins.
      if (ended.signal.aborted && (stopped || error instanceof WentBack))
        throw new Interrupted(130);
      if (left.signal.reason instanceof WentBack || error instanceof WentBack) return BACK;
      left.signal.throwIfAborted();
      throw stopped ? new Interrupted(130) : error;
    } finally {
      open = false;
      input.off('keypress', onKey).off('data', onData).off('end', end).off('close', end);
      swallowInput(true);
      spinner?.start();
    }
  }

  function askText(question: Question): Promise<string>;
  function askText(question: Question & BackOption): Promise<string | Back>;
  function askText(question: Question & MayGoBack): Promise<string | Back> {
    return ask((prompts) => prompts.text(question), question.back);
  }

  function askSecret(question: Question): Promise<string>;
  function askSecret(question: Question & BackOption): Promise<string | Back>;
  function askSecret(question: Question & MayGoBack): Promise<string | Back> {
    return ask((prompts) => prompts.secret(question), question.back);
  }

  function confirm(question: string): Promise<boolean>;
  function confirm(question: string, asked: BackOption): Promise<boolean | Back>;
  function confirm(question: string, asked: MayGoBack = {}): Promise<boolean | Back> {
    return ask((prompts) => prompts.confirm(question, asked), asked.back);
  }

  function choose<Value>(question: string, choices: readonly Choice<Value>[]): Promise<Value>;
  function choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    asked: BackOption,
  ): Promise<Value | Back>;
  async function choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    asked: MayGoBack = {},
  ): Promise<Value | Back> {
    const all: readonly Choice<Value | Back>[] = asked.back
      ? [...choices, { value: BACK, label: 'Back' }]
      : choices;
    for (;;) {
      try {
        return await ask((prompts) => prompts.choose(question, all, asked), asked.back, true);
      } catch (error) {
        if (!(error instanceof Pasted)) throw error;
        warn('Nothing is to be typed here: what was pasted is not used. Choose first.');
      }
    }
  }

  async function spin<T>(text: () => string, work: () => Promise<T>): Promise<T> {
    const frames = style.unicode ? SPINNER.unicode : SPINNER.ascii;
    const output = options.output();
    // On one line: what is drawn on a second one could not be taken back.
    const room = (output.columns || 80) - 8;
    let frame = 0;
    const draw = (): void => {
      const now = toScreen(text());
      const line = now.length > room ? `${now.slice(0, room)}...` : now;
      const mark = toScreen(style.accent(frames[frame++ % frames.length] ?? ''));
      output.write(`\r  ${mark} ${line} `);
    };
    let timer: NodeJS.Timeout | undefined;
    spinner = {
      start() {
        // The cursor would blink behind the moving frame.
        output.write('\u001B[?25l');
        draw();
        timer = setInterval(draw, SPINNER_STEP_MS);
      },
      stop() {
        clearInterval(timer);
        output.write('\r\u001B[2K\u001B[?25h');
      },
    };
    spinner.start();
    try {
      return await work();
    } finally {
      stopSpinner();
    }
  }

  function stopSpinner(): void {
    spinner?.stop();
    spinner = undefined;
  }

  return {
    interactive,
    backKey: accessible ? '"back"' : 'Esc',
    title: (text) => printIfInteractive(style.bold(text)),
    step(number, of, title) {
      printIfInteractive(
        `\n${style.bold(`Step ${number} of ${of}`)}${style.dim(':')} ${style.bold(title)}`,
      );
    },
    explain: (text) => printIfInteractive(style.paragraph(text, '  ')),
    show(part) {
      // A message ends where it ends: nothing that follows is to be sent with it.
      const end = 'message' in part ? '\n' : '';
      printIfInteractive(`\n${options.formatPart(style, part, '  ')}${end}`);
    },
    done: (text) => printIfInteractive(style.paragraph(text, '    ', `  ${style.good} `)),
    problem: (advice) => printIfInteractive(options.formatAdvice(style, style.bad, advice, '  ')),
    note: (text) => print(style.paragraph(text, interactive ? '  ' : '')),
    warn,
    async during(text, work) {
      if (!interactive) return work();
      swallowInput(true);
      const line = typeof text === 'string' ? () => text : text;
      if (!accessible) return spin(line, work);
      print(`  ${line()} ...`);
      return work();
    },
    askText,
    askSecret,
    // Without a way back, it is never `BACK`.
    askPaste: (question) => ask((prompts) => prompts.paste(question), false) as Promise<string>,
    confirm,
    choose,
    async close() {
      stopSpinner();
      await asking?.catch(() => {});
      if (!interactive) return;
      swallowInput(false);
      options.input().setRawMode(false).pause();
    },
  };
}

/** Ctrl-C or Ctrl-D. What comes right after an Esc, readline takes for one key with it, without a name. */
function endsRun({ ctrl, name, sequence = '' }: Key): boolean {
  if (ctrl === true && (name === 'c' || name === 'd')) return true;
  return sequence.endsWith('\u0003') || sequence.endsWith('\u0004');
}

/** Esc; or Esc and Enter, so quickly that readline takes them for one: nobody else presses that. */
function isBackKey({ name, meta }: Key): boolean {
  return name === 'escape' || (meta === true && (name === 'return' || name === 'enter'));
}
