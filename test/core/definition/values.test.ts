import { describe, expect, it } from 'vitest';
import * as values from '../../../src/core/definition/values.js';

interface Values {
  safeParse(value: unknown): {
    readonly error?: { readonly issues: readonly { readonly message: string }[] } | undefined;
  };
}

const LONG = 'x'.repeat(400);

describe('each simple part of a definition', () => {
  it.each<[string, Values, says: string, right: unknown[], wrong: unknown[]]>([
    [
      'a text',
      values.text,
      'a text is at most 600 characters, without control or invisible ones',
      ['a', 'Zażółć', 'x'.repeat(600)],
      ['a\nb', 'a\u200Bb', '\u202Ea', 'a\u2028', 'x'.repeat(601)],
    ],
    [
      'a text without blanks around it',
      values.text,
      'a text has no space at its start or end',
      [],
      [' a', 'a '],
    ],
    [
      'a part of a value',
      values.pieces,
      'one to 80 visible characters',
      [' a', 'x'.repeat(80)],
      ['', 'a\u200B', 'x'.repeat(81)],
    ],
    [
      'a field id',
      values.fieldId,
      'a field id is letters and digits in camelCase, a small letter first',
      ['a', 'apiKey2', 'x'.repeat(40)],
      ['ApiKey', '2key', 'api-key', 'api_key', 'key ', 'x'.repeat(41)],
    ],
    [
      'the id of a part',
      values.partId,
      'small letters with - between',
      ['a', 'find-api-key'],
      ['-a', 'a-', 'a--b', 'A', 'a1', 'a b'],
    ],
    [
      'a pointer',
      values.pointer,
      'a pointer is keys with dots between: user.id, errors.0.code; empty for the whole',
      ['', 'id', 'errors.0.code', 'x-y'],
      ['.', 'a.', '.a', 'a..b', 'a b', 'a.{b}'],
    ],
    [
      'a pointer to a key',
      values.pointer,
      '__proto__ is not allowed as a key',
      ['a__proto__'],
      ['__proto__', 'a.__proto__.b'],
    ],
    [
      'the name of a header',
      values.header,
      'a header name is small letters, digits and -',
      ['x-api-key2'],
      ['X-Key', 'x key', 'x-key:', 'x-key\r\ny', '\nx-key', '', 'x'.repeat(61)],
    ],
    [
      'the name in a query',
      values.queryName,
      'a query name is letters, digits and . _ ~ -',
      ['api.Key_2~-'],
      ['a&b', 'a=', '&a', 'a b', '', 'x'.repeat(61)],
    ],
    [
      'a value of a header',
      values.ascii,
      'only printable ASCII, at most 400 characters',
      ['', 'a {key} b', LONG],
      ['a\r\nb', '\na', 'a\n', 'é', `${LONG}x`],
    ],
    [
      'a choice',
      values.word,
      'a choice or a default is letters, digits, . _ and -, at most 100',
      ['api.eu', 'a_B-9'],
      ['', 'a b', '$(id)', 'a;', ';a', 'x'.repeat(101)],
    ],
    [
      'a path',
      values.path,
      'a path begins with one / and is printable ASCII without spaces, as in /v1/me',
      ['/', '/v1/me?limit=1', `/${LONG}`],
      ['v1', '//evil.example', 'x/v1', '/a b', '/a\r\nb', '/a\n', '/é', `/${LONG}x`],
    ],
    [
      'a path that goes forward',
      values.path,
      'a path goes forward only: no .., \\ or #',
      ['/.well-known/a', '/a.b', '/a..b', '/...'],
      [
        '/a/..',
        '/a/../b',
        '/a/..?b',
        '/.',
        '/./a',
        '/a\\b',
        '/a#b',
        '/a%2e',
        '/a%2Fb',
        '/a%5cb',
        '/<a>',
        '/"',
        '/^',
        '/`',
        '/|',
      ],
    ],
    [
      'a page',
      values.page,
      'a page is an https:// address without a user name',
      ['https://acme.example/keys', 'https://{host}/'],
      [
        'http://acme.example',
        ' https://acme.example',
        'x:https://acme.example',
        'https://a@b.example',
        'https://a.example\\b',
        'https://a b',
        'https://',
      ],
    ],
    [
      'a page in ASCII',
      values.page,
      'an address is printable ASCII',
      [],
      ['https://bücher.example/', 'https://a.example/\u0007', 'https://a.example/é'],
    ],
    [
      'a host',
      values.template,
      'a host is labels and {field}, * and # between dots, as in {site}.acme.com; nothing else',
      ['api.acme.com', '{siteId}.*.eu-#.acme.com'],
      ['', 'acme.com/', 'acme.com:443', 'a@acme.com', 'acme.com?', ' acme.com', '.*\\.com'],
    ],
    [
      'a refused host',
      values.hostPattern,
      'a host here is a name, * for any letters, # for digits; .example.com is that and all below it',
      ['acme.com', '.acme.com', 'www.eu-*.acme.com', 'a#.b.c.d'],
      [
        'acme',
        '.acme',
        'acme.',
        '..acme.com',
        'acme.com/',
        'x acme.com',
        '{site}.acme.com',
        'Acme.com',
      ],
    ],
  ])('%s', (_, schema, says, right, wrong) => {
    const faultsOf = (value: unknown) =>
      schema.safeParse(value).error?.issues.map(({ message }) => message) ?? [];
    expect(right.filter((value) => faultsOf(value).length > 0)).toEqual([]);
    expect(wrong.filter((value) => !faultsOf(value).includes(says))).toEqual([]);
  });
});
