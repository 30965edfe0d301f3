/* oxlint-disable no-control-regex -- escape sequences are what is looked for */

/** The marks that a terminal puts around a paste if asked to. */
const PASTE_END = '\u001B[201~';
const PASTE_START = '\u001B[200~';

/**
 * A complete sequence that starts with an escape character: a control sequence (ECMA-48, 5.4; in
 * old mouse reports three bytes follow it), a string up to its end (OSC; DCS and APC as terminals
 * answer), a keypad key, or a key with Alt.
 */
const WHOLE =
  /^\u001B(?:\[M[^]{3}|\[(?!M)[0-?]*[ -/]*[@-~]|\]\d[^\u0007\u001B]*(?:\u0007|\u001B\\)|(?:P[\d>!?]|_G)[^\u001B]*\u001B\\|O[^]|[^[\]OP_\u001B])/u;

/** The beginning of such a sequence. */
const BEGUN =
  /^\u001B(?:\[M[^]{0,2}|\[[0-?]*[ -/]*|\](?:\d[^\u0007\u001B]*\u001B?)?|P(?:[\d>!?][^\u001B]*\u001B?)?|_(?:G[^\u001B]*\u001B?)?|O)?$/u;

/** The rest of a sequence whose escape character came alone and was taken for the Esc key. */
const TAIL = /^(?:\[[0-?]*[ -/]*[@-~]|O[A-Za-z]|\]\d[^\u0007\u001B]*(?:\u0007|\u001B\\))/u;

/**
 * What a terminal reports about itself and nobody types: strings (its colours, its name), device
 * attributes (`c`), modes and features (`y`, `u`, `S`), the cursor position (`R`), status (`n`),
 * its size (`t`), focus (`I`, `O`) and the mouse (`M`, `m`).
 */
const REPORT =
  /^\u001B(?:\]\d|P[\d>!?]|_G|\[[?>=][0-?]*[ -/]*[cnuyS]|\[\d+[\d;]*[nt]|\[\d+;\d+R|\[[IOM]|\[<[\d;]*[Mm]|\[\d+;\d+;\d+M)/u;

/**
 * Removes the terminal's reports from what was read: a late answer to a program that asked before
 * us must not become part of a secret. Sequences may arrive in parts. A marked paste stays
 * untouched.
 */
export class ReportFilter {
  #pending = '';
  #pasting = false;
  /** A single escape character was just passed on. */
  #escaped = false;

  /** A sequence has begun that may continue in the next read. */
  get isPending(): boolean {
    return this.#pending !== '';
  }

  /** A single escape character may be the Esc key, which must not wait long. */
  get mayBeEsc(): boolean {
    return this.#pending === '\u001B';
  }

  /** @returns the part that was typed. */
  take(read: string): string {
    let rest = this.#pending + read;
    this.#pending = '';
    if (this.#escaped) rest = rest.replace(TAIL, '');
    this.#escaped = false;
    let typed = '';
    while (rest !== '') {
      const next = this.#pasting ? endOfPaste(rest) : rest.indexOf('\u001B');
      typed += rest.slice(0, next < 0 ? rest.length : next);
      rest = next < 0 ? '' : rest.slice(next);
      if (rest === '') break;
      const [sequence] = WHOLE.exec(rest) ?? [];
      if (sequence === undefined && BEGUN.test(rest)) {
        this.#pending = rest;
        break;
      }
      // Anything else is a key, whatever follows it.
      const passed = sequence ?? '\u001B';
      if (!REPORT.test(passed)) typed += passed;
      if (passed === PASTE_START) this.#pasting = true;
      if (passed === PASTE_END) this.#pasting = false;
      rest = rest.slice(passed.length);
    }
    return typed;
  }

  /**
   * Nothing more came in time.
   *
   * @returns what the started sequence turns out to be: Esc, or nothing.
   */
  flush(): string {
    const begun = this.#pending;
    this.#pending = '';
    if (this.#pasting) return begun;
    this.#escaped = begun === '\u001B';
    return this.#escaped ? begun : '';
  }

  /** The time has passed in which a late rest of a sequence is recognised. */
  settle(): void {
    this.#escaped = false;
  }
}

/** Where the end mark of a paste begins, or may begin; -1 if everything is pasted. */
function endOfPaste(text: string): number {
  const whole = text.indexOf(PASTE_END);
  if (whole >= 0) return whole;
  for (let length = PASTE_END.length - 1; length > 0; length -= 1) {
    if (text.endsWith(PASTE_END.slice(0, length))) return text.length - length;
  }
  return -1;
}
