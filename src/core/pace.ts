import type { Queue } from './queue.js';
import type { Clock } from './ports.js';

/** Before this, the time that remains can't be estimated. */
const FIRST_GUESS_MS = 3000;

/**
 * The progress of work over many connections: how much is done, what it waits for, and how long the
 * rest takes at this pace.
 */
export class Pace {
  readonly #clock: Pick<Clock, 'now'>;
  #total = 0;
  #done = 0;
  #began = 0;
  #lastDone = 0;
  /** In the order they started. */
  readonly #underWay = new Set<string>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Sets how many there are. */
  expect(total: number): void {
    this.#total = total;
    this.#began = this.#clock.now().getTime();
  }

  /** Counts `work` on one of them. */
  async of<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#underWay.add(name);
    try {
      return await work();
    } finally {
      this.#underWay.delete(name);
      this.#done += 1;
      this.#lastDone = this.#clock.now().getTime();
    }
  }

  /** `queue` for one that is under way: while it's in line there, nothing waits for it. */
  through(queue: Queue, name: string): Queue {
    return (work) => {
      this.#underWay.delete(name);
      return queue(() => {
        this.#underWay.add(name);
        return work();
      });
    };
  }

  /**
   * `120 of 500, about 40 s to go; waiting for freshservice/acme and 15 more`; empty for a single
   * one.
   */
  toString(): string {
    if (this.#total <= 1) return '';
    const [longest, ...others] = this.#underWay;
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    const waiting = longest === undefined ? '' : `; waiting for ${longest}${more}`;
    return `${this.count}${this.#left()}${waiting}`;
  }

  /** `120 of 500` */
  get count(): string {
    return `${this.#done} of ${this.#total}`;
  }

  #left(): string {
    const now = this.#clock.now().getTime();
    const passed = now - this.#began;
    if (this.#done === 0 || this.#done === this.#total || passed < FIRST_GUESS_MS) return '';
    const atThisPace = (passed / this.#done) * (this.#total - this.#done);
    // If all hosts that are asked hang, the rest takes longer than the pace so far says.
    return `, ${span(Math.max(atThisPace, now - this.#lastDone))} to go`;
  }
}

function span(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 90) return `about ${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `about ${minutes} min` : `about ${Math.round(minutes / 60)} h`;
}
