import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refuseValue, stripInvisible } from '../../src/core/field.js';
import { lintPaste } from '../../src/core/paste-lint.js';
import type { Field } from '../../src/core/provider.js';
import { API_KEY, EMAIL, TOKEN } from '../support/fakes.js';
import { freshservice, gladly, providers } from '../support/built-ins.js';

/** Real fields, by `<provider> <id>`. */
const fields = new Map(
  [freshservice, gladly].flatMap((each) =>
    each.fields.map((field) => [`${each.id} ${field.id}`, field]),
  ),
);

function named(name: string): Field {
  const found = fields.get(name);
  if (!found) throw new Error(`no field ${name}`);
  return found;
}

const KEY = 'freshservice apiKey';
const TOK = 'gladly token';
const DOMAIN = 'freshservice domain';
const SLUG = 'gladly slug';
const MAIL = 'gladly email';

/** The id of the sandbox's organization: 22 characters of URL-safe Base64. */
const GLADLY_ID = 'cOJOqxfWSlKuuLzPBlMhZg';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyIjoiaW5lc0BhY21lLmV4YW1wbGUifQ.c2lnbmF0dXJl';

const b64 = (text: string): string => Buffer.from(text).toString('base64');
const b64url = (text: string): string => Buffer.from(text).toString('base64url');

const MARKERS = 'paste markers of the terminal';
const UNSEEN = 'characters that cannot be seen';
const SPACES = 'spaces around it';
const BREAKS = 'line breaks around it';

/** Nothing is removed. */
const SAME = Symbol('same');

const FINE = { asks: [] } as const;
/** One pattern for each thing that is asked about. */
const asks = (...patterns: RegExp[]) => ({ asks: patterns });
const refuses = (pattern: RegExp) => ({ refuses: pattern });
type Outcome = ReturnType<typeof asks> | ReturnType<typeof refuses> | typeof FINE;

const HEADER = asks(/Authorization header/u);
const SETTINGS = asks(/line of settings/u);
const QUOTES = asks(/quotes around/u);
const MAIL_ADDRESS = asks(/looks like an e-mail address/u);
const PAGE = asks(/address of a page/u);
const ENCODED = asks(/Base64/u);
const TOKEN_OF_LOGIN = asks(/OAuth token/u);
const TWICE = asks(/same text twice/u);
const HIDDEN = asks(/press Show/u);
const PLACEHOLDER = asks(/placeholder/u);
const SPACE = asks(/a space inside/u);
const BEYOND = asks(/unusual characters/u);
const LOOKS_LIKE_KEY = asks(/looks like a key or a token/u);

type Row = [
  field: string,
  pasted: string,
  left: string | typeof SAME,
  removed: string[],
  outcome: Outcome,
];

const rows: Row[] = [
  // Characters that are removed, and named.
  [KEY, `  ${API_KEY}`, API_KEY, [SPACES], FINE],
  [KEY, `${API_KEY}\t`, API_KEY, [SPACES], FINE],
  [KEY, `${API_KEY}\n`, API_KEY, [BREAKS], FINE],
  [KEY, `\r\n${API_KEY}\r\n`, API_KEY, [BREAKS], FINE],
  [KEY, `${API_KEY} \n`, API_KEY, [BREAKS, SPACES], FINE],
  [KEY, `\u00A0${API_KEY}\u00A0`, API_KEY, [SPACES], FINE],
  [KEY, `\u2003${API_KEY}\u3000`, API_KEY, [SPACES], FINE],
  [KEY, `${API_KEY}\u2028`, API_KEY, [BREAKS], FINE],
  [KEY, `\uFEFF${API_KEY}`, API_KEY, [UNSEEN], FINE],
  [KEY, `kQ7rTz29\u200BxWmB4vNc8LpD`, API_KEY, [UNSEEN], FINE],
  [KEY, `kQ7rTz29\u200C\u200DxWmB4vNc8LpD`, API_KEY, [UNSEEN], FINE],
  [KEY, `kQ7rTz29\u00ADxWmB4vNc8LpD`, API_KEY, [UNSEEN], FINE],
  [KEY, `kQ7rTz29\u2060xWmB4vNc8LpD`, API_KEY, [UNSEEN], FINE],
  [KEY, `\u200E${API_KEY}\u200F`, API_KEY, [UNSEEN], FINE],
  [KEY, `\u202A${API_KEY}\u202C`, API_KEY, [UNSEEN], FINE],
  [KEY, `\u2066${API_KEY}\u2069`, API_KEY, [UNSEEN], FINE],
  [KEY, `kQ7rTz29\u3164xWmB4vNc8LpD`, API_KEY, [UNSEEN], FINE],
  [KEY, `${API_KEY}\uFE0F`, API_KEY, [UNSEEN], FINE],
  [KEY, `\u001B[200~${API_KEY}\u001B[201~`, API_KEY, [MARKERS], FINE],
  [KEY, `[200~${API_KEY}[201~`, API_KEY, [MARKERS], FINE],
  [KEY, `^[[200~${API_KEY}^[[201~`, API_KEY, [MARKERS], FINE],
  [KEY, `\u009B200~${API_KEY}\u009B201~`, API_KEY, [MARKERS], FINE],
  [
    KEY,
    `\u001B[200~ \u200B${API_KEY}\n\u001B[201~`,
    API_KEY,
    [MARKERS, UNSEEN, BREAKS, SPACES],
    FINE,
  ],
  [KEY, `\u200B[200~${API_KEY}[201~ `, API_KEY, [UNSEEN, SPACES, MARKERS], FINE],
  [TOK, `\uFEFF${TOKEN}\r\n`, TOKEN, [UNSEEN, BREAKS], FINE],
  [MAIL, `\u200B${EMAIL}\u00A0`, EMAIL, [UNSEEN, SPACES], FINE],
  [SLUG, ' acme.us-1\u200B\n', 'acme.us-1', [UNSEEN, BREAKS, SPACES], FINE],
  [DOMAIN, '\u001B[200~acme\u001B[201~', 'acme', [MARKERS], FINE],

  // Inside a value the same characters stay, and are asked about or refused.
  [KEY, 'kQ7rTz29[200~xWmB4vNc8LpD', SAME, [], FINE],
  [KEY, `00~${API_KEY}01~`, SAME, [], asks(/~ at one end/u)],
  [KEY, `~${API_KEY}`, SAME, [], asks(/~ at one end/u)],
  [KEY, `${API_KEY}~`, SAME, [], asks(/~ at one end/u)],
  [KEY, `[201~${API_KEY}`, SAME, [], asks(/~ at one end/u)],
  [KEY, 'kQ7rTz29 xWmB4vNc8LpD', SAME, [], SPACE],
  [KEY, 'kQ7rTz29\u00A0xWmB4vNc8LpD', SAME, [], SPACE],
  [KEY, 'kQ7rTz29\nxWmB4vNc8LpD', SAME, [], refuses(/line break/u)],
  [KEY, 'kQ7rTz29\txWmB4vNc8LpD', SAME, [], refuses(/control character/u)],
  [KEY, `${API_KEY}\u0000`, SAME, [], refuses(/control character/u)],
  [KEY, `\u0016${API_KEY}`, SAME, [], refuses(/control character/u)],
  [KEY, ' \u200B\n', '', [UNSEEN, BREAKS, SPACES], refuses(/needed/u)],
  [KEY, 'kQ7', SAME, [], refuses(/3 characters are too few/u)],
  [TOK, 'New Token 2', SAME, [], SPACE],
  [TOK, 'Integration of the help desk', SAME, [], SPACE],

  // Quotes of every kind.
  [KEY, `"${API_KEY}"`, SAME, [], QUOTES],
  [KEY, `'${API_KEY}'`, SAME, [], QUOTES],
  [KEY, `\`${API_KEY}\``, SAME, [], QUOTES],
  [KEY, `\u201C${API_KEY}\u201D`, SAME, [], QUOTES],
  [KEY, `\u201E${API_KEY}\u201C`, SAME, [], QUOTES],
  [KEY, `\u2018${API_KEY}\u2019`, SAME, [], QUOTES],
  [KEY, `\u00AB${API_KEY}\u00BB`, SAME, [], QUOTES],
  [KEY, ` "${API_KEY}", `, `"${API_KEY}",`, [SPACES], QUOTES],
  [TOK, `"${TOKEN}"`, SAME, [], QUOTES],
  [TOK, `${TOKEN}"`, SAME, [], asks(/a quote at one end/u)],
  [TOK, `\u201C${TOKEN}`, SAME, [], asks(/a quote at one end/u)],

  // What is put around a secret where it is used.
  [KEY, `Authorization: Basic ${b64(`${API_KEY}:X`)}`, SAME, [], HEADER],
  [KEY, `authorization:Basic ${b64(`${API_KEY}:X`)}`, SAME, [], HEADER],
  [KEY, `-H "Authorization: Basic ${b64(`${API_KEY}:X`)}"`, SAME, [], HEADER],
  [KEY, `Basic ${b64(`${API_KEY}:X`)}`, SAME, [], HEADER],
  [KEY, `bearer ${API_KEY}`, SAME, [], HEADER],
  [TOK, `Token ${TOKEN}`, SAME, [], HEADER],
  [TOK, `"Authorization": "Basic ${b64(`${EMAIL}:${TOKEN}`)}"`, SAME, [], HEADER],
  [KEY, `${API_KEY}:X`, SAME, [], asks(/colon \(:X\)/u)],
  [KEY, `${API_KEY}:x`, SAME, [], asks(/colon \(:X\)/u)],
  [KEY, `${API_KEY}:`, SAME, [], asks(/colon \(:X\)/u)],
  [KEY, b64(`${API_KEY}:X`), SAME, [], ENCODED],
  [KEY, b64(`${API_KEY}:X\n`), SAME, [], ENCODED],
  [KEY, b64(`${API_KEY}:`), SAME, [], ENCODED],
  [TOK, b64(`${EMAIL}:${TOKEN}`), SAME, [], ENCODED],
  [TOK, b64url(`${EMAIL}:${TOKEN}`), SAME, [], ENCODED],
  [TOK, b64url('api?user:tok?9f8e~~7d6c'), SAME, [], ENCODED],
  [TOK, b64('p\u00E4r:p\u00E4ssw\u00F6rd'), SAME, [], ENCODED],
  [TOK, `${EMAIL}:${TOKEN}`, SAME, [], asks(/an e-mail address in front/u)],
  [KEY, `FRESHSERVICE_API_KEY=${API_KEY}`, SAME, [], SETTINGS],
  [KEY, `export FRESHSERVICE_API_KEY="${API_KEY}"`, SAME, [], SETTINGS],
  [KEY, `$env:FRESHSERVICE_API_KEY = "${API_KEY}"`, SAME, [], SETTINGS],
  [KEY, `api_key: ${API_KEY}`, SAME, [], SETTINGS],
  [KEY, `Your API Key: ${API_KEY}`, SAME, [], SETTINGS],
  [TOK, `"token": "${TOKEN}"`, SAME, [], SETTINGS],
  [TOK, `{"token":"${TOKEN}"}`, SAME, [], SETTINGS],
  [TOK, `--token=${TOKEN}`, SAME, [], SETTINGS],

  // Other things that are copied on the way.
  [KEY, 'ines.okafor@acme.example', SAME, [], MAIL_ADDRESS],
  [TOK, 'mailto:ines@acme.example', SAME, [], MAIL_ADDRESS],
  [TOK, `Amy Agent <${EMAIL}>`, SAME, [], MAIL_ADDRESS],
  [TOK, `that of ${EMAIL}`, SAME, [], SPACE],
  [TOK, `curl -u ${EMAIL}:${TOKEN}`, SAME, [], SPACE],
  [KEY, 'https://acme.freshservice.com/support/profile', SAME, [], PAGE],
  [KEY, 'acme.freshservice.com', SAME, [], PAGE],
  [TOK, 'www.acme.example', SAME, [], PAGE],
  [TOK, 'acme.us-1.gladly.com/admin', SAME, [], PAGE],
  [KEY, 'fwapi_0aB1cD2eF3gH4', SAME, [], asks(/platform token \(fwapi_\.\.\.\)/u)],
  [
    KEY,
    'Your API key is disabled. Please contact your admin to enable it.',
    SAME,
    [],
    asks(/message for a disabled key/u, /a space inside/u),
  ],
  [KEY, 'fw_ext_123456789', SAME, [], asks(/OAuth app \(fw_ext_\.\.\.\)/u)],
  [KEY, JWT, SAME, [], TOKEN_OF_LOGIN],
  [TOK, JWT, SAME, [], TOKEN_OF_LOGIN],
  [TOK, GLADLY_ID, SAME, [], asks(/22 characters/u)],
  [TOK, 'deKiBNpP-TKXoAL0IrvK_A', SAME, [], asks(/22 characters/u)],
  [KEY, `${API_KEY}${API_KEY}`, SAME, [], TWICE],
  [TOK, `${TOKEN}${TOKEN}`, SAME, [], TWICE],
  [
    TOK,
    `\u001B[200~${TOKEN}\u001B[201~\u001B[200~${TOKEN}\u001B[201~`,
    `${TOKEN}${TOKEN}`,
    [MARKERS],
    TWICE,
  ],
  [TOK, 'a1b2c3d4e5fa1b2c3d4e5f', SAME, [], asks(/22 characters/u, /same text twice/u)],
  [KEY, '\u2022'.repeat(20), SAME, [], HIDDEN],
  [KEY, '\u25CF'.repeat(8), SAME, [], HIDDEN],
  [KEY, '********************', SAME, [], HIDDEN],
  [KEY, '....................', SAME, [], HIDDEN],
  [KEY, '****************8LpD', SAME, [], HIDDEN],
  [KEY, 'kQ7rTz29\u2026', SAME, [], HIDDEN],
  [KEY, '<your key>', SAME, [], PLACEHOLDER],
  [KEY, 'YOUR_API_KEY', SAME, [], PLACEHOLDER],
  [KEY, 'FRESHSERVICE_API_KEY', SAME, [], PLACEHOLDER],
  [KEY, 'your-api-key-here', SAME, [], PLACEHOLDER],
  [KEY, 'my_api_key', SAME, [], PLACEHOLDER],
  [TOK, 'token', SAME, [], PLACEHOLDER],
  [TOK, 'changeme', SAME, [], PLACEHOLDER],
  [KEY, '$FRESHSERVICE_API_KEY', SAME, [], PLACEHOLDER],
  [KEY, '${API_KEY}', SAME, [], PLACEHOLDER],
  [KEY, '%API_KEY%', SAME, [], PLACEHOLDER],
  [KEY, 'xxxxxxxxxxxxxxxxxxxx', SAME, [], PLACEHOLDER],
  [KEY, 'xxxx-xxxx-xxxx', SAME, [], PLACEHOLDER],
  [TOK, '{{token}}', SAME, [], PLACEHOLDER],
  [TOK, 'undefined', SAME, [], PLACEHOLDER],

  // What only looks like plain letters.
  [TOK, 'tok\u20139f8e7d6c5b4a\u2013Zz01', SAME, [], BEYOND],
  [KEY, '\u043AQ7rTz29xWmB4vNc8LpD', SAME, [], BEYOND],
  [KEY, '\uFF4B\uFF31\uFF17rTz29xWmB4vNc8LpD', SAME, [], BEYOND],
  [KEY, 'p\u00E4ssw\u00F6rd1', SAME, [], BEYOND],

  // A secret where it would be shown, or looked up as a name.
  [DOMAIN, API_KEY, SAME, [], LOOKS_LIKE_KEY],
  [DOMAIN, 'a1b2c3d4e5f6g7h8i9j0', SAME, [], LOOKS_LIKE_KEY],
  [DOMAIN, 'aBcDeF1GhIjKlMnOpQr', SAME, [], LOOKS_LIKE_KEY],
  [DOMAIN, '0f1e2d3c4b5a69788796a5b4c3d2e1f0', SAME, [], LOOKS_LIKE_KEY],
  [DOMAIN, 'fwapi_0aB1cD2eF3gH4', SAME, [], LOOKS_LIKE_KEY],
  [DOMAIN, JWT, SAME, [], LOOKS_LIKE_KEY],
  [SLUG, TOKEN, SAME, [], LOOKS_LIKE_KEY],
  [SLUG, 'aB3dE6gH9jK2mN5pQ8rS4tUv', SAME, [], LOOKS_LIKE_KEY],
  [SLUG, 'qwertyuiopasdfghjklzxcvbnmqwert', SAME, [], LOOKS_LIKE_KEY],
  [SLUG, GLADLY_ID, SAME, [], asks(/22 characters/u, /key or a token/u)],
  [SLUG, 'deKiBNpPRTKXoAL0IrvK8A', SAME, [], asks(/22 characters/u, /key or a token/u)],
  [MAIL, TOKEN, SAME, [], refuses(/looks like a key or a token.*on its own/u)],
  [MAIL, API_KEY, SAME, [], refuses(/looks like a key or a token.*on its own/u)],
  [MAIL, 'amy', SAME, [], refuses(/must be an e-mail address, like api-user@acme\.com\.$/u)],
  [MAIL, 'https://acme.gladly.com/', SAME, [], refuses(/must be an e-mail address/u)],
  [MAIL, `mailto:${EMAIL}`, SAME, [], refuses(/must be an e-mail address/u)],
  [MAIL, `"${EMAIL}"`, SAME, [], QUOTES],
  [MAIL, `<${EMAIL}>`, SAME, [], asks(/a character at one end/u)],
  [MAIL, `${EMAIL},`, SAME, [], asks(/a character at one end/u)],
  [MAIL, `${EMAIL}.`, SAME, [], asks(/a character at one end/u)],
  [MAIL, 'api\u2011user@acme.example', SAME, [], asks(/not plain English ones/u)],

  // Nothing is wrong with these.
  [KEY, 'a1b2c3d4e5f6g7h8i9j0', SAME, [], FINE],
  [KEY, 'aBcDeF1GhIjKlMnOpQr', SAME, [], FINE],
  [KEY, '0f1e2d3c4b5a69788796a5b4c3d2e1f0', SAME, [], FINE],
  [KEY, 'qwertyuiopasdfghjkl', SAME, [], FINE],
  [TOK, 'aB3_dE6-gH9_jK2-mN5_pQ8-', SAME, [], FINE],
  [TOK, '-x_Y-z_0', SAME, [], FINE],
  [TOK, '3f2504e0-4f89-41d3-9a0c-0305e82c3301', SAME, [], FINE],
  [TOK, 'dGhlIHRva2VuIGFzIGl0IGlz', SAME, [], FINE],
  [TOK, 'mR8vN2pQ7sT4wX1zA6bC3dE=', SAME, [], FINE],
  [TOK, 'mR8vN2pQ7sT4wX1zA6bC3w==', SAME, [], FINE],
  [TOK, b64('a token without the sign'), SAME, [], FINE],
  [TOK, Buffer.from('not\u00FF:UTF-8\u00FE', 'latin1').toString('base64'), SAME, [], FINE],
  [TOK, b64('a\u0007bell: no text'), SAME, [], FINE],
  [TOK, 'a1ba1b', SAME, [], FINE],
  [TOK, 'a+b/c+d/e+f/g+h/i+j/k+l/', SAME, [], FINE],
  [TOK, 'sk.live.4eC39HqLyjWDarjtT1', SAME, [], FINE],
  [TOK, 'p@ss=w*rd#1!', SAME, [], FINE],
  [DOMAIN, 'acme', SAME, [], FINE],
  [DOMAIN, 'acme-fs-sandbox', SAME, [], FINE],
  [DOMAIN, 'mycompanyhelpdesk2024', SAME, [], FINE],
  [DOMAIN, 'acme-2024-test-sandbox', SAME, [], FINE],
  [DOMAIN, '3mservicedesk', SAME, [], FINE],
  [DOMAIN, 'https://acme.freshservice.com/a/tickets/filters/1a2b3c4d5e6f7a8b9c', SAME, [], FINE],
  [DOMAIN, 'contosoglobalservicedesk', SAME, [], FINE],
  [SLUG, 'acme.us-1.gladly.com', SAME, [], FINE],
  [SLUG, 'acme-customer-care-usa', SAME, [], FINE],
  [SLUG, 'https://acme.gladly.qa/conversations/deKiBNpPRTKXoAL0IrvK8A', SAME, [], FINE],
  [MAIL, "o'brien+api@acme.co.uk", SAME, [], FINE],
];

/** Patterns and symbols do not print well in a test's name. */
const visible = (text: string): string =>
  JSON.stringify(text.replaceAll(/[^\u0020-\u007E]/gu, '?'));

describe('pasted', () => {
  it.each(rows.map((row) => [row[0], visible(row[1]), row] as const))(
    'into %s: %s',
    (_, __, [name, pasted, left, removed, outcome]) => {
      const field = named(name);
      const { value, removed: said } = stripInvisible(pasted);
      expect(value).toBe(left === SAME ? pasted : left);
      expect(said.toSorted()).toEqual(removed.toSorted());

      // A host is refused later, when it is looked for.
      const refused = field.kind === 'host' ? undefined : refuseValue(field, value);
      if ('refuses' in outcome) {
        expect(refused).toMatch(outcome.refuses);
        if (value.length > 3) expect(refused).not.toContain(value);
        return;
      }
      expect(refused).toBeUndefined();
      const asked = lintPaste(field, value);
      expect(asked).toEqual(
        outcome.asks.map((pattern) => expect.stringMatching(pattern) as unknown as string),
      );
      for (const each of asked) {
        expect(each).not.toContain(value);
        // It is printed between "API key: " and ".", on any terminal.
        expect(each).toMatch(/^(?:it|that) [\u0020-\u007E]*[^.]$/u);
      }
    },
  );

  it('values cover at least 50 mishaps and every field', () => {
    expect(
      rows.filter(([, , , removed, outcome]) => removed.length > 0 || outcome !== FINE).length,
    ).toBeGreaterThanOrEqual(50);
    expect(new Set(rows.map(([name]) => name))).toEqual(new Set(fields.keys()));
    expect(new Set(rows.map(([name, pasted]) => `${name} ${pasted}`)).size).toBe(rows.length);
  });
});

describe('spaces in a value that a script gives', () => {
  it.each([
    [` ${API_KEY}`, ['it has a space at its beginning or end']],
    [`${API_KEY}\t`, ['it has a space at its beginning or end']],
    [`a  ${API_KEY}`, ['it has a space inside']],
  ])('are named where they are: %j', (value, said) => {
    expect(lintPaste(named(KEY), value)).toEqual(said);
  });
});

describe('the messages about mistakes', () => {
  it.each(providers)('of $id can be printed on any terminal', (provider) => {
    for (const { message } of provider.fields.flatMap(({ mistakes = [] }) => mistakes))
      expect(message).toMatch(/^(?:it|that) [\u0020-\u007E]*[^.]$/u);
  });
});

/** Printable ASCII, with more paste markers and spaces than chance would put there. */
const ascii = fc
  .array(
    fc.oneof(fc.string({ unit: 'grapheme-ascii' }), fc.constantFrom('[200~', '[201~', '^[', ' ')),
  )
  .map((parts) => parts.join(''));

/** The same with characters that are removed. */
const dirty = fc
  .array(
    fc.oneof(
      ascii,
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u001B[200~',
        '\u001B[201~',
        '\u001B[20',
        '\u001B',
        '0~',
        '1~',
        '\u200B',
        '\uFEFF',
      ),
      fc.constantFrom('\n', '\r\n', '\u00A0', '\u2028', '\u202E', '\u00AD', '\u009B200~'),
    ),
  )
  .map((parts) => parts.join(''));

/** A text without any character that may be removed. */
const kept = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- paste markers begin with it
  text.replaceAll(/[\p{Default_Ignorable_Code_Point}\s\u001B\u009B^[201~]/gu, '');

describe('the cleaning of any paste', () => {
  it('changes printable ASCII only at its ends', () => {
    fc.assert(
      fc.property(ascii, (text) => {
        fc.pre(!/^(?: |(?:\^\[)?\[200~)|(?: |\[201~)$/u.test(text));
        expect(stripInvisible(text)).toEqual({ value: text, removed: [] });
      }),
    );
  });

  it('finds nothing the second time', () => {
    fc.assert(
      fc.property(dirty, (text) => {
        const { value } = stripInvisible(text);
        expect(stripInvisible(value)).toEqual({ value, removed: [] });
      }),
    );
  });

  it('names each removal once, and only if it removes something', () => {
    fc.assert(
      fc.property(dirty, (text) => {
        const { value, removed } = stripInvisible(text);
        expect(removed.length > 0).toBe(value !== text);
        expect(new Set(removed).size).toBe(removed.length);
      }),
    );
  });

  it('keeps every other character, in order', () => {
    fc.assert(
      fc.property(dirty, (text) => {
        expect(kept(stripInvisible(text).value)).toBe(kept(text));
      }),
    );
  });

  it('removes white space only at the ends', () => {
    fc.assert(
      fc.property(ascii, fc.constantFrom(' ', '\t', '\n', '\u00A0'), (text, space) => {
        const inside = `x${text}${space}y`;
        expect(stripInvisible(inside).value).toBe(inside);
      }),
    );
  });
});

it('a long text that is almost an e-mail address is read fast', () => {
  // A pattern that backtracks from each dot would take minutes.
  for (const long of [
    `a@${'.'.repeat(60_000)}@`,
    `a@${'b.'.repeat(30_000)} `,
    `<${'a<'.repeat(30_000)}@`,
  ]) {
    expect(refuseValue(named(MAIL), long)).toContain('must be an e-mail address');
    expect(() => lintPaste(named(TOK), long)).not.toThrow();
  }
});
