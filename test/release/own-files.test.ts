import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../.github/package.mjs', import.meta.url));
const OWN = `# It

<img src="docs/it.svg" srcset="docs/dark.svg" alt="x">

[Commands](docs/commands.md#options), [below](#it), [age](https://age-encryption.org).
`;

const PUBLISHED = {
  name: 'wizard',
  version: '1.2.3',
  homepage: 'https://github.com/acme/wizard#readme',
  dependencies: { native: '^1.0.0' },
};
const MANIFEST = JSON.stringify({
  ...PUBLISHED,
  scripts: { prepare: 'npm run build' },
  devDependencies: { bundler: '^1.0.0' },
  overrides: { parser: '1.0.0' },
  knip: {},
});

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'connect-wizard-own-files-'));
  writeFileSync(join(folder, 'package.json'), MANIFEST);
  writeFileSync(join(folder, 'README.md'), OWN);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

function run(step: string): string {
  execFileSync(process.execPath, [SCRIPT, step], { cwd: folder });
  return read('README.md');
}

it('the README of the package links to its version on GitHub, and the repository keeps its own', () => {
  expect(run('prepack')).toBe(`# It

<img src="https://github.com/acme/wizard/raw/v1.2.3/docs/it.svg" srcset="https://github.com/acme/wizard/raw/v1.2.3/docs/dark.svg" alt="x">

[Commands](https://github.com/acme/wizard/blob/v1.2.3/docs/commands.md#options), [below](#it), [age](https://age-encryption.org).
`);
  expect(run('postpack')).toBe(OWN);
});

it('the package.json of the package has no scripts and nothing that only a build needs', () => {
  run('prepack');
  expect(JSON.parse(read('package.json'))).toEqual(PUBLISHED);
  run('postpack');
  expect(read('package.json')).toBe(MANIFEST);
});

it('a pack that broke off is put right by the next one', () => {
  const packed = run('prepack');
  expect(run('prepack')).toBe(packed);
  expect(run('postpack')).toBe(OWN);
  expect(run('postpack')).toBe(OWN);
  expect(read('package.json')).toBe(MANIFEST);
});
