/**
 * Gives the package its own README and package.json. On npm's page there are no files next to the
 * README, so each relative link and picture has to point to that version on GitHub. And npm warns
 * people who install a package file that has a `prepare` script, so scripts for builds and tests
 * are left out. `prepack` writes both files, and `postpack` restores the repository's own.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';

const KEPT = 'node_modules/.cache/package';
const BUILD_ONLY = new Set(['scripts', 'devDependencies', 'overrides', 'knip']);

const [, , step] = argv;
const files = ['README.md', 'package.json'];
for (const file of files) {
  // If an earlier run broke off, the kept file is the repository's own.
  if (existsSync(`${KEPT}/${file}`)) renameSync(`${KEPT}/${file}`, file);
}
if (step === 'prepack') {
  const readme = readFileSync('README.md', 'utf8');
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  mkdirSync(KEPT, { recursive: true });
  for (const file of files) renameSync(file, `${KEPT}/${file}`);
  writeFileSync('README.md', absolute(readme, manifest));
  const published = Object.entries(manifest).filter(([name]) => !BUILD_ONLY.has(name));
  writeFileSync('package.json', `${JSON.stringify(Object.fromEntries(published), undefined, 2)}\n`);
}

/**
 * @param {string} readme
 * @param {{ homepage: string, version: string }} manifest
 */
function absolute(readme, { homepage, version }) {
  const repository = homepage.replace(/#.*$/u, '');
  return readme
    .replaceAll(/(\]\()(?![a-z]+:|#)/gu, `$1${repository}/blob/v${version}/`)
    .replaceAll(/(\b(?:src|srcset)=")(?![a-z]+:)/gu, `$1${repository}/raw/v${version}/`);
}
