import { describe, expect, it, vi } from 'vitest';
import { BACK, type Back, type Terminal } from '../../src/core/ports.js';
import { API_KEY } from '../support/fakes.js';
import { terminal } from '../support/fake-tty.js';

vi.setConfig({ testTimeout: 5000 });

const CHOICES = [
  { value: 'first', label: 'Try again' },
  { value: 'second', label: 'Type it again' },
  { value: 'third', label: 'Stop' },
];
const question = { label: 'API key', refuse: () => undefined };

type Ask = (on: Terminal, back: boolean) => Promise<string | Back>;
interface Kind {
  readonly ask: Ask;
  /** What the screen shows once it is asked. */
  readonly asked: RegExp;
  /** An answer in two parts, the same line by line, and its value. */
  readonly typed: readonly [string, string];
  readonly line: string;
  readonly is: string;
}

/** Esc is handled before the kind of question matters: one kind with text, and one without. */
const SECRET: Kind = {
  ask: (on, back) => on.askSecret({ ...question, back }),
  asked: /(?:it is not shown|while you type\): )$/u,
  typed: [API_KEY.slice(0, 7), `${API_KEY.slice(7)}\r`],
  line: `${API_KEY}\r`,
  is: API_KEY,
};
const CHOICE: Kind = {
  ask: (on, back) => on.choose('What now?', CHOICES, { back }),
  asked: /(?:Enter to choose|Esc to go back|Number: )$/u,
  typed: ['\u001B[B', '\r'],
  line: '2\r',
  is: 'second',
};
const KINDS = [
  ['a secret', SECRET],
  ['a choice', CHOICE],
] as const;

describe.each(KINDS)('on a screen, %s', (_, { ask, asked, typed, is }) => {
  it('is left with Esc if that is allowed, and leaves nothing on the screen', async () => {
    const at = terminal();
    at.terminal.explain('What was there.');
    const answer = ask(at.terminal, true);
    await at.sees(asked);
    at.type(typed[0]);
    await at.escape();
    await expect(answer).resolves.toBe(BACK);
    expect(await at.screen()).toEqual(['  What was there.']);
    // The next question has nothing of it.
    const next = at.terminal.askText({ label: 'Email', refuse: () => undefined });
    await at.sees('Email:');
    at.type('amy\r');
    await expect(next).resolves.toBe('amy');
    expect(await at.screen()).toEqual(['  What was there.', '  ? Email: amy']);
  });

  it('ignores Esc if that is not allowed', async () => {
    const at = terminal();
    const answer = ask(at.terminal, false);
    await at.sees(asked);
    at.type(typed[0]);
    await at.escape();
    const before = await at.screen();
    await at.escape();
    expect(await at.screen()).toEqual(before);
    at.type(typed[1]);
    await expect(answer).resolves.toEqual(is);
  });

  it('is left, and not answered, by Esc and a quick Enter', async () => {
    const at = terminal();
    const answer = ask(at.terminal, true);
    await at.sees(asked);
    at.type('\u001B\r');
    await expect(answer).resolves.toBe(BACK);
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('ends the run with Esc and %s at once, whether it may be left or not', async (__, key) => {
    for (const back of [true, false]) {
      const at = terminal();
      const answer = ask(at.terminal, back);
      await at.sees(asked);
      at.type(`\u001B${key}`);
      await expect(answer).rejects.toMatchObject({ name: 'Interrupted', exitCode: 130 });
    }
  });
});

it.each([
  ['a text', (on: Terminal) => on.askText({ label: 'Domain', refuse, back: true })],
  ['a secret', (on: Terminal) => on.askSecret({ label: 'API key', refuse, back: true })],
])('a refusal is gone from the screen after Esc, too: %s', async (_, ask) => {
  const at = terminal();
  at.terminal.explain('What was there.');
  const answer = ask(at.terminal);
  await at.sees(/Domain:|it is not shown/u);
  at.type('ab\r');
  await at.sees('It is not that.');
  await at.escape();
  await expect(answer).resolves.toBe(BACK);
  expect(await at.screen()).toEqual(['  What was there.']);
});

function refuse(): string {
  return `It is not that. ${'And that takes some words to say. '.repeat(4)}`;
}

it.each([
  ['Esc', (at: ReturnType<typeof terminal>) => at.type('\u001B')],
  ['Ctrl-C', (at: ReturnType<typeof terminal>) => at.type('\u0003')],
  ['Ctrl-D', (at: ReturnType<typeof terminal>) => at.type('\u0004')],
  ['SIGTERM', (at: ReturnType<typeof terminal>) => at.interruption.raise(143)],
])('a secret that Tab has shown does not stay on the screen: %s', async (_, end) => {
  const at = terminal();
  const answer = at.terminal.askSecret({ ...question, back: true });
  const over = answer.catch(() => {});
  await at.sees('type or paste it');
  // Longer than a line.
  at.type('half-a-secret-'.repeat(8));
  await at.sees('112 characters');
  at.type('\t');
  await at.sees('half-a-secret-');
  end(at);
  await over;
  expect((await at.screen()).join('')).not.toContain('half-a-secret');
});

describe.each(KINDS)('line by line, %s', (_, { ask, asked, line, is }) => {
  it.each(['back', '  BACK '])('is left by typing %j if that is allowed', async (typed) => {
    const at = terminal({ accessible: true });
    const answer = ask(at.terminal, true);
    await at.sees(asked);
    at.type(`${typed}\r`);
    await expect(answer).resolves.toBe(BACK);
    // Nothing is erased, since a screen reader has read it.
    expect(at.raw()).not.toContain('\u001B');
    expect(at.raw()).toMatch(/^ {2}\S/u);
  });

  it('is neither left nor answered by "back" if nothing is before it', async () => {
    const at = terminal({ accessible: true });
    const answer = ask(at.terminal, false);
    await at.sees(asked);
    at.type('back\r');
    await at.sees('This is the first question: nothing is before it.');
    at.type(line);
    await expect(answer).resolves.toEqual(is);
  });
});

it('line by line, "back" is an ordinary answer if there is no step back at all', async () => {
  const at = terminal({ accessible: true });
  const answer = at.terminal.askSecret({ ...question, label: 'Passphrase' });
  await at.sees('while you type');
  at.type('back\r');
  await expect(answer).resolves.toBe('back');
});

it('line by line, Esc does nothing, and an answer may have "back" in it', async () => {
  const at = terminal({ accessible: true });
  const answer = at.terminal.askSecret({ ...question, back: true });
  await at.sees('while you type');
  at.type('back');
  await at.escape();
  at.type(' up\r');
  await expect(answer).resolves.toBe('back up');
});

describe.each([false, true])('going back as a choice (accessible: %s)', (accessible) => {
  const asked = accessible ? 'Number: ' : 'Enter to choose';

  it('is the last choice, and goes back', async () => {
    const at = terminal({ accessible });
    const answer = at.terminal.choose('What now?', CHOICES, { back: true });
    await at.sees(asked);
    const lines = (await at.screen()).filter((line) => /again|Stop|Back/u.test(line));
    expect(lines.map((line) => line.replace(/^[\d\s.→]+/u, ''))).toEqual([
      'Try again',
      'Type it again',
      'Stop',
      'Back',
    ]);
    at.type(accessible ? '4\r' : '\u001B[A\r');
    await expect(answer).resolves.toBe(BACK);
  });

  it.each([undefined, false] as const)('is not offered if it is not allowed: %s', async (back) => {
    const at = terminal({ accessible });
    const answer =
      back === undefined
        ? at.terminal.choose('What now?', CHOICES)
        : at.terminal.choose('What now?', CHOICES, { back });
    await at.sees(asked);
    expect(at.shown()).not.toMatch(/back/iu);
    at.type(accessible ? '4\r' : '\u001B[A\r');
    if (accessible) {
      await at.sees('from 1 to 3');
      at.type('3\r');
    }
    await expect(answer).resolves.toBe('third');
  });

  it('does not hide another choice, even if its value is undefined', async () => {
    const at = terminal({ accessible });
    const choices = [{ value: undefined, label: 'Nothing' }];
    const answer = at.terminal.choose('What now?', choices, { back: true });
    await at.sees(asked);
    at.type(accessible ? '1\r' : '\r');
    await expect(answer).resolves.toBeUndefined();
  });

  it('gives way to an interruption', async () => {
    const at = terminal({ accessible });
    const answer = at.terminal.choose('What now?', CHOICES, { back: true });
    await at.sees(asked);
    at.type(accessible ? '4\r' : '\u001B[A\r');
    at.interruption.raise(143);
    await expect(answer).rejects.toMatchObject({ name: 'Interrupted', exitCode: 143 });
  });

  it('has a key with a name', () => {
    expect(terminal({ accessible }).terminal.backKey).toBe(accessible ? '"back"' : 'Esc');
  });
});

it('Esc at the first question says once that nothing is before it, and keeps what was typed', async () => {
  const at = terminal();
  const answer = at.terminal.askText({ label: 'Domain', refuse: () => undefined });
  await at.sees('Domain:');
  await at.escape();
  await at.sees('nothing to go back to');
  at.type('ac');
  await at.escape();
  at.type('me\r');
  await expect(answer).resolves.toBe('acme');
  expect((await at.screen()).filter((line) => line.includes('go back'))).toEqual([
    '  ! There is nothing to go back to. Ctrl-C stops.',
  ]);
});
