import type { Advice } from '../core/errors.js';
import { Interrupted } from '../core/errors.js';
import type { Interruption } from '../core/interruption.js';
import type { Choice, Question, Style, Terminal } from '../core/ports.js';

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
}

/** The ways to ask: on a screen that is redrawn, or line by line. */
export interface Prompts {
  text(question: Question): Promise<string>;
  secret(question: Question): Promise<string>;
  confirm(question: string): Promise<boolean>;
  choose<Value>(question: string, choices: readonly Choice<Value>[]): Promise<Value>;
}

export interface PromptsOptions {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly style: Style;
  /** Ends the question at once, with the terminal as it was. */
  readonly signal: AbortSignal;
}

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

  /** Asks with the terminal's own ways of ending handled: Ctrl-C, Ctrl-D, and its going away. */
  async function ask<T>(question: (prompts: Prompts) => Promise<T>): Promise<T> {
    if (!interactive) throw new Error('a question was asked where none is allowed');
    const ended = new AbortController();
    const end = (): void => ended.abort();
    const onKey = (_: unknown, key: { ctrl?: boolean; name?: string } | undefined): void => {
      if (key?.ctrl && (key.name === 'd' || key.name === 'c')) end();
    };
    // What is going on may need an answer: a passphrase.
    spinner?.stop();
    swallowInput(false);
    const [input, output] = [options.input(), options.output()];
    input.on('keypress', onKey).once('end', end).once('close', end);
    const signal = AbortSignal.any([ended.signal, interruption.signal]);
    const promptOptions = { input, output, style, signal };
    // Loaded at the first question: scripts never need them.
    const prompts = accessible
      ? (await import('./line-prompts.js')).createLinePrompts(promptOptions)
      : (await import('./screen-prompts.js')).createScreenPrompts(promptOptions);
    try {
      const answer = question(prompts);
      asking = answer;
      return await answer;
    } catch (error) {
      interruption.signal.throwIfAborted();
      // By name: two copies of Inquirer's core may be installed.
      const name = error instanceof Error ? error.name : '';
      if (/^(?:ExitPrompt|AbortPrompt|Abort)Error$/u.test(name)) throw new Interrupted(130);
      throw error;
    } finally {
      input.off('keypress', onKey).off('end', end).off('close', end);
      swallowInput(true);
      spinner?.start();
    }
  }

  async function spin<T>(text: string, work: () => Promise<T>): Promise<T> {
    const frames = style.unicode ? SPINNER.unicode : SPINNER.ascii;
    const output = options.output();
    // On one line: what is drawn on a second one could not be taken back.
    const room = (output.columns || 80) - 8;
    const line = text.length > room ? `${text.slice(0, room)}...` : text;
    let frame = 0;
    const draw = (): void => {
      output.write(`\r  ${style.accent(frames[frame++ % frames.length] ?? '')} ${line} `);
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
    title: (text) => printIfInteractive(style.bold(text)),
    step(number, of, title) {
      printIfInteractive(
        `\n${style.bold(`Step ${number} of ${of}`)}${style.dim(':')} ${style.bold(title)}`,
      );
    },
    explain: (text) => printIfInteractive(style.paragraph(text, '  ')),
    done: (text) => printIfInteractive(style.paragraph(text, '    ', `  ${style.good} `)),
    problem: (advice) => printIfInteractive(options.formatAdvice(style, style.bad, advice, '  ')),
    tell: (text) => print(style.paragraph(text, interactive ? '  ' : '')),
    warn: (text) => {
      const margin = interactive ? '  ' : '';
      print(style.paragraph(text, `${margin}  `, `${margin}${style.warning} `));
    },
    async during(text, work) {
      if (!interactive) return work();
      swallowInput(true);
      if (!accessible) return spin(text, work);
      print(`  ${text} ...`);
      return work();
    },
    askText: (question) => ask((prompts) => prompts.text(question)),
    askSecret: (question) => ask((prompts) => prompts.secret(question)),
    confirm: (question) => ask((prompts) => prompts.confirm(question)),
    choose: (question, choices) => ask((prompts) => prompts.choose(question, choices)),
    async close() {
      stopSpinner();
      await asking?.catch(() => {});
      if (!interactive) return;
      swallowInput(false);
      options.input().setRawMode(false).pause();
    },
  };
}
