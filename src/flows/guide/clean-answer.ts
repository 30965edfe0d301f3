import { stripAroundHost, stripInvisible } from '../../core/field.js';
import type { Context } from '../../core/ports.js';
import type { Field } from '../../core/provider.js';

/** Removes what is never part of an answer, and tells the person what was removed. */
export function cleanAnswer(
  terminal: Context['terminal'],
  typed: string,
  kind?: Field['kind'],
): string {
  const { value, removed } = kind === 'host' ? stripAroundHost(typed) : stripInvisible(typed);
  if (removed.length > 0) terminal.note(`Removed: ${removed.join(', ')}.`);
  return value;
}
