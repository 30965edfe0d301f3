import { homedir, userInfo } from 'node:os';
import { posix, win32, type PlatformPath } from 'node:path';
import { UsageError } from '../core/errors.js';

/** Where things of this user are. A container's user may have no home; many commands need none. */
export interface Folders {
  /** Of the records and the file store. @throws {UsageError} there is none. */
  readonly home: () => string;
  /** Of what belongs to this machine and user alone: the history, what was approved here. @throws {UsageError} */
  readonly state: () => string;
  /** `path` with a `~/` at its start replaced by the user's home. @throws {UsageError} there is none. */
  readonly expand: (path: string) => string;
  /** Variables whose values are not absolute, and so count as unset. */
  readonly ignored: readonly string[];
}

type Variable = (name: string) => string | undefined;

/** The variables that name a folder, and are ignored if it is relative. */
const BASES = {
  config: { linux: 'XDG_CONFIG_HOME', win32: 'APPDATA' },
  state: { linux: 'XDG_STATE_HOME', win32: 'LOCALAPPDATA' },
} as const;

/** On Linux also those by which `bin/` finds a place for compiled code, and the keychain its session bus. */
const ALSO_IGNORED = ['XDG_CACHE_HOME', 'XDG_RUNTIME_DIR'];

/** @param variable a variable's value; undefined if it is not set or empty. */
export function createFolders(platform: NodeJS.Platform, variable: Variable): Folders {
  const family = platform === 'win32' ? 'win32' : 'linux';
  const path = platform === 'win32' ? win32 : posix;
  const user = (): string => userHome(platform, path, variable);
  /** As the XDG specification says: a path that is not absolute is ignored. */
  const base = (kind: keyof typeof BASES): string | undefined => {
    // macOS has a place of its own for the home.
    if (platform === 'darwin' && kind === 'config') return undefined;
    const value = variable(BASES[kind][family]);
    return value !== undefined && path.isAbsolute(value) ? value : undefined;
  };

  function expand(given: string): string {
    if (given === '~') return user();
    // Elsewhere a backslash is a character of a name.
    const begins = given.startsWith('~/') || given.startsWith(`~${path.sep}`);
    return begins ? path.join(user(), given.slice(2)) : given;
  }

  function ownHome(name: string): string | undefined {
    const value = variable(name);
    if (value === undefined) return undefined;
    const own = expand(value);
    if (path.isAbsolute(own)) return own;
    throw relative(name);
  }

  return {
    home: () =>
      ownHome('CONNECT_WIZARD_HOME') ??
      path.join(base('config') ?? path.join(user(), ...configOf(platform)), TOOL),
    state: () => path.join(base('state') ?? path.join(user(), ...stateOf(platform)), TOOL),
    expand,
    ignored: [
      ...Object.values(BASES).map((names) => names[family]),
      ...(platform === 'linux' ? ALSO_IGNORED : []),
    ].filter((name) => {
      const value = variable(name);
      return value !== undefined && !path.isAbsolute(value);
    }),
  };
}

const TOOL = 'connect-wizard';

function configOf(platform: NodeJS.Platform): string[] {
  if (platform === 'darwin') return ['Library', 'Application Support'];
  return platform === 'win32' ? ['AppData', 'Roaming'] : ['.config'];
}

function stateOf(platform: NodeJS.Platform): string[] {
  return platform === 'win32' ? ['AppData', 'Local'] : ['.local', 'state'];
}

/** @throws {UsageError} the user has no home, or HOME is no absolute path. */
function userHome(platform: NodeJS.Platform, path: PlatformPath, variable: Variable): string {
  if (platform !== 'win32') {
    const home = variable('HOME');
    if (home !== undefined && path.isAbsolute(home)) return home;
    if (home !== undefined) throw relative('HOME');
  }
  try {
    // Not `homedir`, for which an empty HOME is a home.
    const home = platform === 'win32' ? homedir() : userInfo().homedir;
    if (path.isAbsolute(home)) return home;
  } catch {
    // No entry in /etc/passwd, as in a container that runs under any number.
  }
  throw new UsageError({
    what: 'There is no place for the connections',
    why: 'this user has no home folder',
    next: 'Set CONNECT_WIZARD_HOME to a folder of your own.',
  });
}

function relative(name: string): UsageError {
  return new UsageError({
    what: 'There is no place for the connections',
    why: `${name} is not an absolute path, so it would be another folder in every folder`,
    next:
      name === 'HOME'
        ? 'Set HOME or CONNECT_WIZARD_HOME to an absolute path.'
        : `Set ${name} to an absolute path, or to one that begins with ~/.`,
  });
}
