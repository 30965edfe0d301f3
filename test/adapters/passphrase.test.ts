import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPassphrase, type Passphrase } from '../../src/adapters/passphrase.js';
import { createSecretInput } from '../../src/adapters/secret-input.js';
import { Interrupted, UsageError } from '../../src/core/errors.js';
import type { Terminal } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';
import { asks, fakeTerminal, type Exchange } from '../support/fakes.js';

const VALUE = 'CONNECT_WIZARD_PASSPHRASE';
const FILE = 'CONNECT_WIZARD_PASSPHRASE_FILE';
const LABEL = 'Passphrase of the file store';
const PHRASE = 'correct horse battery staple';

const ONCE = (answer: string): Exchange => asks.secret(LABEL, answer, { refused: [''] });
const TWICE = (first: string, second: string): [Exchange, Exchange] => [
  asks.secret('New passphrase', first, { refused: [''] }),
  asks.secret('Type it again', second, { refused: [''] }),
];

function passphrase(
  variables: Readonly<Record<string, string>>,
  terminal: Terminal | undefined,
): Passphrase {
  return createPassphrase({
    variable: (name) => variables[name],
    secretInput: createSecretInput(() => new PassThrough()),
    terminal,
  });
}

async function file(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-passphrase-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'passphrase.txt');
  await writeFile(path, content);
  return path;
}

/** The two ways to ask for a passphrase. */
const WAYS: [string, (from: Passphrase) => Promise<string>][] = [
  [
    'of an existing store',
    async (from) => {
      const { secret, typed } = await from.get();
      expect(secret).toBeInstanceOf(Secret);
      expect(typed).toBe(false);
      return secret.reveal();
    },
  ],
  ['for a new store', async (from) => (await from.choose()).reveal()],
];

describe.each(WAYS)('a passphrase %s', (_, take) => {
  // A question to the person would fail the test.
  it.each<[string, () => Terminal | undefined]>([
    ['a person', () => fakeTerminal([])],
    ['nobody', () => fakeTerminal()],
    ['no terminal at all', () => undefined],
  ])('comes from the variable, with %s there', async (__, terminal) => {
    expect(await take(passphrase({ [VALUE]: ` ${PHRASE} ` }, terminal()))).toBe(` ${PHRASE} `);
  });

  it('comes from the variable even if the file is missing', async () => {
    const from = passphrase({ [VALUE]: PHRASE, [FILE]: '/nowhere/at-all' }, fakeTerminal([]));
    expect(await take(from)).toBe(PHRASE);
  });

  it.each([
    ['a person', () => fakeTerminal([])],
    ['nobody', () => fakeTerminal()],
  ])('comes from the file, without its line end, with %s there', async (__, terminal) => {
    const from = passphrase({ [FILE]: await file(` ${PHRASE} \n`) }, terminal());
    expect(await take(from)).toBe(` ${PHRASE} `);
  });

  it.each([
    ['empty', '', `the file of ${FILE} is empty`],
    ['only a line end', '\n', `the file of ${FILE} is empty`],
    ['of two lines', `${PHRASE}\n${PHRASE}\n`, 'more than one line'],
  ])('from a file that is %s is refused, and nobody is asked', async (__, content, why) => {
    const from = passphrase({ [FILE]: await file(content) }, fakeTerminal([]));
    const refused: unknown = await take(from).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UsageError);
    expect(refused).toMatchObject({ code: 'usage' });
    expect((refused as UsageError).message).toContain(why);
    expect((refused as UsageError).message).toContain(LABEL);
    expect((refused as UsageError).message).not.toContain(PHRASE);
  });

  it('from a missing file is refused, and nobody is asked', async () => {
    const from = passphrase({ [FILE]: '/nowhere/at-all' }, fakeTerminal([]));
    await expect(take(from)).rejects.toMatchObject({ name: 'UsageError', code: 'usage' });
    await expect(take(from)).rejects.toThrow(/there is no such file/u);
  });

  it.each<[string, () => Terminal | undefined]>([
    ['questions are not allowed', () => fakeTerminal()],
    ['there is no terminal', () => undefined],
  ])('is input-needed if %s', async (__, terminal) => {
    const from = passphrase({}, terminal());
    const refused: unknown = await take(from).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UsageError);
    expect(refused).toMatchObject({ code: 'input-needed' });
    expect((refused as UsageError).advice.next).toContain(`${VALUE} or ${FILE}`);
  });
});

describe('a person', () => {
  it('types the passphrase of an existing store once', async () => {
    const terminal = fakeTerminal([ONCE(PHRASE)]);
    const { secret, typed } = await passphrase({}, terminal).get();
    expect(secret.reveal()).toBe(PHRASE);
    expect(typed).toBe(true);
    expect(terminal.said).toEqual([]);
  });

  it('is asked again each time', async () => {
    const from = passphrase({}, fakeTerminal([ONCE('first'), ONCE('second')]));
    expect((await from.get()).secret.reveal()).toBe('first');
    expect((await from.get()).secret.reveal()).toBe('second');
  });

  it('types a new one twice, after an explanation', async () => {
    const terminal = fakeTerminal(TWICE(PHRASE, PHRASE));
    expect((await passphrase({}, terminal).choose()).reveal()).toBe(PHRASE);
    expect(terminal.said.map(({ how }) => how)).toEqual(['explain']);
    expect(terminal.text('explain')).toContain('nobody can recover it');
  });

  it('types both again if they differ, even by a space', async () => {
    const terminal = fakeTerminal([
      ...TWICE(PHRASE, 'another'),
      ...TWICE(PHRASE, `${PHRASE} `),
      ...TWICE('the third', 'the third'),
    ]);
    expect((await passphrase({}, terminal).choose()).reveal()).toBe('the third');
    expect(terminal.said.map(({ how }) => how)).toEqual(['explain', 'problem', 'problem']);
    expect(terminal.text('problem')).toContain('do not match');
    expect(terminal.text()).not.toContain(PHRASE);
  });

  it('cannot choose one with a line break or one that is too short', async () => {
    const first = asks.secret('New passphrase', PHRASE, {
      refused: ['?', 'seven c', 'two\nlines of it', ''],
    });
    const [, again] = TWICE(PHRASE, PHRASE);
    const terminal = fakeTerminal([first, again]);
    expect((await passphrase({}, terminal).choose()).reveal()).toBe(PHRASE);
  });

  it('is informed that the new store is made', () => {
    const terminal = fakeTerminal([]);
    passphrase({}, terminal).made();
    expect(terminal.text('done')).toContain('asks for this passphrase from now on');
    // A script has no terminal.
    expect(() => passphrase({ [VALUE]: PHRASE }, undefined).made()).not.toThrow();
  });

  it('may leave at either question', async () => {
    const first = passphrase({}, fakeTerminal([asks.interrupt]));
    await expect(first.get()).rejects.toBeInstanceOf(Interrupted);
    const [typed] = TWICE(PHRASE, PHRASE);
    const second = passphrase({}, fakeTerminal([typed, asks.interrupt]));
    await expect(second.choose()).rejects.toBeInstanceOf(Interrupted);
  });
});

describe('what is missing', () => {
  it.each<[string, Record<string, string>, () => Terminal | undefined]>([
    ['the variable is set', { [VALUE]: PHRASE }, () => undefined],
    ['the file is named', { [FILE]: '/nowhere/at-all' }, () => fakeTerminal()],
    ['a person can be asked', {}, () => fakeTerminal([])],
  ])('is nothing if %s', (_, variables, terminal) => {
    expect(passphrase(variables, terminal()).missing).toBeUndefined();
  });

  it.each<[string, () => Terminal | undefined]>([
    ['questions are not allowed', () => fakeTerminal()],
    ['there is no terminal', () => undefined],
  ])('is the passphrase, with the ways to give it, if %s', (_, terminal) => {
    expect(passphrase({}, terminal()).missing).toEqual({
      field: 'passphrase',
      label: 'passphrase of the file store',
      secret: true,
      flags: [],
      variables: [VALUE, FILE],
    });
  });
});

describe('a wrong passphrase', () => {
  const advice = { what: 'The file store cannot be opened', why: 'wrong', next: 'Again.' };

  it('is reported to a person', () => {
    const terminal = fakeTerminal([]);
    passphrase({}, terminal).refuse(advice);
    expect(terminal.text('problem')).toBe('The file store cannot be opened: wrong -> Again.');
  });

  it('is not reported without a person', () => {
    const terminal = fakeTerminal();
    passphrase({ [VALUE]: PHRASE }, terminal).refuse(advice);
    expect(terminal.said).toEqual([]);
  });
});

it.each([VALUE, FILE])('a new store refuses one under 8 characters from %s', async (name) => {
  const short = 'hunter2';
  const from = passphrase({ [name]: name === FILE ? await file(short) : short }, undefined);
  const error = await from.choose().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toContain('fewer than 8 characters');
  expect(String(error)).not.toContain(short);
  // An existing store may have a shorter one.
  await expect(from.get()).resolves.toMatchObject({ typed: false });
});
