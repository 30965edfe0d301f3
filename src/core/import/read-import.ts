import { refuseRepeated, refuseValue } from '../field.js';
import { splitNeeds } from '../needs.js';
import type { Field, Provider } from '../provider.js';
import { Secret } from '../secret.js';
import { looksLikeCsv, readCsvFile } from './csv-file.js';
import { decodeText } from '../decode-text.js';
import { looksLikeEnv, readEnvFile } from './env-file.js';
import type { Fault } from '../errors.js';
import type { Cell, RawRow, RawRows } from './raw-row.js';
import { MOST_ROWS } from './limits.js';
import { readJsonFile } from './json-file.js';

/** The parts of a provider that the reader needs. */
export type ImportProvider = Pick<Provider, 'id' | 'name' | 'fields'>;

/** One connection of the file. */
export interface ImportRow<P> {
  /** Its place: `line 4`, `$[2]`. */
  readonly path: string;
  readonly provider: P;
  readonly name: string | undefined;
  readonly store: string | undefined;
  readonly needs: readonly string[] | undefined;
  /** By field id. */
  readonly values: ReadonlyMap<string, string | Secret>;
  /** Its name is faulty, so what it would be called isn't known. */
  readonly misnamed?: boolean;
}

/**
 * Checks of values that only the caller can make. Each returns what is wrong, as a sentence without
 * the value, or undefined.
 */
export interface ImportRules<P> {
  name(name: string): string | undefined;
  store(store: string): string | undefined;
  need(provider: P, needs: readonly string[]): string | undefined;
  /** Reports an unresolved reference, or a host that can't be one. */
  value(provider: P, field: Field, value: string): string | undefined;
}

export interface ImportFile<P> {
  /** The rows that name a provider. Their faults are in `faults`, not in the row. */
  readonly rows: readonly ImportRow<P>[];
  /** Everything that is wrong, in the order of the file. */
  readonly faults: readonly Fault[];
}

/**
 * Reads a `.env`, CSV or JSON file of connections. It's JSON if its first character is `[` or `{`.
 * It's a `.env` if its first line that isn't a comment is `NAME=…`, except a spreadsheet's `sep=;`.
 * Otherwise it's CSV.
 */
export function readImport<P extends ImportProvider>(
  bytes: Uint8Array,
  providers: readonly P[],
  rules: ImportRules<P>,
): ImportFile<P> {
  const text = decodeText(bytes);
  if (text === undefined) return refused('the file is neither UTF-8 nor UTF-16 text');
  if (text.trim() === '') return refused('the file is empty');
  const { rows, faults } = readRows(text, providers);
  if (rows.length > MOST_ROWS) {
    return refused(`there are ${rows.length} rows, and an import takes ${MOST_ROWS}`);
  }
  if (rows.length === 0 && faults.length === 0) return refused('the file has no rows');
  const all = [...faults];
  const good = rows.flatMap((row) => rowOf(row, providers, rules, all) ?? []);
  return { rows: good, faults: all.toSorted((a, b) => numberOf(a) - numberOf(b)) };
}

function refused(message: string): ImportFile<never> {
  return { rows: [], faults: [{ path: '', message }] };
}

/** The number of its line or row, by which faults are sorted. */
export function numberOf({ path }: Fault): number {
  return Number(/\d+/u.exec(path)?.[0] ?? 0);
}

function readRows(text: string, providers: readonly ImportProvider[]): RawRows {
  const fieldIds = new Set(providers.flatMap(({ fields }) => fields.map(({ id }) => id)));
  if (/^\s*[[{]/u.test(text)) return readJsonFile(text, fieldIds);
  const isEnv = looksLikeEnv(text) && !looksLikeCsv(text);
  return isEnv ? readEnvFile(text, providers) : readCsvFile(text, fieldIds);
}

/** @param faults the faults found are added to it. */
function rowOf<P extends ImportProvider>(
  raw: RawRow,
  providers: readonly P[],
  rules: ImportRules<P>,
  faults: Fault[],
): ImportRow<P> | undefined {
  const refuse: Refuse = (path, message) => {
    if (message !== undefined) faults.push({ path, message });
    return message !== undefined;
  };
  const provider = providers.find(({ id }) => id === raw.provider.value);
  if (!provider) {
    const known = providers.map(({ id }) => id).join(', ');
    const what =
      raw.provider.value === '' ? 'the provider is missing' : 'there is no such provider';
    if (raw.provider.value !== '' || !raw.faulty) {
      refuse(raw.provider.path, `${what}; there are: ${known}`);
    }
    return undefined;
  }
  const misnamed = raw.name
    ? refuse(raw.name.path, rules.name(raw.name.value))
    : raw.faulty === true;
  const isWrongStore = raw.store && refuse(raw.store.path, rules.store(raw.store.value));
  const needs = raw.need && splitNeeds(raw.need.value);
  if (raw.need && needs) refuse(raw.need.path, rules.need(provider, needs));
  const values = readValues(raw, provider, rules, refuse);
  return {
    path: raw.path,
    provider,
    name: raw.name?.value,
    // Nothing is looked up in a refused store, which may be another program.
    store: isWrongStore ? undefined : raw.store?.value,
    needs,
    values,
    misnamed,
  };
}

/** Adds a fault if there is a message, and returns whether there was one. */
type Refuse = (path: string, message: string | undefined) => boolean;

function readValues<P extends ImportProvider>(
  raw: RawRow,
  provider: P,
  rules: ImportRules<P>,
  refuse: Refuse,
): ReadonlyMap<string, string | Secret> {
  for (const [id, { path }] of raw.fields) {
    const own = provider.fields.some((field) => field.id === id);
    if (!own) refuse(path, `${provider.name} has no such field`);
  }
  const values = new Map<string, string | Secret>();
  for (const field of provider.fields) {
    const cell = raw.fields.get(field.id);
    if (!cell) {
      // As in a connect without a terminal: use the default, or nothing.
      if (field.default !== undefined) values.set(field.id, field.default);
      else if (!field.optional && !raw.faulty)
        refuse(raw.path, `${field.label} (${field.id}) is missing`);
      continue;
    }
    const secret = field.kind === 'secret';
    const value = secret ? cell.value : cell.value.trim();
    if (refuse(cell.path, refusal(provider, field, value, raw.fields, rules))) continue;
    values.set(field.id, secret ? new Secret(value) : value);
  }
  return values;
}

function refusal<P extends ImportProvider>(
  provider: P,
  field: Field,
  value: string,
  cells: ReadonlyMap<string, Cell>,
  rules: ImportRules<P>,
): string | undefined {
  if (field.kind === 'secret' && value !== value.trim()) {
    return `${field.label} begins or ends with a blank`;
  }
  const others = Object.fromEntries(
    provider.fields
      .filter(({ kind }) => kind !== 'secret')
      .map(({ id, label }) => [label, cells.get(id)?.value ?? '']),
  );
  return (
    refuseValue(field, value) ??
    rules.value(provider, field, value) ??
    (field.kind === 'secret' ? refuseRepeated(field, value, others) : undefined)
  );
}
