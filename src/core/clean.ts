import { once } from './once.js';

/**
 * Escape sequences as a whole, or their visible rest would stay: control sequences, then strings
 * (window titles, links, device commands) up to their end, then what selects a character set
 * (ECMA-48, 5.4, 5.6 and 8.2.12; ECMA-35, 13.2). C1 spells the first two with one character.
 */
const escapeSequences = once(
  () =>
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)?|\u001B[ -/]+[0-~]/gu,
);

const LINE_BREAKS = /[\t-\r\u0085\u2028\u2029]/gu;

/** Control characters, marks of direction, and all that no font shows. */
const invisible = once(() => /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu);

/** In a line of these alone there is nothing to take out. */
const ALL_VISIBLE = /^[ -~✓✗→…]*$/u;

/**
 * Text of unknown origin without control characters, escape sequences, bidi marks and what cannot be
 * seen; a line break or a tab is a blank.
 */
export function strip(text: string): string {
  if (ALL_VISIBLE.test(text)) return text;
  return text
    .replaceAll(escapeSequences(), '')
    .replaceAll(LINE_BREAKS, ' ')
    .replaceAll(invisible(), '')
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

/** The same of each line of a text that has several. */
export function stripLines(text: string): string {
  return text.split('\n').map(strip).join('\n');
}

/** The same on one line, without blanks at its ends and with one blank for several. */
export function clean(text: string): string {
  return strip(text).replaceAll(/\s+/gu, ' ').trim();
}

/**
 * `text` in which no CI system finds a command: Azure Pipelines and GitHub look for `##vso[` and
 * `##[` anywhere in a line, TeamCity for `##teamcity[`, GitHub for `::name` at the start of a line.
 */
export function defuse(text: string): string {
  return text.replaceAll(/#(?=#[a-z]*\[)/giu, '# ').replaceAll(/^(\s*):(?=:[a-z])/gimu, '$1: ');
}
