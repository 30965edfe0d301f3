/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import { oneLine, plain, type Pty } from '../support/pty.js';
import { describeWith } from '../support/real-parts.js';
import { PROGRAM, type RunResult } from '../support/run.js';
import { KEYRING_PROGRAMS } from '../support/secret-service.js';
import { startTlsWorld, type TlsWorld } from '../support/tls-world.js';
import {
  createMachine,
  documentOf,
  expectNoStack,
  modeOf,
  onlyConnection,
  SECRETS,
  type Machine,
} from './machine.js';
import { answer, choiceOf, choose, giveSecret, secretAsked, skipNeeds } from './person.js';
import {
  EMAIL,
  FRESHSERVICE,
  FRESHSERVICE_ITEM,
  GLADLY,
  GLADLY_ITEM,
  KEY,
  TOKEN,
  providers,
  silentWhenSigned,
  test,
} from './fixtures.js';

/** It has characters that a shell, a terminal or an encoding could get wrong. */
const PASSPHRASE = `vier stille Wörter & "ein' $Zeichen`;
const UNLOCKED = { CONNECT_WIZARD_PASSPHRASE: PASSPHRASE };
/** The arguments of a scripted connect into the file store. */
const IN_FILES = [...FRESHSERVICE, '--store', 'file'] as const;
const CONNECT = { ...KEY, env: UNLOCKED };
const NAME = 'freshservice/acme';

const ENCRYPTED_FILES = { kind: 'file', backend: 'encrypted files', persistent: true };

const identityOf = ({ records }: Machine): string => join(records, '..', 'identity.age');
const secretOf = ({ records }: Machine, name = NAME): string =>
  join(records, '..', 'secrets', `${encodeURIComponent(name)}.age`);
const recordOf = ({ records }: Machine): string =>
  join(records, `${encodeURIComponent(NAME)}.json`);

/** A machine and its world, with one connection in a file store that opens fast. */
let template: { readonly machine: Machine; readonly world: TlsWorld };

beforeAll(async () => {
  const world = await startTlsWorld(providers());
  template = { world, machine: await createMachine(world.env) };
  expect(await template.machine.run(IN_FILES, CONNECT)).toMatchObject({ code: 0, stderr: '' });
  const encrypter = new Encrypter();
  encrypter.setPassphrase(PASSPHRASE);
  encrypter.setScryptWorkFactor(1);
  const sealed = await encrypter.encrypt(await openIdentity(template.machine));
  await writeFile(identityOf(template.machine), sealed);
});

afterAll(async () => {
  await template.machine.close();
  await template.world.close();
});

/**
 * Copies the template's store to `machine`, as a connect would leave it. The key derivation takes
 * half a second in a real store; here it takes no time.
 */
async function connectIn(machine: Machine): Promise<void> {
  const [from, to] = [template.machine, machine].map(({ folder }) => join(folder, 'home'));
  const { code } = await machine.shell(`cp -a '${from}/.config' '${to}'`);
  expect(code).toBe(0);
}

/** The paths that `ls -R` would show. */
async function paths(machine: Machine): Promise<string[]> {
  return [...(await machine.files()).keys()]
    .map((path) => path.replace('home/.config/connect-wizard/', ''))
    .toSorted();
}

/** What opens a store, what is in it, and what a request to a provider contains. */
const IN_THE_CLEAR = [
  PASSPHRASE,
  'AGE-SECRET-KEY-',
  SECRETS.apiKey,
  SECRETS.token,
  ...[`${SECRETS.apiKey}:X`, `${EMAIL}:${SECRETS.token}`, FRESHSERVICE_ITEM].map((text) =>
    Buffer.from(text).toString('base64'),
  ),
];

/** No secret is in the clear on the machine or in the output. */
async function expectSealed(machine: Machine, ...printed: readonly string[]): Promise<void> {
  const files = await machine.files();
  expect([...files.keys()].some((path) => path.endsWith('.age'))).toBe(true);
  for (const secret of IN_THE_CLEAR) {
    for (const text of printed) expect(text).not.toContain(secret);
    for (const [path, content] of files) {
      // `files` decodes as latin1.
      const bytes = Buffer.from(secret).toString('latin1');
      expect(content.includes(bytes), `${secret} in ${path}`).toBe(false);
    }
  }
}

const printed = ({ stdout, stderr }: RunResult): string => stdout + stderr;

describe('a file store on a server without a keychain', () => {
  test('serves connect, list, check, token, exec and remove', async ({ server, world }) => {
    const connected = await server.run(IN_FILES, CONNECT);
    expect(connected).toMatchObject({ code: 0, stderr: '' });
    expect(connected.stdout).toContain('Connected freshservice/acme');
    expect(connected.stdout).toContain('encrypted files');
    expect(world.requests.at(-1)?.authorization).toMatch(/^Basic /u);
    expect(await server.record(NAME)).toMatchObject({ v: 1, store: 'file', reason: 'ok' });
    const gladly = await server.run([...GLADLY, '--store', 'file', '--json'], {
      ...TOKEN,
      env: UNLOCKED,
    });
    expect(onlyConnection(gladly)).toMatchObject({
      name: 'gladly/acme.us-1',
      verdict: 'valid',
      store: ENCRYPTED_FILES,
      stored: true,
    });

    const listed = await server.run(['list']);
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toMatch(/freshservice\/acme +valid +just now/u);
    expect(listed.stdout).toMatch(/gladly\/acme\.us-1 +valid +just now/u);
    expect(listed.stdout).toContain('All in encrypted files.');
    const checked = await server.run(['check', '--json'], { env: UNLOCKED });
    expect(checked.code).toBe(0);
    expect(
      documentOf(checked).connections?.map(({ verdict, store }) => ({ verdict, store })),
    ).toEqual([
      { verdict: 'valid', store: ENCRYPTED_FILES },
      { verdict: 'valid', store: ENCRYPTED_FILES },
    ]);
    expect(await server.run(['token', NAME], { env: UNLOCKED })).toMatchObject({
      code: 0,
      stdout: `${SECRETS.apiKey}\n`,
      stderr: '',
    });
    const line = `connect-wizard exec gladly -- sh -c 'printf %s "$GLADLY_TOKEN"'`;
    expect(await server.shell(line, { env: UNLOCKED })).toMatchObject({
      code: 0,
      stdout: SECRETS.token,
    });
    await expectSealed(server, ...[connected, gladly, listed, checked].map(printed));

    // A removal needs no passphrase.
    const removed = await server.run(['remove', NAME, '--json']);
    expect(removed.code).toBe(0);
    expect(onlyConnection(removed)).toMatchObject({ store: ENCRYPTED_FILES, stored: false });
    expect(await paths(server)).toEqual([
      'connections/gladly%2Facme.us-1.json',
      'identity.age',
      'secrets/gladly%2Facme.us-1.age',
    ]);
    expect((await server.run(['check'], { env: UNLOCKED })).code).toBe(0);
    expect((await server.run(['token', NAME], { env: UNLOCKED })).code).toBe(4);
    expect((await server.run(['remove', NAME])).code).toBe(0);
  });

  test('takes the passphrase from a variable or from a file, with or without a line ending', async ({
    server,
  }) => {
    await server.file('passphrase', `${PASSPHRASE}\n`);
    const env = { CONNECT_WIZARD_PASSPHRASE_FILE: 'passphrase' };
    expect(await server.run(IN_FILES, { ...KEY, env })).toMatchObject({ code: 0, stderr: '' });
    const ways = [
      UNLOCKED,
      env,
      { CONNECT_WIZARD_PASSPHRASE_FILE: await server.file('bare', PASSPHRASE) },
      { CONNECT_WIZARD_PASSPHRASE_FILE: await server.file('windows', `${PASSPHRASE}\r\n`) },
      // An empty variable counts as unset.
      { CONNECT_WIZARD_PASSPHRASE: '', ...env },
    ];
    for (const way of ways) {
      const token = await server.run(['token', NAME], { env: way });
      expect(token, JSON.stringify(way)).toMatchObject({
        code: 0,
        stdout: `${SECRETS.apiKey}\n`,
        stderr: '',
      });
    }
    for (const [name, content] of [
      ['empty', ''],
      ['line', '\n'],
    ] as const) {
      const way = { CONNECT_WIZARD_PASSPHRASE_FILE: await server.file(name, content) };
      const token = await server.run(['token', NAME], { env: way });
      expect(token, name).toMatchObject({ code: 2, stdout: '' });
      expect(token.stderr).toContain('CONNECT_WIZARD_PASSPHRASE_FILE');
    }
    const gone = await server.run(['token', NAME], {
      env: { CONNECT_WIZARD_PASSPHRASE_FILE: 'nowhere' },
    });
    expect(gone).toMatchObject({ code: 2, stdout: '' });
    expectNoStack(gone);
    await expectSealed(server);
  });

  test('is used if CONNECT_WIZARD_STORE is file, and again if the connection gets a new key', async ({
    server,
    world,
  }) => {
    const env = { ...UNLOCKED, CONNECT_WIZARD_STORE: 'file' };
    const connected = await server.run([...FRESHSERVICE, '--json'], { ...KEY, env });
    expect(onlyConnection(connected)).toMatchObject({ stored: true, store: ENCRYPTED_FILES });
    const identity = await readFile(identityOf(server));
    expect((await server.run(['check'], { env: UNLOCKED })).code).toBe(0);

    world.serve(providers({ apiKey: 'fs-KEY-after-a-reset' }));
    const input = 'fs-KEY-after-a-reset';
    const again = await server.run([...FRESHSERVICE, '--json'], { input, env: UNLOCKED });
    expect(again.code).toBe(0);
    expect(onlyConnection(again).store).toEqual(ENCRYPTED_FILES);
    const token = await server.run(['token', NAME], { env: UNLOCKED });
    expect(token.stdout).toBe('fs-KEY-after-a-reset\n');
    expect(await readFile(identityOf(server))).toEqual(identity);
  });

  test('gives its folders the mode 0700 and its files 0600 under a lax umask', async ({
    server,
  }) => {
    const env = { ...UNLOCKED, KEY: SECRETS.apiKey };
    const line = `umask 000; printf %s "$KEY" | connect-wizard ${IN_FILES.join(' ')}`;
    expect((await server.shell(line, { env })).code).toBe(0);
    for (const folder of ['.', '../secrets', '..']) {
      expect(await modeOf(join(server.records, folder)), folder).toBe('700');
    }
    for (const path of [identityOf(server), secretOf(server), recordOf(server)]) {
      expect(await modeOf(path), path).toBe('600');
    }
  });

  test('has one identity for every secret if several runs make it at once', async ({ server }) => {
    const names = ['one', 'two', 'three', 'four'];
    // They all find no identity at first, and only one may keep the identity that it made.
    const results = await Promise.all(
      names.map(
        (name) =>
          server.start(process.execPath, [PROGRAM, ...IN_FILES, '--name', name, '--json'], CONNECT)
            .ended,
      ),
    );
    for (const result of results) {
      expect(result).toMatchObject({ code: 0, stderr: '' });
      expect(onlyConnection(result)).toMatchObject({ stored: true, store: ENCRYPTED_FILES });
    }
    expect(await paths(server)).toEqual(
      [
        'identity.age',
        ...names.flatMap((name) => [`connections/${name}.json`, `secrets/${name}.age`]),
      ].toSorted(),
    );
    const checked = await server.run(['check', '--json'], { env: UNLOCKED });
    expect(checked.code).toBe(0);
    // The provider accepts only the right key, so each secret was opened.
    expect(
      documentOf(checked).connections?.map(({ name, verdict }) => ({ name, verdict })),
    ).toEqual(names.toSorted().map((name) => ({ name, verdict: 'valid' })));
  });

  test('is not taken for damaged by a run that is held up while another one makes it', async ({
    server,
  }) => {
    const held = join(server.folder, '.own', 'held');
    // The slow run finds no identity, and looks for secrets once the fast run has stored one.
    const hook = await server.file(
      'hook.cjs',
      `const fs = require('node:fs');
       const { readdirSync } = fs;
       fs.readdirSync = (path, ...rest) => {
         if (String(path).endsWith('secrets')) {
           fs.writeFileSync(${JSON.stringify(held)}, '');
           const never = new Int32Array(new SharedArrayBuffer(4));
           for (let tries = 0; tries < 300 && !fs.existsSync(path + '/fast.age'); tries += 1) {
             Atomics.wait(never, 0, 0, 100);
           }
         }
         return readdirSync(path, ...rest);
       };`,
    );
    const args = ['--require', hook, PROGRAM, ...IN_FILES, '--name', 'slow'];
    const slow = server.start(process.execPath, args, CONNECT);
    await vi.waitFor(() => stat(held), { timeout: 20_000 });
    expect(await server.run([...IN_FILES, '--name', 'fast'], CONNECT)).toMatchObject({ code: 0 });
    expect(await slow.ended).toMatchObject({ code: 0, stderr: '' });
    expect((await server.run(['check'], { env: UNLOCKED })).code).toBe(0);
  });

  test('keeps no secret if SIGTERM arrives while the provider is silent', async ({
    server,
    world,
  }) => {
    const asked = silentWhenSigned(world);
    const { child, ended } = server.start(process.execPath, [PROGRAM, ...IN_FILES], CONNECT);
    await asked;
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({
      code: 143,
      stdout: '',
      stderr: 'No credential was saved.\n',
    });
    // The identity is left by the test that the store can keep a secret.
    expect(await paths(server)).toEqual(['identity.age']);
    await expectSealed(server);
  });
});

describeWith(['age', 'bash'], "Debian's age", () => {
  test('opens exactly the item with the passphrase, and nothing without it', async ({ server }) => {
    await server.run(IN_FILES, CONNECT);
    await server.run([...GLADLY, '--store', 'file'], { ...TOKEN, env: UNLOCKED });
    const open = async (name: string, passphrase: string): Promise<number> => {
      const file = `secrets/${encodeURIComponent(name)}.age`;
      const line = `cd ~/.config/connect-wizard && age -d -i identity.age ${file} > "$TMPDIR/opened"`;
      const pty = server.ptyShell(line);
      await pty.waitFor('Enter passphrase for identity file');
      pty.type(`${passphrase}\r`);
      return pty.end();
    };
    const opened = (): Promise<string> => readFile(join(server.folder, 'tmp', 'opened'), 'utf8');

    expect(await open(NAME, PASSPHRASE)).toBe(0);
    expect(await opened()).toBe(FRESHSERVICE_ITEM);
    expect(await open('gladly/acme.us-1', PASSPHRASE)).toBe(0);
    expect(await opened()).toBe(GLADLY_ITEM);
    expect(await open(NAME, 'another passphrase')).not.toBe(0);
    expect(await opened()).toBe('');
  });
});

describe('a file store without its passphrase', () => {
  test('connect exits with 2 and names everything that is missing at once', async ({
    server,
    world,
  }) => {
    const ways = [
      { args: ['freshservice', '--store', 'file'], env: {} },
      { args: ['freshservice'], env: { CONNECT_WIZARD_STORE: 'file' } },
    ];
    for (const { args, env } of ways) {
      const text = await server.run(args, { env });
      expect(text).toMatchObject({ code: 2, stdout: '' });
      const document = await server.run([...args, '--json'], { env });
      const error = documentOf(document).error;
      expect(error?.code).toBe('input-needed');
      for (const said of [text.stderr, `${error?.message} ${error?.nextStep}`]) {
        for (const way of [
          '--domain',
          'FRESHSERVICE_DOMAIN',
          '--api-key-stdin',
          '--api-key-file',
          'FRESHSERVICE_API_KEY',
          'CONNECT_WIZARD_PASSPHRASE or CONNECT_WIZARD_PASSPHRASE_FILE',
        ]) {
          expect(said).toContain(way);
        }
      }
    }
    expect(world.requests).toEqual([]);
  });

  test('connect exits with 2 and sends no key if only the passphrase is missing', async ({
    server,
    world,
  }) => {
    for (const [args, env] of [
      [IN_FILES, {}],
      [IN_FILES, { CONNECT_WIZARD_PASSPHRASE: '', CONNECT_WIZARD_PASSPHRASE_FILE: '' }],
      [FRESHSERVICE, { CONNECT_WIZARD_STORE: 'file' }],
    ] as const) {
      const result = await server.run([...args, '--json'], { ...KEY, env });
      expect(result.code).toBe(2);
      const { error } = documentOf(result);
      expect(error?.code).toBe('input-needed');
      expect(error?.nextStep).toContain('CONNECT_WIZARD_PASSPHRASE');
      expect(error?.nextStep).not.toContain('FRESHSERVICE_API_KEY');
    }
    expect(world.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    expect(await server.files()).toEqual(new Map());
  });

  test('token and exec exit with 2, check reports each connection, and list and remove still work', async ({
    server,
  }) => {
    await connectIn(server);
    const before = await server.files();
    for (const args of [
      ['token', NAME],
      ['token', NAME, '--json'],
      ['exec', NAME, '--', 'echo', 'it ran'],
    ]) {
      const result = await server.run(args);
      expect(result.code, args.join(' ')).toBe(2);
      expect(printed(result)).toContain('CONNECT_WIZARD_PASSPHRASE');
      expect(printed(result)).not.toContain('it ran');
      if (args.includes('--json')) expect(documentOf(result).error?.code).toBe('input-needed');
      else expect(result.stdout).toBe('');
    }
    const text = await server.run(['check']);
    expect(text.code).toBe(7);
    expect(text.stdout).toContain('CONNECT_WIZARD_PASSPHRASE_FILE');
    const checked = onlyConnection(await server.run(['check', '--json']));
    expect(checked).toMatchObject({ verdict: 'store-error', reason: 'store-passphrase' });
    expect(onlyConnection(await server.run(['list', '--json'])).store).toEqual(ENCRYPTED_FILES);
    expect(await server.files()).toEqual(before);
    expect((await server.run(['remove', NAME])).code).toBe(0);
    expect(await paths(server)).toEqual(['identity.age']);
  });

  test('each command exits with 7 and changes nothing if the passphrase is wrong', async ({
    server,
    world,
  }) => {
    await connectIn(server);
    const before = await server.files();
    const signed = world.requests.length;
    const env = { CONNECT_WIZARD_PASSPHRASE: 'not-the-passphrase-canary' };
    for (const args of [
      ['check', '--json'],
      [...FRESHSERVICE, '--json'],
      ['token', NAME, '--json'],
    ]) {
      const result = await server.run(args, { ...KEY, env });
      expect(result.code, args.join(' ')).toBe(7);
      expect(onlyConnection(result)).toMatchObject({
        verdict: 'store-error',
        reason: 'store-passphrase',
      });
      expect(onlyConnection(result).message).toContain('passphrase');
      expect(onlyConnection(result).message).toContain(identityOf(server));
      expect(printed(result)).not.toContain('canary');
    }
    for (const args of [
      ['token', NAME],
      ['exec', NAME, '--', 'echo', 'it ran'],
    ]) {
      const result = await server.run(args, { env });
      expect(result).toMatchObject({ code: 7, stdout: '' });
      expect(result.stderr).toContain('passphrase is not the one it was made with');
      expect(result.stderr).not.toContain('canary');
    }
    expect(world.requests.slice(signed).map(({ authorization }) => authorization)).toEqual([
      undefined,
    ]);
    expect(await server.files()).toEqual(before);
    expect((await server.run(['check'], { env: UNLOCKED })).code).toBe(0);
  });
});

describe('a file store that cannot be used', () => {
  for (const [what, damage] of [
    ['an identity that is cut off', (server: Machine) => truncate(identityOf(server), 150)],
    ['an identity that is empty', (server: Machine) => truncate(identityOf(server), 0)],
    [
      'an identity in another format',
      (server: Machine) => writeFile(identityOf(server), 'AGE-SECRET-KEY-1QQQQ\n'),
    ],
    ['a secret that is cut off', (server: Machine) => truncate(secretOf(server), 200)],
    ['a secret that is empty', (server: Machine) => truncate(secretOf(server), 0)],
    [
      'a secret with one changed bit',
      async (server: Machine) => {
        const bytes = await readFile(secretOf(server));
        const last = bytes.length - 1;
        bytes[last] = (bytes[last] ?? 0) ^ 1;
        await writeFile(secretOf(server), bytes);
      },
    ],
    [
      'no identity',
      async (server: Machine) => {
        expect((await server.shell('rm ~/.config/connect-wizard/identity.age')).code).toBe(0);
      },
    ],
  ] as const) {
    test(`exits with 7 and overwrites nothing if it has ${what}`, async ({ server }) => {
      await connectIn(server);
      await damage(server);
      const before = await server.files();
      for (const args of [
        ['check', '--json'],
        [...FRESHSERVICE, '--replace', '--json'],
      ]) {
        const result = await server.run(args, CONNECT);
        expect(result.code, args.join(' ')).toBe(7);
        expect(onlyConnection(result)).toMatchObject({ reason: 'store-corrupt' });
        expectNoStack(result);
        expect(printed(result)).not.toContain(SECRETS.apiKey);
      }
      const exec = await server.run(['exec', NAME, '--', 'echo', 'it ran'], { env: UNLOCKED });
      expect(exec).toMatchObject({ code: 7, stdout: '' });
      expect(await server.files()).toEqual(before);
    });
  }

  test('lets the other connections be checked if one secret is cut off', async ({ server }) => {
    await connectIn(server);
    await server.run([...IN_FILES, '--name', 'desk'], CONNECT);
    await truncate(secretOf(server, 'desk'), 100);
    const checked = await server.run(['check', '--json'], { env: UNLOCKED });
    expect(checked.code).toBe(7);
    expect(documentOf(checked).connections?.map(({ name, reason }) => ({ name, reason }))).toEqual([
      { name: 'desk', reason: 'store-corrupt' },
      { name: NAME, reason: 'ok' },
    ]);
  });

  for (const [what, fileOf] of [
    ['the identity', identityOf],
    ['a secret', secretOf],
  ] as const) {
    test(`exits with 7 if others have access to ${what}, and prints the command that fixes it`, async ({
      server,
    }) => {
      await connectIn(server);
      const path = fileOf(server);
      const open = (mode: string) => server.shell(`chmod ${mode} '${path}'`);
      for (const mode of ['640', '602', '644']) {
        await open(mode);
        const checked = await server.run(['check', '--json'], { env: UNLOCKED });
        expect(checked.code, mode).toBe(7);
        expect(onlyConnection(checked)).toMatchObject({ reason: 'store-denied' });
        expect(onlyConnection(checked).message).toContain(`are ${mode})`);
      }
      const before = await server.files();
      const again = await server.run(IN_FILES, CONNECT);
      expect(again).toMatchObject({ code: 7, stdout: '' });
      expect(again.stderr).toContain('(store-denied)');
      const token = await server.run(['token', NAME], { env: UNLOCKED });
      expect(token).toMatchObject({ code: 7, stdout: '' });
      expect(await server.files()).toEqual(before);

      const command = commandIn(token.stderr);
      expect(command).toContain('chmod');
      expect(await server.shell(command)).toMatchObject({ code: 0, stderr: '' });
      expect(await modeOf(path)).toBe('600');
      expect(await server.run(['token', NAME], { env: UNLOCKED })).toMatchObject({
        code: 0,
        stdout: `${SECRETS.apiKey}\n`,
      });
    });
  }

  test('prints a command that works if the path has an apostrophe', async ({ server }) => {
    await connectIn(server);
    const env = { ...UNLOCKED, CONNECT_WIZARD_HOME: join(server.folder, 'tmp', "o'brien") };
    await server.shell('cp -a ~/.config/connect-wizard "$CONNECT_WIZARD_HOME"', { env });
    await server.shell('chmod 644 "$CONNECT_WIZARD_HOME/identity.age"', { env });
    const { stderr } = await server.run(['token', NAME], { env });
    expect(await server.shell(commandIn(stderr))).toMatchObject({ code: 0, stderr: '' });
    expect((await server.run(['token', NAME], { env })).code).toBe(0);
  });

  test('prints the command on one line in a narrow terminal', async ({ server }) => {
    await connectIn(server);
    await server.shell(`chmod 644 '${secretOf(server)}'`);
    const pty = server.pty(['token', NAME, '--reveal'], { env: UNLOCKED });
    expect(await pty.end()).toBe(7);
    // A line that only the terminal breaks is copied as one line.
    const command = commandIn(plain(pty.raw()));
    expect(await server.shell(command), command).toMatchObject({ code: 0, stderr: '' });
    expect(await modeOf(secretOf(server))).toBe('600');
  });

  test('is reported and not overwritten by any command if a record is of a newer version', async ({
    server,
  }) => {
    await connectIn(server);
    const newer = { ...(await server.record(NAME)), v: 2, shape: ['unknown'] };
    await writeFile(recordOf(server), JSON.stringify(newer));
    const before = await server.files();
    for (const args of [
      IN_FILES,
      [...IN_FILES, '--replace'],
      ['check'],
      ['token', NAME],
      ['remove', NAME],
    ]) {
      const result = await server.run([...args, '--json'], CONNECT);
      expect(result.code, args.join(' ')).toBe(7);
      expect(onlyConnection(result)).toMatchObject({ reason: 'store-corrupt' });
      expect(result.stdout).toContain('newer version');
    }
    const exec = await server.run(['exec', NAME, '--', 'echo', 'it ran'], { env: UNLOCKED });
    expect(exec).toMatchObject({ code: 7, stdout: '' });
    expect(exec.stderr).toContain('newer version');
    expect(await server.files()).toEqual(before);
  });

  test('is reported and not overwritten by any command if a secret is of a newer version', async ({
    server,
  }) => {
    await connectIn(server);
    await putSecret(server, FRESHSERVICE_ITEM.replace('"v":2', '"v":3'));
    const before = await server.files();
    for (const args of [FRESHSERVICE, [...FRESHSERVICE, '--replace'], ['check'], ['token', NAME]]) {
      const result = await server.run([...args, '--json'], CONNECT);
      expect(result.code, args.join(' ')).toBe(7);
      expect(onlyConnection(result)).toMatchObject({ reason: 'store-corrupt' });
      expect(result.stdout).toContain('newer version');
      expect(result.stdout).not.toContain(SECRETS.apiKey);
    }
    const exec = await server.run(['exec', NAME, '--', 'echo', 'it ran'], { env: UNLOCKED });
    expect(exec).toMatchObject({ code: 7, stdout: '' });
    expect(await server.files()).toEqual(before);
  });

  test("sends and prints nothing if a file has another tenant's secret", async ({
    server,
    world,
  }) => {
    await connectIn(server);
    await putSecret(server, FRESHSERVICE_ITEM.replaceAll('acme', 'beta'));
    const asked = world.requests.length;
    const token = await server.run(['token', NAME], { env: UNLOCKED });
    expect(token).toMatchObject({ code: 7, stdout: '' });
    const checked = await server.run(['check', '--json'], { env: UNLOCKED });
    expect(onlyConnection(checked)).toMatchObject({ reason: 'store-corrupt' });
    expect(world.requests).toHaveLength(asked);
  });
});

/** The command that a message says to run, as somebody would copy it. */
function commandIn(message: string): string {
  const [, command = ''] = /Run:\s+(.+?)\r?$/mu.exec(message) ?? [];
  return command;
}

/** Writes an item as a newer version, or somebody with the passphrase, could write it. */
async function putSecret(machine: Machine, item: string): Promise<void> {
  const identity = (await openIdentity(machine))
    .split('\n')
    .find((line) => line.startsWith('AGE-'));
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity ?? ''));
  await writeFile(secretOf(machine), await encrypter.encrypt(item));
}

async function openIdentity(machine: Machine): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(PASSPHRASE);
  return decrypter.decrypt(await readFile(identityOf(machine)), 'text');
}

describeWith(KEYRING_PROGRAMS, 'a connection that moves', () => {
  test('leaves one secret in one place if it goes from the keychain to the file store and back', async ({
    machine,
    keyring,
  }) => {
    await machine.run(FRESHSERVICE, KEY);
    expect(await keyring.accounts()).toEqual([NAME]);

    // A rejected key moves nothing.
    const wrong = await machine.run(IN_FILES, { input: 'not it', env: UNLOCKED });
    expect(wrong.code).toBe(3);
    expect(await keyring.lookup(NAME)).toBe(FRESHSERVICE_ITEM);
    expect(await machine.record(NAME)).toMatchObject({ store: 'keychain' });

    expect((await machine.run(IN_FILES, CONNECT)).code).toBe(0);
    expect(await keyring.accounts()).toEqual([]);
    expect(await machine.record(NAME)).toMatchObject({ store: 'file' });
    const token = await machine.run(['token', NAME], { env: UNLOCKED });
    expect(token.stdout).toBe(`${SECRETS.apiKey}\n`);

    expect((await machine.run([...FRESHSERVICE, '--store', 'keychain'], CONNECT)).code).toBe(0);
    expect(await keyring.lookup(NAME)).toBe(FRESHSERVICE_ITEM);
    expect(await paths(machine)).toEqual(['connections/freshservice%2Facme.json', 'identity.age']);
    expect((await machine.run(['check'])).code).toBe(0);
  });
});

const ASKS = {
  passphrase: secretAsked('Passphrase of the file store'),
  newOne: secretAsked('New passphrase'),
  again: secretAsked('Type it again'),
  apiKey: secretAsked('API key'),
} as const;

function expectHidden(pty: Pty, ...secrets: readonly string[]): void {
  for (const secret of secrets) {
    expect(pty.raw()).not.toContain(secret);
    expect(plain(pty.raw()).replaceAll(/\s/gu, '')).not.toContain(secret.replaceAll(/\s/gu, ''));
  }
}

describe('a server without a keychain', () => {
  test('makes a script exit with 7 and names --store file and --store none', async ({
    server,
    world,
  }) => {
    const text = await server.run(FRESHSERVICE, KEY);
    expect(text).toMatchObject({ code: 7, stdout: '' });
    for (const way of ['--store file', '--store none']) expect(text.stderr).toContain(way);
    const document = await server.run([...FRESHSERVICE, '--json'], KEY);
    expect(onlyConnection(document)).toMatchObject({ reason: 'store-unavailable', stored: false });
    const { nextStep } = onlyConnection(document);
    for (const way of ['--store file', '--store none']) expect(nextStep).toContain(way);
    // The file store isn't used silently, not even if there is a passphrase.
    expect((await server.run(FRESHSERVICE, CONNECT)).code).toBe(7);
    expect(await server.files()).toEqual(new Map());
    expect(world.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });

  for (const { mode, env } of [
    { mode: 'on a screen', env: {} },
    { mode: 'line by line', env: { CONNECT_WIZARD_ACCESSIBLE: '1' } },
  ] as const) {
    test(`says what is missing and offers the file store ${mode}`, async ({ server }) => {
      const pty = server.pty(['freshservice', '--domain', 'acme'], { env });
      await pty.waitFor(choiceOf('What now?'));
      expect(oneLine(pty.screen())).toContain('no session bus');
      expect(pty.screen()).toContain('Use the file store (encrypted files)');
      await choose(pty, 'What now?', /^Use the file store/u);
      await answer(pty, ASKS.newOne, PASSPHRASE);
      await answer(pty, ASKS.again, `${PASSPHRASE}, mistyped`);
      await pty.waitFor('do not match');
      await answer(pty, ASKS.newOne, PASSPHRASE);
      await answer(pty, ASKS.again, PASSPHRASE);
      await pty.waitFor('The file store (encrypted files) can keep a secret');
      await giveSecret(pty, ASKS.apiKey, SECRETS.apiKey);
      await skipNeeds(pty);
      expect(await pty.end()).toBe(0);
      expect(oneLine(pty.screen())).toContain('Stored in encrypted files');
      expect(pty.cursorHidden()).toBe(false);
      expectHidden(pty, PASSPHRASE, SECRETS.apiKey);
      await expectSealed(server, pty.raw());

      const [, last = ''] = pty.screen().split(/^ {2}In CI +/mu);
      const [line = '', variables = ''] = last.split(/\n +with (.+) set/u);
      expect(line).toContain('--store file');
      expect(variables).toBe('FRESHSERVICE_API_KEY and CONNECT_WIZARD_PASSPHRASE_FILE');
      expect(await server.run(['token', NAME], { env: UNLOCKED })).toMatchObject({
        code: 0,
        stdout: `${SECRETS.apiKey}\n`,
      });
      // The printed line has the same effect.
      await server.run(['remove', NAME]);
      const set = { ...UNLOCKED, FRESHSERVICE_API_KEY: SECRETS.apiKey };
      expect((await server.shell(line, { env: set })).code).toBe(0);
      expect((await server.run(['check'], { env: UNLOCKED })).code).toBe(0);
    });

    test(`lets a person only check the credential ${mode}`, async ({ server }) => {
      const pty = server.pty(['freshservice', '--domain', 'acme'], { env });
      await choose(pty, 'What now?', /^Only check/u);
      await giveSecret(pty, ASKS.apiKey, SECRETS.apiKey);
      await skipNeeds(pty);
      expect(await pty.end()).toBe(0);
      expect(oneLine(pty.screen())).toContain('freshservice/acme works; nothing was stored');
      expectHidden(pty, SECRETS.apiKey);
      expect(await server.files()).toEqual(new Map());
    });

    test(`exits with 7 and saves nothing if a person tries again and stops ${mode}`, async ({
      server,
    }) => {
      const pty = server.pty(['freshservice', '--domain', 'acme'], { env });
      await choose(pty, 'What now?', 'Try again');
      await pty.waitFor('cannot be used');
      await choose(pty, 'What now?', /^Stop/u);
      expect(await pty.end()).toBe(7);
      expect(oneLine(pty.screen())).toContain('No credential was saved. (store-unavailable)');
      expect(pty.screen()).not.toContain('Step 2');
      expect(await server.files()).toEqual(new Map());
    });
  }

  for (const key of ['ctrl-c', 'ctrl-d'] as const) {
    test(`saves nothing if the passphrase is interrupted with ${key}`, async ({ server }) => {
      const pty = server.pty(['freshservice', '--domain', 'acme', '--store', 'file']);
      await answer(pty, ASKS.newOne, PASSPHRASE);
      await pty.waitFor(ASKS.again);
      pty.type('half-a-passphrase');
      await pty.waitFor('17 characters');
      pty.key(key);
      expect(await pty.end()).toBe(130);
      expect(oneLine(pty.screen())).toMatch(/No credential was saved\.$/u);
      expect(pty.cursorHidden()).toBe(false);
      expectHidden(pty, PASSPHRASE, 'half-a-passphrase');
      expect(await server.files()).toEqual(new Map());
    });
  }
});

describe('a file store on a terminal', () => {
  test('asks for the passphrase once to check three connections', async ({ server }) => {
    await connectIn(server);
    for (const name of ['one', 'two']) await server.run([...IN_FILES, '--name', name], CONNECT);
    for (const flags of [[], ['--accessible']]) {
      const pty = server.pty(['check', ...flags]);
      await answer(pty, ASKS.passphrase, PASSPHRASE);
      // A second question would never end.
      expect(await pty.end()).toBe(0);
      const screen = pty.screen();
      expect(screen.split('Passphrase of the file store')).toHaveLength(2);
      for (const name of [NAME, 'one', 'two']) {
        expect(screen).toMatch(new RegExp(`✓ ${name} +valid`, 'u'));
      }
      expectHidden(pty, PASSPHRASE);
    }
  });

  test('lets a person type the passphrase up to three times', async ({ server }) => {
    await connectIn(server);
    const corrected = server.pty(['check']);
    await answer(corrected, ASKS.passphrase, 'a-wrong-passphrase');
    await corrected.waitFor('not the one it was made with');
    await answer(corrected, ASKS.passphrase, PASSPHRASE);
    expect(await corrected.end()).toBe(0);
    expectHidden(corrected, PASSPHRASE, 'a-wrong-passphrase');

    const given = server.pty(['check']);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await answer(given, ASKS.passphrase, 'a-wrong-passphrase');
    }
    expect(await given.end()).toBe(7);
    expect(oneLine(given.screen())).toContain('store-passphrase');
    expectHidden(given, 'a-wrong-passphrase');
  });

  test('asks for its passphrase once if a second connection goes into it', async ({ server }) => {
    await connectIn(server);
    const identity = await readFile(identityOf(server));
    const pty = server.pty(['freshservice', '--domain', 'beta', '--store', 'file']);
    await answer(pty, ASKS.passphrase, PASSPHRASE);
    await giveSecret(pty, ASKS.apiKey, SECRETS.apiKey);
    await skipNeeds(pty);
    expect(await pty.end()).toBe(0);
    expect(pty.screen()).not.toContain('New passphrase');
    expectHidden(pty, PASSPHRASE, SECRETS.apiKey);
    expect(await readFile(identityOf(server))).toEqual(identity);
    for (const name of [NAME, 'freshservice/beta']) {
      const token = await server.run(['token', name], { env: UNLOCKED });
      expect(token.stdout, name).toBe(`${SECRETS.apiKey}\n`);
    }
  });

  test('exits with 7 without a question with --no-input', async ({ server }) => {
    await connectIn(server);
    const pty = server.pty(['check', '--no-input']);
    expect(await pty.end()).toBe(7);
    expect(oneLine(pty.screen())).toContain('CONNECT_WIZARD_PASSPHRASE');
  });
});
