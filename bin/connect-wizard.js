#!/usr/bin/env node
// Plain JavaScript for any Node: one that is too old gets a sentence, not a syntax error.
// Nothing is imported where Node can be asked: `import 'node:fs'` alone takes 3 ms.
const { argv, env, platform, versions } = process;
const [major, minor] = versions.node.split('.').map(Number);
/** From the end of a run to the end of the process; unless something is open, it takes 2 ms. */
const LAST_RESORT_MS = 300;
const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24;

if (fits) {
  await start();
} else {
  console.error(
    `connect-wizard needs Node 20.19, Node 22.13, or Node 24 and newer; this is Node ${versions.node}.\n` +
      'Install a newer one from https://nodejs.org, then run the same command again.',
  );
  process.exitCode = 2;
}

async function start() {
  const { readFileSync, writeSync } = process.getBuiltinModule('node:fs');
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  if (argv.length === 3 && (argv[2] === '--version' || argv[2] === '-V')) {
    try {
      writeSync(1, `${version}\n`);
    } catch {
      // Nobody reads it any more.
    }
    return;
  }
  if (argv[2] === 'completion' && argv[4] === '--candidates') {
    const { answerCompletion } = await import('../dist/complete.js');
    answerCompletion(process, new URL('../dist/completion/data.json', import.meta.url));
    return;
  }
  useCompileCache();
  const { main } = await import('../dist/main.js');
  process.exitCode = await main(process, version);
  // The loop ends by itself: process.exit() right after a request crashes some releases of Node 24
  // on Windows (nodejs/node 56645). Whatever is still open must not keep a run that is done.
  setTimeout(() => process.exit(), LAST_RESORT_MS).unref();
}

/** Compiled code is kept in the user's own cache folder: below the temporary one it could be another user's. */
function useCompileCache() {
  const { enableCompileCache } = process.getBuiltinModule('node:module');
  if (!enableCompileCache) return;
  const { mkdirSync } = process.getBuiltinModule('node:fs');
  const { homedir } = process.getBuiltinModule('node:os');
  const path = process.getBuiltinModule('node:path');
  const caches = {
    darwin: path.join(homedir(), 'Library', 'Caches'),
    win32: env.LOCALAPPDATA || path.join(homedir(), 'AppData', 'Local'),
  };
  const base = caches[platform] || env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  const folder = path.join(base, 'connect-wizard');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    enableCompileCache(folder);
  } catch {
    // Without a cache it is slower, and nothing else.
  }
}
