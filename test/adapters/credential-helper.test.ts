import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { StoreError } from '../../src/core/errors.js';
import type { SecretStore } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';
import { API_KEY } from '../support/fakes.js';
import { PASS_PROGRAMS, startPass } from '../support/pass.js';
import { permittedHelper } from '../support/permitted-helper.js';
import { describeWith } from '../support/real-parts.js';
import { until } from '../support/until.js';

const ACME = 'freshservice/acme';
const URL_OF_ACME = 'https://connect-wizard.invalid/freshservice/acme';

const LIMIT_MS = 20_000;

interface Call {
  readonly program: string;
  readonly args: readonly string[];
  readonly input: string;
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
}

/** A program that notes its call, and then runs a test's code with `action` and `input`. */
const SCRIPT = (name: string, log: string, body: string): string => `#!${process.execPath}
const { appendFileSync, readFileSync, writeSync, existsSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
const [action] = args;
const input = readFileSync(0, 'utf8');
const { pid, env } = process;
appendFileSync(${JSON.stringify(log)}, JSON.stringify({ program: ${JSON.stringify(name)}, args, input, env, pid }) + '\\n');
const say = (text) => writeSync(1, text);
const refuse = (text, code = 1) => { say(text); process.exit(code); };
${body}
`;

interface Given {
  /** The code of each program, by its name. */
  readonly programs: Readonly<Record<string, string>>;
  /** The text after `helper:`. */
  readonly program?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function helper({ programs, program = 'test', env = {} }: Given): Promise<{
  readonly store: SecretStore;
  readonly folder: string;
  readonly calls: () => Promise<Call[]>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-helper-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const log = join(folder, 'log');
  await writeFile(log, '');
  for (const [name, body] of Object.entries(programs)) {
    await writeFile(join(folder, name), SCRIPT(name, log, body));
    await chmod(join(folder, name), 0o755);
  }
  return {
    // Nothing else is on its PATH.
    store: permittedHelper({
      program: program.replace('FOLDER', folder),
      env: { PATH: folder, ...env },
      limitMs: LIMIT_MS,
    }),
    folder,
    async calls() {
      const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as Call);
    },
  };
}

/** One helper that always runs the same code. */
const behaving = (body: string, more: Omit<Given, 'programs'> = {}) =>
  helper({ programs: { 'docker-credential-test': body }, ...more });

/** Each call of a store. */
const CALLS: readonly (readonly [string, (store: SecretStore) => Promise<unknown>])[] = [
  ['get', (store) => store.getPassword(ACME)],
  ['store', (store) => store.setPassword(ACME, new Secret(API_KEY))],
  ['delete', (store) => store.deletePassword(ACME)],
  ['list', (store) => store.accounts()],
];

async function failureOf(call: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await call.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StoreError);
  const failure = error as StoreError;
  expect(JSON.stringify(failure.advice)).not.toContain(API_KEY);
  expect(failure.advice.next).toMatch(/\.$/u);
  return failure;
}

/** Whether a process still runs; a zombie counts as ended. */
async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/^\d+ \(.*\) Z/su.test(stat);
}

const MEMORY = `
const file = __dirname + '/kept';
const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
if (action === 'store') { const item = JSON.parse(input); kept[item.ServerURL] = item; }
if (action === 'get') kept[input] ? say(JSON.stringify(kept[input])) : refuse('credentials not found in native keychain');
if (action === 'erase') delete kept[input];
if (action === 'list') say(JSON.stringify(Object.fromEntries(Object.values(kept).map((item) => [item.ServerURL, item.Username]))));
writeFileSync(file, JSON.stringify(kept));`;

describe('the protocol', () => {
  it('has the action as the only argument, and the rest on standard input', async () => {
    const { store, calls } = await behaving(MEMORY);
    const value = `{"v":1,"fields":{"apiKey":"${API_KEY}"}}`;
    await store.setPassword(ACME, new Secret(value));
    expect((await store.getPassword(ACME))?.reveal()).toBe(value);
    expect(await store.accounts()).toEqual([ACME]);
    expect(await store.deletePassword(ACME)).toBe(true);
    expect(await store.getPassword(ACME)).toBeNull();

    const item = `{"ServerURL":"${URL_OF_ACME}","Username":"connect-wizard","Secret":"{\\"v\\":1,\\"fields\\":{\\"apiKey\\":\\"${API_KEY}\\"}}"}`;
    expect((await calls()).map(({ args, input }) => ({ args, input }))).toEqual([
      { args: ['store'], input: item },
      { args: ['get'], input: URL_OF_ACME },
      { args: ['list'], input: '' },
      // Asked for before it is erased, since helpers differ if there is nothing to erase.
      { args: ['get'], input: URL_OF_ACME },
      { args: ['erase'], input: URL_OF_ACME },
      { args: ['get'], input: URL_OF_ACME },
    ]);
  });

  it('never has the secret in an argument, and gives the program only the environment it should have', async () => {
    vi.stubEnv('FRESHSERVICE_API_KEY', API_KEY);
    const { store, calls, folder } = await behaving(MEMORY, { env: { GNUPGHOME: '/somewhere' } });
    for (const [, call] of CALLS) await call(store);
    const all = await calls();
    expect(all.map(({ args }) => args[0])).toEqual(['get', 'store', 'get', 'erase', 'list']);
    for (const { args, env } of all) {
      expect(args).toHaveLength(1);
      expect(env).toEqual({ PATH: folder, GNUPGHOME: '/somewhere' });
    }
    expect(all.filter(({ input }) => input.includes(API_KEY))).toHaveLength(1);
  });

  it('lists our own items only, sorted', async () => {
    const { store } = await behaving(`say(JSON.stringify({
      'https://index.docker.io/v1/': 'somebody',
      'https://connect-wizard.invalid/work/b': 'connect-wizard',
      'https://connect-wizard.invalid.example/c': 'connect-wizard',
      'https://connect-wizard.invalid/freshservice/acme': 'connect-wizard',
    }))`);
    expect(await store.accounts()).toEqual([ACME, 'work/b']);
  });

  it('erases nothing if there is no item', async () => {
    const { store, calls } = await behaving(MEMORY);
    expect(await store.deletePassword(ACME)).toBe(false);
    expect((await calls()).map(({ args }) => args[0])).toEqual(['get']);
  });

  it.each([
    [
      '"credentials not found", as Docker\'s helpers do',
      "refuse('credentials not found in native keychain\\n')",
    ],
    [
      'that it is not in the password store',
      "refuse('exit status 1: Error: docker-credential-helpers/aHR0 is not in the password store.\\n')",
    ],
    [
      'success with nothing in it, as pass does',
      `say('{"ServerURL":"","Username":"","Secret":""}\\n')`,
    ],
    [
      'an empty secret, as secretservice does',
      `say('{"ServerURL":"${URL_OF_ACME}","Username":"connect-wizard","Secret":""}\\n')`,
    ],
  ])('has no item if the helper says %s', async (_, body) => {
    const { store } = await behaving(body);
    await expect(store.getPassword(ACME)).resolves.toBeNull();
    await expect(store.deletePassword(ACME)).resolves.toBe(false);
  });

  it('accepts a program that never reads its input', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-helper-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'deaf');
    await writeFile(path, '#!/bin/sh\nexec echo "credentials not found in native keychain"\n');
    await chmod(path, 0o755);
    const store = permittedHelper({ program: path, env: {}, limitMs: LIMIT_MS });
    // Its words count only if it fails; here it succeeds without an answer.
    expect((await failureOf(store.getPassword(ACME))).reason).toBe('store-unavailable');
    await store.setPassword(ACME, new Secret('x'.repeat(500_000)));
  });
});

describe('the program', () => {
  const other = "refuse('the wrong program', 9)";

  it.each([
    [
      'docker-credential-<name>',
      'test',
      { 'docker-credential-test': MEMORY, test: other },
      'docker-credential-test',
    ],
    ['<name> if there is no docker-credential-<name>', 'test', { test: MEMORY }, 'test'],
    [
      'the whole name as it is',
      'docker-credential-test',
      { 'docker-credential-test': MEMORY, 'docker-credential-docker-credential-test': other },
      'docker-credential-test',
    ],
    ['a path as it is', 'FOLDER/test', { test: MEMORY, 'docker-credential-test': other }, 'test'],
  ] as const)('is %s', async (_, program, programs, expected) => {
    const { store, calls } = await helper({ program, programs });
    await store.setPassword(ACME, new Secret(API_KEY));
    expect((await store.getPassword(ACME))?.reveal()).toBe(API_KEY);
    expect((await calls()).map((call) => call.program)).toEqual([expected, expected]);
  });

  it('stays the same if another one appears later', async () => {
    const { store, folder } = await helper({ programs: { test: MEMORY } });
    await store.setPassword(ACME, new Secret(API_KEY));
    const late = join(folder, 'docker-credential-test');
    await writeFile(late, SCRIPT('late', join(folder, 'log'), other));
    await chmod(late, 0o755);
    expect((await store.getPassword(ACME))?.reveal()).toBe(API_KEY);
  });

  it('is store-unavailable at each call if it is missing', async () => {
    const { store } = await helper({ programs: {} });
    for (const [, call] of CALLS) {
      const { reason, advice } = await failureOf(call(store));
      expect(reason).toBe('store-unavailable');
      expect(advice.what).toBe('The credential helper test cannot be used');
      expect(advice.why).toContain('there is no such program');
    }
  });

  it('is store-unavailable, and not a crash, if it may not be run', async () => {
    const { store, folder } = await helper({ programs: {}, program: 'FOLDER/text' });
    await writeFile(join(folder, 'text'), 'hello', { mode: 0o644 });
    const { reason, advice } = await failureOf(store.getPassword(ACME));
    expect(reason).toBe('store-unavailable');
    expect(advice.why).not.toMatch(/crashed|signal/u);
  });

  it('is store-unavailable, with the reason, if it is made for another kind of machine', async () => {
    const { store, folder } = await helper({ programs: {}, program: 'FOLDER/foreign' });
    // The head of a program for an unknown processor.
    const head = Buffer.concat([Buffer.from('\u007FELF'), Buffer.alloc(60, 1)]);
    await writeFile(join(folder, 'foreign'), head, { mode: 0o755 });
    const { reason, advice } = await failureOf(store.getPassword(ACME));
    expect(reason).toBe('store-unavailable');
    expect(advice.why).toContain('made for another kind of machine');
  });

  it('gives the store its name', async () => {
    const { store } = await helper({ programs: {} });
    expect(store.description).toEqual({
      kind: 'helper:test',
      backend: 'docker-credential-test',
      persistent: true,
    });
    // A locked helper may say that there is nothing, too.
    expect(store.nullIsReliable).toBe(false);
  });
});

describe('a helper that fails', () => {
  it.each([
    ['by hanging', ''],
    ['by hanging after its answer', "say('{}');"],
  ])('%s is killed once the limit is over, and is store-timeout', async (_, body) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { store, folder, calls } = await behaving(
      `${body} writeFileSync(__dirname + '/hangs', ''); setInterval(() => {}, 1000);`,
    );
    const failures: StoreError[] = [];
    const failed = failureOf(store.accounts()).then((failure) => failures.push(failure));
    await until(() => existsSync(join(folder, 'hangs')));
    await vi.advanceTimersByTimeAsync(LIMIT_MS - 1);
    expect(failures).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await failed;
    expect(failures.map(({ reason }) => reason)).toEqual(['store-timeout']);
    expect(failures[0]?.advice.why).toContain('did not answer');
    const [call] = await calls();
    await until(async () => !(await runs(call?.pid ?? 0)));
  });

  it('by printing without an end is killed, and its output is not shown', async () => {
    const { store, calls } = await behaving("for (;;) say('y'.repeat(65536));");
    const { reason, advice } = await failureOf(store.getPassword(ACME));
    expect(reason).toBe('store-unavailable');
    expect(JSON.stringify(advice)).not.toContain('yyy');
    const [call] = await calls();
    await until(async () => !(await runs(call?.pid ?? 0)));
  });

  it.each([
    [
      'by a signal',
      "process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000);",
      /ended by a signal/u,
    ],
    ['as Go does, with exit code 2', "refuse('panic: runtime error', 2)", /exit code 2/u],
    ['with exit code 2 and "not found"', "refuse('credentials not found', 2)", /exit code 2/u],
    ['with another exit code', "refuse('', 127)", /exit code 127/u],
  ])('by ending %s is store-unavailable at each call', async (_, body, why) => {
    const { store } = await behaving(body);
    for (const [, call] of CALLS) {
      const failure = await failureOf(call(store));
      expect(failure.reason).toBe('store-unavailable');
      expect(failure.advice.why).toContain('it crashed');
      expect(failure.advice.why).toMatch(why);
    }
  });

  it.each([
    ['nothing', ''],
    ['words', 'Gtk-WARNING: cannot open display\n'],
    ['half a document', '{"ServerURL":"https://connect-wizard.invalid/'],
    ['null', 'null'],
    ['a number', '5'],
    ['a text', '"credentials"'],
    ['a list', '[]'],
    ['another document', '{"secret":"x"}'],
    ["a secret that isn't text", '{"ServerURL":"x","Username":"connect-wizard","Secret":5}'],
  ])('by answering %s gives no secret, and is store-unavailable', async (_, text) => {
    const { store } = await behaving(`say(${JSON.stringify(text)})`);
    for (const call of [() => store.getPassword(ACME), () => store.deletePassword(ACME)]) {
      const { reason, advice } = await failureOf(call());
      expect(reason).toBe('store-unavailable');
      expect(advice.why).toContain('does not follow the protocol');
    }
  });

  it.each([
    ['nothing', ''],
    ['words', 'hello'],
    ['null', 'null'],
    ['a number', '5'],
    ['a text', '"hello"'],
    ['a list', `["${URL_OF_ACME}"]`],
  ])('by listing %s is store-unavailable, and not an empty list', async (_, text) => {
    const { store } = await behaving(`say(${JSON.stringify(text)})`);
    expect((await failureOf(store.accounts())).reason).toBe('store-unavailable');
  });

  // The words of real helpers.
  it.each([
    [
      'pass not initialized: exit status 1: Error: password store is empty. Try "pass init".',
      'store-unavailable',
      /not set up/u,
      /pass init/u,
    ],
    ['exit status 2: gpg: decryption failed: No secret key', 'store-locked', /locked/u, /gpg/u],
    ['The keychain is locked', 'store-locked', /locked/u, /Unlock/u],
    ['User interaction is not allowed.', 'store-locked', /locked/u, /Unlock/u],
    ['Prompt was dismissed', 'store-locked', /locked/u, /Unlock/u],
    [
      'Cannot autolaunch D-Bus without X11 $DISPLAY',
      'store-unavailable',
      /cannot reach/u,
      /desktop/u,
    ],
    [
      'GDBus.Error:org.freedesktop.DBus.Error.ServiceUnknown: The name org.freedesktop.secrets was not provided by any .service files',
      'store-unavailable',
      /cannot reach/u,
      /desktop/u,
    ],
    ['no credentials server URL', 'store-unavailable', /an error/u, /by hand/u],
    ['', 'store-unavailable', /an error/u, /by hand/u],
  ] as const)(
    'with the words %j is reported with their meaning',
    async (words, reason, why, next) => {
      const { store } = await behaving(`refuse(${JSON.stringify(words)} + '\\n')`);
      for (const [what, call] of CALLS) {
        const failure = await failureOf(call(store));
        expect(failure.reason, what).toBe(reason);
        expect(failure.advice.why, what).toMatch(why);
        expect(failure.advice.why, what).toContain(words.slice(0, 40));
        expect(failure.advice.next, what).toMatch(next);
      }
    },
  );

  it('is reported with one clean line of its words, without the secret that it repeats', async () => {
    const { store } = await behaving(
      "refuse('\\u001b[31mred\\u0007 ' + JSON.parse(input || '{}').Secret + '\\nsecond line')",
    );
    const { advice } = await failureOf(store.setPassword(ACME, new Secret(API_KEY)));
    expect(advice.why).toContain('(red [redacted])');
    expect(advice.why).not.toContain('second');
  });

  it('may work at the next call', async () => {
    const { store, folder } = await behaving(
      `if (!existsSync(__dirname + '/unlocked')) refuse('locked');${MEMORY}`,
    );
    expect((await failureOf(store.getPassword(ACME))).reason).toBe('store-locked');
    await writeFile(join(folder, 'unlocked'), '');
    await expect(store.getPassword(ACME)).resolves.toBeNull();
  });
});

describeWith(PASS_PROGRAMS, 'docker-credential-pass without a password store', () => {
  it('keeps nothing, and says what to do', async () => {
    const pass = await startPass();
    onTestFinished(() => pass.close());
    const env = { ...pass.env, PASSWORD_STORE_DIR: join(pass.env['HOME'] ?? '', 'nowhere') };
    const store = permittedHelper({ program: 'pass', env, limitMs: LIMIT_MS });
    const { reason, advice } = await failureOf(store.setPassword(ACME, new Secret(API_KEY)));
    expect(reason).toBe('store-unavailable');
    expect(advice.why).toContain('not set up');
    expect(advice.next).toContain('pass init');
  });
});
