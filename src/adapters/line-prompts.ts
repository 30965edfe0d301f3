import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { countCharacters } from '../core/secret.js';
import type { Prompts, PromptsOptions } from './terminal.js';

/** Questions line by line, for screen readers and terminals that cannot move the cursor. */
export function createLinePrompts({ input, output, signal }: PromptsOptions): Prompts {
  /** What is typed is echoed, or, of a secret, not. */
  async function line(question: string, echo: boolean): Promise<string> {
    output.write(question);
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const reader = createInterface({ input, output: echo ? output : silent, terminal: true });
    try {
      return await reader.question('', { signal });
    } finally {
      reader.close();
      if (!echo) output.write('\n');
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
    text: ({ label, refuse }) =>
      until(
        `  ${label}: `,
        (answer) => (refuse(answer) === undefined ? answer : undefined),
        (answer) => refuse(answer) ?? '',
      ),
    async secret({ label, refuse }) {
      const value = await until(
        `  ${label} (not shown while you type): `,
        (answer) => (refuse(answer) === undefined ? answer : undefined),
        (answer) => refuse(answer) ?? '',
        false,
      );
      output.write(`  ${countCharacters(value)} characters.\n`);
      return value;
    },
    confirm: (question) =>
      until(
        `  ${question} (y or n): `,
        (answer) => ({ y: true, yes: true, n: false, no: false })[answer.trim().toLowerCase()],
        () => 'Please type y or n.',
      ),
    choose(question, choices) {
      output.write(`  ${question}\n`);
      for (const [index, { label }] of choices.entries())
        output.write(`  ${index + 1}. ${label}\n`);
      return until(
        '  Number: ',
        (answer) => choices[Number(answer.trim()) - 1]?.value,
        () => `Please type a number from 1 to ${choices.length}.`,
      );
    },
  };
}
