/* oxlint-disable no-control-regex -- escape characters are what is looked for */
import { emitKeypressEvents, type Interface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Interruption } from '../core/interruption.js';
import { Abandoned, type Key, type KeyStream } from './prompts.js';
import { ReportFilter } from './reports.js';

/** For this long, an escape character may start a key's sequence. After that it's Esc. */
const ESCAPE_MS = 30;
/** For this long, the late rest of a sequence is dropped instead of taken for text. */
const TAIL_MS = 150;
/** The rest of a sequence may take this long if it can't be Esc any more. */
const SEQUENCE_MS = 500;
/** A paste without marks may pause this long. */
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
  /** Esc, if it leads nowhere and nothing typed would be lost. */
  | { readonly how: 'nowhere' }
  | { readonly how: 'pasted'; readonly text: string }
  | { readonly how: 'interrupted' };

export interface Listening {
  /** Esc may leave the question. */
  readonly back: boolean;
  /** It's a choice, so a paste is no answer. */
  readonly choosing: boolean;
  /** Esc ends the question even if it leads nowhere, so that the person can be told. */
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
    // Readline only reads this option. By then, the filter has already waited.
    emitKeypressEvents(this, { escapeCodeTimeout: 1 } as unknown as Interface);
  }

  setRawMode(on: boolean): this {
    this.#tty.setRawMode(on);
    return this;
  }

  /** Takes what was read from the terminal. */
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
    // Data is pushed as it arrives.
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    done(error);
  }
}

/**
 * The keyboard of a terminal. It recognises what ends the run, what goes back, and what is a paste.
 * Between questions, what is typed is dropped and not echoed: a secret that is pasted during a
 * check must not appear on the screen.
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

  /** Starts or stops dropping what is typed. Ctrl-C and Ctrl-D still end the run. */
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
   * Asks, and returns how it ended: answered, left with Esc or by a paste, or interrupted by
   * Ctrl-C, Ctrl-D or the end of the input.
   *
   * @throws {Interrupted} the run is to end. Other errors of `question` are passed on.
   */
  async ask<T>(
    question: (keys: KeyStream, signal: AbortSignal) => Promise<T>,
    { back, choosing, tellsEsc = false }: Listening,
  ): Promise<Ending<T>> {
    this.swallow(false);
    const keys = this.#open();
    const [ended, abandoned] = [new AbortController(), new AbortController()];
    const end = (): void => ended.abort();
    let open = true;
    let isTouched = false;
    let paste: Promise<string> | undefined;
    const onKey = (_: unknown, key: Key = {}): void => {
      if (key.ctrl && key.name === 'z') readOn(keys, () => open);
      if (endsRun(key)) end();
      else if (back && isBackKey(key)) abandoned.abort(new Abandoned('back'));
      else if (tellsEsc && !isTouched && isBackKey(key)) abandoned.abort(new Abandoned('nowhere'));
      else isTouched = true;
    };
    const onData = (typed: Buffer | string): void => {
      if (paste || !PASTED.test(String(typed))) return;
      paste = restOfPaste(keys, String(typed));
      abandoned.abort(new Abandoned('pasted'));
    };
    keys.on('keypress', onKey).once('end', end).once('close', end);
    // Before readline turns it into keys.
    if (choosing) keys.prependListener('data', onData);
    // It may have ended between two questions.
    if (keys.readableEnded || keys.destroyed) end();
    const signal = AbortSignal.any([ended.signal, this.#interruption.signal, abandoned.signal]);
    try {
      const value = await question(keys, signal);
      this.#interruption.signal.throwIfAborted();
      return { how: 'answered', value };
    } catch (error) {
      this.#interruption.signal.throwIfAborted();
      // By name, because two copies of Inquirer's core may be installed.
      const name = error instanceof Error ? error.name : '';
      const stopped = /^(?:ExitPrompt|AbortPrompt|Abort)Error$/u.test(name);
      if (!stopped && !(error instanceof Abandoned)) throw error;
      // If Esc and Ctrl-C arrive together, Ctrl-C wins.
      if (ended.signal.aborted) return { how: 'interrupted' };
      if (paste) {
        // The prompt has stopped reading, and the rest must not be echoed.
        keys.setRawMode(true).resume();
        return { how: 'pasted', text: await paste };
      }
      if (!(error instanceof Abandoned) && !abandoned.signal.aborted) return { how: 'interrupted' };
      const { how } = error instanceof Abandoned ? error : (abandoned.signal.reason as Abandoned);
      return { how: how === 'nowhere' ? how : 'back' };
    } finally {
      open = false;
      keys.off('keypress', onKey).off('data', onData).off('end', end).off('close', end);
      this.swallow(true);
    }
  }

  /** Restores the terminal. The next reader gets what is typed next. */
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
 * At Ctrl-Z, readline gives the terminal back to the shell, and doesn't read on when the run
 * continues. If nobody can stop the program (it's alone in its session, as in a container), the
 * terminal would echo what is typed next. The second turn comes after readline has noticed that the
 * run continues.
 */
function readOn(keys: KeyStream, isOpen: () => boolean): void {
  setImmediate(() =>
    setImmediate(() => {
      if (isOpen()) keys.setRawMode(true).resume();
    }),
  );
}

/**
 * Collects a whole paste without its marks: until its end mark, or until nothing comes for a
 * moment.
 */
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

/**
 * Ctrl-C or Ctrl-D. After an Esc, readline combines the next key with it into one key without a
 * name.
 */
function endsRun({ ctrl, name, sequence = '' }: Key): boolean {
  if (ctrl === true && (name === 'c' || name === 'd')) return true;
  return sequence.endsWith('\u0003') || sequence.endsWith('\u0004');
}

/**
 * Esc, or Esc and Enter so quickly that readline takes them for one key. Nobody presses that for
 * another reason.
 */
function isBackKey({ name, meta }: Key): boolean {
  return name === 'escape' || (meta === true && (name === 'return' || name === 'enter'));
}
