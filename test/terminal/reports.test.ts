import { describe, expect, it } from 'vitest';
import { ReportFilter } from '../../src/terminal/reports.js';

const ESC = '\u001B';
const ST = `${ESC}\\`;

/** What passes the filter if `reads` arrive one after the other. */
function typed(...reads: readonly string[]): string {
  const filter = new ReportFilter();
  return reads.map((read) => filter.take(read)).join('');
}

/** Every way in which `text` can arrive in two reads. */
const inTwo = (text: string): [string, string][] =>
  Array.from(text, (_, at) => [text.slice(0, at), text.slice(at)]);

const REPORTS = [
  ['the background colour', `${ESC}]11;rgb:1e1e/1e1e/1e1e${ST}`],
  ['the same, ended with a bell', `${ESC}]11;rgb:1e1e/1e1e/1e1e\u0007`],
  ['device attributes', `${ESC}[?62;22c`],
  ['secondary device attributes', `${ESC}[>41;354;0c`],
  ["the terminal's name", `${ESC}P>|xterm(354)${ST}`],
  ["the cursor's place", `${ESC}[12;40R`],
  ['status', `${ESC}[0n`],
  ['size in pixels', `${ESC}[4;600;800t`],
  ['a mode', `${ESC}[?2026;2$y`],
  ['the state of the keyboard', `${ESC}[?1u`],
  ['focus', `${ESC}[I`],
  ['its loss', `${ESC}[O`],
  ['the mouse', `${ESC}[<0;12;5M`],
  ['its release', `${ESC}[<0;12;5m`],
  ['the mouse, in the old form', `${ESC}[M !"`],
  ['the mouse, as rxvt reports it', `${ESC}[32;12;5M`],
] as const;

const KEYS = [
  ['an arrow', `${ESC}[A`],
  ['an arrow in application mode', `${ESC}OB`],
  ['Home', `${ESC}[H`],
  ['Delete', `${ESC}[3~`],
  ['Shift and Tab', `${ESC}[Z`],
  ['Ctrl and an arrow', `${ESC}[1;5C`],
  ['Shift and an arrow in rxvt', `${ESC}[c`],
  ['F1', `${ESC}OP`],
  ['Alt and b', `${ESC}b`],
  ['Esc and Enter at once', `${ESC}\r`],
  ['Esc twice', `${ESC}${ESC}[A`],
  ['an impossible sequence', `${ESC}[\u0001`],
] as const;

describe("a terminal's report does not pass", () => {
  it.each(REPORTS)('%s', (_, report) => {
    expect(typed(`ab${report}cd${report}`)).toBe('abcd');
    for (const [one, two] of inTwo(report)) expect(typed(`ab${one}`, `${two}cd`)).toBe('abcd');
    expect(typed(...Array.from(report), 'cd')).toBe('cd');
  });
});

describe('keys pass', () => {
  it.each(KEYS)('%s', (_, key) => {
    expect(typed(`ab${key}cd`)).toBe(`ab${key}cd`);
    expect(typed(...Array.from(`ab${key}cd`))).toBe(`ab${key}cd`);
  });

  it.each([`${ESC}]key`, `${ESC}Pkey`, `${ESC}_key`])(
    'and nothing waits for the end of %j',
    (text) => {
      expect(typed(text)).toBe(text);
    },
  );

  it('and an escape character alone is Esc after a while', () => {
    const filter = new ReportFilter();
    expect(filter.take(`ab${ESC}`)).toBe('ab');
    expect([filter.isPending, filter.mayBeEsc]).toEqual([true, true]);
    expect(filter.flush()).toBe(ESC);
    expect(filter.isPending).toBe(false);
  });

  it.each([`${ESC}[`, `${ESC}O`, `${ESC}]11;rgb:`, `${ESC}P>|x`, `${ESC}[?62;`, `${ESC}[M `])(
    'but a sequence that never ends does not: %j',
    (begun) => {
      const filter = new ReportFilter();
      expect(filter.take(`ab${begun}`)).toBe('ab');
      expect([filter.isPending, filter.mayBeEsc]).toEqual([true, false]);
      expect(filter.flush()).toBe('');
      expect(filter.take('cd')).toBe('cd');
    },
  );
});

describe('a sequence whose escape character was taken for Esc', () => {
  it.each(['[A', 'OB', '[1;5C', '[200~', ']11;rgb:1e1e/1e1e/1e1e\u0007'])(
    'leaves nothing of its rest: %j',
    (rest) => {
      const filter = new ReportFilter();
      filter.take(ESC);
      expect(filter.flush()).toBe(ESC);
      expect(filter.take(`${rest}cd`)).toBe('cd');
    },
  );

  it('ends once it is settled or another key is typed', () => {
    for (const between of ['settle', 'x'] as const) {
      const filter = new ReportFilter();
      filter.take(ESC);
      filter.flush();
      if (between === 'settle') filter.settle();
      else filter.take(between);
      expect(filter.take('[A')).toBe('[A');
    }
  });
});

describe('a marked paste', () => {
  const paste = (text: string): string => `${ESC}[200~${text}${ESC}[201~`;

  it.each(['key', `a${ESC}]11;x\u0007b`, `${ESC}[12;40R`, `${ESC}[200~`, `${ESC}[20`])(
    'passes unchanged: %j',
    (text) => {
      const whole = paste(text);
      expect(typed(`${whole}${ESC}[12;40R!`)).toBe(`${whole}!`);
      for (const [one, two] of inTwo(whole)) expect(typed(one, `${two}!`)).toBe(`${whole}!`);
    },
  );

  it('goes on after a character that only begins like its end', () => {
    const filter = new ReportFilter();
    filter.take(`${ESC}[200~a${ESC}`);
    expect(filter.flush()).toBe(ESC);
    expect(filter.take(`[A${ESC}[201~`)).toBe(`[A${ESC}[201~`);
  });
});
