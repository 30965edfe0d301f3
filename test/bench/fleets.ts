import { join } from 'node:path';
import { fakeFreshservice } from '../support/fake-providers.js';
import { startSecretService } from '../support/secret-service.js';
import { startTlsWorld, type TlsWorld } from '../support/tls-world.js';
import {
  API_KEY,
  fillFileStore,
  fillKeychain,
  homeWith,
  PASSPHRASE,
  tenants,
  writeRows,
} from './homes.js';
import {
  binOf,
  measureRun,
  median,
  seconds,
  time,
  type Program,
  type Row,
  type Run,
  type Taken,
} from './program.js';

const LATENCY_MS = 100;
const ROUND_TRIP_MS = 80;

/** Many connections, each with its own host, which responds after 100 ms. */
export const fleets: readonly Row[] = [
  {
    name: 'connect',
    says: 'scripted connect, 80 ms round trip, `--store none`, less `list`',
    atMost: '560 ms, 1 tunnel',
    measure: measureConnect,
  },
  checkRow('check-200', { count: 200, store: 'keychain', atOnce: 16, atMost: '1.6 ×' }),
  checkRow('check-1000', { count: 1000, store: 'keychain', atOnce: 64, atMost: '2.2 ×' }),
  checkRow('check-5000-16', { count: 5000, store: 'file', atOnce: 16, atMost: '1.25 ×' }),
  checkRow('check-5000-64', {
    count: 5000,
    store: 'file',
    atOnce: 64,
    atMost: '2 ×, 400 MiB, 256 sockets',
  }),
  {
    name: 'doctor',
    says: '`doctor` over 200 hosts',
    atMost: '3 s',
    measure: measureDoctor,
  },
  {
    name: 'import',
    says: '`import` of 1,000 rows, `--store file --concurrency 16`, × the ideal of its requests',
    atMost: '1.3 ×',
    measure: measureImport,
  },
];

interface Fleet {
  readonly count: number;
  readonly store: 'keychain' | 'file';
  /** `--concurrency` */
  readonly atOnce: number;
}

function checkRow(name: string, { atMost, ...fleet }: Fleet & { readonly atMost: string }): Row {
  const { count, store, atOnce } = fleet;
  const from = store === 'file' ? 'files' : 'the keychain';
  return {
    name,
    says: `\`check\` of ${count.toLocaleString('en')} from ${from}, ${atOnce} at once, × ideal`,
    atMost,
    measure: (program) => measureCheck(program, fleet),
  };
}

async function measureCheck(program: Program, fleet: Fleet): Promise<string> {
  const { count, store, atOnce } = fleet;
  const world = await startWorld(count);
  const keyring = await startSecretService();
  try {
    const env = await machineOf(program, world, count, store);
    if (store === 'file') await fillFileStore(program.folder, count);
    else await fillKeychain(keyring, count);
    const args = ['check', '--concurrency', String(atOnce), '--timeout', '60'];
    return await againstIdeal(program, world, atOnce, async () => ({
      args,
      env: { ...env, ...keyring.env },
    }));
  } finally {
    await keyring.close();
    await world.close();
  }
}

async function measureDoctor(program: Program): Promise<string> {
  const count = 200;
  const world = await startWorld(count);
  try {
    const env = await machineOf(program, world, count, 'file');
    await fillFileStore(program.folder, count);
    const run = { args: ['doctor', '--timeout', '60', '--concurrency', '16'], env, mayFail: true };
    await measureRun(program, run);
    return told(await measureRun(program, run));
  } finally {
    await world.close();
  }
}

async function measureImport(program: Program): Promise<string> {
  const count = 1000;
  const world = await startWorld(count);
  try {
    const env = await machineOf(program, world, 0, 'file');
    const file = writeRows(program.folder, count);
    const args = ['import', file, '--yes', '--store', 'file', '--concurrency', '16'];
    let round = 0;
    return await againstIdeal(program, world, 16, async () => {
      round += 1;
      const home = join(program.folder, `import-${round}`);
      return { args: [...args, '--timeout', '60'], env: { ...env, HOME: home } };
    });
  } finally {
    await world.close();
  }
}

async function measureConnect(program: Program): Promise<string> {
  const fake = fakeFreshservice({ tenants: ['acme'], apiKey: API_KEY });
  const world = await startTlsWorld(fake, () => ({ roundTripMs: ROUND_TRIP_MS }));
  const { root, node } = program;
  try {
    const env = { HOME: program.folder, PATH: process.env['PATH'], ...world.env };
    const words = ['freshservice', '--domain', 'acme', '--api-key-stdin', '--store', 'none'];
    const run = { args: [binOf(root), ...words], env, input: API_KEY };
    await time(node, run);
    const [taken, started]: [number[], number[]] = [[], []];
    const before = world.tunnels.length;
    const rounds = 9;
    for (let round = 0; round < rounds; round += 1) {
      started.push(await time(node, { args: [binOf(root), 'list'], env, mayFail: true }));
      taken.push(await time(node, run));
    }
    const tunnels = (world.tunnels.length - before) / rounds;
    const less = median(taken.map((each, round) => each - (started[round] ?? Number.NaN)));
    const most = tunnels === 1 ? '1 tunnel' : `${tunnels} tunnels`;
    return `${less.toFixed(0)} ms, ${most} (${median(taken).toFixed(0)} ms with the start)`;
  } finally {
    await world.close();
  }
}

export function startWorld(count: number): Promise<TlsWorld> {
  const answer = fakeFreshservice({ tenants: tenants(count), apiKey: API_KEY });
  return startTlsWorld(async (request) => {
    await new Promise((resolve) => {
      setTimeout(resolve, LATENCY_MS);
    });
    return answer(request);
  });
}

export async function machineOf(
  { folder }: Program,
  world: TlsWorld,
  count: number,
  store: string,
): Promise<NodeJS.ProcessEnv> {
  homeWith(folder, count, store);
  return {
    HOME: folder,
    PATH: process.env['PATH'],
    CONNECT_WIZARD_PASSPHRASE: PASSPHRASE,
    ...world.env,
  };
}

/** The ideal is requests × latency ÷ concurrency, which is the time of the responses. */
async function againstIdeal(
  program: Program,
  world: TlsWorld,
  atOnce: number,
  next: () => Promise<Run>,
): Promise<string> {
  const before = world.requests.length;
  const taken = await measureRun(program, await next());
  const ideal = ((world.requests.length - before) * LATENCY_MS) / atOnce;
  return `${(taken.ms / ideal).toFixed(2)} × (${told(taken)}, ${world.mostTunnels} sockets)`;
}

function told({ ms, cpuMs, mebibytes }: Taken): string {
  return `${seconds(ms)}, CPU ${seconds(cpuMs)}, ${mebibytes.toFixed(0)} MiB`;
}
