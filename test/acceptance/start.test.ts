import {
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { PROGRAM } from '../support/run.js';
import { modeOf, type Machine } from './machine.js';
import { FRESHSERVICE, KEY, test } from './fixtures.js';
import { fakedGuides } from '../support/built-ins.js';

/*
 * What keeps a start fast, without a clock. `npm run bench` has the figures. Each of these modules
 * of Node takes longer than our own code, and none is needed to print.
 */
const HEAVY = new Set([
  'net',
  'tls',
  'child_process',
  'dns',
  'readline',
  'crypto',
  'stream',
  'fs/promises',
]);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = join(ROOT, 'dist');

/** The files that a built file loads before it begins. */
function loads(text: string): string[] {
  const [first = ''] = /^const .*$/mu.exec(text) ?? [];
  return [...first.matchAll(/ = require\("([^"]+)"\)/gu)].map(([, path]) => path ?? '');
}

describe('a start', () => {
  test.for([
    ['--version'],
    ['--help'],
    ['freshservice', '--help'],
    ['exec', '--help'],
    ['list'],
    ['list', '--json'],
    ['providers'],
    ['guide', 'freshservice', 'find'],
  ])('loads no slow module of Node with %j', async (args, { server }) => {
    const loaded = join(server.folder, 'loaded.json');
    const probe = await server.file(
      'probe.cjs',
      `const { writeFileSync } = process.getBuiltinModule('fs');
       const before = new Set(process.moduleLoadList);
       process.on('exit', () => {
         const added = process.moduleLoadList.filter((name) => !before.has(name));
         writeFileSync(${JSON.stringify(loaded)}, JSON.stringify(added));
       });`,
    );
    const { ended } = server.start(process.execPath, ['--require', probe, PROGRAM, ...args]);
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).not.toBe('');
    const names = JSON.parse(await readFile(loaded, 'utf8')) as string[];
    const heavy = names
      .map((name) => name.replace(/^NativeModule /u, ''))
      .filter((name) => HEAVY.has(name));
    expect(heavy).toEqual([]);
  });

  test('reads only two files of ours and the runtime of the bundler', async () => {
    const main = await readFile(join(DIST, 'main.cjs'), 'utf8');
    const [shared = '', ...others] = loads(main).filter((path) => path.includes('/shared-'));
    expect([shared, others]).toEqual([expect.stringMatching(/^\.\/shared-/u), []]);
    const text = await readFile(join(DIST, shared), 'utf8');
    expect(loads(text)).not.toEqual([]);
    for (const path of [...loads(main), ...loads(text)]) {
      expect(path).toMatch(/^(?:\.\/(?:rolldown-runtime|shared)-|node:)/u);
    }
    expect(main.length + text.length).toBeLessThan(600_000);
    // An uncaught error names its class, on a line of its own.
    expect(text).toMatch(/^(?:var |\}, )?StoreError = class extends /mu);
    // A guide is loaded only if it is printed. Its titles may occur elsewhere, so they aren't checked.
    const branches = fakedGuides
      .flatMap(({ guide }) => guide.topics.flatMap(({ body }) => body))
      .filter((part) => 'sees' in part);
    expect(branches).not.toEqual([]);
    for (const { means } of branches) expect(main + text).not.toContain(means);
  });
});

/** A copy of the program, and the path of one of its parts. */
async function copyProgram(
  machine: Machine,
): Promise<{ start: string; part: (name: string) => Promise<string> }> {
  const program = join(machine.folder, 'program');
  for (const each of ['bin', 'dist', 'package.json']) {
    await cp(join(ROOT, each), join(program, each), { recursive: true });
  }
  const dist = join(program, 'dist');
  return {
    start: join(program, 'bin', 'connect-wizard.js'),
    part: async (name) => {
      const file = (await readdir(dist)).find((each) => each.startsWith(`${name}-`));
      return join(dist, file ?? name);
    },
  };
}

describe('a program that is updated during a run', () => {
  test.for([
    ['undici', [...FRESHSERVICE, '--store', 'none']],
    ['move', ['move', 'freshservice/acme', '--store', 'file']],
  ] as const)(
    'asks for another run if its part "%s" is gone',
    async ([name, args], { machine }) => {
      const { start, part } = await copyProgram(machine);
      await rm(await part(name));
      const { ended } = machine.start(process.execPath, [start, ...args], KEY);
      const { code, stderr } = await ended;
      expect(code).toBe(7);
      expect(stderr).toContain('it was updated or removed meanwhile');
      expect(stderr).toContain('Run the same command again.');
    },
  );
});

/** Starts the program with a cache on the machine. Returns the files that are in it then. */
async function cached(machine: Machine, args: readonly string[]): Promise<string[]> {
  const caches = join(machine.folder, 'caches');
  const { code, stderr } = await machine.run(args, { env: { XDG_CACHE_HOME: caches } });
  expect([code, stderr]).toEqual([0, '']);
  const found = await readdir(caches, { recursive: true, withFileTypes: true });
  return found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
}

/** The one of the program's entry. */
function entryOf(files: readonly string[]): string {
  return files.find((file) => file.endsWith('-main.cjs')) ?? '';
}

test('a file that fails to load is loaded anew the next time', async ({ machine }) => {
  const main = `
    const { writeFileSync } = require('fs');
    exports.main = async ({ stdout }) => {
      try {
        require('./outer.cjs');
      } catch ({ code }) {
        stdout.write(code + ' ');
      }
      writeFileSync(__filename.replace('main', 'inner'), 'exports.word = "whole";');
      stdout.write(require('./outer.cjs').word);
    };`;
  const outer = 'exports.word = require("./inner.cjs").word;';
  const program = join(machine.folder, 'program');
  const bin = join(program, 'bin', 'connect-wizard.js');
  const dist = join(program, 'dist');
  for (const folder of [dirname(bin), dist]) await mkdir(folder, { recursive: true });
  await cp(PROGRAM, bin);
  await writeFile(join(program, 'package.json'), '{ "type": "module", "version": "1.0.0" }');
  await writeFile(join(dist, 'main.cjs'), main);
  await writeFile(join(dist, 'outer.cjs'), outer);
  const { ended } = machine.start(process.execPath, [bin]);
  const { stdout } = await ended;
  expect(stdout).toBe('ENOENT whole');
});

describe('compiled code', () => {
  test('is kept where only the user can read and write it', async ({ machine }) => {
    const files = await cached(machine, ['list']);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      expect([await modeOf(file), await modeOf(dirname(file))]).toEqual(['600', '700']);
    }
  });

  test('is not written again by the next run', async ({ machine }) => {
    const entry = entryOf(await cached(machine, ['list']));
    const before = await stat(entry);
    await cached(machine, ['list']);
    expect(await stat(entry)).toMatchObject({ mtimeMs: before.mtimeMs, ino: before.ino });
  });

  test.for<[string, (entry: string) => Promise<void>]>([
    ['others can write it', (entry) => chmod(entry, 0o666)],
    ['it is damaged', (entry) => writeFile(entry, 'not code')],
    ['it is cut short', (entry) => truncate(entry, 1000)],
    ['it is empty', (entry) => truncate(entry)],
  ])('is replaced if %s', async ([, spoil], { machine }) => {
    const entry = entryOf(await cached(machine, ['list']));
    const { ino, size } = await stat(entry);
    await spoil(entry);
    await cached(machine, ['list']);
    const after = await stat(entry);
    expect([after.ino === ino, after.mode & 0o777]).toEqual([false, 0o600]);
    expect(after.size).toBeGreaterThan(size * 0.9);
  });

  test('gets the functions that later runs call', async ({ machine }) => {
    const entry = entryOf(await cached(machine, ['list']));
    const { size } = await stat(entry);
    const then = new Date(Date.now() - 60 * 60_000);
    await utimes(entry, then, then);
    await cached(machine, ['--help']);
    expect((await stat(entry)).size).toBeGreaterThan(size);
  });

  test('of other builds is deleted by a new build a month later', async ({ machine }) => {
    const caches = join(machine.folder, 'caches', 'connect-wizard');
    const folders = [
      ['1.0.0-1700000000000.25-v24.1.0-x64', 31],
      ['1.0.1-1700000000000-v24.1.0-x64', 29],
      // With XDG_CACHE_HOME=~/.config
      ['connections', 31],
    ] as const;
    for (const [name, days] of folders) {
      const folder = join(caches, name);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'main.cjs'), '');
      const then = new Date(Date.now() - days * 86_400_000);
      await utimes(folder, then, then);
    }
    const build = basename(dirname(entryOf(await cached(machine, ['list']))));
    expect((await readdir(caches)).filter((name) => name !== build).toSorted()).toEqual([
      '1.0.1-1700000000000-v24.1.0-x64',
      'connections',
    ]);
  });

  test('is not used if the program was changed in place', async ({ machine }) => {
    const { start, part } = await copyProgram(machine);
    const env = { XDG_CACHE_HOME: join(machine.folder, 'caches') };
    const list = async (): Promise<string> =>
      (await machine.start(process.execPath, [start, 'list'], { env }).ended).stdout;
    expect(await list()).toContain('Nothing is stored yet.');
    const path = await part('offline');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replaceAll('Nothing is stored yet', 'Nothing is stored now'));
    expect(await list()).toContain('Nothing is stored now.');
  });

  test('is not written through a link', async ({ machine }) => {
    const entry = entryOf(await cached(machine, ['list']));
    await rm(entry);
    const own = await machine.file('own.txt', 'mine');
    // The number of the process is in the name of the file that it writes first.
    const line = `ln -s '${own}' '${entry}'.$$ && exec '${process.execPath}' '${PROGRAM}' list`;
    const env = { XDG_CACHE_HOME: join(machine.folder, 'caches') };
    expect(await machine.start('sh', ['-c', line], { env }).ended).toMatchObject({ code: 0 });
    expect(await readFile(own, 'utf8')).toBe('mine');
  });

  test.for([
    { XDG_CACHE_HOME: '/dev/null' },
    { XDG_CACHE_HOME: 'caches', HOME: '/dev/null' },
    { NODE_DISABLE_COMPILE_CACHE: '1' },
  ])('is not needed with %j', async (env, { machine }) => {
    const before = await machine.files();
    const { code, stderr } = await machine.run(['--help'], { env });
    expect([code, stderr]).toEqual([0, '']);
    expect(await machine.files()).toEqual(before);
  });
});
