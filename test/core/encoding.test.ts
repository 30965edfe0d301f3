import { stringify } from 'node:querystring';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64, spellings } from '../../src/core/encoding.js';

describe('base64', () => {
  it('encodes the UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(base64(text)).toBe(Buffer.from(text).toString('base64'));
      }),
    );
  });
});

describe('the spellings of a text', () => {
  const HTML: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };
  const TEXT = 'Zoë\'s <key>: 9+9/3=🔑\\"?';

  it.each([
    ['the text itself', TEXT],
    ['JSON', JSON.stringify(TEXT).slice(1, -1)],
    // From python3 -c 'import json; print(json.dumps(...))'
    ['JSON in ASCII', 'Zo\\u00eb\'s <key>: 9+9/3=\\ud83d\\udd11\\\\\\"?'],
    ['JSON of PHP', 'Zo\\u00eb\'s <key>: 9+9\\/3=\\ud83d\\udd11\\\\\\"?'],
    ['a part of a URL', encodeURIComponent(TEXT)],
    [
      'the same with small hexadecimal digits',
      encodeURIComponent(TEXT).replaceAll(/%../gu, (code) => code.toLowerCase()),
    ],
    ['a form', new URLSearchParams({ a: TEXT }).toString().slice(2)],
    ['a query', stringify({ a: TEXT }).slice(2)],
    // From python3 -c 'import urllib.parse; print(urllib.parse.quote(...))'
    ['a path', 'Zo%C3%AB%27s%20%3Ckey%3E%3A%209%2B9/3%3D%F0%9F%94%91%5C%22%3F'],
    ['HTML', "Zoë's &lt;key&gt;: 9+9/3=🔑\\&quot;?"],
    ['HTML with the quote as a number', 'Zoë&#39;s &lt;key&gt;: 9+9/3=🔑\\&quot;?'],
    ['HTML with the quote as a hexadecimal number', 'Zoë&#x27;s &lt;key&gt;: 9+9/3=🔑\\&quot;?'],
    ['base64', base64(TEXT)],
    ['base64 without padding', base64(TEXT).replaceAll('=', '')],
    ['base64url', Buffer.from(TEXT).toString('base64url')],
    ['base64 with a line end', base64(`${TEXT}\n`)],
    ['base64 with a Windows line end', base64(`${TEXT}\r\n`)],
  ])('include %s', (_, spelling) => {
    expect(spellings(TEXT)).toContain(spelling);
  });

  it.each([
    ['a/b é', 'JSON with the letters as they are', 'a\\/b é'],
    ['a*b', 'a strict part of a URL', 'a%2Ab'],
    ["a~'*b", 'a form', 'a%7E%27*b'],
    ['a&b', 'HTML', 'a&amp;b'],
  ])('of %s include %s', (text, _, spelling) => {
    expect(spellings(text)).toContain(spelling);
  });

  it('include a piece of 8 characters, and none that is shorter', () => {
    expect(spellings('walrus4')).toContain(base64('-walrus4-').slice(2, 10));
    expect(spellings('walrus')).not.toContain(base64('-walrus-').slice(2, 9));
  });

  it('include a piece of the base64 of any text around it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 12 }), fc.string(), (before, text, after) => {
        const encoded = base64(`${before}${text}${after}`);
        const pieces = Array.from(spellings(text)).filter((form) => encoded.includes(form));
        // Only the first and the last character of its base64 depend on the text around it.
        const whole = Math.floor((Buffer.from(text).length * 4) / 3);
        expect(Math.max(0, ...pieces.map(({ length }) => length))).toBeGreaterThanOrEqual(
          whole - 2,
        );
      }),
    );
  });

  it.each(Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)))(
    'include what is escaped: %j',
    (character) => {
      const text = `key${character}4711`;
      const written = [
        JSON.stringify(text).slice(1, -1),
        encodeURIComponent(text),
        new URLSearchParams({ a: text }).toString().slice(2),
        text.replace(/[<>&"]/u, (found) => HTML[found] ?? ''),
      ];
      expect(Array.from(spellings(text))).toEqual(expect.arrayContaining(written));
    },
  );

  it('are few if nothing in the text needs escaping', () => {
    expect(Array.from(spellings('walrus42')).filter((form) => !/^[\w=+-]*$/u.test(form))).toEqual(
      [],
    );
    expect(Array.from(spellings('walrus42')).length).toBeLessThan(12);
  });
});
