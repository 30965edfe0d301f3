import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** Asks until the answer is yes. Only the test's own limit ends it, and no fake clock stops it. */
export async function until(ask: () => boolean | Promise<boolean>): Promise<void> {
  const test = new AbortController();
  onTestFinished(() => test.abort());
  while (!(await ask()) && !test.signal.aborted) await setTimeout(10);
}
