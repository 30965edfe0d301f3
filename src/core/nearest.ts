/**
 * The word that is most like `typed`, for "Did you mean ...?".
 *
 * @returns undefined if none is close: it may differ in two letters, or in one if it's short.
 */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  // A text this long isn't a typo of one of our words.
  if (typed.length > 40) return undefined;
  const wanted = typed.toLowerCase();
  let least = typed.length > 4 ? 3 : 2;
  let found: string | undefined;
  for (const word of words) {
    const off = distance(wanted, word.toLowerCase());
    if (off < least) [found, least] = [word, off];
  }
  return found;
}

/**
 * `Did you mean check? `, or nothing if no word is close. What was typed may be a secret, so it
 * isn't repeated.
 */
export function didYouMean(typed: string, words: readonly string[]): string {
  const meant = nearest(typed, words);
  return meant === undefined ? '' : `Did you mean ${meant}? `;
}

/** The number of letters to add, remove or change (Levenshtein distance). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const changed = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, changed));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
