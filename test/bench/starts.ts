import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { homeWith } from './homes.js';
import { binOf, measureRun, median, time, type Program, type Row } from './program.js';

const ROUNDS = 31;
const WARM_UP = 3;

interface Start {
  readonly args: readonly string[];
  readonly atMost: string;
  /** The number of records in the home. */
  readonly records?: number;
  readonly input?: string;
}

const STARTS: Readonly<Record<string, Start>> = {
  version: { args: ['--version'], atMost: '1.1 ×' },
  help: { args: ['--help'], atMost: '1.36 ×' },
  'provider-help': { args: ['freshservice', '--help'], atMost: '1.5 ×' },
  'list-0': { args: ['list'], atMost: '1.5 ×' },
  'list-200': { args: ['list'], records: 200, atMost: '1.8 ×' },
  'list-2000': { args: ['list'], records: 2000, atMost: '2.3 ×' },
  completion: {
    args: ['completion', 'bash', '--candidates'],
    records: 200,
    input: 'connect-wizard check ',
    atMost: '1.5 ×',
  },
};

/** The time of a start, as a multiple of bare Node's on an empty module. */
export const starts: readonly Row[] = Object.entries(STARTS).map(([name, start]) => {
  const { args, atMost, records } = start;
  const of = records === undefined ? '' : ` of ${records.toLocaleString('en')}`;
  return {
    name,
    says: `\`${args.join(' ')}\`${of}, × bare Node`,
    atMost,
    measure: (program: Program) => measureStart(program, start),
  };
});

async function measureStart(program: Program, start: Start): Promise<string> {
  const { args, input, records = 0 } = start;
  const { node, folder, root } = program;
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const env = { HOME: homeWith(folder, records), PATH: process.env['PATH'] };
  const run = { args, env, ...(input !== undefined && { input }), mayFail: records === 0 };
  const [bare, taken]: [number[], number[]] = [[], []];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const pair = [
      await time(node, { args: [empty], env: {} }),
      await time(node, { ...run, args: [binOf(root), ...args] }),
    ] as const;
    if (round < 0) continue;
    bare.push(pair[0]);
    taken.push(pair[1]);
  }
  // The median of each round's own ratio, since other load affects both runs of a pair.
  const times = median(taken.map((each, round) => each / (bare[round] ?? Number.NaN)));
  const { mebibytes, cpuMs } = await measureRun(program, run);
  const ms = median(taken).toFixed(0);
  return `${times.toFixed(2)} × (${ms} ms, CPU ${cpuMs.toFixed(0)} ms, ${mebibytes.toFixed(0)} MiB)`;
}
