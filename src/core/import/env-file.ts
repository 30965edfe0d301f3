import type { Fault } from '../errors.js';
import type { Cell, RawRow, RawRows } from './raw-row.js';

/** The parts of a provider that the reader needs: which variable sets which field. */
export interface EnvProvider {
  readonly id: string;
  readonly fields: readonly {
    readonly id: string;
    readonly env: string;
    /** It may be left out. */
    readonly optional?: boolean | undefined;
    /** Used if it's left out. */
    readonly default?: string | undefined;
  }[];
}

const ASSIGNMENT = /^\s*(?:export\s+)?(?<name>[A-Za-z_]\w*)=(?<value>.*)$/u;

/** If the first line with content is `NAME=…`, the file is read as a `.env`. */
export function looksLikeEnv(text: string): boolean {
  const first = linesOf(text).find((line) => !isPassedOver(line));
  return first !== undefined && ASSIGNMENT.test(first);
}

/**
 * Reads a `.env` file: one connection for each provider whose variables are all set.
 *
 * Readers of such files disagree, so this accepts only the strict part that they share. There is
 * one variable a line, and nothing is expanded. Quotes have no escapes and close on their line. An
 * unquoted value contains nothing that some reader takes for a comment, an expansion or a quote.
 * Values of variables that belong to no provider are ignored.
 */
export function readEnvFile(text: string, providers: readonly EnvProvider[]): RawRows {
  const faults: Fault[] = [];
  const found = new Map<string, Variable>();
  const wanted = new Set(providers.flatMap(({ fields }) => fields.map(({ env }) => env)));
  for (const [index, line] of linesOf(text).entries()) {
    if (isPassedOver(line)) continue;
    const path = `line ${index + 1}`;
    const { name, value: written } = ASSIGNMENT.exec(line)?.groups ?? {};
    if (name === undefined || written === undefined) {
      faults.push({ path, message: 'this is neither NAME=value nor a comment' });
      continue;
    }
    const read = readValue(written.trimEnd());
    // An unclosed quote changes how the next lines are read, so it's a fault in any variable.
    if ('fault' in read && (wanted.has(name) || read.open)) {
      faults.push({ path, message: read.fault });
    }
    if (!wanted.has(name)) continue;
    const earlier = found.get(name);
    if (earlier) faults.push({ path, message: `${name} is there twice, first in ${earlier.path}` });
    else found.set(name, { value: 'value' in read ? read.value : undefined, path });
  }
  const rows: RawRow[] = [];
  for (const provider of providers) {
    const { fields } = provider;
    // An empty value counts as missing; a faulty one doesn't.
    const present = fields.filter(({ env }) => found.has(env) && found.get(env)?.value !== '');
    const first = found.get(present[0]?.env ?? '');
    if (!first) continue;
    const missing = fields.filter(
      (field) => !field.optional && field.default === undefined && !present.includes(field),
    );
    if (missing.length > 0) {
      const names = missing.map(({ env }) => env).join(', ');
      faults.push({ path: first.path, message: `for ${provider.id}, this is missing: ${names}` });
    }
    const cells = cellsOf(present, found);
    rows.push({
      path: first.path,
      provider: { ...first, value: provider.id },
      fields: cells,
      faulty: missing.length > 0 || cells.size < present.length,
    });
  }
  if (rows.length === 0 && faults.length === 0) {
    const message = `the file has no variable of a provider, such as ${[...wanted].slice(0, 2).join(', ')}`;
    faults.push({ path: '', message });
  }
  return { rows, faults };
}

/** A variable of the file. If its value is faulty, it has none. */
interface Variable {
  readonly path: string;
  readonly value: string | undefined;
}

function cellsOf(
  present: EnvProvider['fields'],
  found: ReadonlyMap<string, Variable>,
): ReadonlyMap<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const { id, env } of present) {
    const { path, value } = found.get(env) ?? {};
    if (value !== undefined) cells.set(id, { value, path: `${path}, ${env}` });
  }
  return cells;
}

function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/u);
}

function isPassedOver(line: string): boolean {
  return /^\s*(?:#.*)?$/u.test(line);
}

type ReadValue =
  | { readonly value: string }
  /** `open`: a quote isn't closed, and other readers close it on a later line. */
  | { readonly fault: string; readonly open: boolean };

function readValue(written: string): ReadValue {
  const [quote] = written;
  if (quote === "'" || quote === '"') {
    const inside = written.slice(1, -1);
    const closing = written.indexOf(quote, 1);
    if (closing === -1) {
      return { fault: 'the quote is not closed on its line', open: true };
    }
    if (closing === written.length - 1) return { value: inside };
    return { fault: 'there is something after the closing quote', open: false };
  }
  // Readers disagree about each of these: a comment, an expansion, a quote, an escape, two words.
  const odd = /[#$`'"\\]|\s/u.exec(written)?.[0];
  if (odd === undefined) return { value: written };
  const what = odd.trim() === '' ? 'a blank' : odd;
  return {
    fault: `the value has ${what} in it and no quotes around it, which programs read in different ways; put it in single quotes`,
    open: false,
  };
}
