import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { secretLine } from '../../src/core/secret-line.js';

describe('a secret in a line', () => {
  it.each([
    ['key', 'key'],
    ['key\n', 'key'],
    ['key\r\n', 'key'],
    ['key\r', 'key'],
    ['\uFEFFkey\n', 'key'],
    [' key ', ' key '],
    ['\n', ''],
    ['', ''],
  ])('%j is read as %j', (text, value) => {
    expect(secretLine('API key', text)).toBe(value);
  });

  it.each(['a\nb', 'key\n\n', 'key\r\r', '\nkey', 'a\rb\n'])('%j is refused', (text) => {
    expect(() => secretLine('API key', text, 'THE_KEY')).toThrow(UsageError);
    expect(() => secretLine('API key', text, 'THE_KEY')).toThrow('THE_KEY has more than one line');
  });
});
