/** What may stand in a place of the command line: the name of a list, or the values themselves. */
export type ValueKind =
  | 'connection'
  /** A connection, a provider or the beginning of a name. */
  | 'connections'
  | 'provider'
  | 'provider or connection'
  | 'provider or action'
  /** One of a person's own. */
  | 'own provider'
  | 'topic'
  | 'capabilities'
  | 'field'
  | 'store'
  | 'file'
  /** Anything: there is nothing to offer. */
  | 'text'
  /** It depends on the operand before; there is nothing to offer behind one that is left out. */
  | { readonly after: Readonly<Record<string, ValueKind>> }
  | readonly string[];

export interface CompletableOption {
  /** `--store` */
  readonly flag: string;
  readonly about: string;
  /** Left out where the option takes no value. */
  readonly value?: ValueKind;
  /** The value may be left out, and follows `=` only. */
  readonly optional?: boolean;
}

export interface CompletableCommand {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly about: string;
  /** In order; the last one repeats where `repeats` says so. */
  readonly operands: readonly ValueKind[];
  readonly repeats?: boolean;
  /** Another program's command line stands behind `--`. */
  readonly runsProgram?: boolean;
  readonly options: readonly CompletableOption[];
}

/** The command line as data: what can be completed without knowing what is stored. */
export interface Completable {
  /** The options of the program without a command. */
  readonly options: readonly CompletableOption[];
  readonly commands: readonly CompletableCommand[];
}

/** A word that may stand at the cursor. */
export interface Candidate {
  readonly value: string;
  readonly about?: string | undefined;
}

/** Where the cursor is, for lists that depend on it. */
export interface Place {
  /** The command's name, not an alias. */
  readonly command: string;
  /** The operands before the cursor. */
  readonly operands: readonly string[];
}

/** Gives what is in a list now; called only for the list that is wanted. */
export type Lists = (
  kind: Exclude<Extract<ValueKind, string>, 'file' | 'text'>,
  place: Place,
) => readonly Candidate[];

/** `file` and `program`: the shell itself knows best. */
export type Completion =
  | { readonly by: 'candidates'; readonly candidates: readonly Candidate[] }
  | { readonly by: 'file' | 'program' };

const NOTHING: Completion = { by: 'candidates', candidates: [] };

/**
 * What can stand at the cursor.
 *
 * @param words those behind the program's name, as `splitLine` gives them; the last one is completed.
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
      // Aliases are known to those who type them; both at once would only be noise.
      ...commands.flatMap(({ aliases = [], about }) =>
        word === '' ? [] : aliases.map((alias) => ({ value: alias, about })),
      ),
    ]);
  }
  const command = commands.find(
    ({ name, aliases }) => name === named || aliases?.includes(named) === true,
  );
  return command ? completeCommand(command, before, word, lists) : NOTHING;
}

function completeCommand(
  command: CompletableCommand,
  before: readonly string[],
  word: string,
  lists: Lists,
): Completion {
  const { name, options, operands: kinds, repeats, runsProgram } = command;
  if (runsProgram === true && before.includes('--')) return { by: 'program' };
  const { operands, open } = readWords(
    options,
    before.slice(before.indexOf(nameIn(command, before)) + 1),
  );
  const place = { command: name, operands };
  if (open) return completeValue(open.value ?? 'text', '', word, place, lists);
  const { flag, value } = splitOption(word);
  if (value !== undefined) {
    const option = options.find((each) => each.flag === flag);
    return option?.value === undefined
      ? NOTHING
      : completeValue(option.value, `${flag}=`, value, place, lists);
  }
  if (word.startsWith('-') && !before.includes('--')) {
    return fitting(word, optionsLeft(options, before));
  }
  const kind = kinds[operands.length] ?? (repeats === true ? kinds.at(-1) : undefined);
  return kind === undefined ? NOTHING : completeValue(kind, '', word, place, lists);
}

function nameIn({ name, aliases = [] }: CompletableCommand, before: readonly string[]): string {
  return before.find((each) => each === name || aliases.includes(each)) ?? name;
}

/** The operands among `words`, and the option that waits for its value. */
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

/** `--store=vau` is the flag and the beginning of its value. */
function splitOption(word: string): { readonly flag: string; readonly value: string | undefined } {
  const [, flag = word, value] = /^(--[^=]+)=(.*)$/su.exec(word) ?? [];
  return { flag, value };
}

/** Options that are not given yet. */
function optionsLeft(
  options: readonly CompletableOption[],
  before: readonly string[],
): readonly Candidate[] {
  const given = new Set(before.map((each) => splitOption(each).flag));
  return options
    .filter(({ flag }) => !given.has(flag))
    .map(({ flag, about }) => ({ value: flag, about }));
}

/** @param prefix stands in front of the value in the same word, and stays there. */
function completeValue(
  kind: ValueKind,
  prefix: string,
  word: string,
  place: Place,
  lists: Lists,
): Completion {
  if (kind === 'file') return { by: 'file' };
  if (kind === 'text') return NOTHING;
  if (typeof kind === 'object' && 'after' in kind) {
    const former = place.operands.at(-1) ?? '';
    const known = Object.hasOwn(kind.after, former) ? kind.after[former] : undefined;
    return completeValue(known ?? 'text', prefix, word, place, lists);
  }
  // A list with commas: the last item is completed, and no item is there twice.
  const items = kind === 'capabilities' ? word.split(',').slice(0, -1) : [];
  const head = `${prefix}${items.map((item) => `${item},`).join('')}`;
  const all =
    typeof kind === 'string' ? lists(kind, place) : kind.map((value) => ({ value, about: '' }));
  const given = new Set([...items, ...(prefix === '' ? place.operands : [])]);
  return fitting(
    `${prefix}${word}`,
    all
      // A name that looks like an option would be read as one.
      .filter(({ value }) => !given.has(value) && !value.startsWith('-'))
      .map(({ value, about }) => ({ value: `${head}${value}`, about })),
  );
}

/**
 * What every shell takes as it stands. Names come from files that others may write: one with a
 * `$(…)` in it must not get onto a command line.
 */
const PLAIN = /^[\w@%+=:,./~-]+$/u;

function fitting(word: string, candidates: readonly Candidate[]): Completion {
  const fit = candidates.filter(({ value }) => value.startsWith(word) && PLAIN.test(value));
  return { by: 'candidates', candidates: fit };
}
