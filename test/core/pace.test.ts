import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/core/pace.js';

/** A pace, with a clock that is set by hand. */
function pace(total: number) {
  let ms = 0;
  const of = new Pace({ now: () => new Date(ms) });
  of.expect(total);
  return {
    of,
    at: (seconds: number) => {
      ms = seconds * 1000;
      return String(of);
    },
    do: async (count: number) => {
      for (let each = 0; each < count; each += 1) await of.of(`done ${each}`, async () => {});
    },
    /** @returns what ends it. */
    begin: (name: string): (() => void) => {
      let end: (() => void) | undefined;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      void of.of(name, () => ended);
      return () => end?.();
    },
  };
}

describe('the progress of several pieces of work', () => {
  it('says how many are done, and which of those under way began first', async () => {
    const { of, at, begin } = pace(5);
    expect(at(0)).toBe('0 of 5');
    const end = begin('freshservice/acme');
    expect(at(0)).toBe('0 of 5; waiting for freshservice/acme');
    begin('freshservice/globex');
    begin('gladly/initech');
    expect(at(0)).toBe('0 of 5; waiting for freshservice/acme and 2 more');
    end();
    await new Promise(setImmediate);
    expect(at(0)).toBe('1 of 5; waiting for freshservice/globex and 1 more');
    expect(of.count).toBe('1 of 5');
  });

  it.each([
    [500, 100, 10, 'about 40 s to go'],
    [500, 1, 10, 'about 83 min to go'],
    [5000, 10, 60, 'about 8 h to go'],
    [200, 100, 80, 'about 80 s to go'],
    [200, 100, 90, 'about 2 min to go'],
  ])('of %i, with %i done after %i s, says %s', async (total, done, after, left) => {
    const paced = pace(total);
    await paced.do(done);
    expect(paced.at(after)).toBe(`${done} of ${total}, ${left}`);
  });

  it('expects to go on waiting for as long as it has waited for the next one', async () => {
    const paced = pace(200);
    paced.at(10);
    await paced.do(190);
    expect(paced.at(11)).toBe('190 of 200, about 1 s to go');
    expect(paced.at(50)).toBe('190 of 200, about 40 s to go');
  });

  it('makes no guess in the first seconds or before one is done', async () => {
    const paced = pace(500);
    expect(paced.at(60)).toBe('0 of 500');
    await paced.do(1);
    expect(paced.at(2)).toBe('1 of 500');
  });

  it('counts a failure and passes it on', async () => {
    const paced = pace(3);
    const failing = paced.of.of('a', async () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(paced.at(0)).toBe('1 of 3');
  });

  it('says nothing about a single one', () => {
    expect(pace(1).at(60)).toBe('');
  });
});
