import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../src/core/plain-text.js';
import { Secret } from '../../src/core/secret.js';

describe("somebody else's text", () => {
  it.each([
    ['colour', '\u001B[31mred\u001B[0m', 'red'],
    ['cursor movement', 'a\u001B[2J\u001B[1;1Hb', 'ab'],
    ['a window title, ended by BEL', '\u001B]0;owned\u0007text', 'text'],
    ['a window title, ended by ST', '\u001B]0;owned\u001B\\text', 'text'],
    ['a link', '\u001B]8;;https://evil.example\u0007here\u001B]8;;\u0007', 'here'],
    ['a lone escape', 'a\u001Bb', 'ab'],
    ['a character set', 'a\u001B(0b', 'ab'],
    ['a device command', 'a\u001BPq#0~\u001B\\b', 'ab'],
    ['colour in C1', 'a\u009B31mb', 'ab'],
    ['a window title in C1', 'a\u009D0;x\u009Cb', 'ab'],
    ['a title without an end', 'a\u001B]0;owned', 'a'],
    ['text that runs backwards', 'a\u202Egpj.exe\u202C', 'agpj.exe'],
    ['isolates', '\u2066a\u2069', 'a'],
    ['a right-to-left mark', 'a\u200Fb', 'ab'],
    ['zero width', 'a\u200Bb\u2060c\uFEFFd\u00ADe', 'abcde'],
    ['what no font shows', 'a\u034Fb\u115Fc\u3164d\uFE0Fe\uFFA0f\u{E0041}g', 'abcdefg'],
    ['half of a surrogate pair', 'a\uD83Db', 'a\uFFFDb'],
    ['line breaks', 'one\r\ntwo\nthree', 'one two three'],
    ['the other line breaks', 'one\u2028two\u2029three\u0085four', 'one two three four'],
    ['tabs and spaces', '  a \t  b  ', 'a b'],
    ['bells and backspaces', 'a\u0007\u0008b\u007F', 'ab'],
    ['a null', 'a\u0000b', 'ab'],
    ['nothing wrong', 'Zoë Müller 🔑 価格', 'Zoë Müller 🔑 価格'],
  ])('loses %s', (_, text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it('loses a secret that is split by invisible characters', () => {
    const secret = new Secret('Walrus-Tusk-4711');
    for (const split of [
      '\u200B',
      '\u001B[0m',
      '\u009B1m',
      '\u034F',
      '\u0000',
      '\u001B]0;x\u0007',
    ]) {
      const text = Array.from(secret.reveal()).join(split);
      expect(plainText(`it is ${text}!`)).toBe('it is [redacted]!');
    }
  });

  it('loses a secret even if cleaning changes its spelling', () => {
    const secret = new Secret('two  blanks\tand a tab');
    expect(plainText(`it is ${secret.reveal()}!`)).toBe('it is [redacted]!');
  });

  it.each([
    ['##vso[task.setvariable variable=a]b', '# #vso[task.setvariable variable=a]b'],
    ['in a line ##[error]it failed', 'in a line # #[error]it failed'],
    ['###[group]', '## #[group]'],
    ['##\u00ADVSO[task.complete]', '# #VSO[task.complete]'],
    ["##teamcity[buildStop comment='x']", "# #teamcity[buildStop comment='x']"],
    ['::error::it failed', ': :error::it failed'],
    [' \u200B::set-output name=a::b', ': :set-output name=a::b'],
    ['##\u001B[0m[command]rm', '# #[command]rm'],
    ['a::b, ## and ::1', 'a::b, ## and ::1'],
  ])('%j is shown without a command of a CI system', (text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it('has no command of a CI system once a secret is redacted', () => {
    const secret = new Secret('Walrus-Tusk-4712');
    expect(plainText(`##${secret.reveal()}`)).toBe('# #[redacted]');
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

  it('is cut at 200 characters by default', () => {
    expect(Array.from(plainText('x'.repeat(5000)))).toHaveLength(200);
  });

  it('is cleaned fast, however long it is', () => {
    expect(plainText('\u001B]'.repeat(500_000), 10)).toBe('');
    expect(plainText(`${' '.repeat(500_000)}x`, 10)).toBe('x');
  });
});
