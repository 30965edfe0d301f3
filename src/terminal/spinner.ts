import { toScreen, type Style } from '../output/style.js';

const FRAMES = {
  unicode: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
  ascii: ['|', '/', '-', '\\'],
};
const STEP_MS = 80;
const CLEAR_LINE = '\r\u001B[2K';
const CURSOR = { hide: '\u001B[?25l', show: '\u001B[?25h' };

/** Shows that something is going on: a line that moves, and makes room for a question. */
export class Spinner {
  readonly #output: () => NodeJS.WriteStream;
  readonly #style: Style;
  /** Returns what is going on. It's called each time the line is drawn. */
  #line: (() => string) | undefined;
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(output: () => NodeJS.WriteStream, style: Style) {
    this.#output = output;
    this.#style = style;
  }

  start(line: () => string): void {
    this.#line = line;
    this.resume();
  }

  /** Removes it from the screen. */
  stop(): void {
    this.pause();
    this.#line = undefined;
  }

  pause(): void {
    if (this.#line === undefined) return;
    clearInterval(this.#timer);
    this.#output().write(`${CLEAR_LINE}${CURSOR.show}`);
  }

  resume(): void {
    if (this.#line === undefined) return;
    // Otherwise the cursor would blink after the moving frame.
    this.#output().write(CURSOR.hide);
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), STEP_MS);
  }

  /** Makes room for a printed line. The spinner is drawn again below it. */
  giveWay(): void {
    if (this.#line !== undefined) this.#output().write(CLEAR_LINE);
  }

  #draw(): void {
    const frames = this.#style.unicode ? FRAMES.unicode : FRAMES.ascii;
    const mark = this.#style.accent(frames[this.#frame++ % frames.length] ?? '');
    // It has to fit on one line, because a second line couldn't be removed.
    const room = (this.#output().columns || 80) - 8;
    const now = toScreen(this.#line?.() ?? '');
    const line = now.length > room ? `${now.slice(0, room).replace(/[\s;,]*\S*$/u, '')}...` : now;
    this.#output().write(`\r  ${toScreen(mark)} ${line} `);
  }
}
