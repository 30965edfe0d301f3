import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createClipboard, type ClipboardOptions } from '../../src/adapters/clipboard.js';
import type { Clipboard } from '../../src/core/ports.js';
import { until } from '../support/until.js';

const MESSAGE = 'Hello Jörg,\nplease switch on “API access” – it is under Admin. 🌸\n';

/** Notes its arguments, one a line, and its input. */
const TAKES = '#!/bin/sh\nprintf "%s\\n" "$@" >"$0.args"\ncat >"$0.text"\n';

/** Ends when the test is over and its folder is gone. */
const FOREVER = 'while [ -e "$0" ]; do sleep 1; done';

/** Only SIGKILL ends it. */
const HANGS = `#!/bin/sh\ntrap "" TERM\necho $$ >"$0.pid"\n${FOREVER}\n`;

interface Desk {
  readonly folder: string;
  /** Puts a program on PATH, where only the shell's own are. */
  readonly put: (name: string, script: string, mode?: number) => Promise<string>;
  readonly open: (env?: Record<string, string>, options?: Partial<ClipboardOptions>) => Clipboard;
  readonly text: (name: string) => Promise<Buffer>;
  readonly args: (name: string) => Promise<string[]>;
  /** The process that a program names, as soon as it does. */
  readonly pid: (name: string) => Promise<number>;
}

async function desk(): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-clipboard-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return {
    folder,
    async put(name, script, mode = 0o755) {
      await writeFile(join(folder, name), script);
      await chmod(join(folder, name), mode);
      return join(folder, name);
    },
    open: (env = { DISPLAY: ':0' }, options = {}) =>
      createClipboard({
        platform: 'linux',
        env: { PATH: `${folder}:/usr/bin:/bin`, ...env },
        limitMs: 20_000,
        ...options,
      }),
    text: (name) => readFile(join(folder, `${name}.text`)),
    args: async (name) =>
      (await readFile(join(folder, `${name}.args`), 'utf8')).split('\n').filter(Boolean),
    async pid(name) {
      const named = () => readFile(join(folder, `${name}.pid`), 'utf8').catch(() => '');
      await until(async () => (await named()).endsWith('\n'));
      return Number(await named());
    },
  };
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The process group, which Ctrl-C reaches. */
function group(pid: number): string {
  return spawnSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
}

const ALL = ['pbcopy', 'clip.exe', 'wl-copy', 'xclip', 'xsel', 'termux-clipboard-set'];
const WAYLAND = { WAYLAND_DISPLAY: 'wayland-0' };
const X11 = { DISPLAY: ':0' };
const WSL = { WSL_DISTRO_NAME: 'Debian' };
const TERMUX = { TERMUX_VERSION: '0.118' };

describe('the program that fills the clipboard', () => {
  it.each<[NodeJS.Platform, Record<string, string>, string[], string | undefined, string[]]>([
    ['darwin', {}, ALL, 'pbcopy', []],
    ['darwin', { ...WAYLAND, ...X11 }, ['wl-copy', 'xclip'], undefined, []],
    ['win32', {}, ALL, 'clip.exe', []],
    ['linux', WAYLAND, ALL, 'wl-copy', []],
    ['linux', { ...WAYLAND, ...X11 }, ALL, 'wl-copy', []],
    ['linux', { ...WAYLAND, ...X11 }, ['xclip', 'xsel'], 'xclip', ['-selection', 'clipboard']],
    ['linux', X11, ALL, 'xclip', ['-selection', 'clipboard']],
    ['linux', X11, ['xsel'], 'xsel', ['--clipboard', '--input']],
    ['linux', { ...X11, ...WSL }, ['clip.exe'], 'clip.exe', []],
    ['linux', WSL, ALL, 'clip.exe', []],
    ['linux', TERMUX, ALL, 'termux-clipboard-set', []],
    ['freebsd', X11, ALL, 'xclip', ['-selection', 'clipboard']],
    ['linux', {}, ALL, undefined, []],
    ['linux', { DISPLAY: '', WAYLAND_DISPLAY: '' }, ALL, undefined, []],
    ['linux', { ...WAYLAND, ...X11, ...WSL, ...TERMUX }, [], undefined, []],
  ])('on %s with %j and %j is %s', async (platform, env, programs, program, args) => {
    const { folder, put, open, ...seen } = await desk();
    for (const name of programs) await put(name, TAKES);
    // Without the machine's own programs, which may include one of these; the scripts need cat.
    await put('cat', '#!/bin/sh\nexec /bin/cat\n');
    const clipboard = open({ ...env, PATH: folder }, { platform });
    expect(clipboard.program).toBe(program);
    await expect(clipboard.copy('text')).resolves.toBe(program !== undefined);
    expect(programs.filter((name) => existsSync(join(folder, `${name}.text`)))).toEqual(
      program === undefined ? [] : [program],
    );
    if (program !== undefined) expect(await seen.args(program)).toEqual(args);
  });

  it('is the terminal if there is no program and it accepts sequences', async () => {
    const { put, open } = await desk();
    const sent: string[] = [];
    const options = { writeToTerminal: (sequence: string) => void sent.push(sequence) };
    await put('xclip', TAKES);
    expect([open(X11, options).byTerminal, open(X11).byTerminal]).toEqual([false, false]);
    const clipboard = open({ PATH: '/nowhere' }, options);
    expect([clipboard.program, clipboard.byTerminal]).toEqual([undefined, true]);
    await expect(clipboard.copy(MESSAGE)).resolves.toBe(true);
    expect(sent).toEqual([`\u001B]52;c;${Buffer.from(MESSAGE).toString('base64')}\u0007`]);
  });

  it('is looked for only when it is needed', async () => {
    const { put, open } = await desk();
    const clipboard = open();
    await put('xclip', TAKES);
    expect(clipboard.program).toBe('xclip');
  });

  it('does not run while it is looked for', async () => {
    const { folder, put, open } = await desk();
    await put('xclip', '#!/bin/sh\n: >"$0.ran"\n');
    expect(open().program).toBe('xclip');
    await new Promise((done) => setTimeout(done, 100));
    expect(existsSync(join(folder, 'xclip.ran'))).toBe(false);
  });

  it('is never one that cannot be run, is a folder or is in the current folder', async () => {
    const { folder, put, open } = await desk();
    await put('xclip', TAKES, 0o644);
    await mkdir(join(folder, 'xsel'));
    expect(open({ ...X11, PATH: folder }).program).toBeUndefined();
    await put('xclip', TAKES);
    const before = process.cwd();
    process.chdir(folder);
    onTestFinished(() => process.chdir(before));
    expect(open({ ...X11, PATH: ':.:' }).program).toBeUndefined();
    expect(open({ ...X11, PATH: folder }).program).toBe('xclip');
  });

  it('is found on Windows by a Path of any case, and without Path not at all', async () => {
    const { folder, put } = await desk();
    await put('clip.exe', TAKES);
    const env = { Path: `/nowhere;${folder}` };
    expect(createClipboard({ platform: 'win32', env }).program).toBe('clip.exe');
    expect(createClipboard({ platform: 'win32', env: {} }).program).toBeUndefined();
    expect(createClipboard({ platform: 'linux', env: { ...env, ...WSL } }).program).toBeUndefined();
  });
});

describe('a text', () => {
  it('arrives whole, as UTF-8', async () => {
    const { put, open, text } = await desk();
    await put('xclip', TAKES);
    await expect(open().copy(MESSAGE)).resolves.toBe(true);
    expect((await text('xclip')).toString('utf8')).toBe(MESSAGE);
  });

  it('arrives whole if it is longer than a pipe holds', async () => {
    const { put, open, text } = await desk();
    await put('xclip', `#!/bin/sh\nsleep 0.2\ncat >"$0.text"\n`);
    const long = MESSAGE.repeat(20_000);
    await expect(open().copy(long)).resolves.toBe(true);
    expect((await text('xclip')).equals(Buffer.from(long))).toBe(true);
  });

  it.each<[string, NodeJS.Platform, Record<string, string>]>([
    ['on Windows', 'win32', {}],
    ['of WSL', 'linux', WSL],
  ])(
    'is UTF-16LE without BOM and with Windows line ends for the clip.exe %s',
    async (_, platform, env) => {
      const { folder, put, text } = await desk();
      await put('clip.exe', TAKES.replace('cat', '/bin/cat'));
      const clipboard = createClipboard({ platform, env: { ...env, PATH: folder } });
      await expect(clipboard.copy(`${MESSAGE}x\r\ny`)).resolves.toBe(true);
      const expected =
        'Hello Jörg,\r\nplease switch on “API access” – it is under Admin. 🌸\r\nx\r\ny';
      expect((await text('clip.exe')).toString('utf16le')).toBe(expected);
    },
  );

  it('is never in the arguments or in the environment', async () => {
    const { put, open, text } = await desk();
    await put('xclip', '#!/bin/sh\n{ env; echo "$0" "$@"; } >"$0.text"\ncat >/dev/null\n');
    await expect(open().copy(MESSAGE)).resolves.toBe(true);
    const seen = (await text('xclip')).toString('utf8');
    expect(seen).toContain('DISPLAY=:0');
    expect(seen).not.toContain('Hello');
  });
});

describe('a program that', () => {
  it.each([
    ['fails', '#!/bin/sh\ncat >/dev/null\nexit 1\n'],
    ['is ended by a signal', '#!/bin/sh\ncat >/dev/null\nkill -9 $$\n'],
    ['has an interpreter that does not exist', '#!/nowhere/interpreter\n'],
    ["isn't a program", 'MZ\u0000\u0001'],
  ])('%s copies nothing', async (_, script) => {
    const { put, open } = await desk();
    await put('xclip', script);
    await expect(open().copy(MESSAGE)).resolves.toBe(false);
  });

  it('does not read the whole text copies nothing, whatever its exit code', async () => {
    const { put, open } = await desk();
    await put('xclip', '#!/bin/sh\nhead -c 10 >/dev/null\nexit 0\n');
    await expect(open().copy(MESSAGE.repeat(20_000))).resolves.toBe(false);
  });

  it('is gone before it starts copies nothing', async () => {
    const { folder, put, open } = await desk();
    await put('xclip', TAKES);
    const clipboard = open({ ...X11, PATH: folder });
    expect(clipboard.program).toBe('xclip');
    await rm(join(folder, 'xclip'));
    expect(clipboard.program).toBe('xclip');
    await expect(clipboard.copy(MESSAGE)).resolves.toBe(false);
    // Here spawn throws.
    await rm(folder, { recursive: true });
    await writeFile(folder, '');
    await expect(clipboard.copy(MESSAGE)).resolves.toBe(false);
  });

  it('cannot be given its environment copies nothing', async () => {
    const { put, open } = await desk();
    await put('xclip', TAKES);
    const huge = Object.fromEntries(
      Array.from({ length: 64 }, (__, n) => [`HUGE_${n}`, 'x'.repeat(100_000)]),
    );
    const nul = { BAD: 'a\u0000b' };
    for (const env of [huge, nul]) {
      await expect(open({ ...X11, ...env }).copy(MESSAGE)).resolves.toBe(false);
    }
  });

  it.each([
    ['hangs', MESSAGE],
    ['hangs, with more text than its pipe holds,', MESSAGE.repeat(20_000)],
  ])('%s is ended once the limit is over, and nothing is copied', async (_, long) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { put, open, pid } = await desk();
    await put('xclip', HANGS);
    const ends: boolean[] = [];
    const copied = open(X11, { limitMs: 500 })
      .copy(long)
      .then((end) => ends.push(end));
    const program = await pid('xclip');
    await vi.advanceTimersByTimeAsync(499);
    expect(ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await copied;
    expect(ends).toEqual([false]);
    await until(() => !lives(program));
  });
});

describe('a program that stays in the background', () => {
  /** Like xclip and wl-copy: it keeps what it inherited, and serves the text in the background. */
  const FORKS = `#!/bin/sh\ncat >"$0.text"\n${FOREVER} & echo $! >"$0.pid"\nexit 0\n`;

  it('is not waited for, and lives on in a process group of its own', async () => {
    const { put, open, text, pid } = await desk();
    await put('xclip', FORKS);
    await expect(open().copy(MESSAGE)).resolves.toBe(true);
    expect((await text('xclip')).toString('utf8')).toBe(MESSAGE);
    const program = await pid('xclip');
    expect(lives(program)).toBe(true);
    expect(group(program)).not.toBe(group(process.pid));
  });

  it.each([
    ['forks', FORKS],
    ['hangs', HANGS],
  ])('does not keep the process alive that copied, if it %s', async (_, script) => {
    const { folder, put } = await desk();
    await put('xclip', script);
    // In a process of its own, since Vitest stays alive for other reasons.
    const adapter = fileURLToPath(new URL('../../src/adapters/clipboard.ts', import.meta.url));
    const bundle = join(folder, 'bundle', 'clipboard.js');
    const rolldown = fileURLToPath(
      new URL('../../node_modules/rolldown/bin/cli.mjs', import.meta.url),
    );
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const built = spawnSync(
      process.execPath,
      [rolldown, adapter, '--platform', 'node', '--format', 'esm', '--dir', dirname(bundle)],
      { encoding: 'utf8' },
    );
    expect(built.status, built.stderr).toBe(0);
    const main = `
      import { createClipboard } from ${JSON.stringify(bundle)};
      const env = { PATH: ${JSON.stringify(`${folder}:/usr/bin:/bin`)}, DISPLAY: ':0' };
      const clipboard = createClipboard({ platform: 'linux', env, limitMs: 500 });
      console.log(await clipboard.copy('text'));
    `;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', main], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(run.signal).toBeNull();
    expect(run.stdout).toBe(`${script === FORKS}\n`);
  });

  it('has no open file of ours', async () => {
    const { put, open, pid } = await desk();
    await put('xclip', FORKS);
    await open().copy('text');
    if (process.platform !== 'linux') return;
    const program = await pid('xclip');
    const opened = await Promise.all([1, 2].map((fd) => stat(`/proc/${program}/fd/${fd}`)));
    const nothing = await stat('/dev/null');
    expect(opened.map(({ rdev }) => rdev)).toEqual([nothing.rdev, nothing.rdev]);
  });
});
