import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../src/core/plain-text.js';

describe('text of somebody else', () => {
  it.each([
    ['colour', '\u001B[31mred\u001B[0m', 'red'],
    ['cursor movement', 'a\u001B[2J\u001B[1;1Hb', 'ab'],
    ['a window title, ended by BEL', '\u001B]0;owned\u0007text', 'text'],
    ['a window title, ended by ST', '\u001B]0;owned\u001B\\text', 'text'],
    ['a link', '\u001B]8;;https://evil.example\u0007here\u001B]8;;\u0007', 'here'],
    ['a lone escape', 'a\u001Bb', 'ab'],
    ['a C1 introducer', 'a\u009B31mb', 'a31mb'],
    ['a C1 operating system command', 'a\u009D0;x\u009Cb', 'a0;xb'],
    ['text that runs backwards', 'a\u202Egpj.exe\u202C', 'agpj.exe'],
    ['isolates', '\u2066a\u2069', 'a'],
    ['a right-to-left mark', 'a\u200Fb', 'ab'],
    ['what cannot be seen', 'a\u200Bb\u2060c', 'abc'],
    ['line breaks', 'one\r\ntwo\nthree', 'one two three'],
    ['the other line breaks', 'one\u2028two\u2029three\u0085four', 'one two threefour'],
    ['tabs and spaces', '  a \t  b  ', 'a b'],
    ['bells and backspaces', 'a\u0007\u0008b\u007F', 'ab'],
    ['a null', 'a\u0000b', 'ab'],
    ['nothing wrong', 'Zoë Müller 🔑 価格', 'Zoë Müller 🔑 価格'],
  ])('loses %s', (_, text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it('never keeps what moves a cursor, breaks a line or turns text around', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plainText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    ['🔑🔑🔑🔑', 3, '🔑🔑…'],
  ])('%j is at most %i characters long', (text, max, plain) => {
    expect(plainText(text, max)).toBe(plain);
  });

  it('is cut at 200 characters when nothing is said', () => {
    expect(Array.from(plainText('x'.repeat(5000)))).toHaveLength(200);
  });

  it('is read in a moment, however long it is', () => {
    expect(plainText('\u001B]'.repeat(500_000), 10)).toBe('');
    expect(plainText(`${' '.repeat(500_000)}x`, 10)).toBe('x');
  });
});
