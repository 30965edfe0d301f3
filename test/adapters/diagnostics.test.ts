import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Environment } from '../../src/adapters/environment.js';
import { createFolders } from '../../src/adapters/folders.js';
import { createDiagnostics } from '../../src/adapters/diagnostics.js';
import { UsageError, type Advice } from '../../src/core/errors.js';
import { createAuthority } from '../support/certificates.js';

const MESSAGE = 'Hello Jörg,\nplease switch on “API access”.\n';

/** Only the home in the environment decides where a file goes. */
const machine = machineWith({});

function machineWith(
  variables: Readonly<Record<string, string>>,
): ReturnType<typeof createDiagnostics> {
  const variable = (name: string): string | undefined => variables[name];
  const environment: Partial<Environment> = {
    platform: 'linux',
    nodeVersion: 'v24.0.0',
    architecture: 'x64',
    scriptPath: '/opt/connect-wizard.js',
    installation: 'global',
    variable,
    folders: createFolders('linux', variable),
  };
  return createDiagnostics({
    environment: environment as Environment,
    version: '1.0.0',
    interactive: true,
  });
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-machine-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The advice of a refusal. */
async function refusal(path: string): Promise<Advice> {
  const error: unknown = await machine.writeNew(path, MESSAGE).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).advice;
}

describe('a new file', () => {
  it('is in the home if its name begins with ~/', async () => {
    const home = await emptyFolder();
    await machineWith({ HOME: home }).writeNew('~/message.txt', MESSAGE);
    expect(await readFile(join(home, 'message.txt'), 'utf8')).toBe(MESSAGE);
  });

  it('has the whole text, and can be read by its owner only', async () => {
    const path = join(await emptyFolder(), 'message.txt');
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    await machine.writeNew(path, MESSAGE);
    expect(await readFile(path, 'utf8')).toBe(MESSAGE);
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600');
  });

  it('is in the current folder if its path is relative', async () => {
    const folder = await emptyFolder();
    const before = process.cwd();
    process.chdir(folder);
    onTestFinished(() => process.chdir(before));
    await mkdir('sub');
    await machine.writeNew('message.txt', MESSAGE);
    await machine.writeNew('./sub/message.txt', MESSAGE);
    expect((await readdir(folder, { recursive: true })).toSorted()).toEqual([
      'message.txt',
      'sub',
      'sub/message.txt',
    ]);
  });

  it('replaces no file', async () => {
    const path = join(await emptyFolder(), 'message.txt');
    await writeFile(path, 'precious');
    expect(await refusal(path)).toEqual({
      what: 'The file could not be written',
      why: `there is something named ${path} already, and it stays as it is`,
      next: 'Give another name, or a path in a folder that is there.',
    });
    expect(await readFile(path, 'utf8')).toBe('precious');
  });

  it("has the caller's next step if its path cannot be chosen", async () => {
    const path = join(await emptyFolder(), 'missing', 'acme-desk.json');
    const next = 'Choose another id.';
    await expect(machine.writeNew(path, MESSAGE, next)).rejects.toMatchObject({ advice: { next } });
  });

  it.each(['a file', 'nothing'])('is not written through a link to %s', async (to) => {
    const folder = await emptyFolder();
    const target = join(folder, 'target');
    if (to === 'a file') await writeFile(target, 'precious');
    await symlink(target, join(folder, 'link'));
    expect((await refusal(join(folder, 'link'))).why).toMatch(/already/u);
    expect(await readlink(join(folder, 'link'))).toBe(target);
    const left = await readFile(target, 'utf8').catch(() => 'nothing');
    expect(left).toBe(to === 'a file' ? 'precious' : 'nothing');
  });

  it.each<[string, string, RegExp]>([
    ['in no folder', 'missing/message.txt', /there is no folder .*\/missing$/u],
    ['below a file', 'file/message.txt', /\/file is not a folder$/u],
    ['with the name of a folder', 'folder', /already/u],
    ['with a name that ends with a slash', 'other/', /is the name of a folder$/u],
    ['with a name that is too long', 'x'.repeat(300), /too long/u],
    ['with an impossible name', 'a\u0000b', /ab: ERR_INVALID_ARG_VALUE$/u],
  ])('%s is refused with the reason', async (_, name, why) => {
    const folder = await emptyFolder();
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'folder'));
    expect((await refusal(`${folder}/${name}`)).why).toMatch(why);
    expect((await readdir(folder)).toSorted()).toEqual(['file', 'folder']);
  });

  // The kernel refuses even root there.
  it.runIf(process.platform === 'linux')(
    'is refused in a folder where nobody may write',
    async () => {
      expect((await refusal('/sys/kernel/message.txt')).why).toMatch(/you may not write in/u);
    },
  );

  it('is not left half-written if the disk is full', async ({ skip }) => {
    const folder = await emptyFolder();
    const size = ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder];
    const { status } = spawnSync('mount', size);
    skip(status !== 0, 'only root can make a small disk');
    onTestFinished(() => void spawnSync('umount', [folder]));
    const path = join(folder, 'message.txt');
    const error: unknown = await machine
      .writeNew(path, MESSAGE.repeat(10_000))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).advice.why).toMatch(/no room left/u);
    expect(await readdir(folder)).toEqual([]);
    await machine.writeNew(path, MESSAGE);
    expect(await readFile(path, 'utf8')).toBe(MESSAGE);
  });
});

const HOME = tmpdir();

async function check(id: string, variables: Readonly<Record<string, string>>) {
  const checks = await machineWith({ HOME, ...variables }).inspect(false);
  return checks.find((each) => each.id === id);
}

/** The checks of proxies. */
async function proxiesOf(variables: Readonly<Record<string, string>>): Promise<string[]> {
  const checks = await machineWith({ HOME, ...variables }).inspect(false);
  return checks.map(({ id }) => id).filter((id) => id.startsWith('proxy:'));
}

describe('the check of the machine', () => {
  it('names the version, how it was installed and where it is', async () => {
    await expect(check('connect-wizard', {})).resolves.toMatchObject({
      ok: true,
      detail: '1.0.0, installed for all folders (/opt/connect-wizard.js)',
    });
  });

  it.each([
    ['HTTPS_PROXY', 'http://proxy.example:3128', true, 'http://proxy.example:3128'],
    ['https_proxy', 'me:word@proxy.example', true, 'http://proxy.example, with a user name'],
    ['HTTP_PROXY', 'http://me:w%ord@proxy.example', false, 'percent-encoded'],
    ['HTTPS_PROXY', 'http://proxy.example/x.pac', false, '.pac file is not read'],
    ['HTTPS_PROXY', 'socks5://me:word@proxy.example', false, 'SOCKS is not spoken here'],
    ['ALL_PROXY', 'http://me:word@proxy.example', false, 'it is not read here'],
  ])('reads %s=%s as connect does', async (name, value, ok, words) => {
    const found = await check(`proxy:${name}`, { [name]: value });
    expect(found?.ok).toBe(ok);
    expect(found?.detail).toContain(words);
    expect(JSON.stringify(found)).not.toMatch(/word@|w%ord/u);
  });

  it('lists both proxies if both are set, and no proxy twice', async () => {
    await expect(
      proxiesOf({ HTTP_PROXY: 'a', HTTPS_PROXY: 'b', https_proxy: 'c' }),
    ).resolves.toEqual(['proxy:HTTP_PROXY', 'proxy:https_proxy']);
    await expect(proxiesOf({ HTTP_PROXY: 'a' })).resolves.toEqual(['proxy:HTTP_PROXY']);
    await expect(proxiesOf({ HTTP_PROXY: 'a', HTTPS_PROXY: 'a' })).resolves.toEqual([
      'proxy:HTTPS_PROXY',
    ]);
  });

  it('says which hosts need no proxy', async () => {
    const proxy = { HTTPS_PROXY: 'http://user:pa%ss@proxy.example' };
    await expect(
      check('proxy:NO_PROXY', { ...proxy, no_proxy: 'localhost,.acme.example' }),
    ).resolves.toMatchObject({ ok: true, detail: 'without a proxy: localhost,.acme.example' });
    await expect(proxiesOf({ ...proxy, NO_PROXY: '*' })).resolves.toEqual(['proxy:NO_PROXY']);
    await expect(proxiesOf({ NO_PROXY: 'localhost' })).resolves.toEqual([]);
  });

  it("says that a home which is a file isn't a folder", async () => {
    const found = await check('folder', { CONNECT_WIZARD_HOME: process.execPath });
    expect(found).toMatchObject({ ok: false, verdict: 'store-error' });
    expect(found?.detail).toContain(`${process.execPath}: ENOTDIR`);
    expect(found?.nextStep).toContain('is a file');
  });

  it.each([
    ['HOME', { HOME: 'relative' }, 'HOME is not an absolute path'],
    ['CONNECT_WIZARD_HOME', { CONNECT_WIZARD_HOME: 'cw' }, 'CONNECT_WIZARD_HOME'],
  ])('says that %s is not an absolute path', async (_, variables, words) => {
    const found = await check('folder', variables);
    expect(found).toMatchObject({ ok: false, verdict: 'store-error' });
    expect(found?.detail).toContain(words);
  });

  it.each(['XDG_CONFIG_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME', 'XDG_RUNTIME_DIR'])(
    'says that a relative %s is ignored',
    async (name) => {
      await expect(check(`folder:${name}`, { [name]: 'x' })).resolves.toMatchObject({
        ok: true,
        detail: 'it is not an absolute path, and so it is ignored',
      });
    },
  );
});

/** The name under which a save writes a file before it renames it. */
const aside = (path: string) => `${path}.${crypto.randomUUID()}.tmp`;

it('the leftovers of killed saves are found, and deleted with --repair once they are an hour old', async () => {
  const home = await emptyFolder();
  const state = await emptyFolder();
  await mkdir(join(home, 'secrets'), { mode: 0o700 });
  const beside = (name: string) => aside(join(home, 'secrets', `${name}.age`));
  const elsewhere = [
    join(home, 'identity.age'),
    join(home, 'connections', 'a.json'),
    join(home, 'requests', 'a.json'),
    join(home, 'providers', 'quill.json'),
    join(state, 'connect-wizard', 'approved.json'),
  ].map(aside);
  for (const path of elsewhere) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const [old, young] = [beside('old'), beside('young')];
  const other = join(home, 'secrets', 'notes.tmp');
  for (const path of [old, young, other, ...elsewhere]) await writeFile(path, 'x', { mode: 0o600 });
  const hourAgo = new Date(Date.now() - 61 * 60_000);
  for (const path of [old, other, ...elsewhere]) await utimes(path, hourAgo, hourAgo);
  const found = async (repair: boolean) => {
    const variables = { HOME, CONNECT_WIZARD_HOME: home, XDG_STATE_HOME: state };
    const checks = await machineWith(variables).inspect(repair);
    return checks.find(({ id }) => id === 'leftovers');
  };
  await expect(found(false)).resolves.toMatchObject({ ok: false, verdict: 'missing' });
  await expect(found(true)).resolves.toMatchObject({ ok: true });
  await expect(found(false)).resolves.toBeUndefined();
  const left = await readdir(join(home, 'secrets'));
  expect(left.map((name) => join(home, 'secrets', name)).toSorted()).toEqual(
    [young, other].toSorted(),
  );
  expect(elsewhere.filter((path) => existsSync(path))).toEqual([]);
});

describe('the file of NODE_EXTRA_CA_CERTS', () => {
  let pem: string;
  beforeAll(async () => {
    const { pem: made } = await createAuthority();
    pem = `${made.trim()}\n`;
  });

  /** Node reads the file at its start, so another Node has to say what it took. */
  async function checked(content: (pem: string) => string) {
    const folder = await emptyFolder();
    const path = join(folder, 'ca.pem');
    await writeFile(path, content(pem));
    const main = fileURLToPath(new URL('../../src/adapters/certificates.ts', import.meta.url));
    const rolldown = fileURLToPath(
      new URL('../../node_modules/rolldown/bin/cli.mjs', import.meta.url),
    );
    const bundle = ['--platform', 'node', '--format', 'esm', '--dir', folder];
    expect(spawnSync(process.execPath, [rolldown, main, ...bundle]).status).toBe(0);
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const program = `
      import { certificatesFault, readExtraCertificates } from './certificates.js';
      const found = await readExtraCertificates(process.env.NODE_EXTRA_CA_CERTS);
      console.log(certificatesFault(found) ?? 'adds ' + found.count);
    `;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: folder,
      env: { NODE_EXTRA_CA_CERTS: path },
      encoding: 'utf8',
    });
    return run.stdout.trim();
  }

  it.each<[string, (pem: string) => string, string]>([
    ['one', (one) => one, 'adds 1'],
    ['one with text around it', (one) => `Our CA\n${one}The end`, 'adds 1'],
    ['one with Windows line ends', (one) => one.replaceAll('\n', '\r\n'), 'adds 1'],
    ['one after a byte order mark', (one) => `\uFEFF${one}`, 'adds 1'],
    ['two without a line break between', (one) => `${one.trim()}${one}`, 'none of the 2'],
    ['the same one three times', (one) => one.repeat(3), 'adds 3'],
    [
      'one after a comment with its first line',
      (one) => `# ${one.split('\n')[0]}\n${one}`,
      'adds 1',
    ],
    ["one in OpenSSL's own form", (one) => one.replaceAll('CERT', 'TRUSTED CERT'), 'has no cert'],
    ['nothing', () => 'hello', 'has no certificate in PEM form'],
    ['one in a single line', (one) => one.replaceAll('\n', ''), 'Node takes none of the 1'],
    ['one that was cut off', (one) => one.slice(0, 300), 'Node takes none of the 1'],
    [
      'a broken one first',
      (one) => `${one.replace(/MII.{9}/u, 'MIIBAAAAAAAA')}${one}`,
      'none of the 2',
    ],
    ['a broken one last', (one) => `${one}${one.slice(0, 300)}`, 'only the first 1 of the 2'],
  ])('is reported as Node reads it, with %s', async (_, content, words) => {
    expect(await checked(content)).toContain(words);
  });

  it('is reported with the reason if it cannot be read', async () => {
    const checks = await machineWith({ NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' }).inspect(false);
    expect(checks.find(({ id }) => id === 'certificates')).toMatchObject({
      ok: false,
      detail: 'the file of NODE_EXTRA_CA_CERTS cannot be read: ENOENT (/nowhere/ca.pem)',
    });
  });
});
