import { Automaton, NONE, START } from './automaton.js';

/** Replaces each redacted secret. */
export const REDACTED = '[redacted]';

/** Each automaton is at least this many times larger than the next. */
const RATIO = 4;

/**
 * Redacts words in texts. New words make a small automaton, which absorbs those that aren't much
 * larger. So n words make at most log₄(n) automata: a text doesn't take longer because of many
 * words, and no word is laid out more than a few times log₄(n).
 */
export class Redactor {
  readonly #known = new Set<string>();
  #waiting: string[] = [];
  /** The largest first. */
  readonly #automata: { readonly automaton: Automaton; readonly weight: number }[] = [];

  /** @param word a text that isn't empty. */
  add(word: string): void {
    if (this.#known.has(word)) return;
    this.#known.add(word);
    this.#waiting.push(word);
  }

  /**
   * Replaces each word in `text` with `[redacted]`. Words that overlap share one. A `[redacted]`
   * that is already in the text stays, even if it contains a word.
   */
  redact(text: string): string {
    this.#layOut();
    const longest = this.#longestEndings(text);
    return longest ? cover(text, longest) : text;
  }

  #layOut(): void {
    if (this.#waiting.length === 0) return;
    let words = this.#waiting;
    let weight = words.reduce((sum, { length }) => sum + length, 0);
    let last = this.#automata.pop();
    while (last && last.weight < RATIO * weight) {
      words = words.concat(last.automaton.words);
      weight += last.weight;
      last = this.#automata.pop();
    }
    if (last) this.#automata.push(last);
    this.#automata.push({ automaton: new Automaton(words), weight });
    this.#waiting = [];
  }

  /**
   * The length of the longest word by the index of its last character; undefined if there is no
   * word.
   */
  #longestEndings(text: string): Int32Array | undefined {
    let longest: Int32Array | undefined;
    for (const { automaton } of this.#automata) {
      let state = START;
      for (let index = 0; index < text.length; index += 1) {
        state = automaton.step(state, text.charCodeAt(index));
        const word = automaton.ending(state);
        if (word === NONE) continue;
        longest ??= new Int32Array(text.length);
        longest[index] = Math.max(longest[index] ?? 0, automaton.words[word]?.length ?? 0);
      }
    }
    return longest;
  }
}

function cover(text: string, longest: Int32Array): string {
  const runs: { start: number; readonly end: number }[] = [];
  // Go backwards, since a word is known by where it ends.
  for (let end = text.length; end > 0; end -= 1) {
    const length = longest[end - 1] ?? 0;
    if (length === 0 || isInMarker(text, end - length, end)) continue;
    const run = runs.at(-1);
    if (run && end > run.start) run.start = Math.min(run.start, end - length);
    else runs.push({ start: end - length, end });
  }
  let clean = '';
  let shown = 0;
  for (const { start, end } of runs.toReversed()) {
    clean += text.slice(shown, start) + REDACTED;
    shown = end;
  }
  return clean + text.slice(shown);
}

function isInMarker(text: string, start: number, end: number): boolean {
  return text.slice(Math.max(0, end - REDACTED.length), start + REDACTED.length).includes(REDACTED);
}
