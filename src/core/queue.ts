/** Runs a limited number of tasks at once. The others wait, first come, first served. */
export type Queue = <T>(work: () => Promise<T>) => Promise<T>;

export function createQueue(limit: number): Queue {
  let free = limit;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((enter) => waiting.push(enter));
    try {
      return await work();
    } finally {
      // The slot goes to the next in line, or becomes free.
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
