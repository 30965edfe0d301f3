/**
 * A path as one word of a printed command, whatever the shell is: in double quotes, which each of them
 * knows, unless some shell expands what is in it.
 */
export function pathWord(path: string): string {
  if (/^[\w@+=:,./-]+$/u.test(path)) return path;
  return /["$`%!]/u.test(path) ? quoted(path) : `"${path}"`;
}

/** As a POSIX shell reads it back: in single quotes, where all but the quote itself stands for itself. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** How this run was started: a person starts the tool the same way again. */
export interface Invocation {
  /** `connect-wizard`, or `npx`, `connect-wizard`. */
  readonly program: readonly [string, ...string[]];
  /** What a printed command has to fit: a POSIX shell, or cmd and PowerShell both. */
  readonly shell: 'posix' | 'windows';
}

/** As most people start it. */
export const INSTALLED: Invocation = { program: ['connect-wizard'], shell: 'posix' };

/** A command as a line that runs as it is printed: quoted only where it has to be. */
export function commandLine({ program, shell }: Invocation, args: readonly string[]): string {
  return [...program, ...args].map((word) => shellWord(shell, word)).join(' ');
}

/**
 * Edits texts so that each command in them is one this person can run: `npx connect-wizard check` for
 * who came by npx. Done where a text is laid out, and once more where it leaves.
 *
 * @param words what stands behind the program's name in a command: the commands and providers.
 */
export function runnable(
  { program }: Invocation,
  words: () => readonly string[],
): (text: string) => string {
  const [first] = program;
  if (first !== 'npx') return (text) => text;
  const next = String.raw`(?:${words().join('|')})(?![\w-])|<provider|--`;
  const command = new RegExp(String.raw`(?<!npx )\bconnect-wizard(?= (?:${next}))`, 'gu');
  return (text) => text.replaceAll(command, program.join(' '));
}

/** A line that sets a variable for what is run after it; on Windows, in windows opened after it. */
export function variableLine({ shell }: Invocation, name: string, value: string): string {
  const word = shellWord(shell, value);
  return shell === 'posix' ? `export ${name}=${word}` : `setx ${name} ${word}`;
}

/** One word of a command line. */
export function shellWord(shell: Invocation['shell'], word: string): string {
  if (shell === 'posix') return /^[\w@%+=:,./-]+$/u.test(word) ? word : quoted(word);
  // In PowerShell a comma makes two words, and `@` at the start a variable; in cmd `%` is expanded.
  if (/^[\w+=:./-][\w@+=:./-]*$/u.test(word)) return word;
  // What both shells expand or end inside double quotes cannot be written for both at once.
  return `"${word.replaceAll(/["%$`]/gu, '')}"`;
}
