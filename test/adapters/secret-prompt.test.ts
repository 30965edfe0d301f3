import { render } from '@inquirer/testing';
import { expect, it } from 'vitest';
import { secretPrompt } from '../../src/adapters/secret-prompt.js';

const same = (text: string): string => text;
const theme = {
  prefix: '?',
  style: { answer: same, message: same, error: (text: string) => `! ${text}`, help: same },
};

function ask(refuse: (answer: string) => string | undefined = () => undefined) {
  return render(secretPrompt, { message: 'API key:', theme, refuse });
}

it('invites a paste, counts what arrives, and shows none of it', async () => {
  const { answer, events, getScreen, getFullOutput } = await ask();
  expect(getScreen()).toBe('? API key: type or paste it; it is not shown');
  events.type('q');
  expect(getScreen()).toBe('? API key: 1 character; Tab shows it');
  events.type('W8zK');
  expect(getScreen()).toBe('? API key: 5 characters; Tab shows it');
  events.keypress('enter');
  await expect(answer).resolves.toBe('qW8zK');
  expect(getScreen()).toBe('? API key: 5 characters');
  expect(await getFullOutput()).not.toContain('W8zK');
});

it('says why an answer is refused, and takes the next', async () => {
  const { answer, events, getScreen } = await ask((typed) =>
    typed === 'right' ? undefined : 'Not whole.',
  );
  events.type('wrong');
  events.keypress('enter');
  expect(getScreen()).toBe('? API key: type or paste it; it is not shown\n! Not whole.');
  events.type('right');
  expect(getScreen()).toBe('? API key: 5 characters; Tab shows it');
  events.keypress('enter');
  await expect(answer).resolves.toBe('right');
});

it('counts again what is deleted', async () => {
  const { events, getScreen } = await ask();
  events.type('abc');
  events.keypress('backspace');
  expect(getScreen()).toBe('? API key: 2 characters; Tab shows it');
});

it('shows the text with Tab, hides it with the next, and takes neither for a character', async () => {
  const { answer, events, getScreen } = await ask();
  events.type('qW8zK');
  events.keypress('tab');
  expect(getScreen()).toBe('? API key: qW8zK (5 characters)');
  events.type('7');
  expect(getScreen()).toBe('? API key: qW8zK7 (6 characters)');
  events.keypress('tab');
  expect(getScreen()).toBe('? API key: 6 characters; Tab shows it');
  events.keypress('enter');
  await expect(answer).resolves.toBe('qW8zK7');
  expect(getScreen()).toBe('? API key: 6 characters');
});

it.each([
  ['qW8zKmN4', '8 characters, ends in N4'],
  ['qW8zKmN', '7 characters'],
])('confirms what arrived, where that may be shown: %s', async (typed, shown) => {
  const config = { message: 'API key:', theme, refuse: () => undefined, fingerprint: true };
  const { answer, events, getScreen } = await render(secretPrompt, config);
  events.type(typed);
  events.keypress('enter');
  await answer;
  expect(getScreen()).toBe(`? API key: ${shown}`);
});
