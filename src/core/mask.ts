import { Automaton, NONE, START } from './automaton.js';
import { bytesOf, spellings } from './encoding.js';
import { REDACTED } from './redactor.js';
import { countCharacters, SHORTEST_SECRET } from './secret.js';

/**
 * A shorter secret may be part of a word, so it's masked only if no letter or digit is next to it.
 */
const SHORTEST_UNGUARDED = 8;

/** A shorter line of a secret (`}`, `-----`) reveals nothing and is common in output. */
const SHORTEST_LINE = 8;

/** A tail of this many bytes reveals too little of a secret to hold back a prompt. */
const LONGEST_RELEASED = 3;

/** What is masked in a program's output. */
export interface Mask {
  readonly automaton: Automaton;
  /** By word of the automaton: it's masked only if no letter or digit is next to it. */
  readonly guarded: readonly boolean[];
  /** A secret has 4 to 7 characters, so it's guarded. */
  readonly hasShort: boolean;
  /** A secret has fewer than 4 characters, so it isn't masked. */
  readonly hasTooShort: boolean;
}

/** @param secrets a credential's secrets, and the pairs that it is sent as. */
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

/** Includes other line ends, and base64 wrapped as `openssl` and `base64` do. */
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

/** The most bytes that UTF-8 uses for a character. */
const LONGEST_CHARACTER = 4;

/**
 * Replaces what a mask covers in a stream of bytes with `[redacted]` and changes nothing else.
 * Overlapping secrets become one `[redacted]`. It only holds back the longest tail that begins a
 * secret, and the character after a secret of fewer than 8 characters.
 */
export class MaskFilter {
  readonly #mask: Mask;
  #state = START;
  /** The last bytes that were read, and the offset of the first of them. */
  #bytes = new Uint8Array();
  #from = 0;
  /** Stream offsets: everything before them was read, written, or covered by a `[redacted]`. */
  #read = 0;
  #written = 0;
  #redacted = 0;
  #covered: Range[] = [];
  /** Covered unless a letter or digit follows. */
  #undecided: Range[] = [];

  constructor(mask: Mask) {
    this.#mask = mask;
  }

  /** Something was redacted. */
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

  /** For a pause in the stream. @returns the tail if it's short enough to be shown. */
  release(): Uint8Array {
    const { automaton } = this.#mask;
    const isShort = automaton.depth(this.#state) <= LONGEST_RELEASED;
    return isShort && this.#undecided.length === 0 ? this.#pass(this.#read) : new Uint8Array();
  }

  /** @returns the rest. */
  end(): Uint8Array {
    this.#decide(true);
    return this.#pass(this.#read);
  }

  /** Records the secrets that end with the last byte. */
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

  /** Everything before `settled`, and the marker for a secret that begins there. */
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

  /** The bytes that aren't written yet, up to `end`. */
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

  /** Undefined until the whole character is read. */
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

/** Invalid UTF-8 becomes U+FFFD, which is not a letter. */
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
