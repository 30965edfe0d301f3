import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { checkName, defaultName, isStoredName } from '../../src/core/name.js';

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
    'work/con',
    'con/work',
    'console',
    'com10',
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
    '../up',
    'a/../b',
    'a//b',
    'a/',
    'a/.b',
    'request/acme',
    'connect-wizard-test/acme',
    'x'.repeat(101),
    'ä',
    'a%2f',
    'a\\b',
    'a:b',
    'freshservice',
    'gladly',
    'con',
    'nul.old',
    'com1',
    'lpt9.a/b',
  ])('cannot be %j', (name) => {
    expect(() => checkName(name, IDS)).toThrow(UsageError);
  });

  it('is not repeated in a refusal, since it may be a secret', () => {
    expect(() => checkName('SECRET-Value-1', IDS)).toThrow(
      expect.objectContaining({
        message: expect.not.stringContaining('SECRET') as string,
      }) as Error,
    );
  });

  it('of an older version can still be read', () => {
    expect(['con', 'a//b', 'a/.b'].every(isStoredName)).toBe(true);
  });

  it('is made of provider and tenant if none is given', () => {
    expect(defaultName('gladly', 'acme.us-1')).toBe('gladly/acme.us-1');
  });
});
