/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { access, copyFile, readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished } from 'vitest';
import { page } from '../support/fake-providers.js';
import { describeWith } from '../support/real-parts.js';
import { PROGRAM, type RunResult } from '../support/run.js';
import { KEYRING_PROGRAMS } from '../support/secret-service.js';
import { FRESHSERVICE, KEY, providers, silentWhenSigned, test } from './fixtures.js';
import { documentOf, expectNoStack, onlyConnection, SECRETS } from './machine.js';

/** Unusual machines. The tool must not crash on any of them. */

const NAME = 'freshservice/acme';

function expectNoRawWords({ stdout, stderr }: RunResult): void {
  for (const text of [stdout, stderr]) {
    expect(text).not.toMatch(/^\s+at /mu);
    expect(text).not.toMatch(/Warning:|DEP\d{4}|Debugger|Inspector/iu);
  }
}

describe('a proxy variable', () => {
  test.for([
    ['with a % in its password', 'http://user:pa%ss@127.0.0.1:8080', 'percent-encoded'],
    ['with the path of a .pac file', 'http://127.0.0.1:8080/proxy.pac', '.pac file is not read'],
    ['with another scheme', 'socks5://127.0.0.1:1080', 'SOCKS is not spoken here'],
  ] as const)(
    '%s gives the reason proxy and is reported by doctor',
    async ([, value, words], { server }) => {
      const env = { HTTPS_PROXY: value };
      const result = await server.run([...FRESHSERVICE, '--store', 'none', '--json'], {
        ...KEY,
        env,
      });
      const connection = onlyConnection(result);
      expect(connection).toMatchObject({ verdict: 'unreachable', reason: 'proxy' });
      expect(connection.message).toContain(words);
      expect(result.code).toBe(6);
      expectNoRawWords(result);
      const doctor = await server.run(['doctor'], { env });
      expect(doctor.stdout).toMatch(/^ {2}! proxy:HTTPS_PROXY: /mu);
      expect(doctor.stdout).toContain(words);
      expect(doctor.stdout).toMatch(/^ {2}✓ folder: /mu);
      expectNoRawWords(doctor);
    },
  );

  test('that cannot be used is ignored if NO_PROXY is *', async ({ server }) => {
    const env = { HTTPS_PROXY: 'http://user:pa%ss@127.0.0.1:8080', NO_PROXY: '*' };
    const args = [...FRESHSERVICE, '--store', 'none', '--json', '--timeout', '5'];
    const result = await server.run(args, { ...KEY, env });
    expect(onlyConnection(result).reason).not.toBe('proxy');
  });

  test('with the wrong scheme gets advice, without a warning of Node', async ({
    server,
    world,
  }) => {
    const proxy = new URL(world.env['HTTPS_PROXY'] ?? '');
    const env = { HTTPS_PROXY: `https://${proxy.host}` };
    const result = await server.run([...FRESHSERVICE, '--store', 'none'], { ...KEY, env });
    expect(result.code).toBe(6);
    expect(result.stderr + result.stdout).toContain('most proxies want http://');
    expectNoRawWords(result);
  });
});

/** Runs the program as a user without a home and without an entry in /etc/passwd. */
const noHome = (args: string): string =>
  `cd / && exec env -i PATH="$PATH" setpriv --reuid 12345 --regid 12345 --clear-groups '${process.execPath}' '${PROGRAM}' ${args}`;

describe('a home', () => {
  // Only root can become a user who doesn't exist.
  describe.runIf(process.getuid?.() === 0)('that does not exist', () => {
    test.for([
      '--help',
      '--version',
      'guide freshservice limits',
      'providers',
      'freshservice --sandbox --no-input',
    ])('is not needed by %s', async (args, { server }) => {
      const result = await server.shell(noHome(args));
      expect(result.code, result.stderr).toBe(0);
      expectNoRawWords(result);
    });

    test.for(['list', 'check', 'token x/y'])('is needed by %s', async (args, { server }) => {
      const result = await server.shell(noHome(args));
      expect(result.code).toBe(2);
      expect(result.stderr).toContain('CONNECT_WIZARD_HOME');
      expectNoRawWords(result);
    });

    test('is reported by doctor', async ({ server }) => {
      const result = await server.shell(noHome('doctor --timeout 1'));
      expect(result.stdout).toMatch(/^ {2}✗ folder: .*this user has no home folder/mu);
      expect(result.stdout).toMatch(/^ {2}[✗!] store:keychain: /mu);
      expectNoRawWords(result);
    });
  });

  test.for(['CONNECT_WIZARD_HOME', 'HOME'])(
    'in a relative %s is wrong usage',
    async (name, { server }) => {
      const result = await server.run(['list'], { env: { [name]: 'relative' } });
      expect(result.code).toBe(2);
      expect(result.stderr).toContain(`${name} is not an absolute path`);
      expectNoRawWords(result);
    },
  );

  test.for([
    ['that is relative', { HOME: 'relative' }],
    ['that is a file', { CONNECT_WIZARD_HOME: process.execPath }],
  ] as const)(
    '%s is not needed to check a credential, and is reported by doctor',
    async ([, env], { server }) => {
      const files = { ...env, ...server.fileStore };
      const args = [...FRESHSERVICE, '--store', 'none'];
      const result = await server.run(args, { ...KEY, env: files });
      expect(result.code, result.stderr).toBe(0);
      const doctor = await server.run(['doctor'], { env: files });
      expect(doctor.stdout).toMatch(/^ {2}✗ folder: /mu);
      expect(doctor.stdout).toMatch(/^ {2}✗ store:file: /mu);
      expect(doctor.stdout).toMatch(/^ {2}✓ network: /mu);
      expect(doctor.code).toBe(7);
      expectNoRawWords(doctor);
    },
  );

  test('that is empty does not make the current folder the source of a Vault token', async ({
    server,
  }) => {
    const tokens: unknown[] = [];
    const vault = createHttpServer(({ headers }, response) => {
      tokens.push(headers['x-vault-token']);
      response.writeHead(403).end();
    });
    await once(vault.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void vault.close());
    const { port } = vault.address() as AddressInfo;
    const env = {
      HOME: '',
      CONNECT_WIZARD_HOME: server.folder,
      VAULT_ADDR: `http://127.0.0.1:${port}`,
    };
    const line = 'umask 077; echo s.planted > .vault-token; connect-wizard check';
    await server.shell(`${line} --store vault:secret/team`, { env });
    expect(tokens).not.toContain('s.planted');
  });

  test("is the user's home after ~/ in the paths of folders and files", async ({ server }) => {
    const home = join(server.folder, 'home');
    const { CONNECT_WIZARD_AGE_IDENTITY: identity = '', ...chosen } = server.fileStore;
    await copyFile(identity, join(home, 'identity.txt'));
    await writeFile(join(home, 'key'), `${SECRETS.apiKey}\n`);
    const env = {
      ...chosen,
      CONNECT_WIZARD_HOME: '~/own',
      CONNECT_WIZARD_AGE_IDENTITY: '~/identity.txt',
    };
    const args = ['freshservice', '--domain', 'acme', '--api-key-file', '~/key'];
    const result = await server.run(args, { env });
    expect(result.code, result.stderr).toBe(0);
    await access(join(home, 'own', 'connections'));
  });

  test("is the user's home after ~/ in the path of a credential helper", async ({ server }) => {
    const asked = join(server.folder, 'asked');
    const helper = join(server.folder, 'home', 'helper');
    await writeFile(helper, `#!/bin/sh\necho "$1" >> ${asked}\necho '{}'\n`, { mode: 0o700 });
    const args = ['move', NAME, '--store', 'helper:~/helper', '--json'];
    const connected = await server.run(FRESHSERVICE, { ...KEY, env: server.fileStore });
    expect(connected.code, connected.stderr).toBe(0);
    await server.run(args, { env: server.fileStore });
    expect(await readFile(asked, 'utf8')).toMatch(/^get$/mu);
  });
});

describe.runIf(process.platform !== 'win32')('SIGUSR1, which opens an inspector in Node', () => {
  test('opens none in this program', async ({ server, world }) => {
    const asked = silentWhenSigned(world);
    const { child, ended } = server.start(
      process.execPath,
      [PROGRAM, ...FRESHSERVICE, '--store', 'none', '--timeout', '2'],
      KEY,
    );
    await asked;
    child.kill('SIGUSR1');
    const result = await ended;
    expect(result.code).toBe(6);
    expectNoRawWords(result);
  });

  test('reaches the program that exec runs', async ({ server }) => {
    const connected = await server.run([...FRESHSERVICE], { ...KEY, env: server.fileStore });
    expect(connected.code, connected.stderr).toBe(0);
    const script = 'trap "exit 7" USR1; echo ready; while :; do sleep 0.05; done';
    const args = [PROGRAM, 'exec', NAME, '--', 'bash', '-c', script];
    const { child, ended } = server.start(process.execPath, args, { env: server.fileStore });
    await new Promise<void>((ready) => {
      child.stdout.once('data', () => ready());
    });
    child.kill('SIGUSR1');
    const result = await ended;
    expect(result.code).toBe(7);
    expectNoRawWords(result);
  });
});

describeWith(KEYRING_PROGRAMS, "the keychain's process", () => {
  test('opens no inspector if it gets SIGUSR1', async ({ machine, world }) => {
    const asked = silentWhenSigned(world);
    const port = await freePort();
    const { child, ended } = machine.start(
      process.execPath,
      [PROGRAM, ...FRESHSERVICE, '--timeout', '3'],
      { ...KEY, env: { NODE_OPTIONS: `--inspect-port=${port}` } },
    );
    // The keychain is tested before the provider is asked, and then its process waits.
    await asked;
    process.kill(keychainChildOf(child.pid), 'SIGUSR1');
    child.kill('SIGUSR1');
    // Node would open it some milliseconds later.
    for (let look = 0; look < 10; look += 1) {
      expect(await listens(port)).toBe(false);
      await setTimeout(50);
    }
    const result = await ended;
    expectNoRawWords(result);
    expect(result.code, result.stderr).toBe(6);
  });
});

/** Read from /proc, since this suite needs Linux. */
function keychainChildOf(pid: number | undefined): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  const commands = children.map((each) => readFileSync(`/proc/${each}/cmdline`, 'utf8'));
  return Number(children[commands.findIndex((each) => each.includes('keychain-child'))]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

test('exec explains that a shell builtin is not a program', async ({ server }) => {
  const connected = await server.run([...FRESHSERVICE], { ...KEY, env: server.fileStore });
  expect(connected.code, connected.stderr).toBe(0);
  const result = await server.run(['exec', NAME, '--', 'cd', '/'], { env: server.fileStore });
  expect(result.code).toBe(127);
  expect(result.stderr).toContain('cd is a word of the shell');
});

test('a terminal with 0 columns is treated as one with 80', async ({ server }) => {
  const pty = server.ptyShell('stty cols 0; connect-wizard list');
  expect(await pty.end()).toBe(0);
  expect(pty.raw()).toContain(
    'Nothing is stored yet. What can be connected: connect-wizard providers',
  );
});

test('only the file store needs fetch, and is not called damaged without it', async ({
  server,
}) => {
  const env = { NODE_OPTIONS: '--no-experimental-fetch', ...server.fileStore };
  const proven = await server.run([...FRESHSERVICE, '--store', 'none'], { ...KEY, env });
  expect(proven.code, proven.stderr).toBe(0);
  const stored = await server.run([...FRESHSERVICE], { ...KEY, env: server.fileStore });
  expect(stored.code, stored.stderr).toBe(0);
  const token = await server.run(['token', NAME], { env });
  expect(token.code).toBe(2);
  expect(token.stderr).toContain('fetch is switched off in this Node, by --no-experimental-fetch');
  expect(token.stderr).not.toContain('damaged');
});

test.for(['s390x', 'ppc64'])(
  'a machine without a native keychain module (%s) is offered the file store',
  async (architecture, { server }) => {
    const script = await server.file(
      'architecture.cjs',
      `Object.defineProperty(process, 'arch', { value: '${architecture}' });`,
    );
    const env = {
      NODE_OPTIONS: `--require=${script}`,
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus',
    };
    const { code, stderr } = await server.run(FRESHSERVICE, { ...KEY, env });
    expect(code).toBe(7);
    expect(stderr).toContain('there is no native part for this system');
    expect(stderr).toContain('Keep secrets in encrypted files (--store file)');
    expect(stderr).not.toContain('Install');
  },
);

test('a session bus at /dev/null is reported as a wrong address', async ({ server }) => {
  const env = { DBUS_SESSION_BUS_ADDRESS: '/dev/null' };
  const result = await server.run([...FRESHSERVICE, '--json'], { ...KEY, env });
  expect(result.code).toBe(7);
  expect(JSON.stringify(documentOf(result))).toContain(
    'DBUS_SESSION_BUS_ADDRESS is not the address',
  );
});

describeWith(KEYRING_PROGRAMS, 'a script that NODE_OPTIONS loads into every Node', () => {
  test.for([
    ['prints words', 'console.log("agent loaded");'],
    ['prints something like a reply', `console.log('{"id":1,"value":null}\\n{"value":"x"}');`],
    [
      'writes on every descriptor',
      `for (const fd of [1, 2, 3]) try { require('node:fs').writeSync(fd, '{"value":"x"}\\n'); } catch {}`,
    ],
  ] as const)(
    'and that %s does not disturb the keychain',
    async ([, script], { machine, keyring, world }) => {
      world.serve(providers());
      const agent = await machine.file('agent.cjs', script);
      const env = { NODE_OPTIONS: `--require=${agent}` };
      const result = await machine.run([...FRESHSERVICE, '--quiet'], { ...KEY, env });
      expect(result.code, result.stderr).toBe(0);
      expect(await keyring.accounts()).toEqual([NAME]);
      const token = await machine.run(['token', NAME], { env });
      expect(token.stdout).toContain(SECRETS.apiKey);
    },
  );
});

/** Only root can mount something, and not everywhere. */
const MOUNTS = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

describe.runIf(MOUNTS)('a check with a home that is mounted read-only', () => {
  test.for([
    ['a good key', SECRETS.apiKey, 0, 'valid'],
    ['a rejected key', 'fs-KEY-another-one-0', 3, 'rejected'],
  ] as const)(
    'warns, and still gives the right verdict on %s',
    async ([, apiKey, code, verdict], { server, world }) => {
      const connected = await server.run([...FRESHSERVICE], { ...KEY, env: server.fileStore });
      expect(connected.code, connected.stderr).toBe(0);
      const before = await server.files('and the history');
      world.serve(providers({ apiKey }));
      const result = await server.shell(
        `unshare -m sh -c 'mount --bind "$HOME" "$HOME" && mount -o remount,bind,ro "$HOME" && connect-wizard check --json'`,
        { env: server.fileStore },
      );
      const { warnings, ...connection } = onlyConnection(result);
      expect(connection.verdict).toBe(verdict);
      expect(result.code).toBe(code);
      expect(warnings[0]?.message).toContain('EROFS');
      expectNoRawWords(result);
      expect(await server.files('and the history')).toEqual(before);
    },
  );
});

/** Takes all free descriptors except for a few, before the program begins. */
const FEW_DESCRIPTORS = `
  const { closeSync, openSync } = require('node:fs');
  const taken = [];
  try { for (;;) taken.push(openSync('/dev/null')); } catch {}
  for (let left = Number(process.env.TEST_LEFT); left > 0; left -= 1) closeSync(taken.pop());
`;

describeWith(KEYRING_PROGRAMS, 'a process with few free descriptors', () => {
  // With 1 the program can't load all of its own files. With 6 it lacks almost nothing.
  test.for([1, 2, 4, 5, 6])(
    'neither crashes nor calls anything damaged with %i',
    async (left, { machine, world }) => {
      const asUsual = providers();
      world.serve((asked) => (asked.host === 'gladly.com' ? page(200) : asUsual(asked)));
      const connected = await machine.run(FRESHSERVICE, KEY);
      expect(connected.code, connected.stderr).toBe(0);
      const script = await machine.file('few.cjs', FEW_DESCRIPTORS);
      const env = { TEST_LEFT: String(left), NODE_OPTIONS: `--require=${script}` };
      for (const command of ['check', 'doctor --timeout 2']) {
        const result = await machine.shell(`ulimit -n 64; connect-wizard ${command}`, { env });
        expectNoRawWords(result);
        expectNoStack(result);
        expect(result.stdout + result.stderr).not.toContain('damaged');
        expect([0, 1, 6, 7], command).toContain(result.code);
        if (result.code !== 0) expect(result.stdout + result.stderr).toMatch(/ulimit -n|keychain/u);
      }
      const files = await machine.recordNames();
      expect(files).toEqual([NAME]);
    },
  );
});
