import { parseTree, type Node, type ParseError } from 'jsonc-parser';
import { isDeepText, MOST_DEEP } from '../definition/depth.js';
import { plainText } from '../plain-text.js';
import { isObject } from '../shape.js';
import type { Fault } from '../errors.js';
import type { Cell, RawRow, RawRows } from './raw-row.js';
import { parseJson } from '../json.js';

const OWN_KEYS = ['provider', 'name', 'store', 'need', 'fields'] as const;

/**
 * Reads a list of objects, or one object: `{ "provider", "name"?, "store"?, "need"?, "fields": { …
 * } }`. The fields may also be next to `provider`, as `token --format json` prints them.
 *
 * @param fieldIds the field ids of all providers, which are allowed next to `provider`.
 */
export function readJsonFile(text: string, fieldIds: ReadonlySet<string>): RawRows {
  if (isDeepText(text)) return { rows: [], faults: [{ path: '', message: MOST_DEEP }] };
  const json = parseJson(text);
  // Node's own message repeats the text around the mistake, which may be a secret.
  if (json === undefined) return { rows: [], faults: [syntaxFault(text)] };
  const single = !Array.isArray(json);
  const items: readonly unknown[] = single ? [json] : (json as unknown[]);
  const faults = [...repeatedKeys(text)];
  const rows: RawRow[] = [];
  for (const [index, item] of items.entries()) {
    const path = single ? '$' : `$[${index}]`;
    const read = isObject(item) && Object.hasOwn(item, 'provider') ? item : undefined;
    if (!read) faults.push({ path, message: 'this must be an object with a "provider"' });
    else rows.push(rowOf(read, path, fieldIds, faults));
  }
  return { rows, faults };
}

function rowOf(
  item: Readonly<Record<string, unknown>>,
  path: string,
  fieldIds: ReadonlySet<string>,
  faults: Fault[],
): RawRow {
  const before = faults.length;
  const own = (key: string): Cell | undefined => {
    if (!Object.hasOwn(item, key)) return undefined;
    return textAt(item[key], `${path}.${key}`, faults);
  };
  const fields = new Map<string, Cell>();
  const take = (object: object, base: string, skip: readonly string[]): void => {
    // Only own properties count; a Map has no others.
    for (const [key, value] of Object.entries(object)) {
      if (skip.includes(key)) continue;
      const at = member(base, key);
      if (!fieldIds.has(key)) faults.push({ path: at, message: 'an import has no such key' });
      else {
        const cell = textAt(value, at, faults);
        if (cell && cell.value !== '') fields.set(key, cell);
      }
    }
  };
  take(item, path, OWN_KEYS);
  const nested = Object.hasOwn(item, 'fields') ? item['fields'] : undefined;
  if (isObject(nested)) {
    if (fields.size > 0) {
      const message = 'the fields are here and next to "provider"; write them in one place';
      faults.push({ path: `${path}.fields`, message });
    }
    take(nested, `${path}.fields`, []);
  } else if (nested !== undefined) {
    const message = 'this must be an object with a text for each field';
    faults.push({ path: `${path}.fields`, message });
  }
  const row = {
    path,
    provider: own('provider') ?? { value: '', path },
    name: own('name'),
    store: own('store'),
    need: needOf(item, path, faults),
    fields,
  };
  return { ...row, faulty: faults.length > before };
}

function textAt(value: unknown, path: string, faults: Fault[]): Cell | undefined {
  if (typeof value === 'string') return { value, path };
  faults.push({ path, message: 'this must be a text in double quotes' });
  return undefined;
}

/** Reads a text as after `--need`, or a list of texts. */
function needOf(
  item: Readonly<Record<string, unknown>>,
  base: string,
  faults: Fault[],
): Cell | undefined {
  if (!Object.hasOwn(item, 'need')) return undefined;
  const { need } = item;
  const path = `${base}.need`;
  if (!Array.isArray(need)) return textAt(need, path, faults);
  if (need.every((each) => typeof each === 'string')) return { value: need.join(','), path };
  faults.push({ path, message: 'this must be a list of texts' });
  return undefined;
}

function member(base: string, key: string): string {
  return /^[A-Za-z_]\w{0,39}$/u.test(key)
    ? `${base}.${key}`
    : `${base}[${JSON.stringify(plainText(key, 40))}]`;
}

/** Reports duplicate keys of an object, since the last one would win silently. */
function repeatedKeys(text: string): Fault[] {
  const faults: Fault[] = [];
  const visit = (node: Node | undefined, path: string): void => {
    const keys = new Set<string>();
    for (const [index, child] of (node?.children ?? []).entries()) {
      if (node?.type === 'array') visit(child, `${path}[${index}]`);
      if (node?.type !== 'object') continue;
      const [name, value] = child.children ?? [];
      const key = String(name?.value);
      const at = member(path, key);
      if (keys.has(key)) faults.push({ path: at, message: 'this key is there twice' });
      keys.add(key);
      visit(value, at);
    }
  };
  visit(parseTree(text), '$');
  return faults;
}

function syntaxFault(text: string): Fault {
  const errors: ParseError[] = [];
  parseTree(text, errors, { disallowComments: true });
  const before = text.slice(0, errors[0]?.offset ?? 0).split(/\r\n|\r|\n/u);
  const column = (before.at(-1) ?? '').length + 1;
  return { path: `line ${before.length}, column ${column}`, message: 'this is not valid JSON' };
}
