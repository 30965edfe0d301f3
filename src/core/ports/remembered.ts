import type { ResumePoint } from '../resume-point.js';
import type { HistoryEntry, HistoryEvent } from '../history.js';
import type { Warning } from '../ladder.js';

// What this machine remembers besides the records.

/** A log of what was done with connections on this machine. */
export interface History {
  /**
   * Writes one event. Never throws.
   *
   * @returns a warning `not-recorded` if it couldn't be written.
   */
  record(entry: HistoryEntry): readonly Warning[];
  /**
   * @param since leaves out earlier events.
   * @returns the events, the newest last, and the number of lines that couldn't be read.
   * @throws {StoreError} a file exists and can't be read.
   */
  read(since?: Date): { readonly events: readonly HistoryEvent[]; readonly skipped: number };
  /**
   * Deletes the whole history.
   *
   * @returns the number of deleted files.
   * @throws {StoreError} a file can't be deleted.
   */
  clear(): number;
}

/** Where the wizard was left, one point for each provider. */
export interface ResumePoints {
  /** The points outlive the run. */
  readonly persistent: boolean;
  /** Undefined if there is none that this version can read. */
  read(provider: string): Promise<ResumePoint | undefined>;
  /** Replaces the provider's earlier point. @throws {StoreError} it can't be saved. */
  write(point: ResumePoint): Promise<void>;
  /** It's safe to call again. @throws {StoreError} it can't be deleted. */
  remove(provider: string): Promise<void>;
}

/**
 * What the user approved on this machine, by kind: programs by their full path, provider files by
 * their hash. An approval on another machine doesn't count here.
 */
export interface Approvals {
  /** @throws {StoreError} others than this user can change what was approved. */
  has(kind: ApprovalKind, id: string): boolean;
  /** It's safe to call again. @throws {StoreError} it can't be saved. */
  add(kind: ApprovalKind, id: string): Promise<void>;
  /** It's safe to call again. @throws {StoreError} it can't be saved. */
  remove(kind: ApprovalKind, id: string): Promise<void>;
}

export type ApprovalKind = 'programs' | 'providers';
