import { describe, expect, it } from 'vitest';
import { hiddenRules } from '../../../src/core/definition-check/hidden-rules.js';
import type { Definition } from '../../../src/core/definition/schema.js';
import { lumina } from '../../support/definitions.js';

type Rules = NonNullable<Definition['responses']>;

const hidden = (...responses: Rules): string[] =>
  hiddenRules({ ...lumina, responses }).map(({ path }) => path);

const MEANS = { means: 'refused-unclear' } as const;

describe('a rule', () => {
  it.each<[string, Rules]>([
    [
      'with the same conditions',
      [
        { status: 403, ...MEANS },
        { status: [403], means: 'go-on' },
      ],
    ],
    [
      'with fewer statuses',
      [
        { status: [401, 403], ...MEANS },
        { status: 403, code: 'x', ...MEANS },
      ],
    ],
    [
      'with fewer codes',
      [
        { code: ['a', 'b'], ...MEANS },
        { code: 'b', status: 400, ...MEANS },
      ],
    ],
    [
      'with a value for a header that only had to be there',
      [
        { header: { name: 'x-a' }, ...MEANS },
        { header: { name: 'x-a', is: '1' }, ...MEANS },
      ],
    ],
    [
      'with one more condition',
      [
        { has: { at: 'a', is: 1 }, ...MEANS },
        { status: 400, has: { at: 'a', is: 1 }, ...MEANS },
      ],
    ],
  ])('%s is hidden by the rule before it', (_, rules) => {
    expect(hidden(...rules)).toEqual(['responses[1]']);
    expect(hidden(...rules.toReversed()).filter((path) => path === 'responses[0]')).toEqual([]);
  });

  it('is hidden only by one of the same list, and is named by its place', () => {
    const rules: Rules = [
      { status: 403, ...MEANS },
      { status: [401, 403], code: 'x', ...MEANS },
      { status: 403, code: 'x', ...MEANS },
    ];
    const all = hiddenRules({
      ...lumina,
      responses: [{ code: 'x', ...MEANS }],
      test: { get: '/v1/me', responses: rules },
      unauthenticated: { get: '/v1', responses: rules },
      exchange: { post: '/token', body: {}, responses: rules },
    });
    expect(all.map(({ path }) => path)).toEqual([
      'test.responses[2]',
      'unauthenticated.responses[2]',
      'exchange.responses[2]',
    ]);
    expect(all[0]?.message).toContain('test.responses[0] is looked at first');
    const listed = hiddenRules({ ...lumina, test: ['/v1', { get: '/v1/me', responses: rules }] });
    expect(listed.map(({ path }) => path)).toEqual(['test[1].responses[2]']);
  });

  it.each<[string, Rules]>([
    [
      'another header',
      [
        { header: { name: 'x-a' }, ...MEANS },
        { header: { name: 'x-b' }, ...MEANS },
      ],
    ],
    [
      'another value of a header',
      [
        { header: { name: 'x-a', is: '1' }, ...MEANS },
        { header: { name: 'x-a', is: '2' }, ...MEANS },
      ],
    ],
    [
      'another part of a header',
      [
        { header: { name: 'x-a', contains: '1' }, ...MEANS },
        { header: { name: 'x-a', is: '2' }, ...MEANS },
      ],
    ],
    [
      'no header',
      [
        { header: { name: 'x-a' }, ...MEANS },
        { status: 403, ...MEANS },
      ],
    ],
    [
      'one more status',
      [
        { status: 401, ...MEANS },
        { status: [401, 403], ...MEANS },
      ],
    ],
    [
      'another status',
      [
        { status: 401, ...MEANS },
        { status: 403, ...MEANS },
      ],
    ],
    [
      'no status',
      [
        { status: 403, code: 'x', ...MEANS },
        { code: 'x', ...MEANS },
      ],
    ],
    [
      'another value',
      [
        { has: { at: 'a', is: 1 }, ...MEANS },
        { has: { at: 'a', is: 2 }, ...MEANS },
      ],
    ],
    [
      'a page',
      [
        { status: 403, page: false, ...MEANS },
        { status: 403, ...MEANS },
      ],
    ],
  ])('with %s is not hidden', (_, rules) => {
    expect(hidden(...rules)).toEqual([]);
  });
});
