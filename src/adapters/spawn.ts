import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { platform as ownPlatform } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { codeOf } from './file-failure.js';

/* The only place that starts programs. No shell reads what they get. */

/** How a program ended, or the system's error code if it couldn't be started (`ENOENT`). */
export type ProgramEnd =
  | { readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly notStarted: string };

export interface Started {
  /** Undefined if it couldn't be started. */
  readonly child: ChildProcess | undefined;
  /** Never rejects. */
  readonly ending: Promise<ProgramEnd>;
}

/** Starts a program without waiting for its end. */
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
    // Some failures are thrown at once (ENOTDIR, E2BIG); the others come as an event.
    return { child: undefined, ending: Promise.resolve({ notStarted: codeOf(error) }) };
  }
  // It may end without reading. Its exit code tells more than EPIPE.
  child.stdin?.on('error', () => {});
  const ending = new Promise<ProgramEnd>((resolve) => {
    // This event also comes if a signal can't be passed on (`sudo`), although the program runs.
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.syscall !== 'kill') resolve({ notStarted: codeOf(error) });
    });
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  // If the system has no room for another process, Node's object has no streams.
  return { child: child.pid === undefined ? undefined : child, ending };
}

/**
 * On Windows, npm and similar programs are .cmd files, and PATHEXT decides. Elsewhere cross-spawn
 * only costs time.
 */
async function spawnFunction() {
  if (ownPlatform() === 'win32') return (await import('cross-spawn')).default;
  return (await import('node:child_process')).spawn;
}

export interface RunOptions {
  /** Without any variable that contains a secret. */
  readonly env: NodeJS.ProcessEnv;
  /** Written to its stdin. */
  readonly input?: string | Buffer;
  readonly limitMs: number;
  /**
   * Read its output. A background process keeps inherited streams open, so its output is ignored.
   */
  readonly output: 'read' | 'ignore';
  /** Give it a session of its own, where Ctrl-C doesn't end it. */
  readonly detached?: boolean;
}

export type ProgramRun =
  | {
      readonly code: number | null;
      /** All of stdout; undefined if it's longer than any expected output. */
      readonly output: string | undefined;
      /** It read its whole input. */
      readonly inputTaken: boolean;
    }
  | { readonly notStarted: string }
  | { readonly tooSlow: true };

/** In bytes, for the output of a program. A stored item has at most 16 KiB. */
const LONGEST_OUTPUT = 1024 * 1024;

/** Runs a program to its end, or kills it after the limit. */
export async function runProgram(
  command: string,
  args: readonly string[],
  { env, input = '', limitMs, output, detached = false }: RunOptions,
): Promise<ProgramRun> {
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
    // The output is complete once its stream is closed, which may be after the program's end.
    Promise.all([ending, reads && child && closed(child)]).then(([ended]) => ended),
  ]);
  clearTimeout(limit);
  if (outcome === 'too slow' || outcome === 'too long') child?.kill('SIGKILL');
  child?.stdin?.destroy();
  child?.stdout?.destroy();
  // A process that can't even be killed doesn't keep us waiting.
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

/** Why a program couldn't be started, as a clause. */
export function whyNotStarted(code: string): string {
  const why = WHY_NOT_STARTED[code];
  return why === undefined ? `the system says ${code}` : `${why} (${code})`;
}

const OTHER_MACHINE = 'it is made for another kind of machine, or is no program';

/**
 * Tells whether a program is built for another processor. Only ask after it has failed: the system
 * passes an unknown format to a shell, which fails with its own message, and an emulator may run
 * it.
 */
export function isForOtherMachine(path: string): boolean {
  const [own, other] = [OWN_PROGRAM, path].map(processorOf);
  return own !== undefined && other !== undefined && own !== other;
}

/** The running program, on Linux. Only Linux has such a file. */
const OWN_PROGRAM = '/proc/self/exe';

/** The class, byte order and machine of an ELF file (elf(5)); undefined for all other files. */
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
 * Finds a program in an absolute folder of PATH, without running it. Anybody may have put a file
 * into the current folder or those below it.
 */
export function findProgram(
  name: string,
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
): string | undefined {
  const windows = platform === 'win32';
  // On Windows, the variable is called Path, and a copy of the environment is case-sensitive.
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
