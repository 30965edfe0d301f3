/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmod,
  lchown,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Encrypter, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { page } from '../support/fake-providers.js';
import { PASS_PROGRAMS, startPass, type Pass } from '../support/pass.js';
import { describeWith } from '../support/real-parts.js';
import { PROGRAM, type RunResult } from '../support/run.js';
import { KEYRING_PROGRAMS } from '../support/secret-service.js';
import type { SlowProvider } from '../support/tls-world.js';
import {
  documentOf,
  expectNoStack,
  modeOf,
  onlyConnection,
  SECRETS,
  type Machine,
} from './machine.js';
import { FRESHSERVICE, FRESHSERVICE_ITEM, KEY, providers, test, type World } from './fixtures.js';

const NAME = 'freshservice/acme';
const PASSPHRASE = 'the-PASSPHRASE-canary of a test';
const WITH_PASSPHRASE = { CONNECT_WIZARD_PASSPHRASE: PASSPHRASE };
const NEW_KEY = 'fs-KEY-after-the-reset';
const NEW = { input: `${NEW_KEY}\n` };

const homeOf = ({ folder }: Machine): string => join(folder, 'home', '.config', 'connect-wizard');
const recordOf = (home: string): string => join(home, 'connections', 'freshservice%2Facme.json');
const secretOf = (home: string): string => join(home, 'secrets', 'freshservice%2Facme.age');

/** Encrypts a text for the file store, as somebody else could. */
async function sealFor(env: Readonly<Record<string, string>>, text: string): Promise<Uint8Array> {
  const identity = await readFile(env['CONNECT_WIZARD_AGE_IDENTITY'] ?? '', 'utf8');
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity.trim()));
  return encrypter.encrypt(text);
}

async function tokenOf(machine: Machine, env: Readonly<Record<string, string>>): Promise<string> {
  const { code, stdout, stderr } = await machine.run(['token', NAME], { env });
  expect(code, stderr).toBe(0);
  return stdout.trim();
}

function expectAbsent(results: readonly RunResult[], ...secrets: readonly string[]): void {
  for (const { stdout, stderr } of results) {
    for (const secret of secrets) {
      for (const each of [
        secret,
        encodeURIComponent(secret),
        Buffer.from(secret).toString('base64'),
      ]) {
        expect(stdout + stderr).not.toContain(each);
      }
    }
  }
}

describeWith(PASS_PROGRAMS, 'a credential helper', () => {
  let pass: Pass;
  beforeAll(async () => {
    pass = await startPass();
  });
  afterAll(() => pass.close());

  /** Makes a password store on the machine, and returns the variables that lead to it. */
  async function passOn(machine: Machine): Promise<Record<string, string>> {
    const store = join(machine.folder, 'home', '.password-store');
    await pass.init(store);
    return { GNUPGHOME: pass.env['GNUPGHOME'] ?? '', PASSWORD_STORE_DIR: store };
  }

  test('serves connect, check, list, rotate and remove without another --store', async ({
    server,
    world,
  }) => {
    const env = await passOn(server);
    const connected = await server.run([...FRESHSERVICE, '--store', 'helper:pass', '--json'], {
      ...KEY,
      env,
    });
    expect(connected.code, connected.stderr).toBe(0);
    const store = { kind: 'helper:pass', backend: 'docker-credential-pass', persistent: true };
    expect(onlyConnection(connected)).toMatchObject({ stored: true, store });
    expect(await server.record(NAME)).toMatchObject({ store: 'helper:pass' });

    // Docker sees it this way.
    const listed = await server.shell('docker-credential-pass list', { env });
    expect(JSON.parse(listed.stdout)).toEqual({
      [`https://connect-wizard.invalid/${NAME}`]: 'connect-wizard',
    });
    const got = await server.shell(
      `printf %s https://connect-wizard.invalid/${NAME} | docker-credential-pass get`,
      { env },
    );
    expect(JSON.parse(got.stdout)).toMatchObject({
      Username: 'connect-wizard',
      Secret: FRESHSERVICE_ITEM,
    });

    expect((await server.run(['check'], { env })).code).toBe(0);
    expect(await tokenOf(server, env)).toBe(SECRETS.apiKey);
    expect(onlyConnection(await server.run(['list', '--json'], { env }))).toMatchObject({
      name: NAME,
      store,
    });
    const text = await server.run(['list'], { env });
    expect(text.stdout).toContain('docker-credential-pass');

    // The connection remembers its store.
    world.serve(providers({ apiKey: NEW_KEY }));
    expect((await server.run(['rotate', NAME, '--api-key-stdin'], { ...NEW, env })).code).toBe(0);
    expect((await server.run(FRESHSERVICE, { ...NEW, env })).code).toBe(0);
    expect(await server.record(NAME)).toMatchObject({ store: 'helper:pass' });
    expect(await tokenOf(server, env)).toBe(NEW_KEY);
    for (const [path, content] of await server.files()) {
      expect(content.includes('fs-KEY'), path).toBe(false);
    }

    expect((await server.run(['remove', NAME], { env })).code).toBe(0);
    expect((await server.shell('docker-credential-pass list', { env })).stdout.trim()).toBe('{}');
    expect(await server.recordNames()).toEqual([]);
  });

  test('is reported before the key is sent anywhere if it is not set up', async ({
    server,
    world,
  }) => {
    const env = { ...pass.env, PASSWORD_STORE_DIR: join(server.folder, 'home', 'nowhere') };
    const result = await server.run([...FRESHSERVICE, '--store', 'helper:pass', '--json'], {
      ...KEY,
      env,
    });
    expect(result.code).toBe(7);
    expect(onlyConnection(result)).toMatchObject({ reason: 'store-unavailable', stored: false });
    expect(onlyConnection(result).nextStep).toContain('pass init');
    expect(await server.files()).toEqual(new Map());
    expect(world.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });

  test('is reported as locked if its key cannot be used, and loses nothing', async ({ server }) => {
    const env = await passOn(server);
    await server.run([...FRESHSERVICE, '--store', 'helper:pass'], { ...KEY, env });
    const record = await server.record(NAME);
    // Without the secret key, gpg says the same as for a key that it can't unlock.
    const elsewhere = { ...env, GNUPGHOME: join(server.folder, 'tmp') };
    await chmod(elsewhere.GNUPGHOME, 0o700);
    for (const args of [['check'], ['remove', NAME], ['move', NAME, '--store', 'file']]) {
      const result = await server.run([...args, '--json'], {
        env: { ...elsewhere, ...WITH_PASSPHRASE },
      });
      expect(result.code, args.join(' ')).toBe(7);
      expect(onlyConnection(result)).toMatchObject({ reason: 'store-locked', stored: true });
    }
    await server.shell('gpgconf --kill all', { env: elsewhere });
    expect(await server.record(NAME)).toEqual(record);
    expect(await tokenOf(server, env)).toBe(SECRETS.apiKey);
  });

  test('keeps nothing of a connection that moves to files, and takes it back', async ({
    server,
  }) => {
    const env = { ...(await passOn(server)), ...WITH_PASSPHRASE };
    const list = () => server.shell('docker-credential-pass list', { env });
    await server.run([...FRESHSERVICE, '--store', 'helper:pass'], { ...KEY, env });
    const record = await server.record(NAME);

    const there = await server.run(['move', 'freshservice', '--store', 'file', '--json'], { env });
    expect(there.code, there.stderr).toBe(0);
    expect(documentOf(there).command).toBe('move');
    expect(onlyConnection(there)).toMatchObject({
      name: NAME,
      verdict: 'valid',
      stored: true,
      store: { kind: 'file' },
    });
    expect(await server.record(NAME)).toEqual({ ...record, store: 'file' });
    expect((await list()).stdout.trim()).toBe('{}');
    expect(await tokenOf(server, env)).toBe(SECRETS.apiKey);

    const again = await server.run(['move', NAME, '--store', 'file'], { env });
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain('already');

    const back = await server.run(['move', NAME, '--store', 'helper:pass'], { env });
    expect(back.code, back.stderr).toBe(0);
    expect(back.stdout).toContain('docker-credential-pass');
    expect(await server.record(NAME)).toEqual(record);
    expect(await readdir(join(homeOf(server), 'secrets'))).toEqual([]);
    expect((await server.run(['check'], { env })).code).toBe(0);
    expectAbsent([there, again, back], SECRETS.apiKey, PASSPHRASE);
  });
});

describeWith(KEYRING_PROGRAMS, 'a move', () => {
  test('goes from the keychain to files and back', async ({ machine, keyring }) => {
    const env = WITH_PASSPHRASE;
    await machine.run(FRESHSERVICE, KEY);
    const record = await machine.record(NAME);

    expect((await machine.run(['move', NAME, '--store', 'file'], { env })).code).toBe(0);
    expect(await keyring.accounts()).toEqual([]);
    expect(await machine.record(NAME)).toEqual({ ...record, store: 'file' });
    expect(onlyConnection(await machine.run(['list', '--json']))).toMatchObject({
      store: { kind: 'file' },
    });
    expect(await tokenOf(machine, env)).toBe(SECRETS.apiKey);

    expect((await machine.run(['move', NAME, '--store', 'keychain'], { env })).code).toBe(0);
    expect(await keyring.lookup(NAME)).toBe(FRESHSERVICE_ITEM);
    expect(await keyring.accounts()).toEqual([NAME]);
    expect(await readdir(join(homeOf(machine), 'secrets'))).toEqual([]);
    expect(await machine.record(NAME)).toEqual(record);
    expect((await machine.run(['check'])).code).toBe(0);
  });

  test("needs --replace if its target has another tenant's secret", async ({
    machine,
    keyring,
  }) => {
    const env = machine.fileStore;
    await machine.run(FRESHSERVICE, { ...KEY, env });
    const foreign = FRESHSERVICE_ITEM.replaceAll('acme', 'beta');
    await keyring.put(NAME, foreign);
    const refused = await machine.run(['move', NAME, '--store', 'keychain', '--json'], { env });
    expect(refused.code).toBe(2);
    expect(documentOf(refused).error).toMatchObject({ code: 'name-taken' });
    expect(await keyring.lookup(NAME)).toBe(foreign);
    expect(await machine.record(NAME)).toMatchObject({ store: 'file' });
    expect(await tokenOf(machine, env)).toBe(SECRETS.apiKey);

    const replaced = await machine.run(['move', NAME, '--store', 'keychain', '--replace'], { env });
    expect(replaced.code).toBe(0);
    expect(await keyring.lookup(NAME)).toBe(FRESHSERVICE_ITEM);
  });

  test('changes nothing if its target is a locked keychain', async ({ machine, keyring }) => {
    const env = machine.fileStore;
    await machine.run(FRESHSERVICE, { ...KEY, env });
    const before = await machine.files();
    await keyring.lock();
    const result = await machine.run(['move', NAME, '--store', 'keychain', '--json'], { env });
    expect(result.code).toBe(7);
    expect(onlyConnection(result)).toMatchObject({
      reason: 'store-locked',
      stored: true,
      store: { kind: 'file' },
    });
    expect(await machine.files()).toEqual(before);
    expect(await tokenOf(machine, env)).toBe(SECRETS.apiKey);
  });
});

describe('an impossible command', () => {
  for (const [args, code] of [
    [['move', NAME, '--store', 'file'], 4],
    [['move', NAME], 2],
    [['move', '--store', 'file'], 2],
    [['move', NAME, '--store', 'none'], 2],
    [['move', NAME, '--store', 'vault-canary'], 2],
    [['move', NAME, '--store', 'helper:'], 2],
    [['move', NAME, '--store', 'helper:-canary'], 2],
    [[...FRESHSERVICE, '--store', 'helper: '], 2],
    [[...FRESHSERVICE, '--store', 'helper:nobody-has-this'], 7],
    [['rotate', NAME], 4],
  ] as const) {
    test(`exits with ${code} and makes no file: ${args.join(' ')}`, async ({ server }) => {
      const results = [await server.run(args, KEY), await server.run([...args, '--json'], KEY)];
      for (const result of results) {
        expect(result.code).toBe(code);
        expectNoStack(result);
        expect(result.stdout + result.stderr).not.toContain('canary');
      }
      documentOf(results[1] as RunResult);
      expect(await server.files()).toEqual(new Map());
    });
  }
});

test('a credential helper gets secrets only on its standard input', async ({ server }) => {
  const log = await server.file('seen', '');
  const program = await server.file(
    'helper',
    `#!/bin/sh
input=$(cat)
{ echo "== $*"; tr '\\0' '\\n' < /proc/$$/cmdline; tr '\\0' '\\n' < /proc/$$/environ; } >> '${log}'
case $1 in
  store) printf %s "$input" > '${log}.kept' ;;
  get) cat '${log}.kept' 2> /dev/null || { echo 'credentials not found'; exit 1; } ;;
  erase) rm '${log}.kept' ;;
  list) echo '{}' ;;
esac
`,
  );
  await chmod(program, 0o755);
  const env = {
    ...WITH_PASSPHRASE,
    FRESHSERVICE_API_KEY: SECRETS.apiKey,
    GLADLY_TOKEN: SECRETS.token,
    SEEN: 'it does have an environment',
  };
  const result = await server.run(
    ['freshservice', '--domain', 'acme', '--store', `helper:${program}`],
    { env },
  );
  expect(await readFile(`${log}.kept`, 'utf8'), result.stderr).toContain(
    JSON.stringify(FRESHSERVICE_ITEM),
  );
  const seen = await readFile(log, 'utf8');
  expect(seen).toContain('== store\n');
  expect(seen).toContain('SEEN=it does have an environment');
  for (const secret of [SECRETS.apiKey, SECRETS.token, PASSPHRASE])
    expect(seen).not.toContain(secret);
});

/** The providers and their makers' own sites, which doctor visits if nothing is stored. */
function internet(...parts: Parameters<typeof providers>): SlowProvider {
  const tenants = providers(...parts);
  return (request) =>
    ['freshservice.com', 'gladly.com'].includes(request.host)
      ? page(200, 'Buy our service desk')
      : tenants(request);
}

interface DoctorDocument {
  readonly command: string;
  readonly checks: readonly { id: string; ok: boolean; detail: string; nextStep: string | null }[];
  readonly exitCode: number;
}

function doctorOf(result: RunResult): DoctorDocument {
  const document = documentOf(result) as unknown as DoctorDocument;
  expect(document.command).toBe('doctor');
  for (const check of document.checks) {
    expect(Object.keys(check)).toEqual(['id', 'ok', 'detail', 'nextStep']);
    expect(check.nextStep === null, check.id).toBe(check.ok);
  }
  return document;
}

const failingOf = (result: RunResult): string[] =>
  doctorOf(result)
    .checks.filter(({ ok }) => !ok)
    .map(({ id }) => id);

const expectUnsigned = ({ requests }: World, from = 0): void => {
  expect(requests.slice(from).filter(({ authorization }) => authorization !== undefined)).toEqual(
    [],
  );
};

/** Connects an account into files. @returns the variables that open them. */
async function connectedInFiles(server: Machine, world: World): Promise<Record<string, string>> {
  world.serve(internet());
  const env = server.fileStore;
  await server.run(FRESHSERVICE, { ...KEY, env });
  return env;
}

describe('doctor', () => {
  test('says that all is well in text and in JSON, and sends no secret', async ({
    server,
    world,
  }) => {
    const env = await connectedInFiles(server, world);
    const before = await server.files();
    const asked = world.requests.length;

    const text = await server.run(['doctor'], { env });
    expect(text.code, text.stdout).toBe(0);
    for (const id of [
      'node',
      'terminal',
      'proxy:HTTPS_PROXY',
      'certificates',
      'folder',
      'permissions',
      'records',
      'store:file',
      'host:acme.freshservice.com',
      'clock',
    ]) {
      expect(text.stdout).toMatch(new RegExp(String.raw`^ {2}✓ ${id}: `, 'mu'));
    }
    expect(text.stdout).not.toMatch(/^ +[✗!] /mu);
    const document = await server.run(['doctor', '--json'], { env });
    expect(doctorOf(document).exitCode).toBe(0);
    expect(failingOf(document)).toEqual([]);
    expect(await server.run(['doctor', '--quiet'], { env })).toMatchObject({ code: 0, stdout: '' });
    expectUnsigned(world, asked);
    expect(world.requests.slice(asked).map(({ host }) => host)).toContain('acme.freshservice.com');
    expect(await server.files()).toEqual(before);
  });

  test('reports a missing keychain, with what to do', async ({ server, world }) => {
    world.serve(internet());
    const text = await server.run(['doctor']);
    expect(text.code).toBe(7);
    expect(text.stdout).toMatch(/^ {2}✗ store:keychain: .*cannot be used/mu);
    expect(text.stdout).toContain('--store file');
    const quiet = await server.run(['doctor', '--quiet']);
    expect(quiet.code).toBe(7);
    expect(quiet.stdout).toContain('✗ store:keychain');
    expect(quiet.stdout).not.toContain('✓');
    expect(failingOf(await server.run(['doctor', '--json']))).toEqual(['store:keychain']);
    expectUnsigned(world);
    expect(await server.files()).toEqual(new Map());
  });

  test('names the variables of the passphrase if it is missing', async ({ server, world }) => {
    world.serve(internet());
    const result = await server.run(['doctor', '--json'], {
      env: { CONNECT_WIZARD_STORE: 'file' },
    });
    expect(result.code).toBe(7);
    expect(failingOf(result)).toEqual(['store:file']);
    expect(JSON.stringify(doctorOf(result))).toContain('CONNECT_WIZARD_PASSPHRASE');
    expectNoStack(result);
  });

  test('exits with the code of the worst of its checks', async ({ server, world }) => {
    const env = await connectedInFiles(server, world);
    await rm(secretOf(homeOf(server)));
    const lost = await server.run(['doctor', '--json'], { env });
    expect(lost.code).toBe(4);
    expect(failingOf(lost)).toEqual([`secret:${NAME}`]);

    world.serve(internet({ tenants: [] }));
    const gone = await server.run(['doctor', '--json'], { env });
    expect(gone.code).toBe(8);
    expect(failingOf(gone)).toEqual([`secret:${NAME}`, 'host:acme.freshservice.com']);

    await writeFile(recordOf(homeOf(server)), '{"v":1');
    const damaged = await server.run(['doctor', '--json'], { env });
    expect(damaged.code).toBe(7);
    expect(failingOf(damaged)).toContain(`record:${NAME}`);

    const dead = {
      ...env,
      HTTPS_PROXY: 'http://127.0.0.1:1',
      CONNECT_WIZARD_HOME: join(server.folder, 'tmp', 'new'),
    };
    // Nothing is stored there, so nothing is sent.
    const empty = await server.run(['doctor', '--json'], { env: dead });
    expect(failingOf(empty)).toEqual([]);
    expect(empty.code).toBe(0);
  });

  test('rebuilds the lost record of a secret with --repair', async ({ server, world }) => {
    const env = await connectedInFiles(server, world);
    await rm(recordOf(homeOf(server)));
    const found = await server.run(['doctor', '--json'], { env });
    expect(found.code).toBe(4);
    expect(failingOf(found)).toEqual([`secret:${NAME}`]);
    expect(await server.recordNames()).toEqual([]);

    const asked = world.requests.length;
    const repaired = await server.run(['doctor', '--repair', '--json'], { env });
    expect(repaired.code).toBe(0);
    expectUnsigned(world, asked);
    expect(JSON.stringify(await server.record(NAME))).not.toContain(SECRETS.apiKey);
    // Until a check proves it, the secret isn't handed over.
    expect((await server.run(['token', NAME], { env })).code).toBe(6);
    expect((await server.run(['check'], { env })).code).toBe(0);
    expect(await tokenOf(server, env)).toBe(SECRETS.apiKey);
    expect(failingOf(await server.run(['doctor', '--json'], { env }))).toEqual([]);
  });

  test('keeps a connection with --repair that has the name of a test value', async ({
    server,
    world,
  }) => {
    const env = await connectedInFiles(server, world);
    const name = `connect-wizard-test/${randomUUID()}`;
    const real = join(homeOf(server), 'secrets', `${encodeURIComponent(name)}.age`);
    await writeFile(real, await sealFor(env, FRESHSERVICE_ITEM.replace(NAME, name)));
    expect((await server.run(['doctor', '--repair'], { env })).code).toBe(4);
    expect(await readdir(dirname(real))).toContain(basename(real));
  });

  test('deletes with --repair the test values that a crash has left', async ({ server, world }) => {
    const env = await connectedInFiles(server, world);
    const left = join(homeOf(server), 'secrets', `connect-wizard-test%2F${randomUUID()}.age`);
    await writeFile(left, await sealFor(env, randomUUID()));
    expect((await server.run(['doctor'], { env })).code).toBe(4);
    expect((await server.run(['doctor', '--repair'], { env })).code).toBe(0);
    expect(await readdir(dirname(left))).toEqual(['freshservice%2Facme.age']);
    expect(await tokenOf(server, env)).toBe(SECRETS.apiKey);
  });

  test('writes a report without secrets, passphrases and proxy passwords', async ({
    server,
    world,
  }) => {
    world.serve(internet());
    const proxy = new URL(world.env['HTTPS_PROXY'] ?? '');
    const env = {
      ...WITH_PASSPHRASE,
      CONNECT_WIZARD_STORE: 'file',
      HTTPS_PROXY: `http://proxy-USER-canary:proxy-WORD-canary@${proxy.host}`,
      FRESHSERVICE_API_KEY: SECRETS.apiKey,
      GLADLY_TOKEN: SECRETS.token,
    };
    const connected = await server.run(['freshservice', '--domain', 'acme'], { env });
    expect(connected.code, connected.stderr).toBe(0);
    await rm(recordOf(homeOf(server)));
    const socks = 'socks5://other-USER-canary:other-WORD-canary@proxy.example:1080';
    Object.assign(env, { HTTP_PROXY: socks });

    const path = join(server.folder, 'tmp', 'report.txt');
    const results = [
      await server.run(['doctor'], { env }),
      await server.run(['doctor', '--json'], { env }),
      await server.run(['doctor', '--repair', '--report', path], { env }),
      await server.run(['doctor', '--report', `${path}.2`], {
        env: { ...env, HTTPS_PROXY: 'http://proxy-USER-canary:proxy-WORD-canary@127.0.0.1:1' },
      }),
      await server.run(['doctor', '--json'], {
        env: { ...env, HTTPS_PROXY: 'proxy-USER-canary:proxy-WORD-canary@[' },
      }),
    ];
    expect(results.map(({ code }) => code)).toEqual([4, 4, 6, 6, 6]);
    const reports = [await readFile(path, 'utf8'), await readFile(`${path}.2`, 'utf8')];
    for (const report of reports) {
      expect(report).toMatch(/^\d{4}-\d\d-\d\dT.*Z\nThis machine\n {2}\+ connect-wizard: /u);
      expect(report).toContain('proxy:HTTPS_PROXY: http://127.0.0.1');
      expect(report).toContain('with a user name');
      expect(report).toContain('! proxy:HTTP_PROXY');
      expect(report).toContain('store:file');
    }
    expect(reports[0]).toContain(`secret:${NAME}: its record was rebuilt`);
    expect(await modeOf(path)).toBe('600');
    const written = reports.map((stdout) => ({ code: 0, signal: null, stdout, stderr: '' }));
    expectAbsent(
      [...results, ...written],
      SECRETS.apiKey,
      SECRETS.token,
      PASSPHRASE,
      'proxy-USER-canary',
      'proxy-WORD-canary',
      'other-USER-canary',
      'other-WORD-canary',
    );
    for (const [file, content] of await server.files()) {
      expect(content.includes('canary'), file).toBe(false);
      expect(content.includes(SECRETS.apiKey), file).toBe(false);
    }
  });

  test('exits with 2 if the report cannot be written, and overwrites no link', async ({
    server,
    world,
  }) => {
    world.serve(internet());
    const env = server.fileStore;
    const precious = await server.file('precious', 'precious');
    const link = join(server.folder, 'tmp', 'link');
    await symlink(precious, link);
    for (const path of [link, join(precious, 'report')]) {
      const result = await server.run(['doctor', '--report', path], { env });
      expect(result.code).toBe(2);
      expect(result.stderr).toContain('The report could not be written');
      expectNoStack(result);
    }
    expect(await readFile(precious, 'utf8')).toBe('precious');
    expect(await readlink(link)).toBe(precious);
  });
});

describe('a symbolic link', () => {
  for (const [what, pathOf] of [
    ['a record', recordOf],
    ['a secret', secretOf],
  ] as const) {
    test(`in place of ${what} is not followed or replaced, and nothing is lost`, async ({
      server,
      world,
    }) => {
      const env = server.fileStore;
      await server.run(FRESHSERVICE, { ...KEY, env });
      const path = pathOf(homeOf(server));
      const elsewhere = join(server.folder, '.own', 'elsewhere');
      await rename(path, elsewhere);
      await symlink(elsewhere, path);
      const before = await readFile(elsewhere);
      const secret = await readFile(secretOf(homeOf(server)));

      world.serve(providers({ apiKey: NEW_KEY }));
      const results = [
        await server.run([...FRESHSERVICE, '--json'], { ...NEW, env }),
        await server.run(['remove', NAME, '--json'], { env }),
      ];
      for (const result of results) {
        expect(result.code).toBe(7);
        expect(onlyConnection(result)).toMatchObject({ reason: 'store-denied' });
        expect(onlyConnection(result).message).toContain('is a link to another place');
      }
      expect(await readlink(path)).toBe(elsewhere);
      expect(await readFile(elsewhere)).toEqual(before);
      if (what === 'a secret') expect(await readFile(secretOf(homeOf(server)))).toEqual(secret);
      world.serve(providers());
      if (what === 'a secret') expect(await tokenOf(server, env)).toBe(SECRETS.apiKey);
    });
  }

  test('in place of the identity stops a new one from being made', async ({ server }) => {
    const env = { ...WITH_PASSPHRASE, CONNECT_WIZARD_STORE: 'file' };
    await mkdir(homeOf(server), { recursive: true });
    const elsewhere = join(server.folder, '.own', 'elsewhere');
    await symlink(elsewhere, join(homeOf(server), 'identity.age'));
    const result = await server.run([...FRESHSERVICE, '--json'], { ...KEY, env });
    expect(result.code).toBe(7);
    expect(onlyConnection(result)).toMatchObject({ reason: 'store-denied', stored: false });
    expect(await readdir(dirname(elsewhere))).not.toContain('elsewhere');
    expect(await server.files()).toEqual(new Map());
  });
});

const ROOT = process.getuid?.() === 0;
/** Permissions do not bind root, and tests in containers run as root. */
const NOBODY = 65_534;

/** Gives the machine to a user whom permissions bind, and runs as that user. */
async function asNobody(machine: Machine, world: World) {
  const caFile = world.env['NODE_EXTRA_CA_CERTS'] ?? '';
  if (ROOT) {
    await chmod(dirname(caFile), 0o755);
    for (const each of await readdir(machine.folder, { recursive: true })) {
      await lchown(join(machine.folder, each), NOBODY, NOBODY);
    }
    await lchown(machine.folder, NOBODY, NOBODY);
  }
  const prefix = ROOT
    ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', process.execPath]
    : [process.execPath];
  const [command = '', ...rest] = prefix;
  return (args: readonly string[], more: Parameters<Machine['run']>[1]): Promise<RunResult> =>
    machine.start(command, [...rest, PROGRAM, ...args], more).ended;
}

describeWith(ROOT ? ['setpriv'] : [], 'a folder without write permission', () => {
  test('loses nothing and can still be read', async ({ server, world }) => {
    const env = server.fileStore;
    await server.run(FRESHSERVICE, { ...KEY, env });
    const run = await asNobody(server, world);
    const home = homeOf(server);
    const folders = [home, join(home, 'secrets'), join(home, 'connections')];
    for (const each of folders) await chmod(each, 0o500);
    const before = await server.files();
    try {
      world.serve(providers({ apiKey: NEW_KEY }));
      for (const args of [FRESHSERVICE, ['rotate', NAME, '--api-key-stdin'], ['remove', NAME]]) {
        const result = await run([...args, '--json'], { ...NEW, env });
        expect(result.code, args.join(' ')).toBe(7);
        expect(onlyConnection(result)).toMatchObject({ reason: 'store-denied' });
        expect(onlyConnection(result).message).toMatch(/EACCES|EROFS/u);
        expect(onlyConnection(result).nextStep).toContain('CONNECT_WIZARD_HOME');
        expectNoStack(result);
        expect(await server.files()).toEqual(before);
      }
      expect((await run(['list'], { env })).code).toBe(0);
      expect((await run(['token', NAME], { env })).stdout.trim()).toBe(SECRETS.apiKey);
      world.serve(internet());
      const doctor = await run(['doctor', '--json'], { env });
      expect(doctor.code).toBe(7);
      expect(failingOf(doctor)).toEqual(['folder', 'store:file']);
      expect(await server.files()).toEqual(before);
    } finally {
      // Without root the test could not delete the folders otherwise.
      for (const each of folders) await chmod(each, 0o700);
    }
  });
});

describeWith(ROOT ? ['setpriv'] : ['root'], "another user's folder", () => {
  test('is neither read nor written, and every command reports it', async ({ server, world }) => {
    const env = server.fileStore;
    await server.run(FRESHSERVICE, { ...KEY, env });
    const run = await asNobody(server, world);
    const home = homeOf(server);
    await lchown(home, 0, 0);
    world.serve(internet());
    const before = await server.files();
    for (const args of [
      FRESHSERVICE,
      ['check'],
      ['list'],
      ['remove', NAME],
      ['token', NAME],
      ['doctor'],
    ]) {
      const result = await run(args, { ...KEY, env });
      expect(result.code, args.join(' ')).toBe(7);
      expectNoStack(result);
      expect(result.stdout + result.stderr).toContain('EACCES');
      expect(result.stdout + result.stderr).not.toContain(SECRETS.apiKey);
    }
    expect(await server.files()).toEqual(before);
  });
});

/** Mounts a small file system. @returns whether this machine allows that. */
function mountSmall(folder: string, kib: number): boolean {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', folder], {
    stdio: 'ignore',
  });
  return status === 0;
}

describe('a full disk', () => {
  test('is reported and keeps the old credential whole', async ({ server, world, skip }) => {
    const env = server.fileStore;
    const home = homeOf(server);
    await mkdir(home, { recursive: true });
    if (!mountSmall(home, 128)) return skip('no file system can be mounted here');
    try {
      await server.run(FRESHSERVICE, { ...KEY, env });
      const record = await server.record(NAME);
      world.serve(providers({ apiKey: NEW_KEY }));
      const reasons: string[] = [];
      // One more free block each time lets the run get one step further.
      for (let blocks = 0; blocks <= 6 && !reasons.includes('ok'); blocks += 1) {
        await server.shell(
          `cat /dev/zero > '${home}/full' 2>/dev/null; truncate -s -${blocks * 4096} '${home}/full'`,
        );
        const result = await server.run([...FRESHSERVICE, '--json'], { ...NEW, env });
        expectNoStack(result);
        const { reason, message } = onlyConnection(result);
        reasons.push(reason);
        if (result.code === 0) continue;
        expect(result.code).toBe(7);
        expect(message).toContain('ENOSPC');
        expect(await server.record(NAME)).toEqual(record);
        expect((await server.run(['token', NAME], { env })).stdout.trim()).toBe(SECRETS.apiKey);
        const left = await readdir(home, { recursive: true });
        expect(left.filter((each) => each.endsWith('.tmp'))).toEqual([]);
      }
      expect(reasons.length).toBeGreaterThan(1);
      expect(reasons.at(-1)).toBe('ok');
      expect(new Set(reasons.slice(0, -1))).toEqual(new Set(['store-unavailable']));
      expect(await tokenOf(server, env)).toBe(NEW_KEY);
    } finally {
      spawnSync('umount', [home]);
    }
  });
});
