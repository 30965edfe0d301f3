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
    if (quote === '' && /\s/u.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word ??= '';
    if (sign === quote) quote = '';
    else if (quote === '' && /["']/u.test(sign)) quote = sign;
    else if (sign === '\\' && quote !== "'") {
      at += 1;
      word += line.charAt(at);
    } else word += sign;
  }
  return [...words, word ?? ''];
}

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
