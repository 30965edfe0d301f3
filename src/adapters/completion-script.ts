import { readFileSync } from 'node:fs';
import { shells, type Shell } from '../core/completion/shells.js';

/** A shell's script. It's a file next to this one, and next to the program in the package. */
export function completionScript(shell: Shell): string {
  const path = new URL(`completion/connect-wizard.${shells[shell]}`, import.meta.url);
  return readFileSync(path, 'utf8');
}
