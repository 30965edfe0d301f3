#!/usr/bin/env node
// Plain JavaScript for any Node: one that is too old gets a sentence, not a syntax error.
import { mkdirSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const { env, platform, stderr, stdout, versions } = process;
const [major, minor] = versions.node.split('.').map(Number);
const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24;

if (fits) {
  useCompileCache();
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const { main } = await import('../dist/main.js');
  const code = await main(process, version);
  // Ends only once all is written: where stdout is a pipe on Windows, writing takes time.
  stdout.write('', () => stderr.write('', () => process.exit(code)));
} else {
  console.error(
    `connect-wizard needs Node 20.19, Node 22.13, or Node 24 and newer; this is Node ${versions.node}.\n` +
      'Install a newer one from https://nodejs.org, then run the same command again.',
  );
  process.exitCode = 2;
}

/** Compiled code is kept in the user's own cache folder: below the temporary one it could be another user's. */
function useCompileCache() {
  if (!module.enableCompileCache) return;
  const caches = {
    darwin: join(homedir(), 'Library', 'Caches'),
    win32: env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local'),
  };
  const base = caches[platform] || env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(base, 'connect-wizard');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    module.enableCompileCache(folder);
  } catch {
    // Without a cache it is slower, and nothing else.
  }
}
