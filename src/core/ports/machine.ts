import type { HealthCheck } from '../health.js';
import type { Mask } from '../mask.js';
import type { Secret } from '../secret.js';

// The rest of the computer that the program runs on.

export interface Clock {
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
}

export interface Browser {
  /** Can a page be shown to the person at this machine? */
  readonly available: boolean;
  /** Best effort: never throws. */
  open(url: string): Promise<void>;
}

export interface Clipboard {
  /** The program that fills it; undefined where there is none. */
  readonly program: string | undefined;
  /** Where there is none: does the terminal fill it? Nobody learns whether it did. */
  readonly byTerminal: boolean;
  /** Never a secret. @returns whether the text is in it now, or was sent to the terminal; never throws. */
  copy(text: string): Promise<boolean>;
}

/** This computer, as far as it decides whether the tool can work. */
export interface Diagnostics {
  /** @param repair takes away what saves that were cut off have left behind. */
  inspect(repair: boolean): Promise<HealthCheck[]>;
  /** @throws {UsageError} there can be no such file. */
  writeReport(path: string, text: string): Promise<void>;
  /**
   * A file that must not be there yet.
   *
   * @param next the step that the error names; left out, its path can be chosen.
   * @throws {UsageError} it is there, or there can be none.
   */
  writeNew(path: string, text: string, next?: string): Promise<void>;
}

/** Runs a program instead of this one, on the same terminal. */
export interface Runner {
  /**
   * Passes stdin, stdout, stderr and signals through.
   *
   * @param variables added to the environment of this process.
   * @param masking of its output, which goes through pipes then.
   * @returns the exit code (128 and the signal's number where one ended it), or why it could not be
   *   started: the system's word (`ENOENT`), and a sentence.
   */
  run(
    command: readonly [string, ...string[]],
    variables: Readonly<Record<string, string | Secret>>,
    masking?: Masking,
  ): Promise<{ readonly code: number } | { readonly notStarted: string; readonly why: string }>;
}

/** What does not get out of a program. */
export interface Masking {
  readonly mask: Mask;
  /** Called once, at the first redaction. */
  readonly onRedacted: () => void;
}
