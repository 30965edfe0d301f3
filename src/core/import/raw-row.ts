import type { Fault } from '../errors.js';

/** A text in the file, and its place. */
export interface Cell {
  readonly value: string;
  readonly path: string;
}

/** One connection as the file has it: its keys are known, its values aren't checked yet. */
export interface RawRow {
  /** The place of the whole row: `line 4`, `$[2]`. */
  readonly path: string;
  readonly provider: Cell;
  readonly name?: Cell | undefined;
  readonly store?: Cell | undefined;
  /** Capability ids, not split yet. */
  readonly need?: Cell | undefined;
  /** By field id; empty values are left out. */
  readonly fields: ReadonlyMap<string, Cell>;
  /**
   * A part of it couldn't be read and is already reported as a fault, so it mustn't be reported as
   * missing too.
   */
  readonly faulty?: boolean;
}

/** The content of a file in one of the formats. */
export interface RawRows {
  readonly rows: readonly RawRow[];
  readonly faults: readonly Fault[];
}
