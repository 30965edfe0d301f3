/** No such node, or no such word. */
export const NONE = -1;

/** The state before the first symbol. */
export const START = 0;

/**
 * Finds many words at once in a sequence of symbols (Aho and Corasick, "Efficient string matching",
 * 1975). The time is linear in the sequence's length, however many words there are and however they
 * overlap. A symbol is a result of `charCodeAt`: a UTF-16 unit, or a byte if the words are strings
 * of bytes.
 *
 * The trie's nodes are stored breadth first in flat arrays, 14 bytes each. The children of a node
 * are neighbours, sorted by symbol. Maps and objects take ten times as much memory.
 */
export class Automaton {
  /** Sorted by their symbols. Elsewhere a word is an index into this list. */
  readonly words: readonly string[];
  /** By word: the longest other word that ends wherever this one does. */
  readonly #shorter: Int32Array;
  /** By node: the symbol that leads there. */
  readonly #symbol: Uint16Array;
  /** By node: its first child. Its children end where those of the next node begin. */
  readonly #children: Int32Array;
  /** By node: the node of its longest proper suffix that begins a word. */
  readonly #suffix: Int32Array;
  /** By node: the longest word that ends there. */
  readonly #ending: Int32Array;
  /** By depth: its first node. */
  readonly #levels: number[] = [];

  constructor(words: Iterable<string>) {
    // Without a comparator, `toSorted` orders strings by their UTF-16 units.
    this.words = Array.from(new Set(words)).toSorted();
    const size = countNodes(this.words);
    this.#shorter = new Int32Array(this.words.length).fill(NONE);
    this.#symbol = new Uint16Array(size);
    this.#children = new Int32Array(size + 1).fill(size);
    this.#suffix = new Int32Array(size);
    this.#ending = new Int32Array(size).fill(NONE);
    this.#build(size);
  }

  #build(size: number): void {
    const { words } = this;
    // By node: the range of words that begin with it.
    const from = new Int32Array(size);
    const to = new Int32Array(size);
    to[START] = words.length;
    let next = 1;
    for (let node = START, depth = 0; node < size; depth += 1) {
      this.#levels.push(node);
      for (const end = next; node < end; node += 1) {
        this.#children[node] = next;
        let word = at(from, node);
        // A word that ends here comes before the words that continue.
        if (words[word]?.length === depth) word += 1;
        while (word < at(to, node)) {
          const symbol = words[word]?.charCodeAt(depth) ?? 0;
          this.#append(next, node, symbol, words[word]?.length === depth + 1 ? word : NONE);
          from[next] = word;
          while (word < at(to, node) && words[word]?.charCodeAt(depth) === symbol) word += 1;
          to[next] = word;
          next += 1;
        }
      }
    }
  }

  /** Requires that all nodes of a lower depth are complete. */
  #append(node: number, parent: number, symbol: number, word: number): void {
    const suffix = parent === START ? START : this.step(at(this.#suffix, parent), symbol);
    const ending = at(this.#ending, suffix);
    this.#symbol[node] = symbol;
    this.#suffix[node] = suffix;
    this.#ending[node] = word === NONE ? ending : word;
    if (word !== NONE) this.#shorter[word] = ending;
  }

  /** The state that follows `state` after `symbol`. */
  step(state: number, symbol: number): number {
    for (let node = state; ; node = at(this.#suffix, node)) {
      const child = this.#childOf(node, symbol);
      if (child !== NONE) return child;
      if (node === START) return START;
    }
  }

  #childOf(node: number, symbol: number): number {
    let low = at(this.#children, node);
    let high = at(this.#children, node + 1);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = at(this.#symbol, middle);
      if (there === symbol) return middle;
      if (there < symbol) low = middle + 1;
      else high = middle;
    }
    return NONE;
  }

  /** The longest word that ends in this state, or `NONE`. */
  ending(state: number): number {
    return at(this.#ending, state);
  }

  /** The next shorter word that ends where `word` does, or `NONE`. */
  shorter(word: number): number {
    return at(this.#shorter, word);
  }

  /** How many of the last symbols are the beginning of a word. */
  depth(state: number): number {
    let low = 0;
    let high = this.#levels.length;
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if ((this.#levels[middle] ?? 0) <= state) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** The value at an index that is known to be inside the array. */
function at(array: Int32Array | Uint16Array, index: number): number {
  return array[index] ?? 0;
}

/** The root, plus, for each word, the part that it doesn't share with the word before it. */
function countNodes(sorted: readonly string[]): number {
  let nodes = 1;
  let before = '';
  for (const word of sorted) {
    let shared = 0;
    while (shared < before.length && before.charCodeAt(shared) === word.charCodeAt(shared)) {
      shared += 1;
    }
    nodes += word.length - shared;
    before = word;
  }
  return nodes;
}
