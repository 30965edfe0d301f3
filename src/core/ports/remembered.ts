import type { ResumePoint } from '../resume-point.js';
import type { HistoryEntry, HistoryEvent } from '../history.js';
import type { Warning } from '../ladder.js';

// What is remembered on this machine beside the records.

/** What was done with connections on this machine. */
export interface History {
  /** Writes one event. @returns a warning `not-recorded` if it could not be written; never throws. */
  record(entry: HistoryEntry): readonly Warning[];
  /**
   * @param since earlier events are left out.
   * @returns the events, the newest last, and how many lines could not be read.
   * @throws {StoreError} a file is there and cannot be read.
   */
  read(since?: Date): { readonly events: readonly HistoryEvent[]; readonly skipped: number };
  /** Deletes all of it. @returns how many files there were. @throws {StoreError} one stays. */
  clear(): number;
}

/** Where the wizard was left, one place a provider. */
export interface ResumePoints {
  /** Does a place outlive the run? */
  readonly persistent: boolean;
  /** Undefined where there is none, or none that this version can read. */
  read(provider: string): Promise<ResumePoint | undefined>;
  /** In the place of the provider's former one. @throws {StoreError} it cannot be kept. */
  write(point: ResumePoint): Promise<void>;
  /** Safe to repeat. @throws {StoreError} it stays. */
  remove(provider: string): Promise<void>;
}

/**
 * What somebody said yes to on this machine, by `<kind>`: programs by their full path, provider files
 * by their hash. A yes that was given elsewhere is none here.
 */
export interface Approvals {
  /** @throws {StoreError} others than this user can change what was approved; so below. */
  has(kind: ApprovalKind, id: string): boolean;
  /** Safe to repeat. @throws {StoreError} it cannot be noted; so below. */
  add(kind: ApprovalKind, id: string): Promise<void>;
  /** Safe to repeat. */
  remove(kind: ApprovalKind, id: string): Promise<void>;
}

export type ApprovalKind = 'programs' | 'providers';
