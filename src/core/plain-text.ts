import { clean, defuse } from './clean.js';
import { redact } from './secret.js';

/**
 * Text of unknown origin (of a server, a file, a keychain), made fit for a terminal, a record and
 * JSON: no control characters, no line breaks, nothing invisible, no secret this process knows, no
 * command of a CI system, and at most `max` characters.
 */
export function plainText(text: string, max = 200): string {
  // A secret may be split by what cleaning takes out, and half a secret is not found any more: so
  // clean, then redact, then cut. A marker may complete a command: so redact, then defuse.
  const safe = defuse(redact(clean(text)));
  const characters = Array.from(safe);
  return characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : safe;
}
