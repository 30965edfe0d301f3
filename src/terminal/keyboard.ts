/* oxlint-disable no-control-regex -- escape characters are what is looked for */
import { emitKeypressEvents, type Interface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Interruption } from '../core/interruption.js';
import { Left, type Key, type KeyStream } from './prompts.js';
import { ReportFilter } from './reports.js';

/** So long an escape character may be the start of a key's sequence; after it, it is Esc. */
const ESCAPE_MS = 30;
/** So long its rest may be late, and is then no text. */
const TAIL_MS = 150;
/** So long the rest of a sequence may take, once it cannot be Esc any more. */
const SEQUENCE_MS = 500;
/** So long a paste without marks may pause. */
const PASTE_PAUSE_MS = 50;

/**
 * Four or more printable characters at once: no single key sends that, and named keys start with an
 * escape character.
 */
const PASTED = /^[^\u001B\r\n]{4,}|^\u001B\[200~/u;
const PASTE_MARKS = /^\u001B\[200~|\u001B\[201~[^]*$/gu;

/** How a question ended. */
export type Ending<T> =
  | { readonly how: 'answered'; readonly value: T }
  | { readonly how: 'back' }
  /** Esc, where it leads nowhere and nothing was typed that would be lost. */
  | { readonly how: 'nowhere' }
  | { readonly how: 'pasted'; readonly text: string }
  | { readonly how: 'interrupted' };

export interface Listening {
  /** May the question be left with Esc? */
  readonly back: boolean;
  /** Is it a choice? Then a paste is no answer. */
  readonly choosing: boolean;
  /** Does Esc end a question that it leads back from nowhere, so that it can be said? */
  readonly tellsEsc?: boolean;
}

/** What is typed, as the questions read it. */
class Keys extends Readable implements KeyStream {
  readonly isTTY = true;
  readonly #tty: NodeJS.ReadStream;
  readonly #filter = new ReportFilter();
  readonly #decoder = new TextDecoder();
  #timer: NodeJS.Timeout | undefined;

  constructor(tty: NodeJS.ReadStream) {
    super();
    this.#tty = tty;
    // Readline looks at this option alone. The filter has waited by then.
    emitKeypressEvents(this, { escapeCodeTimeout: 1 } as unknown as Interface);
  }

  setRawMode(on: boolean): this {
    this.#tty.setRawMode(on);
    return this;
  }

  /** What was read from the terminal. */
  receive(read: Buffer | string): void {
    const text = typeof read === 'string' ? read : this.#decoder.decode(read, { stream: true });
    this.#pass(this.#filter.take(text));
    clearTimeout(this.#timer);
    if (!this.#filter.isPending) return;
    const wait = this.#filter.mayBeEsc ? ESCAPE_MS : SEQUENCE_MS;
    this.#timer = setTimeout(() => this.#flush(), wait);
  }

  #flush(): void {
    this.#pass(this.#filter.flush());
    this.#timer = setTimeout(() => this.#filter.settle(), TAIL_MS);
  }

  #pass(typed: string): void {
    if (typed !== '') this.push(typed);
  }

  override _read(): void {
    // It is pushed as it comes.
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    done(error);
  }
}

/**
 * The keyboard of a terminal: what ends the run, goes back or is a paste. Between the questions, what
 * is typed is thrown away and not echoed: a secret that is pasted while something is being checked
 * must not be on the screen.
 */
export class Keyboard {
  readonly #tty: () => NodeJS.ReadStream;
  readonly #interruption: Interruption;
  #keys: Keys | undefined;
  #swallowing = false;

  constructor(tty: () => NodeJS.ReadStream, interruption: Interruption) {
    this.#tty = tty;
    this.#interruption = interruption;
  }

  /** What is typed is thrown away from now on, or not any more. Ctrl-C and Ctrl-D end the run. */
  swallow(on: boolean): void {
    if (this.#swallowing === on) return;
    this.#swallowing = on;
    const keys = this.#open();
    if (on) keys.setRawMode(true).on('data', this.#heed).resume();
    else keys.off('data', this.#heed);
  }

  readonly #heed = (typed: Buffer | string): void => {
    const keys = String(typed);
    if (keys.includes('\u0003') || keys.includes('\u0004')) this.#interruption.raise(130);
  };

  /**
   * Asks, and finds how it ended: answered, left with Esc or by a paste, or interrupted by Ctrl-C,
   * Ctrl-D, or the end of the input.
   *
   * @throws {Interrupted} the run is to end. Other errors of `question` come through.
   */
  async ask<T>(
    question: (keys: KeyStream, signal: AbortSignal) => Promise<T>,
    { back, choosing, tellsEsc = false }: Listening,
  ): Promise<Ending<T>> {
    this.swallow(false);
    const keys = this.#open();
    const [ended, left] = [new AbortController(), new AbortController()];
    const end = (): void => ended.abort();
    let open = true;
    let isTouched = false;
    let paste: Promise<string> | undefined;
    const onKey = (_: unknown, key: Key = {}): void => {
      if (key.ctrl && key.name === 'z') readOn(keys, () => open);
      if (endsRun(key)) end();
      else if (back && isBackKey(key)) left.abort(new Left('back'));
      else if (tellsEsc && !isTouched && isBackKey(key)) left.abort(new Left('nowhere'));
      else isTouched = true;
    };
    const onData = (typed: Buffer | string): void => {
      if (paste || !PASTED.test(String(typed))) return;
      paste = restOfPaste(keys, String(typed));
      left.abort(new Left('pasted'));
    };
    keys.on('keypress', onKey).once('end', end).once('close', end);
    // Before readline makes keys of it.
    if (choosing) keys.prependListener('data', onData);
    // It may have ended between two questions.
    if (keys.readableEnded || keys.destroyed) end();
    const signal = AbortSignal.any([ended.signal, this.#interruption.signal, left.signal]);
    try {
      const value = await question(keys, signal);
      this.#interruption.signal.throwIfAborted();
      return { how: 'answered', value };
    } catch (error) {
      this.#interruption.signal.throwIfAborted();
      // By name: two copies of Inquirer's core may be installed.
      const name = error instanceof Error ? error.name : '';
      const stopped = /^(?:ExitPrompt|AbortPrompt|Abort)Error$/u.test(name);
      if (!stopped && !(error instanceof Left)) throw error;
      // If Esc and Ctrl-C arrive together, Ctrl-C wins.
      if (ended.signal.aborted) return { how: 'interrupted' };
      if (paste) {
        // The prompt has stopped reading by now, and its rest must not be echoed.
        keys.setRawMode(true).resume();
        return { how: 'pasted', text: await paste };
      }
      if (!(error instanceof Left) && !left.signal.aborted) return { how: 'interrupted' };
      const { how } = error instanceof Left ? error : (left.signal.reason as Left);
      return { how: how === 'nowhere' ? how : 'back' };
    } finally {
      open = false;
      keys.off('keypress', onKey).off('data', onData).off('end', end).off('close', end);
      this.swallow(true);
    }
  }

  /** Restores the terminal. Whoever reads next gets what is typed next. */
  close(): void {
    if (!this.#keys) return;
    this.swallow(false);
    const tty = this.#tty();
    tty.off('data', this.#pass).off('end', this.#end).off('close', this.#lose);
    tty.setRawMode(false).pause();
    this.#keys.destroy();
    this.#keys = undefined;
  }

  #open(): Keys {
    if (this.#keys) return this.#keys;
    const tty = this.#tty();
    const keys = new Keys(tty);
    this.#keys = keys;
    tty.on('data', this.#pass).once('end', this.#end).once('close', this.#lose);
    if (tty.readableEnded) this.#end();
    if (tty.destroyed) this.#lose();
    return keys;
  }

  readonly #pass = (read: Buffer | string): void => this.#keys?.receive(read);
  readonly #end = (): void => void this.#keys?.push(null);
  readonly #lose = (): void => void this.#keys?.destroy();
}

/**
 * Readline hands the terminal back to the shell at Ctrl-Z, and does not read on when the run goes on.
 * If nobody can stop it (the program is alone in its session, as in a container), what is typed next
 * would be echoed. The second turn comes after readline has seen that it goes on.
 */
function readOn(keys: KeyStream, isOpen: () => boolean): void {
  setImmediate(() =>
    setImmediate(() => {
      if (isOpen()) keys.setRawMode(true).resume();
    }),
  );
}

/** All of a paste, without its marks: until the mark at its end, or until nothing comes for a moment. */
function restOfPaste(keys: KeyStream, first: string): Promise<string> {
  return new Promise((resolve) => {
    let text = first;
    const marked = first.startsWith('\u001B[200~');
    const done = (): void => {
      clearTimeout(timer);
      keys.off('data', more);
      resolve(text.replaceAll(PASTE_MARKS, ''));
    };
    const timer = setTimeout(done, PASTE_PAUSE_MS);
    const more = (typed: Buffer | string): void => {
      text += String(typed);
      timer.refresh();
      if (marked && text.includes('\u001B[201~')) done();
    };
    if (marked && text.includes('\u001B[201~')) done();
    else keys.on('data', more);
  });
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
