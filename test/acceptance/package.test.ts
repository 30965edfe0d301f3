/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { packInto, type Packed } from '../support/packed.js';
import { describeWith } from '../support/real-parts.js';
import { start, type RunResult } from '../support/run.js';
import { KEYRING_PROGRAMS } from '../support/secret-service.js';
import { onlyConnection, SECRETS } from './machine.js';
import { FRESHSERVICE, KEY, providers, test } from './fixtures.js';

const execute = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Without the variables of the npm that runs this test, so that only the arguments count. */
const ENV = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^npm_(?:lifecycle|package|config_(?!cache|registry|userconfig))/iu.test(name),
  ),
);

interface Sbom {
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly properties: readonly { readonly value: string }[];
  }[];
}

let folder: string;
let packed: Packed;
let install: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connect-wizard-package-'));
  packed = packInto(folder, ROOT, ENV);
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
  test('has exactly these files and stays small', async () => {
    // The end of a chunk's name is a hash of its content.
    const paths = packed.files.map(({ path }) => path.replace(/-[\w-]{8}\.cjs$/u, '-*.cjs'));
    const listed = `${paths.toSorted().join('\n')}\n`;
    await expect(listed).toMatchFileSnapshot('package-files.txt');
    expect(packed.size).toBeLessThanOrEqual(520_000);
    const bin = packed.files.find(({ path }) => path === 'bin/connect-wizard.js');
    expect((bin?.mode ?? 0) & 0o111).not.toBe(0);
  });

  test('does not contain the path where it was built', async () => {
    const root = join(install, 'node_modules', 'connect-wizard');
    for (const { path } of packed.files) {
      const content = await readFile(join(root, path), 'utf8');
      expect(content.includes(ROOT.replace(/\/$/u, '')), path).toBe(false);
      expect(content.includes('sourceMappingURL'), path).toBe(false);
    }
  });

  test('installs at most three packages, none of which runs an install script', async () => {
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
      for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
        expect(manifest.scripts?.[script], `${path} ${script}`).toBeUndefined();
      }
    }
  });

  test('has an SBOM with everything that is bundled or installed', async () => {
    const root = join(install, 'node_modules', 'connect-wizard', 'dist');
    const sbom = JSON.parse(await readFile(join(root, 'sbom.cdx.json'), 'utf8')) as Sbom;
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    const named = (delivery: string): string[] =>
      sbom.components
        .filter(({ properties }) => properties.some(({ value }) => value === delivery))
        .map(({ name, version }) => `${name} ${version}`)
        .toSorted();
    const licences = await readFile(join(root, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    const licensed = [...licences.matchAll(/^Name: (.+)\nVersion: (.+)$/gmu)];
    expect(licensed.length).toBeGreaterThan(10);
    expect(named('bundled')).toEqual(licensed.map(([, name, at]) => `${name} ${at}`).toSorted());

    const lock = JSON.parse(
      await readFile(join(install, 'node_modules', '.package-lock.json'), 'utf8'),
    ) as { packages: Record<string, { version: string }> };
    for (const [path, { version }] of Object.entries(lock.packages)) {
      const name = path.replace('node_modules/', '');
      if (name !== 'connect-wizard') expect(named('installed')).toContain(`${name} ${version}`);
    }
  });

  test('has its own licence and those of the bundled packages', async () => {
    const root = join(install, 'node_modules', 'connect-wizard');
    expect((await stat(join(root, 'LICENSE'))).size).toBeGreaterThan(500);
    const licences = await readFile(join(root, 'dist', 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['commander', 'undici', 'age-encryption', 'chalk', '@inquirer/core']) {
      expect(licences).toContain(`Name: ${name}\n`);
    }
  });
});

/** Runs it as a user does: by npx, in the folder where it is installed. */
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
  test('prints its version and its help by npx', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await npx(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
    const help = await npx(['--help']);
    expect(help).toMatchObject({ code: 0 });
    expect(help.stdout).toContain('Usage: npx connect-wizard');
  });

  test('checks a credential', async ({ world }) => {
    const args = [...FRESHSERVICE, '--store', 'none', '--json'];
    const result = await npx(args, world.env, KEY.input);
    expect(result.code).toBe(0);
    expect(onlyConnection(result)).toMatchObject({ verdict: 'valid', stored: false });
    expect(result.stdout + result.stderr).not.toContain(SECRETS.apiKey);
  });

  test('finds its native keychain module and its child process', async ({ world }) => {
    // Only the native module reports the path of a missing bus, so it was loaded.
    const result = await npx(
      [...FRESHSERVICE, '--json'],
      { ...world.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' },
      KEY.input,
    );
    expect(result.code).toBe(7);
    expect(onlyConnection(result).message).toContain('/nonexistent/bus');
  });
});

/** A program of a user. It prints public values on stdout and everything on stderr. */
const EXAMPLE = `
import { inspect } from 'node:util';
import {
  checkConnection,
  ConnectionError,
  getConnection,
  listConnections,
  UsageError,
} from 'connect-wizard';

const connection = await getConnection('freshservice/acme');
const { name, host, baseUrl, headers, fields, verdict, reason, lastValidAt } = connection;
const listed = await listConnections();
const checked = await checkConnection('freshservice');

console.log(connection);
console.log(String(connection), JSON.stringify(connection), JSON.stringify({ ...connection }));
console.log(inspect(connection, { showHidden: true, depth: null, getters: false }));
console.log(inspect([listed, checked], { depth: null }));

/** @param {Promise<unknown>} work */
async function failure(work) {
  try {
    await work;
  } catch (error) {
    console.log(inspect(error, { showHidden: true, depth: null }));
    if (error instanceof ConnectionError) {
      return { is: error.name, reason: error.reason, connection: error.connection, advice: error.advice };
    }
    if (error instanceof UsageError) return { is: error.name, code: error.code, message: error.message };
    throw error;
  }
  throw new Error('it did not fail');
}

const failures = [
  await failure(getConnection('freshservice/nobody')),
  await failure(checkConnection('freshservice/nobody')),
];
delete process.env['CONNECT_WIZARD_PASSPHRASE'];
failures.push(await failure(getConnection('freshservice/acme')));
console.error(
  JSON.stringify({
    told: { name, host, baseUrl, headers, fields, verdict, reason, lastValidAt },
    listed,
    checked,
    failures,
  }),
);
`;

/** The same in TypeScript, with uses that the types must forbid. */
const TYPED = `${EXAMPLE.replace('(work)', '(work: Promise<unknown>)')}
import type { ConnectionReport, Reason, StoredConnection, Verdict } from 'connect-wizard';

export const whole: StoredConnection = connection;
export const first: ConnectionReport | undefined = listed[0];
export const words: [string, Verdict, Reason, string | null] = [host, verdict, reason, lastValidAt];
export const record: Record<string, string> = { ...headers, ...fields };
export const rungs: (boolean | null)[] = checked.ladder.map(({ ok }) => ok);
await getConnection('freshservice/acme', { allowUnverified: true });
await checkConnection('freshservice/acme', { timeoutMs: 5000 });
// @ts-expect-error -- a name is needed
await getConnection();
// @ts-expect-error -- there is no such option
await getConnection('freshservice/acme', { reveal: true });
// @ts-expect-error -- host is a string
export const wrong: number = connection.host;
// @ts-expect-error -- an assignment must not change what is stored
connection.host = 'elsewhere.example';
// @ts-expect-error -- fine is no verdict
export const none: boolean = verdict === 'fine';
// @ts-expect-error -- the credential is internal
void connection.credential;
`;

/** A folder with a user's program, and the package where npm puts it. */
async function consumer(files: Readonly<Record<string, string>>): Promise<string> {
  const place = await mkdtemp(join(folder, 'consumer-'));
  await symlink(join(install, 'node_modules'), join(place, 'node_modules'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(place, name), content);
  return place;
}

/** The same, after the installed program has connected an account into the file store. */
async function connectedConsumer(
  world: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
): Promise<{ readonly cwd: string; readonly env: Readonly<Record<string, string>> }> {
  const cwd = await consumer(files);
  const env = {
    ...world,
    HOME: folder,
    CONNECT_WIZARD_HOME: join(cwd, 'home'),
    CONNECT_WIZARD_PASSPHRASE: PASSPHRASE,
  };
  const connected = await npx([...FRESHSERVICE, '--store', 'file'], env, KEY.input);
  expect(connected.code, connected.stderr).toBe(0);
  return { cwd, env };
}

const PASSPHRASE = 'four quiet words here';

describe('the library in another program', () => {
  test('gets, lists and checks a connection, and shows no secret', async ({ world }) => {
    const user = await connectedConsumer(world.env, { 'example.mjs': EXAMPLE });
    // If it didn't exit by itself, this would wait forever.
    const { ended } = start(process.execPath, ['example.mjs'], user);
    const { code, signal, stdout, stderr } = await ended;
    expect({ code, signal }, stderr).toEqual({ code: 0, signal: null });
    const pair = Buffer.from(`${SECRETS.apiKey}:X`).toString('base64');
    const { told, listed, checked, failures } = JSON.parse(stderr) as {
      told: Record<string, unknown>;
      listed: Record<string, unknown>[];
      checked: Record<string, unknown>;
      failures: Record<string, unknown>[];
    };
    expect(told).toEqual({
      name: 'freshservice/acme',
      host: 'acme.freshservice.com',
      baseUrl: 'https://acme.freshservice.com',
      headers: { authorization: `Basic ${pair}` },
      fields: { domain: 'acme', apiKey: SECRETS.apiKey },
      verdict: 'valid',
      reason: 'ok',
      lastValidAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u) as unknown,
    });
    const store = { kind: 'file', backend: 'encrypted files', persistent: true };
    expect(listed).toMatchObject([{ name: 'freshservice/acme', verdict: 'valid', store }]);
    // A list reads only the record; a check asks the provider.
    expect(listed[0]?.['httpStatus']).toBeNull();
    expect(checked).toMatchObject({ name: 'freshservice/acme', verdict: 'valid', httpStatus: 200 });
    expect(world.requests.at(-1)?.authorization).toBe(`Basic ${pair}`);
    const missing = {
      is: 'ConnectionError',
      reason: 'not-stored',
      connection: 'freshservice/nobody',
      advice: { what: 'Nothing is stored under freshservice/nobody' },
    };
    const locked = { is: 'UsageError', code: 'input-needed' };
    expect(failures).toMatchObject([missing, missing, locked]);

    // The connection was printed, and no secret with it.
    expect(stdout).toContain("host: 'acme.freshservice.com'");
    expect(stdout).toContain('"host":"acme.freshservice.com"');
    expect(stdout).toContain('ConnectionError: Nothing is stored under freshservice/nobody');
    for (const secret of [SECRETS.apiKey, pair, PASSPHRASE, 'AGE-SECRET-KEY-']) {
      expect(stdout).not.toContain(secret);
    }
  });

  test('reports what the provider says now, and records it', async ({ world }) => {
    const user = await connectedConsumer(world.env, {
      'check.mjs': `
        import { checkConnection, getConnection } from 'connect-wizard';
        const { verdict, reason, message } = await checkConnection('freshservice/acme');
        const after = await getConnection('freshservice/acme');
        console.log(JSON.stringify({ verdict, reason, message, after }));
      `,
    });
    world.serve(providers({ apiKey: 'the key after a reset' }));
    const { ended } = start(process.execPath, ['check.mjs'], user);
    const { code, stdout, stderr } = await ended;
    // A rejected credential is reported, and neither thrown nor printed.
    expect([code, stderr]).toEqual([0, '']);
    const refused = { verdict: 'rejected', reason: 'bad-credential' };
    expect(JSON.parse(stdout)).toMatchObject({ ...refused, after: refused });
    const listed = await npx(['list', '--json'], user.env);
    expect(onlyConnection(listed)).toMatchObject(refused);
  });

  test('compiles in a strict program that also checks the types of its libraries', async () => {
    const readme = await readFile(join(install, 'node_modules/connect-wizard/README.md'), 'utf8');
    const [, inReadme = ''] = /```js\n(import .*?)```/su.exec(readme) ?? [];
    expect(inReadme).toContain("from 'connect-wizard'");
    const place = await consumer({
      'example.mts': TYPED,
      'readme.mts': inReadme,
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          target: 'ES2023',
          module: 'NodeNext',
          moduleResolution: 'NodeNext',
          strict: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: false,
          noEmit: true,
          types: ['node'],
          typeRoots: [join(ROOT, 'node_modules', '@types')],
        },
        files: ['example.mts', 'readme.mts'],
      }),
    });
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const args = [tsc, '--project', place, '--listFiles'];
    const checked = await start(process.execPath, args, { cwd: place }).ended;
    expect(checked.stdout).not.toContain('error TS');
    expect(checked.code).toBe(0);
    // The compiler read the installed declarations, not those in dist.
    expect(checked.stdout).toContain(
      join(install, 'node_modules', 'connect-wizard', 'dist', 'index.d.ts'),
    );
  });

  test('exports only its public names, and no other path of the package', async () => {
    const place = await consumer({
      'inside.mjs': `
        const paths = ['connect-wizard/dist/main.js', 'connect-wizard/dist/index.js'];
        for (const path of paths) await import(path).then(() => 'open', ({ code }) => console.log(code));
        console.log(Object.keys(await import('connect-wizard')).toSorted().join(' '));
      `,
    });
    const result = await start(process.execPath, ['inside.mjs'], { cwd: place }).ended;
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout.split('\n')).toEqual([
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
      'ConnectWizard ConnectionError StoredConnection UsageError WizardError checkConnection getConnection listConnections openConnectWizard',
      '',
    ]);
  });
});

describeWith(KEYRING_PROGRAMS, 'the library with a keychain', () => {
  test('reads connections, and its child process does not keep the program running', async ({
    world,
    keyring,
  }) => {
    const place = await consumer({
      'keychain.mjs': `
        import { getConnection } from 'connect-wizard';
        const [one, two] = await Promise.all([
          getConnection('freshservice/acme'),
          getConnection('freshservice'),
        ]);
        console.log(one.fields.apiKey, two.headers.authorization === one.headers.authorization);
      `,
    });
    const env = { ...world.env, ...keyring.env, CONNECT_WIZARD_HOME: join(place, 'home') };
    expect((await npx(FRESHSERVICE, env, KEY.input)).code).toBe(0);
    const { ended } = start(process.execPath, ['keychain.mjs'], { env, cwd: place });
    expect(await ended).toEqual({
      code: 0,
      signal: null,
      stdout: `${SECRETS.apiKey} true\n`,
      stderr: '',
    });
  });
});

describe('the folder of the installation', () => {
  test('has no other files than those of npm', async () => {
    expect((await readdir(install)).toSorted()).toEqual([
      'node_modules',
      'package-lock.json',
      'package.json',
    ]);
  });
});
