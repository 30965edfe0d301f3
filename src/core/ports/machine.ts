import type { HealthCheck } from '../health.js';
import type { Mask } from '../mask.js';
import type { Secret } from '../secret.js';

// The rest of the computer that the program runs on.

export interface Clock {
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
}

export interface Browser {
  /** A page can be shown to the person at this machine. */
  readonly available: boolean;
  /** Best effort. Never throws. */
  open(url: string): Promise<void>;
}

export interface Clipboard {
  /** The program that fills the clipboard; undefined if there is none. */
  readonly program: string | undefined;
  /** If there is none: the terminal may fill the clipboard. Whether it did is never known. */
  readonly byTerminal: boolean;
  /**
   * Never pass a secret. Never throws.
   *
   * @returns whether the text is in the clipboard now, or was sent to the terminal.
   */
  copy(text: string): Promise<boolean>;
}

/** This computer, in everything that decides whether the tool can work. */
export interface Diagnostics {
  /** @param repair also delete the leftovers of interrupted saves. */
  inspect(repair: boolean): Promise<HealthCheck[]>;
  /** @throws {UsageError} the file can't be written. */
  writeReport(path: string, text: string): Promise<void>;
  /**
   * Writes a file that must not exist yet.
   *
   * @param next the step that the error suggests. Default: to choose another path.
   * @throws {UsageError} the file exists, or can't be written.
   */
  writeNew(path: string, text: string, next?: string): Promise<void>;
}

/** Runs a program in place of this one, on the same terminal. */
export interface Runner {
  /**
   * Passes stdin, stdout, stderr and signals through.
   *
   * @param variables added to the environment of this process.
   * @param masking masks its output, which then goes through pipes.
   * @returns the exit code, or 128 plus the signal's number if a signal ended it. If the program
   *   couldn't be started: the system's error code (`ENOENT`), and a sentence.
   */
  run(
    command: readonly [string, ...string[]],
    variables: Readonly<Record<string, string | Secret>>,
    masking?: Masking,
  ): Promise<{ readonly code: number } | { readonly notStarted: string; readonly why: string }>;
}

/** What must not appear in a program's output. */
export interface Masking {
  readonly mask: Mask;
  /** Called once, at the first redaction. */
  readonly onRedacted: () => void;
}
