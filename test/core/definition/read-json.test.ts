import { expect, it } from 'vitest';
import { keyFaults, syntaxFault } from '../../../src/core/definition/json-faults.js';
import { readDefinitionJson } from '../../../src/core/definition/read-json.js';
import { payloom } from '../../support/definitions.js';

const bytes = (text: string) => new TextEncoder().encode(text);

it.each([
  ['plain', JSON.stringify(payloom)],
  ['with a byte order mark', `\uFEFF${JSON.stringify(payloom)}`],
  ['with Windows line ends', JSON.stringify(payloom, null, 2).replaceAll('\n', '\r\n')],
])('JSON is read: %s', (_, text) => {
  expect(readDefinitionJson(bytes(text)).value).toEqual(payloom);
  expect(keyFaults(text.replace('\uFEFF', ''))).toEqual([]);
});

it.each([
  [
    '32 lists and objects in each other',
    `{"a":${'[{"b":'.repeat(15)}[[]]${'}]'.repeat(15)}}`.replace('[[]]', '[]'),
  ],
  ['lists and objects side by side', `[${'[],{"a":{}},'.repeat(40)}[]]`],
  ['brackets in texts', `["${'['.repeat(40)}", "\\"${'{'.repeat(40)}"]`],
])('%s are not too deep', (_, text) => {
  expect(readDefinitionJson(bytes(text)).faults).toBeUndefined();
});

it.each([
  ['{"a" 1}', 'column 6: a colon is missing'],
  ['{"a": }', 'column 7: a value is missing, or there is a comma too many'],
  ['["a"', 'column 5: a ] is missing'],
  ['{} "a"', 'column 4: there is something after the end'],
  ['{"a": "b', 'column 7: a text has no closing quote, or contains a line break'],
  [String.raw`["\u12"]`, 'column 2: \\u must be followed by four hexadecimal digits'],
  [String.raw`["\x"]`, 'column 2: that is not an escape sequence'],
  ['["a\tb"]', 'column 2: a text contains a control character'],
  ['[1.]', 'column 2: that is not a number'],
  ['[/* a', 'column 2: JSON has no comments'],
])('what is wrong with %j is said with its place', (text, said) => {
  expect(syntaxFault(text).message).toBe(`it is not JSON, line 1, ${said}`);
});

const deep = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;

it.each<[string, Uint8Array, string]>([
  ['an empty file', bytes(' \n'), '(the file): it is empty'],
  ['a file that is too large', bytes(' '.repeat(65537)), '(the file): it is larger than 64 KiB'],
  [
    'Latin-1',
    Uint8Array.of(0x7b, 0x22, 0xe9, 0x22),
    '(the file): it is not UTF-8: save it as UTF-8',
  ],
  ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x7b, 0), '(the file): it is UTF-16: save it as UTF-8'],
  [
    'UTF-16 the other way round',
    Uint8Array.of(0xfe, 0xff, 0, 0x7b),
    '(the file): it is UTF-16: save it as UTF-8',
  ],
  [
    'a sign that is only half of a byte order mark',
    Uint8Array.of(0xff, 0xff, 0x7b, 0),
    '(the file): it is not UTF-8: save it as UTF-8',
  ],
  [
    'a comma too many',
    bytes('{\n  "a": 1,\n}'),
    '(the file): it is not JSON, line 3, column 1: a key in double quotes is missing, or there is a comma too many',
  ],
  [
    'a comma too few',
    bytes('{\n  "a": 1\n  "b": 2\n}'),
    '(the file): it is not JSON, line 3, column 3: a comma is missing',
  ],
  [
    'a comment',
    bytes('{\n  // a\n  "a": 1\n}'),
    '(the file): it is not JSON, line 2, column 3: JSON has no comments',
  ],
  [
    'single quotes',
    bytes("{ 'a': 1 }"),
    '(the file): it is not JSON, line 1, column 3: only numbers, true, false and null go without quotes',
  ],
  [
    'a missing end',
    bytes('{"a": 1'),
    '(the file): it is not JSON, line 1, column 8: a } is missing',
  ],
  ['deep lists', bytes(deep(40)), '(the file): lists and objects can be nested at most 32 deep'],
  [
    'deep objects',
    bytes(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`),
    '(the file): lists and objects can be nested at most 32 deep',
  ],
  [
    'very deep lists',
    bytes(deep(30_000)),
    '(the file): lists and objects can be nested at most 32 deep',
  ],
  [
    'lists that never end',
    bytes('['.repeat(60_000)),
    '(the file): lists and objects can be nested at most 32 deep',
  ],
  [
    '__proto__',
    bytes('{"fields":{"__proto__":{}}}'),
    'fields.__proto__: __proto__ is not allowed as a key',
  ],
  [
    'a key twice behind an object that has it, too',
    bytes('{"a":{"c":1},"b":{"c":2},"b":3}'),
    'b: it is there twice',
  ],
  ['a key twice', bytes('{"a":[{"host":"x","host":"y"}]}'), 'a[0].host: it is there twice'],
])('%s is refused', (_, input, fault) => {
  const { text, faults: unread } = readDefinitionJson(input);
  const found = text === undefined ? unread : unread ? [syntaxFault(text)] : keyFaults(text);
  const faults = found ?? [];
  expect(faults.map(({ path, message }) => `${path}: ${message}`)).toEqual([fault]);
});
