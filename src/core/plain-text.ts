import { clean, defuse } from './clean.js';
import { redact } from './secret.js';

/**
 * Makes text of unknown origin (a server, a file, a keychain) safe for a terminal, a record and
 * JSON. The result has no control characters, line breaks or invisible characters, no secret that
 * this process knows, no command of a CI system, and at most `max` characters.
 */
export function plainText(text: string, max = 200): string {
  // Clean before redacting: characters that cleaning removes may split a secret. Redact before
  // cutting: half a secret wouldn't be found. Redact before defusing: a marker may complete a
  // command.
  const safe = defuse(redact(clean(text)));
  const characters = Array.from(safe);
  return characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : safe;
}
