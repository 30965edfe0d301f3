import { describe, expect, it } from 'vitest';
import { refuseValue, stripAroundHost, stripInvisible } from '../../src/core/field.js';
import { lintPaste } from '../../src/core/paste-lint.js';
import { fieldFlags } from '../../src/core/field-names.js';
import type { Field, Provider } from '../../src/core/provider.js';
import { LONGEST_VALUE } from '../../src/core/secret.js';
import { API_KEY, TOKEN } from '../support/fakes.js';
import { freshservice, gladly } from '../support/built-ins.js';

function field(provider: Provider, id: string): Field {
  const found = provider.fields.find((each) => each.id === id);
  if (!found) throw new Error(id);
  return found;
}
const apiKey = field(freshservice, 'apiKey');
const token = field(gladly, 'token');
const email = field(gladly, 'email');
const domain = field(freshservice, 'domain');

describe('an address that was copied out of a text', () => {
  it.each([
    ['acme.freshservice.com,', 'acme.freshservice.com'],
    ['acme.freshservice.com;', 'acme.freshservice.com'],
    ['(acme.freshservice.com).', 'acme.freshservice.com'],
    ['<https://acme.freshservice.com/>', 'https://acme.freshservice.com/'],
    ['"acme.freshservice.com"!', 'acme.freshservice.com'],
    ['\u201Eacme.freshservice.com\u201C', 'acme.freshservice.com'],
    ['\u00ABacme.freshservice.com\u00BB', 'acme.freshservice.com'],
    ['acme.freshservice.com\u2026', 'acme.freshservice.com'],
    ['acme.freshservice.com\u3002', 'acme.freshservice.com'],
    ['`acme`', 'acme'],
    ['**acme**', 'acme'],
    ["acme's", 'acme'],
    ['acme\u2019s', 'acme'],
    ['- acme', 'acme'],
    [
      '[our desk](https://acme.freshservice.com/a/tickets)',
      'https://acme.freshservice.com/a/tickets',
    ],
    ['https://acme.freshservice.com/a?x=1).', 'https://acme.freshservice.com/a?x=1'],
  ])('%s becomes %s, and the removal is named', (pasted, value) => {
    expect(stripAroundHost(pasted)).toEqual({ value, removed: ['punctuation around it'] });
  });

  it.each([
    'acme',
    'acme-fs-2',
    'https://acme.freshservice.com/',
    'b\u00FCcher',
    '[::1]:8443',
    '[2001:db8::1]/api',
  ])('%s is left as it is', (pasted) => {
    expect(stripAroundHost(pasted)).toEqual({ value: pasted, removed: [] });
  });
});

describe('an address inside a longer text', () => {
  it.each([
    ['see [our desk](https://acme.example)', 'see [our desk](https://acme.example'],
    ['[our desk](https://acme.example) and', 'our desk](https://acme.example) and'],
  ])('%s is not taken out of it', (pasted, value) => {
    expect(stripAroundHost(pasted).value).toBe(value);
  });
});

describe('a pasted value', () => {
  it.each([
    ['plain', 'abcd1234', 'abcd1234', []],
    ['with spaces around it', '  abcd1234\t', 'abcd1234', ['spaces around it']],
    ['with line breaks around it', '\nabcd1234\r\n', 'abcd1234', ['line breaks around it']],
    ['with no-break spaces', '\u00A0abcd1234\u00A0', 'abcd1234', ['spaces around it']],
    [
      'between paste markers',
      '\u001B[200~abcd1234\u001B[201~',
      'abcd1234',
      ['paste markers of the terminal'],
    ],
    [
      'between paste markers without escape',
      '[200~abcd1234[201~',
      'abcd1234',
      ['paste markers of the terminal'],
    ],
    ['with a zero-width space', 'abcd\u200B1234', 'abcd1234', ['characters that cannot be seen']],
    [
      'with a BOM and a soft hyphen',
      '\uFEFFab\u00ADcd',
      'abcd',
      ['characters that cannot be seen'],
    ],
    [
      'with several of these',
      '\u001B[200~ \u200B abcd \u001B[201~',
      'abcd',
      ['paste markers of the terminal', 'characters that cannot be seen', 'spaces around it'],
    ],
    ['with a space inside', 'ab cd', 'ab cd', []],
    ['with a marker in the middle', 'ab[200~cd', 'ab[200~cd', []],
    ['with an end marker in the middle', 'ab[201~cd', 'ab[201~cd', []],
    [
      'with a marker behind the space behind a marker',
      'abcd [201~ [201~',
      'abcd',
      ['paste markers of the terminal', 'spaces around it'],
    ],
    ['of white space alone', ' \n ', '', ['line breaks around it', 'spaces around it']],
  ])('%s is cleaned, and each removal is named', (_, answer, value, removed) => {
    expect(stripInvisible(answer)).toEqual({ value, removed });
  });
});

describe('a value', () => {
  it.each([
    [apiKey, '', /needed/u],
    [apiKey, 'abc', /not copied whole/u],
    [apiKey, 'abcd\nefgh', /line break/u],
    [apiKey, 'abcd\u0000efgh', /control character/u],
    [apiKey, 'abcd\u001B[A', /control character/u],
    [token, 'x', /not copied whole/u],
    [email, '', /needed/u],
    [email, 'api-user', /e-mail/u],
    [email, 'api-user@acme', /e-mail/u],
    [email, 'a@b@c.example', /e-mail/u],
    [email, 'a:b@c.example', /e-mail/u],
    [email, 'a b@c.example', /e-mail/u],
    [email, '@acme.example', /e-mail/u],
  ])('%# is refused', (of, value, words) => {
    const why = refuseValue(of, value);
    expect(why).toMatch(words);
    expect(why).toContain(of.label);
  });

  it.each([
    [apiKey, API_KEY],
    [apiKey, 'abcd'],
    [apiKey, 'pässwörd mit Abstand'],
    [token, TOKEN],
    [email, "o'brien+api@acme.co.uk"],
    [email, 'ü@ü.example'],
  ])('%# is accepted', (of, value) => {
    expect(refuseValue(of, value)).toBeUndefined();
  });

  it('is never repeated in the refusal of a secret', () => {
    expect(refuseValue(apiKey, 'geheim\n')).not.toContain('geheim');
    expect(refuseValue(apiKey, 'zqx')).not.toContain('zqx');
  });

  it('is not repeated if an e-mail address is asked for and it looks like a secret', () => {
    const why = refuseValue(email, TOKEN);
    expect(why).toMatch(/looks like a key or a token/u);
    expect(why).not.toContain(TOKEN);
  });

  it('may be any text for a blank in a message', () => {
    const word = { kind: 'text', label: 'Your name', example: 'Ines' } as const;
    expect(refuseValue(word, 'x')).toBeUndefined();
    expect(refuseValue(word, '')).toBe('This needs an answer.');
  });
});

describe('what people paste by mistake', () => {
  it.each([
    [apiKey, 'ines@acme.example', /e-mail/u],
    [apiKey, 'https://acme.freshservice.com/', /address/u],
    [apiKey, 'fwapi_abcdef', /platform token/u],
    [apiKey, 'fw_ext_12345', /OAuth app/u],
    [apiKey, 'eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl', /OAuth token/u],
    [apiKey, 'Authorization: Basic abcd', /header/u],
    [apiKey, 'basic YWJjZA==', /header/u],
    [apiKey, 'Bearer abcd', /header/u],
    [apiKey, `${API_KEY}:X`, /:X/u],
    [apiKey, `"${API_KEY}"`, /quotes/u],
    [apiKey, 'abcd efgh', /space/u],
    [token, 'api@acme.example', /e-mail/u],
    [token, 'https://acme.gladly.com', /address/u],
    [token, 'cOJOqxfWSlKuuLzPBlMhZg', /22 characters/u],
    [token, "'tok-123456'", /quotes/u],
    [token, 'Basic abcd', /header/u],
    [domain, API_KEY, /key or a token/u],
    [email, '<api@acme.example>', /character at one end/u],
  ])('%# is asked about', (of, value, words) => {
    const found = lintPaste(of, value);
    expect(found.join('; ')).toMatch(words);
    expect(found.join('; ')).not.toContain(value);
  });

  it("is named as the provider's own mistake first, then as a common one", () => {
    expect(lintPaste(apiKey, `"fwapi_abc def"`)).toEqual(['it has quotes around it']);
    expect(lintPaste(apiKey, 'fwapi_abc def')).toEqual([
      expect.stringContaining('platform token'),
      'it has a space inside',
    ]);
  });

  it.each([
    [apiKey, API_KEY],
    [token, TOKEN],
    [email, 'api@acme.example'],
  ])('%# is none of it', (of, value) => {
    expect(lintPaste(of, value)).toEqual([]);
  });
});

it.each([
  [apiKey, ['--api-key-stdin', '--api-key-file <path>']],
  [token, ['--token-stdin', '--token-file <path>']],
  [email, ['--email <value>']],
])('a field has its flags: %#', (of, flags) => {
  expect(fieldFlags(of)).toEqual(flags);
});

describe('a field', () => {
  type Asked = Parameters<typeof refuseValue>[0];
  const CODE = { label: 'Code', example: 'abcd', kind: 'host' } as const;
  const KEY = { ...CODE, kind: 'secret' } as const;
  const LONGEST = 'x'.repeat(LONGEST_VALUE);
  const SEALED = '-----BEGIN AGE ENCRYPTED FILE-----';
  const choices = [{ value: 'eu', label: 'Europe' }];

  it.each<[string, Asked, string]>([
    ['nothing, if it is optional', { ...CODE, optional: true }, ''],
    ['a value, if it is optional', { ...CODE, optional: true }, 'abcd'],
    ['the longest value', CODE, LONGEST],
    ["a sealed text that isn't secret", CODE, SEALED],
    ['one of its choices', { ...CODE, choices }, 'eu'],
    ['plain ASCII', { ...CODE, limits: { ascii: true } }, ' ~'],
    ['a colon, if there is no limit', CODE, 'a:b'],
    ['a name', { ...CODE, limits: { label: true } }, 'Acme-2'],
  ])('accepts %s', (_, of, value) => {
    expect(refuseValue(of, value)).toBeUndefined();
  });

  it.each<[string, Asked, string, string]>([
    ['nothing', CODE, '', 'Code is needed.'],
    ['more than the longest value', CODE, `${LONGEST}x`, 'Code is longer than 64 KiB'],
    ['a sealed text for a secret', KEY, SEALED, 'connect-wizard accept opens it.'],
    ['a secret of one character', KEY, 'x', ': 1 character is too few'],
    ['a secret of three characters', KEY, 'xyz', ': 3 characters are too few'],
    ['a value that is none of its choices', { ...CODE, choices }, 'us', 'Code must be one of: eu.'],
    ['letters beyond ASCII', { ...CODE, limits: { ascii: true } }, 'aé', 'beyond plain ASCII'],
    ['a colon', { ...CODE, limits: { noColon: true } }, 'a:b', 'must not have a colon'],
    ['a text that is no name', { ...CODE, limits: { label: true } }, 'a.b c', 'Code is a name'],
  ])('refuses %s', (_, of, value, why) => {
    expect(refuseValue(of, value)).toContain(why);
  });
});
