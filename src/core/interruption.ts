import { Interrupted } from './errors.js';

/**
 * The person (Ctrl-C) or the system (SIGTERM) wants the run to end. It ends at once, except inside
 * `shield`: there the work is finished first, and the run then goes on. So "No credential was
 * saved." is true whenever it's printed.
 *
 * A run that does many things in turn calls `end` between them. A run that does several at once
 * starts nothing new if `isWanted`, and calls `end` when the started work is done.
 */
export class Interruption {
  readonly #controller = new AbortController();
  #shields = 0;
  /** Set if the end was requested inside a shield. */
  #wanted: Interrupted['exitCode'] | undefined;

  /** Aborted when the run is to end, with the `Interrupted` or the error as its reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  raise(exitCode: Interrupted['exitCode']): void {
    if (this.#shields === 0) this.#controller.abort(new Interrupted(exitCode));
    else this.#wanted = exitCode;
  }

  /** Ends the run at once, even inside a shield, because nobody awaits what threw this error. */
  fail(error: Error): void {
    this.#controller.abort(error);
  }

  /** The end was requested inside a shield. */
  get isWanted(): boolean {
    return this.#wanted !== undefined;
  }

  /**
   * Ends the run if that's wanted and nothing is shielded.
   *
   * @throws {Interrupted} the run ends.
   */
  end(): void {
    if (this.#wanted !== undefined) this.raise(this.#wanted);
    this.signal.throwIfAborted();
  }

  /**
   * Runs `work` to its end, whatever is raised meanwhile.
   *
   * @throws {Interrupted} it was raised before, so `work` doesn't start.
   */
  async shield<T>(work: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    this.#shields += 1;
    try {
      return await work();
    } finally {
      this.#shields -= 1;
    }
  }

  /** Resolves as `work` does, or rejects with the reason to end as soon as there is one. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    const raised = new Promise<never>((_, reject) => {
      const stop = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
    });
    return Promise.race([work, raised]);
  }
}
