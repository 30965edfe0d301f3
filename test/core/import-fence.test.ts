import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The folders in a folder of `src/`. */
const roomsOf = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${folder}/${name}`);

/** A folder (or a file that has rules of its own), and what is imported there. */
const FORBIDDEN: [place: string, imported: string][] = [
  ['src/core', 'node:fs'],
  ['src/core', '../adapters/http.js'],
  ['src/core', '../providers/index.js'],
  ['src/core', 'chalk'],
  ['src/core/deep', 'undici'],
  ...roomsOf('src/core').flatMap((room): [string, string][] => [
    [room, '../../adapters/http.js'],
    [room, '../../output/list.js'],
    [room, 'node:fs'],
  ]),
  ['src/providers', '../core/host.js'],
  ['src/providers', 'zod/mini'],
  ['src/flows', '../adapters/http.js'],
  ['src/flows', 'node:fs'],
  ...roomsOf('src/flows').flatMap((room): [string, string][] => [
    [room, '../../adapters/http.js'],
    [room, '../../output/list.js'],
    [room, '../../providers/index.js'],
    [room, 'node:fs'],
  ]),
  ['src/flows/guide', '../connect/connect.js'],
  ['src/terminal', '../adapters/http.js'],
  ['src/terminal', '../flows/connect/connect.js'],
  ['src/terminal', 'node:fs'],
  ['src/adapters', '../flows/connect/connect.js'],
  ['src/adapters', '../terminal/terminal.js'],
  ['src/adapters', 'commander'],
  ['src/adapters', 'node:process'],
  ...roomsOf('src/adapters').map((room): [string, string] => [room, '../../flows/store/save.js']),
  ['src/adapters/vault', 'undici'],
  ['src/adapters/vault', 'node:process'],
  ['src/output', '../flows/connect/connect.js'],
  ['src/page', 'node:fs'],
  ['src/page', '../adapters/http.js'],
  ['src/output', 'node:fs'],
  ['src/commands', '../adapters/http.js'],
  ['src/commands', 'node:fs'],
  ['src/cli.ts', './adapters/http.js'],
  ['src/flows/connect', '../verify/../../adapters/http.js'],
  ['src/adapters', '../core/../output/list.js'],
];

const ALLOWED: [place: string, imported: string][] = [
  ['src/core', './errors.js'],
  ['src/core', 'zod/mini'],
  ['src/core/import', '../field.js'],
  ['src/core/import', 'jsonc-parser'],
  ['src/core/definition-check', '../definition/parts.js'],
  ['src/providers', '../core/definition/schema.js'],
  ['src/flows', '../core/errors.js'],
  ['src/flows/connect', '../../core/errors.js'],
  ['src/flows/connect', '../verify/verify.js'],
  ['src/flows/guide', './walk-guide.js'],
  ['src/flows/guide', '../store/save.js'],
  ['src/terminal', '@inquirer/prompts'],
  ['src/terminal', '../output/style.js'],
  ['src/adapters', 'node:fs/promises'],
  ['src/adapters', '../core/ports.js'],
  ['src/adapters/vault', '../files.js'],
  ['src/adapters/vault', '../../core/ports.js'],
  ['src/page', '../core/page/data.js'],
  ['src/page', 'age-encryption'],
  ['src/output', 'chalk'],
  ['src/commands', '../flows/connect/connect.js'],
  ['src/main.ts', './adapters/http.js'],
];

/** An import at the beginning of a file, one on demand, one with a detour, and what Node once had. */
const WAYS = {
  first: (imported: string) => `import { planted } from '${imported}';\n\nplanted();\n`,
  later: (imported: string) => `const { planted } = await import('${imported}');\n\nplanted();\n`,
  detour: (imported: string) => `import { planted } from './${imported}';\n\nplanted();\n`,
  required: (imported: string) => `const { planted } = require('${imported}');\n\nplanted();\n`,
};
type Way = keyof typeof WAYS;

const fileOf = (place: string, number: number, way: Way): string =>
  place.endsWith('.ts') ? place : `${place}/planted-${number}-${way}.ts`;
const planted = (rows: typeof FORBIDDEN, from: number, ways: readonly Way[]) =>
  rows.flatMap(([place, imported], at) => {
    const possible = ways.filter(
      (way) =>
        way === 'first' ||
        (!place.endsWith('.ts') && (way !== 'detour' || imported.startsWith('../'))),
    );
    return possible.map((way) => ({ place, imported, way, file: fileOf(place, from + at, way) }));
  });
const FORBIDDEN_FILES = planted(FORBIDDEN, 0, ['first', 'later', 'detour', 'required']);
const ALLOWED_FILES = planted(ALLOWED, FORBIDDEN.length, ['first', 'later']);

/** Ways to read the process in a folder that gets everything handed in. */
const READINGS = ['process.env', 'globalThis.process.env'];
const READING_FILES = roomsOf('src').flatMap((room) =>
  READINGS.map((reading, at) => ({ room, reading, file: `${room}/reading-${at}.ts` })),
);

/** The files that break the fence. */
const broken = new Set<string>();

// The project's own configuration over a tree of planted files, outside the repository.
let tree: string;
beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'connect-wizard-fence-'));
  mkdirSync(join(tree, '.github'));
  copyFileSync(join(ROOT, '.github/oxlint.json'), join(tree, '.github/oxlint.json'));
  for (const { file, imported, way } of [...FORBIDDEN_FILES, ...ALLOWED_FILES]) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), WAYS[way](imported));
  }
  for (const { file, reading } of READING_FILES) {
    writeFileSync(join(tree, file), `export const planted = ${reading};\n`);
  }
  const oxlint = join(ROOT, 'node_modules/oxlint/bin/oxlint');
  const args = [oxlint, '-c', '.github/oxlint.json', '-f', 'json', 'src'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: tree, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { code: string; filename: string }[];
  };
  for (const { code, filename } of diagnostics) {
    if (/\(no-(?:restricted|require)-/u.test(code)) broken.add(filename);
  }
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

describe('a forbidden import', () => {
  it('is planted in every folder', () => {
    const rooms = roomsOf('src').concat(roomsOf('src').flatMap(roomsOf));
    const fenced = new Set(FORBIDDEN.map(([place]) => place));
    expect(rooms.filter((room) => !fenced.has(room))).toEqual([]);
  });

  it.each(FORBIDDEN_FILES)('in $place of $imported is reported ($way)', ({ file }) => {
    expect(broken).toContain(file);
  });
});

it.each(READING_FILES)('$reading in $room is reported', ({ file }) => {
  expect(broken).toContain(file);
});

describe('an allowed import', () => {
  it.each(ALLOWED_FILES)('in $place of $imported is not reported ($way)', ({ file }) => {
    expect(broken).not.toContain(file);
  });
});
