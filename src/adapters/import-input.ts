import { UsageError } from '../core/errors.js';
import { LONGEST_IMPORT } from '../core/import/limits.js';
import type { ImportInput, SecretInput } from '../core/ports.js';

interface ImportInputOptions {
  readonly secretInput: Pick<SecretInput, 'wholeFile' | 'wholeStdin' | 'exposedFile'>;
  readonly stdinIsTerminal: () => boolean;
}

const LABEL = 'The file to import';
const NEXT = 'Give the path of a .env, CSV or JSON file, or pipe one in.';

/** Reads a file of many connections, from its path or standard input. */
export function createImportInput({
  secretInput,
  stdinIsTerminal,
}: ImportInputOptions): ImportInput {
  return {
    async read(path) {
      if (path === '-') {
        if (stdinIsTerminal()) {
          throw new UsageError({
            what: `${LABEL} cannot be read`,
            why: 'standard input is a terminal',
            next: NEXT,
          });
        }
        const bytes = await secretInput.wholeStdin(LABEL, LONGEST_IMPORT, NEXT);
        return { bytes };
      }
      const bytes = await secretInput.wholeFile(LABEL, path, LONGEST_IMPORT, NEXT);
      return { bytes, exposed: secretInput.exposedFile(path) };
    },
  };
}
