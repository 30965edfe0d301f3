import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createBrowser } from '../../src/adapters/browser.js';

/** It has everything in it that a shell would interpret. */
const PAGE = 'https://acme.gladly.com/admin?x=1&y=$(touch+hacked)%20;%s`z`#$&';

interface Desk {
  readonly folder: string;
  /** Makes a program that notes its arguments, one a line. */
  readonly put: (name: string) => Promise<string>;
  readonly open: (own: string | undefined, platform?: NodeJS.Platform) => Promise<void>;
  /** The arguments of a program, once it has run. */
  readonly args: (name: string) => Promise<string[]>;
}

async function desk(): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-browser-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return {
    folder,
    async put(name) {
      const path = join(folder, name);
      // Renamed when it is whole, since the test reads it as soon as it exists.
      await writeFile(
        path,
        '#!/bin/sh\nprintf "%s\\n" "$@" >"$0.part"\n/bin/mv "$0.part" "$0.args"\n',
      );
      await chmod(path, 0o755);
      return path;
    },
    open: (own, platform = 'linux') =>
      createBrowser({
        platform,
        env: own === undefined ? { PATH: folder } : { PATH: folder, BROWSER: own },
        available: true,
      }).open(PAGE),
    async args(name) {
      const path = join(folder, `${name}.args`);
      await vi.waitFor(() => expect(existsSync(path)).toBe(true), 20_000);
      return (await readFile(path, 'utf8')).split('\n').slice(0, -1);
    },
  };
}

describe('a page is opened', () => {
  it.each<[NodeJS.Platform, string, string[]]>([
    ['linux', 'xdg-open', [PAGE]],
    ['freebsd', 'xdg-open', [PAGE]],
    ['darwin', 'open', [PAGE]],
    ['win32', 'rundll32', ['url.dll,FileProtocolHandler', PAGE]],
  ])('on %s by %s', async (platform, program, args) => {
    const { put, open, args: seen } = await desk();
    await put(program);
    await open(undefined, platform);
    expect(await seen(program)).toEqual(args);
  });

  it.each<[string, string[]]>([
    ['firefox', [PAGE]],
    ['firefox --new-window', ['--new-window', PAGE]],
    ['firefox --new-window %s', ['--new-window', PAGE]],
    ['firefox %s --new-window', [PAGE, '--new-window']],
    ['firefox --url=%s', [`--url=${PAGE}`]],
    ['firefox %s %s', [PAGE, PAGE]],
    [' firefox   --new-window\t%s ', ['--new-window', PAGE]],
    ['firefox -P "my own profile" %s', ['-P', 'my own profile', PAGE]],
    [`"firefox" -P 'my own' '%s'`, ['-P', 'my own', PAGE]],
    ['firefox "" x', ['', 'x', PAGE]],
    ['firefox $HOME `id` ; & | > x', ['$HOME', '`id`', ';', '&', '|', '>', 'x', PAGE]],
    ['firefox:chromium', [PAGE]],
    ['firefox -a %s:chromium:none', ['-a', PAGE]],
    [':firefox', [PAGE]],
    [' : :firefox -x', ['-x', PAGE]],
  ])('with BROWSER=%s', async (own, args) => {
    const { put, open, args: seen } = await desk();
    await put('firefox');
    await open(own);
    expect(await seen('firefox')).toEqual(args);
  });

  it('with a program whose path has spaces, quoted or not', async () => {
    const { folder, put, open, args } = await desk();
    await mkdir(join(folder, 'my apps'));
    await put('my apps/fire fox');
    await open(join(folder, 'my apps/fire fox'));
    expect(await args('my apps/fire fox')).toEqual([PAGE]);
    await rm(join(folder, 'my apps/fire fox.args'));
    await open(`"${join(folder, 'my apps/fire fox')}" -x %s`);
    expect(await args('my apps/fire fox')).toEqual(['-x', PAGE]);
  });

  it('on Windows with a program whose path has a colon', async () => {
    const { put, open, args } = await desk();
    const program = await put('C:fox.exe');
    await open(`${program} -x %s`, 'win32');
    expect(await args('C:fox.exe')).toEqual(['-x', PAGE]);
  });
});

describe('nothing is opened', () => {
  it.each<[string, NodeJS.Platform]>([
    ['none', 'linux'],
    ['NONE', 'linux'],
    ['none', 'darwin'],
    ['none', 'win32'],
    ['none:firefox', 'linux'],
    [':', 'linux'],
    ['::', 'darwin'],
    [' ', 'linux'],
  ])('with BROWSER=%j on %s', async (own, platform) => {
    const { folder, put, open } = await desk();
    const programs = ['none', 'firefox', 'xdg-open', 'open', 'rundll32'];
    for (const name of programs) await put(name);
    await open(own, platform);
    // When a later program has written its file, an earlier one would have, too.
    await open('firefox', platform);
    await vi.waitFor(() => expect(existsSync(join(folder, 'firefox.args'))).toBe(true), 20_000);
    expect(programs.filter((name) => existsSync(join(folder, `${name}.args`)))).toEqual([
      'firefox',
    ]);
  });
});

it.each([undefined, 'firefox'])(
  'a program in the current folder is not started (%s)',
  async (own) => {
    const { folder, put } = await desk();
    const name = own ?? 'xdg-open';
    await put(name);
    const before = process.cwd();
    process.chdir(folder);
    onTestFinished(() => process.chdir(before));
    for (const PATH of ['.', '', '.:', 'bin:..']) {
      const env = own === undefined ? { PATH } : { PATH, BROWSER: own };
      await createBrowser({ platform: 'linux', env, available: true }).open(PAGE);
    }
    await new Promise((done) => setTimeout(done, 200));
    expect(existsSync(join(folder, `${name}.args`))).toBe(false);
  },
);

describe('nothing is thrown', () => {
  it('if there is no such program or it cannot be run', async () => {
    const { folder, open } = await desk();
    await writeFile(join(folder, 'locked'), 'x');
    for (const own of [undefined, 'nobody-has-this', join(folder, 'locked'), folder]) {
      await expect(open(own)).resolves.toBeUndefined();
    }
    // The failure is an event, which would end this process without a listener.
    await new Promise((done) => setTimeout(done, 100));
  });

  it('if the start throws at once', async () => {
    const { folder, open } = await desk();
    await writeFile(join(folder, 'file'), '');
    await expect(open(join(folder, 'file', 'firefox'))).resolves.toBeUndefined();
    await expect(open('fire\u0000fox')).resolves.toBeUndefined();
    await expect(open(`firefox ${'x'.repeat(3_000_000)}`)).resolves.toBeUndefined();
  });
});

it.each([true, false])('a browser is available if the environment says so: %s', (available) => {
  expect(createBrowser({ platform: 'linux', env: {}, available }).available).toBe(available);
});
