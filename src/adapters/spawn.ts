import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { platform as ownPlatform } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { codeOf } from './files.js';

/* The one place that starts programs. No shell reads what they are given. */

/** How a program ended, or the system's word for why it could not be started (`ENOENT`). */
export type Ending =
  | { readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly notStarted: string };

export interface Started {
  /** Undefined if it could not be started. */
  readonly child: ChildProcess | undefined;
  /** Never rejects. */
  readonly ending: Promise<Ending>;
}

/** Starts a program; its end is known later. */
export async function startProgram(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<Started> {
  const spawn = await spawnFunction();
  let child: ChildProcess;
  try {
    child = spawn(command, [...args], { windowsHide: true, ...options });
  } catch (error) {
    // Some failures are thrown at once (ENOTDIR, E2BIG), the others come as an event.
    return { child: undefined, ending: Promise.resolve({ notStarted: codeOf(error) }) };
  }
  // It may end without reading; its exit code tells more than EPIPE.
  child.stdin?.on('error', () => {});
  const ending = new Promise<Ending>((resolve) => {
    // Also comes if a signal cannot be passed on (`sudo`): then it runs all the same.
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.syscall !== 'kill') resolve({ notStarted: codeOf(error) });
    });
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  // Where the system has no room for one more, Node's object has no streams at all.
  return { child: child.pid === undefined ? undefined : child, ending };
}

/** On Windows, npm and its like are .cmd files, and PATHEXT decides; elsewhere that costs time alone. */
async function spawnFunction() {
  if (ownPlatform() === 'win32') return (await import('cross-spawn')).default;
  return (await import('node:child_process')).spawn;
}

export interface RunOptions {
  /** Without any variable that holds a secret. */
  readonly env: NodeJS.ProcessEnv;
  /** For its stdin. */
  readonly input?: string | Buffer;
  readonly limitMs: number;
  /** Is its output read? What goes on in the background keeps what it inherited open. */
  readonly output: 'read' | 'ignore';
  /** In a session of its own, where Ctrl-C does not end it. */
  readonly detached?: boolean;
}

export type Run =
  | {
      readonly code: number | null;
      /** All of stdout; undefined if it is longer than any answer. */
      readonly output: string | undefined;
      /** Did it take its whole input? */
      readonly inputTaken: boolean;
    }
  | { readonly notStarted: string }
  | { readonly tooSlow: true };

/** Of what a program prints; a stored item has at most 16 KiB. */
const LONGEST_OUTPUT = 1024 * 1024;

/** Runs a program to its end, or kills it after the limit. */
export async function runProgram(
  command: string,
  args: readonly string[],
  { env, input = '', limitMs, output, detached = false }: RunOptions,
): Promise<Run> {
  const reads = output === 'read';
  const { child, ending } = await startProgram(command, args, {
    env,
    stdio: ['pipe', reads ? 'pipe' : 'ignore', 'ignore'],
    detached,
  });
  const chunks: Buffer[] = [];
  let length = 0;
  let inputTaken = false;
  child?.stdin?.once('finish', () => {
    inputTaken = true;
  });
  child?.stdin?.end(input);
  let limit: NodeJS.Timeout | undefined;
  const outcome = await Promise.race([
    new Promise<'too slow'>((done) => {
      limit = setTimeout(() => done('too slow'), limitMs);
    }),
    new Promise<'too long'>((done) => {
      child?.stdout?.on('data', (chunk: Buffer) => {
        length += chunk.length;
        chunks.push(chunk);
        if (length > LONGEST_OUTPUT) done('too long');
      });
    }),
    // What it printed has come whole once its output is closed, which may be after its end.
    Promise.all([ending, reads && child && closed(child)]).then(([ended]) => ended),
  ]);
  clearTimeout(limit);
  if (outcome === 'too slow' || outcome === 'too long') child?.kill('SIGKILL');
  child?.stdin?.destroy();
  child?.stdout?.destroy();
  // One that cannot even be killed keeps nobody waiting.
  child?.unref();
  if (outcome === 'too slow') return { tooSlow: true };
  if (outcome === 'too long') return { code: null, output: undefined, inputTaken };
  if ('notStarted' in outcome) return outcome;
  return { code: outcome.code, output: Buffer.concat(chunks).toString('utf8'), inputTaken };
}

function closed(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.once('close', () => done());
    // Without a process there is nothing to close.
    child.once('error', () => done());
  });
}

/** Why a program could not be started, for a sentence. */
export function whyNotStarted(code: string): string {
  const words = WHY_NOT_STARTED[code];
  return words === undefined ? `the system says ${code}` : `${words} (${code})`;
}

const OTHER_MACHINE = 'it is made for another kind of machine, or is no program';

/**
 * Is it made for another processor than this Node? To be asked once it has failed: the system hands
 * what it does not understand to a shell, which fails in words of its own, and an emulator may run it.
 */
export function isForOtherMachine(path: string): boolean {
  const [own, other] = [OWN_PROGRAM, path].map(processorOf);
  return own !== undefined && other !== undefined && own !== other;
}

/** What runs this, on Linux: there alone such files are. */
const OWN_PROGRAM = '/proc/self/exe';

/** Of an ELF file, its class, byte order and machine (elf(5)); undefined for all others. */
function processorOf(path: string): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const head = Buffer.alloc(20);
    if (readSync(file, head) < head.length || head.readUInt32BE(0) !== 0x7f454c46) return undefined;
    return `${head.toString('hex', 4, 6)} ${head.toString('hex', 18, 20)}`;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const WHY_NOT_STARTED: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program on this machine',
  ENOTDIR: 'there is no such program on this machine',
  EACCES: 'you may not run it (check its permissions: chmod +x)',
  EPERM: 'you may not run it',
  ENOEXEC: OTHER_MACHINE,
  // Windows.
  EFTYPE: OTHER_MACHINE,
  UNKNOWN: OTHER_MACHINE,
  // macOS: bad CPU type in executable.
  'Unknown system error -86': OTHER_MACHINE,
  E2BIG: 'its arguments and variables are too long for the system',
  ETXTBSY: 'somebody is writing it at this moment',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  ENOMEM: 'there is not enough memory',
  EAGAIN: 'too many programs run already',
};

/**
 * Where a program is, without running it: in an absolute folder of PATH. The current folder, and
 * folders below it, may be anybody's.
 */
export function findProgram(
  name: string,
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
): string | undefined {
  const windows = platform === 'win32';
  // On Windows the variable is called Path, and a copy of the environment minds the case.
  const value = (wanted: string): string => {
    const key = Object.keys(env).find((each) => each.toUpperCase() === wanted);
    return (key !== undefined && env[key]) || '';
  };
  const folders = (windows ? value('PATH') : (env['PATH'] ?? '')).split(windows ? ';' : ':');
  const endings = windows && !/\.\w+$/u.test(name) ? value('PATHEXT').split(';') : [''];
  return folders
    .filter((folder) => isAbsolute(folder))
    .flatMap((folder) => endings.map((ending) => join(folder, `${name}${ending}`)))
    .find((path) => isExecutable(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
