// Builds the page for a credential (src/page) as one file: markup, style, script, and a policy that
// allows exactly these. Its data is added later (src/core/page/html.ts).
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import license from 'rollup-plugin-license';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Parts of age that a page never uses, by module: it only seals for one X25519 key. */
const UNUSED = {
  '@noble/curves/nist.js': 'export const p256 = undefined;',
  '@noble/hashes/scrypt.js': 'export const scrypt = undefined;',
  '@noble/post-quantum/hybrid.js':
    'export const MLKEM768P256 = undefined; export const MLKEM768X25519 = undefined;',
  './webauthn.js': 'export {};',
};

const withoutUnused = {
  name: 'without-unused',
  resolveId: (source, importer = '') =>
    importer.includes('/age-encryption/') && Object.hasOwn(UNUSED, source) ? `\0${source}` : null,
  load: (id) => UNUSED[id.slice(1)] ?? null,
};

/** `src/core/page/html.ts` replaces this with the data. */
const DATA_SLOT = '{"use":"none"}';

/** @returns {Promise<string>} the page, without its data. */
export async function buildPage() {
  let licences = '';
  const bundle = await rolldown({
    cwd: root,
    input: 'src/page/main.ts',
    platform: 'browser',
    plugins: [
      withoutUnused,
      license({ thirdParty: (dependencies) => (licences = licenceTexts(dependencies)) }),
    ],
  });
  const { output } = await bundle.generate({ format: 'iife', minify: true });
  const script = output[0].code.trim();
  const style = read('src/page/page.css')
    .replaceAll(/\/\*.*?\*\/|\n\s*/gsu, ' ')
    .trim();
  if (/<\/script|<!--|\r/iu.test(script)) throw new Error('the script would end its element');
  if (style.includes('<')) throw new Error('the style would end its element');
  const parts = {
    '"policy"': `"${policy(script, style)}"`,
    '<!--style-->': `<style>${style}</style>`,
    '<!--data-->': `<script type="application/json" id="data">${DATA_SLOT}</script>`,
    '<!--script-->': `<script>${script}</script>`,
    '<!--licences-->': `<!--\n${licences}\n-->`,
  };
  return read('src/page/page.html').replaceAll(/"policy"|<!--[a-z]+-->/gu, (slot) => parts[slot]);
}

/** Browsers hash the text with LF line ends, even if the file has others. */
function policy(script, style) {
  return [
    "default-src 'none'",
    `script-src '${sha256(script)}'`,
    `style-src '${sha256(style)}'`,
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function sha256(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function licenceTexts(dependencies) {
  return dependencies
    .map(({ name, version, licenseText }) => `${name} ${version}\n\n${licenseText.trim()}`)
    .join('\n\n---\n\n')
    .replaceAll(/--+/gu, '\u2014'); // HTML comments must not contain two hyphens.
}

function read(path) {
  return readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n');
}
