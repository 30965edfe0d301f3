import { existsSync, realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { isObeyedWord } from '../core/definition-check/reserved.js';
import type { Invocation } from '../core/shell.js';
import { ownBrowser } from './browser.js';
import { createFolders, type Folders } from './folders.js';
import { PASSPHRASE_VARIABLE } from './secret-variables.js';
import { ownProviderIds } from './provider-files.js';

/** The facts of this process that the tool goes by, read once. */
export interface Environment {
  readonly platform: NodeJS.Platform;
  readonly architecture: string;
  readonly nodeVersion: string;
  readonly nodePath: string;
  readonly folders: Folders;
  /** The file that Node was started with. */
  readonly scriptPath: string;
  /** How the tool came to this machine, as far as its path shows it. */
  readonly installation: 'npx' | 'dlx' | 'global' | 'local' | 'other';
  /** How a person starts the tool again. */
  readonly invocation: Invocation;
  /** Of this user, for the files it makes; undefined on Windows. */
  readonly userId: number | undefined;
  /** The system's name for this user; empty for one without (a container's). */
  readonly user: () => string;
  /** A CI job: nobody can answer a prompt, even where it pretends to have a terminal. */
  readonly ci: boolean;
  /** `NO_COLOR` and `FORCE_COLOR`, or undefined where neither is set. */
  readonly colour: boolean | undefined;
  /** A terminal that cannot move the cursor. */
  readonly dumb: boolean;
  /** Does the terminal show characters beyond ASCII? */
  readonly unicode: boolean;
  /** `NODE_TLS_REJECT_UNAUTHORIZED=0`. */
  readonly verificationOff: boolean;
  /** Is there a desktop that can show a page, and does `BROWSER` not say that none is wanted? */
  readonly desktop: boolean;
  /** A variable's value; an empty one (an unset CI secret arrives as one) counts as missing. */
  readonly variable: (name: string) => string | undefined;
  /** What a child process may inherit: everything but the variables that hold secrets. */
  readonly childEnv: NodeJS.ProcessEnv;
  /** What the program of `exec` inherits: it gets one credential, and not the key to all of them. */
  readonly execEnv: NodeJS.ProcessEnv;
}

/** @param take takes the secret variables out of the process: a diagnostic report of Node's has all. */
export function readEnvironment(
  process: NodeJS.Process,
  secretVariables: readonly string[],
  take = false,
): Environment {
  const { env, platform } = process;
  const taken = new Map<string, string | undefined>();
  const variable = (name: string): string | undefined => taken.get(name) || env[name] || undefined;
  const folders = createFolders(platform, variable);
  const secret = [...secretVariables, ...ownVariables(env, platform, ownProviderIds(folders.home))];
  const childEnv = without(env, platform, secret);
  const execEnv = without(env, platform, [PASSPHRASE_VARIABLE]);
  for (const name of take ? secret : []) {
    taken.set(name, env[name]);
    delete env[name];
  }
  return {
    platform,
    get architecture() {
      return isMusl(process) ? `${process.arch} (musl)` : process.arch;
    },
    nodeVersion: process.version,
    nodePath: process.execPath,
    folders,
    scriptPath: process.argv[1] ?? '',
    get installation() {
      return installationOf(process.argv[1] ?? '');
    },
    invocation: invocationOf(platform, variable),
    userId: process.geteuid?.(),
    user: userName,
    ci: env['CI'] === 'true' || env['CI'] === '1',
    colour: colourOf(variable),
    dumb: env['TERM'] === 'dumb',
    unicode: hasUnicode(platform, variable),
    desktop: hasDesktop(platform, variable),
    verificationOff: env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0',
    variable,
    childEnv,
    execEnv,
  };
}

/** Is it a Linux with another C library than glibc, as Alpine is? Native parts are made for one of them. */
function isMusl({ platform, report }: NodeJS.Process): boolean {
  if (platform !== 'linux') return false;
  // Else it looks up names for addresses.
  Object.assign(report, { excludeNetwork: true });
  const { header } = report.getReport() as { readonly header: object };
  return !('glibcVersionRuntime' in header);
}

/** `env` without the variables of these names. */
export function without(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  names: readonly string[],
): NodeJS.ProcessEnv {
  // On Windows the case of a variable's name does not count.
  const same = (name: string): string => (platform === 'win32' ? name.toUpperCase() : name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(same(name))));
}

/**
 * The variables that begin with the name of one of these providers: which of them are secret, only
 * their files say, and none is read for it. A file whose name no definition may have takes nothing
 * from anybody: `dbus.json` would hide where the keychain is.
 */
function ownVariables(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  ids: readonly string[],
): string[] {
  const own = ids.filter((id) => !isObeyedWord(id));
  if (own.length === 0) return [];
  const prefixes = own.map((id) => `${id.toUpperCase().replaceAll('-', '_')}_`);
  // On Windows the case of a variable's name does not count.
  const names = Object.keys(env).map((name) => (platform === 'win32' ? name.toUpperCase() : name));
  return names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
}

/** Looked at only by whoever asks: it reads the disk. */
function installationOf(script: string): Environment['installation'] {
  let path = script;
  try {
    path = realpathSync(script);
  } catch {
    // It may be gone by now.
  }
  if (!/[\\/]node_modules[\\/]connect-wizard[\\/]/u.test(path)) return 'other';
  if (/[\\/]_npx[\\/]/u.test(path)) return 'npx';
  // pnpm's, yarn's and bun's folders for one run.
  if (/[\\/](?:pnpm[\\/]dlx|dlx-\w+|bunx-[^\\/]+)[\\/]/u.test(path)) return 'dlx';
  // The outermost: pnpm keeps each package in a node_modules of its own.
  const [folder = ''] = path.split(/[\\/]node_modules[\\/]/u, 1);
  // A project has a package.json beside node_modules; the folder of all global packages has none,
  // but for those of yarn and pnpm, whose names say it.
  const isProject =
    existsSync(join(folder, 'package.json')) && !/[\\/]global(?:[\\/]|$)/u.test(folder);
  return isProject ? 'local' : 'global';
}

/** npx starts it as the script `npx` of `npm exec`. */
function invocationOf(
  platform: NodeJS.Platform,
  variable: (name: string) => string | undefined,
): Invocation {
  const npx = variable('npm_command') === 'exec' && variable('npm_lifecycle_event') === 'npx';
  return {
    program: npx ? ['npx', 'connect-wizard'] : ['connect-wizard'],
    shell: platform === 'win32' ? 'windows' : 'posix',
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // No entry in /etc/passwd.
    return '';
  }
}

function hasUnicode(
  platform: NodeJS.Platform,
  variable: (name: string) => string | undefined,
): boolean {
  if (platform === 'win32') return Boolean(variable('WT_SESSION') ?? variable('TERM_PROGRAM'));
  // The console of Linux has at most 512 glyphs (console_codes(4), setfont(8)).
  if (variable('TERM') === 'linux') return false;
  // In this order, the first that is not empty (POSIX, 8.2); without any, most terminals are of today.
  const locale = variable('LC_ALL') ?? variable('LC_CTYPE') ?? variable('LANG');
  return locale === undefined || /utf-?8/iu.test(locale);
}

function hasDesktop(
  platform: NodeJS.Platform,
  variable: (name: string) => string | undefined,
): boolean {
  const own = ownBrowser(platform, variable('BROWSER'));
  if (own !== undefined) return own !== null;
  if (platform === 'darwin' || platform === 'win32') return true;
  return (variable('DISPLAY') ?? variable('WAYLAND_DISPLAY')) !== undefined;
}

/** no-color.org and force-color.org; `FORCE_COLOR=0` is an answer too. */
function colourOf(variable: (name: string) => string | undefined): boolean | undefined {
  const forced = variable('FORCE_COLOR');
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return variable('NO_COLOR') === undefined ? undefined : false;
}
