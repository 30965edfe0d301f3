import { defuse, strip, stripLines } from '../core/clean.js';
import { sentence, type Advice } from '../core/errors.js';
import { redact } from '../core/secret.js';

/** How text looks on this run's terminal. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly accent: (text: string) => string;
  /** Marks at the start of a line. */
  readonly good: string;
  readonly bad: string;
  readonly warning: string;
  readonly next: string;
  /** Characters beyond ASCII may be used. */
  readonly unicode: boolean;
  /**
   * Wraps `text` to the terminal's width. Each line starts with `indent`, the first one with
   * `first`, which is as wide as `indent`.
   */
  paragraph(text: string, indent: string, first?: string): string;
}

export interface StyleOptions {
  readonly colour: boolean;
  /** The terminal can show ✓ and →. Otherwise ASCII replaces them. */
  readonly unicode: boolean;
  /** The terminal's width in columns; undefined if there is none, so nothing is wrapped. */
  readonly columns: number | undefined;
  /** See `core/shell.ts`. If left out, texts stay as they are. */
  readonly runnable?: (text: string) => string;
}

const asItIs = (text: string): string => text;

/** Wider lines are hard to read, however wide the terminal is. */
const WIDEST = 88;

/**
 * Precedes each sequence that this file makes. No file, server or keychain can know it, so every
 * other sequence can be told apart and removed. It consists of control characters, so a broken one
 * is removed too. It's made for the first sequence, because Node takes 3 ms to load random bytes.
 */
let key: string | undefined;

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => String.fromCharCode(1 + (byte % 8))).join('');
}

function sign(text: string): string {
  if (!text.includes('\u001B')) return text;
  key ??= newKey();
  return text.replaceAll('\u001B', `${key}\u001B`);
}

/** Applies `change` to everything that wasn't made here. Our own sequences lose their key. */
function around(text: string, change: (text: string) => string): string {
  if (key === undefined) return change(text);
  return text
    .split(new RegExp(`${key}(\u001B\\[[\\d;]*m)`, 'u'))
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join('');
}

const safeLine = (text: string): string => around(text, (part) => redact(strip(part)));

const safeLines = (text: string): string => around(text, (part) => redact(stripLines(part)));

/**
 * The gate for all text that isn't JSON, before it reaches a screen, a pipe or a report. Everything
 * that this file didn't make is cleaned and redacted, and no line is a command of a CI system.
 */
export function toScreen(text: string): string {
  return defuse(safeLines(text));
}

/**
 * Decides how everything looks. `main.ts` knows the terminal and passes the style on. Colouring and
 * wrapping code is only loaded for a terminal.
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
    bold: (text) => sign(chalk.bold(safeLines(text))),
    dim: (text) => sign(chalk.dim(safeLines(text))),
    accent: (text) => sign(chalk.cyan(runnable(safeLines(text)))),
    good: sign(chalk.green(marks.good)),
    bad: sign(chalk.red(marks.bad)),
    warning: sign(chalk.yellow(marks.warning)),
    next: sign(chalk.cyan(marks.next)),
    unicode,
    paragraph(text, indent, first = indent) {
      // Before wrapping, because a broken secret wouldn't be found.
      const whole = runnable(safeLine(text));
      const broken = wrap ? sign(wrap(whole, width - indent.length, { trim: true })) : sign(whole);
      if (!broken.includes('\n')) return `${first}${broken}`;
      return broken
        .split('\n')
        .map((line, index) => `${index === 0 ? first : indent}${line}`)
        .join('\n');
    },
  };
}

/** For text that is drawn at once and passes no gate later: a terminal's questions. */
export function drawn(style: Style): Style {
  return {
    ...style,
    bold: (text) => toScreen(style.bold(text)),
    dim: (text) => toScreen(style.dim(text)),
    accent: (text) => toScreen(style.accent(text)),
    good: toScreen(style.good),
    bad: toScreen(style.bad),
    warning: toScreen(style.warning),
    next: toScreen(style.next),
    paragraph: (text, indent, first = indent) =>
      `${first}${toScreen(style.paragraph(text, indent)).slice(indent.length)}`,
  };
}

/** The width of the next step's mark, without its colours. */
export function nextWidth({ unicode }: Style): number {
  return unicode ? 1 : 2;
}

/** Replaces chalk if there are no colours. */
const PLAIN = {
  bold: asItIs,
  dim: asItIs,
  cyan: asItIs,
  green: asItIs,
  red: asItIs,
  yellow: asItIs,
};

/** A message as lines, with the next step last. `mark` starts the first line. */
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
  if (advice.command !== undefined) {
    lines.push(...advice.command.split('\n').map((line) => `${beside}${line}`));
  }
  return lines.join('\n');
}
