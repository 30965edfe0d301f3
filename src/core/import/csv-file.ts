import { plainText } from '../plain-text.js';
import { parseCsv, type CsvRecord } from './csv.js';
import type { Fault } from '../errors.js';
import type { Cell, RawRow, RawRows } from './raw-row.js';

/** A line that tells a spreadsheet the delimiter: `sep=;`. The header shows it too. */
const SEPARATOR_LINE = /^"?sep=[^\r\n]"?(?=[\r\n])/iu;

/** The file begins in a way that only a CSV does. */
export function looksLikeCsv(text: string): boolean {
  return SEPARATOR_LINE.test(text);
}

const OWN_COLUMNS = ['provider', 'name', 'store', 'need'] as const;

/** A long number as Excel saves it. Its last digits are lost. */
const EXCEL_NUMBER = /^[+-]?\d(?:[.,]\d+)?E[+-]\d+$/iu;

/**
 * Reads a CSV with a header line: `provider`, optional `name`, `store` and `need`, and one column
 * for each field id.
 *
 * @param fieldIds the field ids of all providers, which are the allowed columns.
 */
export function readCsvFile(text: string, fieldIds: ReadonlySet<string>): RawRows {
  // Its line end stays, so that the line numbers stay right.
  const table = text.replace(SEPARATOR_LINE, '');
  const { records, faults } = parseCsv(table, delimiterOf(table));
  const [header, ...rest] = records.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const columns = header?.cells.map((cell) => cell.trim()) ?? [];
  // Without a header, the first line may contain a key, so the message repeats none of it.
  if (!header || !columns.includes('provider')) {
    return { rows: [], faults: [{ path: `line ${header?.line ?? 1}`, message: NO_HEADER }] };
  }
  const known = new Set([...OWN_COLUMNS, ...fieldIds]);
  return {
    rows: rest.map((record) => rowOf(columns, record)),
    faults: [
      ...faults,
      ...columns.flatMap((column, index) => columnFault(header, columns, known, column, index)),
      ...rest.flatMap((record) => recordFaults(columns, record)),
    ],
  };
}

const NO_HEADER =
  'the file has no header line with a column "provider" (columns are separated by , or ;), and it is neither a .env file nor JSON';

/** The delimiter in the header line. The rows may contain either character. */
function delimiterOf(text: string): ',' | ';' {
  const header = /^[\r\n]*([^\r\n]*)/u.exec(text)?.[1] ?? '';
  const count = (delimiter: string): number => header.split(delimiter).length;
  return count(';') > count(',') ? ';' : ',';
}

function columnFault(
  { line }: CsvRecord,
  columns: readonly string[],
  known: ReadonlySet<string>,
  column: string,
  index: number,
): Fault[] {
  const path = `line ${line}, column ${index + 1}`;
  if (column === '') return [];
  if (columns.indexOf(column) !== index) {
    return [{ path, message: `the column "${shown(column)}" is there twice` }];
  }
  if (known.has(column)) return [];
  return [{ path, message: `"${shown(column)}" is not a column of an import` }];
}

function recordFaults(columns: readonly string[], { line, cells }: CsvRecord): Fault[] {
  const faults: Fault[] = [];
  if (cells.length < columns.length) {
    const message = `there are ${cells.length} fields, and the header has ${columns.length} columns`;
    faults.push({ path: `line ${line}`, message });
  }
  for (const [index, cell] of cells.entries()) {
    const column = columns[index] ?? '';
    const path = pathOf(line, column, index);
    if (cell.trim() === '') continue;
    if (column === '') faults.push({ path, message: 'this value has no column in the header' });
    else if (EXCEL_NUMBER.test(cell)) {
      const message =
        'a spreadsheet changed the value into a number like 1.2E+15; make the column text, enter the value again and export the file again';
      faults.push({ path, message });
    } else if (/^['=]/u.test(cell)) {
      const message =
        "the value begins with the mark that a spreadsheet puts in front of text (' or =); remove it";
      faults.push({ path, message });
    }
  }
  return faults;
}

function rowOf(columns: readonly string[], { line, cells }: CsvRecord): RawRow {
  const found = new Map<string, Cell>();
  for (const [index, column] of columns.entries()) {
    const value = cells[index] ?? '';
    if (column === '' || value.trim() === '' || found.has(column)) continue;
    found.set(column, { value, path: pathOf(line, column, index) });
  }
  const own = (column: (typeof OWN_COLUMNS)[number]): Cell | undefined => {
    const cell = found.get(column);
    found.delete(column);
    return cell && { ...cell, value: cell.value.trim() };
  };
  const path = `line ${line}`;
  return {
    path,
    provider: own('provider') ?? { value: '', path },
    name: own('name'),
    store: own('store'),
    need: own('need'),
    fields: found,
  };
}

function pathOf(line: number, column: string, index: number): string {
  return `line ${line}, column ${column === '' ? index + 1 : shown(column)}`;
}

function shown(column: string): string {
  return plainText(column, 40);
}
