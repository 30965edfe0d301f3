import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { format, inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean as cleaned, strip, stripLines } from '../../src/core/clean.js';
import { base64 } from '../../src/core/encoding.js';
import { countCharacters, fingerprint, redact, Secret } from '../../src/core/secret.js';

const VALUE = 'hunter2-Quokka-42';

describe('a secret', () => {
  const secret = new Secret(VALUE);

  it.each([
    ['String()', String(secret)],
    // oxlint-disable-next-line typescript/restrict-template-expressions -- the accident itself
    ['a template', `${secret}`],
    ['concatenation', ['', secret].join('')],
    ['JSON', JSON.stringify({ secret, list: [secret] })],
    ['inspect', inspect({ deep: { secret } }, { depth: 9, showHidden: true })],
    ['format %s', format('%s %o %j', secret, secret, secret)],
    // oxlint-disable-next-line typescript/no-misused-spread -- the accident itself
    ['a spread', JSON.stringify({ ...secret })],
    ['its keys', Object.keys(secret).join('')],
    ['an error about it', inspect(new Error('bad', { cause: secret }))],
  ])('is not shown by %s', (_, shown) => {
    expect(shown).not.toContain(VALUE);
  });

  it.each([
    ['String()', String(secret), '[redacted]'],
    ['JSON', JSON.stringify({ secret }), '{"secret":"[redacted]"}'],
    ['inspect', inspect({ secret }), '{ secret: [redacted] }'],
  ])('is printed as redacted by %s', (_, printed, shown) => {
    expect(printed).toBe(shown);
  });

  it('is not shown by console', () => {
    const stream = new PassThrough();
    const console = new Console(stream, stream);
    console.log(secret, { secret }, [secret]);
    console.dir(secret);
    console.table([{ secret }]);
    const shown = String(stream.read());
    expect(shown).toContain('[redacted]');
    expect(shown).not.toContain(VALUE);
  });

  it('is given by reveal() and compared by matches()', () => {
    expect(secret.reveal()).toBe(VALUE);
    expect(secret.matches(new Secret(VALUE))).toBe(true);
    expect(secret.matches(new Secret(`${VALUE} `))).toBe(false);
    expect(secret.matches(VALUE)).toBe(true);
    expect(secret.matches(VALUE.toUpperCase())).toBe(false);
  });

  it.each([
    ['abcd', 4],
    ['añ', 2],
    ['🔑🔑', 2],
    ['', 0],
  ])('%j has %i characters', (value, count) => {
    expect(new Secret(value).length).toBe(count);
    expect(countCharacters(value)).toBe(count);
  });

  it.each([
    ['a lone surrogate', 'abcd\uD83D-efgh'],
    ['a very long text', 'x'.repeat(200_000)],
  ])('can be made of %s', (_, value) => {
    expect(new Secret(value).reveal()).toBe(value);
  });
});

describe('a fingerprint', () => {
  it.each([
    ['abcdefg', '7 characters'],
    ['abcdefgh', '8 characters, ends in gh'],
    ['abcdef🔑🗝', '8 characters, ends in 🔑🗝'],
    ['a', '1 character'],
  ])('of %s is %s', (value, shown) => {
    expect(fingerprint(value)).toBe(shown);
  });
});

describe('redact', () => {
  it('takes out a secret in each of its spellings', () => {
    fc.assert(
      fc.property(
        fc
          .string({ unit: 'grapheme', minLength: 4, maxLength: 40 })
          // A part of the marker cannot be a secret.
          .filter((value) => value.length >= 4 && !/[[\]]|reda|edac|dact|acte|cted/u.test(value)),
        fc.string(),
        fc.string(),
        (value, before, after) => {
          const secret = new Secret(value);
          const spellings = [
            secret.reveal(),
            base64(value),
            encodeURIComponent(value),
            JSON.stringify(value).slice(1, -1),
          ];
          for (const spelling of spellings) {
            const clean = redact(`${before}${spelling}${after}${spelling}`);
            for (const each of spellings) expect(clean).not.toContain(each);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('takes out the longer of two secrets if one contains the other', () => {
    const short = new Secret('walrus-tusk');
    const long = new Secret('walrus-tusk-and-more');
    expect(redact(`a ${long.reveal()} b ${short.reveal()} c`)).toBe('a [redacted] b [redacted] c');
  });

  it('keeps JSON valid if there are secrets in its strings', () => {
    const secret = new Secret('quo"te\\and/slash');
    const clean = redact(JSON.stringify({ message: `got ${secret.reveal()}`, n: 1 }));
    expect(JSON.parse(clean)).toEqual({ message: 'got [redacted]', n: 1 });
  });

  it('leaves other text alone', () => {
    expect(redact('nothing to see here')).toBe('nothing to see here');
  });

  it('takes out a value of 4 characters, and none that is shorter', () => {
    const [four, three] = [new Secret('zq#x'), new Secret('zqx')];
    expect(redact(`a ${four.reveal()} b`)).toBe('a [redacted] b');
    const text = `a ${three.reveal()} ${base64('zqx')} b`;
    expect(redact(text)).toBe(text);
  });

  it('leaves what is too short once it is cleaned', () => {
    const secret = new Secret('j\u200B\u200Bk');
    expect(redact(`a ${cleaned(secret.reveal())} b`)).toBe('a jk b');
  });
});

it('a secret with white space in it is redacted from a text that was cleaned', () => {
  for (const secret of ['line\n\nbreaks-key', 'windows\r\n\r\nbreaks-key', 'tab\t\tkey-42']) {
    new Secret(secret).reveal();
    for (const change of [cleaned, strip, stripLines]) {
      expect(redact(change(`a ${secret} b`))).toBe('a [redacted] b');
    }
  }
});
