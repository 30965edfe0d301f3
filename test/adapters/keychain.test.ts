import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createKeychain, type KeychainOptions } from '../../src/adapters/keychain.js';
import { StoreError } from '../../src/core/errors.js';
import type { SecretStore } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';

/** A fake child that runs this code for each request; `reply` writes a line. */
const CHILD = (onRequest: string): string => `
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { appendFileSync, readFileSync } from 'node:fs';
const items = new Map();
const channel = new Socket({ fd: 3, readable: true, writable: true });
const say = (line) => channel.write(line.replaceAll('\\u2028', '\\\\u2028') + '\\n');
say(JSON.stringify({ id: 0, value: null }));
for await (const line of createInterface({ input: channel })) {
  const { id, ...request } = JSON.parse(line);
  const reply = (value) => say(JSON.stringify({ id, ...value }));
  appendFileSync(process.env.LOG, JSON.stringify(request) + '\\n');
  ${onRequest}
}`;

const MEMORY = `
  const key = request.service + '/' + request.account;
  if (request.action === 'get') reply({ value: items.get(key) ?? null });
  if (request.action === 'set') { items.set(key, request.password); reply({ value: null }); }
  if (request.action === 'delete') reply({ value: items.delete(key) });`;

async function keychain(
  onRequest: string,
  changes: Partial<KeychainOptions> = {},
  cleanUp: (close: () => Promise<void>) => void = onTestFinished,
) {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-keychain-'));
  const childPath = join(folder, 'child.mjs');
  const log = join(folder, 'log');
  await writeFile(childPath, CHILD(onRequest));
  await writeFile(log, '');
  const store = createKeychain({
    platform: 'linux',
    env: { LOG: log, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/fake' },
    nodePath: process.execPath,
    childPath,
    service: 'connect-wizard-test',
    limitMs: 10_000,
    onWaiting: () => {},
    ...changes,
  });
  cleanUp(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  const requests = async (): Promise<unknown[]> =>
    (await readFile(log, 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);
  return { store, requests };
}

async function failureOf(call: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await call.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StoreError);
  return error as StoreError;
}

describe('the keychain', () => {
  it('keeps, returns and deletes a secret through one child process', async () => {
    const { store, requests } = await keychain(MEMORY);
    expect(await store.getPassword('a')).toBeNull();
    await store.setPassword('a', new Secret('first-value'));
    expect((await store.getPassword('a'))?.reveal()).toBe('first-value');
    expect(await store.deletePassword('a')).toBe(true);
    expect(await store.deletePassword('a')).toBe(false);
    expect(await requests()).toEqual([
      { action: 'get', account: 'a', service: 'connect-wizard-test' },
      { action: 'set', account: 'a', password: 'first-value', service: 'connect-wizard-test' },
      { action: 'get', account: 'a', service: 'connect-wizard-test' },
      { action: 'delete', account: 'a', service: 'connect-wizard-test' },
      { action: 'delete', account: 'a', service: 'connect-wizard-test' },
    ]);
  });

  it('gives each of several calls at once its own answer', async () => {
    const { store } = await keychain(MEMORY);
    const names = Array.from({ length: 20 }, (_, n) => `n${n}`);
    await Promise.all(
      names.map((name) => store.setPassword(name, new Secret(`secret of ${name}`))),
    );
    const read = await Promise.all(names.map((name) => store.getPassword(name)));
    expect(read.map((secret) => secret?.reveal())).toEqual(
      names.map((name) => `secret of ${name}`),
    );
  });

  it('keeps every character of a value', async () => {
    const { store } = await keychain(MEMORY);
    const value = 'a\nb\r\n"\\\u2028🔑\u0000';
    await store.setPassword('a', new Secret(value));
    expect((await store.getPassword('a'))?.reveal()).toBe(value);
  });

  it.each([
    ['linux', 'Secret Service'],
    ['darwin', 'macOS Keychain'],
    ['win32', 'Windows Credential Manager'],
  ] as const)('of %s is the %s', async (platform, backend) => {
    const { store } = await keychain(MEMORY, { platform });
    expect(store.description).toEqual({ kind: 'keychain', backend, persistent: true });
  });
});

async function actions(requests: () => Promise<unknown[]>): Promise<unknown[]> {
  return (await requests()).map((request) => (request as { action: unknown }).action);
}

describe('many secrets', () => {
  it('that are announced are read ahead by the child', async () => {
    const { store, requests } = await keychain(
      `${MEMORY} if (request.action === 'read-ahead') reply({ value: null });`,
    );
    const accounts = ['n1', 'n2', 'n3'];
    store.readAhead?.(accounts);
    await store.getPassword('n2');
    const service = 'connect-wizard-test';
    expect(await requests()).toEqual([
      // A person may have to unlock the keychain for the first.
      { action: 'get', account: 'n1', service },
      { action: 'read-ahead', account: '', accounts, service },
      { action: 'get', account: 'n2', service },
    ]);
  });

  it.each([
    ['few', 'linux', ['n1', 'n2']],
    ['those of a keychain that may ask about each', 'darwin', ['n1', 'n2', 'n3']],
  ] as const)('are not read ahead: %s', async (_, platform, announced) => {
    const { store, requests } = await keychain(MEMORY, { platform });
    store.readAhead?.(announced);
    await store.getPassword('n1');
    expect(await actions(requests)).toEqual(['get']);
  });

  it.each([
    ['fails', "reply({ error: 'no bus here' });"],
    ['crashes the child', 'process.exit(7);'],
  ])('are reported one by one if reading ahead %s', async (_, answer) => {
    const { store } = await keychain(
      `if (request.action === 'read-ahead') { ${answer} } else { ${MEMORY} }`,
    );
    store.readAhead?.(['n1', 'n2', 'n3']);
    await expect(
      store.getPassword('n1').catch((error: unknown) => (error as StoreError).reason),
    ).resolves.toBe(answer.startsWith('reply') ? null : 'store-unavailable');
  });

  /** Answers with how many requests had come by then: the first at once, the others after a while. */
  const COUNTS = `
    globalThis.waiting ??= [];
    globalThis.waiting.push(() => reply({ value: request.account + ' of ' + globalThis.waiting.length }));
    setTimeout(globalThis.waiting.at(-1), request.account === 'n0' ? 0 : 300);`;

  it.each([
    ['at once if it is unlocked', 'linux', ['n0 of 1', 'n1 of 3', 'n2 of 3']],
    ['one by one where it may ask a person', 'darwin', ['n0 of 1', 'n1 of 2', 'n2 of 3']],
  ] as const)('are read %s', async (_, platform, values) => {
    const { store } = await keychain(COUNTS, { platform });
    const read = await Promise.all(['n0', 'n1', 'n2'].map((name) => store.getPassword(name)));
    expect(read.map((secret) => secret?.reveal())).toEqual(values);
  });

  /** Answers the first request at once, and the others one after the other. */
  const TAKES_TURNS = `
    if (request.account !== 'n0') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
    reply({ value: 'good-value' });`;

  it('have their whole time each, also if the keychain reads one after the other', async () => {
    const { store } = await keychain(TAKES_TURNS, { limitMs: 1500 });
    await store.getPassword('n0');
    const names = ['n1', 'n2', 'n3', 'n4', 'n5'];
    const read = await Promise.all(names.map((name) => store.getPassword(name)));
    expect(read.map((secret) => secret?.reveal())).toEqual(names.map(() => 'good-value'));
  });

  it('are announced together if the keychain does not answer', async () => {
    const onWaiting = vi.fn<() => void>();
    const { store } = await keychain("if (request.account === 'n0') reply({ value: 'x' });", {
      limitMs: 2500,
      onWaiting,
    });
    await store.getPassword('n0');
    await Promise.all(['n1', 'n2', 'n3'].map((name) => failureOf(store.getPassword(name))));
    expect(onWaiting).toHaveBeenCalledTimes(1);
  });

  it('are asked for one by one until the keychain has given one', async () => {
    const { store } = await keychain(`
      globalThis.open = (globalThis.open ?? 0) + 1;
      const ahead = globalThis.open;
      setTimeout(() => { globalThis.open -= 1; reply(ahead === 1 ? { value: null } : { error: 'at once' }); }, 50);`);
    const read = await Promise.all(['n0', 'n1', 'n2'].map((name) => store.getPassword(name)));
    expect(read).toEqual([null, null, null]);
  });
});

describe('a child that fails', () => {
  it('by hanging is killed after the limit, and gets no other call', async () => {
    const { store, requests } = await keychain('', { limitMs: 1500 });
    const first = await failureOf(store.getPassword('a'));
    expect(first.reason).toBe('store-timeout');
    expect(first.advice.why).toContain('1.5 s');
    expect((await failureOf(store.setPassword('b', new Secret('never-written')))).reason).toBe(
      'store-timeout',
    );
    expect((await failureOf(store.deletePassword('c'))).reason).toBe('store-timeout');
    expect((await requests()).length).toBeLessThanOrEqual(1);
  });

  it('by crashing is store-unavailable for every call that waits', async () => {
    const { store } = await keychain('process.exit(7);');
    const errors = await Promise.all([
      failureOf(store.getPassword('a')),
      failureOf(store.getPassword('b')),
    ]);
    expect(errors.map(({ reason }) => reason)).toEqual(['store-unavailable', 'store-unavailable']);
    expect(errors[0]?.advice.why).toContain('exit code 7');
  });

  it('by a signal is store-unavailable', async () => {
    const { store } = await keychain("process.kill(process.pid, 'SIGSEGV');");
    expect((await failureOf(store.getPassword('a'))).advice.why).toContain('SIGSEGV');
  });

  it('by a signal before it has read all requests is store-unavailable for each', async () => {
    const { store, requests } = await keychain(`
      if (request.account === 'n0') reply({ value: 'good-value' });
      else {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
        process.kill(process.pid, 'SIGKILL');
      }`);
    await store.getPassword('n0');
    const first = failureOf(store.getPassword('n1'));
    await vi.waitFor(async () => expect(await requests()).toHaveLength(2));
    const errors = await Promise.all([first, failureOf(store.getPassword('n2'))]);
    expect(errors.map(({ advice }) => advice.why)).toEqual([
      expect.stringContaining('SIGKILL'),
      expect.stringContaining('SIGKILL'),
    ]);
  });

  it('because it is missing is store-unavailable', async () => {
    const { store } = await keychain(MEMORY, { childPath: '/nowhere/child.mjs' });
    expect((await failureOf(store.getPassword('a'))).reason).toBe('store-unavailable');
    const { store: other } = await keychain(MEMORY, { nodePath: '/nowhere/node' });
    expect((await failureOf(other.getPassword('a'))).advice.why).toContain('ENOENT');
  });

  it.each([
    ['on stdout', "console.log('Gtk-WARNING: no display'); reply({ value: 'good-value' });"],
    ['on the channel', "say('Gtk-WARNING: no display'); reply({ value: 'good-value' });"],
    ['as JSON', "say('{\"value\":\"planted\"}'); say('null'); reply({ value: 'good-value' });"],
    [
      'with the id of another request',
      "say(JSON.stringify({ id: id + 1, value: 'planted' })); reply({ value: 'good-value' });",
    ],
    ['twice', "reply({ value: 'good-value' }); reply({ value: 'planted' });"],
  ])('is not disturbed by other output %s', async (_, onRequest) => {
    const { store } = await keychain(onRequest);
    for (const account of ['a', 'b']) {
      expect((await store.getPassword(account))?.reveal()).toBe('good-value');
    }
  });

  it('with an answer of another shape gives no secret', async () => {
    const { store } = await keychain('reply({ value: 5 });');
    expect(await store.getPassword('a')).toBeNull();
  });

  it('with an error may work at the next call', async () => {
    const { store } = await keychain(`
      if (request.account === 'bad') reply({ error: 'access denied' });
      else reply({ value: 'good-value' });`);
    expect((await failureOf(store.getPassword('bad'))).reason).toBe('store-denied');
    expect((await store.getPassword('good'))?.reveal()).toBe('good-value');
  });

  it.each([
    ['Password data is not valid UTF-8', 'The secret of acme/one in your keychain '],
    ['Entry is matched by 2 credentials: [Entry]', 'The secret of acme/one in your keychain '],
    ['access denied', 'Your keychain '],
  ])('with %j is reported for one item or for the keychain', async (words, what) => {
    const { store } = await keychain(`reply({ error: ${JSON.stringify(words)} });`);
    const { advice } = await failureOf(store.getPassword('acme/one'));
    expect(advice.what.startsWith(what), advice.what).toBe(true);
  });

  it('is asked no more once it runs and does not reply', async () => {
    const { store, requests } = await keychain("reply({ error: 'Did not receive a reply' });");
    for (const account of ['a', 'b']) {
      expect((await failureOf(store.getPassword(account))).reason).toBe('store-timeout');
    }
    expect(await requests()).toHaveLength(1);
  });

  it('is reported with one clean line of its words', async () => {
    const { store } = await keychain("reply({ error: '\\u001b[31mred\\u0007\\nsecond line' });");
    const { advice } = await failureOf(store.getPassword('a'));
    expect(advice.why).toContain('(red)');
    expect(advice.why).not.toContain('second');
  });
});

/** Answers with the number of its process, except in the first process, which hangs. */
const HANGS_ONCE = `
  if (readFileSync(process.env.LOG, 'utf8').trim().split('\\n').length > 1) {
    reply({ value: 'from process ' + process.pid });
  }`;

describe('a retry', () => {
  it('after a timeout uses a new process', async () => {
    const { store, requests } = await keychain(HANGS_ONCE, { limitMs: 1500 });
    expect((await failureOf(store.getPassword('a'))).reason).toBe('store-timeout');
    store.retry?.();
    expect((await store.getPassword('a'))?.reveal()).toMatch(/^from process \d+$/u);
    expect(await requests()).toHaveLength(2);
  });

  it('after a crash uses a new process', async () => {
    const { store } = await keychain(
      "if (request.account === 'bad') process.exit(7); reply({ value: String(process.pid) });",
    );
    const before = (await store.getPassword('a'))?.reveal();
    expect((await failureOf(store.getPassword('bad'))).reason).toBe('store-unavailable');
    expect((await failureOf(store.getPassword('a'))).reason).toBe('store-unavailable');
    store.retry?.();
    const after = (await store.getPassword('a'))?.reveal();
    expect(after).toMatch(/^\d+$/u);
    expect(after).not.toBe(before);
  });

  it('that hangs again is store-timeout again', async () => {
    const { store, requests } = await keychain('', { limitMs: 1000 });
    expect((await failureOf(store.getPassword('a'))).reason).toBe('store-timeout');
    store.retry?.();
    expect((await failureOf(store.getPassword('a'))).reason).toBe('store-timeout');
    expect(await requests()).toHaveLength(2);
  });

  it('without a failure keeps the process', async () => {
    const { store } = await keychain('reply({ value: String(process.pid) });');
    const before = (await store.getPassword('a'))?.reveal();
    store.retry?.();
    expect((await store.getPassword('a'))?.reveal()).toBe(before);
  });
});

describe('an error of a keychain has its reason', () => {
  let store: SecretStore;
  let close: () => Promise<void>;
  // One for each test, since a keychain that fails gets no other call.
  beforeEach(async () => {
    const echo = 'reply({ error: request.account });';
    ({ store } = await keychain(echo, {}, (given) => (close = given)));
  });
  afterEach(() => close());

  it.each([
    [
      'Platform failure: DBus error: Using X11 for dbus-daemon autolaunch was disabled at compile time, set your DBUS_SESSION_BUS_ADDRESS instead',
      'store-unavailable',
      /no session bus/u,
    ],
    [
      'Platform failure: DBus error: Failed to connect to socket /nonexistent/bus: No such file or directory',
      'store-unavailable',
      /no session bus/u,
    ],
    [
      'Platform failure: DBus error: The name org.freedesktop.secrets was not provided by any .service files',
      'store-unavailable',
      /no Secret Service/u,
    ],
    [
      "Couldn't access platform storage: Secret Service: no result found",
      'store-unavailable',
      /no default collection/u,
    ],
    [
      "Couldn't access platform storage: Secret Service: unlock prompt was dismissed",
      'store-locked',
      /locked/u,
    ],
    [
      'zbus error: org.freedesktop.Secret.Error.IsLocked: The collection is locked',
      'store-locked',
      /locked/u,
    ],
    ['Cannot create an item in a locked collection', 'store-locked', /locked/u],
    [
      'Platform failure: DBus error: Did not receive a reply. Possible causes include: the message bus security policy blocked the reply',
      'store-timeout',
      /does not reply/u,
    ],
    ['User interaction is not allowed.', 'store-locked', /locked/u],
    ['The user name or passphrase you entered is not correct.', 'store-denied', /refused/u],
    ['User canceled the operation.', 'store-denied', /refused/u],
    [
      'A specified logon session does not exist. It may already have been terminated.',
      'store-unavailable',
      /over SSH/u,
    ],
    [
      "Value of 'password encoded as UTF-16' is longer than the platform limit of 2560 chars",
      'store-denied',
      /longer/u,
    ],
    [
      "Cannot find native binding. npm has a bug related to optional dependencies\nMODULE_NOT_FOUND Cannot find module './keyring.linux-x64-gnu.node'",
      'store-unavailable',
      /native part for this platform is not installed/u,
    ],
    ...[
      '/app/node_modules/@napi-rs/keyring-linux-x64-gnu/keyring.linux-x64-gnu.node: cannot open shared object file: No such file or directory',
      "/lib/libc.so.6: version `GLIBC_2.39' not found (required by /app/keyring.linux-x64-gnu.node)",
      'Error loading shared library libgcc_s.so.1: No such file or directory (needed by /app/keyring.linux-x64-musl.node)',
      "dlopen(/app/keyring.darwin-arm64.node, 0x0001): tried: '/app/keyring.darwin-arm64.node' (mach-o file, but is an incompatible architecture)",
      'The specified module could not be found.\n\\\\?\\C:\\app\\keyring.win32-x64-msvc.node',
    ].map((words): [string, string, RegExp] => [
      `Cannot find native binding.\nCannot find module './keyring.wasi.cjs'\n${words}\nCannot find module './keyring.linux-x64-gnu.node'`,
      'store-unavailable',
      /cannot load it/u,
    ]),
    [
      'Cannot find native binding.\nUnsupported OS: aix, architecture: ppc64',
      'store-unavailable',
      /no native part for this system/u,
    ],
    [
      'Entry is matched by 2 credentials: [Entry { inner: Wrapper { path: Path("/org/freedesktop/secrets/collection/login/1\\0") } }]',
      'store-corrupt',
      /several items have this name, and nothing tells them apart$/u,
    ],
    ['Password data is not valid UTF-8', 'store-corrupt', /is not text/u],
    [
      'Platform failure: DBus error: Rejected send message, 2 matched rules; type="method_call"',
      'store-denied',
      /a policy of this machine/u,
    ],
    [
      'Platform failure: DBus error: An AppArmor policy prevents this sender from sending this message to this recipient',
      'store-denied',
      /a policy of this machine/u,
    ],
    [
      'Platform failure: DBus error: Address does not contain a colon',
      'store-unavailable',
      /is not the address of a session bus/u,
    ],
    [
      'Platform failure: DBus error: Failed to connect to socket /run/user/1000/bus: Permission denied',
      'store-unavailable',
      /another user's/u,
    ],
    ['no secret service provider or dbus session found', 'store-unavailable', /no session bus/u],
    ['something never seen', 'store-unavailable', /reported an error/u],
  ])('%j', async (words, reason, why) => {
    const error = await failureOf(store.getPassword(words));
    expect(error.reason).toBe(reason);
    expect(error.advice.why).toMatch(why);
    expect(error.advice.next).toMatch(/[.:]$/u);
  });
});

it.each([
  [12_345, 'store-unavailable', "another user's"],
  [process.getuid?.(), 'store-timeout', 'does not reply'],
])('a bus that ends the connection of user %s is reported', async (uid, reason, why) => {
  const echo = 'reply({ error: request.account });';
  const env = {
    LOG: '/dev/null',
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${import.meta.filename},guid=1`,
  };
  const { store } = await keychain(echo, { uid, env });
  const error = await failureOf(store.getPassword('Did not receive a reply.'));
  expect(error.reason).toBe(reason);
  expect(error.advice.why).toContain(why);
});

describe('several items under one name', () => {
  const several = `reply({ error: 'Entry is matched by 2 credentials: [Entry]' });`;

  async function withTool(script: string | undefined) {
    const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-tool-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    if (script !== undefined) {
      await writeFile(join(folder, 'secret-tool'), script, { mode: 0o755 });
    }
    const log = join(folder, 'log');
    const env = { LOG: '/dev/null', TOOL_LOG: log, PATH: folder, DBUS_SESSION_BUS_ADDRESS: 'a:' };
    return { log, ...(await keychain(several, { env })) };
  }

  it('are all deleted by secret-tool', async () => {
    const { store, log } = await withTool('#!/bin/sh\necho "$@" >"$TOOL_LOG"\n');
    await expect(store.deletePassword('acme/one')).resolves.toBe(true);
    await expect(readFile(log, 'utf8')).resolves.toBe(
      'clear service connect-wizard-test username acme/one\n',
    );
  });

  it.each([
    ['is not there', undefined],
    ['fails', '#!/bin/sh\nexit 1\n'],
  ])('stay if secret-tool %s, and its command is the next step', async (_, script) => {
    const { store } = await withTool(script);
    const error = await failureOf(store.deletePassword('acme/it is'));
    expect(error.reason).toBe('store-corrupt');
    expect(error.advice.command).toBe(
      "secret-tool clear service connect-wizard-test username 'acme/it is'",
    );
  });
});

describe('on Linux without a session bus', () => {
  it('no child is started', async () => {
    const { store, requests } = await keychain(MEMORY, { env: { XDG_RUNTIME_DIR: '/nowhere' } });
    const error = await failureOf(store.getPassword('a'));
    expect(error).toMatchObject({ reason: 'store-unavailable' });
    expect(error.advice.why).toContain('no session bus');
    expect(await requests()).toEqual([]);
  });
});

it('a long call is announced once', async () => {
  const onWaiting = vi.fn<() => void>();
  const { store } = await keychain('', { limitMs: 2400, onWaiting });
  await failureOf(store.getPassword('a'));
  expect(onWaiting).toHaveBeenCalledTimes(1);
});

it('a quick call is not announced', async () => {
  const onWaiting = vi.fn<() => void>();
  const { store } = await keychain(MEMORY, { onWaiting });
  await store.getPassword('a');
  expect(onWaiting).not.toHaveBeenCalled();
});

it('a call that is under way ends when the keychain is closed', async () => {
  const { store, requests } = await keychain('');
  const waiting = failureOf(store.getPassword('a'));
  await vi.waitFor(async () => expect(await requests()).toHaveLength(1), { timeout: 10_000 });
  await store.close();
  expect((await waiting).reason).toBe('store-unavailable');
});
