// The package's software bill of materials in CycloneDX 1.6: what is bundled into dist/, and what
// npm installs next to it. It has no time and no serial number, so that the same commit gives the
// same bytes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} root the repository's folder.
 * @param {readonly { name: string, version: string, license: string | null }[]} bundled what the
 *   licence plugin found in the bundle.
 * @returns {string} the document.
 */
export function billOfMaterials(root, bundled) {
  const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));
  const { packages } = read('package-lock.json');
  const { name, version, license, description } = read('package.json');
  const installed = installedPackages(packages);
  const self = { ...identified(name, version), type: 'application', description };
  const components = [
    ...bundled.map((each) => component(each, packages, 'bundled')),
    ...installed.map((each) => component(each, packages, 'installed')),
  ].toSorted((a, b) => (a.purl < b.purl ? -1 : 1));
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { ...self, licenses: licences(license) } },
    components,
    dependencies: [
      {
        ref: self.purl,
        dependsOn: components.filter(({ scope }) => scope === 'required').map(({ purl }) => purl),
      },
      ...installed.map(({ name: from, version: at, optionalDependencies = {} }) => ({
        ref: packageUrl(from, at),
        dependsOn: installed
          .filter((each) => each.name in optionalDependencies)
          .map((each) => packageUrl(each.name, each.version)),
      })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * What `npm install connect-wizard` installs: all direct and indirect dependencies, for every
 * platform.
 */
function installedPackages(packages) {
  const found = new Map();
  const add = (name) => {
    const entry = packages[`node_modules/${name}`];
    if (found.has(name)) return;
    found.set(name, { ...entry, name });
    const { dependencies, optionalDependencies } = entry;
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) add(next);
  };
  for (const name of Object.keys(packages[''].dependencies)) add(name);
  return [...found.values()];
}

function component({ name, version, license, optional }, packages, delivery) {
  const { integrity } = Object.entries(packages).find(
    ([path, entry]) => path.endsWith(`node_modules/${name}`) && entry.version === version,
  )[1];
  return {
    ...identified(name, version),
    type: 'library',
    scope: optional ? 'optional' : 'required',
    hashes: [
      {
        alg: 'SHA-512',
        content: Buffer.from(integrity.replace(/^sha512-/u, ''), 'base64').toString('hex'),
      },
    ],
    licenses: licences(license),
    properties: [{ name: 'connect-wizard:delivery', value: delivery }],
  };
}

function identified(name, version) {
  const url = packageUrl(name, version);
  return { 'bom-ref': url, name, version, purl: url };
}

/** A package URL: the @ of a scope is percent-encoded. */
function packageUrl(name, version) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** An SPDX identifier, or an expression of several. */
function licences(license) {
  return [/\s/u.test(license) ? { expression: license } : { license: { id: license } }];
}
