import { redact } from './secret.js';

/**
 * Text that somebody else wrote (a server, a file, a keychain) made fit for a
 * terminal and for JSON: no control characters, escape sequences, bidi marks or
 * line breaks, no secret this process knows, and not longer than `max` characters.
 */
export function plainText(text: string, max = 200): string {
  // Before the cut: half a secret is not found any more.
  const clean = redact(text)
    // ESC [ … and ESC ] … sequences as a whole, or their visible rest would stay behind.
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    .replaceAll(/\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?)/gu, '')
    // Tabs and line breaks separate words; what is left of the others is dropped.
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, '')
    .trim();
  const characters = Array.from(clean);
  return characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : clean;
}
