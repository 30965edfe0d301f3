/**
 * Gives the package a README of its own: on npm's page nothing is beside it, so that each relative
 * link and picture has to lead to that version on GitHub. `prepack` writes it, `postpack` puts the
 * repository's own back.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';

const KEPT = 'node_modules/.cache/README.md';

const [, , step] = argv;
// What a run that broke off has left is the repository's own.
if (existsSync(KEPT)) renameSync(KEPT, 'README.md');
if (step === 'prepack') {
  const readme = readFileSync('README.md', 'utf8');
  mkdirSync('node_modules/.cache', { recursive: true });
  writeFileSync(KEPT, readme);
  writeFileSync('README.md', absolute(readme));
}

/** @param {string} readme */
function absolute(readme) {
  const { homepage, version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const repository = homepage.replace(/#.*$/u, '');
  return readme
    .replaceAll(/(\]\()(?![a-z]+:|#)/gu, `$1${repository}/blob/v${version}/`)
    .replaceAll(/(\b(?:src|srcset)=")(?![a-z]+:)/gu, `$1${repository}/raw/v${version}/`);
}
