import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { storeFailed, STORE_FAILURES } from '../../src/adapters/store-failure.js';
import { sharedAdvice } from '../../src/core/advice.js';

const SOURCES = fileURLToPath(new URL('../../src', import.meta.url));

/** A menu below most problems offers to try again, so that no command has to be run. */
describe('the advice to run the same command again', () => {
  it.each(Object.entries(STORE_FAILURES))('is not in the failure of a store: %s', (_, failure) => {
    const { advice } = storeFailed('The keychain cannot be used', failure, 'some words of its own');
    expect(JSON.stringify(advice)).not.toMatch(/same command|nothing is known/iu);
    expect(advice.next).toMatch(/[.:]$/u);
  });

  it('is in no text that a menu may follow', () => {
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
