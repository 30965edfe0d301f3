// Bundles src/ into dist/: everything but the native keychain, so that the package installs
// as two packages. The licences of what is inside go along.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import license from 'rollup-plugin-license';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}dist`;

rmSync(dist, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  input: { main: 'src/main.ts', 'keychain-child': 'src/adapters/keychain-child.ts' },
  platform: 'node',
  external: ['@napi-rs/keyring'],
  plugins: [license({ thirdParty: { output: `${dist}/THIRD-PARTY-LICENSES.txt` } })],
});
await bundle.write({
  dir: dist,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  minify: true,
});
