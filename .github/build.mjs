// Bundles src/ into dist/, everything except the native keychain, so that the package installs as
// two packages. It also writes the licences of what is bundled, a bill of materials and the
// library's types.
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { minifySync } from 'rolldown/utils';
import license from 'rollup-plugin-license';
import { buildPage } from './build-page.mjs';
import { plugins as own } from './build-plugins.mjs';
import { billOfMaterials } from './sbom.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

const ALIASES = {
  // Its other build requires files that no bundler finds.
  'jsonc-parser': 'jsonc-parser/lib/esm/main.js',
  undici$: join(root, '.github', 'undici.mjs'),
  '@noble/hashes/scrypt.js': join(root, '.github', 'scrypt.mjs'),
};

const isOurs = (id) => id.startsWith(join(root, 'src'));

/** What starting the program loads. */
const start = new Set();
/** What a provider's command line loads after that. */
const wizard = new Set();
/** What the offline commands load after that. */
const offline = new Set();
/** What the other commands load. */
const online = new Set();
const commandsFolder = join(root, 'src', 'commands');
const WIZARD = ['commands/connect', 'core/expand/expand'];
const OFFLINE = [
  'session',
  ...['list', 'guide', 'history', 'providers', 'completion'].map((name) => `commands/${name}`),
];

const loadedNoted = {
  name: 'loaded-noted',
  buildEnd() {
    /** Notes everything that is reached by static imports. */
    const note = (loaded, reached) => {
      for (const id of reached) {
        if (start.has(id) || loaded.has(id)) continue;
        loaded.add(id);
        reached.push(...(this.getModuleInfo(id)?.importedIds ?? []));
      }
    };
    note(start, [join(root, 'src', 'main.ts')]);
    const commands = this.getModuleInfo(join(commandsFolder, 'index.ts')).dynamicallyImportedIds;
    const sources = (names) => names.map((name) => join(root, 'src', `${name}.ts`));
    note(wizard, sources(WIZARD));
    note(offline, sources(OFFLINE));
    note(online, [...commands, join(commandsFolder, 'run-connect.ts')]);
  },
};

/** Minifies libraries completely. */
const SMALL = {};

/** Keeps our own code readable: an uncaught error names the line, the function and the class. */
const READABLE = {
  compress: { keepNames: { function: true, class: true } },
  mangle: { keepNames: { function: true, class: true } },
  codegen: { removeWhitespace: false, asciiOnly: true },
};

/** The licences of everything that is bundled. The program contains whatever the library does. */
const licences = license({
  thirdParty: {
    allow: {
      test: '(MIT OR ISC OR BSD-2-Clause OR BSD-3-Clause OR Apache-2.0)',
      failOnUnlicensed: true,
      failOnViolation: true,
    },
    output: [
      join(dist, 'THIRD-PARTY-LICENSES.txt'),
      {
        file: join(dist, 'sbom.cdx.json'),
        template: (dependencies) => billOfMaterials(root, dependencies),
      },
    ],
  },
});

/** Files that Node loads. */
const MODULE = { format: 'esm', ending: 'js' };

/** Files that bin/ loads, with the code that V8 compiled in an earlier run. */
const SCRIPT = { format: 'cjs', ending: 'cjs' };

/** What Rolldown writes for what one file exports to another. */
const GETTER =
  /Object\.defineProperty\(exports, "([\w$]+)", \{\s+enumerable: true,\s+get: function\(\) \{\s+return ([\w$]+);\s+\}\s+\}\);/gu;

/** Each additional file costs half a millisecond, so what is loaded together is in one file. */
const GROUPS = [
  // Large and seldom loaded, so each is a fully minified file of its own.
  { name: 'zod', test: /[\\/]node_modules[\\/]zod[\\/]/u },
  { name: 'tldts', test: /[\\/]node_modules[\\/]tldts/u },
  // Later parts share with the start what the start has, and what most later parts have.
  {
    name: 'shared',
    test: (id) =>
      (start.has(id) && (isOurs(id) || id.startsWith('\0'))) ||
      (wizard.has(id) && offline.has(id) && isOurs(id)),
    minShareCount: 2,
  },
  { name: 'wizard', test: (id) => wizard.has(id) && isOurs(id) },
  { name: 'offline', test: (id) => offline.has(id) && isOurs(id) },
  { name: 'online', test: (id) => online.has(id) && isOurs(id), minShareCount: 2 },
];

rmSync(dist, { recursive: true, force: true });
// What the program and the library share is bundled once. Each additional file costs a start half a
// millisecond, so what a start needs is in two files. Completion and the keychain's child start
// separately.
const scripts = await write(['main', 'index'], SCRIPT, GROUPS, licences, loadedNoted);
writeLibrary(scripts.find(({ name }) => name === 'index'));
await write(['complete']);
await write(['adapters/keychain-child']);
writeFileSync(join(dist, 'page.html'), await buildPage());
writeTypes('index.d.ts');
await writeCompletion();
await writeSchema();
namePublicSuffixList();

/** Bundles entry points, with what they load later in files next to them. */
async function write(entries, form = MODULE, groups = [], ...plugins) {
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(entries.map((entry) => [basename(entry), `src/${entry}.ts`])),
    platform: 'node',
    external: ['@napi-rs/keyring'],
    resolve: { alias: ALIASES },
    plugins: [...own, ...plugins],
  });
  const { output } = await bundle.generate({
    format: form.format,
    strict: true,
    entryFileNames: `[name].${form.ending}`,
    chunkFileNames: `[name]-[hash].${form.ending}`,
    codeSplitting: { groups },
  });
  mkdirSync(dist, { recursive: true });
  for (const { fileName, code, moduleIds } of output) {
    const size = moduleIds.some(isOurs) ? READABLE : SMALL;
    const text = form === SCRIPT ? scriptOf(code) : code;
    writeFileSync(join(dist, fileName), minified(fileName, text, size, form === MODULE));
  }
  return output;
}

/**
 * Exports what never changes as plain properties: Rolldown writes a getter for each of 300, which
 * takes a sixth of `list`'s own start. Node's modules don't need an `import()`, which a script can't
 * have.
 */
function scriptOf(code) {
  return code
    .replaceAll(GETTER, (getter, name, binding) => {
      const id = binding.replaceAll('$', String.raw`\$`);
      const constant = `^(?:(?:async )?function\\*?|const) ${id}\\b|^var ${id} = class\\b`;
      return new RegExp(constant, 'mu').test(code) ? `exports.${name} = ${binding};` : getter;
    })
    .replaceAll(/\bimport\(("node:[\w/]+")\)/gu, 'Promise.resolve(process.getBuiltinModule($1))');
}

/** Writes the library's module around its script. */
function writeLibrary({ fileName, exports }) {
  const text = `import library from './${fileName}';\nexport const { ${exports.join(', ')} } = library;\n`;
  writeFileSync(join(dist, 'index.js'), text);
}

function minified(fileName, code, size, module) {
  const whole = (text, how) => {
    const small = minifySync(fileName, text, { module, ...how });
    if (small.errors.length > 0) throw new Error(`${fileName}: ${small.errors[0].message}`);
    return small.code;
  };
  const text = whole(code, size);
  if (size === SMALL) return text;
  // Line breaks help people who read an error; indentation is just size.
  const flat = text.replaceAll(/^\t+/gmu, '');
  const same = { compress: false, mangle: false };
  if (whole(flat, same) !== whole(text, same)) throw new Error(`${fileName} has a tab in a text`);
  return flat;
}

/**
 * Writes the shells' scripts and the data for completion, so that a completion loads no command.
 */
async function writeCompletion() {
  const to = join(dist, 'completion');
  cpSync(join(root, 'src', 'adapters', 'completion'), to, { recursive: true });
  const { completionData } = await load('commands/completable');
  // Guides for a fixed day, so that the same sources make the same package.
  const { providers } = await load('known-providers');
  const guided = providers.map((each) => each.loadGuided(new Date(0)));
  const data = await completionData(await Promise.all(guided));
  writeFileSync(join(to, 'data.json'), JSON.stringify(data));
}

/** Writes the JSON Schema of definitions, for editors. */
async function writeSchema() {
  const { definitionJsonSchema } = await load('core/definition/json-schema');
  writeFileSync(join(dist, 'provider.schema.json'), `${JSON.stringify(definitionJsonSchema())}\n`);
}

/** Adds the notice for data inside a library that has a licence of its own. */
function namePublicSuffixList() {
  const notice = `
---

The Public Suffix List, as tldts has it: https://publicsuffix.org/list/
It is under the Mozilla Public License 2.0: https://mozilla.org/MPL/2.0/
`;
  appendFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), notice);
}

/** Loads a module of the sources for the build itself. */
async function load(name) {
  const file = join(root, 'node_modules', '.cache', 'build', `${name.replaceAll('/', '-')}.mjs`);
  const bundle = await rolldown({
    cwd: root,
    input: `src/${name}.ts`,
    platform: 'node',
    resolve: { alias: ALIASES },
  });
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  return import(pathToFileURL(file).href);
}

/** Keeps only the declarations that `entry` refers to. */
function writeTypes(entry) {
  const all = join(root, 'node_modules', '.cache', 'types');
  rmSync(all, { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(root, '.github', 'types.json');
  const { status } = spawnSync(execPath, [tsc, '-p', project], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the types of the library could not be made');
  const wanted = [entry];
  for (const path of wanted) {
    const text = readFileSync(join(all, path), 'utf8');
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    writeFileSync(join(dist, path), text);
    for (const [, source] of text.matchAll(/from '(\.[^']+)\.js'/gu)) {
      const next = join(dirname(path), `${source}.d.ts`);
      if (!wanted.includes(next)) wanted.push(next);
    }
  }
}
