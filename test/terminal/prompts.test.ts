import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import { API_KEY } from '../support/fakes.js';
import { prompts, terminal } from '../support/fake-tty.js';

// A test that waits for text that never comes fails soon.
vi.setConfig({ testTimeout: 5000 });

const long = (answer: string): string | undefined =>
  answer.trim().length < 4 ? 'It is too short.' : undefined;

describe.each(['screen', 'line'] as const)('questions on a %s', (kind) => {
  it('take a text', async () => {
    const at = prompts(kind);
    const answer = at.prompts.text({ label: 'Domain', refuse: () => undefined });
    await at.sees('Domain');
    at.type('acme\r');
    await expect(answer).resolves.toBe('acme');
  });

  it('refuse a text and keep asking', async () => {
    const at = prompts(kind);
    const answer = at.prompts.text({ label: 'Domain', refuse: long });
    await at.sees('Domain');
    at.type('ab\r');
    await at.sees('It is too short.');
    at.type(kind === 'screen' ? 'cdef\r' : 'abcdef\r');
    await expect(answer).resolves.toBe('abcdef');
  });

  it('offer the former answer', async () => {
    const at = prompts(kind);
    const answer = at.prompts.text({ label: 'Domain', initial: 'acmee', refuse: long });
    await at.sees('acmee');
    at.type('\r');
    await expect(answer).resolves.toBe('acmee');
  });

  it('take a secret, and show only its length', async () => {
    const at = prompts(kind);
    const answer = at.prompts.secret({ label: 'API key', refuse: () => undefined });
    await at.sees('API key');
    at.type(API_KEY);
    at.type('\r');
    await expect(answer).resolves.toBe(API_KEY);
    await at.sees('20 characters');
    at.expectHidden(API_KEY);
  });

  it('refuse a secret, keep asking, and start with an empty field', async () => {
    const at = prompts(kind);
    const answer = at.prompts.secret({ label: 'API key', refuse: long });
    await at.sees('API key');
    at.type('ab\r');
    await at.sees('It is too short.');
    at.type('cdef\r');
    await expect(answer).resolves.toBe('cdef');
    expect(at.raw()).not.toContain('cdef');
  });

  it('count characters as a person does', async () => {
    const at = prompts(kind);
    const answer = at.prompts.secret({ label: 'API key', refuse: () => undefined });
    await at.sees('API key');
    at.type('🔑🔑🔑\r');
    await expect(answer).resolves.toBe('🔑🔑🔑');
    await at.sees('3 characters');
  });

  it.each([
    ['y', true],
    ['n', false],
  ])('take %s as an answer', async (typed, is) => {
    const at = prompts(kind);
    const answer = at.prompts.confirm('Replace it?');
    await at.sees('Replace it?');
    at.type(`${typed}\r`);
    await expect(answer).resolves.toBe(is);
  });

  it('end with an error if they are aborted', async () => {
    const at = prompts(kind);
    const answer = at.prompts.text({ label: 'Domain', refuse: () => undefined });
    await at.sees('Domain');
    at.ended.abort();
    await expect(answer).rejects.toThrow(/abort/iu);
  });
});

describe('a question on a screen', () => {
  it('counts the characters of a secret while they arrive', async () => {
    const at = prompts('screen');
    const answer = at.prompts.secret({ label: 'API key', refuse: () => undefined });
    await at.sees('type or paste it; it is not shown');
    at.type('a');
    await at.sees('1 character');
    at.type('bc');
    await at.sees('3 characters');
    at.type('\r');
    await expect(answer).resolves.toBe('abc');
  });

  it('leaves the cursor in place at a secret, whatever key is pressed', async () => {
    const at = prompts('screen');
    const answer = at.prompts.secret({ label: 'API key', refuse: long });
    await at.sees('it is not shown');
    at.type('abc\r');
    await at.sees('It is too short.');
    at.type('defg');
    await at.sees('4 characters');
    const before = at.raw();
    // Left, Home, up and down in the history, Ctrl-A, Ctrl-P.
    for (const key of ['\u001B[D', '\u001B[H', '\u001B[A', '\u001B[B', '\u0001', '\u0010']) {
      at.type(key);
      await setImmediate();
      expect(at.raw()).toBe(before);
    }
    at.type('\r');
    await expect(answer).resolves.toBe('defg');
  });

  it('has choices that the arrow keys move through', async () => {
    const at = prompts('screen');
    const answer = at.prompts.choose('What now?', [
      { value: 1, label: 'Try again' },
      { value: 2, label: 'Stop' },
    ]);
    await at.sees('Stop');
    at.type('\u001B[B');
    await at.sees(/→ +Stop/u);
    at.type('\r');
    await expect(answer).resolves.toBe(2);
  });
});

describe('a question line by line', () => {
  it('has numbered choices, and asks again after a wrong number', async () => {
    const at = prompts('line');
    const answer = at.prompts.choose('What now?', [
      { value: 'a', label: 'Try again' },
      { value: 'b', label: 'Stop' },
    ]);
    await at.sees('2. Stop');
    at.type('9\r');
    await at.sees('a number from 1 to 2');
    at.type('2\r');
    await expect(answer).resolves.toBe('b');
  });

  it.each(['maybe', '', 'constructor', '__proto__'])('does not take %j for yes', async (typed) => {
    const at = prompts('line');
    const answer = at.prompts.confirm('Replace it?');
    await at.sees('Replace it?');
    at.type(`${typed}\r`);
    await Promise.race([answer, at.sees('Please type y or n.')]);
    at.type('n\r');
    await expect(answer).resolves.toBe(false);
  });

  it('redraws nothing, so that a question stays where it is', async () => {
    const at = prompts('line');
    const answer = at.prompts.text({ label: 'Domain', refuse: () => undefined });
    await at.sees('Domain');
    at.type('acme\r');
    await answer;
    // That sequence would delete the question.
    expect(at.raw()).not.toContain('\u001B[0J');
    expect(at.shown()).toContain('Domain: ');
  });
});

describe.each([false, true])('a terminal (accessible: %s)', (accessible) => {
  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('ends the run with 130 if %s is pressed', async (_, key) => {
    const at = terminal({ accessible });
    // A secret, since the real terminal handles these keys for a visible answer line by line.
    const answer = at.terminal.askSecret({ label: 'API key', refuse: () => undefined });
    await at.sees('API key');
    at.type(key);
    await expect(answer).rejects.toMatchObject({ name: 'Interrupted', exitCode: 130 });
  });

  it('ends the run if its input ends', async () => {
    const at = terminal({ accessible });
    const answer = at.terminal.askSecret({ label: 'API key', refuse: () => undefined });
    await at.sees('API key');
    at.end();
    await expect(answer).rejects.toMatchObject({ name: 'Interrupted' });
  });

  it('ends the run if a question comes after the end of its input', async () => {
    const at = terminal({ accessible });
    at.input.resume();
    const over = once(at.input, 'end');
    at.end();
    await over;
    const answer = at.terminal.askSecret({ label: 'API key', refuse: () => undefined });
    await expect(answer).rejects.toMatchObject({ name: 'Interrupted' });
  });

  it('ends a question with the exit code of an interruption', async () => {
    const at = terminal({ accessible });
    const answer = at.terminal.confirm('Replace it?');
    await at.sees('Replace it?');
    at.interruption.raise(143);
    await expect(answer).rejects.toMatchObject({ name: 'Interrupted', exitCode: 143 });
  });

  it('can be asked again after an answer', async () => {
    const at = terminal({ accessible });
    const first = at.terminal.askText({ label: 'Domain', refuse: () => undefined });
    await at.sees('Domain');
    at.type('one\r');
    await expect(first).resolves.toBe('one');
    const second = at.terminal.askText({ label: 'Email', refuse: () => undefined });
    await at.sees('Email');
    at.type('two\r');
    await expect(second).resolves.toBe('two');
  });

  it('prints no secret in any of its texts', () => {
    const at = terminal({ accessible });
    const secret = new Secret('terminal-Secret-1');
    const words = `see ${secret.reveal()}`;
    at.terminal.title(words);
    at.terminal.step(1, 2, words);
    at.terminal.explain(words);
    at.terminal.show({ text: words });
    at.terminal.done(words);
    at.terminal.note(words);
    at.terminal.warn(words);
    at.terminal.problem({ what: words, why: words, causes: [words], next: words });
    expect(at.shown().match(/\[redacted\]/gu)?.length).toBe(11);
    expect(at.raw()).not.toContain('terminal-Secret-1');
  });

  it('leaves the advice to run a command again out of a problem', () => {
    const at = terminal({ accessible });
    at.terminal.problem({ what: 'It broke', next: 'Look.', again: 'Then run it again.' });
    expect(at.shown()).toMatch(/It broke[^]*Look\./u);
    expect(at.shown()).not.toContain('run it again');
  });

  it('shows a part of a guide after an empty line, indented like the questions', () => {
    const at = terminal({ accessible });
    at.terminal.show({ text: 'It is in the menu.' });
    expect(at.raw()).toBe('\n  It is in the menu.\n');
  });

  it('passes on the result or the error of work', async () => {
    const at = terminal({ accessible });
    await expect(at.terminal.during('Asking', async () => 7)).resolves.toBe(7);
    expect(at.shown()).toContain('Asking');
    const failing = at.terminal.during('Asking', () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
  });
});

describe('a terminal without a person', () => {
  it('prints only notes and warnings', async () => {
    const at = terminal({ interactive: false });
    at.terminal.title('title');
    at.terminal.step(1, 2, 'step');
    at.terminal.explain('explanation');
    at.terminal.show({ text: 'part' });
    at.terminal.done('done');
    at.terminal.problem({ what: 'problem', next: 'next' });
    await at.terminal.during('work', async () => {});
    expect(at.raw()).toBe('');
    at.terminal.note('told');
    at.terminal.warn('warned');
    expect(at.raw()).toBe('told\n! warned\n');
  });

  it('is never asked', async () => {
    const at = terminal({ interactive: false });
    const question = { label: 'Domain', refuse: () => undefined };
    await expect(at.terminal.askText(question)).rejects.toThrow(/none is allowed/u);
    await expect(at.terminal.askSecret(question)).rejects.toThrow(/none is allowed/u);
    await expect(at.terminal.confirm('Yes?')).rejects.toThrow(/none is allowed/u);
    await expect(at.terminal.choose('Which?', [])).rejects.toThrow(/none is allowed/u);
    expect(at.raw()).toBe('');
  });
});

describe('while work is going on', () => {
  it('a screen hides the cursor, and shows it again at the end, also after an interruption', async () => {
    const at = terminal();
    await at.terminal.during('Asking', async () => {});
    expect(at.raw()).toContain('\u001B[?25l');
    expect(at.raw().endsWith('\u001B[?25h')).toBe(true);
    const other = terminal();
    void other.terminal.during('Asking', () => new Promise<never>(() => {}));
    await other.terminal.close();
    expect(other.raw().endsWith('\u001B[2K\u001B[?25h')).toBe(true);
  });

  it('a terminal without redrawing prints one line', async () => {
    const at = terminal({ accessible: true });
    await at.terminal.during('Asking', async () => {});
    expect(at.raw()).toBe('  Asking ...\n');
  });
});
