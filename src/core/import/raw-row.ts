import type { Fault } from '../errors.js';

/** A text of the file, and where it is. */
export interface Cell {
  readonly value: string;
  readonly path: string;
}

/** One connection as a file has it: its keys are known, its values are not looked at yet. */
export interface RawRow {
  /** The row as a whole: `line 4`, `$[2]`. */
  readonly path: string;
  readonly provider: Cell;
  readonly name?: Cell | undefined;
  readonly store?: Cell | undefined;
  /** Capability ids, not split yet. */
  readonly need?: Cell | undefined;
  /** By field id; empty values are left out. */
  readonly fields: ReadonlyMap<string, Cell>;
  /** Something of it could not be read and is a fault already: it may not be called missing, too. */
  readonly faulty?: boolean;
}

/** What one form of file is read as. */
export interface RawRows {
  readonly rows: readonly RawRow[];
  readonly faults: readonly Fault[];
}
