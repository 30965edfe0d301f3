import { existsSync, realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { isObeyedWord } from '../core/definition-check/reserved.js';
import { variablePrefix } from '../core/field-names.js';
import { once } from '../core/once.js';
import type { Invocation } from '../core/shell.js';
import { ownBrowser } from './browser.js';
import { createFolders, type Folders } from './folders.js';
import { PASSPHRASE_VARIABLE } from './secret-variables.js';
import { ownProviderIds } from './provider-files.js';

/** The facts about this process that the tool depends on, read once. */
export interface Environment {
  readonly platform: NodeJS.Platform;
  readonly architecture: string;
  readonly nodeVersion: string;
  readonly nodePath: string;
  readonly folders: Folders;
  /** The file that Node was started with. */
  readonly scriptPath: string;
  /** How the tool was installed, as far as its path shows it. */
  readonly installation: 'npx' | 'dlx' | 'global' | 'local' | 'other';
  /** How the user starts the tool. */
  readonly invocation: Invocation;
  /** The user's id, for files that this process creates; undefined on Windows. */
  readonly userId: number | undefined;
  /** The system's name for this user; empty if there is none, as in some containers. */
  readonly user: () => string;
  /** A CI job. Nobody can answer a prompt, even if it pretends to have a terminal. */
  readonly ci: boolean;
  /** From `NO_COLOR` and `FORCE_COLOR`; undefined if neither is set. */
  readonly colour: boolean | undefined;
  /** A terminal that can't move the cursor. */
  readonly dumb: boolean;
  /** The terminal shows characters beyond ASCII. */
  readonly unicode: boolean;
  /** `NODE_TLS_REJECT_UNAUTHORIZED=0`. */
  readonly verificationOff: boolean;
  /** There is a desktop that can show a page, and `BROWSER` doesn't forbid it. */
  readonly desktop: boolean;
  /**
   * A variable's value. An empty one counts as missing, because an unset CI secret arrives as one.
   */
  readonly variable: (name: string) => string | undefined;
  /** What a child process may inherit: everything except the variables with secrets. */
  readonly childEnv: NodeJS.ProcessEnv;
  /** What the program of `exec` inherits. It gets one credential, not the key to all of them. */
  readonly execEnv: NodeJS.ProcessEnv;
}

/**
 * @param take removes the secret variables from the process, since Node's diagnostic report
 *   contains all variables.
 */
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
    user: once(userName),
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

/** A Linux without glibc, such as Alpine. Native parts are built for one C library. */
function isMusl({ platform, report }: NodeJS.Process): boolean {
  if (platform !== 'linux') return false;
  // Otherwise it looks up the names of addresses.
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
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !names.includes(nameOn(platform, name))),
  );
}

/** A variable's name, in capitals on Windows, where its case doesn't matter. */
function nameOn(platform: NodeJS.Platform, name: string): string {
  return platform === 'win32' ? name.toUpperCase() : name;
}

/**
 * The variables whose names begin with one of these providers' ids. Only a provider's file says
 * which of them are secret, and no file is read for this. A file whose name isn't allowed hides
 * nothing: `dbus.json` would hide where the keychain is.
 */
function ownVariables(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  ids: readonly string[],
): string[] {
  const own = ids.filter((id) => !isObeyedWord(id));
  if (own.length === 0) return [];
  const prefixes = own.map(variablePrefix);
  const names = Object.keys(env).map((name) => nameOn(platform, name));
  return names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
}

/** Only computed on demand, because it reads the disk. */
function installationOf(script: string): Environment['installation'] {
  let path = script;
  try {
    path = realpathSync(script);
  } catch {
    // The file may be gone by now.
  }
  if (!/[\\/]node_modules[\\/]connect-wizard[\\/]/u.test(path)) return 'other';
  if (/[\\/]_npx[\\/]/u.test(path)) return 'npx';
  // The folders of pnpm, yarn and bun for a single run.
  if (/[\\/](?:pnpm[\\/]dlx|dlx-\w+|bunx-[^\\/]+)[\\/]/u.test(path)) return 'dlx';
  // The outermost, because pnpm keeps each package in a node_modules folder of its own.
  const [folder = ''] = path.split(/[\\/]node_modules[\\/]/u, 1);
  // A project has a package.json next to node_modules. The folder of global packages has none,
  // except those of yarn and pnpm, which are named `global`.
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
    // There is no entry in /etc/passwd.
    return '';
  }
}

function hasUnicode(
  platform: NodeJS.Platform,
  variable: (name: string) => string | undefined,
): boolean {
  if (platform === 'win32') return Boolean(variable('WT_SESSION') ?? variable('TERM_PROGRAM'));
  // The Linux console has at most 512 glyphs (console_codes(4), setfont(8)).
  if (variable('TERM') === 'linux') return false;
  // The first that isn't empty counts (POSIX, 8.2). Without any, assume a modern terminal.
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

/** no-color.org and force-color.org. `FORCE_COLOR=0` switches colours off. */
function colourOf(variable: (name: string) => string | undefined): boolean | undefined {
  const forced = variable('FORCE_COLOR');
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return variable('NO_COLOR') === undefined ? undefined : false;
}
