import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { storeFailed, STORE_FAILURES } from '../../src/adapters/store-failure.js';
import { sharedAdvice } from '../../src/core/advice.js';

const SOURCES = fileURLToPath(new URL('../../src', import.meta.url));

/** A menu stands below most problems: it offers to try again, so that nothing has to be run. */
describe('to run the same command again', () => {
  it.each(Object.entries(STORE_FAILURES))('is not what a store says: %s', (_, failure) => {
    const { advice } = storeFailed('The keychain cannot be used', failure, 'some words of its own');
    expect(JSON.stringify(advice)).not.toMatch(/same command|nothing is known/iu);
    expect(advice.next).toMatch(/[.:]$/u);
  });

  it('stands where only a script reads it, or no menu can be', () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => /same command/iu.test(readFileSync(join(SOURCES, file), 'utf8')))
      .map((file) => file.split(sep).join('/'));
    expect(files.toSorted()).toEqual(['core/advice.ts', 'flows/definitions/reapprove.ts']);
    const shown = JSON.stringify(sharedAdvice, (key, value: unknown) =>
      key === 'again' ? undefined : value,
    );
    expect(shown).not.toMatch(/same command|nothing is known/iu);
  });
});
