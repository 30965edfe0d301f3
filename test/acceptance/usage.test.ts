/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { describe, expect } from 'vitest';
import type { RunResult } from '../support/run.js';
import { documentOf, expectNoStack, SECRETS } from './machine.js';
import { EMAIL, FRESHSERVICE, GLADLY, KEY, test } from './fixtures.js';

const CANARY = 'cAnArY-7741-secret';

/** A usage error repeats nothing that was typed, and has a next step. */
function expectUsage(result: RunResult, ...typed: string[]): void {
  expect(result.code).toBe(2);
  expect(result.stdout).toBe('');
  expect(result.stderr).toContain('→ ');
  expectNoStack(result);
  for (const each of [CANARY, ...typed]) expect(result.stderr).not.toContain(each);
}

describe('a secret typed as an argument is refused and not repeated', () => {
  const spellings: readonly (readonly string[])[] = [
    ['freshservice', '--domain', 'acme', '--api-key', CANARY],
    ['freshservice', '--domain', 'acme', `--api-key=${CANARY}`],
    ['freshservice', `--apikey=${CANARY}`, '--domain', 'acme'],
    ['freshservice', '--apiKey', CANARY],
    ['freshservice', '--API_KEY', CANARY],
    ['freshservice', `--api-key-stdin=${CANARY}`],
    ['freshservice', '-api-key', CANARY],
    [`--api-key=${CANARY}`, 'freshservice'],
    ['gladly', '--slug', 'acme', '--token', CANARY],
    ['gladly', `--token=${CANARY}`],
    ['gladly', `--Token-Stdin=${CANARY}`],
    ['check', '--token', CANARY],
  ];
  for (const args of spellings) {
    test(args.map((each) => each.replace(CANARY, '…')).join(' '), async ({ server, world }) => {
      const result = await server.run(args);
      expectUsage(result);
      const [stdin, file, variable] =
        result.stderr.includes('Gladly') || /token/iu.test(args.join())
          ? ['--token-stdin', '--token-file', 'GLADLY_TOKEN']
          : ['--api-key-stdin', '--api-key-file', 'FRESHSERVICE_API_KEY'];
      // Several providers have a --token, and `check` names none of them.
      const named = args[0] === 'check' ? 'its variable' : variable;
      for (const way of [stdin, file, named]) expect(result.stderr).toContain(way);
      expect(result.stderr).toMatch(/history/u);
      expect(world.requests).toEqual([]);
    });
  }
});

describe('a run', () => {
  test('names all missing values at once, each with its flags and its variable', async ({
    server,
  }) => {
    const nothing = await server.run(['gladly']);
    expectUsage(nothing);
    const flags = ['--slug', '--email', '--token-stdin', '--token-file'];
    for (const way of [...flags, 'GLADLY_SLUG', 'GLADLY_EMAIL', 'GLADLY_TOKEN']) {
      expect(nothing.stderr).toContain(way);
    }
    const some = await server.run(['freshservice', '--domain', 'acme'], {
      env: { FRESHSERVICE_API_KEY: '' },
    });
    expectUsage(some);
    expect(some.stderr).toContain('FRESHSERVICE_API_KEY');
    expect(some.stderr).not.toContain('FRESHSERVICE_DOMAIN');

    const document = await server.run(['gladly', '--email', EMAIL, '--json']);
    expect(document.code).toBe(2);
    expect(documentOf(document)).toMatchObject({
      command: 'connect',
      error: { code: 'input-needed' },
    });
    expect(document.stderr).toBe('');
  });

  test('takes an empty standard input for a missing secret', async ({ server }) => {
    for (const input of ['', '\r\n', '\uFEFF']) {
      const result = await server.run([...FRESHSERVICE, '--json'], { input });
      expect(documentOf(result).error?.code, JSON.stringify(input)).toBe('input-needed');
    }
  });

  test('repeats nothing of a wrong command line', async ({ server }) => {
    const lines: readonly (readonly string[])[] = [
      [CANARY],
      [CANARY, '--help'],
      ['--help', CANARY],
      [CANARY, '--json'],
      ['freshservice', CANARY],
      ['freshservice', `--${CANARY}`],
      ['freshservice', `--key=${CANARY}`],
      ['freshservice', '--password', CANARY],
      [`--unknown=${CANARY}`],
      [`-x${CANARY}`],
      ['--password', CANARY],
      ['check', `--max-age=${CANARY}`],
      ['check', '--concurrency', CANARY],
      ['list', `--unknown=${CANARY}`],
      ['remove'],
      ['remove', `--force=${CANARY}`],
      ['freshservice', '--domain', 'acme', '--timeout', CANARY],
      ['freshservice', '--domain', 'acme', '--need', CANARY],
      ['freshservice', '--domain', 'acme', '--name', `${CANARY}!`],
      ['freshservice', '--domain', 'acme', '--api-key-stdin', '--store', CANARY],
      ['gladly', '--slug', 'acme', '--email', CANARY, '--token-stdin'],
    ];
    const results = await Promise.all(
      lines.map(async (args) => ({ args, result: await server.run(args, KEY) })),
    );
    for (const { args, result } of results) {
      const line = args.map((each) => each.replace(CANARY, '…')).join(' ');
      expect(result.code, line).toBe(2);
      expect(result.stdout + result.stderr, line).not.toContain(CANARY);
      expect(result.stdout + result.stderr, line).not.toBe('');
      expectNoStack(result);
    }
  });

  test('neither looks up nor repeats a key that is given as the host', async ({
    server,
    world,
  }) => {
    const key = SECRETS.apiKey.replace('fs-KEY-', 'kQ7rTz29xWmB');
    const row = { provider: 'gladly', slug: key, email: EMAIL, token: SECRETS.token };
    const file = await server.file('rows.json', JSON.stringify([row]));
    for (const args of [
      ['gladly', '--slug', key, '--email', EMAIL, '--token-stdin'],
      ['gladly', '--slug', key, '--email', EMAIL],
      ['request', 'gladly', '--slug', key],
      ['import', '--dry-run', file],
    ]) {
      const result = await server.run([...args, '--json'], { input: `${SECRETS.token}\n` });
      expect(result.code, args.join(' ')).toBe(2);
      expect(`${result.stdout}${result.stderr}`.toLowerCase()).not.toContain(key.toLowerCase());
    }
    expect(world.tunnels).toEqual([]);
  });

  test('exits with 2 if a value cannot be an address', async ({ server, world }) => {
    for (const value of ['acme corp', 'ines@acme.example', 'ftp://acme.freshservice.com', '???']) {
      const result = await server.run(
        ['freshservice', '--domain', value, '--api-key-stdin', '--json'],
        KEY,
      );
      expect(result.code, value).toBe(2);
      expect(documentOf(result).error?.code).toBe('usage');
    }
    expect(world.requests).toEqual([]);
  });

  test('refuses a secret that is not one line of UTF-8 text, and says why', async ({
    server,
    world,
  }) => {
    const inputs: readonly (readonly [string, Buffer | string, RegExp])[] = [
      ['two lines', `${CANARY}\n${CANARY}\n`, /more than one line/u],
      ['two line endings', `${CANARY}\n\n`, /more than one line/u],
      ['UTF-16', Buffer.from(`\uFEFF${CANARY}\r\n`, 'utf16le'), /UTF-16/u],
      ['UTF-16 without a mark', Buffer.from(`${CANARY}\r\n`, 'utf16le'), /UTF-16/u],
      ['Latin-1', Buffer.from([0x61, 0x62, 0x63, 0xe4, 0xf6]), /UTF-8/u],
      ['a control character', `abc\u0007${CANARY}`, /control character/u],
      ['three characters', 'abc', /not copied whole/u],
      ['a whole file', Buffer.alloc(100_000, 'a'), /longer than/u],
    ];
    for (const [name, input, why] of inputs) {
      const result = await server.run(FRESHSERVICE, { input });
      expectUsage(result);
      expect(result.stderr, name).toMatch(why);
    }
    for (const [name, input, why] of inputs.slice(0, 3)) {
      const path = await server.file('key', input);
      const result = await server.run(['freshservice', '--domain', 'acme', '--api-key-file', path]);
      expectUsage(result);
      expect(result.stderr, name).toMatch(why);
    }
    expect(world.requests).toEqual([]);
  });

  test('refuses a missing file, a folder and a device as a secret', async ({ server }) => {
    for (const path of ['/nonexistent/key', '/tmp', '/dev/null']) {
      const args = ['freshservice', '--domain', 'acme', '--api-key-file', path];
      const result = await server.run(args);
      expectUsage(result);
      expect(result.stderr).toContain('API key');
    }
  });

  test('waits at most ten seconds for a pipe that nobody writes to', async ({ server }) => {
    await server.shell('mkfifo one two');
    const wait = (line: string) => server.start('bash', ['-c', line]).ended;
    const command = 'connect-wizard freshservice --domain acme';
    const [stdin, pipe] = await Promise.all([
      wait(`exec 3<> one; ${command} --api-key-stdin <&3`),
      wait(`${command} --api-key-file two`),
    ]);
    for (const result of [stdin, pipe]) expectUsage(result);
    expect(stdin.stderr).toContain('nothing came within 10 s');
  });

  test('refuses a secret that is given in two ways', async ({ server }) => {
    const both = await server.run([...FRESHSERVICE, '--api-key-file', '/dev/null'], KEY);
    expectUsage(both);
    expect(both.stderr).toContain('given twice');
  });

  test('exits with 2 and prints help on stderr without a terminal and a command', async ({
    server,
  }) => {
    for (const args of [[], ['--no-input'], ['--accessible']]) {
      const result = await server.run(args);
      expect(result).toMatchObject({ code: 2, stdout: '' });
      expect(result.stderr).toContain('Usage: connect-wizard');
      expect(result.stderr).toContain('freshservice');
    }
  });

  test('prints help and version on stdout, whatever other arguments there are', async ({
    server,
    world,
  }) => {
    const helps = [
      ['--help'],
      ['freshservice', '--help'],
      ['check', '-h'],
      ['gladly', '--slug', 'x', '-h'],
    ];
    for (const args of helps) {
      const result = await server.run(args);
      expect(result, args.join(' ')).toMatchObject({ code: 0, stderr: '' });
      expect(result.stdout).toContain('Usage: connect-wizard');
    }
    const version = await server.run(['--version']);
    expect(version).toMatchObject({ code: 0, stderr: '' });
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
    expect(world.requests).toEqual([]);
    expect(await server.files()).toEqual(new Map());
  });

  test('exits with 7 in every command if the records cannot be read', async ({ server }) => {
    // The home is a file, so the store can't be used.
    const home = await server.file('not-a-folder', 'x');
    for (const args of [['list'], ['check'], ['remove', 'x'], [...GLADLY]]) {
      const result = await server.run([...args, '--json'], {
        env: { CONNECT_WIZARD_HOME: home },
        input: SECRETS.token,
      });
      expect(result.code, args.join(' ')).toBe(7);
      expectNoStack(result);
    }
  });
});
