import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fakeFreshservice, page } from '../support/fake-providers.js';
import { startTlsWorld, type RawAnswer, type SlowProvider } from '../support/tls-world.js';
import { API_KEY, fillFileStore, homeWith, PASSPHRASE, tenants } from './homes.js';
import type { Program, Row } from './program.js';

const CONNECTIONS = 500;
const ROUNDS = 20;
/** The rounds after which nothing new is loaded or compiled. */
const WARM_UP = 4;

/** Each fault meets one host in this many, for about a round: trying again does not help. */
const ONE_IN = 400;

/** A library that checks the same connections again and again, in one process. */
export const soak: Row = {
  name: 'soak',
  says: '10,000 checks against hosts that fail now and then: heap after warm-up, records, children, files left',
  atMost: '+ 10 %, all records, none, none',
  measure: measureSoak,
};

interface Soaked {
  /** The heap of each round, after a garbage collection. */
  readonly heap: readonly number[];
  readonly reasons: Readonly<Record<string, number>>;
}

async function measureSoak({ root, node, folder }: Program): Promise<string> {
  const live = fakeFreshservice({ tenants: tenants(CONNECTIONS), apiKey: API_KEY });
  let [count, met] = [0, 0];
  const world = await startTlsWorld((request) => {
    const round = Math.floor(count / CONNECTIONS);
    count += 1;
    const fault = FAULTS[(numberOf(request.host) + round) % ONE_IN];
    if (!fault) return live(request);
    met += 1;
    return fault(request);
  });
  const [home, temporary] = [homeWith(folder, CONNECTIONS, 'file'), join(folder, 'tmp')];
  mkdirSync(temporary);
  await fillFileStore(home, CONNECTIONS);
  const script = join(folder, 'soak.mjs');
  const report = join(folder, 'soak.json');
  const children = join(folder, 'children');
  writeFileSync(script, soakScript(root, report, children));
  const env = {
    HOME: home,
    PATH: process.env['PATH'],
    TMPDIR: temporary,
    CONNECT_WIZARD_PASSPHRASE: PASSPHRASE,
    ...world.env,
  };
  try {
    const child = spawn(node, ['--expose-gc', script], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`the soak ended with ${code}`);
    const { heap, reasons } = JSON.parse(readFileSync(report, 'utf8')) as Soaked;
    const [warm = Number.NaN, last = Number.NaN] = [heap[WARM_UP - 1], heap.at(-1)];
    const grown = ((last / warm - 1) * 100).toFixed(1);
    const left = filesBelow(folder).filter((path) => path.endsWith('.tmp')).length;
    const strays = readdirSync(temporary).filter((name) => !name.startsWith('node-')).length;
    const ok = Object.entries(reasons).map(([reason, times]) => `${times} ${reason}`);
    return `${grown} % (${(warm / 2 ** 20).toFixed(1)} MiB), ${recordsIn(home)} of ${CONNECTIONS} records, ${readFileSync(children, 'utf8')} children, ${left + strays} files (${count} requests, ${met} met a fault; ${ok.join(', ')})`;
  } finally {
    await world.close();
  }
}

const hangUp: RawAnswer = (response) => void response.socket?.destroy();
const cutShort: RawAnswer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"agent":');
  setTimeout(() => response.socket?.destroy(), 5);
};

/** Faults by the number of the host and the round. */
const FAULTS: Readonly<Record<number, SlowProvider>> = {
  50: () => page(502, 'Bad gateway'),
  100: () => hangUp,
  150: () => ({ status: 429, headers: { 'retry-after': '1' } }),
  200: () => cutShort,
  250: () => page(200, 'Maintenance'),
  300: fakeFreshservice({ tenants: tenants(CONNECTIONS), apiKey: 'another-key-00000000' }),
  350: () => new Promise(() => {}),
};

function soakScript(root: string, report: string, children: string): string {
  const library = pathToFileURL(join(root, 'dist', 'index.js')).href;
  return `
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { openConnectWizard } from ${JSON.stringify(library)};
const wizard = await openConnectWizard();
const names = (await wizard.list()).map(({ name }) => name);
const heap = [];
const reasons = {};
for (let round = 0; round < ${ROUNDS}; round += 1) {
  const queue = names.values();
  const work = async () => {
    for (const name of queue) {
      const { reason } = await wizard.check(name, { timeoutMs: 5000 });
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  await new Promise((done) => setTimeout(done, 500));
  globalThis.gc();
  heap.push(process.memoryUsage().heapUsed);
}
await wizard.close();
// One of them is ps itself.
const found = execFileSync('ps', ['-o', 'pid=', '--ppid', String(process.pid)], { encoding: 'utf8' });
writeFileSync(${JSON.stringify(children)}, String(found.trim().split('\\n').length - 1));
writeFileSync(${JSON.stringify(report)}, JSON.stringify({ heap, reasons }));
`;
}

/** Of `tenant-7.freshservice.com`, 7. */
function numberOf(host: string): number {
  return Number(/\d+/u.exec(host)?.[0]);
}

/** The number of records that can be read. */
function recordsIn(home: string): number {
  const folder = join(home, '.config', 'connect-wizard', 'connections');
  return readdirSync(folder).filter((file) => {
    const { name } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { name?: unknown };
    return `${encodeURIComponent(String(name))}.json` === file;
  }).length;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' });
}
