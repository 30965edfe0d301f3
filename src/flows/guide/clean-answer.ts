import { stripAroundHost, stripInvisible } from '../../core/field.js';
import type { Context } from '../../core/ports.js';
import type { Field } from '../../core/provider.js';

/** The answer without what is never part of it. The person is told what was taken off. */
export function cleanAnswer(
  terminal: Context['terminal'],
  typed: string,
  kind?: Field['kind'],
): string {
  const { value, removed } = kind === 'host' ? stripAroundHost(typed) : stripInvisible(typed);
  if (removed.length > 0) terminal.note(`Removed: ${removed.join(', ')}.`);
  return value;
}
