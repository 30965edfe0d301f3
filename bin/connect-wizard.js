#!/usr/bin/env node
// Plain JavaScript for any Node: one that is too old prints a message instead of a syntax error.
// Nothing is imported that Node can provide otherwise: `import 'node:fs'` alone takes 3 ms.
const { argv, env, platform, versions } = process;
// Without a listener, Node would open its inspector, and anybody who may signal the process could
// read its secrets.
process.on('SIGUSR1', () => {});
// Node's warnings are for programmers. The tool itself tells people what they need to know.
process.removeAllListeners('warning');
const [major, minor] = versions.node.split('.').map(Number);
/**
 * From the end of a run to the end of the process. It takes 2 ms unless something is still open.
 */
const LAST_RESORT_MS = 300;
const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24;

if (fits) {
  await start().catch(explain);
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
  // The event loop ends by itself, because process.exit() right after a request crashes some
  // releases of Node 24 on Windows (nodejs/node 56645). But something that is still open must not
  // keep a finished run alive.
  setTimeout(() => process.exit(), LAST_RESORT_MS).unref();
}

/** Only loading the program's own files can fail here. `main` reports everything else itself. */
function explain(error) {
  if (typeof error?.code !== 'string') throw error;
  const tooMany = error.code === 'EMFILE' || error.code === 'ENFILE';
  console.error(
    `connect-wizard could not be loaded: ${error.code}.\n${
      tooMany
        ? 'Too many files are open: raise the limit (ulimit -n 1024), then run the same command again.'
        : 'Install it again: npm install --global connect-wizard'
    }`,
  );
  process.exitCode = 1;
}

/**
 * Compiled code is kept in the user's own cache folder. In a shared temporary folder, another user
 * could have put it there.
 */
function useCompileCache() {
  const { enableCompileCache } = process.getBuiltinModule('node:module');
  if (!enableCompileCache) return;
  const { mkdirSync } = process.getBuiltinModule('node:fs');
  const { isAbsolute, join } = process.getBuiltinModule('node:path');
  try {
    const folder = join(cacheFolder(), 'connect-wizard');
    // A relative path would be different in every folder.
    if (!isAbsolute(folder)) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    enableCompileCache(folder);
  } catch {
    // Without a cache it's only slower. A container may have no home.
  }
}

function cacheFolder() {
  const { isAbsolute, join } = process.getBuiltinModule('node:path');
  const home = () => env.HOME || process.getBuiltinModule('node:os').userInfo().homedir;
  if (platform === 'win32') return env.LOCALAPPDATA;
  if (platform === 'darwin') return join(home(), 'Library', 'Caches');
  // As the XDG specification requires, a path that isn't absolute is ignored.
  return isAbsolute(env.XDG_CACHE_HOME ?? '') ? env.XDG_CACHE_HOME : join(home(), '.cache');
}
