import { homedir, userInfo } from 'node:os';
import { posix, win32, type PlatformPath } from 'node:path';
import { UsageError } from '../core/errors.js';

/**
 * The folders of this user. A container's user may have no home, and many commands don't need one.
 */
export interface Folders {
  /** For the records and the file store. @throws {UsageError} there is none. */
  readonly home: () => string;
  /**
   * For what belongs only to this machine and user: the history, the approvals.
   *
   * @throws {UsageError} there is none.
   */
  readonly state: () => string;
  /**
   * Replaces `~/` at the start of `path` with the user's home.
   *
   * @throws {UsageError} there is none.
   */
  readonly expand: (path: string) => string;
  /** Variables that are ignored because their values aren't absolute. */
  readonly ignored: readonly string[];
}

type Variable = (name: string) => string | undefined;

/** The variables that name a folder. A relative value is ignored. */
const BASES = {
  config: { linux: 'XDG_CONFIG_HOME', win32: 'APPDATA' },
  state: { linux: 'XDG_STATE_HOME', win32: 'LOCALAPPDATA' },
} as const;

/**
 * Linux only: `bin/` uses these to find a place for compiled code, and the keychain to find its
 * session bus.
 */
const ALSO_IGNORED = ['XDG_CACHE_HOME', 'XDG_RUNTIME_DIR'];

/** @param variable returns a variable's value; undefined if it isn't set or is empty. */
export function createFolders(platform: NodeJS.Platform, variable: Variable): Folders {
  const family = platform === 'win32' ? 'win32' : 'linux';
  const path = platform === 'win32' ? win32 : posix;
  const user = (): string => userHome(platform, path, variable);
  /** As the XDG specification requires, a path that isn't absolute is ignored. */
  const base = (kind: keyof typeof BASES): string | undefined => {
    // macOS has its own place for the home.
    if (platform === 'darwin' && kind === 'config') return undefined;
    const value = variable(BASES[kind][family]);
    return value !== undefined && path.isAbsolute(value) ? value : undefined;
  };

  function expand(given: string): string {
    if (given === '~') return user();
    // On other systems, a backslash is part of a name.
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

/** @throws {UsageError} the user has no home, or HOME isn't an absolute path. */
function userHome(platform: NodeJS.Platform, path: PlatformPath, variable: Variable): string {
  if (platform !== 'win32') {
    const home = variable('HOME');
    if (home !== undefined && path.isAbsolute(home)) return home;
    if (home !== undefined) throw relative('HOME');
  }
  try {
    // Not `homedir`, which accepts an empty HOME.
    const home = platform === 'win32' ? homedir() : userInfo().homedir;
    if (path.isAbsolute(home)) return home;
  } catch {
    // There is no entry in /etc/passwd, as in a container with an arbitrary user id.
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
