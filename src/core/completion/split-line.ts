/**
 * The words of a command line up to the cursor, without their quotes. The last word is the one to
 * complete. It's empty after a space.
 *
 * Nothing is expanded: `$(…)` stays as it was typed.
 */
export function splitLine(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const sign = line.charAt(at);
    const next = line.charAt(at + 1);
    if (quote !== "'" && sign === '\\' && next === '\n') {
      // The line continues, also in the middle of a word.
      at += 1;
      continue;
    }
    if (quote === '' && /\s/u.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word ??= '';
    if (sign === quote) quote = '';
    else if (quote === '' && /["']/u.test(sign)) quote = sign;
    else if (sign === '\\' && (quote === '' || (quote === '"' && QUOTED.includes(next)))) {
      at += 1;
      word += next;
    } else word += sign;
  }
  return [...words, word ?? ''];
}

/** What a backslash escapes inside double quotes. In front of anything else it's a character. */
const QUOTED = '$`"\\';

/** The words after the program's name. Variables and a path may precede the name. */
export function wordsAfterProgram(line: string, program: string): string[] {
  const words = splitLine(line);
  const at = words.findIndex((word) => baseName(word) === program);
  return words.slice(Math.max(0, at) + 1);
}

/** `C:\bin\cw.cmd` is `cw`. */
function baseName(path: string): string {
  return path.replace(/.*[/\\]/su, '').replace(/\.(?:cmd|ps1|exe|js)$/u, '');
}
