import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readEnvironment, type Environment } from '../../src/adapters/environment.js';

function read(
  env: Record<string, string>,
  platform: NodeJS.Platform = 'linux',
  secrets: string[] = ['FRESHSERVICE_API_KEY', 'GLADLY_TOKEN'],
  script = '/nowhere/connect-wizard.js',
): Environment {
  const process = { env, platform, execPath: '/bin/node', argv: ['/bin/node', script] };
  return readEnvironment(process as unknown as NodeJS.Process, secrets);
}

it.each([
  ['linux', { glibcVersionRuntime: '2.36' }, 'x64'],
  ['linux', {}, 'x64 (musl)'],
  ['darwin', {}, 'x64'],
] as const)('on %s with %j the architecture is %s', (platform, header, architecture) => {
  const report = { getReport: () => ({ header }) };
  const process = { env: {}, platform, arch: 'x64', argv: [], report };
  expect(readEnvironment(process as unknown as NodeJS.Process, []).architecture).toBe(architecture);
});

it.each([
  [{}, ['connect-wizard']],
  [{ npm_command: 'exec', npm_lifecycle_event: 'npx' }, ['npx', 'connect-wizard']],
  [{ npm_command: 'run', npm_lifecycle_event: 'npx' }, ['connect-wizard']],
  [{ npm_command: 'exec', npm_lifecycle_event: 'test' }, ['connect-wizard']],
])('a program that was started with %j is started again as %j', (env, program) => {
  expect(read(env).invocation).toEqual({ program, shell: 'posix' });
  expect(read(env, 'win32').invocation).toEqual({ program, shell: 'windows' });
});

describe('the installation', () => {
  it.each([
    ['npx', '.npm/_npx/1a2b/node_modules/connect-wizard/bin/x.js', '.npm/_npx/1a2b/package.json'],
    ['local', 'project/node_modules/connect-wizard/bin/x.js', 'project/package.json'],
    ['global', 'lib/node_modules/connect-wizard/bin/x.js', undefined],
    ['global', 'yarn/global/node_modules/connect-wizard/bin/x.js', 'yarn/global/package.json'],
    [
      'local',
      'project/node_modules/.pnpm/connect-wizard@1.0.0/node_modules/connect-wizard/bin/x.js',
      'project/package.json',
    ],
    [
      'dlx',
      'pnpm/dlx/1a2b/node_modules/.pnpm/connect-wizard@1.0.0/node_modules/connect-wizard/bin/x.js',
      'pnpm/dlx/1a2b/package.json',
    ],
    ['dlx', 'dlx-42/node_modules/connect-wizard/bin/x.js', 'dlx-42/package.json'],
    [
      'dlx',
      'bunx-0-connect-wizard@latest/node_modules/connect-wizard/bin/x.js',
      'bunx-0-connect-wizard@latest/package.json',
    ],
    ['other', 'connect-wizard/bin/x.js', 'connect-wizard/package.json'],
  ])('is known by its path as %s', async (installation, script, project) => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'connect-wizard-installed-')));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    for (const file of [script, project]) {
      if (file === undefined) continue;
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), '{}');
    }
    // PATH has a link.
    const link = join(folder, 'connect-wizard-link');
    await symlink(join(folder, script), link);
    expect(read({}, 'linux', [], link).installation).toBe(installation);
  });
});

describe('a variable', () => {
  it('that is secret is removed from the process once it is read', () => {
    const env: NodeJS.ProcessEnv = { GLADLY_TOKEN: 'its token', PATH: '/bin' };
    const process = { env, platform: 'linux', execPath: '/bin/node', argv: [] };
    const { variable, execEnv, childEnv } = readEnvironment(
      process as unknown as NodeJS.Process,
      ['GLADLY_TOKEN'],
      true,
    );
    expect(env).toEqual({ PATH: '/bin' });
    expect(variable('GLADLY_TOKEN')).toBe('its token');
    expect(execEnv).toEqual({ GLADLY_TOKEN: 'its token', PATH: '/bin' });
    expect(childEnv).toEqual({ PATH: '/bin' });
  });

  it('that is removed still names the home, and an unapproved definition removes no variable', async () => {
    const home = await mkdtemp(join(tmpdir(), 'connect-wizard-own-'));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    await mkdir(join(home, 'providers'));
    // A shared folder may have files of any name, which nobody has approved.
    for (const id of ['connect', 'connect-wizard', 'dbus', 'mine']) {
      await writeFile(join(home, 'providers', `${id}.json`), '{}');
    }
    const env = {
      CONNECT_WIZARD_HOME: home,
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/bus',
      MINE_KEY: 's',
    };
    const given = { env: { ...env }, platform: 'linux', execPath: '/bin/node', argv: [] };
    const secrets = ['CONNECT_WIZARD_HOME'];
    const { folders, childEnv } = readEnvironment(given as unknown as NodeJS.Process, [], true);
    expect(folders.home()).toBe(home);
    const { MINE_KEY: _, ...others } = env;
    expect(childEnv).toEqual(others);
    expect(given.env).toEqual(others);
    const all = readEnvironment(given as unknown as NodeJS.Process, secrets, true);
    expect(given.env).not.toHaveProperty('CONNECT_WIZARD_HOME');
    expect(all.folders.home()).toBe(home);
  });

  it('that is empty counts as missing', () => {
    const { variable } = read({ A: '', B: 'x' });
    expect([variable('A'), variable('B'), variable('C')]).toEqual([undefined, 'x', undefined]);
  });

  it("that isn't secret reaches child processes", () => {
    const { childEnv } = read({
      PATH: '/bin',
      FRESHSERVICE_API_KEY: 's',
      GLADLY_TOKEN: 't',
      GLADLY_EMAIL: 'e',
    });
    expect(childEnv).toEqual({ PATH: '/bin', GLADLY_EMAIL: 'e' });
  });

  it('that is secret reaches no child process on Windows, whatever its case', () => {
    const { childEnv } = read(
      { Path: 'C:', Freshservice_Api_Key: 's', gladly_token: 't' },
      'win32',
    );
    expect(childEnv).toEqual({ Path: 'C:' });
  });
});

it.each([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
  ['', false],
])('CI=%s means a CI job: %s', (value, ci) => {
  expect(read({ CI: value }).ci).toBe(ci);
});

it.each([
  [{}, undefined],
  [{ NO_COLOR: '1' }, false],
  [{ NO_COLOR: '' }, undefined],
  [{ FORCE_COLOR: '1' }, true],
  [{ FORCE_COLOR: '3' }, true],
  [{ FORCE_COLOR: '0' }, false],
  [{ FORCE_COLOR: 'false' }, false],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true],
])('colour is on with %j: %s', (env, colour) => {
  expect(read(env).colour).toBe(colour);
});

it.each([
  ['linux', {}, false],
  ['linux', { DISPLAY: ':0' }, true],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['linux', { BROWSER: 'lynx' }, true],
  ['linux', { DISPLAY: '' }, false],
  ['linux', { DISPLAY: ':0', BROWSER: 'none' }, false],
  ['linux', { DISPLAY: ':0', BROWSER: ':' }, false],
  ['linux', { DISPLAY: ':0', BROWSER: 'none:firefox' }, false],
  ['linux', { DISPLAY: ':0', BROWSER: '' }, true],
  ['linux', { BROWSER: '' }, false],
  ['linux', { BROWSER: ':firefox --new-window %s' }, true],
  ['darwin', {}, true],
  ['darwin', { BROWSER: 'none' }, false],
  ['win32', {}, true],
  ['win32', { BROWSER: 'None' }, false],
  ['win32', { BROWSER: 'C:\\firefox.exe' }, true],
] as const)('there is a desktop on %s with %j: %s', (platform, env, desktop) => {
  expect(read(env, platform).desktop).toBe(desktop);
});

it.each([
  ['linux', { TERM: 'dumb' }, true, true],
  ['linux', { TERM: 'xterm' }, false, true],
  ['win32', {}, false, false],
  ['win32', { WT_SESSION: 'x' }, false, true],
  ['win32', { TERM_PROGRAM: 'vscode' }, false, true],
] as const)('the terminal on %s with %j is recognised', (platform, env, dumb, unicode) => {
  expect(read(env, platform)).toMatchObject({ dumb, unicode });
});

it.each([
  [{}, true],
  [{ TERM: 'linux' }, false],
  [{ TERM: 'linux', LANG: 'en_US.UTF-8' }, false],
  [{ LANG: 'en_US.UTF-8' }, true],
  [{ LANG: 'en_US.utf8' }, true],
  [{ LANG: 'C.UTF-8' }, true],
  [{ LANG: 'ca_ES.UTF-8@valencia' }, true],
  [{ LC_CTYPE: 'UTF-8' }, true],
  [{ LANG: 'C' }, false],
  [{ LANG: 'POSIX' }, false],
  [{ LANG: 'de_DE.ISO-8859-1' }, false],
  [{ LANG: 'de_DE@euro' }, false],
  [{ LC_CTYPE: 'C', LANG: 'en_US.UTF-8' }, false],
  [{ LC_CTYPE: 'en_US.UTF-8', LANG: 'C' }, true],
  [{ LC_ALL: 'C', LC_CTYPE: 'en_US.UTF-8', LANG: 'en_US.UTF-8' }, false],
  [{ LC_ALL: 'C.UTF-8', LC_CTYPE: 'C', LANG: 'C' }, true],
  [{ LC_ALL: '', LC_CTYPE: '', LANG: 'C' }, false],
  [{ LC_ALL: '', LANG: 'en_US.UTF-8' }, true],
  [{ LC_ALL: '', LC_CTYPE: '', LANG: '' }, true],
  [{ LC_MESSAGES: 'C' }, true],
])('characters beyond ASCII are allowed with %j: %s', (env, unicode) => {
  expect(read(env).unicode).toBe(unicode);
  expect(read(env, 'darwin').unicode).toBe(unicode);
  // The console of Windows does not use these variables.
  expect(read(env, 'win32').unicode).toBe(false);
  expect(read({ ...env, WT_SESSION: 'x' }, 'win32').unicode).toBe(true);
});
