/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Definition } from '../../src/core/definition/schema.js';
import { json } from '../support/fake-providers.js';
import { oneLine } from '../support/pty.js';
import { documentOf, type Machine, onlyConnection } from './machine.js';
import { test } from './fixtures.js';

const KEY = 'acme-KEY-3kQ9vT7pX2wL';
const NEW_KEY = 'acme-KEY-7nB4rM8sZ6cD';

/** An invented product. We know of nobody who owns its domain. */
const QUILL: Definition = {
  schemaVersion: 1,
  id: 'quill',
  name: 'Quill Notes',
  host: '{site}.quill-notes.com',
  fields: {
    site: { label: 'Site', example: 'acme', where: "the browser's address bar" },
    accessKey: { label: 'Access key', where: 'Settings > Access keys' },
  },
  auth: { bearer: '{accessKey}' },
  apiHeader: 'x-quill-api',
  test: {
    get: '/v1/me',
    expect: { at: 'id' },
    identity: { id: 'id', label: '{name}' },
  },
  responses: [{ status: 404, means: 'no-such-tenant' }],
  sources: [{ what: 'invented for the tests', checked: '2026-11-20' }],
};

const CONNECT = ['quill', '--site', 'acme', '--access-key-stdin'];

function quill(request: { host: string; path: string; authorization?: string | undefined }) {
  const headers = { 'x-quill-api': '1' };
  if (!/^acme\.quill-notes\.(?:com|net)$/u.test(request.host)) return json(404, {});
  if (![KEY, NEW_KEY].some((key) => request.authorization === `Bearer ${key}`)) {
    return json(401, { code: 'unauthorized' }, headers);
  }
  return json(200, { id: 7, name: 'Help Desk Integration' }, headers);
}

/** Windows has no named pipes in folders, and none of these permissions. */
const posix = process.platform === 'win32' ? test.skip : test;

const homeOf = (machine: Machine): string => dirname(machine.records);

const ownFile = (machine: Machine, id: string): string =>
  join(homeOf(machine), 'providers', `${id}.json`);

async function write(machine: Machine, definition: object): Promise<string> {
  return machine.file('mine.json', JSON.stringify(definition, null, 2));
}

/** Checks a file and adds it by its hash, as a script would. */
async function add(machine: Machine, definition: object): Promise<string> {
  const path = await write(machine, definition);
  const checked = await machine.run(['providers', 'check', path, '--json']);
  expect([checked.code, checked.stderr]).toEqual([0, '']);
  const { sha256 } = JSON.parse(checked.stdout) as { sha256: string };
  const added = await machine.run(['providers', 'add', path, '--sha256', sha256]);
  expect([added.code, added.stderr]).toEqual([0, expect.any(String)]);
  return sha256;
}

const run = (machine: Machine, args: readonly string[], input?: string) =>
  machine.run(args, { env: machine.fileStore, ...(input !== undefined && { input }) });

describe("a person's own provider", { timeout: 400_000 }, () => {
  test('works in every command like a built-in one', async ({ server, world }) => {
    world.serve(quill);
    await add(server, QUILL);
    const connected = await run(server, [...CONNECT, '--json'], `${KEY}\n`);
    expect([connected.code, connected.stderr]).toEqual([0, expect.any(String)]);
    expect(onlyConnection(connected)).toMatchObject({
      name: 'quill/acme',
      verdict: 'valid',
      identity: { label: 'Help Desk Integration' },
      stored: true,
    });
    expect(await server.record('quill/acme')).toMatchObject({
      definition: expect.stringMatching(/^[0-9a-f]{64}$/u),
    });

    const checked = await run(server, ['check', '--json']);
    expect(onlyConnection(checked)).toMatchObject({ verdict: 'valid', reason: 'ok' });
    expect((await run(server, ['token', 'quill'])).stdout).toBe(`${KEY}\n`);
    const header = await run(server, ['token', 'quill', '--format', 'header']);
    expect(header.stdout).toBe(`Authorization: Bearer ${KEY}\n`);
    const printed = ['-e', 'console.log(process.env.QUILL_ACCESS_KEY, process.env.QUILL_HOST)'];
    const child = await run(server, ['exec', 'quill', '--', process.execPath, ...printed]);
    expect(child.stdout).toBe(`${KEY} acme.quill-notes.com\n`);
    expect((await run(server, ['move', 'quill', '--name', 'notes'])).code).toBe(0);
    expect(
      (await run(server, ['rotate', 'notes', '--access-key-stdin'], `${NEW_KEY}\n`)).code,
    ).toBe(0);
    expect((await run(server, ['guide', 'quill', 'find'])).stdout).toContain('Access keys');
    for (const args of [['quill'], ['token', 'quill/acme'], ['rotate', 'notes']]) {
      const typed = await run(server, [...args, '--access-key', 'abc']);
      expect([typed.code, typed.stderr]).toEqual([2, expect.stringContaining('QUILL_ACCESS_KEY')]);
    }
    const listed = await run(server, ['list', '--json']);
    expect([onlyConnection(listed)['name'], listed.stderr]).toEqual(['notes', '']);
    const csv = await server.file(
      'many.csv',
      `provider,name,site,accessKey\nquill,two,acme,${KEY}\n`,
    );
    expect((await run(server, ['import', csv, '--yes'])).code).toBe(0);
    expect(await server.recordNames()).toEqual(['notes', 'two']);
  });

  test('is shown in full on a terminal before it is added, and the default answer is no', async ({
    server,
  }) => {
    const path = await write(server, QUILL);
    const pty = server.pty(['providers', 'add', path], { env: server.fileStore });
    await pty.waitFor(/Add it\?/u);
    const screen = pty.screen();
    for (const shown of [
      'Quill Notes (quill), from ',
      "Written from the vendor's documentation of 2026-11-20; not yet tried with a live account.",
      'Secrets go to   <anything>.quill-notes.com',
      'Site, Access key (secret)',
      'Access key  header authorization, as Bearer',
      'GET /v1/me',
      'QUILL_SITE, QUILL_ACCESS_KEY',
    ]) {
      expect(oneLine(screen)).toContain(oneLine(shown));
    }
    expect(screen).toMatch(/SHA-256\s+[0-9a-f]{64}$/mu);
    pty.key('enter');
    expect(await pty.end()).toBe(0);
    expect((await run(server, ['providers'])).stdout).not.toContain('quill');
  });

  test('stops its connections if it changes where secrets go, until somebody agrees', async ({
    server,
    world,
  }) => {
    world.serve(quill);
    await add(server, QUILL);
    expect((await run(server, CONNECT, `${KEY}\n`)).code).toBe(0);
    const { requests } = world;
    const before = requests.length;

    // A changed text changes nothing, but a changed header does.
    await add(server, { ...QUILL, summary: 'you need a key of Quill' });
    expect((await run(server, ['token', 'quill'])).code).toBe(0);
    const changed = { ...QUILL, headers: { 'x-team': 'blue' } };
    await add(server, changed);
    for (const args of [
      ['check', '--json'],
      ['token', 'quill', '--json'],
      ['rotate', 'quill', '--access-key-stdin', '--json'],
    ]) {
      const stopped = await run(server, args, args[0] === 'rotate' ? `${KEY}\n` : undefined);
      expect([args[0], stopped.code]).toEqual([args[0], 8]);
      expect(onlyConnection(stopped)).toMatchObject({ reason: 'definition-changed' });
      expect(stopped.stdout).not.toContain(KEY);
    }
    expect(requests.length).toBe(before);
    expect((await run(server, ['list'])).stderr).toContain('says something else than when');

    const path = await write(server, changed);
    const pty = server.pty(['providers', 'add', path], { env: server.fileStore });
    await pty.waitFor(/May it go on with this one\?/u);
    pty.type('y');
    pty.key('enter');
    expect(await pty.end()).toBe(0);
    expect((await run(server, ['check'])).code).toBe(0);
    expect((await run(server, ['token', 'quill'])).stdout).toBe(`${KEY}\n`);
  });

  test('is removed only with --force while it has connections, which are then definition-missing', async ({
    server,
    world,
  }) => {
    world.serve(quill);
    await add(server, QUILL);
    expect((await run(server, CONNECT, `${KEY}\n`)).code).toBe(0);
    const used = await run(server, ['providers', 'remove', 'quill']);
    expect([used.code, used.stderr]).toEqual([2, expect.stringContaining('quill/acme')]);
    for (const _ of ['once', 'and again']) {
      expect((await run(server, ['providers', 'remove', 'quill', '--force'])).code).toBe(0);
    }
    const checked = await run(server, ['check', '--json']);
    expect(checked.code).toBe(4);
    expect(onlyConnection(checked)).toMatchObject({ reason: 'definition-missing' });
    expect((await run(server, ['list'])).stderr).toContain('no definition of quill');
    expect((await run(server, ['remove', 'quill/acme'])).code).toBe(0);
  });

  test('is not used before its hash is approved on this machine', async ({ server }) => {
    await mkdir(dirname(ownFile(server, 'quill')), { recursive: true, mode: 0o700 });
    await writeFile(ownFile(server, 'quill'), JSON.stringify(QUILL), { mode: 0o600 });
    expect((await run(server, ['providers'])).stdout).toContain('not approved on this machine');
    for (const args of [
      CONNECT,
      ['quill', '--sandbox'],
      ['guide', 'quill'],
      ['request', 'quill'],
    ]) {
      const refused = await run(server, args, `${KEY}\n`);
      expect([args, refused.code]).toEqual([args, 2]);
      expect(refused.stderr).toMatch(/providers add .*quill\.json --sha256 [0-9a-f]{64}/u);
    }
    const pty = server.pty(['guide', 'quill', 'find'], { env: server.fileStore });
    await pty.waitFor(/Add it\?/u);
    pty.type('y');
    pty.key('enter');
    expect(await pty.end()).toBe(0);
    expect((await run(server, ['guide', 'quill', 'find'])).code).toBe(0);
  });

  posix('is added by the printed command, whatever the name of its file', async ({ server }) => {
    const file = await server.file('my quill.json', JSON.stringify(QUILL));
    const refused = documentOf(await run(server, ['providers', 'add', file, '--json']));
    const { nextStep = '', nextSteps = [] } = refused.error ?? {};
    const [look, trust] = nextSteps;
    expect((await server.shell(look?.command ?? '')).code).toBe(0);
    expect(nextStep).toContain(`"${file}" --sha256`);
    expect((await server.shell(trust?.command ?? '')).code).toBe(0);
  });

  posix('works while other files in its folder cannot be used', async ({ server, world }) => {
    world.serve(quill);
    await add(server, QUILL);
    const folder = dirname(ownFile(server, 'quill'));
    await mkdir(join(folder, 'folder.json'));
    execFileSync('mkfifo', [join(folder, 'pipe.json')]);
    await symlink(ownFile(server, 'quill'), join(folder, 'link.json'));
    await writeFile(join(folder, 'large.json'), 'x'.repeat(70_000), { mode: 0o600 });
    await writeFile(join(folder, 'deep.json'), '['.repeat(5000), { mode: 0o600 });
    await writeFile(join(folder, 'proto.json'), '{"__proto__": {"id": "proto"}}', { mode: 0o600 });
    await writeFile(join(folder, 'open.json'), JSON.stringify(QUILL), { mode: 0o600 });
    await chmod(join(folder, 'open.json'), 0o666);
    await writeFile(join(folder, 'NOT AN ID.json'), '{}', { mode: 0o600 });
    const { code, stdout } = await run(server, ['providers', '--json']);
    expect(code).toBe(0);
    const { providers } = JSON.parse(stdout) as {
      providers: { id: string; state: string; faults: { path: string; message: string }[] }[];
    };
    const own = providers.filter(({ id }) => !['freshservice', 'gladly'].includes(id));
    const faults = Object.fromEntries(
      own.map(({ id, state, faults: found }) => [id, found[0]?.message ?? state]),
    );
    expect(faults).toMatchObject({
      quill: 'usable',
      folder: expect.stringContaining('it is a folder'),
      pipe: expect.stringContaining('no regular file'),
      link: expect.stringContaining('a link to another place'),
      large: expect.stringContaining('larger than 64 KiB'),
      deep: expect.stringContaining('at most 32 deep'),
      open: expect.stringContaining('chmod go-w'),
    });
    expect((await run(server, CONNECT, `${KEY}\n`)).code).toBe(0);
    expect((await run(server, ['check'])).code).toBe(0);
    expect((await run(server, ['large'])).stderr).toContain('64 KiB');
  });

  test('is hidden by the built-in provider if it has the same id', async ({ server }) => {
    await mkdir(dirname(ownFile(server, 'gladly')), { recursive: true, mode: 0o700 });
    const mine = { ...QUILL, id: 'gladly' };
    await writeFile(ownFile(server, 'gladly'), JSON.stringify(mine), { mode: 0o600 });
    expect((await run(server, ['providers'])).stdout).toContain('yours, hidden by the built-in');
    const shown = await run(server, ['providers', 'gladly']);
    expect([shown.stdout, shown.stderr]).toEqual([
      expect.stringContaining('It is built in.'),
      expect.stringContaining('providers remove gladly'),
    ]);
    expect((await run(server, ['providers', 'remove', 'gladly'])).code).toBe(0);
    const again = await run(server, ['providers', 'remove', 'gladly']);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('built in')]);
  });

  test('passes its variables to no child process but that of exec', async ({ server, world }) => {
    world.serve(quill);
    await add(server, QUILL);
    const seen = join(server.folder, 'tmp', 'seen.txt');
    const helper = await server.file(
      'docker-credential-spy',
      `#!/bin/sh\nenv > '${seen}'\nif [ "$1" = get ]; then echo 'credentials not found in native keychain'; exit 1; fi\n`,
    );
    await chmod(helper, 0o755);
    const env = {
      QUILL_ACCESS_KEY: KEY,
      QUILL_ANYTHING: 'at all',
      PATH: `${dirname(helper)}:/bin:/usr/bin`,
    };
    await server.run(['check', 'never', '--store', 'helper:spy'], { env });
    await server.run([...CONNECT.slice(0, 3), '--store', 'helper:spy'], { env });
    const text = await readFile(seen, 'utf8');
    expect(text).toContain('PATH=');
    expect(text).not.toContain('QUILL_');
  });

  test('can start as a copy of the printed definition of a built-in provider', async ({
    server,
  }) => {
    const { stdout } = await run(server, ['providers', 'gladly', '--json']);
    const mine = { ...(JSON.parse(stdout) as object), id: 'my-desk', name: 'My Desk' };
    const path = await write(server, mine);
    const checked = await run(server, ['providers', 'check', path]);
    expect([checked.code, checked.stderr]).toEqual([0, '']);
    const bare = await server.file('bare.json', stdout);
    const taken = await run(server, ['providers', 'check', bare, '--json']);
    expect(taken.code).toBe(2);
    expect(JSON.parse(taken.stdout)).toMatchObject({
      error: {
        faults: [
          { path: 'id', message: expect.stringContaining('gladly is built in') },
          ...(JSON.parse(taken.stdout) as { error: { faults: object[] } }).error.faults.slice(1),
        ],
      },
      exitCode: 2,
    });
  });
});
