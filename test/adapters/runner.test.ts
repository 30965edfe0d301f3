import { EventEmitter } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRunner } from '../../src/adapters/runner.js';
import type { Runner } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';
import { API_KEY } from '../support/fakes.js';

const PATH = process.env['PATH'];

/** For a program that waits for a signal. It ends by itself, so that a failed test leaves none behind. */
const STAY = 'setTimeout(() => process.exit(99), 30_000)';

interface World {
  /** Stands in for this process, which gets the signals that are emitted here. */
  readonly signals: EventEmitter;
  readonly runner: Runner;
}

function world(onTerminal = false, env: NodeJS.ProcessEnv = { PATH }): World {
  const signals = new EventEmitter();
  const asProcess = signals as unknown as NodeJS.Process;
  return { signals, runner: createRunner({ process: asProcess, env, onTerminal }) };
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-runner-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const node = (script: string, ...args: string[]): [string, ...string[]] => [
  process.execPath,
  '-e',
  script,
  '--',
  ...args,
];

/** What a program is started with, through a file, since a test does not get its output. */
async function seenBy(
  { runner }: World,
  variables: Parameters<Runner['run']>[1],
  ...args: string[]
): Promise<{ env: Record<string, string>; args: string[] }> {
  const path = join(await emptyFolder(), 'seen.json');
  const seen = '{ env: process.env, args: process.argv.slice(2) }';
  const write = `require('node:fs').writeFileSync(process.argv[1], JSON.stringify(${seen}))`;
  await expect(runner.run(node(write, path, ...args), variables)).resolves.toEqual({ code: 0 });
  return JSON.parse(await readFile(path, 'utf8')) as Awaited<ReturnType<typeof seenBy>>;
}

describe('the end of a program', () => {
  it.each([0, 1, 3, 42, 255])('with the exit code %i ends the run with it', async (code) => {
    const { runner } = world();
    await expect(runner.run(node(`process.exit(${code})`), {})).resolves.toEqual({ code });
  });

  it.runIf(process.platform !== 'win32').each([
    ['SIGKILL', 137],
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGABRT', 134],
  ])('by %s ends the run with %i, as in a shell', async (signal, code) => {
    const { runner } = world();
    const script = `process.kill(process.pid, '${signal}'); ${STAY}`;
    await expect(runner.run(node(script), {})).resolves.toEqual({ code });
  });
});

describe('a program that is not started', () => {
  it.each(['connect-wizard-no-such-program', '/nowhere/at-all', './connect-wizard-not-here'])(
    '%s does not exist',
    async (command) => {
      const { signals, runner } = world();
      await expect(runner.run([command, 'x'], {})).resolves.toMatchObject({ notStarted: 'ENOENT' });
      expect(signals.eventNames()).toEqual([]);
    },
  );

  it.runIf(process.platform !== 'win32')('may not be run', async () => {
    const path = join(await emptyFolder(), 'notes.txt');
    await writeFile(path, 'echo hello\n');
    await chmod(path, 0o644);
    const { signals, runner } = world();
    await expect(runner.run([path], {})).resolves.toMatchObject({
      notStarted: 'EACCES',
      why: expect.stringContaining('chmod +x'),
    });
    expect(signals.eventNames()).toEqual([]);
  });
});

describe('a program that is started', () => {
  it('gets the variables on top of the environment, with secrets in plain text', async () => {
    vi.stubEnv('CONNECT_WIZARD_TEST_LEAK', 'of this process');
    const env = { PATH, KEPT: 'kept', FRESHSERVICE_API_KEY: 'the old one' };
    const variables = { FRESHSERVICE_API_KEY: new Secret(API_KEY), GLADLY_SLUG: 'acme', EMPTY: '' };
    const { env: seen } = await seenBy(world(false, env), variables);
    expect(seen).toMatchObject({
      PATH,
      KEPT: 'kept',
      FRESHSERVICE_API_KEY: API_KEY,
      GLADLY_SLUG: 'acme',
      EMPTY: '',
    });
    expect(seen).not.toHaveProperty('CONNECT_WIZARD_TEST_LEAK');
    expect(env.FRESHSERVICE_API_KEY).toBe('the old one');
  });

  it('gets its arguments as they are, without a shell', async () => {
    const args = [
      'a b',
      '"quoted"',
      "it's",
      '$HOME',
      '`id`',
      '*',
      '',
      '--flag=1',
      'ü🔑',
      '; exit 9',
    ];
    expect((await seenBy(world(), {}, ...args)).args).toEqual(args);
  });

  it('is found on the PATH of the environment', async () => {
    const folder = await emptyFolder();
    const program = join(folder, 'connect-wizard-test-program');
    await writeFile(program, '#!/bin/sh\nexit 7\n', { mode: 0o755 });
    const { runner } = world(false, { PATH: `${folder}:${PATH}` });
    await expect(runner.run(['connect-wizard-test-program'], {})).resolves.toEqual({ code: 7 });
  });
});

describe.runIf(process.platform !== 'win32')('a signal', () => {
  const HANDLED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

  /** A program that notes the signals it gets, line by line, and ends with 9 after `last`. */
  async function started(onTerminal: boolean, last: NodeJS.Signals) {
    const path = join(await emptyFolder(), 'log');
    const script = `
      const { appendFileSync } = require('node:fs');
      const note = (line) => appendFileSync(process.argv[1], line + '\\n');
      for (const signal of ${JSON.stringify(HANDLED)}) process.on(signal, () => {
        note(signal);
        if (signal === '${last}') process.exit(9);
      });
      ${STAY};
      note('ready');`;
    const { signals, runner } = world(onTerminal);
    const ended = runner.run(node(script, path), {});
    const log = async (): Promise<string[]> => (await readFile(path, 'utf8')).trim().split('\n');
    await vi.waitFor(async () => expect(await log()).toEqual(['ready']), { timeout: 20_000 });
    return { signals, ended, log };
  }

  it.each(HANDLED)('%s is passed on without a terminal', async (signal) => {
    const { signals, ended, log } = await started(false, signal);
    signals.emit(signal, signal);
    await expect(ended).resolves.toEqual({ code: 9 });
    expect(await log()).toEqual(['ready', signal]);
  });

  it('of the terminal is not passed on, since the program has it already, but others are', async () => {
    const { signals, ended, log } = await started(true, 'SIGTERM');
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP']) signals.emit(signal, signal);
    // Signals may arrive in another order; once this one is noted, the others have had their time.
    signals.emit('SIGUSR2', 'SIGUSR2');
    await vi.waitFor(async () => expect(await log()).toContain('SIGUSR2'), { timeout: 20_000 });
    signals.emit('SIGTERM', 'SIGTERM');
    await expect(ended).resolves.toEqual({ code: 9 });
    expect(await log()).toEqual(['ready', 'SIGUSR2', 'SIGTERM']);
  });

  it('ends a program that does not handle it, and the run with it', async () => {
    const path = join(await emptyFolder(), 'ready');
    const { signals, runner } = world();
    const script = `${STAY}; require('node:fs').writeFileSync(process.argv[1], 'yes')`;
    const ended = runner.run(node(script, path), {});
    await vi.waitFor(async () => expect(await readFile(path, 'utf8')).toBe('yes'), {
      timeout: 20_000,
    });
    signals.emit('SIGTERM', 'SIGTERM');
    await expect(ended).resolves.toEqual({ code: 143 });
  });

  it.each([true, false])('is listened for until the program ends (terminal: %s)', async (on) => {
    const { signals, ended } = await started(on, 'SIGTERM');
    expect(signals.eventNames()).toEqual(expect.arrayContaining([...HANDLED]));
    signals.emit('SIGTERM', 'SIGTERM');
    await ended;
    expect(signals.eventNames()).toEqual([]);
  });
});
