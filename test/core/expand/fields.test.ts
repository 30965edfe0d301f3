import { describe, expect, it } from 'vitest';
import type { Definition } from '../../../src/core/definition/schema.js';
import { expand } from '../../../src/core/expand/expand.js';
import { lintPaste } from '../../../src/core/paste-lint.js';
import { homely, lumina, payloom, tokenly } from '../../support/definitions.js';

type FieldDefinition = Definition['fields'][string];

/** The secret of one definition, with changes. */
function secret(changes: FieldDefinition) {
  const fields = { secretKey: { ...payloom.fields['secretKey'], ...changes } };
  const [field] = expand({ ...payloom, fields }).fields;
  if (!field) throw new Error('no field');
  return field;
}

const VALUE = 'aB3dE6gH9jK2mN5p';

describe('a format', () => {
  it.each<[NonNullable<FieldDefinition['format']>, string, right: string[], wrong: string[]]>([
    [{ startsWith: 'pk.' }, 'begins with pk.', [`pk.${VALUE}`], [`x${VALUE}`, `pk_${VALUE}`]],
    [{ startsWith: ['a1', 'b2'] }, 'begins with a1 or b2', ['a1x9x9', 'b2x9x9'], ['1a1x9x9']],
    [{ endsWith: ['.a', '.b'] }, 'ends with .a or .b', ['x9x9.b'], ['x9x9.bc', 'x9x9xa']],
    [{ contains: '.' }, 'has . in it', ['x9.x9'], ['x9x9']],
    [{ length: 5 }, 'has 5 characters', ['x9x9x'], ['x9x9', 'x9x9x9']],
    [{ length: [4, 6] }, 'has 4 to 6 characters', ['x9x9', 'x9x9x9'], ['x9x', 'x9x9x9x']],
    [{ charset: 'digits' }, 'has digits only', ['123456'], ['12345a', '12 456']],
    [{ charset: 'letters' }, 'has letters only', ['abcXYZ'], ['abcXY1', 'abc_XYZ']],
    [{ charset: 'hex' }, 'has hexadecimal digits only', ['09afAF'], ['09afg']],
    [{ charset: 'alphanumeric' }, 'has letters and digits only', ['09azAZ'], ['09az-', '09_AZ']],
    [{ charset: 'word' }, 'has letters, digits, _ and - only', ['a_Z-9'], ['a_Z.9']],
    [{ charset: 'base64' }, 'has the characters of Base64 only', ['a+Z/9_-='], ['a+Z.9']],
    [{ noSpaces: true }, 'has no spaces', ['a*b'], ['a b']],
    [{ mixed: true }, 'has both cases or digits among letters', ['aBc', 'ab1c'], ['abc12', 'ABC']],
    [
      { startsWith: 'k', charset: 'hex', length: 3 },
      'begins with k and has 3 characters and has hexadecimal digits only',
      [],
      ['kaf'],
    ],
  ])('%j: the value %s', (format, says, right, wrong) => {
    const { format: made } = secret({ format });
    expect(made?.says).toBe(says);
    const fits = (value: string) => new RegExp(made?.pattern ?? '', 'u').test(value);
    expect(right.filter((value) => !fits(value))).toEqual([]);
    expect(wrong.filter(fits)).toEqual([]);
  });

  it('is matched against the whole value, however long it is', () => {
    const value = `pk${VALUE.repeat(200)}end`;
    const format = { startsWith: 'pk', endsWith: 'end', length: [3000, 4000] as [number, number] };
    const mistakes = [{ endsWith: 'ned', message: 'it is turned round' }];
    expect(lintPaste(secret({ format, mistakes }), value)).toEqual([]);
    expect(lintPaste(secret({ mistakes }), `${value}ned`)).toEqual(['it is turned round']);
  });
});

describe('a field', () => {
  it('has all that its author wrote', () => {
    const sources = [{ what: 'elsewhere', checked: '2026-11-21' }];
    const written = {
      example: 'pk_x',
      about: ['One.', 'Two.'],
      page: 'https://payloom.com/keys',
      optional: true,
      sources,
    } as const;
    expect(secret({ ...written, about: ['One.', 'Two.'], mistakes: [] })).toEqual({
      ...written,
      id: 'secretKey',
      label: 'Secret key',
      kind: 'secret',
      flag: 'secret-key',
      env: 'PAYLOOM_SECRET_KEY',
      where: 'Settings > API',
      limits: { ascii: true },
      mistakes: [],
    });
  });

  it.each<[string, FieldDefinition, Partial<Definition>, object]>([
    [
      'a secret',
      {},
      {},
      { kind: 'secret', label: 'New ID', example: 'the New ID as Lumina Desk shows it' },
    ],
    [
      'a text',
      { kind: 'text' },
      {},
      { kind: 'text', example: 'the New ID as Lumina Desk shows it' },
    ],
    ['an e-mail', { kind: 'email' }, {}, { kind: 'email', example: 'api-user@acme.example' }],
    [
      'a choice',
      { choices: ['eu', { value: 'us', label: 'America' }] },
      {},
      {
        kind: 'choice',
        example: 'eu',
        choices: [
          { value: 'eu', label: 'eu' },
          { value: 'us', label: 'America' },
        ],
      },
    ],
    [
      'a choice with a default',
      { choices: ['eu', 'us'], default: 'us' },
      {},
      { example: 'us', default: 'us' },
    ],
    [
      'a name in the host',
      {},
      { host: ['{site}.lumina-desk.com', '{newId}.lumina-desk.net'] },
      { kind: 'host', example: 'acme' },
    ],
    [
      "a name in the exchange's host",
      {},
      { exchange: { post: '/token', host: '{newId}.lumina-login.com' } },
      { kind: 'text', example: 'acme', limits: { label: true } },
    ],
    ['a value in a header', {}, { headers: { 'x-id': 'a {newId}' } }, { limits: { ascii: true } }],
    ['a bearer', {}, { auth: { bearer: '{newId}' } }, { limits: { ascii: true } }],
    [
      "a value in a header of auth's",
      {},
      { auth: { headers: { 'x-id': '{newId}' } } },
      { limits: { ascii: true } },
    ],
    [
      "a value in the exchange's header",
      {},
      { exchange: { post: '/token', headers: { 'x-id': '{newId}' } } },
      { limits: { ascii: true } },
    ],
    [
      'a user of Basic',
      { kind: 'text' },
      { auth: { basic: ['{newId}', '{apiKey}'] } },
      { limits: { noColon: true } },
    ],
    [
      "a user of the exchange's Basic",
      { kind: 'text' },
      { exchange: { post: '/token', basic: ['{newId}', '{apiKey}'] } },
      { limits: { noColon: true } },
    ],
    [
      'a password of Basic',
      { kind: 'text' },
      { auth: { basic: ['{email}', '{newId}'] } },
      { limits: undefined },
    ],
    [
      'a secret as the user of Basic',
      {},
      { auth: { basic: ['{newId}', ''] } },
      { limits: undefined },
    ],
  ])('is %s', (_, field, rest, expected) => {
    const { fields } = expand({ ...lumina, ...rest, fields: { ...lumina.fields, newId: field } });
    const { limits, ...made } = fields.at(-1) ?? {};
    expect({ ...made, limits }).toMatchObject({
      id: 'newId',
      flag: 'new-id',
      env: 'LUMINA_NEW_ID',
      about: ['New ID'],
      sources: lumina.sources,
      ...expected,
    });
  });

  it('is a whole host', () => {
    expect(expand(homely).fields[0]).toMatchObject({
      kind: 'host',
      example: 'homely.acme.example',
    });
  });
});

describe('what a provider needs in a sentence', () => {
  it.each([
    ['the labels of its fields', {}, 'you need Site, Client id, Client secret'],
    ["the author's own words", { summary: 'you need a client' }, 'you need a client'],
  ])('is %s', (_, changes, summary) => {
    expect(expand({ ...tokenly, ...changes }).summary).toBe(summary);
  });
});
