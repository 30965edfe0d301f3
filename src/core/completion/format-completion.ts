import { plainText } from '../plain-text.js';
import type { Completion } from './complete.js';

/**
 * A completion as the scripts of the shells read it: `:file` or `:program`, else a candidate a
 * line, its description behind a tab.
 */
export function formatCompletion(completion: Completion): string {
  if (completion.by !== 'candidates') return `:${completion.by}\n`;
  return completion.candidates
    .map(({ value, about = '' }) => `${value}\t${plainText(about, 80)}\n`)
    .join('');
}
