/** As a POSIX shell reads it back: in single quotes, where all but the quote itself stands for itself. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
