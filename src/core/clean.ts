import { once } from './once.js';

/**
 * Matches whole escape sequences, since a part that remained would be visible: control sequences,
 * then strings (window titles, links, device commands) up to their end, then the selection of a
 * character set (ECMA-48, 5.4, 5.6 and 8.2.12; ECMA-35, 13.2). C1 writes the first two with one
 * character.
 */
const escapeSequences = once(
  () =>
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)?|\u001B[ -/]+[0-~]/gu,
);

const LINE_BREAKS = /[\t-\r\u0085\u2028\u2029]/gu;

/** Control characters, direction marks, and everything that no font shows. */
const invisible = once(() => /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu);

/** Text of these characters alone needs no cleaning. */
const ALL_VISIBLE = { line: /^[ -~✓✗→…]*$/u, lines: /^[ -~✓✗→…\n]*$/u };

/**
 * Removes control characters, escape sequences, bidi marks and invisible characters from text of
 * unknown origin. A line break or a tab becomes a space.
 */
export function strip(text: string): string {
  if (ALL_VISIBLE.line.test(text)) return text;
  return text
    .replaceAll(escapeSequences(), '')
    .replaceAll(LINE_BREAKS, ' ')
    .replaceAll(invisible(), '')
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

/** Strips each line of a text and keeps its line breaks. */
export function stripLines(text: string): string {
  return ALL_VISIBLE.lines.test(text) ? text : text.split('\n').map(strip).join('\n');
}

/** Strips a text to one line, trims it and collapses runs of spaces. */
export function clean(text: string): string {
  return strip(text).replaceAll(/\s+/gu, ' ').trim();
}

/**
 * Changes `text` so that no CI system finds a command in it. Azure Pipelines and GitHub look for
 * `##vso[` and `##[` anywhere in a line, TeamCity for `##teamcity[`, and GitHub for `::name` at the
 * start of a line.
 */
export function defuse(text: string): string {
  // Few texts have either, and compiling the patterns takes longer than searching the text.
  const named = text.includes('##') ? text.replaceAll(/#(?=#[a-z]*\[)/giu, '# ') : text;
  return named.includes('::') ? named.replaceAll(/^(\s*):(?=:[a-z])/gimu, '$1: ') : named;
}
