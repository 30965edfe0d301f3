import { stripInvisible } from '../../core/field.js';
import type { Context } from '../../core/ports.js';

/** What was typed, without what is never part of it; what that was is said. */
export function cleanAnswer(terminal: Context['terminal'], typed: string): string {
  const { value, removed } = stripInvisible(typed);
  if (removed.length > 0) terminal.note(`Removed: ${removed.join(', ')}.`);
  return value;
}
