import { mkdtempSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { afterAll, expect } from 'vitest';
import { createQueue } from '../../src/core/queue.js';
import { openPty, type Pty } from '../support/pty.js';
import { PROGRAM, start, type Running, type RunResult } from '../support/run.js';

/** Shared by the tests, since compiled code is the same for each. A user's second run has it too. */
const CACHE = mkdtempSync(join(tmpdir(), 'connect-wizard-cache-'));
afterAll(() => rm(CACHE, { recursive: true, force: true }));

export const SECRETS = { apiKey: 'fs-KEY-4tEq8wZ1xN6v', token: 'gl-TOKEN-9sYb2kD7uH3m' } as const;

/**
 * Only a few runs go at once, however many tests do: a keychain has three seconds, which is too
 * little on a machine that is busy with twenty runs.
 */
const inTurn = createQueue(Math.max(2, availableParallelism()));

/** Of `fileStore`: any that age takes. */
const IDENTITY = 'AGE-SECRET-KEY-1FL75CXX9ME77PF7D8UVJHJLK93DH8PQQ7VJW2XRAUEFYVZMXZP5Q2TNCR2\n';

/** Where programs keep their user's files, below the home folder. */
const CONFIGURATION =
  { darwin: join('Library', 'Application Support'), win32: join('AppData', 'Roaming') }[
    process.platform as string
  ] ?? '.config';

function windowsHome(home: string, temporary: string): Record<string, string> {
  return {
    USERPROFILE: home,
    APPDATA: join(home, CONFIGURATION),
    LOCALAPPDATA: CACHE,
    TEMP: temporary,
    TMP: temporary,
  };
}

/** A computer with nothing on it: an empty home and an empty temporary folder. */
export interface Machine {
  readonly folder: string;
  /** The folder of the records, by the rule of the platform. */
  readonly records: string;
  /**
   * The variables of a file store that opens without a passphrase: to derive a key from one takes
   * half a second of each run.
   */
  readonly fileStore: Readonly<Record<string, string>>;
  /** Runs `connect-wizard` without a terminal. */
  run(args: readonly string[], more?: More): Promise<RunResult>;
  /** Starts any command immediately. */
  start(command: string, args: readonly string[], more?: More): Running;
  /** Runs a line in a POSIX shell that has `connect-wizard` as a command. */
  shell(line: string, more?: More): Promise<RunResult>;
  /** Runs `connect-wizard` on a terminal. */
  pty(args: readonly string[], more?: More): Pty;
  /** Runs a line in a POSIX shell on a terminal. */
  ptyShell(line: string, more?: More): Pty;
  /** Writes a file and returns its path. */
  file(name: string, content: string | Buffer): Promise<string>;
  /** The record of a connection, or undefined. */
  record(name: string): Promise<Record<string, unknown> | undefined>;
  recordNames(): Promise<string[]>;
  /** All files on the machine with their content, except those that the test wrote. */
  files(all?: 'and the history'): Promise<Map<string, string>>;
  close(): Promise<void>;
}

interface More {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  /** The size of a terminal; the default is 80 by 24. */
  readonly columns?: number;
  readonly rows?: number;
}

/** @param env the variables of every run, besides HOME and TMPDIR. */
export async function createMachine(env: Readonly<Record<string, string>>): Promise<Machine> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-machine-'));
  const own = join(folder, '.own');
  const bin = join(own, 'bin');
  for (const each of ['home', 'tmp', '.own', '.own/bin']) await mkdir(join(folder, each));
  await writeFile(
    join(bin, 'connect-wizard'),
    `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`,
  );
  await chmod(join(bin, 'connect-wizard'), 0o755);
  const identity = join(own, 'identity.txt');
  await writeFile(identity, IDENTITY, { mode: 0o600 });

  const home = join(folder, 'home');
  const records = join(home, CONFIGURATION, 'connect-wizard', 'connections');
  const fileOf = (name: string): string => join(records, `${encodeURIComponent(name)}.json`);
  const whole = (more: More = {}): Record<string, string> => ({
    PATH: `${bin}${delimiter}${process.env['PATH']}`,
    HOME: home,
    TMPDIR: join(folder, 'tmp'),
    XDG_CACHE_HOME: CACHE,
    ...(process.platform === 'win32' && windowsHome(home, join(folder, 'tmp'))),
    ...env,
    ...more.env,
  });
  const ptys: Pty[] = [];
  const children: Running['child'][] = [];
  const begin = (command: string, args: readonly string[], more: More = {}): Running => {
    const running = start(command, args, {
      env: whole(more),
      cwd: own,
      ...(more.input !== undefined && { input: more.input }),
    });
    children.push(running.child);
    return running;
  };
  const open = (command: string, args: readonly string[], more?: More): Pty => {
    const { columns = 80, rows = 24 } = more ?? {};
    const pty = openPty(command, args, { env: whole(more), cwd: own, columns, rows });
    ptys.push(pty);
    return pty;
  };
  const machine: Machine = {
    folder,
    records,
    fileStore: { CONNECT_WIZARD_STORE: 'file', CONNECT_WIZARD_AGE_IDENTITY: identity },
    run: (args, more) => inTurn(() => begin(process.execPath, [PROGRAM, ...args], more).ended),
    start: begin,
    shell: (line, more) => inTurn(() => begin('bash', ['-c', line], more).ended),
    pty: (args, more) => open(process.execPath, [PROGRAM, ...args], more),
    ptyShell: (line, more) => open('bash', ['-c', line], more),
    async file(name, content) {
      const path = join(own, name);
      await writeFile(path, content, { mode: 0o600 });
      return path;
    },
    async record(name) {
      const text = await readFile(fileOf(name), 'utf8').catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
    },
    async recordNames() {
      const files = await readdir(records).catch(() => []);
      return files.map((file) => decodeURIComponent(file).replace(/\.json$/u, '')).toSorted();
    },
    async files(all) {
      const found = new Map<string, string>();
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (!entry.isFile() || path.startsWith(own)) continue;
        // Every command writes to the history, and few tests are about it.
        if (!all && /^history-\d{4}-\d\d\.jsonl$/u.test(entry.name)) continue;
        found.set(relative(folder, path), await readFile(path, 'latin1'));
      }
      return found;
    },
    async close() {
      for (const child of children) child.kill('SIGKILL');
      // A terminal whose program has ended is skipped.
      for (const pty of ptys) pty.hangUp();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return machine;
}

/** The single document of `--json` on stdout. Its exit code must be that of the run. */
export function documentOf(result: RunResult): Document {
  const document = JSON.parse(result.stdout) as Document;
  expect(document.schemaVersion).toBe(1);
  expect(document.exitCode).toBe(result.code);
  return document;
}

interface Document {
  readonly schemaVersion: number;
  readonly command: string | null;
  readonly checkedAt?: string;
  readonly connections?: readonly ConnectionJson[];
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly nextStep: string;
    readonly nextSteps?: readonly { readonly command: string }[];
  };
  readonly exitCode: number;
}

interface ConnectionJson {
  readonly name: string | null;
  readonly provider: string;
  readonly host: string | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly identity: { readonly label: string; readonly id: string } | null;
  readonly verdict: string;
  readonly reason: string;
  readonly httpStatus: number | null;
  readonly message: string;
  readonly nextStep: string | null;
  readonly ladder: readonly { readonly rung: string; readonly ok: boolean | null }[];
  readonly capabilities: readonly { readonly id: string; readonly granted: boolean | null }[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly changes: readonly { readonly what: string; readonly was: string; readonly is: string }[];
  readonly store: unknown;
  readonly stored: boolean;
  readonly createdAt: string | null;
  readonly verifiedAt: string | null;
  readonly lastValidAt: string | null;
}

/** The only connection in a document. */
export function onlyConnection(result: RunResult): ConnectionJson {
  const [only, ...rest] = documentOf(result).connections ?? [];
  expect(rest).toEqual([]);
  if (!only) throw new Error('the document has no connection');
  return only;
}

/** Users must never see a stack. */
export function expectNoStack({ stdout, stderr }: RunResult): void {
  expect(stdout + stderr).not.toMatch(
    /^\s+at .+:\d+:\d+\)?$|node:internal|failed because of a bug of its own/mu,
  );
}

export async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}
