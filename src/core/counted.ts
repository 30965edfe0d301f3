/** `1 fault`, `2 faults`, `0 faults`. @param word that takes an s for more than one. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
