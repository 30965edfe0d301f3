import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

  it('stands in no text that a menu follows, with the listed exceptions', () => {
    const rooms = ['adapters', 'flows/connect', 'flows/store', 'flows/verify'];
    const files = rooms.flatMap((room) =>
      readdirSync(join(SOURCES, room), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join(SOURCES, room, file)),
    );
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => /same command/iu.test(readFileSync(file, 'utf8')))).toEqual([]);
    const shown = JSON.stringify(sharedAdvice, (key, value: unknown) =>
      key === 'again' ? undefined : value,
    );
    expect(shown).not.toMatch(/same command|nothing is known/iu);
  });
});
