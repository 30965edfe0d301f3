import { PassThrough } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import xterm from '@xterm/headless';
import { expect, onTestFinished } from 'vitest';
import { createLinePrompts } from '../../src/terminal/line-prompts.js';
import { createScreenPrompts } from '../../src/terminal/screen-prompts.js';
import { createTerminal } from '../../src/terminal/terminal.js';
import { Interruption } from '../../src/core/interruption.js';
import type { Terminal } from '../../src/core/ports.js';
import { redact } from '../../src/core/secret.js';
import type { Style } from '../../src/output/style.js';
import { PLAIN } from './fakes.js';

const MAKERS = { screen: createScreenPrompts, line: createLinePrompts } as const;

export interface Size {
  readonly columns?: number;
  readonly rows?: number;
}

/** A terminal in memory, with what is typed and everything that it has shown. */
function stage({ columns = 80, rows = 24 }: Size = {}) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns, rows });
  // Like process.stderr, which a pipe does not end.
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
    /** The whole text arrives at once. */
    type: (text: string) => void input.write(text),
    end: () => void input.end(),
    raw: () => shown,
    /** Everything that was ever on the screen, without escape sequences. */
    shown: () => stripVTControlCharacters(shown),
    /** The text on the screen now, without trailing blanks. */
    async screen(): Promise<string[]> {
      const screen = new xterm.Terminal({
        cols: columns,
        rows,
        convertEol: true,
        allowProposedApi: true,
      });
      await new Promise<void>((done) => screen.write(shown, done));
      const { active } = screen.buffer;
      return Array.from(
        { length: active.length },
        (_, row) => active.getLine(row)?.translateToString(true) ?? '',
      )
        .join('\n')
        .trimEnd()
        .split('\n');
    },
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
    /** Esc, with a wait until it cannot begin another key. */
    async escape(): Promise<void> {
      input.write('\u001B');
      await setTimeout(60);
    },
    /** Nothing of `secret` was ever written. */
    expectHidden(secret: string): void {
      for (let from = 0; from + 4 <= secret.length; from += 1) {
        expect(shown).not.toContain(secret.slice(from, from + 4));
      }
    },
  };
}

/** Only the questions. */
export function prompts(
  kind: keyof typeof MAKERS,
  { style = PLAIN, ...size }: Size & { readonly style?: Style } = {},
) {
  const at = stage(size);
  const ended = new AbortController();
  const { input, output } = at;
  // Ends a question that a test leaves open.
  onTestFinished(() => ended.abort());
  return {
    ...at,
    ended,
    prompts: MAKERS[kind]({
      input,
      output,
      style,
      signal: ended.signal,
    }),
  };
}

/** The questions in a terminal, with an interruption. */
export function terminal(options: { interactive?: boolean; accessible?: boolean } = {}) {
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
    ...options,
  });
  onTestFinished(() => {
    // Ends a question that a failed test leaves open.
    interruption.raise(143);
    return made.close();
  });
  return { ...at, interruption, terminal: made };
}
