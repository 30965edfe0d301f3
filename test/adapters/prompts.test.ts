import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLinePrompts } from '../../src/adapters/line-prompts.js';
import { createScreenPrompts } from '../../src/adapters/screen-prompts.js';
import { createTerminal } from '../../src/adapters/terminal.js';
import { Interruption } from '../../src/core/interruption.js';
import type { Terminal } from '../../src/core/ports.js';
import { redact, Secret } from '../../src/core/secret.js';
import { formatAdvice } from '../../src/output/advice.js';
import { API_KEY, PLAIN } from '../support/fakes.js';

// What is waited for and never shown fails soon.
vi.setConfig({ testTimeout: 5000 });

const MAKERS = { screen: createScreenPrompts, line: createLinePrompts } as const;

/** A terminal in memory: what is typed into it, and all that it has shown. */
function stage() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  // As process.stderr: what is piped into it does not end it.
  output.end = () => output;
  let shown = '';
  const waiting = new Set<() => void>();
  output.setEncoding('utf8').on('data', (chunk: string) => {
    shown += chunk;
    for (const look of waiting) look();
  });
  return {
    input: input as unknown as NodeJS.ReadStream,
    output: output as unknown as NodeJS.WriteStream,
    type: (text: string) => void input.write(text),
    end: () => void input.end(),
    raw: () => shown,
    /** Everything that was ever on the screen, without its colours and movements. */
    shown: () => stripVTControlCharacters(shown),
    /** Resolves as soon as `text` has been shown. */
    async sees(text: string | RegExp): Promise<void> {
      const seen = (): boolean => {
        const all = stripVTControlCharacters(shown);
        return typeof text === 'string' ? all.includes(text) : text.test(all);
      };
      if (seen()) return;
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (!seen()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      });
    },
  };
}

function prompts(kind: keyof typeof MAKERS) {
  const at = stage();
  const ended = new AbortController();
  const { input, output } = at;
  return {
    ...at,
    ended,
    prompts: MAKERS[kind]({ input, output, style: PLAIN, signal: ended.signal }),
  };
}

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

  it('offer what was answered before', async () => {
    const at = prompts(kind);
    const answer = at.prompts.text({ label: 'Domain', initial: 'acmee', refuse: long });
    await at.sees('acmee');
    at.type('\r');
    await expect(answer).resolves.toBe('acmee');
  });

  it('take a secret, and show its length and nothing of it', async () => {
    const at = prompts(kind);
    const answer = at.prompts.secret({ label: 'API key', refuse: () => undefined });
    await at.sees('API key');
    at.type(API_KEY);
    at.type('\r');
    await expect(answer).resolves.toBe(API_KEY);
    await at.sees('20 characters');
    for (let from = 0; from + 4 <= API_KEY.length; from += 1) {
      expect(at.raw()).not.toContain(API_KEY.slice(from, from + 4));
    }
  });

  it('refuse a secret, keep asking, and start anew', async () => {
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
  ])('take %s for an answer', async (typed, is) => {
    const at = prompts(kind);
    const answer = at.prompts.confirm('Replace it?');
    await at.sees('Replace it?');
    at.type(`${typed}\r`);
    await expect(answer).resolves.toBe(is);
  });

  it('end with an error when they are aborted', async () => {
    const at = prompts(kind);
    const answer = at.prompts.text({ label: 'Domain', refuse: () => undefined });
    await at.sees('Domain');
    at.ended.abort();
    await expect(answer).rejects.toThrow(/abort/iu);
  });
});

describe('a question on a screen', () => {
  it('counts while a secret arrives', async () => {
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

  it('has choices, and the cursor moves among them', async () => {
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
  it('has numbered choices, and asks again for a number', async () => {
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

  it('redraws nothing: a question that was read stays where it is', async () => {
    const at = prompts('line');
    const answer = at.prompts.text({ label: 'Domain', refuse: () => undefined });
    await at.sees('Domain');
    at.type('acme\r');
    await answer;
    // To the first column, and all below it deleted: the question with it.
    expect(at.raw()).not.toContain('\u001B[0J');
    expect(at.shown()).toContain('Domain: ');
  });
});

function terminal(options: { interactive?: boolean; accessible?: boolean } = {}) {
  const at = stage();
  const interruption = new Interruption();
  const made: Terminal & { close(): Promise<void> } = createTerminal({
    input: () => at.input,
    output: () => at.output,
    say: (text) => at.output.write(`${redact(text)}\n`),
    interactive: true,
    accessible: false,
    style: PLAIN,
    interruption,
    formatAdvice,
    ...options,
  });
  onTestFinished(() => made.close());
  return { ...at, interruption, terminal: made };
}

describe.each([false, true])('a terminal (accessible: %s)', (accessible) => {
  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('ends a question with %s, as 130', async (_, key) => {
    const at = terminal({ accessible });
    // A secret: of a visible answer line by line, the real terminal handles the keys itself.
    const answer = at.terminal.askSecret({ label: 'API key', refuse: () => undefined });
    await at.sees('API key');
    at.type(key);
    await expect(answer).rejects.toMatchObject({ name: 'Interrupted', exitCode: 130 });
  });

  it('ends a question when its input ends', async () => {
    const at = terminal({ accessible });
    const answer = at.terminal.askSecret({ label: 'API key', refuse: () => undefined });
    await at.sees('API key');
    at.end();
    await expect(answer).rejects.toMatchObject({ name: 'Interrupted' });
  });

  it('ends a question with the code of what ends the run', async () => {
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

  it('prints no secret, whatever it is told to print', () => {
    const at = terminal({ accessible });
    const secret = new Secret('terminal-Secret-1');
    const words = `see ${secret.reveal()}`;
    at.terminal.title(words);
    at.terminal.step(1, 2, words);
    at.terminal.explain(words);
    at.terminal.done(words);
    at.terminal.tell(words);
    at.terminal.warn(words);
    at.terminal.problem({ what: words, why: words, causes: [words], next: words });
    expect(at.shown().match(/\[redacted\]/gu)?.length).toBe(10);
    expect(at.raw()).not.toContain('terminal-Secret-1');
  });

  it('gives back what is worked for, and its failure', async () => {
    const at = terminal({ accessible });
    await expect(at.terminal.during('Asking', async () => 7)).resolves.toBe(7);
    expect(at.shown()).toContain('Asking');
    const failing = at.terminal.during('Asking', () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
  });
});

describe('a terminal where nobody is', () => {
  it('prints what scripts should see, and nothing else', async () => {
    const at = terminal({ interactive: false });
    at.terminal.title('title');
    at.terminal.step(1, 2, 'step');
    at.terminal.explain('explanation');
    at.terminal.done('done');
    at.terminal.problem({ what: 'problem', next: 'next' });
    await at.terminal.during('work', async () => {});
    expect(at.raw()).toBe('');
    at.terminal.tell('told');
    at.terminal.warn('warned');
    expect(at.raw()).toBe('told\n! warned\n');
  });

  it('is never asked', async () => {
    const at = terminal({ interactive: false });
    const question = { label: 'Domain', refuse: () => undefined };
    await expect(at.terminal.askText(question)).rejects.toThrow(/none is allowed/u);
    await expect(at.terminal.askSecret(question)).rejects.toThrow(/none is allowed/u);
    await expect(at.terminal.confirm('Yes?')).rejects.toThrow(/none is allowed/u);
    expect(at.raw()).toBe('');
  });
});

describe('while something is going on', () => {
  it('a screen hides the cursor and shows it again, also when the run is ended', async () => {
    const at = terminal();
    await at.terminal.during('Asking', async () => {});
    expect(at.raw()).toContain('\u001B[?25l');
    expect(at.raw().endsWith('\u001B[?25h')).toBe(true);
    const other = terminal();
    void other.terminal.during('Asking', () => new Promise<never>(() => {}));
    await other.terminal.close();
    expect(other.raw().endsWith('\u001B[2K\u001B[?25h')).toBe(true);
  });

  it('a terminal without redrawing moves nothing', async () => {
    const at = terminal({ accessible: true });
    await at.terminal.during('Asking', async () => {});
    expect(at.raw()).toBe('  Asking ...\n');
  });
});
