import type { Fault } from '../errors.js';

/** The path to a part of a definition: keys, and the indexes of entries. */
export type Path = readonly (string | number)[];

export type ReportFault = (path: Path, message: string) => void;

const WHOLE = '(the file)';

export function fault(path: Path, message: string): Fault {
  return { path: showPath(path), message };
}

function showPath(path: Path): string {
  const shown = path.map((key, index) => {
    if (typeof key === 'number') return `[${key}]`;
    if (!/^[\w$]+$/u.test(key)) return `[${JSON.stringify(key)}]`;
    return index === 0 ? key : `.${key}`;
  });
  return shown.length === 0 ? WHOLE : shown.join('');
}

/** Removes duplicates and keeps the order. */
export function distinct(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((each) => [`${each.path}\n${each.message}`, each])).values()];
}
