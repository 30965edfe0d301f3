/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { page } from '../support/fake-providers.js';
import { describeWith } from '../support/real-parts.js';
import {
  startSecretService,
  SYSTEM_KEYCHAIN_PROGRAMS,
  type SecretService,
} from '../support/secret-service.js';
import {
  startTlsWorld,
  UNKNOWN_AUTHORITY,
  type Line,
  type TlsWorld,
} from '../support/tls-world.js';
import { documentOf, onlyConnection, SECRETS, createMachine, type Machine } from './machine.js';
import { FRESHSERVICE, KEY, providers } from './fixtures.js';

/**
 * Promises that hold on every system. The other acceptance tests need a POSIX shell, a terminal or
 * a Secret Service; these need only Node, and run on Linux, macOS and Windows.
 */
const NAME = 'freshservice/acme';
const NEW_KEY = 'fs-KEY-after-the-reset';
const FILE_STORE = {
  CONNECT_WIZARD_STORE: 'file',
  CONNECT_WIZARD_PASSPHRASE: 'vier stille Wörter',
} as const;

let machine: Machine;
let world: TlsWorld;
let line: Line = 'open';
let apiKey: string = SECRETS.apiKey;

beforeAll(async () => {
  world = await startTlsWorld(
    // Only acme has an account, but `doctor` also visits the providers' own sites.
    (request) => (request.host.startsWith('acme.') ? providers({ apiKey })(request) : page(404)),
    () => line,
  );
  machine = await createMachine(world.env);
});

afterAll(async () => {
  await machine.close();
  await world.close();
});

/** Runs the program with an open file store. */
const run = (args: readonly string[], input = '', env: Record<string, string> = {}) =>
  machine.run(args, { input, env: { ...FILE_STORE, ...env } });

describe('the program', () => {
  it('prints its version and its help', async () => {
    expect(await machine.run(['--version'])).toMatchObject({ code: 0, stderr: '' });
    const help = await machine.run(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Usage: connect-wizard');
  });

  it('connects to the sandbox', async () => {
    const result = await machine.run(['gladly', '--sandbox', '--json']);
    expect(onlyConnection(result)).toMatchObject({ verdict: 'valid', stored: false });
  });

  it('prints a guide and the providers', async () => {
    const guide = await machine.run(['guide', 'freshservice', 'find']);
    expect(guide).toMatchObject({ code: 0, stderr: '' });
    expect((await machine.run(['providers'])).stdout).toContain('freshservice');
  });

  it('exits with the right code and without a crash right after a request', async () => {
    const args = [...FRESHSERVICE, '--store', 'none'];
    for (let runs = 0; runs < 5; runs++) {
      const result = await machine.run(args, KEY);
      expect(result).toMatchObject({ code: 0, signal: null });
      expect(result.stderr).not.toMatch(/assertion failed/iu);
    }
    expect(await machine.run(args, { input: 'fs-KEY-of-nobody\n' })).toMatchObject({ code: 3 });
  });
});

describe('the network', () => {
  it('names the issuer of a certificate that is not trusted', async () => {
    line = { certificate: 'of an unknown authority' };
    try {
      const result = await machine.run([...FRESHSERVICE, '--store', 'none', '--json'], KEY);
      expect(onlyConnection(result)).toMatchObject({ reason: 'tls-untrusted' });
      expect(result.stdout).toContain(UNKNOWN_AUTHORITY);
    } finally {
      line = 'open';
    }
  });

  it('reports a proxy that does not answer', async () => {
    const result = await machine.run([...FRESHSERVICE, '--store', 'none', '--json'], {
      ...KEY,
      env: { HTTPS_PROXY: 'http://127.0.0.1:1' },
    });
    expect(onlyConnection(result)).toMatchObject({ verdict: 'unreachable', reason: 'proxy' });
  });
});

describe('a connection in the file store', () => {
  it('is made from a key file saved by a Windows editor', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'connect wizard '));
    const keyFile = join(folder, 'the key.txt');
    await writeFile(keyFile, `\uFEFF${SECRETS.apiKey}\r\n`);
    const args = ['freshservice', '--domain', 'acme', '--api-key-file', keyFile, '--json'];
    const result = await run(args);
    await rm(folder, { recursive: true });
    expect(onlyConnection(result)).toMatchObject({ verdict: 'valid', stored: true });
    expect(await machine.recordNames()).toEqual([NAME]);
  });

  it('is listed and checked', async () => {
    for (const command of ['list', 'check']) {
      const result = await run([command, '--json']);
      expect(onlyConnection(result)).toMatchObject({ name: NAME, verdict: 'valid' });
    }
  });

  it.each([
    ['raw', SECRETS.apiKey],
    ['basic', Buffer.from(`${SECRETS.apiKey}:X`).toString('base64')],
    ['powershell', `$env:FRESHSERVICE_API_KEY = '${SECRETS.apiKey}'`],
    ['env', `FRESHSERVICE_API_KEY='${SECRETS.apiKey}'`],
  ])('is printed as %s', async (format, expected) => {
    const { stdout, stderr } = await run(['token', NAME, '--format', format]);
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toContain(expected);
  });

  it('is given to a program, and exec exits with the code of that program', async () => {
    const script = `
      process.stdout.write([process.env.FRESHSERVICE_HOST, ...process.argv.slice(1)].join('|'));
      process.exit(process.env.FRESHSERVICE_API_KEY === '${SECRETS.apiKey}' ? 17 : 1);
    `;
    const folder = join(machine.folder, 'a b');
    await mkdir(folder);
    const program = join(folder, 'program.cjs');
    await writeFile(program, script.replace('slice(1)', 'slice(2)'));
    const words = ['a b', '--flag', 'ä'];
    const result = await run(['exec', NAME, '--', process.execPath, program, ...words]);
    expect(result).toMatchObject({
      code: 17,
      stdout: 'acme.freshservice.com|a b|--flag|ä',
      stderr: '',
    });
  });

  it('is rotated', async () => {
    apiKey = NEW_KEY;
    const result = await run(['rotate', NAME, '--api-key-stdin', '--json'], `${NEW_KEY}\r\n`);
    expect(onlyConnection(result)).toMatchObject({ verdict: 'valid', stored: true });
    expect((await run(['token', NAME])).stdout).toBe(`${NEW_KEY}\n`);
  });

  it('cannot be read with a wrong passphrase', async () => {
    const result = await run(['token', NAME], '', { CONNECT_WIZARD_PASSPHRASE: 'four loud words' });
    expect(result).toMatchObject({ code: 7, stdout: '' });
  });

  it('can be removed twice', async () => {
    for (let times = 0; times < 2; times++) {
      expect(await run(['remove', NAME])).toMatchObject({ code: 0 });
    }
    expect(await machine.recordNames()).toEqual([]);
    apiKey = SECRETS.apiKey;
  });
});

describeWith(SYSTEM_KEYCHAIN_PROGRAMS, "a connection in the system's own keychain", () => {
  let service: SecretService | undefined;
  const env: Record<string, string> = {
    CONNECT_WIZARD_KEYCHAIN_SERVICE: `connect-wizard-test-${randomUUID()}`,
  };
  beforeAll(async () => {
    if (process.platform !== 'linux') return;
    service = await startSecretService();
    Object.assign(env, service.env);
  });
  afterAll(() => service?.close());

  it('can be made, found by doctor, handed over and removed', async () => {
    const made = onlyConnection(await machine.run([...FRESHSERVICE, '--json'], { ...KEY, env }));
    expect(made).toMatchObject({ stored: true, store: { kind: 'keychain', persistent: true } });

    const { checks = [] } = documentOf(await machine.run(['doctor', '--json'], { env })) as {
      checks?: readonly { readonly id: string; readonly ok: boolean }[];
    };
    const stored = checks.filter(({ id }) => /^(?:store|secret|connection):/u.test(id));
    expect(stored).not.toEqual([]);
    expect(stored.filter(({ ok }) => !ok)).toEqual([]);

    expect(await machine.run(['token', NAME], { env })).toMatchObject({
      code: 0,
      stdout: `${SECRETS.apiKey}\n`,
    });
    expect(await machine.run(['remove', NAME], { env })).toMatchObject({ code: 0 });
    expect(await machine.run(['token', NAME], { env })).toMatchObject({ code: 4, stdout: '' });
  });
});
