import { readFileSync } from 'node:fs';
import { shells, type Shell } from '../core/completion/shells.js';

/** The script of a shell: a file beside this one, and beside the program in the package. */
export function completionScript(shell: Shell): string {
  const path = new URL(`completion/connect-wizard.${shells[shell]}`, import.meta.url);
  return readFileSync(path, 'utf8');
}
