/** What a position of the command line accepts: the name of a list, or the values themselves. */
export type ValueKind =
  | 'connection'
  /** A connection, a provider, or the beginning of a name. */
  | 'connections'
  | 'provider'
  | 'provider or connection'
  | 'provider or action'
  /** One that the user added. */
  | 'own provider'
  | 'topic'
  | 'capabilities'
  | 'field'
  | 'store'
  | 'store or none'
  | 'file'
  /** Anything, so nothing is offered. */
  | 'text'
  /** It depends on the operand before it. Nothing is offered if that one is missing. */
  | { readonly after: Readonly<Record<string, ValueKind>> }
  | readonly string[];

export interface CompletableOption {
  /** `--store` */
  readonly flag: string;
  readonly about: string;
  /** Left out if the option takes no value. */
  readonly value?: ValueKind;
  /** The value may be left out. If it's given, it follows `=`. */
  readonly optional?: boolean;
}

export interface CompletableCommand {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly about: string;
  /** In order. The last one repeats if `repeats` is set. */
  readonly operands: readonly ValueKind[];
  readonly repeats?: boolean;
  /** Another program's command line follows `--`. */
  readonly runsProgram?: boolean;
  readonly options: readonly CompletableOption[];
}

/** The command line as data: what can be completed without knowing what is stored. */
export interface Completable {
  /** The program's options if there is no command. */
  readonly options: readonly CompletableOption[];
  readonly commands: readonly CompletableCommand[];
}

/** A word that can be inserted at the cursor. */
export interface Candidate {
  readonly value: string;
  readonly about?: string | undefined;
}

/** The position of the cursor, for lists that depend on it. */
export interface Position {
  /** The command's name, not an alias. */
  readonly command: string;
  /** The operands before the cursor. */
  readonly operands: readonly string[];
}

/** Returns the current content of a list. It's only called for the list that is needed. */
export type Lists = (
  kind: Exclude<Extract<ValueKind, string>, 'file' | 'text'>,
  position: Position,
) => readonly Candidate[];

/** For `file` and `program`, the shell itself completes. */
export type Completion =
  | { readonly by: 'candidates'; readonly candidates: readonly Candidate[] }
  | { readonly by: 'file' | 'program' };

const NOTHING: Completion = { by: 'candidates', candidates: [] };

/**
 * What can be inserted at the cursor.
 *
 * @param words the words after the program's name, as `splitLine` returns them. The last one is
 *   completed.
 */
export function complete(
  { options: rootOptions, commands }: Completable,
  words: readonly string[],
  lists: Lists,
): Completion {
  const before = words.slice(0, -1);
  const word = words.at(-1) ?? '';
  const named = before.find((each) => !each.startsWith('-'));
  if (named === undefined) {
    if (word.startsWith('-')) return fitting(word, optionsLeft(rootOptions, before));
    return fitting(word, [
      ...commands.map(({ name, about }) => ({ value: name, about })),
      // People who type aliases know them. Listing both would only be noise.
      ...commands.flatMap(({ aliases = [], about }) =>
        word === '' ? [] : aliases.map((alias) => ({ value: alias, about })),
      ),
    ]);
  }
  const command = commands.find(
    ({ name, aliases }) => name === named || aliases?.includes(named) === true,
  );
  if (!command) return NOTHING;
  return completeCommand(command, before.slice(before.indexOf(named) + 1), word, lists);
}

/** @param before the words between the command's name and the cursor. */
function completeCommand(
  command: CompletableCommand,
  before: readonly string[],
  word: string,
  lists: Lists,
): Completion {
  const { name, options, operands: kinds, repeats, runsProgram } = command;
  if (runsProgram === true && before.includes('--')) return { by: 'program' };
  const { operands, open } = readWords(options, before);
  const position = { command: name, operands };
  if (open) return completeValue(open.value ?? 'text', '', word, position, lists);
  const { flag, value } = splitOption(word);
  if (value !== undefined) {
    const option = options.find((each) => each.flag === flag);
    return option?.value === undefined
      ? NOTHING
      : completeValue(option.value, `${flag}=`, value, position, lists);
  }
  if (word.startsWith('-') && !before.includes('--')) {
    return fitting(word, optionsLeft(options, before));
  }
  const kind = kinds[operands.length] ?? (repeats === true ? kinds.at(-1) : undefined);
  return kind === undefined ? NOTHING : completeValue(kind, '', word, position, lists);
}

/** The operands among `words`, and the option whose value comes next. */
function readWords(
  options: readonly CompletableOption[],
  words: readonly string[],
): { readonly operands: readonly string[]; readonly open: CompletableOption | undefined } {
  const operands: string[] = [];
  let open: CompletableOption | undefined;
  let ended = false;
  for (const word of words) {
    if (open) open = undefined;
    else if (ended || !word.startsWith('-') || word === '-') operands.push(word);
    else if (word === '--') ended = true;
    else open = options.find(({ flag, value, optional }) => flag === word && value && !optional);
  }
  return { operands, open };
}

/** `--store=vau` is a flag and the beginning of its value. */
function splitOption(word: string): { readonly flag: string; readonly value: string | undefined } {
  const [, flag = word, value] = /^(--[^=]+)=(.*)$/su.exec(word) ?? [];
  return { flag, value };
}

/** Options that aren't given yet. */
function optionsLeft(
  options: readonly CompletableOption[],
  before: readonly string[],
): readonly Candidate[] {
  const typed = new Set(before.map((each) => splitOption(each).flag));
  return options
    .filter(({ flag }) => !typed.has(flag))
    .map(({ flag, about }) => ({ value: flag, about }));
}

/** @param prefix the part of the same word before the value. It's kept. */
function completeValue(
  kind: ValueKind,
  prefix: string,
  word: string,
  position: Position,
  lists: Lists,
): Completion {
  if (kind === 'file') return { by: 'file' };
  if (kind === 'text') return NOTHING;
  if (typeof kind === 'object' && 'after' in kind) {
    const former = position.operands.at(-1) ?? '';
    const known = Object.hasOwn(kind.after, former) ? kind.after[former] : undefined;
    return completeValue(known ?? 'text', prefix, word, position, lists);
  }
  // A list with commas: complete the last item, and offer no item twice.
  const items = kind === 'capabilities' ? word.split(',').slice(0, -1) : [];
  const head = `${prefix}${items.map((item) => `${item},`).join('')}`;
  const all =
    typeof kind === 'string' ? lists(kind, position) : kind.map((value) => ({ value, about: '' }));
  const typed = new Set([...items, ...(prefix === '' ? position.operands : [])]);
  return fitting(
    `${prefix}${word}`,
    all
      // A name that looks like an option would be read as one.
      .filter(({ value }) => !typed.has(value) && !value.startsWith('-'))
      .map(({ value, about }) => ({ value: `${head}${value}`, about })),
  );
}

/**
 * Words that every shell takes literally. Names come from files that others may write, so a name
 * with `$(…)` must not get onto a command line.
 */
const PLAIN = /^[\w@%+=:,./~-]+$/u;

function fitting(word: string, candidates: readonly Candidate[]): Completion {
  const fit = candidates.filter(({ value }) => value.startsWith(word) && PLAIN.test(value));
  return { by: 'candidates', candidates: fit };
}
