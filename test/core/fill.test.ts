import { describe, expect, it } from 'vitest';
import { nextStep, sentence } from '../../src/core/errors.js';
import { fill, fillText } from '../../src/core/fill.js';

describe('a template is filled', () => {
  it.each([
    ['{host} said no', { host: 'acme' }, 'acme said no'],
    ['{a}{a}', { a: '$&' }, '$&$&'],
    ['{unknown} stays', {}, '{unknown} stays'],
    ['{constructor} stays', {}, '{constructor} stays'],
    ['{toString} stays', {}, '{toString} stays'],
    ['{a} is filled once', { a: '{b}', b: 'no' }, '{b} is filled once'],
    ['{empty}.', { empty: '' }, '.'],
  ])('%s', (template, words, filled) => {
    expect(fillText(template, words)).toBe(filled);
  });

  it('is filled in every part of a message', () => {
    const advice = fill(
      { what: '{x} 1', why: '{x} 2', causes: ['{x} 3'], next: '{x} 4.', command: '{x} 5' },
      { x: 'y' },
    );
    expect(advice).toEqual({
      what: 'y 1',
      why: 'y 2',
      causes: ['y 3'],
      next: 'y 4.',
      command: 'y 5',
    });
  });

  it('gets no part that it lacks', () => {
    const advice = { what: 'It failed', next: 'Go.' };
    expect(fill(advice, {})).toStrictEqual(advice);
  });
});

describe('a message', () => {
  it.each([
    [{ what: 'It failed', next: 'Go.' }, 'It failed.', 'Go.'],
    [{ what: 'It failed', why: 'no net', next: 'Go.' }, 'It failed: no net.', 'Go.'],
    [
      { what: 'It failed', causes: ['a', 'b'], next: 'Go.' },
      'It failed.',
      'Possible causes, the likeliest first: (1) a; (2) b. Go.',
    ],
    [{ what: 'It failed', causes: [], next: 'Go.' }, 'It failed.', 'Go.'],
  ])('%# is one sentence and a next step', (advice, one, next) => {
    expect(sentence(advice)).toBe(one);
    expect(nextStep(advice)).toBe(next);
  });
});
