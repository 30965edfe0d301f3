import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import { createStyle, drawn, formatAdvice, toScreen } from '../../src/output/style.js';

const HOSTILE =
  'a\u001B[31mred\u001B]0;title\u0007\u009B1mb\u202Ec\u200Bd\r\ne\u2028f\u0000\u{E0041}##[error]';

/** Characters that may never reach a screen, except in what style itself adds. */
const RAW =
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2066-\u2069]|##\[/u;

const COLOUR = /\u001B\[\d+m/gu;

const styles = [
  await createStyle({ colour: true, unicode: true, columns: 40 }),
  await createStyle({ colour: false, unicode: true, columns: 40 }),
  await createStyle({ colour: false, unicode: false, columns: undefined }),
] as const;
const [coloured] = styles;

describe('styled text', () => {
  it('is printed with its colours', () => {
    expect(toScreen(coloured.bold('Zoë 🔑'))).toBe('\u001B[1mZoë 🔑\u001B[22m');
    expect(toScreen(coloured.paragraph(`a ${coloured.dim('b')}`, '  ', `${coloured.bad} `))).toBe(
      '\u001B[31m✗\u001B[39m a \u001B[2mb\u001B[22m',
    );
  });

  it('keeps its colours if its line is broken', () => {
    const text = toScreen(coloured.paragraph(coloured.bold('word '.repeat(12).trim()), '  '));
    const lines = text.split('\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toMatch(/^ {2}\u001B\[1m.*\u001B\[22m$/u);
  });

  it.each(['bold', 'dim', 'accent'] as const)('in %s is cleaned', (look) => {
    for (const style of styles) {
      for (const text of [style[look](HOSTILE), style[look](`a ${style.bold(HOSTILE)}`)]) {
        expect(toScreen(text).replaceAll(COLOUR, '')).not.toMatch(RAW);
        expect(toScreen(text).match(COLOUR) ?? []).not.toContain('\u001B[31m');
      }
    }
  });

  it('in a paragraph is cleaned, and each line is indented', () => {
    for (const style of styles) {
      const text = style.paragraph(`${HOSTILE} ${style.bold(HOSTILE)} ${HOSTILE}`, '  ', '- ');
      const lines = toScreen(text).replaceAll(COLOUR, '').split('\n');
      for (const line of lines) expect(line).toMatch(/^(?:- | {2})/u);
      expect(lines.join('')).not.toMatch(RAW);
    }
  });

  it('is redacted before it is broken into lines', () => {
    const secret = new Secret('quokka tusk walrus nine times over');
    const text = coloured.paragraph(`it is said that ${secret.reveal()}`, '');
    expect(toScreen(text).replaceAll('\n', ' ')).toBe('it is said that [redacted]');
  });

  it('is redacted even if colours begin inside the secret', () => {
    const secret = new Secret('Quokka-Tusk-4711');
    const split = Array.from(secret.reveal()).join('\u001B[1m');
    expect(toScreen(coloured.bold(split))).toBe('\u001B[1m[redacted]\u001B[22m');
  });
});

describe('text without style', () => {
  it('is cleaned, but keeps its lines and blanks', () => {
    expect(toScreen(`  a   b\n${HOSTILE}\n`)).toBe('  a   b\naredbcd \ne f# #[error]\n');
  });

  it('loses colours that style did not make', () => {
    const stolen = toScreen(coloured.bold('x'));
    expect(toScreen(stolen)).toBe('x');
  });

  it.each([
    ['::error::x', ': :error::x'],
    ['a\n  ::add-mask::x', 'a\n  : :add-mask::x'],
    ['a ##vso[task.complete]', 'a # #vso[task.complete]'],
    ['a::b ##', 'a::b ##'],
  ])('%j is shown without a command of a CI system', (text, safe) => {
    expect(toScreen(text)).toBe(safe);
  });

  it('has no command of a CI system where a paragraph begins a new line', () => {
    const text = `${'word '.repeat(7)}::error::it failed`;
    for (const style of styles) {
      expect(toScreen(style.paragraph(text, '  '))).not.toMatch(/^\s*::/mu);
    }
  });

  it('is cleaned, whatever it is', () => {
    const unit = fc.oneof(fc.constantFrom(...Array.from(HOSTILE)), fc.string());
    fc.assert(
      fc.property(
        fc.array(unit).map((parts) => parts.join('')),
        (text) => {
          for (const style of styles) {
            const shown = toScreen(`${text} ${style.bold(text)} ${style.paragraph(text, ' ')}`);
            expect(shown.replaceAll(COLOUR, '')).not.toMatch(RAW);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

it('advice is cleaned', () => {
  const advice = {
    what: HOSTILE,
    why: HOSTILE,
    causes: [HOSTILE],
    next: HOSTILE,
    command: HOSTILE,
  };
  for (const style of styles) {
    expect(toScreen(formatAdvice(style, style.bad, advice)).replaceAll(COLOUR, '')).not.toMatch(
      RAW,
    );
  }
});

describe('text that is drawn at once', () => {
  it('is cleaned and coloured', () => {
    const look = drawn(coloured);
    expect(look.bold('x')).toBe('\u001B[1mx\u001B[22m');
    expect(look.next).toBe('\u001B[36m→\u001B[39m');
    expect(look.paragraph(HOSTILE, '    ', `  ${look.bad} `)).toBe(
      '  \u001B[31m✗\u001B[39m aredbcd  e f# #[error]',
    );
  });
});
