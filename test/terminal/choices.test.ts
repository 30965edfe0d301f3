import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { BACK, type Choice } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';
import { createStyle } from '../../src/output/style.js';
import { prompts, terminal } from '../support/fake-tty.js';

vi.setConfig({ testTimeout: 5000 });

const LONG =
  'I do not have an API key yet, and I do not know whether my agent may see the one there is';
const QUESTION =
  'What do you see when you open your Profile Settings in Freshservice, on the left?';
const CHOICES: readonly Choice<number>[] = [
  { value: 1, label: 'I have the key' },
  { value: 2, label: LONG, short: 'no key yet' },
  { value: 3, label: `${LONG}, nor whom to ask` },
  { value: 4, label: 'Stop' },
];
const WIDE_HELP = 'up and down to move, Enter to choose, Esc to go back';

async function ask(
  size: { columns: number; rows?: number },
  {
    message = 'What now?',
    choices = CHOICES,
    back = false,
    paste = false,
    colour = false,
    unicode = true,
  } = {},
) {
  const style = await createStyle({ colour, unicode, columns: size.columns });
  const at = prompts('screen', { ...size, style });
  const answer = at.prompts.choose(message, choices, { back, paste });
  // Some tests leave it unanswered.
  answer.catch(() => {});
  await at.sees(/to choose|goes back|go back/u);
  const screen = async (): Promise<string[]> => {
    const lines = await at.screen();
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(size.columns);
    return lines;
  };
  return { ...at, answer, screen };
}

describe('a paste at a choice', () => {
  it.each([
    ['a key', 'Rk3vT9xQ2mLp8sWz4aBc\r'],
    ['digits', '31337\r'],
    ['with the marks of the terminal', '\u001B[200~2\r\u001B[201~'],
  ])('chooses nothing, and is not shown: %s', async (_, pasted) => {
    const at = terminal();
    const answer = at.terminal.choose('What now?', CHOICES);
    await at.sees('to choose');
    at.type(pasted);
    await at.sees(/What you pasted was not used[^]*to choose/u);
    expect(at.raw()).not.toContain('Rk3v');
    expect((await at.screen()).filter((line) => line.includes('What now?'))).toHaveLength(1);
    at.type('2\r');
    await expect(answer).resolves.toBe(2);
  });

  it.each([
    ['a key', ['Rk3vT9xQ2mLp8sWz4aBc']],
    ['a key and its Enter', ['Rk3vT9xQ2mLp8sWz4aBc\r']],
    ['in two parts', ['Rk3vT9xQ2m', 'Lp8sWz4aBc']],
    ['with the marks of the terminal', ['\u001B[200~Rk3vT9xQ2mLp8sWz4aBc\r\u001B[201~']],
  ])('is an answer if that is allowed, and is not shown: %s', async (_, parts) => {
    const at = terminal();
    const answer = at.terminal.choose('What do you see?', CHOICES, { back: true, paste: true });
    await at.sees('paste it now, or: up and down to move');
    for (const part of parts) {
      at.type(part);
      await setImmediate();
    }
    const pasted = await answer;
    expect(pasted).toBeInstanceOf(Secret);
    expect((pasted as Secret).reveal()).toBe('Rk3vT9xQ2mLp8sWz4aBc');
    expect(at.raw()).not.toContain('Rk3v');
    expect(at.raw().endsWith('\u001B[?2004l')).toBe(true);
    expect(await at.screen()).toEqual(['']);
  });

  it('of several lines is no answer, and the choice is asked again', async () => {
    const at = terminal();
    const answer = at.terminal.choose('What do you see?', CHOICES, { back: true, paste: true });
    await at.sees('paste it now');
    at.type('one line and\ranother\r');
    await at.sees(/Several lines arrived at once[^]*paste it now/u);
    at.type('\r');
    await expect(answer).resolves.toBe(1);
  });
});

describe.each([40, 80])('choices on a screen of %i columns', (columns) => {
  it.each([
    { colour: false, unicode: true },
    { colour: true, unicode: true },
    { colour: false, unicode: false },
  ])('break at words, and are indented below their first letter: %j', async (looks) => {
    const at = await ask({ columns }, { ...looks, back: true, message: QUESTION });
    const mark = looks.unicode ? '→' : '>';
    for (let active = 0; active < CHOICES.length; active += 1) {
      const lines = await at.screen();
      const blank = lines.indexOf('');
      const first = lines.findIndex((line) => line.includes('I have the key'));
      const question = lines.slice(0, first);
      expect(question.map((line) => line.slice(4)).join(' ')).toBe(QUESTION);
      expect(question.every((line, row) => line.startsWith(row === 0 ? '  ? ' : '    '))).toBe(
        true,
      );
      const choices = lines.slice(first, blank);
      expect(choices.map((line) => line.slice(4)).join(' ')).toBe(
        CHOICES.map(({ label }) => label).join(' '),
      );
      // The mark is in front of one label, and nothing is in front of the others.
      expect(choices.filter((line) => line.startsWith(`${mark}   `))).toHaveLength(1);
      expect(choices.filter((line) => line.startsWith('    '))).toHaveLength(choices.length - 1);
      expect(choices.every((line) => line.charAt(4) !== ' ')).toBe(true);
      const marked = choices.findIndex((line) => line.startsWith(mark));
      const label = CHOICES[active]?.label ?? '';
      expect(label.startsWith(choices[marked]?.slice(4) ?? '-')).toBe(true);
      at.type('\u001B[B');
      const row = CHOICES[(active + 1) % CHOICES.length]?.label.slice(0, 14) ?? '';
      await at.sees(new RegExp(`[→>] {3}${row}`, 'u'));
    }
  });

  it.each([
    [0, 'I have the key'],
    [1, 'no key yet'],
  ])('leave one line on the screen (%i)', async (down, short) => {
    const at = await ask({ columns });
    at.type('\u001B[B'.repeat(down));
    at.type('\r');
    await expect(at.answer).resolves.toBe(down + 1);
    expect(await at.screen()).toEqual([`  ? What now? ${short}`]);
  });

  it('leave the whole label on the screen if it has no short form', async () => {
    const at = await ask({ columns });
    at.type('\u001B[B\u001B[B\r');
    await expect(at.answer).resolves.toBe(3);
    const [first = '', ...more] = (await at.screen()).map((line) => line.trimEnd());
    expect(first).toMatch(/^ {2}\? What now\? I do not have an/u);
    expect(more.every((line) => /^ {4}\S/u.test(line))).toBe(true);
    expect([first.slice(14), ...more.map((line) => line.slice(4))].join(' ')).toBe(
      CHOICES[2]?.label,
    );
  });
});

it('the default answer to a text goes to the next line whole if its label leaves no room', async () => {
  const columns = 40;
  const style = await createStyle({ colour: false, unicode: true, columns });
  const at = prompts('screen', { columns, rows: 24, style });
  const label = 'Email of the Atlassian account';
  const answer = at.prompts.text({
    label,
    initial: 'integration@acme.example',
    refuse: () => undefined,
  });
  await at.sees('acme.example');
  const lines = (await at.screen()).map((line) => line.trimEnd());
  expect(lines).toEqual([`  ? ${label}:`, '    (integration@acme.example)']);
  at.type('\r');
  await expect(answer).resolves.toBe('integration@acme.example');
});

describe('the help below the choices', () => {
  it.each<[number, boolean, string[], boolean?]>([
    [80, true, [`  ${WIDE_HELP}`]],
    [80, true, [`  paste it now, or: ${WIDE_HELP}`], true],
    [60, true, [`  ${WIDE_HELP}`]],
    [40, true, ['  Paste it, or choose; Esc goes back'], true],
    [59, true, ['  Enter chooses, Esc goes back']],
    [40, true, ['  Enter chooses, Esc goes back']],
    [24, true, ['  Enter chooses, Esc', '  goes back']],
    [80, false, ['  up and down to move, Enter to choose']],
    [40, false, ['  up and down to move, Enter to choose']],
    [30, false, ['  up and down to move, Enter', '  to choose']],
  ])('fits %i columns (back: %s)', async (columns, back, help, paste = false) => {
    const at = await ask({ columns, rows: 40 }, { back, paste });
    const lines = await at.screen();
    expect(lines.slice(lines.indexOf('') + 1)).toEqual(help);
  });
});

const many = (count: number): Choice<number>[] =>
  Array.from({ length: count }, (_, value) => ({ value, label: `Choice ${value + 1}.` }));
const shown = (lines: readonly string[]): number =>
  lines.filter((line) => line.includes('Choice')).length;

describe('many choices', () => {
  it.each([
    [24, 20, 20],
    [24, 21, 20],
    [40, 30, 30],
    // The question scrolls away, but can still be answered.
    [10, 20, 7],
  ])('are shown as far as there is room: on %i rows, of %i, %i', async (rows, count, room) => {
    const at = await ask({ columns: 80, rows }, { choices: many(count) });
    const lines = await at.screen();
    expect(shown(lines)).toBe(room);
    expect(lines[0]).toContain('What now?');
    at.type('\r');
    await expect(at.answer).resolves.toBe(0);
  });

  it('leave room for a question of several lines', async () => {
    const at = await ask({ columns: 40, rows: 24 }, { choices: many(30), message: QUESTION });
    const lines = await at.screen();
    expect(lines[0]).toContain('  ? What do you see');
    expect(lines.length).toBeLessThan(24);
    expect(shown(lines)).toBe(18);
  });

  it('leave only the question and the answer on the screen', async () => {
    const at = await ask({ columns: 40, rows: 24 }, { choices: many(30), message: QUESTION });
    at.type('\u001B[B\r');
    await expect(at.answer).resolves.toBe(1);
    expect((await at.screen()).join(' ')).toMatch(/^ {2}\? What do you see .* Choice 2\.$/u);
  });
});

it('a yes-or-no question breaks at words', async () => {
  const style = await createStyle({ colour: true, unicode: true, columns: 40 });
  const at = prompts('screen', { columns: 40, style });
  const answer = at.prompts.confirm('Replace it, once the new credential is proven?');
  await at.sees('(y/N)');
  at.type('y\r');
  await expect(answer).resolves.toBe(true);
  expect(await at.screen()).toEqual([
    '  ? Replace it, once the new credential',
    '    is proven? Yes',
  ]);
});

it.each([40, 80])('line by line, choices break at words on %i columns', async (columns) => {
  const style = await createStyle({ colour: false, unicode: true, columns });
  const at = prompts('line', { columns, style });
  const answer = at.prompts.choose('What now?', CHOICES);
  await at.sees('Number: ');
  const lines = await at.screen();
  expect(lines.every((line) => line.length <= columns)).toBe(true);
  expect(
    lines
      .slice(1, -1)
      .map((line) => line.slice(5))
      .join(' '),
  ).toBe(CHOICES.map(({ label }) => label).join(' '));
  at.type('4\r');
  await expect(answer).resolves.toBe(4);
});

describe('a list to tick', () => {
  const NEEDS = ['tickets', 'agents', 'groups'].map((value) => ({ value, label: value }));
  const KINDS = [
    { accessible: false, nothing: '\r', two: ' \u001B[B\u001B[B \r' },
    { accessible: true, nothing: '\n', two: '1, 3\n' },
  ];

  it.each(KINDS)('has nothing ticked at first (line by line: $accessible)', async (kind) => {
    const at = terminal({ accessible: kind.accessible });
    const answer = at.terminal.tick('What for?', NEEDS, { most: 2, back: true });
    await at.sees(/to go on|Numbers/u);
    at.type(kind.nothing);
    await expect(answer).resolves.toEqual([]);
  });

  it.each(KINDS)('gives what is ticked (line by line: $accessible)', async (kind) => {
    const at = terminal({ accessible: kind.accessible });
    const answer = at.terminal.tick('What for?', NEEDS, { most: 2, back: true });
    await at.sees(/to go on|Numbers/u);
    for (const key of kind.accessible ? [kind.two] : kind.two.split(/(?<=[ B])/u)) {
      at.type(key);
      await setImmediate();
    }
    await expect(answer).resolves.toEqual(['tickets', 'groups']);
  });

  it('takes no more than its limit on a screen', async () => {
    const at = terminal();
    const answer = at.terminal.tick('What for?', NEEDS, { most: 2, back: true });
    await at.sees('to go on');
    for (const key of ['1', '2', '3', '\r']) at.type(key);
    await at.sees('At most 2 can be ticked.');
    at.type('3');
    at.type('\r');
    await expect(answer).resolves.toEqual(['tickets', 'agents']);
    expect((await at.screen()).join('\n')).toContain('What for? tickets, agents');
  });

  it.each([
    ['1 2 3', 'At most 2 can be ticked.'],
    ['4', 'numbers from 1 to 3'],
    ['0', 'numbers from 1 to 3'],
    ['tickets', 'numbers from 1 to 3'],
    ['1-2', 'numbers from 1 to 3'],
  ])('refuses %j line by line', async (typed, why) => {
    const at = terminal({ accessible: true });
    const answer = at.terminal.tick('What for?', NEEDS, { most: 2, back: true });
    await at.sees('Numbers');
    at.type(`${typed}\n`);
    await at.sees(why);
    at.type('2,2\n');
    await expect(answer).resolves.toEqual(['agents']);
  });

  it.each([false, true])('can be left with a step back (line by line: %s)', async (accessible) => {
    const at = terminal({ accessible });
    const answer = at.terminal.tick('What for?', NEEDS, { most: 2, back: true });
    await at.sees(/to go on|Numbers/u);
    if (accessible) at.type('back\n');
    else await at.escape();
    await expect(answer).resolves.toBe(BACK);
  });

  it('refuses a paste', async () => {
    const at = terminal();
    const answer = at.terminal.tick('What for?', NEEDS, { most: 2, back: true });
    await at.sees('to go on');
    at.type('Rk3vT9xQ2mLp8sWz4aBc\r');
    await at.sees(/What you pasted was not used[^]*to go on/u);
    expect(at.raw()).not.toContain('Rk3v');
    at.type('\r');
    await expect(answer).resolves.toEqual([]);
  });
});
