/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { randomUUID } from 'node:crypto';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Decrypter, Encrypter } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import { plain } from '../support/pty.js';
import { describeWith } from '../support/real-parts.js';
import { PROGRAM, type Running } from '../support/run.js';
import { KEYRING_PROGRAMS } from '../support/secret-service.js';
import { startTlsWorld, type TlsWorld } from '../support/tls-world.js';
import {
  createMachine,
  documentOf,
  expectNoStack,
  onlyConnection,
  SECRETS,
  type Machine,
} from './machine.js';
import { choose } from './person.js';
import { EMAIL, FRESHSERVICE, GLADLY, KEY, providers, test, TOKEN } from './fixtures.js';

/** Unique to this file, since a test here searches all processes, including those of other tests. */
const PASSPHRASE = `four quiet words ${randomUUID()}`;
const UNLOCKED = { CONNECT_WIZARD_PASSPHRASE: PASSPHRASE };
const ACME = 'freshservice/acme';
const GLADLY_ACME = 'gladly/acme.us-1';
const IN_FILES = ['--store', 'file'] as const;

/**
 * A server with three connections in its file store, shared by the tests that only read them. Its
 * key derivation takes no time; in a real store it takes half a second.
 */
let shared: Machine;
let world: TlsWorld;

beforeAll(async () => {
  world = await startTlsWorld(providers());
  shared = await createMachine({ ...world.env, ...UNLOCKED });
  for (const [args, input] of [
    [FRESHSERVICE, KEY],
    [['freshservice', '--domain', 'beta', '--api-key-stdin'], KEY],
    [GLADLY, TOKEN],
  ] as const) {
    const { code, stderr } = await shared.run([...args, ...IN_FILES], input);
    expect([code, stderr]).toEqual([0, '']);
  }
  const path = join(shared.records, '..', 'identity.age');
  const decrypter = new Decrypter();
  decrypter.addPassphrase(PASSPHRASE);
  const identity = await decrypter.decrypt(await readFile(path));
  const encrypter = new Encrypter();
  encrypter.setPassphrase(PASSPHRASE);
  encrypter.setScryptWorkFactor(1);
  await writeFile(path, await encrypter.encrypt(identity));
});

afterAll(async () => {
  await shared.close();
  await world.close();
});

/** Connects an account into a file store that opens as fast. */
async function connectIn(server: Machine, args: readonly string[], key: string): Promise<number> {
  const [from, to] = [shared, server].map(({ records }) => join(records, '..'));
  await server.shell(`mkdir -p -m 700 '${to}' && cp -a '${from}/identity.age' '${to}'`);
  const options = { input: key, env: UNLOCKED };
  const { code } = await server.run([...FRESHSERVICE, ...IN_FILES, ...args], options);
  return code ?? -1;
}

/** Installs a program on the machine, which is found before any other of its name. */
async function install(machine: Machine, name: string, script: string): Promise<string> {
  const path = await machine.file(join('bin', name), script);
  await chmod(path, 0o755);
  return path;
}

describe('token', () => {
  test('prints only the secret and a line ending', async () => {
    expect(await shared.run(['token', ACME])).toEqual({
      code: 0,
      signal: null,
      stdout: `${SECRETS.apiKey}\n`,
      stderr: '',
    });
    // A provider's id is enough if the provider has only one connection.
    expect(await shared.run(['token', 'gladly'])).toMatchObject({
      code: 0,
      stdout: `${SECRETS.token}\n`,
      stderr: '',
    });
    expect(await shared.run(['token', ACME, '--quiet'])).toMatchObject({ code: 0, stderr: '' });
  });

  const freshservicePair = Buffer.from(`${SECRETS.apiKey}:X`).toString('base64');
  const gladlyPair = Buffer.from(`${EMAIL}:${SECRETS.token}`).toString('base64');
  const FORMATS: readonly (readonly [string, string, string])[] = [
    ['raw', SECRETS.apiKey, SECRETS.token],
    ['basic', freshservicePair, gladlyPair],
    ['header', `Authorization: Basic ${freshservicePair}`, `Authorization: Basic ${gladlyPair}`],
    [
      'env',
      `FRESHSERVICE_DOMAIN='acme'\nFRESHSERVICE_API_KEY='${SECRETS.apiKey}'\nFRESHSERVICE_HOST='acme.freshservice.com'`,
      `GLADLY_SLUG='acme.us-1'\nGLADLY_EMAIL='${EMAIL}'\nGLADLY_TOKEN='${SECRETS.token}'\nGLADLY_HOST='acme.us-1.gladly.com'`,
    ],
    [
      'powershell',
      `$env:FRESHSERVICE_DOMAIN = 'acme'\n$env:FRESHSERVICE_API_KEY = '${SECRETS.apiKey}'\n$env:FRESHSERVICE_HOST = 'acme.freshservice.com'`,
      `$env:GLADLY_SLUG = 'acme.us-1'\n$env:GLADLY_EMAIL = '${EMAIL}'\n$env:GLADLY_TOKEN = '${SECRETS.token}'\n$env:GLADLY_HOST = 'acme.us-1.gladly.com'`,
    ],
  ];
  for (const [format, freshservice, gladly] of FORMATS) {
    test(`prints the credential with --format ${format}`, async () => {
      for (const [name, expected] of [
        [ACME, freshservice],
        [GLADLY_ACME, gladly],
      ] as const) {
        expect(await shared.run(['token', name, '--format', format])).toMatchObject({
          code: 0,
          stdout: `${expected}\n`,
          stderr: '',
        });
      }
    });
  }

  test('prints the same document with --format json and --json', async () => {
    const [named, short] = [
      await shared.run(['token', GLADLY_ACME, '--format', 'json']),
      await shared.run(['token', GLADLY_ACME, '--json']),
    ];
    expect(named).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(named.stdout)).toEqual({
      slug: 'acme.us-1',
      email: EMAIL,
      token: SECRETS.token,
    });
    expect(short).toEqual(named);
  });

  test('prints one value with --field, and exits with 2 if the field or format does not exist', async () => {
    for (const [name, field, value] of [
      [ACME, 'domain', 'acme'],
      [ACME, 'apiKey', SECRETS.apiKey],
      [GLADLY_ACME, 'email', EMAIL],
      [GLADLY_ACME, 'token', SECRETS.token],
    ] as const) {
      const result = await shared.run(['token', name, '--field', field]);
      expect(result, field).toMatchObject({ code: 0, stdout: `${value}\n`, stderr: '' });
    }
    for (const flags of [
      ['--field', 'email'],
      ['--field', 'toString'],
      ['--format', 'xml'],
      ['--format', 'toString'],
      ['--field', 'domain', '--format', 'json'],
      ['--json', '--format', 'raw'],
    ]) {
      const result = await shared.run(['token', ACME, ...flags]);
      expect(result.code, flags.join(' ')).toBe(2);
      expect(result.stdout + result.stderr).not.toContain(SECRETS.apiKey);
      expectNoStack(result);
    }
  });

  test('prints lines with --format env that a shell reads exactly, with any characters', async ({
    server,
    world: own,
  }) => {
    const odd = 'ä"\\\'$HOME`id`{}:!*€😀 x%20&<>;#';
    own.serve(providers({ apiKey: odd }));
    const env = UNLOCKED;
    expect(await connectIn(server, [], odd)).toBe(0);
    const line = `eval "$(connect-wizard token freshservice --format env)"; printf '%s|%s' "$FRESHSERVICE_API_KEY" "$FRESHSERVICE_HOST"`;
    expect(await server.shell(line, { env })).toMatchObject({
      code: 0,
      stdout: `${odd}|acme.freshservice.com`,
      stderr: '',
    });
    expect((await server.run(['token', ACME], { env })).stdout).toBe(`${odd}\n`);
    const exec = `connect-wizard exec freshservice -- sh -c 'printf %s "$FRESHSERVICE_API_KEY"'`;
    expect((await server.shell(exec, { env })).stdout).toBe(odd);
  });

  test('refuses on a terminal without --reveal, before it opens the store', async () => {
    // There's no passphrase, so opening the store would ask for it.
    const env = { CONNECT_WIZARD_PASSPHRASE: '' };
    for (const flags of [[], ['--format', 'header'], ['--field', 'apiKey'], ['--json']]) {
      const pty = shared.pty(['token', ACME, ...flags], { env });
      expect(await pty.end(), flags.join(' ')).toBe(2);
      expect(pty.raw()).toContain('--reveal');
      expect(pty.raw()).not.toContain(SECRETS.apiKey);
    }
    const revealed = shared.pty(['token', ACME, '--reveal']);
    expect(await revealed.end()).toBe(0);
    expect(plain(revealed.raw())).toBe(`${SECRETS.apiKey}\r\n`);
  });

  test('asks for the passphrase on the terminal if stdout is a file', async () => {
    const env = { CONNECT_WIZARD_PASSPHRASE: '' };
    const pty = shared.ptyShell(`connect-wizard token ${ACME} > token.txt`, { env });
    await pty.waitFor('Passphrase of the file store');
    pty.type(`${PASSPHRASE}\r`);
    expect(await pty.end()).toBe(0);
    expect((await shared.shell('cat token.txt')).stdout).toBe(`${SECRETS.apiKey}\n`);
    for (const secret of [PASSPHRASE, SECRETS.apiKey]) expect(pty.raw()).not.toContain(secret);
  });

  test('exits with 130 and prints nothing if the passphrase is interrupted with ctrl-c', async () => {
    const env = { CONNECT_WIZARD_PASSPHRASE: '' };
    const line = `connect-wizard token ${ACME} > interrupted.txt; code=$?; wc -c < interrupted.txt; exit $code`;
    const pty = shared.ptyShell(line, { env });
    await pty.waitFor('Passphrase of the file store');
    pty.key('ctrl-c');
    expect(await pty.end()).toBe(130);
    expect(pty.screen()).toMatch(/^0$/mu);
  });

  test('exits with 0 if its reader stops reading', async () => {
    const line = `set -o pipefail; connect-wizard token ${ACME} | true; connect-wizard token ${ACME} | head -c 3`;
    const result = await shared.shell(line);
    expect(result).toMatchObject({ code: 0, stderr: '', stdout: SECRETS.apiKey.slice(0, 3) });
  });
});

describe('token and exec', () => {
  test('exit with 4 if nothing is stored, 2 if a provider has several connections, and 7 if the store stays closed', async () => {
    const wrong = { env: { CONNECT_WIZARD_PASSPHRASE: 'another one' } };
    for (const [name, code, says, more] of [
      ['freshservice/nobody', 4, 'Nothing is stored under freshservice/nobody', {}],
      // The beginning of a name isn't enough.
      ['freshservice/ac', 4, 'Nothing is stored', {}],
      ['freshservice', 2, 'freshservice/beta', {}],
      [ACME, 7, 'passphrase', wrong],
    ] as const) {
      const token = await shared.run(['token', name], more);
      expect(token, name).toMatchObject({ code, stdout: '' });
      expect(token.stderr).toContain(says);
      const exec = await shared.run(['exec', name, '--', 'echo', 'it ran'], more);
      expect(exec, name).toMatchObject({ code, stdout: '' });
      expect(exec.stderr).toContain(says);
      for (const result of [token, exec]) expectNoStack(result);
    }
    const missing = await shared.run(['token', 'freshservice/nobody', '--json']);
    expect(missing.code).toBe(4);
    expect(onlyConnection(missing)).toMatchObject({ verdict: 'missing', reason: 'not-stored' });
    const several = await shared.run(['token', 'freshservice', '--json']);
    expect(several.code).toBe(2);
    expect(documentOf(several).error?.code).toBe('usage');
  });

  test('report a connection as stored if its store does not open', async () => {
    const env = { CONNECT_WIZARD_PASSPHRASE: 'another one' };
    const result = await shared.run(['token', ACME, '--json'], { env });
    expect(result.code).toBe(7);
    expect(onlyConnection(result)).toMatchObject({
      name: ACME,
      reason: 'store-passphrase',
      stored: true,
    });
  });

  test('need --allow-unverified if a credential never worked, and only warn if it stops working', async ({
    server,
    world: own,
  }) => {
    const asUsual = providers();
    const down = (): void =>
      own.serve((request) =>
        request.authorization === undefined ? asUsual(request) : { status: 503 },
      );
    const run = (...args: string[]) => server.run(args, { env: UNLOCKED });
    const exec = (...flags: string[]) => run('exec', ACME, ...flags, '--', 'echo', 'it ran');

    down();
    expect(await connectIn(server, ['--allow-unverified'], SECRETS.apiKey)).toBe(6);
    for (const refused of [await run('token', ACME), await exec()]) {
      expect(refused).toMatchObject({ code: 6, stdout: '' });
      expect(refused.stderr).toContain('never proven');
      expect(refused.stderr).toContain('--allow-unverified');
    }
    const allowed = await run('token', ACME, '--allow-unverified');
    expect(allowed).toMatchObject({ code: 0, stdout: `${SECRETS.apiKey}\n` });
    expect(allowed.stderr).toContain('Never proven');
    expect(await exec('--allow-unverified')).toMatchObject({ code: 0, stdout: 'it ran\n' });

    own.serve(asUsual);
    expect((await run('check')).code).toBe(0);
    expect(await run('token', ACME)).toMatchObject({ code: 0, stderr: '' });

    // A proven credential stays proven if the network fails.
    down();
    expect((await run('check')).code).toBe(6);
    expect(await run('token', ACME)).toMatchObject({
      code: 0,
      stdout: `${SECRETS.apiKey}\n`,
      stderr: '',
    });

    own.serve(providers({ apiKey: 'the key after a reset' }));
    expect((await run('check')).code).toBe(3);
    const asked = own.requests.length;
    const [token, ran] = [await run('token', ACME), await exec()];
    expect(token).toMatchObject({ code: 0, stdout: `${SECRETS.apiKey}\n` });
    expect(ran).toMatchObject({ code: 0, stdout: 'it ran\n' });
    for (const { stderr } of [token, ran]) expect(stderr).toContain('bad-credential');
    expect(own.requests, 'the provider is not asked').toHaveLength(asked);
  });

  test('warn if a permission is missing', async ({ server, world: own }) => {
    own.serve(providers({ denied: ['/api/v2/requesters'] }));
    expect(await connectIn(server, ['--need', 'requesters.read'], SECRETS.apiKey)).toBe(5);
    const token = await server.run(['token', ACME], { env: UNLOCKED });
    expect(token).toMatchObject({ code: 0, stdout: `${SECRETS.apiKey}\n` });
    expect(token.stderr).toContain('missing-permission');
  });
});

describeWith(['bash', 'env'], 'exec', () => {
  test('adds the variables of all named connections to the environment', async () => {
    const result = await shared.run(['exec', ACME, 'gladly', '--', 'env'], {
      env: { OTHER: 'as it was', FRESHSERVICE_API_KEY: 'what the shell has', PATH_OF: '' },
    });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const lines = result.stdout.split('\n');
    for (const line of [
      'FRESHSERVICE_DOMAIN=acme',
      `FRESHSERVICE_API_KEY=${SECRETS.apiKey}`,
      'FRESHSERVICE_HOST=acme.freshservice.com',
      'GLADLY_SLUG=acme.us-1',
      `GLADLY_EMAIL=${EMAIL}`,
      `GLADLY_TOKEN=${SECRETS.token}`,
      'GLADLY_HOST=acme.us-1.gladly.com',
      'OTHER=as it was',
      'PATH_OF=',
      `HOME=${shared.folder}/home`,
    ]) {
      expect(lines.filter((each) => each === line)).toHaveLength(1);
    }
    // The passphrase would open every credential.
    expect(result.stdout).not.toContain('CONNECT_WIZARD_PASSPHRASE');
    expect(result.stdout).not.toContain(PASSPHRASE);
    expect(result.stdout).not.toContain('what the shell has');
  });

  test('gives the variables of the named connection only', async () => {
    const result = await shared.run(['exec', ACME, '--', 'env']);
    expect(result.stdout).toContain(`FRESHSERVICE_API_KEY=${SECRETS.apiKey}\n`);
    expect(result.stdout).not.toContain('GLADLY_');
  });

  test('passes arguments unchanged and without a shell, including options of its own', async () => {
    await install(shared, 'arguments', `#!/bin/sh\nprintf '<%s>' "$@"\n`);
    const own = ['--json', '--api-key', 'x', '--', '--help', '', 'two words', '$HOME *', '-V'];
    expect(await shared.run(['exec', ACME, '--', 'arguments', ...own])).toMatchObject({
      code: 0,
      stdout: own.map((each) => `<${each}>`).join(''),
      stderr: '',
    });
    // `env` rejects these options, which proves that it got them.
    const env = await shared.run(['exec', ACME, '--', 'env', '--json', '--api-key', 'x']);
    expect(env.code).toBe(125);
    expect(env.stderr).toContain('--json');
    expect(env.stderr).not.toContain('connect-wizard');
  });

  test('gives the program its own stdin, stdout and stderr', async () => {
    const line = `printf 'one\\ntwo\\n' | connect-wizard exec ${ACME} -- sh -c 'read first; echo "out $first"; cat; echo err >&2'`;
    expect(await shared.shell(line)).toEqual({
      code: 0,
      signal: null,
      stdout: 'out one\ntwo\n',
      stderr: 'err\n',
    });
  });

  for (const [what, command, code, says] of [
    ['41 if the program does', `sh -c 'exit 41'`, 41, ''],
    ['255 if the program does', `sh -c 'exit 255'`, 255, ''],
    ['137 if SIGKILL ends the program', `sh -c 'kill -KILL $$'`, 137, ''],
    ['143 if SIGTERM ends the program', `sh -c 'kill -TERM $$'`, 143, ''],
    ['139 if SIGSEGV ends the program', `sh -c 'kill -SEGV $$'`, 139, ''],
    ['127 if the program is not found', 'no-such-program', 127, 'was not found'],
    ['127 if the path of the program does not exist', './no-such-program', 127, 'was not found'],
    ['126 if the program is not executable', '/etc/passwd', 126, 'EACCES'],
    ['126 if the program is a folder', '/etc', 126, 'EACCES'],
    ['2 if the program is empty', `''`, 2, 'exec needs a program to run'],
  ] as const) {
    test(`exits with ${what}`, async () => {
      const result = await shared.shell(`connect-wizard exec ${ACME} -- ${command}`);
      expect(result).toMatchObject({ code, stdout: '' });
      expectNoStack(result);
      if (says === '') expect(result.stderr).toBe('');
      else expect(result.stderr).toContain(says);
    });
  }

  test('exits with 2 and runs nothing if its usage is wrong', async () => {
    for (const [args, says] of [
      [['exec', ACME], 'needs a program to run'],
      [['exec', ACME, '--'], 'needs a program to run'],
      [['exec', ACME, 'echo', 'it ran'], 'needs a program to run'],
      [['exec', '--', 'echo', 'it ran'], 'exec needs a name'],
      [['exec', ACME, 'freshservice/beta', '--', 'echo', 'it ran'], 'FRESHSERVICE_API_KEY'],
      [['exec', ACME, '--nonsense', '--', 'echo', 'it ran'], 'option'],
    ] as const) {
      const result = await shared.run(args);
      expect(result, args.join(' ')).toMatchObject({ code: 2, stdout: '' });
      expect(result.stderr).toContain(says);
    }
    const json = await shared.run(['exec', ACME, '--json', '--', 'echo', 'it ran']);
    expect(json.code).toBe(2);
    expect(documentOf(json).error?.code).toBe('usage');
    // A connection that is named twice counts once.
    const twice = await shared.run(['exec', 'gladly', GLADLY_ACME, '--', 'echo', 'it ran']);
    expect(twice).toMatchObject({ code: 0, stdout: 'it ran\n' });
  });

  test('passes two million lines from a slow writer to slow readers', async () => {
    const line = `set -o pipefail
      whole=$(seq 2000000 | sha256sum)
      exec 3>&1
      { seq 1 1000000; sleep 1; seq 1000001 2000000; } |
        { connect-wizard exec ${ACME} -- tee /dev/stderr 2>&1 >&4 | { sleep 2; sha256sum >&3; }; } 4>&1 |
        { sleep 1; sha256sum >&3; }
      echo "$? $whole"`;
    const { stdout, stderr } = await shared.shell(line);
    expect(stderr).toBe('');
    const [one, two, told] = stdout.trim().split('\n');
    expect(`0 ${one}`).toBe(told);
    expect(two).toBe(one);
  });

  test('passes two million lines if stderr is a terminal, where it could ask questions', async () => {
    const line = `set -o pipefail
      { seq 1 1000000; sleep 1; seq 1000001 2000000; } | connect-wizard exec ${ACME} -- cat |
        { sleep 1; sha256sum; } > sum; echo "code $?"; seq 2000000 | sha256sum | cmp - sum && echo WHOLE`;
    const pty = shared.ptyShell(line);
    await pty.end();
    expect(pty.screen()).toBe('code 0\nWHOLE');
  });
});

/**
 * Logs its parent and each signal it gets, and exits with 41 a while after the first one. So a
 * signal that is sent twice is logged twice.
 */
const WITNESS = `
  import { appendFileSync, writeFileSync } from 'node:fs';
  const [log] = process.argv.slice(2);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']) {
    process.on(signal, () => {
      appendFileSync(log, signal + '\\n');
      setTimeout(() => process.exit(41), 1000);
    });
  }
  setInterval(() => {}, 1000);
  writeFileSync(log, process.ppid + '\\n');
  console.log('ready');
`;

/** The parent of the witness, and the signals that the witness has seen. */
async function witnessed(log: string): Promise<{ parent: number; signals: string[] }> {
  const text = await readFile(join(shared.folder, '.own', log), 'utf8');
  const [parent = '', ...signals] = text.trimEnd().split('\n');
  expect(parent).not.toBe('');
  return { parent: Number(parent), signals };
}

function ready({ child }: Running): Promise<void> {
  return new Promise((reached) => {
    child.stdout.on('data', (text: string) => {
      if (text.includes('ready')) reached();
    });
  });
}

describeWith(['bash'], 'the program that exec runs', () => {
  beforeAll(() => shared.file('witness.mjs', WITNESS));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'] as const) {
    test(`gets ${signal} once, and exec exits with its code`, async () => {
      const args = [PROGRAM, 'exec', ACME, '--', process.execPath, 'witness.mjs', signal];
      const running = shared.start(process.execPath, args);
      await ready(running);
      running.child.kill(signal);
      expect(await running.ended).toEqual({
        code: 41,
        signal: null,
        stdout: 'ready\n',
        stderr: '',
      });
      expect((await witnessed(signal)).signals).toEqual([signal]);
    });
  }

  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    test(`makes exec exit with ${code} if ${signal} ends it`, async () => {
      const command = ['sh', '-c', 'echo ready; exec sleep 60'];
      const running = shared.start(process.execPath, [PROGRAM, 'exec', ACME, '--', ...command]);
      await ready(running);
      running.child.kill(signal);
      expect(await running.ended).toMatchObject({ code, signal: null, stderr: '' });
    });
  }

  // The terminal sends SIGINT to every foreground process. If exec passed it on, it would arrive twice.
  for (const [what, redirect] of [
    ['', ''],
    [', with stdout in a file', '> ctrl-c.out'],
    // The reader of the pipe ignores SIGINT, or the pipe would break.
    [', with stdout in a pipe', "| (trap '' INT; cat)"],
    [', with stdout and stderr in files', '> ctrl-c.out 2> ctrl-c.err'],
  ] as const) {
    test(`gets ctrl-c once on a terminal${what}`, async () => {
      const log = `ctrl-c-${randomUUID()}`;
      const pty = shared.ptyShell(
        `trap : INT; connect-wizard exec ${ACME} -- '${process.execPath}' witness.mjs ${log} ${redirect}; echo "code \${PIPESTATUS[0]}"`,
      );
      const { parent } = await vi.waitFor(() => witnessed(log), { timeout: 20_000 });
      // Two signals at once would merge into one, so connect-wizard is held until the first is seen.
      process.kill(parent, 'SIGSTOP');
      pty.key('ctrl-c');
      await vi.waitFor(async () => expect((await witnessed(log)).signals).not.toEqual([]));
      process.kill(parent, 'SIGCONT');
      await pty.waitFor('code 41');
      expect((await witnessed(log)).signals).toEqual(['SIGINT']);
      expect(pty.screen()).not.toMatch(/Interrupted|No credential was saved/u);
    });
  }

  test('has the terminal to itself once the passphrase is typed', async () => {
    const env = { CONNECT_WIZARD_PASSPHRASE: '' };
    const pty = shared.ptyShell(
      `connect-wizard exec ${ACME} -- sh -c 'echo "Say something:"; read line; echo "heard $line"; exit 41'; echo "code $?"`,
      { env },
    );
    await pty.waitFor('Passphrase of the file store');
    pty.type(`${PASSPHRASE}\r`);
    await pty.waitFor('Say something:');
    pty.type('hello there\r');
    await pty.end();
    // The terminal echoes the line, and the program gets all of it.
    expect(pty.screen()).toMatch(/Say something:\nhello there\nheard hello there\ncode 41$/u);
    expect(pty.raw()).not.toContain(PASSPHRASE);
  });
});

describe('a secret', () => {
  test('is in no arguments of any process', async ({ server, world: own }) => {
    // A key of its own, since other tests run at the same time.
    const apiKey = `fs-KEY-${randomUUID()}`;
    own.serve(providers({ apiKey }));
    expect(await connectIn(server, [], apiKey)).toBe(0);
    const script = `cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' > "$TMPDIR/seen"; printf %s "$FRESHSERVICE_API_KEY"`;
    const result = await server.run(['exec', ACME, '--', 'sh', '-c', script], {
      env: UNLOCKED,
    });
    expect(result).toMatchObject({ code: 0, stdout: apiKey });
    const seen = await readFile(join(server.folder, 'tmp', 'seen'), 'utf8');
    expect(seen).toContain(`${PROGRAM}\nexec\n${ACME}\n`);
    for (const secret of [apiKey, Buffer.from(`${apiKey}:X`).toString('base64'), PASSPHRASE]) {
      expect(seen).not.toContain(secret);
    }
  });

  for (const [provider, args, canaries] of [
    ['freshservice', ['--domain', 'acme'], ['GLADLY_TOKEN', 'CONNECT_WIZARD_PASSPHRASE']],
    [
      'gladly',
      ['--slug', 'acme', '--email', EMAIL],
      ['FRESHSERVICE_API_KEY', 'CONNECT_WIZARD_PASSPHRASE'],
    ],
  ] as const) {
    test(`is not in the environment of the browser: ${canaries.join(', ')}`, async ({ server }) => {
      const script = `#!/bin/sh\nenv > "$TMPDIR/env.part"; echo "PAGE=$*" >> "$TMPDIR/env.part"; mv "$TMPDIR/env.part" "$TMPDIR/env"\n`;
      const browser = await install(server, 'browser', script);
      const secrets = Object.fromEntries(canaries.map((name) => [name, `${name}-canary`]));
      const pty = server.pty([provider, ...args, '--store', 'none'], {
        env: { ...secrets, BROWSER: browser, OTHER: 'as it was' },
      });
      await choose(pty, 'What do you see?', /^I do not know where the/u);
      await choose(pty, 'What now?', /^Open \w+ in the browser$/u);
      const shown = await vi.waitFor(() => readFile(join(server.folder, 'tmp', 'env'), 'utf8'), {
        timeout: 20_000,
      });
      expect(shown).toMatch(/^PAGE=https:\/\/acme\.(?:freshservice|us-1\.gladly)\.com\/$/mu);
      expect(shown).toContain('OTHER=as it was\n');
      for (const name of canaries) expect(shown).not.toContain(name);
    });
  }
});

describeWith(KEYRING_PROGRAMS, "the keychain's process", () => {
  test('reads a secret and gets no secret variable', async ({ machine, keyring }) => {
    const canaries = ['FRESHSERVICE_API_KEY', 'GLADLY_TOKEN', 'CONNECT_WIZARD_PASSPHRASE'];
    await machine.run(FRESHSERVICE, KEY);
    keyring.freeze();
    const { child, ended } = machine.start(process.execPath, [PROGRAM, 'token', ACME], {
      env: { ...Object.fromEntries(canaries.map((name) => [name, `${name}-canary`])), OTHER: 'x' },
    });
    // It waits for the frozen keyring, so there's time to look.
    const environment = await vi.waitFor(() => keychainEnvironment(child.pid ?? 0), {
      timeout: 2000,
      interval: 20,
    });
    keyring.thaw();
    expect(await ended).toMatchObject({ code: 0, stdout: `${SECRETS.apiKey}\n`, stderr: '' });
    expect(environment).toContain('\0OTHER=x\0');
    for (const name of canaries) expect(environment).not.toContain(name);
  });

  test('has ended soon after exec starts its program', async ({ machine }) => {
    await machine.run(FRESHSERVICE, KEY);
    // A killed process may take a moment to disappear.
    const script = `echo "$$ $FRESHSERVICE_API_KEY"
      for try in 1 2 3 4 5 6 7 8 9 10; do
        read -r ours < /proc/$PPID/task/$PPID/children
        if [ "$ours" = $$ ]; then break; fi
        sleep 0.2
      done
      echo $ours`;
    const result = await machine.run(['exec', ACME, '--', 'sh', '-c', script]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const [first = '', children] = result.stdout.trim().split('\n');
    const [own, secret] = first.split(' ');
    expect(secret).toBe(SECRETS.apiKey);
    expect(children).toBe(own);
  });
});

/** The environment of the keychain's process below `pid`. @throws {Error} if there is none. */
async function keychainEnvironment(pid: number): Promise<string> {
  for (const task of await readdir(`/proc/${pid}/task`)) {
    const children = await readFile(`/proc/${pid}/task/${task}/children`, 'utf8');
    for (const child of children.split(' ').filter(Boolean)) {
      const command = await readFile(`/proc/${child}/cmdline`, 'utf8');
      if (command.includes('keychain-child')) return readFile(`/proc/${child}/environ`, 'latin1');
    }
  }
  throw new Error('the keychain has no process');
}

/** The commands in a section of the documentation, unchanged. */
const RECIPES = (async () => {
  const path = fileURLToPath(new URL('../../docs/commands.md', import.meta.url));
  const [, section = ''] = (await readFile(path, 'utf8')).split('## Handing a credential over');
  const [, commands = ''] = /```sh\n(.*?)```/su.exec(section) ?? [];
  return commands.split('\n\n');
})();

async function recipe(has: string): Promise<string> {
  const found = (await RECIPES).filter((each) => each.includes(has));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

describeWith(['bash'], 'a recipe in docs/commands.md', () => {
  test('sets a secret of GitHub Actions', async () => {
    await install(
      shared,
      'gh',
      `#!/bin/sh\nprintf '%s\\n' "$@" > gh.arguments\ncat > gh.input\nenv > gh.env\n`,
    );
    const line = await recipe('gh secret set');
    expect(line).toContain('connect-wizard token freshservice/acme | gh secret set');
    expect(await shared.shell(`set -o pipefail\n${line}`)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
    const kept = async (name: string) => (await shared.shell(`cat gh.${name}`)).stdout;
    expect(await kept('arguments')).toBe('secret\nset\nFRESHSERVICE_API_KEY\n');
    // gh removes line endings.
    expect(await kept('input')).toBe(`${SECRETS.apiKey}\n`);
    expect(await kept('env')).not.toContain(SECRETS.apiKey);
  });

  test('gives containers their variables', async () => {
    await install(shared, 'docker', '#!/bin/sh\nprintf "<%s>" "$@"; echo; env\n');
    const line = await recipe('docker compose up');
    expect(line).toContain(`connect-wizard exec ${ACME} ${GLADLY_ACME} -- docker compose up`);
    const result = await shared.shell(line);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/^<compose><up>\n/u);
    // The recipe's comment says which variables to name in compose.yaml.
    const [, names = ''] = /environment: \[([^\]]+)\]/u.exec(line) ?? [];
    expect(names.split(', ')).toEqual(['FRESHSERVICE_API_KEY', 'GLADLY_TOKEN']);
    expect(result.stdout).toContain(`\nFRESHSERVICE_API_KEY=${SECRETS.apiKey}\n`);
    expect(result.stdout).toContain(`\nGLADLY_TOKEN=${SECRETS.token}\n`);
  });
});

describeWith(['bash', 'curl'], 'the recipe for curl in docs/commands.md', () => {
  test('makes a request that the provider accepts, with the key in no argument', async ({
    server,
    world: own,
  }) => {
    const apiKey = `fs-KEY-${randomUUID()}`;
    const asUsual = providers({ apiKey });
    own.serve(asUsual);
    const env = { ...UNLOCKED, CURL_CA_BUNDLE: own.env['NODE_EXTRA_CA_CERTS'] ?? '' };
    expect(await connectIn(server, [], apiKey)).toBe(0);
    const line = await recipe('curl');
    expect(line).toContain(
      'curl --silent --config - "https://$FRESHSERVICE_HOST/api/v2/agents/me"',
    );
    let seen = '';
    own.serve(async (request) => {
      seen = await commandLines();
      return asUsual(request);
    });
    const result = await server.shell(line, { env });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(result.stdout)).toMatchObject({ agent: { first_name: 'Ines' } });
    expect(own.requests.at(-1)).toEqual({
      host: 'acme.freshservice.com',
      path: '/api/v2/agents/me',
      authorization: `Basic ${Buffer.from(`${apiKey}:X`).toString('base64')}`,
    });
    expect(seen).toContain('https://acme.freshservice.com/api/v2/agents/me');
    expect(seen).not.toContain(apiKey);
  });
});

/** The command lines of all processes. */
async function commandLines(): Promise<string> {
  const lines: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/u.test(name))) {
    // The process may have ended.
    lines.push(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  }
  return lines.join('\n');
}
