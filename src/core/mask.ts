import { Automaton, NONE, START } from './automaton.js';
import { bytesOf, spellings } from './encoding.js';
import { REDACTED } from './redactor.js';
import { countCharacters, SHORTEST_SECRET } from './secret.js';

/** A shorter secret may be a part of a word: it is masked only if no letter or digit is beside it. */
const SHORTEST_UNGUARDED = 8;

/** A shorter line of a secret (`}`, `-----`) tells nothing of it, and is in many outputs. */
const SHORTEST_LINE = 8;

/** A tail of so many bytes tells too little of a secret to keep a prompt from the screen. */
const LONGEST_RELEASED = 3;

/** What is masked in the streams of one program. */
export interface Mask {
  readonly automaton: Automaton;
  /** By word of the automaton: is it masked only if no letter or digit is beside it? */
  readonly guarded: readonly boolean[];
  /** Is there a secret of 4 to 7 characters, which is guarded? */
  readonly hasShort: boolean;
  /** Is there a secret under 4 characters, which is not masked? */
  readonly hasTooShort: boolean;
}

/** @param secrets of a credential, and the pairs that it is sent as. */
export function createMask(secrets: Iterable<string>): Mask {
  const words = new Map<string, boolean>();
  const lengths = Array.from(secrets, (secret) => ({ secret, length: countCharacters(secret) }));
  for (const { secret, length } of lengths) {
    if (length < SHORTEST_SECRET) continue;
    const guarded = length < SHORTEST_UNGUARDED;
    for (const spelling of new Set([secret, ...linesOf(secret)].flatMap(spellingsOf))) {
      const word = bytesOf(spelling);
      words.set(word, guarded && words.get(word) !== false);
    }
  }
  const automaton = new Automaton(words.keys());
  return {
    automaton,
    guarded: automaton.words.map((word) => words.get(word) === true),
    hasShort: lengths.some(
      ({ length }) => length >= SHORTEST_SECRET && length < SHORTEST_UNGUARDED,
    ),
    hasTooShort: lengths.some(({ length }) => length > 0 && length < SHORTEST_SECRET),
  };
}

function linesOf(secret: string): string[] {
  const lines = secret.split(/\r\n|\r|\n/u);
  return lines.length === 1 ? [] : lines.filter((line) => countCharacters(line) >= SHORTEST_LINE);
}

/** Also with the other line ends, and base64 as `openssl` and `base64` break it. */
function spellingsOf(text: string): string[] {
  const unix = text.replaceAll('\r\n', '\n');
  const texts = [text, unix, unix.replaceAll('\n', '\r\n')];
  const forms = texts.flatMap((each) => Array.from(spellings(each)));
  return forms.flatMap((form) => [form, broken(form, 64), broken(form, 76)]);
}

function broken(text: string, width: number): string {
  return /^[\w+/=-]+$/u.test(text)
    ? text.replaceAll(new RegExp(`.{${width}}(?=.)`, 'gu'), '$&\n')
    : text;
}

/** Offsets in the stream. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** UTF-8 takes at most so many bytes for a character. */
const LONGEST_CHARACTER = 4;

/**
 * Writes `[redacted]` for what a mask covers in a stream of bytes, one for secrets that overlap, and
 * changes nothing else. It holds back only the longest tail that begins a secret; behind a secret of
 * less than 8 characters, the next character too.
 */
export class MaskFilter {
  readonly #mask: Mask;
  #state = START;
  /** The last bytes that were read, and the offset of the first of them. */
  #bytes = new Uint8Array();
  #from = 0;
  /** Offsets: what stands before them was read, written, is behind a `[redacted]`. */
  #read = 0;
  #written = 0;
  #redacted = 0;
  #covered: Range[] = [];
  /** Covered, unless a letter or digit follows. */
  #undecided: Range[] = [];

  constructor(mask: Mask) {
    this.#mask = mask;
  }

  /** Was anything redacted? */
  get hasRedacted(): boolean {
    return this.#redacted > 0;
  }

  /** @returns what can be written. */
  write(chunk: Uint8Array): Uint8Array {
    this.#bytes = concat([this.#bytes, chunk]);
    for (const byte of chunk) {
      this.#state = this.#mask.automaton.step(this.#state, byte);
      this.#read += 1;
      this.#find();
    }
    this.#decide(false);
    const open = this.#read - this.#mask.automaton.depth(this.#state);
    const settled = Math.min(open, ...this.#undecided.map(({ start }) => start));
    const passed = this.#pass(settled);
    const from = Math.max(this.#from, settled - LONGEST_CHARACTER);
    this.#bytes = this.#bytes.slice(from - this.#from);
    this.#from = from;
    return passed;
  }

  /** When nothing has come for a while: @returns the tail, if it is so short that it may go. */
  release(): Uint8Array {
    const { automaton } = this.#mask;
    const isShort = automaton.depth(this.#state) <= LONGEST_RELEASED;
    return isShort && this.#undecided.length === 0 ? this.#pass(this.#read) : new Uint8Array();
  }

  /** @returns what is left. */
  end(): Uint8Array {
    this.#decide(true);
    return this.#pass(this.#read);
  }

  /** The secrets that end with the last byte. */
  #find(): void {
    const { automaton, guarded } = this.#mask;
    const end = this.#read;
    let word = automaton.ending(this.#state);
    for (; word !== NONE; word = automaton.shorter(word)) {
      const start = end - (automaton.words[word]?.length ?? 0);
      if (guarded[word] !== true) {
        // It covers the shorter ones.
        this.#covered.push({ start, end });
        return;
      }
      if (!isWordCharacter(this.#characterBefore(start))) this.#undecided.push({ start, end });
    }
  }

  #decide(ended: boolean): void {
    const undecided = this.#undecided;
    this.#undecided = [];
    for (const range of undecided) {
      const next = this.#characterAt(range.end);
      if (next === undefined && !ended) this.#undecided.push(range);
      else if (!isWordCharacter(next)) this.#covered.push(range);
    }
  }

  /** Everything before `settled`, and the marker of what begins there. */
  #pass(settled: number): Uint8Array {
    const parts: Uint8Array[] = [];
    const covered = this.#covered.toSorted((a, b) => a.start - b.start);
    this.#covered = covered.filter(({ start }) => start > settled);
    for (const { start, end } of covered) {
      if (start > settled) break;
      if (start >= this.#redacted) parts.push(this.#slice(start), MARKER);
      this.#redacted = Math.max(this.#redacted, end);
      this.#written = Math.max(this.#written, end);
    }
    parts.push(this.#slice(settled));
    this.#written = Math.max(this.#written, settled);
    return concat(parts);
  }

  /** From what is written up to `end`. */
  #slice(end: number): Uint8Array {
    return this.#bytes.subarray(
      this.#written - this.#from,
      Math.max(this.#written, end) - this.#from,
    );
  }

  #characterBefore(offset: number): string | undefined {
    const end = offset - this.#from;
    let start = end - 1;
    while (start > end - LONGEST_CHARACTER && isContinuation(this.#bytes[start])) start -= 1;
    return decode(this.#bytes.subarray(Math.max(0, start), end));
  }

  /** Undefined while not all of it was read. */
  #characterAt(offset: number): string | undefined {
    const bytes = this.#bytes.subarray(
      offset - this.#from,
      offset - this.#from + LONGEST_CHARACTER,
    );
    const [first] = bytes;
    if (first === undefined) return undefined;
    const length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const known = bytes.subarray(0, length);
    return known.length < length ? undefined : decode(known);
  }
}

const MARKER = new TextEncoder().encode(REDACTED);

function isContinuation(byte = 0): boolean {
  return (byte & 0xc0) === 0x80;
}

/** Bytes that are no text are no letter either. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function isWordCharacter(character = ''): boolean {
  return /^[\p{L}\p{N}]/u.test(character);
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
