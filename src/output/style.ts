import { Chalk } from 'chalk';
import { wrapAnsi } from 'fast-wrap-ansi';
import type { Style } from '../core/ports.js';

export interface StyleOptions {
  readonly colour: boolean;
  /** Can the terminal show ✓ and →? Otherwise ASCII stands in. */
  readonly unicode: boolean;
  /** Of the terminal, in columns; undefined where there is none, and nothing is wrapped. */
  readonly columns: number | undefined;
}

/** Wider lines are hard to read, however wide the terminal is. */
const WIDEST = 88;

/** How everything looks, decided once: `main.ts` knows the terminal, and tells all who print. */
export function createStyle({ colour, unicode, columns }: StyleOptions): Style {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  const width = columns === undefined ? undefined : Math.max(20, Math.min(columns, WIDEST));
  const marks = unicode
    ? { good: '✓', bad: '✗', warning: '!', next: '→' }
    : { good: '+', bad: 'x', warning: '!', next: '->' };
  return {
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    accent: (text) => chalk.cyan(text),
    good: chalk.green(marks.good),
    bad: chalk.red(marks.bad),
    warning: chalk.yellow(marks.warning),
    next: chalk.cyan(marks.next),
    unicode,
    paragraph(text, indent, first = indent) {
      const room = width === undefined ? Number.POSITIVE_INFINITY : width - indent.length;
      const lines = Number.isFinite(room)
        ? wrapAnsi(text, room, { trim: true }).split('\n')
        : [text];
      return lines.map((line, index) => `${index === 0 ? first : indent}${line}`).join('\n');
    },
  };
}
