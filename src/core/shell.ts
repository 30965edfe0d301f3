/**
 * A path as one word of a printed command for any shell. It's in double quotes, which all shells
 * know, unless some shell would expand what is inside.
 */
export function pathWord(path: string): string {
  if (/^[\w@+=:,./-]+$/u.test(path)) return path;
  return /["$`%!]/u.test(path) ? quoted(path) : `"${path}"`;
}

/** A text for a POSIX shell: in single quotes, in which only the quote itself is special. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** How this run was started. The user starts the tool the same way again. */
export interface Invocation {
  /** `connect-wizard`, or `npx`, `connect-wizard`. */
  readonly program: readonly [string, ...string[]];
  /** What a printed command has to work in: a POSIX shell, or both cmd and PowerShell. */
  readonly shell: 'posix' | 'windows';
}

/** The usual way to start it. */
export const INSTALLED: Invocation = { program: ['connect-wizard'], shell: 'posix' };

/** A command as a line that runs as printed. Only words that need it are quoted. */
export function commandLine({ program, shell }: Invocation, args: readonly string[]): string {
  return [...program, ...args].map((word) => shellWord(shell, word)).join(' ');
}

/**
 * Edits texts so that this user can run each command in them: `npx connect-wizard check` if they
 * use npx. It runs where a text is laid out, and again where it's printed.
 *
 * @param words the words that follow the program's name in a command: the commands and providers.
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

/**
 * A line that sets a variable for later commands. On Windows it takes effect in windows that are
 * opened later.
 */
export function variableLine({ shell }: Invocation, name: string, value: string): string {
  const word = shellWord(shell, value);
  return shell === 'posix' ? `export ${name}=${word}` : `setx ${name} ${word}`;
}

/** One word of a command line. */
export function shellWord(shell: Invocation['shell'], word: string): string {
  if (shell === 'posix') return /^[\w@%+=:,./-]+$/u.test(word) ? word : quoted(word);
  // In PowerShell, a comma separates words and a leading `@` is a variable. In cmd, `%` is
  // expanded.
  if (/^[\w+=:./-][\w@+=:./-]*$/u.test(word)) return word;
  // Characters that either shell expands or ends inside double quotes can't be written for both at
  // once.
  return `"${word.replaceAll(/["%$`]/gu, '')}"`;
}
