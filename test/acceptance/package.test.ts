/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules know neither Vitest's test by another import nor the message that its expect takes */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { start, type RunResult } from '../support/run.js';
import { onlyConnection, SECRETS } from './machine.js';
import { FRESHSERVICE, KEY, test } from './stage.js';

const execute = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What npm is told by nothing but its command line: not by the run of npm this test is part of. */
const ENV = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^npm_(?:lifecycle|package|config_(?!cache|registry|userconfig))/iu.test(name),
  ),
);

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly {
    readonly path: string;
    readonly size: number;
    readonly mode: number;
  }[];
}

let folder: string;
let packed: Packed;
let install: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connect-wizard-package-'));
  // The built files are there; building again would be seen by the tests that run meanwhile.
  const { stdout } = await execute(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    { cwd: ROOT, env: ENV },
  );
  const [only] = JSON.parse(stdout) as [Packed];
  packed = only;
  install = join(folder, 'user');
  await mkdir(install);
  await writeFile(join(install, 'package.json'), '{"private":true}');
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await execute('npm', ['install', ...flags, join(folder, packed.filename)], {
    cwd: install,
    env: ENV,
  });
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the package', () => {
  test('holds the program and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    for (const path of paths) {
      expect(path).toMatch(
        /^(?:package\.json|README\.md|LICENSE|bin\/connect-wizard\.js|dist\/[\w.-]+\.(?:js|txt|d\.ts))$/u,
      );
    }
    for (const path of [
      'package.json',
      'README.md',
      'LICENSE',
      'bin/connect-wizard.js',
      'dist/main.js',
    ]) {
      expect(paths).toContain(path);
    }
    expect(paths.some((path) => /\.map$|test|\.ts$(?<!\.d\.ts)/u.test(path))).toBe(false);
    expect(packed.size).toBeLessThan(1024 * 1024);
    const bin = packed.files.find(({ path }) => path === 'bin/connect-wizard.js');
    expect((bin?.mode ?? 0) & 0o111).not.toBe(0);
  });

  test('no file in it knows where it was built', async () => {
    const root = join(install, 'node_modules', 'connect-wizard');
    for (const { path } of packed.files) {
      const content = await readFile(join(root, path), 'utf8');
      expect(content.includes(ROOT.replace(/\/$/u, '')), path).toBe(false);
      expect(content.includes('sourceMappingURL'), path).toBe(false);
    }
  });

  test('brings at most three packages, none of which runs a script at install', async () => {
    const lock = JSON.parse(
      await readFile(join(install, 'node_modules', '.package-lock.json'), 'utf8'),
    ) as { packages: Record<string, { hasInstallScript?: boolean }> };
    const found = Object.entries(lock.packages);
    expect(found.map(([path]) => path)).toContain('node_modules/connect-wizard');
    expect(found.length).toBeLessThanOrEqual(3);
    for (const [path, { hasInstallScript }] of found) {
      expect(hasInstallScript, path).toBeUndefined();
      const manifest = JSON.parse(await readFile(join(install, path, 'package.json'), 'utf8')) as {
        scripts?: Record<string, string>;
      };
      for (const script of ['preinstall', 'install', 'postinstall']) {
        expect(manifest.scripts?.[script], `${path} ${script}`).toBeUndefined();
      }
    }
  });

  test('tells its licences, those of what is bundled too', async () => {
    const root = join(install, 'node_modules', 'connect-wizard');
    expect((await stat(join(root, 'LICENSE'))).size).toBeGreaterThan(500);
    const licences = await readFile(join(root, 'dist', 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['commander', 'undici', 'zod', 'chalk', '@inquirer/core']) {
      expect(licences).toContain(`Name: ${name}\n`);
    }
  });
});

/** As its user runs it: by npx, in the folder where it was installed. */
const npx = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): Promise<RunResult> =>
  start('npx', ['--no-install', 'connect-wizard', ...args], {
    env: { HOME: folder, npm_config_update_notifier: 'false', ...env },
    cwd: install,
    input,
  }).ended;

describe('the installed program', () => {
  test('runs by npx: --version, --help', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await npx(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
    const help = await npx(['--help']);
    expect(help).toMatchObject({ code: 0 });
    expect(help.stdout).toContain('Usage: connect-wizard');
  });

  test('proves a credential', async ({ world }) => {
    const args = [...FRESHSERVICE, '--store', 'none', '--json'];
    const result = await npx(args, world.env, KEY.input);
    expect(result.code).toBe(0);
    expect(onlyConnection(result)).toMatchObject({ verdict: 'valid', stored: false });
    expect(result.stdout + result.stderr).not.toContain(SECRETS.apiKey);
  });

  test('finds its native keychain and its own child process', async ({ world }) => {
    // A bus that is gone is named by the native part alone: it was found and loaded.
    const result = await npx(
      [...FRESHSERVICE, '--json'],
      { ...world.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' },
      KEY.input,
    );
    expect(result.code).toBe(7);
    expect(onlyConnection(result).message).toContain('/nonexistent/bus');
  });

  test('leaves nothing in the folder where it is installed', async () => {
    expect((await readdir(install)).toSorted()).toEqual([
      'node_modules',
      'package-lock.json',
      'package.json',
    ]);
  });
});
