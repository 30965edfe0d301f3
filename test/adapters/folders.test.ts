import { describe, expect, it, vi } from 'vitest';
import { createFolders, type Folders } from '../../src/adapters/folders.js';
import { UsageError } from '../../src/core/errors.js';

/** The home of this user in /etc/passwd; undefined if there is no entry. */
const passwd = vi.hoisted((): { home: string | undefined } => ({ home: '/passwd' }));
vi.mock('node:os', async (original) => ({
  ...(await original<object>()),
  homedir: () => String.raw`C:\Users\ines`,
  userInfo: () => {
    if (passwd.home === undefined) throw new Error('ENOENT: no entry');
    return { homedir: passwd.home };
  },
}));

function folders(
  env: Readonly<Record<string, string>>,
  platform: NodeJS.Platform = 'linux',
  home: string | undefined = '/passwd',
): Folders {
  passwd.home = home;
  return createFolders(platform, (name) => env[name] || undefined);
}

const HOME = '/home/ines';
const WINDOWS_HOME = String.raw`C:\Users\ines\AppData\Roaming\connect-wizard`;

describe('the home of the records', () => {
  it.each([
    ['linux', { HOME }, '/home/ines/.config/connect-wizard'],
    ['linux', {}, '/passwd/.config/connect-wizard'],
    ['linux', { HOME: '' }, '/passwd/.config/connect-wizard'],
    ['linux', { HOME, XDG_CONFIG_HOME: '/x' }, '/x/connect-wizard'],
    ['linux', { HOME, XDG_CONFIG_HOME: 'relative' }, '/home/ines/.config/connect-wizard'],
    ['linux', { HOME, XDG_CONFIG_HOME: '~/x' }, '/home/ines/.config/connect-wizard'],
    ['darwin', { HOME }, '/home/ines/Library/Application Support/connect-wizard'],
    [
      'darwin',
      { HOME, XDG_CONFIG_HOME: '/x' },
      '/home/ines/Library/Application Support/connect-wizard',
    ],
    ['win32', { APPDATA: String.raw`D:\appdata` }, String.raw`D:\appdata\connect-wizard`],
    ['win32', { APPDATA: 'D:appdata' }, WINDOWS_HOME],
    ['win32', { HOME: 'relative' }, WINDOWS_HOME],
    ['win32', { CONNECT_WIZARD_HOME: String.raw`~\own` }, String.raw`C:\Users\ines\own`],
    ['win32', { CONNECT_WIZARD_HOME: '~/own' }, String.raw`C:\Users\ines\own`],
    ['win32', { CONNECT_WIZARD_HOME: String.raw`\\nas\own` }, String.raw`\\nas\own`],
    ['linux', { HOME, CONNECT_WIZARD_HOME: '/own', XDG_CONFIG_HOME: '/x' }, '/own'],
    ['linux', { HOME, CONNECT_WIZARD_HOME: '~/own' }, '/home/ines/own'],
    ['linux', { HOME, CONNECT_WIZARD_HOME: '~' }, '/home/ines'],
    ['linux', { HOME: 'relative', CONNECT_WIZARD_HOME: '/own' }, '/own'],
    ['linux', { HOME, CONNECT_WIZARD_HOME: '' }, '/home/ines/.config/connect-wizard'],
  ] as const)('on %s with %j is %s', (platform, env, home) => {
    expect(folders(env, platform).home()).toBe(home);
  });

  it.each([
    ['a relative HOME', { HOME: 'relative' }, 'HOME is not an absolute path'],
    ['a relative CONNECT_WIZARD_HOME', { HOME, CONNECT_WIZARD_HOME: 'cw' }, 'CONNECT_WIZARD_HOME'],
    [
      'another user in CONNECT_WIZARD_HOME',
      { HOME, CONNECT_WIZARD_HOME: '~other/cw' },
      'CONNECT_WIZARD_HOME',
    ],
    ['a ~ without a home', { HOME: 'relative', CONNECT_WIZARD_HOME: '~/cw' }, 'HOME is not'],
  ])('with %s is wrong usage', (_, env, why) => {
    expect(() => folders(env).home()).toThrow(UsageError);
    expect(() => folders(env).home()).toThrow(why);
  });

  it.each([undefined, '', 'relative'])('is an error for a user whose home is %j', (home) => {
    passwd.home = home;
    const none = createFolders('linux', () => undefined);
    expect(() => none.home()).toThrow('this user has no home folder');
    expect(() => none.state()).toThrow(UsageError);
    try {
      none.home();
    } catch (error) {
      expect((error as UsageError).advice.next).toContain('CONNECT_WIZARD_HOME');
    }
  });
});

it.each([
  ['linux', { HOME }, '/home/ines/.local/state/connect-wizard'],
  ['darwin', { HOME }, '/home/ines/.local/state/connect-wizard'],
  ['linux', { HOME, XDG_STATE_HOME: '/x', CONNECT_WIZARD_HOME: '/own' }, '/x/connect-wizard'],
  ['linux', { HOME, XDG_STATE_HOME: 'x' }, '/home/ines/.local/state/connect-wizard'],
  ['win32', { LOCALAPPDATA: String.raw`D:\local` }, String.raw`D:\local\connect-wizard`],
  ['win32', {}, String.raw`C:\Users\ines\AppData\Local\connect-wizard`],
] as const)('the state folder on %s with %j is %s', (platform, env, state) => {
  expect(folders(env, platform).state()).toBe(state);
});

it('a path is in the home if it begins with ~/', () => {
  const { expand } = folders({ HOME });
  expect(['~/x', '~', '~x', 'a/~/x', '/x', ''].map(expand)).toEqual([
    '/home/ines/x',
    HOME,
    '~x',
    'a/~/x',
    '/x',
    '',
  ]);
});

it('a backslash separates folders on Windows only', () => {
  const paths = [String.raw`~\x`, '~/x/y', String.raw`~x\y`];
  expect(paths.map(folders({}, 'win32').expand)).toEqual([
    String.raw`C:\Users\ines\x`,
    String.raw`C:\Users\ines\x\y`,
    String.raw`~x\y`,
  ]);
  expect(folders({ HOME }).expand(String.raw`~\x`)).toBe(String.raw`~\x`);
});

it('the variables that are ignored are listed', () => {
  expect(folders({ HOME, XDG_CONFIG_HOME: 'x', XDG_STATE_HOME: '~/y' }).ignored).toEqual([
    'XDG_CONFIG_HOME',
    'XDG_STATE_HOME',
  ]);
  expect(folders({ HOME, XDG_CONFIG_HOME: '/x' }).ignored).toEqual([]);
  expect(folders({ XDG_CACHE_HOME: 'x', XDG_RUNTIME_DIR: 'y' }).ignored).toEqual([
    'XDG_CACHE_HOME',
    'XDG_RUNTIME_DIR',
  ]);
  expect(folders({ XDG_CACHE_HOME: 'x', APPDATA: 'y' }, 'win32').ignored).toEqual(['APPDATA']);
});
