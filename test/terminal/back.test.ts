import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { BACK, type Terminal } from '../../src/core/ports.js';
import { API_KEY } from '../support/fakes.js';
import { terminal } from '../support/fake-tty.js';

// Readline takes half a second for each Esc.
vi.setConfig({ testTimeout: 8000 });

const CHOICES = [
  { value: 'first', label: 'Try again' },
  { value: 'second', label: 'Type it again' },
  { value: 'third', label: 'Stop' },
];
const question = { label: 'Domain', refuse: () => undefined };

/** Each kind of question, what shows that it is asked, and a way to answer it in two parts. */
const KINDS: [
  string,
  (on: Terminal, back: boolean) => Promise<unknown>,
  RegExp,
  { typed: readonly [string, string]; line: readonly [string, string]; is: unknown },
][] = [
  [
    'a text',
    (on, back) => on.askText({ ...question, back }),
    /Domain: ?$/u,
    { typed: ['ac', 'me\r'], line: ['ac', 'me\r'], is: 'acme' },
  ],
  [
    'a text that is there',
    (on, back) => on.askText({ ...question, initial: 'acme', back }),
    /acme\)(?:: )?$/u,
    { typed: ['', '\r'], line: ['', '\r'], is: 'acme' },
  ],
  [
    'a secret',
    (on, back) => on.askSecret({ ...question, label: 'API key', back }),
    /(?:it is not shown|while you type\): )$/u,
    {
      typed: [API_KEY.slice(0, 7), `${API_KEY.slice(7)}\r`],
      line: [API_KEY.slice(0, 7), `${API_KEY.slice(7)}\r`],
      is: API_KEY,
    },
  ],
  [
    'a yes or no',
    (on, back) => on.confirm('Replace it?', { back }),
    /\((?:y\/N|y or n|y, n or back)\)(?:: )?$/u,
    { typed: ['y', 'es\r'], line: ['y', 'es\r'], is: true },
  ],
  [
    'a choice',
    (on, back) => on.choose('What now?', CHOICES, { back }),
    /(?:Enter to choose|Esc to go back|Number: )$/u,
    { typed: ['\u001B[B', '\r'], line: ['', '2\r'], is: 'second' },
  ],
];

/** Waited for from the start: it comes while something else is looked at. */
const failureOf = (answer: Promise<unknown>): Promise<unknown> =>
  answer.catch((error: unknown) => error);

describe.each(KINDS)('on a screen, %s', (_, ask, asked, { typed, is }) => {
  it('is left with Esc where that is allowed, and leaves nothing behind', async () => {
    const at = terminal();
    at.terminal.explain('What stood there.');
    const answer = ask(at.terminal, true);
    const left = failureOf(answer);
    await at.sees(asked);
    at.type(typed[0]);
    await at.escape();
    expect(await left).toBe(BACK);
    expect(await at.screen()).toEqual(['  What stood there.']);
    // The next stands in its place, and nothing of the last is in it.
    const next = at.terminal.askText({ label: 'Email', refuse: () => undefined });
    await at.sees('Email:');
    at.type('amy\r');
    await expect(next).resolves.toBe('amy');
    expect(await at.screen()).toEqual(['  What stood there.', '  ? Email: amy']);
  });

  it('stays as it is at an Esc where that is not allowed', async () => {
    const at = terminal();
    const answer = ask(at.terminal, false);
    await at.sees(asked);
    at.type(typed[0]);
    // All that comes of it has come.
    await setImmediate();
    const before = await at.screen();
    await at.escape();
    expect(await at.screen()).toEqual(before);
    at.type(typed[1]);
    await expect(answer).resolves.toEqual(is);
  });

  it('is left, and not answered, with Esc and a quick Enter', async () => {
    const at = terminal();
    const answer = ask(at.terminal, true);
    await at.sees(asked);
    at.type('\u001B\r');
    await expect(answer).resolves.toBe(BACK);
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('is over with Esc and %s at once, whether it may be left or not', async (__, key) => {
    for (const back of [true, false]) {
      const at = terminal();
      const answer = ask(at.terminal, back);
      await at.sees(asked);
      // Readline makes one key of both.
      at.type(`\u001B${key}`);
      await expect(answer).rejects.toMatchObject({ name: 'Interrupted', exitCode: 130 });
    }
  });
});

describe('an Esc and an end of the run at once', () => {
  it.each([
    ['SIGTERM', (at: ReturnType<typeof terminal>) => at.interruption.raise(143), 143],
    [
      'Ctrl-C',
      ({ input }: ReturnType<typeof terminal>) =>
        input.emit('keypress', '\u0003', { ctrl: true, name: 'c', sequence: '\u0003' }),
      130,
    ],
    ['the end of the input', ({ input }: ReturnType<typeof terminal>) => input.emit('end'), 130],
    ['its loss', ({ input }: ReturnType<typeof terminal>) => input.emit('close'), 130],
  ])('is an end: %s', async (_, end, exitCode) => {
    const at = terminal();
    const answer = at.terminal.askSecret({ ...question, label: 'API key', back: true });
    await at.sees('it is not shown');
    // After the terminal itself has seen it, and before anything has come of it.
    at.input.once('keypress', () => end(at));
    at.type('\u001B');
    await expect(answer).rejects.toMatchObject({ name: 'Interrupted', exitCode });
  });

  it('is an end where the choice to go back was made, too', async () => {
    for (const accessible of [false, true]) {
      const at = terminal({ accessible });
      const answer = at.terminal.choose('What now?', CHOICES, { back: true });
      await at.sees(accessible ? 'Number: ' : 'Esc to go back');
      at.type(accessible ? '4\r' : '\u001B[A\r');
      at.interruption.raise(143);
      await expect(answer).rejects.toMatchObject({ name: 'Interrupted', exitCode: 143 });
    }
  });
});

const refuse = (): string => `It is not that. ${'And that takes some words to say. '.repeat(4)}`;

describe('what a refusal has left on a screen', () => {
  it.each([
    ['a text', (on: Terminal) => on.askText({ label: 'Domain', refuse, back: true })],
    ['a secret', (on: Terminal) => on.askSecret({ label: 'API key', refuse, back: true })],
  ])('is gone after Esc, too: %s', async (_, ask) => {
    const at = terminal();
    at.terminal.explain('What stood there.');
    const answer = ask(at.terminal);
    const left = failureOf(answer);
    await at.sees(/Domain:|it is not shown/u);
    at.type('ab\r');
    await at.sees('It is not that.');
    await at.escape();
    expect(await left).toBe(BACK);
    expect(await at.screen()).toEqual(['  What stood there.']);
  });

  it('and a secret that is shown', async () => {
    const at = terminal();
    const answer = at.terminal.askSecret({ ...question, label: 'API key', back: true });
    const left = failureOf(answer);
    await at.sees('it is not shown');
    // Longer than a line.
    at.type(API_KEY.repeat(5));
    await at.sees('100 characters');
    at.type('\t');
    await at.sees(API_KEY);
    await at.escape();
    expect(await left).toBe(BACK);
    expect(await at.screen()).toEqual(['']);
  });
});

describe.each(KINDS)('line by line, %s', (kind, ask, asked, { line, is }) => {
  it.each(['back', 'Back', '  BACK '])(
    'is left by typing %j where that is allowed',
    async (typed) => {
      const at = terminal({ accessible: true });
      const answer = ask(at.terminal, true);
      await at.sees(asked);
      at.type(`${typed}\r`);
      await expect(answer).resolves.toBe(BACK);
      // Nothing is taken back: it was read already.
      expect(at.raw()).not.toContain('\u001B');
      expect(at.raw()).toMatch(/^ {2}\S/u);
    },
  );

  it('is neither left nor answered by typing it where nothing is before it', async () => {
    const at = terminal({ accessible: true });
    const answer = ask(at.terminal, false);
    await at.sees(asked);
    at.type('back\r');
    await at.sees('This is the first question: nothing is before it.');
    at.type(line.join(''));
    await expect(answer).resolves.toEqual(is);
  });

  it('is not left by an answer with that word in it', async () => {
    const at = terminal({ accessible: true });
    const answer = ask(at.terminal, true);
    await at.sees(asked);
    at.type('back up\r');
    if (kind === 'a yes or no') await at.sees('Please type y, n or back.');
    else if (kind === 'a choice') await at.sees('Please type a number from 1 to 4.');
    else {
      await expect(answer).resolves.toBe('back up');
      return;
    }
    at.type(line.join(''));
    await expect(answer).resolves.toEqual(is);
  });
});

it.each([
  ['Ctrl-C', (at: ReturnType<typeof terminal>) => at.type('\u0003')],
  ['Ctrl-D', (at: ReturnType<typeof terminal>) => at.type('\u0004')],
  ['SIGTERM', (at: ReturnType<typeof terminal>) => at.interruption.raise(143)],
])('a secret that Tab has shown is not left on the screen: %s', async (_, end) => {
  const at = terminal();
  const answer = failureOf(at.terminal.askSecret({ ...question, label: 'API key' }));
  await at.sees('type or paste it');
  at.type('half-a-secret');
  await at.sees('13 characters');
  at.type('\t');
  await at.sees('half-a-secret (13');
  end(at);
  await answer;
  expect((await at.screen()).join('\n')).not.toContain('half-a-secret');
});

it('line by line, it is an answer like any other where nobody ever goes back', async () => {
  const at = terminal({ accessible: true });
  const answer = at.terminal.askSecret({ ...question, label: 'Passphrase' });
  await at.sees('while you type');
  at.type('back\r');
  await expect(answer).resolves.toBe('back');
});

it('line by line, Esc does nothing to a secret, be it allowed to go back', async () => {
  const at = terminal({ accessible: true });
  const answer = at.terminal.askSecret({ ...question, label: 'API key', back: true });
  await at.sees('while you type');
  at.type('ab');
  await at.escape();
  at.type('cd\r');
  await expect(answer).resolves.toBe('abcd');
});

describe.each([false, true])('going back as a choice (accessible: %s)', (accessible) => {
  const asked = accessible ? 'Number: ' : 'Enter to choose';

  it('is the last, and goes back', async () => {
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

  it.each([undefined, false] as const)('is not there where it is not allowed: %s', async (back) => {
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

  it('takes nothing from the others, be their value undefined', async () => {
    const at = terminal({ accessible });
    const choices = [{ value: undefined, label: 'Nothing' }];
    const answer = at.terminal.choose('What now?', choices, { back: true });
    await at.sees(asked);
    at.type(accessible ? '1\r' : '\r');
    await expect(answer).resolves.toBeUndefined();
  });

  it('has a key that can be told', () => {
    expect(terminal({ accessible }).terminal.backKey).toBe(accessible ? '"back"' : 'Esc');
  });
});
