import { nearest } from '../core/nearest.js';

/** What other tools call our commands. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ls: 'list',
  whoami: 'list',
  verify: 'check',
  test: 'check',
  rm: 'remove',
  delete: 'remove',
  logout: 'remove',
};

/** What other tools call a connect. */
const CONNECTS: ReadonlySet<string> = new Set(['login', 'auth', 'add', 'connect']);

/** No provider may have one of these names. */
export const OTHER_COMMAND_NAMES: readonly string[] = [...Object.keys(OTHER_NAMES), ...CONNECTS];

/**
 * Suggests what to run instead of an unknown command. What was typed is never repeated, since it
 * may be a secret.
 *
 * @param wizards the providers' ids.
 * @param others the names of the other commands.
 */
export function insteadOf(
  typed: string,
  wizards: readonly string[],
  others: readonly string[],
): string {
  const all = 'All commands: connect-wizard --help';
  const word = typed.toLowerCase();
  if (CONNECTS.has(word)) {
    return `What can be connected: connect-wizard providers. ${all}`;
  }
  const meant = Object.hasOwn(OTHER_NAMES, word)
    ? OTHER_NAMES[word]
    : nearest(typed, [...wizards, ...others]);
  return meant === undefined ? all : `Did you mean connect-wizard ${meant}? ${all}`;
}

/** Turns `help`, `help <command>`, `version` and `-v` into the options that they stand for. */
export function spelledOut(args: readonly string[]): readonly string[] {
  const [first, ...rest] = args;
  if (first === 'help') return [...rest, '--help'];
  return first === 'version' || first === '-v' ? ['--version'] : args;
}
