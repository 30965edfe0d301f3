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
/** Then compiled code is kept again, with the functions that were called for the first time. */
const RENEWED_AFTER_MS = 10 * 60_000;
/** Then the code of a build that wasn't run since is deleted. */
const UNUSED_AFTER_MS = 30 * 24 * 60 * 60_000;
/** The name of a build's folder. A strange XDG_CACHE_HOME may have connections beside it. */
const BUILD = /^\d+\.\d+\.\d+.*-v\d+\.\d+\.\d+-\w+$/u;
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
  const { main } = createLoader(version)('./main.cjs');
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
 * Returns a function that loads a file of dist/, like `require`.
 *
 * The code that V8 compiled in an earlier run comes from a cache in the user's own folder. Node's own
 * cache (`enableCompileCache`) contains a file as it is before it runs. A function that is compiled
 * when it's called is missing there, and they take a third of a start.
 */
function createLoader(version) {
  const { readFileSync, statSync } = process.getBuiltinModule('node:fs');
  const { dirname, sep } = process.getBuiltinModule('node:path');
  const { Script } = process.getBuiltinModule('node:vm');
  const dist = `${dirname(import.meta.dirname)}${sep}dist${sep}`;
  // V8 only notices another release of V8, and a file of another length. All files of a package have
  // one time, so the time of their folder counts, too.
  const build = `${version}-${statSync(dist).mtimeMs}-${process.version}-${process.arch}`;
  const cache = cacheFolder(build);
  const loaded = new Map();
  const renewed = new Map();
  return function load(name) {
    if (!name.startsWith('./')) return process.getBuiltinModule(name);
    const known = loaded.get(name);
    if (known) return known;
    const file = name.slice(2);
    const filename = `${dist}${file}`;
    const kept = cache && `${cache}${sep}${statSync(filename).mtimeMs}-${file}`;
    const { cachedData, isOld } = (kept && compiledCode(kept)) || { isOld: true };
    const code = `(function (exports, require, __filename) {${readFileSync(filename, 'utf8')}\n})`;
    const script = new Script(code, { filename, cachedData });
    if (kept && (isOld || script.cachedDataRejected)) {
      if (renewed.size === 0) process.on('exit', () => keepCompiledCode(cache, renewed));
      renewed.set(kept, script);
    }
    const exports = {};
    loaded.set(name, exports);
    try {
      script.runInThisContext()(exports, load, filename);
    } catch (error) {
      // What is half loaded would look whole to the next one who needs it.
      loaded.delete(name);
      throw error;
    }
    return exports;
  };
}

/** V8 trusts what it gets, so nothing that another user could have written is read. */
function compiledCode(path) {
  const { closeSync, constants, fstatSync, openSync, readFileSync } =
    process.getBuiltinModule('node:fs');
  let file;
  try {
    // A pipe without a writer doesn't block. Windows has no such flag.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const { uid, mode, mtimeMs } = fstatSync(file);
    if (platform !== 'win32' && (uid !== process.geteuid() || (mode & 0o022) !== 0)) {
      return undefined;
    }
    return { cachedData: readFileSync(file), isOld: Date.now() - mtimeMs > RENEWED_AFTER_MS };
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Keeps the functions of some scripts that were called in this run or in an earlier one. */
function keepCompiledCode(cache, scripts) {
  const { mkdirSync, renameSync, rmSync, writeFileSync } = process.getBuiltinModule('node:fs');
  let isNewBuild = false;
  for (const [path, script] of scripts) {
    const beside = `${path}.${process.pid}`;
    try {
      isNewBuild ||= mkdirSync(cache, { recursive: true, mode: 0o700 }) !== undefined;
      try {
        // `wx` doesn't follow a link that somebody else put there. V8 doesn't notice if a power
        // failure leaves a hole in the file, so it's flushed.
        const how = { flag: 'wx', mode: 0o600, flush: true };
        writeFileSync(beside, script.createCachedData(), how);
        renameSync(beside, path);
      } finally {
        rmSync(beside, { force: true });
      }
    } catch {
      // Without a cache it's only slower. A container may have no home.
      return;
    }
  }
  if (isNewBuild) deleteUnused(cache);
}

/** Deletes what earlier builds left beside the folder of this one. */
function deleteUnused(cache) {
  const { readdirSync, rmSync, statSync } = process.getBuiltinModule('node:fs');
  const { dirname, join } = process.getBuiltinModule('node:path');
  try {
    for (const name of readdirSync(dirname(cache)).filter((each) => BUILD.test(each))) {
      const folder = join(dirname(cache), name);
      const unusedMs = Date.now() - statSync(folder).mtimeMs;
      if (unusedMs > UNUSED_AFTER_MS) rmSync(folder, { recursive: true });
    }
  } catch {
    // It only takes up space. Another process may be deleting the same.
  }
}

/** Returns undefined if there is no place for it. */
function cacheFolder(build) {
  const { isAbsolute, join } = process.getBuiltinModule('node:path');
  if (env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  try {
    const folder = join(userCaches(), 'connect-wizard', build);
    // A relative path would be different in every folder.
    return isAbsolute(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

function userCaches() {
  const { isAbsolute, join } = process.getBuiltinModule('node:path');
  const home = () => env.HOME || process.getBuiltinModule('node:os').userInfo().homedir;
  if (platform === 'win32') return env.LOCALAPPDATA;
  if (platform === 'darwin') return join(home(), 'Library', 'Caches');
  // As the XDG specification requires, a path that isn't absolute is ignored.
  return isAbsolute(env.XDG_CACHE_HOME ?? '') ? env.XDG_CACHE_HOME : join(home(), '.cache');
}
