/**
 * Gives the package a README and a package.json of its own. On npm's page nothing is beside the
 * README, so that each relative link and picture has to lead to that version on GitHub. And npm warns
 * whoever installs the file of a package that has a `prepare`: what only builds and tests need is left
 * out. `prepack` writes both, `postpack` puts the repository's own back.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';

const KEPT = 'node_modules/.cache/package';
const BUILD_ONLY = new Set(['scripts', 'devDependencies', 'overrides', 'knip']);

const [, , step] = argv;
const files = ['README.md', 'package.json'];
for (const file of files) {
  // What a run that broke off has left is the repository's own.
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
