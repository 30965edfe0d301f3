// What the bundler changes in the libraries that are bundled, and in how they load Node's modules.
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { getBuiltinModule } from 'node:process';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

/** What libraries load and we never use. It costs time or size. */
const UNUSED = {
  // `output/style.ts` has already decided on colours (node:tty, node:os).
  chalk: ['#supports-color'],
  // Only for subcommands that are separate programs.
  commander: ['node:child_process'],
  undici: [
    // Our dispatchers never use HTTP/2, and no proxy's address begins with socks5:.
    './client-h2.js',
    './socks5-proxy-agent',
    // Only for a FormData body, which we never send.
    '../web/fetch/body.js',
    // Parses headers faster on processors that support it. The other parser runs on all.
    '../llhttp/llhttp_simd-wasm.js',
  ],
};

const withoutUnused = {
  name: 'without-unused',
  resolveId: (source, importer = '') =>
    Object.entries(UNUSED).some(
      ([name, unused]) => unused.includes(source) && importer.includes(`/node_modules/${name}/`),
    )
      ? '\0unused'
      : null,
  load: (id) => (id === '\0unused' ? 'export default {};' : null),
};

/** Age imports its X25519 with a relative path, which no alias matches. */
const ownX25519 = {
  name: 'own-x25519',
  resolveId: (source, importer = '') =>
    source === './x25519.js' && importer.includes('/node_modules/age-encryption/')
      ? fileURLToPath(new URL('x25519.mjs', import.meta.url))
      : null,
};

/** undici's HTTP parser is WebAssembly in base64. Compressing it first reduces it to a third. */
const packedParser = {
  name: 'packed-parser',
  load(id) {
    if (!id.endsWith('/undici/lib/llhttp/llhttp-wasm.js')) return null;
    const source = readFileSync(id, 'utf8');
    const [written] = /(?<=')[\w+/]{9999,}=*(?=')/u.exec(source);
    const packed = brotliCompressSync(Buffer.from(written, 'base64')).toString('base64');
    return source
      .replace(written, packed)
      .replace(
        "Buffer.from(wasmBase64, 'base64')",
        "require('node:zlib').brotliDecompressSync($&)",
      );
  },
};

/**
 * Provides Node's own modules as plain objects. `import … from 'node:fs'` makes Node load
 * everything that fs exports, promises and streams included (3 ms), and every other import costs
 * time too. The objects only have what a start needs, without the getters, which load more.
 */
const PLAIN = new Set(['node:fs', 'node:os', 'node:path', 'node:url', 'node:events']);

const plainBuiltins = {
  name: 'plain-builtins',
  resolveId(source, _, { kind }) {
    // A module that requires one would make Node create a `require` first.
    const isPlain =
      PLAIN.has(source) ||
      (kind === 'require-call' && (source.startsWith('node:') || isBuiltin(source)));
    return isPlain ? `\0${kind}:${source.replace(/^(?:node:)?/u, 'node:')}` : null;
  },
  load(id) {
    const [, kind, name] = /^\0([a-z-]+):(node:.+)$/u.exec(id) ?? [];
    if (name === undefined) return null;
    if (kind === 'require-call') {
      const code = `module.exports = process.getBuiltinModule('${name}');`;
      return { code, moduleType: 'js' };
    }
    const own = getBuiltinModule(name);
    const names = Object.entries(Object.getOwnPropertyDescriptors(own))
      .filter(([, descriptor]) => 'value' in descriptor)
      .map(([key]) => key);
    return [
      `const own = /* @__PURE__ */ process.getBuiltinModule('${name}');`,
      ...names.map((key) => `export const ${key} = /* @__PURE__ */ (() => own.${key})();`),
      'export default own;',
    ].join('\n');
  },
};

export const plugins = [withoutUnused, ownX25519, packedParser, plainBuiltins];
