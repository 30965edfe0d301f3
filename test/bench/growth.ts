import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineOf, startWorld } from './fleets.js';
import { fillFileStore, writeRows } from './homes.js';
import { binOf, time, type Program, type Row } from './program.js';

const [FEW, MANY] = [500, 2000];
const AT_ONCE = ['--concurrency', '16', '--timeout', '60'];

/** How much more the program holds in memory for each connection more. */
export const growth: Row = {
  name: 'growth',
  says: `memory for each connection more: ${MANY.toLocaleString('en')} instead of ${FEW}, 16 at once`,
  atMost: '20 KiB',
  async measure(program) {
    const grown: string[] = [];
    for (const command of ['check', 'import', 'doctor']) {
      const [few, many] = [
        await mostAlive(program, command, FEW),
        await mostAlive(program, command, MANY),
      ];
      const kibibytes = (many - few) / (MANY - FEW) / 2 ** 10;
      grown.push(`${command} ${kibibytes.toFixed(1)} KiB`);
    }
    return grown.join(', ');
  },
};

/** The most bytes that were in use at once, garbage left out. */
async function mostAlive(program: Program, command: string, count: number): Promise<number> {
  const folder = join(program.folder, `${command}-${count}`);
  const world = await startWorld(count);
  try {
    const stored = command === 'import' ? 0 : count;
    const env = await machineOf({ ...program, folder }, world, stored, 'file');
    if (stored > 0) await fillFileStore(folder, count);
    const args =
      command === 'import'
        ? ['import', writeRows(folder, count), '--yes', '--store', 'file']
        : [command];
    const [probe, report] = [join(folder, 'probe.cjs'), join(folder, 'probe.json')];
    writeFileSync(probe, probeScript(report));
    const run = [binOf(program.root), ...args, ...AT_ONCE];
    await time(program.node, { args: ['--expose-gc', '--require', probe, ...run], env });
    return JSON.parse(readFileSync(report, 'utf8')) as number;
  } finally {
    await world.close();
  }
}

function probeScript(report: string): string {
  return `
let most = 0;
setInterval(() => {
  gc();
  const { heapUsed, external } = process.memoryUsage();
  most = Math.max(most, heapUsed + external);
}, 250).unref();
process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(report)}, String(most)));
`;
}
