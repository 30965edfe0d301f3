import { tidy } from '../../core/field.js';
import type { Context } from '../../core/ports.js';

/** What was typed, without what is never part of it; what that was is said. */
export function takeTidy(terminal: Context['terminal'], typed: string): string {
  const { value, removed } = tidy(typed);
  if (removed.length > 0) terminal.tell(`Removed: ${removed.join(', ')}.`);
  return value;
}
