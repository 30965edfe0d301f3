import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The program as it was built: what a user runs. */
export const PROGRAM = fileURLToPath(new URL('../../bin/connect-wizard.js', import.meta.url));

export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** The whole environment but for PATH and `NEEDED`: nothing of the machine's own leaks in. */
  readonly env?: Readonly<Record<string, string>>;
  /** What comes on standard input; without it, standard input ends at once. */
  readonly input?: string | Buffer;
  readonly cwd?: string;
}

/** What no program runs without on Windows; NODE_OPTIONS is how Node is helped under Wine. */
const NEEDED = process.platform === 'win32' ? ['SystemRoot', 'PATHEXT', 'NODE_OPTIONS'] : [];
const needed = Object.fromEntries(NEEDED.map((name) => [name, process.env[name]]));

/** A process under way, and how it will have ended. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<RunResult>;
}

/** Starts any command with the environment of `RunOptions` and collects what it prints. */
export function start(
  command: string,
  args: readonly string[],
  { env, input, cwd }: RunOptions = {},
): Running {
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], ...needed, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  // A program that ends without reading its input closes the pipe.
  child.stdin.on('error', () => {}).end(input ?? '');
  const ended = once(child, 'close').then((how) => {
    const [code, signal] = how as [number | null, NodeJS.Signals | null];
    return { code, signal, stdout, stderr };
  });
  return { child, ended };
}
