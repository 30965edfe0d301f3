import { describe, expect, it } from 'vitest';
import { looksLikeKey } from '../../src/core/key-likeness.js';

/** Numbers between 0 and 1, the same in each run (a linear congruential generator). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const ALPHABETS = {
  'small letters and digits': `${LOWER}0123456789`,
  'letters and digits': `${LOWER}${LOWER.toUpperCase()}0123456789`,
  'hexadecimal digits': '0123456789abcdef',
};

describe('a random key', () => {
  it.each(
    Object.entries(ALPHABETS).flatMap(([name, alphabet]) =>
      [16, 20, 32].map((length) => [name, length, alphabet] as const),
    ),
  )('of %s, %i of them, is recognised 99 times in 100', (_, length, alphabet) => {
    const next = numbers(length);
    const keys = Array.from({ length: 2000 }, () =>
      Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join(''),
    );
    expect(keys.filter(looksLikeKey).length).toBeGreaterThanOrEqual(1980);
  });

  it('is recognised 99 times in 100 with dashes in it, too', () => {
    const next = numbers(7);
    const alphabet = `${ALPHABETS['letters and digits']}-_`;
    const keys = Array.from({ length: 2000 }, () =>
      Array.from({ length: 32 }, () => alphabet[Math.floor(next() * alphabet.length)]).join(''),
    );
    expect(keys.filter(looksLikeKey).length).toBeGreaterThanOrEqual(1980);
  });

  it.each(['tok-9f8e7d6c5b4a-Zz01', 'fwapi_0aB1cD2eF3gH4', '5f0c6a1e-33f5-4c0e-9b6e-9f6a7f0f2d11'])(
    '%s is recognised in spite of its dashes',
    (key) => {
      expect(looksLikeKey(key)).toBe(true);
    },
  );
});

describe('the name of a company', () => {
  const COMPANIES =
    'acme globex initech umbrella contoso northwind fabrikam wayne hooli vandelay wonka tyrell soylent massive dynamic aperture sterling cooper worldwide paper monsters sprockets gravel burger'.split(
      ' ',
    );
  const KINDS =
    'servicedesk helpdesk itsupport solutions technologies international consulting logistics healthcare manufacturing university insurance'.split(
      ' ',
    );
  const ENDS =
    '2024 365 24x7 4u -fs-sandbox -test-2024 -us-east-1 247 -prod -eu2 1 360 -emea-2'.split(' ');

  it('is taken for a key at most once in 100', () => {
    const names = COMPANIES.flatMap((company, one) =>
      ENDS.map((end, two) => `${company}${KINDS[(one + two) % KINDS.length]}${end}`),
    );
    expect(names.length).toBeGreaterThan(300);
    expect(names.filter(looksLikeKey).length).toBeLessThanOrEqual(names.length / 100);
  });

  it.each([
    'acmeglobal-acmeglobal-fs-sandbox',
    'mycompanyhelpdesk2024',
    'contoso365servicedesk',
    'partner-dev-pandium',
    'mycompanyinternationalservicedesk',
    'acme-2024-test-2',
    'acme',
  ])('%s is not taken for a key', (name) => {
    expect(looksLikeKey(name)).toBe(false);
  });
});
