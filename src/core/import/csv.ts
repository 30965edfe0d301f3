import type { Fault } from '../errors.js';

/** One record: its first line, and its fields without quotes. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

const QUOTE = '"';

/**
 * Strict CSV (RFC 4180): a quote either encloses a whole field or is doubled inside such a field. A
 * single LF or CR also ends a record. A record with a wrong quote is reported and skipped. Reading
 * goes on at the next line, so that one wrong quote doesn't hide later faults.
 */
export function parseCsv(
  text: string,
  delimiter: ',' | ';',
): { readonly records: readonly CsvRecord[]; readonly faults: readonly Fault[] } {
  const records: CsvRecord[] = [];
  const faults: Fault[] = [];
  let at = 0;
  let line = 1;

  /** Moves past the line end at `at`, if there is one. */
  const endLine = (): void => {
    if (text[at] === '\r' && text[at + 1] === '\n') at += 1;
    at += 1;
    line += 1;
  };
  const atLineEnd = (): boolean => at >= text.length || text[at] === '\n' || text[at] === '\r';

  /** The field at `at`; undefined after a fault. */
  const readField = (path: string): string | undefined => {
    if (text[at] !== QUOTE) {
      const start = at;
      while (!atLineEnd() && text[at] !== delimiter && text[at] !== QUOTE) at += 1;
      if (text[at] !== QUOTE) return text.slice(start, at);
      faults.push({ path, message: 'there is a quote inside a field that has none around it' });
      return undefined;
    }
    const start = { at: at + 1, line };
    at += 1;
    for (;;) {
      const quote = text.indexOf(QUOTE, at);
      if (quote === -1) {
        faults.push({ path, message: 'a quote is opened and not closed' });
        // Go back to the line of the opening quote, since the lines after it may be records.
        ({ at, line } = start);
        return undefined;
      }
      if (text[quote + 1] === QUOTE) {
        at = quote + 2;
        continue;
      }
      const inside = text.slice(start.at, quote);
      line += inside.split(/\r\n|\r|\n/u).length - 1;
      at = quote + 1;
      if (atLineEnd() || text[at] === delimiter) return inside.replaceAll('""', QUOTE);
      // If the field spans lines, its closing quote was most likely meant to open another field.
      const message = /[\r\n]/u.test(inside)
        ? 'a quote is opened and not closed'
        : 'there is something after the closing quote of a field';
      faults.push({ path, message });
      ({ at, line } = start);
      return undefined;
    }
  };

  while (at < text.length) {
    const started = line;
    const cells: string[] = [];
    for (;;) {
      const cell = readField(`line ${started}, column ${cells.length + 1}`);
      if (cell === undefined) {
        while (!atLineEnd()) at += 1;
        break;
      }
      cells.push(cell);
      if (text[at] !== delimiter) {
        records.push({ line: started, cells });
        break;
      }
      at += 1;
    }
    endLine();
  }
  return { records, faults };
}
