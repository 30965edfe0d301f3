import { describe, expect, it } from 'vitest';
import { INSTALLED, pathWord, runnable } from '../../src/core/shell.js';

const NPX = { program: ['npx', 'connect-wizard'], shell: 'posix' } as const;
const edit = runnable(NPX, () => ['check', 'list', 'zendo']);

describe('a text under npx', () => {
  it.each([
    ['Run connect-wizard check again.', 'Run npx connect-wizard check again.'],
    [
      'connect-wizard zendo, then connect-wizard list',
      'npx connect-wizard zendo, then npx connect-wizard list',
    ],
    ['"connect-wizard --help"', '"npx connect-wizard --help"'],
    ['connect-wizard <provider>', 'npx connect-wizard <provider>'],
  ])('names a command that can be run: %s', (text, expected) => {
    expect(edit(text)).toBe(expected);
    expect(edit(edit(text))).toBe(expected);
  });

  it.each([
    'connect-wizard failed because of a bug of its own',
    'connect-wizard lists them',
    'a newer connect-wizard wrote it',
    '~/.config/connect-wizard',
  ])('stays as it is if no command is meant: %s', (text) => {
    expect(edit(text)).toBe(text);
  });
});

it.each([
  ['./quill.json', './quill.json'],
  ['my quill.json', '"my quill.json"'],
  ["amy's quill.json", `"amy's quill.json"`],
  [String.raw`C:\Users\Amy\quill.json`, String.raw`"C:\Users\Amy\quill.json"`],
  ['$HOME quill.json', "'$HOME quill.json'"],
])('a path in a printed command is one word for each shell: %s', (path, expected) => {
  expect(pathWord(path)).toBe(expected);
});

it('a text does not change if the program is installed', () => {
  const text = 'Run connect-wizard check again.';
  expect(runnable(INSTALLED, () => ['check'])(text)).toBe(text);
});
