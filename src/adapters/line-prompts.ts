import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { countCharacters, fingerprint } from '../core/secret.js';
import type { Prompts, PromptsOptions } from './terminal.js';

const YES_OR_NO: ReadonlyMap<string, boolean> = new Map([
  ['y', true],
  ['yes', true],
  ['n', false],
  ['no', false],
]);

/** Questions line by line, for screen readers and terminals that cannot move the cursor. */
export function createLinePrompts({ input, output, signal }: PromptsOptions): Prompts {
  /**
   * What is typed is echoed by the terminal itself, which redraws nothing; of a secret it is
   * not echoed at all.
   */
  async function line(question: string, echo: boolean): Promise<string> {
    // Whether the terminal echoes is settled before anything can be pasted.
    if (echo) input.setRawMode(false);
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const reader = createInterface({ input, output: silent, terminal: !echo });
    const ended = new AbortController();
    // A terminal hands over whole lines; what does not end in one was ended with Ctrl-D.
    const look = (typed: Buffer | string): void => {
      if (!/[\r\n]$/u.test(String(typed))) ended.abort();
    };
    if (echo) input.on('data', look);
    output.write(question);
    try {
      return await reader.question('', { signal: AbortSignal.any([signal, ended.signal]) });
    } finally {
      input.off('data', look);
      reader.close();
      if (!echo || ended.signal.aborted) output.write('\n');
    }
  }

  async function until<T>(
    question: string,
    read: (answer: string) => T | undefined,
    again: (answer: string) => string,
    echo = true,
  ): Promise<T> {
    for (;;) {
      const answer = await line(question, echo);
      const value = read(answer);
      if (value !== undefined) return value;
      output.write(`  ${again(answer)}\n`);
    }
  }

  return {
    text({ label, initial, refuse }) {
      const meant = (answer: string): string => (answer === '' ? (initial ?? '') : answer);
      return until(
        `  ${label}${initial === undefined ? '' : ` (Enter for ${initial})`}: `,
        (answer) => (refuse(meant(answer)) === undefined ? meant(answer) : undefined),
        (answer) => refuse(meant(answer)) ?? '',
      );
    },
    async secret({ label, refuse, fingerprint: shown = false }) {
      const value = await until(
        `  ${label} (not shown while you type): `,
        (answer) => (refuse(answer) === undefined ? answer : undefined),
        (answer) => refuse(answer) ?? '',
        false,
      );
      const arrived = shown ? fingerprint(value) : `${countCharacters(value)} characters`;
      output.write(`  ${arrived}.\n`);
      return value;
    },
    confirm: (question) =>
      until(
        `  ${question} (y or n): `,
        (answer) => YES_OR_NO.get(answer.trim().toLowerCase()),
        () => 'Please type y or n.',
      ),
    async choose(question, choices) {
      output.write(`  ${question}\n`);
      for (const [index, { label }] of choices.entries())
        output.write(`  ${index + 1}. ${label}\n`);
      // The choice itself is looked for: its value may be undefined.
      const chosen = await until(
        '  Number: ',
        (answer) => choices[Number(answer.trim()) - 1],
        () => `Please type a number from 1 to ${choices.length}.`,
      );
      return chosen.value;
    },
  };
}
