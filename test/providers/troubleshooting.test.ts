import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { verdictByReason, verdicts } from '../../src/core/verdict.js';
import { troubleshooting } from '../support/troubleshooting.js';
import { providers } from '../support/built-ins.js';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const FROM = '<!-- troubleshooting: made by test/providers/troubleshooting.test.ts -->';
const TO = '<!-- /troubleshooting -->';

const made = troubleshooting(providers);

/** What stands before, between and after the two marks. */
function partsOf(text: string): [before: string, between: string, after: string] {
  const [before, rest, ...more] = text.split(FROM);
  const [between, after, ...evenMore] = rest?.split(TO) ?? [];
  if (before === undefined || between === undefined || after === undefined) {
    throw new Error(`README.md has no part between ${FROM} and ${TO}`);
  }
  expect([more, evenMore]).toEqual([[], []]);
  return [before, between, after];
}

/** Line by line, a table cell by cell: how wide the columns are drawn is the formatter's. */
function linesOf(markdown: string): string[][] {
  return markdown
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) =>
      // A bar with a backslash in front is part of a cell.
      line.split(/(?<!\\)\|/u).map((cell) =>
        cell
          .trim()
          .replaceAll(/\s+/gu, ' ')
          .replace(/^-{3,}$/u, '---'),
      ),
    );
}

describe('the troubleshooting section of README.md', () => {
  beforeAll(() => {
    if (process.env['CONNECT_WIZARD_UPDATE_README'] !== '1') return;
    const [before, , after] = partsOf(readFileSync(README, 'utf8'));
    writeFileSync(README, `${before}${FROM}\n\n${made}\n\n${TO}${after}`);
  });

  it('is what the definitions say; CONNECT_WIZARD_UPDATE_README=1 makes it so', () => {
    const [, between] = partsOf(readFileSync(README, 'utf8'));
    expect(linesOf(between)).toEqual(linesOf(made));
  });

  it('has every reason but those of the stores, whose words are with each store', () => {
    const told = new Set(linesOf(made).map(([, reason]) => reason));
    const due = Object.entries(verdictByReason).filter(
      ([reason, verdict]) => reason !== 'ok' && verdict !== 'store-error',
    );
    expect(due.map(([reason]) => `\`${reason}\``).filter((reason) => !told.has(reason))).toEqual(
      [],
    );
  });

  it('has of each row five cells, none of them empty, and the exit code of the contract', () => {
    const rows = linesOf(made).filter(([, first]) => first?.startsWith('`'));
    expect(rows.length).toBeGreaterThan(30);
    for (const [start, , verdict = '', exit, means, next, end] of rows) {
      expect([start, end]).toEqual(['', '']);
      const rule = verdicts[verdict.replaceAll('`', '') as keyof typeof verdicts];
      expect(exit).toBe(String(rule.exitCode));
      // Whole sentences, from a capital letter to a full stop.
      expect(means).toMatch(/^\p{Lu}.*\.$/u);
      expect(next).toMatch(/^(?:\p{Lu}|`connect-wizard ).*\.$/u);
    }
  });

  it('leaves no gap that only an answer could fill', () => {
    expect(made).not.toMatch(/[{}]|DETAIL|undefined|: \.|\(\s*\)| {2}|\.\./u);
    // Whatever stands in angle brackets outside of code would be taken for HTML.
    expect(made.replaceAll(/`[^`]*`/gu, '')).not.toMatch(/<|>\S/u);
  });
});
