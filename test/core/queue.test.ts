import { expect, it } from 'vitest';
import { createQueue } from '../../src/core/queue.js';

it('a queue of 3 runs three pieces of work at once, in order, even if some fail', async () => {
  const queue = createQueue(3);
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  const work = Array.from({ length: 20 }, (_, number) =>
    queue(async () => {
      begun.push(number);
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      if (number % 2 === 1) throw new Error('fails');
      return number;
    }),
  );
  const settled = await Promise.allSettled(work);
  expect(most).toBe(3);
  expect(begun).toEqual(Array.from({ length: 20 }, (_, number) => number));
  expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(10);
});
