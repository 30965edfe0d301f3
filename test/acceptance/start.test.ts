import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { PROGRAM } from '../support/run.js';
import { test } from './fixtures.js';
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

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** The modules that a built file imports before it begins. */
function imports(text: string): string[] {
  return [...text.matchAll(/^import (?:\{[^}]*\} from )?"([^"]+)";$/gmu)].map(
    ([, path]) => path ?? '',
  );
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
    const main = await readFile(join(DIST, 'main.js'), 'utf8');
    const [shared = '', ...others] = imports(main).filter((path) => path.includes('/shared-'));
    expect(others).toEqual([]);
    const text = await readFile(join(DIST, shared), 'utf8');
    for (const path of [...imports(main), ...imports(text)]) {
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
