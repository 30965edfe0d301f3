import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { checkName, defaultName, selectMany, selectOne } from '../../src/core/name.js';

const IDS = ['freshservice', 'gladly'];

describe('a name', () => {
  it.each([
    'a',
    '0',
    'work',
    'freshservice/acme',
    'gladly/acme.us-1',
    'gladly/acme.us-uat.gladly.qa',
    'a.b_c-d/e',
    'freshservice-2',
    'x'.repeat(100),
  ])('can be %s', (name) => {
    expect(checkName(name, IDS)).toBe(name);
  });

  it.each([
    '',
    'A',
    'Work',
    '.hidden',
    '-flag',
    '/root',
    '_x',
    'a b',
    'a\n',
    'a..b',
    '../up',
    'a/../b',
    'x'.repeat(101),
    'ä',
    'a%2f',
    'a\\b',
    'a:b',
    'freshservice',
    'gladly',
  ])('cannot be %j', (name) => {
    expect(() => checkName(name, IDS)).toThrow(UsageError);
  });

  it('is not repeated when it is refused: it may be a secret in the wrong place', () => {
    expect(() => checkName('SECRET-Value-1', IDS)).toThrow(
      expect.objectContaining({
        message: expect.not.stringContaining('SECRET') as string,
      }) as Error,
    );
  });

  it('is made of provider and tenant when nobody gives one', () => {
    expect(defaultName('gladly', 'acme.us-1')).toBe('gladly/acme.us-1');
  });
});

const ALL = [
  { name: 'freshservice/acme', provider: 'freshservice' },
  { name: 'freshservice/acme2', provider: 'freshservice' },
  { name: 'gladly/acme', provider: 'gladly' },
  { name: 'work', provider: 'gladly' },
  { name: 'work/sub', provider: 'freshservice' },
];
const names = (of: readonly { name: string }[]): string[] => of.map(({ name }) => name);

describe('for check and list', () => {
  it.each([
    ['freshservice/acme', ['freshservice/acme']],
    ['work', ['work']],
    ['freshservice', ['freshservice/acme', 'freshservice/acme2', 'work/sub']],
    ['gladly', ['gladly/acme', 'work']],
    ['fresh', ['freshservice/acme', 'freshservice/acme2']],
    ['wor', ['work', 'work/sub']],
    ['nothing', []],
  ])('%s means %j', (wanted, found) => {
    expect(names(selectMany(ALL, wanted))).toEqual(found);
  });
});

describe('for what changes one connection', () => {
  it.each([
    ['freshservice/acme', 'freshservice/acme'],
    ['work', 'work'],
    ['fresh', undefined],
    ['freshservice/acm', undefined],
    ['', undefined],
  ])('%j means %s', (wanted, found) => {
    expect(selectOne(ALL, wanted)?.name).toBe(found);
  });

  it('a provider means its only connection', () => {
    expect(selectOne(ALL.slice(2, 3), 'gladly')?.name).toBe('gladly/acme');
  });

  it('a provider with several is refused, with their names', () => {
    expect(() => selectOne(ALL, 'gladly')).toThrow(
      expect.objectContaining({
        advice: expect.objectContaining({ next: 'Name one of them: gladly/acme, work.' }) as object,
      }) as Error,
    );
  });

  it('an exact name wins over a provider of the same spelling', () => {
    const odd = [...ALL, { name: 'gladly', provider: 'freshservice' }];
    expect(selectOne(odd, 'gladly')).toEqual({ name: 'gladly', provider: 'freshservice' });
  });
});
