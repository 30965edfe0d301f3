import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../.github/readme.mjs', import.meta.url));
const OWN = `# It

<img src="docs/it.svg" srcset="docs/dark.svg" alt="x">

[Commands](docs/commands.md#options), [below](#it), [age](https://age-encryption.org).
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'connect-wizard-readme-'));
  const manifest = { version: '1.2.3', homepage: 'https://github.com/acme/wizard#readme' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'README.md'), OWN);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(step: string): string {
  execFileSync(process.execPath, [SCRIPT, step], { cwd: folder });
  return readFileSync(join(folder, 'README.md'), 'utf8');
}

it('the README of the package leads to its version on GitHub, and the repository keeps its own', () => {
  expect(run('prepack')).toBe(`# It

<img src="https://github.com/acme/wizard/raw/v1.2.3/docs/it.svg" srcset="https://github.com/acme/wizard/raw/v1.2.3/docs/dark.svg" alt="x">

[Commands](https://github.com/acme/wizard/blob/v1.2.3/docs/commands.md#options), [below](#it), [age](https://age-encryption.org).
`);
  expect(run('postpack')).toBe(OWN);
});

it('a pack that broke off leaves nothing that the next one does not mend', () => {
  const packed = run('prepack');
  expect(run('prepack')).toBe(packed);
  expect(run('postpack')).toBe(OWN);
  expect(run('postpack')).toBe(OWN);
});
