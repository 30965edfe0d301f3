import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { stripInvisible } from '../core/field.js';
import type { Choice, Question } from '../core/ports.js';
import { hasEnd, isSealedText } from '../core/sealed/text.js';
import { countCharacters, fingerprint } from '../core/secret.js';
import { askPaste } from './paste-prompt.js';
import {
  SEVERAL_LINES,
  Abandoned,
  refuseTicks,
  type Key,
  type Prompts,
  type PromptsOptions,
} from './prompts.js';

const YES_OR_NO: ReadonlyMap<string, boolean> = new Map([
  ['y', true],
  ['yes', true],
  ['n', false],
  ['no', false],
]);

/** Printed if there is no earlier step. */
const FIRST = 'This is the first question: nothing is before it.';

/** One question, asked until its answer can be read. */
interface LineQuestion<T> {
  readonly question: string;
  readonly read: (answer: string) => T | undefined;
  /** What is printed about an answer that can't be read. */
  readonly again: (answer: string) => string;
  readonly back: boolean | undefined;
  /** The answer may be on the screen. */
  readonly echo?: boolean;
  /** It may be a sealed answer, of several lines. */
  readonly sealed?: boolean | undefined;
}

/** Asks line by line, for screen readers and terminals that can't move the cursor. */
export function createLinePrompts(options: PromptsOptions): Prompts {
  const { input, output, style, signal } = options;
  /**
   * Reads a line. The terminal itself echoes it and nothing is redrawn. A secret isn't echoed at
   * all.
   *
   * @returns undefined if several lines of a secret arrived at once.
   */
  async function line(
    question: string,
    echo: boolean,
    sealed: boolean,
  ): Promise<string | undefined> {
    // Decide whether the terminal echoes before anything can be pasted.
    if (echo) input.setRawMode(false);
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const reader = createInterface({ input, output: silent, terminal: !echo });
    const ended = new AbortController();
    // A terminal delivers whole lines. Text without a line end was ended with Ctrl-D.
    const look = (typed: Buffer | string): void => {
      if (!/[\r\n]$/u.test(String(typed))) ended.abort();
    };
    const lines = countLines();
    if (echo) input.on('data', look);
    else input.prependListener('keypress', lines.take);
    output.write(`${style.paragraph(question.trim(), '  ')} `);
    try {
      const answer = await reader.question('', {
        signal: AbortSignal.any([signal, ended.signal]),
      });
      if (sealed && isSealedText(lines.text)) return await sealedFrom(lines.text);
      return lines.several ? undefined : answer;
    } finally {
      input.off('data', look).off('keypress', lines.take);
      reader.close();
      if (!echo || ended.signal.aborted || signal.aborted) output.write('\n');
    }
  }

  /** Reads the rest of a sealed answer that begins with these lines. */
  async function sealedFrom(begun: string): Promise<string> {
    if (hasEnd(begun)) return begun;
    return askPaste(options, { label: 'The rest of it', isWhole: hasEnd }, begun);
  }

  async function until<T>({
    question,
    read,
    again,
    back,
    echo = true,
    sealed = false,
  }: LineQuestion<T>): Promise<T> {
    for (;;) {
      const answer = await line(question, echo, sealed);
      const goesBack = answer?.trim().toLowerCase() === 'back';
      if (goesBack && back) throw new Abandoned('back');
      // It's no answer either if going back is only possible elsewhere.
      const first = goesBack && back === false;
      const value = answer === undefined || first ? undefined : read(answer);
      if (value !== undefined) return value;
      const why = answer === undefined ? SEVERAL_LINES : first ? FIRST : again(answer);
      output.write(`${style.paragraph(why, '  ')}\n`);
    }
  }

  function list(question: string, choices: readonly Choice<unknown>[]): void {
    output.write(`${style.paragraph(question, '  ')}\n`);
    for (const [index, { label }] of choices.entries()) {
      const number = `  ${index + 1}. `;
      output.write(`${style.paragraph(label, ' '.repeat(number.length), number)}\n`);
    }
  }

  return {
    paste: (question) => askPaste(options, question),
    text({ label, initial, refuse, back }) {
      const kept = initial === undefined ? '' : ` (Enter for ${initial})`;
      return until({ question: `  ${label}${kept}: `, ...meaning(refuse, initial), back });
    },
    async secret({ label, initial, invitation, refuse, back, sealed, fingerprint: shown = false }) {
      const keeps = initial ? `; ${invitation ?? 'Enter keeps the one typed before'}` : '';
      const value = await until({
        question: `  ${label} (not shown while you type${keeps}): `,
        ...meaning(refuse, initial),
        back,
        echo: false,
        sealed,
      });
      if (sealed && isSealedText(value)) {
        output.write('  A sealed answer.\n');
        return value;
      }
      const arrived = shown
        ? fingerprint(stripInvisible(value).value)
        : `${countCharacters(value)} characters`;
      output.write(`  ${arrived}.\n`);
      return value;
    },
    confirm: (question, { back } = {}) =>
      until({
        question: `  ${question} (${back ? 'y, n or back' : 'y or n'}): `,
        read: (answer) => YES_OR_NO.get(answer.trim().toLowerCase()),
        again: () => `Please type ${back ? 'y, n or back' : 'y or n'}.`,
        back,
      }),
    tick(question, choices, { most, back }) {
      list(question, choices);
      const range = `from 1 to ${choices.length}`;
      return until({
        question: `  Numbers (Enter for none${back ? ', or back' : ''}): `,
        read(answer) {
          const ticked = ticksOf(answer, choices);
          return ticked && refuseTicks(ticked.length, most) === undefined
            ? ticked.map(({ value }) => value)
            : undefined;
        },
        again: (answer) =>
          refuseTicks(ticksOf(answer, choices)?.length ?? 0, most) ??
          `Please type numbers ${range}, with commas between, or nothing.`,
        back,
      });
    },
    async choose(question, choices, { back } = {}) {
      list(question, choices);
      // Look for the choice itself, because its value may be undefined.
      const chosen = await until({
        question: '  Number: ',
        read: (answer) => choices[Number(answer.trim()) - 1],
        again: () => `Please type a number from 1 to ${choices.length}.`,
        back,
      });
      return chosen.value;
    },
  };
}

/**
 * The choices in `2, 4`, each once and in their own order; undefined if the answer contains
 * anything else.
 */
function ticksOf<C>(answer: string, choices: readonly C[]): readonly C[] | undefined {
  const numbers = answer.split(/[\s,;]+/u).filter((each) => each !== '');
  const isOne = (each: string): boolean => /^\d{1,3}$/u.test(each) && !!choices[Number(each) - 1];
  if (!numbers.every(isOne)) return undefined;
  return choices.filter((_, index) => numbers.some((each) => Number(each) === index + 1));
}

/** The typed answer, or what Enter alone keeps. */
function meaning(
  refuse: Question['refuse'],
  initial = '',
): Pick<LineQuestion<string>, 'read' | 'again'> {
  const meant = (answer: string): string => (answer === '' ? initial : answer);
  return {
    read: (answer) => (refuse(meant(answer)) === undefined ? meant(answer) : undefined),
    again: (answer) => refuse(meant(answer)) ?? '',
  };
}

/** Detects whether anything follows an Enter in one chunk from the terminal. */
function countLines() {
  let ended = false;
  let last: string | undefined;
  const lines = {
    several: false,
    /** Everything that arrived. */
    text: '',
    take: (_: unknown, { name, sequence = '' }: Key): void => {
      if (name !== 'paste-start' && name !== 'paste-end') lines.text += sequence;
      // "\r\n" is one Enter.
      if (ended && !(name === 'enter' && last === 'return')) lines.several = true;
      // Some versions of Node also end a line at these.
      if (/[\u2028\u2029]/u.test(sequence)) lines.several = true;
      if (name === 'return' || name === 'enter') ended = true;
      last = name;
    },
  };
  return lines;
}
