import { Interrupted } from './errors.js';

/**
 * The person (Ctrl-C) or the system (SIGTERM) wants the run to end. It ends at once,
 * except inside `shield`: there the work is finished first, and the run then goes on,
 * so that "No credential was saved." is true whenever it is said.
 */
export class Interruption {
  readonly #controller = new AbortController();
  #shields = 0;

  /** Aborted, with the `Interrupted` as its reason, when the run is to end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  raise(exitCode: Interrupted['exitCode']): void {
    if (this.#shields === 0) this.#controller.abort(new Interrupted(exitCode));
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
