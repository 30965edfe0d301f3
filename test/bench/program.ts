import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A built package and the Node that runs it. */
export interface Program {
  /** The package's folder. */
  readonly root: string;
  readonly node: string;
  /** An empty folder for the row. */
  readonly folder: string;
}

/** One thing that is measured. */
export interface Row {
  /** The name in `npm run bench -- <name>`. */
  readonly name: string;
  readonly says: string;
  readonly atMost: string;
  measure(program: Program): Promise<string>;
}

export interface Run {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The standard input. */
  readonly input?: string;
  /** Whether any exit code is fine. */
  readonly mayFail?: boolean;
}

/** The cost of a run. */
export interface Taken {
  /** From the start of the process to its end, its output through a pipe. */
  readonly ms: number;
  /** User and system time of the process, without its children. */
  readonly cpuMs: number;
  /** The largest resident set. */
  readonly mebibytes: number;
}

/** From the start of the process to its end, in milliseconds. */
export async function time(node: string, run: Run): Promise<number> {
  const { args, env, input = '', mayFail = false } = run;
  const began = performance.now();
  const child = spawn(node, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.resume();
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  child.stdin.on('error', () => {}).end(input);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0 && !mayFail) throw new Error(`${args.join(' ')} ended with ${code}: ${said}`);
  return performance.now() - began;
}

/** Runs the program, and measures its processor time and memory. */
export async function measureRun({ root, node, folder }: Program, run: Run): Promise<Taken> {
  const probe = join(folder, 'probe.cjs');
  const report = join(folder, 'probe.json');
  writeFileSync(
    probe,
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(report)}, JSON.stringify(process.resourceUsage())));`,
  );
  const args = ['--require', probe, binOf(root), ...run.args];
  const ms = await time(node, { ...run, args });
  const used = JSON.parse(readFileSync(report, 'utf8')) as NodeJS.ResourceUsage;
  const cpuMs = (used.userCPUTime + used.systemCPUTime) / 1000;
  return { ms, cpuMs, mebibytes: used.maxRSS / 1024 };
}

export function binOf(root: string): string {
  return join(root, 'bin', 'connect-wizard.js');
}

/** The version of a Node: `v24.21.0`. */
export function versionOf(node: string): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
