import { Interrupted } from './errors.js';

/**
 * The person (Ctrl-C) or the system (SIGTERM) wants the run to end. It ends at once,
 * except inside `shield`: there the work is finished first, and the run then goes on,
 * so that "No credential was saved." is true whenever it is said. A run that does many things
 * calls `end` between them; one that does several at once begins no other one (`isWanted`), and calls
 * `end` once those that are under way are done.
 */
export class Interruption {
  readonly #controller = new AbortController();
  #shields = 0;
  /** Raised inside a shield. */
  #wanted: Interrupted['exitCode'] | undefined;

  /** Aborted, with the `Interrupted` as its reason, when the run is to end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  raise(exitCode: Interrupted['exitCode']): void {
    if (this.#shields === 0) this.#controller.abort(new Interrupted(exitCode));
    else this.#wanted = exitCode;
  }

  /** Was it raised inside a shield? */
  get isWanted(): boolean {
    return this.#wanted !== undefined;
  }

  /**
   * Ends the run, if that is wanted and nothing is shielded.
   *
   * @throws {Interrupted} it is to end.
   */
  end(): void {
    if (this.#wanted !== undefined) this.raise(this.#wanted);
    this.signal.throwIfAborted();
  }

  /**
   * Runs `work` to its end, whatever is raised meanwhile.
   *
   * @throws {Interrupted} it was raised before: `work` does not begin.
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

  /** `work`, or the `Interrupted` as soon as it is raised. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    const raised = new Promise<never>((_, reject) => {
      const stop = (): void => reject(signal.reason as Interrupted);
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
    });
    return Promise.race([work, raised]);
  }
}
