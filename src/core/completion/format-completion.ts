import { plainText } from '../plain-text.js';
import type { Completion } from './complete.js';

/**
 * A completion in the format that the shells' scripts read: `:file` or `:program`, or one candidate
 * a line with a tab before its description.
 */
export function formatCompletion(completion: Completion): string {
  if (completion.by !== 'candidates') return `:${completion.by}\n`;
  return completion.candidates
    .map(({ value, about = '' }) => `${value}\t${plainText(about, 80)}\n`)
    .join('');
}
