import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REDACTED, Redactor } from '../../src/core/redactor.js';

function redactor(...words: readonly string[]): Redactor {
  const made = new Redactor();
  for (const word of words) made.add(word);
  return made;
}

describe('redacting', () => {
  it.each<[string, string[], string, string]>([
    ['a word', ['walrus'], 'a walrus!', 'a [redacted]!'],
    ['a word at both ends', ['walrus'], 'walrus walrus', '[redacted] [redacted]'],
    ['words beside each other', ['walrus'], 'walruswalrus', '[redacted][redacted]'],
    ['the longer of two', ['walrus', 'walrus-tusk'], 'a walrus-tusk', 'a [redacted]'],
    ['a word inside another', ['alru', 'walrus'], 'a walrus', 'a [redacted]'],
    ['words that overlap', ['abcd', 'cdef', 'efgh'], '-abcdefgh-', '-[redacted]-'],
    ['a word that overlaps itself', ['aaaa'], 'aaaaaaa b aaa', '[redacted] b aaa'],
    [
      'a word where a longer one breaks off',
      ['abcdxyz', 'bcd'],
      'abcdabcd',
      'a[redacted]a[redacted]',
    ],
    ['a word of the marker', ['redact'], 'redact [redact]', '[redacted] [[redacted]]'],
    ['no part of a marker', ['redact', '[redacted]'], 'a [redacted] b', 'a [redacted] b'],
    ['a word that is more than a marker', ['x[redacted]'], 'x[redacted]', '[redacted]'],
    ['no half of a word', ['walrus'], 'a walru s', 'a walru s'],
    ['nothing in an empty text', ['walrus'], '', ''],
    ['no half of a surrogate pair', ['🔑ab'], '\uDD11ab 🔑ab', '\uDD11ab [redacted]'],
  ])('covers %s', (_, words, text, clean) => {
    expect(redactor(...words).redact(text)).toBe(clean);
  });

  it('covers every character of every word, overlapping words once, and changes nothing else', () => {
    fc.assert(
      fc.property(fc.array(wordOf('ab[e'), { maxLength: 12 }), textOf('ab[e'), (words, text) => {
        expect(redactor(...words).redact(text)).toBe(redactSlowly(words, text));
      }),
      { numRuns: 2000 },
    );
  });

  it('does the same if the words are added one by one', () => {
    fc.assert(
      fc.property(fc.array(wordOf('abc'), { maxLength: 40 }), textOf('abc'), (words, text) => {
        const growing = new Redactor();
        for (const [index, word] of words.entries()) {
          growing.add(word);
          expect(growing.redact(text)).toBe(redactSlowly(words.slice(0, index + 1), text));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('changes nothing the second time', () => {
    // Text beside a marker must not form a word with it.
    const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1 }));
    fc.assert(
      fc.property(words, textOf('ab'), (all, text) => {
        const once = redactor(...all).redact(text);
        expect(redactor(...all).redact(once)).toBe(once);
      }),
    );
  });

  it('is fast if a long word almost occurs everywhere', () => {
    const words = [`${'a'.repeat(20_000)}b`, `${'a'.repeat(10_000)}c`];
    const text = 'a'.repeat(2_000_000);
    expect(redactor(...words).redact(`${text}${words[1]}`)).toBe(
      `${'a'.repeat(2_000_000)}[redacted]`,
    );
  });
});

/** A letter, sometimes the marker or a part of it. */
function piece(letters: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...Array.from(letters)) },
    { weight: 1, arbitrary: fc.constantFrom(REDACTED, 'redacted]', '[redact') },
  );
}

function wordOf(letters: string): fc.Arbitrary<string> {
  return fc.array(piece(letters), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
}

function textOf(letters: string): fc.Arbitrary<string> {
  return fc.array(piece(letters), { maxLength: 40 }).map((parts) => parts.join(''));
}

/** What a redactor does, word by word and place by place. */
function redactSlowly(words: readonly string[], text: string): string {
  const places = Array.from({ length: text.length }, (_, start) => start);
  const markers = places.filter((start) => text.startsWith(REDACTED, start));
  const found = places.flatMap((start) =>
    words
      .filter((word) => text.startsWith(word, start))
      .map((word) => ({ start, end: start + word.length }))
      .filter(({ end }) => !markers.some((m) => m <= start && end <= m + REDACTED.length)),
  );
  const runs: { start: number; end: number }[] = [];
  for (const { start, end } of found) {
    const run = runs.at(-1);
    if (run && start < run.end) run.end = Math.max(run.end, end);
    else runs.push({ start, end });
  }
  const gaps = runs.map(({ start }, index) => text.slice(runs[index - 1]?.end ?? 0, start));
  return [...gaps, text.slice(runs.at(-1)?.end ?? 0)].join(REDACTED);
}
