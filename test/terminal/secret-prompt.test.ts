import { setImmediate } from 'node:timers/promises';
import { render } from '@inquirer/testing';
import { expect, it } from 'vitest';
import { secretPrompt } from '../../src/terminal/secret-prompt.js';
import type { Question } from '../../src/core/ports.js';

const same = (text: string): string => text;
const theme = {
  prefix: '?',
  style: { answer: same, message: same, error: (text: string) => `! ${text}`, help: same },
};

async function ask(question: Partial<Question> = {}) {
  const { events, ...at } = await render(secretPrompt, {
    message: 'API key:',
    theme,
    paragraph: (text: string, _indent: string, first: string) => `${first}${text}`,
    refuse: () => undefined,
    ...question,
  });
  // Some tests leave it unanswered.
  at.answer.catch(() => {});
  return {
    ...at,
    // What a terminal sends at once is read as a whole.
    type: async (text: string): Promise<void> => {
      events.type(text);
      await setImmediate();
    },
    press: async (name: string, more: { ctrl?: boolean } = {}): Promise<void> => {
      events.keypress({ name, ctrl: false, shift: false, ...more });
      await setImmediate();
    },
  };
}

it('invites a paste, counts what arrives, and shows none of it', async () => {
  const { answer, type, press, getScreen, getFullOutput } = await ask();
  expect(getScreen()).toBe('? API key: type or paste it; it is not shown');
  await type('q');
  expect(getScreen()).toBe('? API key: 1 character; Tab shows it');
  await type('W8zK');
  expect(getScreen()).toBe('? API key: 5 characters; Tab shows it');
  await press('enter');
  await expect(answer).resolves.toBe('qW8zK');
  expect(getScreen()).toBe('? API key: 5 characters');
  expect(await getFullOutput()).not.toContain('W8zK');
});

it('shows why an answer is refused, and takes the next one', async () => {
  const { answer, type, press, getScreen } = await ask({
    refuse: (typed) => (typed === 'right' ? undefined : 'Not whole.'),
  });
  await type('wrong');
  await press('enter');
  expect(getScreen()).toBe('? API key: type or paste it; it is not shown\n! Not whole.');
  await type('right');
  expect(getScreen()).toBe('? API key: 5 characters; Tab shows it');
  await press('enter');
  await expect(answer).resolves.toBe('right');
});

it.each([
  ['backspace', {}, 'abc d', '4 characters; Tab shows it'],
  ['backspace', {}, 'ab🔑', '2 characters; Tab shows it'],
  ['u', { ctrl: true }, 'abc d', 'type or paste it; it is not shown'],
  ['w', { ctrl: true }, 'abc d', '4 characters; Tab shows it'],
  ['a', { ctrl: true }, 'abc d', '5 characters; Tab shows it'],
  ['left', {}, 'abc d', '5 characters; Tab shows it'],
  ['up', {}, 'abc d', '5 characters; Tab shows it'],
])('counts again after %s %j in %s', async (name, more, typed, counted) => {
  const { type, press, getScreen } = await ask();
  await type(typed);
  await press(name, more);
  expect(getScreen()).toBe(`? API key: ${counted}`);
});

it('does not bring back a refused answer', async () => {
  const { type, press, getScreen } = await ask({ refuse: () => 'Not whole.' });
  await type('wrong');
  await press('enter');
  for (const [name, ctrl] of [
    ['up', false],
    ['p', true],
    ['y', true],
  ] as const) {
    await press(name, { ctrl });
    expect(getScreen()).toBe('? API key: type or paste it; it is not shown\n! Not whole.');
  }
});

it('shows the text with Tab, hides it with the next Tab, and takes neither as a character', async () => {
  const { answer, type, press, getScreen } = await ask();
  await type('qW8zK');
  await press('tab');
  expect(getScreen()).toBe('? API key: qW8zK (5 characters)');
  await type('7');
  expect(getScreen()).toBe('? API key: qW8zK7 (6 characters)');
  await press('tab');
  expect(getScreen()).toBe('? API key: 6 characters; Tab shows it');
  await press('enter');
  await expect(answer).resolves.toBe('qW8zK7');
  expect(getScreen()).toBe('? API key: 6 characters');
});

it('shows nothing that comes after a Tab on an empty line', async () => {
  const { type, press, getScreen } = await ask();
  await press('tab');
  await type('qW8zK');
  expect(getScreen()).toBe('? API key: 5 characters; Tab shows it');
});

it('hides the next secret after a shown one is refused', async () => {
  const { type, press, getScreen } = await ask({ refuse: () => 'Not whole.' });
  await type('qW8zK');
  await press('tab');
  await press('enter');
  await type('mN4');
  expect(getScreen()).toContain('3 characters; Tab shows it');
});

it.each([
  ['qW8zKmN4', '8 characters, ends in N4'],
  ['qW8zKmN', '7 characters'],
])('confirms the end of a long secret if that is allowed: %s', async (typed, shown) => {
  const { answer, type, press, getScreen } = await ask({ fingerprint: true });
  await type(typed);
  await press('enter');
  await answer;
  expect(getScreen()).toBe(`? API key: ${shown}`);
});

it.each([
  [true, '8 characters, ends in N4'],
  [false, '8 characters'],
])(
  'keeps the secret that was typed before with Enter alone (fingerprint: %s)',
  async (fingerprint, shown) => {
    const { answer, type, press, getScreen, getFullOutput } = await ask({
      initial: 'qW8zKmN4',
      fingerprint,
    });
    const offer = `? API key: Enter keeps the one typed before (${shown})`;
    expect(getScreen()).toBe(offer);
    // A kept secret is not typed, so there is nothing to show or delete.
    await press('tab');
    expect(getScreen()).toBe(offer);
    await press('tab');
    await press('backspace');
    expect(getScreen()).toBe(offer);
    await type('x');
    expect(getScreen()).toBe('? API key: 1 character; Tab shows it');
    await press('backspace');
    expect(getScreen()).toBe(offer);
    await press('enter');
    await expect(answer).resolves.toBe('qW8zKmN4');
    expect(getScreen()).toBe(`? API key: ${shown}`);
    expect(await getFullOutput()).not.toContain('zKm');
  },
);

it('takes another secret instead of the one that was typed before', async () => {
  const { answer, type, press, getScreen } = await ask({ initial: 'qW8zKmN4' });
  await type('another');
  await press('enter');
  await expect(answer).resolves.toBe('another');
  expect(getScreen()).toBe('? API key: 7 characters');
});

it('refuses the secret that was typed before, if the field does', async () => {
  const { answer, type, press, getScreen } = await ask({
    initial: 'qW8zKmN4',
    refuse: (typed) => (typed === 'qW8zKmN4' ? 'It is the one that is stored now.' : undefined),
  });
  await press('enter');
  expect(getScreen()).toBe(
    '? API key: Enter keeps the one typed before (8 characters)\n! It is the one that is stored now.',
  );
  await type('another');
  await press('enter');
  await expect(answer).resolves.toBe('another');
});

it('begins with what was typed ahead, and hides it', async () => {
  const { answer, press, getScreen, getFullOutput } = await ask({ typed: 'qW8zKmN4' });
  expect(getScreen()).toBe('? API key: 8 characters; Tab shows it');
  await press('enter');
  await expect(answer).resolves.toBe('qW8zKmN4');
  expect(await getFullOutput()).not.toContain('zKm');
});
