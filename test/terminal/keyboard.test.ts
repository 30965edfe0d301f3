import { PassThrough } from 'node:stream';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { BACK } from '../../src/core/ports.js';
import { Interruption } from '../../src/core/interruption.js';
import { Keyboard, type Ending } from '../../src/terminal/keyboard.js';
import type { Key, KeyStream } from '../../src/terminal/prompts.js';
import { terminal } from '../support/fake-tty.js';

const ESC = '\u001B';

/** A test moves the time of timers; streams and readline run as usual. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('an escape character alone', () => {
  it('is Esc within 50 ms', async () => {
    const at = terminal();
    const answer = at.terminal.askText({ label: 'Domain', refuse: () => undefined, back: true });
    await at.sees('Domain:');
    at.type(ESC);
    await setImmediate();
    await vi.advanceTimersByTimeAsync(50);
    await expect(answer).resolves.toBe(BACK);
  });

  it.each(['[A', 'OA', '[1;5C'])(
    'leaves no rest of its sequence (%s) in the field if that comes 60 ms later',
    async (rest) => {
      const at = terminal();
      const answer = at.terminal.askText({ label: 'Domain', refuse: () => undefined });
      await at.sees('Domain:');
      for (const typed of ['ac', ESC, rest, 'me\r']) {
        at.type(typed);
        await setImmediate();
        await vi.advanceTimersByTimeAsync(60);
        // Readline has its own clock.
        await setTimeout(5);
      }
      await expect(answer).resolves.toBe('acme');
    },
  );
});

describe("a terminal's report while a secret is typed", () => {
  it.each([
    ['at once', [`${ESC}]11;rgb:1e1e/1e1e/1e1e${ESC}\\${ESC}[?62;22c${ESC}[<0;12;5M${ESC}[I`]],
    ['in parts', [`${ESC}]11;rg`, `b:1e1e/1e1e/1e1e${ESC}`, `\\${ESC}[?62`, ';22c']],
  ])('is no part of the secret: %s', async (_, reports) => {
    for (const accessible of [false, true]) {
      const at = terminal({ accessible });
      const answer = at.terminal.askSecret({ label: 'API key', refuse: () => undefined });
      await at.sees(accessible ? 'while you type' : 'it is not shown');
      at.type('half-');
      for (const report of reports) {
        await setImmediate();
        at.type(report);
        await setImmediate();
        await vi.advanceTimersByTimeAsync(100);
      }
      at.type('a-secret');
      await setImmediate();
      at.type('\r');
      await expect(answer).resolves.toBe('half-a-secret');
    }
  });
});

/** A keyboard with a bare question, which ends when it is left, after `onLeft`. */
function keyboard(
  onLeft: (at: { tty: PassThrough; interruption: Interruption }) => void = () => {},
) {
  const tty = Object.assign(new PassThrough(), { setRawMode: () => tty });
  const interruption = new Interruption();
  const made = new Keyboard(() => tty as unknown as NodeJS.ReadStream, interruption);
  onTestFinished(() => made.close());
  const question = (keys: KeyStream, signal: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => {
      keys.on('keypress', (_: unknown, { name, meta }: Key) => {
        if (name === 'return' && !meta && !signal.aborted) resolve('answered');
      });
      const stop = (): void => {
        onLeft({ tty, interruption });
        // A prompt notices the abort only later.
        void setImmediate().then(() =>
          reject(Object.assign(new Error('aborted'), { name: 'AbortPromptError' })),
        );
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop);
    });
  return {
    tty,
    interruption,
    ask: (listening = { back: true, choosing: false }): Promise<Ending<string>> =>
      made.ask(question, listening),
    close: () => made.close(),
  };
}

describe('a question ends', () => {
  it.each<[string, string, object]>([
    ['answered', '\r', { how: 'answered', value: 'answered' }],
    ['with Ctrl-C', '\u0003', { how: 'interrupted' }],
    ['with Ctrl-D', '\u0004', { how: 'interrupted' }],
    ['with Esc and Ctrl-C at once', `${ESC}\u0003`, { how: 'interrupted' }],
    ['with Esc and Enter at once', `${ESC}\r`, { how: 'back' }],
  ])('%s', async (_, typed, ending) => {
    const at = keyboard();
    const asked = at.ask();
    at.tty.write(typed);
    await expect(asked).resolves.toEqual(ending);
  });

  it.each<[string, Parameters<typeof keyboard>[0]]>([
    ['Ctrl-C', ({ tty }) => queueMicrotask(() => tty.write('\u0003'))],
    ['the end of the input', ({ tty }) => void tty.end()],
    ['the loss of the terminal', ({ tty }) => void tty.destroy()],
  ])('interrupted if %s comes while it is being left with Esc', async (_, onLeft) => {
    const at = keyboard(onLeft);
    const asked = at.ask();
    at.tty.write(`${ESC}\r`);
    await expect(asked).resolves.toEqual({ how: 'interrupted' });
  });

  it('with the run if that is interrupted while it is being left', async () => {
    const at = keyboard(({ interruption }) => interruption.raise(143));
    const asked = at.ask();
    at.tty.write(`${ESC}\r`);
    await expect(asked).rejects.toMatchObject({ name: 'Interrupted', exitCode: 143 });
  });

  it('at once if the input ended before it', async () => {
    const at = keyboard();
    at.tty.end();
    at.tty.resume();
    await setImmediate();
    await expect(at.ask()).resolves.toEqual({ how: 'interrupted' });
  });

  it('with its own error', async () => {
    const tty = Object.assign(new PassThrough(), { setRawMode: () => tty });
    const made = new Keyboard(() => tty as unknown as NodeJS.ReadStream, new Interruption());
    const fault = new TypeError('boom');
    const asked = made.ask(() => Promise.reject(fault), { back: true, choosing: false });
    await expect(asked).rejects.toBe(fault);
    made.close();
  });
});

describe('a paste at a choice', () => {
  const marked = (text: string): string => `${ESC}[200~${text}${ESC}[201~`;
  it.each<[string, string[], string]>([
    ['at once', ['Rk3vT9xQ2m'], 'Rk3vT9xQ2m'],
    ['in parts', ['Rk3vT9xQ2m', 'Lp8sWz4aBc', '\r'], 'Rk3vT9xQ2mLp8sWz4aBc\r'],
    ['between marks', [marked('2\r')], '2\r'],
    ['between marks, in parts', [`${ESC}[200~Rk3`, 'vT9', `xQ2m${ESC}[201~`, 'more'], 'Rk3vT9xQ2m'],
    ['of several lines', ['one and\r', 'another\r'], 'one and\ranother\r'],
  ])('is read whole, %s', async (_, parts, text) => {
    const at = keyboard();
    const asked = at.ask({ back: false, choosing: true });
    for (const part of parts) {
      at.tty.write(part);
      await setImmediate();
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(100);
    await expect(asked).resolves.toEqual({ how: 'pasted', text });
  });

  it('is ordinary typing at other questions', async () => {
    const at = keyboard();
    const asked = at.ask();
    at.tty.write('Rk3vT9xQ2m');
    await setImmediate();
    at.tty.write('\r');
    await expect(asked).resolves.toMatchObject({ how: 'answered' });
  });
});

describe('between the questions', () => {
  it('what is typed is discarded', async () => {
    const at = keyboard();
    const first = at.ask();
    at.tty.write('\r');
    await first;
    at.tty.write('\r');
    await setImmediate();
    let answered = false;
    const second = at.ask().then(() => (answered = true));
    await setImmediate();
    expect(answered).toBe(false);
    at.tty.write('\r');
    await second;
  });

  it('Ctrl-C ends the run', async () => {
    const at = keyboard();
    const first = at.ask();
    at.tty.write('\r');
    await first;
    at.tty.write('x\u0003');
    await setImmediate();
    expect(at.interruption.signal.aborted).toBe(true);
  });

  it('and after the last one, what is typed is left for the next program', async () => {
    const at = keyboard();
    const first = at.ask();
    at.tty.write('\r');
    await first;
    at.close();
    at.tty.write('ls\n');
    expect(String(at.tty.read())).toBe('ls\n');
  });
});
