/**
 * Decodes the text of a file and removes a byte order mark.
 *
 * It takes UTF-8, and UTF-16 as Windows PowerShell's `>` and Excel's "Unicode text" write it.
 * UTF-16 is known by its mark, or if every other byte of the first characters is zero.
 *
 * @returns undefined if the bytes are neither.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** By a byte order mark, or without one by the zeros that UTF-16 has between letters. */
export function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== undefined && first !== 0 && second === 0) return 'utf-16le';
  if (first === 0 && second !== undefined && second !== 0) return 'utf-16be';
  return 'utf-8';
}
