import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import { main } from '../../src/main.js';

const text = (stream: PassThrough): string => (stream.read() as string | null) ?? '';

/** A process without a terminal and with a home of its own, on the system of the tests. */
async function runMain(
  args: string[],
  env: Record<string, string> = {},
  stdin: Readable = new PassThrough().end(),
) {
  const home = await mkdtemp(join(tmpdir(), 'connect-wizard-main-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const stdout = new PassThrough({ encoding: 'utf8' });
  const stderr = new PassThrough({ encoding: 'utf8' });
  const fake = Object.assign(new EventEmitter(), {
    argv: ['node', 'connect-wizard', ...args],
    env: { CONNECT_WIZARD_HOME: home, ...env },
    platform: process.platform,
    execPath: '/nowhere/node',
    stdin,
    stdout,
    stderr,
  });
  return {
    home,
    fake,
    end: async () => {
      const code = await main(fake as unknown as NodeJS.Process, '1.2.3', false);
      return { code, stdout: text(stdout), stderr: text(stderr) };
    },
  };
}

describe('the program', () => {
  it('reports wrong usage, and ends with 2', async () => {
    const { end } = await runMain(['frobnicate']);
    const { code, stdout, stderr } = await end();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^[✗x] That is not a command/u);
    expect(stderr).not.toMatch(/\bat .*:\d+/u);
  });

  it('reports wrong usage as a document with --json', async () => {
    const { end } = await runMain(['freshservice', '--json']);
    const { code, stdout } = await end();
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'connect',
      error: { code: 'input-needed' },
      exitCode: 2,
    });
    expect(code).toBe(2);
  });

  it.each([['list'], ['check'], ['remove', 'x']])(
    'ends with 7 if its records cannot be read: %s',
    async (...args) => {
      const { home, end } = await runMain(args);
      await writeFile(join(home, 'connections'), 'a file where a folder should be');
      const { code, stderr } = await end();
      expect(stderr).toContain('records could not be read');
      expect(code).toBe(7);
    },
  );

  it('ends with 7 in its document, too', async () => {
    const { home, end } = await runMain(['check', '--json']);
    await writeFile(join(home, 'connections'), 'a file where a folder should be');
    const { code, stdout } = await end();
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 7 });
    expect(stdout).not.toContain('"internal"');
    expect(code).toBe(7);
  });

  it('reports an uncaught error like any other bug, redacted', async () => {
    const key = new Secret('kQ7rTz29xWmB4vNc8LpD');
    const lost = new Error(`the socket with ${key.reveal()} is gone`);
    // Something fails while the run waits for a key.
    const stdin = new Readable({ read: () => fake.emit('uncaughtException', lost) });
    const args = ['freshservice', '--domain=acme', '--api-key-stdin', '--store=none'];
    const { fake, end } = await runMain(args, {}, stdin);
    const { code, stderr } = await end();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^[✗x] connect-wizard failed because of a bug of its own\.\nError: the socket with \[redacted\] is gone\n {4}at /u,
    );
    expect(stderr).toContain('Please report this');
  });

  it('ends with 6 if its proxy cannot be used', async () => {
    const { end } = await runMain(['freshservice', '--domain=acme', '--store=none', '--json'], {
      FRESHSERVICE_API_KEY: 'kQ7rTz29xWmB4vNc8LpD',
      HTTPS_PROXY: 'socks5://proxy.example:1080',
    });
    const { code, stdout } = await end();
    expect(JSON.parse(stdout)).toMatchObject({ connections: [{ reason: 'proxy' }], exitCode: 6 });
    expect(code).toBe(6);
  });
});
