import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The built program, which a user runs. */
export const PROGRAM = fileURLToPath(new URL('../../bin/connect-wizard.js', import.meta.url));

export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** The whole environment except PATH and `NEEDED`, so that nothing of the machine's leaks in. */
  readonly env?: Readonly<Record<string, string>>;
  /** The standard input; without it, standard input ends at once. */
  readonly input?: string | Buffer;
  readonly cwd?: string;
}

/** The variables that every program on Windows needs; Node needs NODE_OPTIONS under Wine. */
const NEEDED = process.platform === 'win32' ? ['SystemRoot', 'PATHEXT', 'NODE_OPTIONS'] : [];
const needed = Object.fromEntries(NEEDED.map((name) => [name, process.env[name]]));

/** A process under way, with its end. */
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
