import { sentence, type Advice } from '../core/errors.js';
import type { Style } from '../core/ports.js';

export interface StyleOptions {
  readonly colour: boolean;
  /** Can the terminal show ✓ and →? Otherwise ASCII stands in. */
  readonly unicode: boolean;
  /** Of the terminal, in columns; undefined where there is none, and nothing is wrapped. */
  readonly columns: number | undefined;
  /** See `core/shell.ts`; without it, texts stay as they are. */
  readonly runnable?: (text: string) => string;
}

const asItIs = (text: string): string => text;

/** Wider lines are hard to read, however wide the terminal is. */
const WIDEST = 88;

/**
 * How everything looks, decided once: `main.ts` knows the terminal, and tells all who print. What
 * colours and wraps is loaded only where there is a terminal to colour and wrap for.
 */
export async function createStyle({
  colour,
  unicode,
  columns,
  runnable = asItIs,
}: StyleOptions): Promise<Style> {
  const chalk = colour ? new (await import('chalk')).Chalk({ level: 1 }) : PLAIN;
  const wrap = columns === undefined ? undefined : (await import('fast-wrap-ansi')).wrapAnsi;
  const width = Math.max(20, Math.min(columns ?? WIDEST, WIDEST));
  const marks = unicode
    ? { good: '✓', bad: '✗', warning: '!', next: '→' }
    : { good: '+', bad: 'x', warning: '!', next: '->' };
  return {
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    accent: (text) => chalk.cyan(runnable(text)),
    good: chalk.green(marks.good),
    bad: chalk.red(marks.bad),
    warning: chalk.yellow(marks.warning),
    next: chalk.cyan(marks.next),
    unicode,
    paragraph(text, indent, first = indent) {
      const edited = runnable(text);
      const lines = wrap
        ? wrap(edited, width - indent.length, { trim: true }).split('\n')
        : [edited];
      return lines.map((line, index) => `${index === 0 ? first : indent}${line}`).join('\n');
    },
  };
}

/** Of the mark of a next step: it may have colours around it, which are no part of its width. */
export function nextWidth({ unicode }: Style): number {
  return unicode ? 1 : 2;
}

/** What chalk does, without colours. */
const PLAIN = {
  bold: asItIs,
  dim: asItIs,
  cyan: asItIs,
  green: asItIs,
  red: asItIs,
  yellow: asItIs,
};

/** The three parts of a message as a block of lines, the next step last. `mark` starts the first line. */
export function formatAdvice(style: Style, mark: string, advice: Advice, margin = ''): string {
  const indent = `${margin}  `;
  const lines = [style.paragraph(sentence(advice), indent, `${margin}${mark} `)];
  if (advice.causes && advice.causes.length > 0) {
    lines.push(style.paragraph('Possible causes, the likeliest first:', indent));
    for (const [index, cause] of advice.causes.entries()) {
      const number = `${index + 1}.`;
      lines.push(style.paragraph(cause, `${indent}   `, `${indent}${number} `));
    }
  }
  const beside = `${indent}${' '.repeat(nextWidth(style) + 1)}`;
  const next = [advice.next, advice.again].filter(Boolean).join(' ');
  lines.push(style.paragraph(next, beside, `${indent}${style.next} `));
  if (advice.command !== undefined) lines.push(`${beside}${advice.command}`);
  return lines.join('\n');
}
