import { chmod } from 'node:fs/promises';
import { expect, vi } from 'vitest';
import { PROGRAM } from '../support/run.js';
import { EMAIL, providers, silent, test } from './fixtures.js';
import { SECRETS, type Machine } from './machine.js';

const WRONG = 'wrong-Key-0123456789';

const CSV = [
  'provider;name;domain;apiKey;slug;email;token',
  `freshservice;;acme;${SECRETS.apiKey};;;`,
  `freshservice;team/beta;beta.freshservice.com;${WRONG};;;`,
  `gladly;;;;acme;${EMAIL};${SECRETS.token}`,
].join('\r\n');

interface Document {
  readonly connections: readonly Record<string, unknown>[];
  readonly error: {
    readonly faults: readonly { readonly path: string }[];
    readonly nextSteps: readonly { readonly argv: readonly string[] }[];
  };
  readonly exitCode: number;
}

async function importJson(machine: Machine, ...args: string[]): Promise<Document> {
  const { stdout, stderr } = await machine.run(['import', '--json', ...args]);
  for (const secret of [SECRETS.apiKey, SECRETS.token, WRONG]) {
    expect(stdout + stderr).not.toContain(secret);
  }
  return JSON.parse(stdout) as Document;
}

test('a CSV import stores the accepted rows and not the rejected ones, and can be repeated', async ({
  machine,
}) => {
  const file = await machine.file('keys.csv', CSV);
  const first = await importJson(machine, file, '--yes');
  expect(first.exitCode).toBe(3);
  expect(
    first.connections.map(({ row, name, verdict, stored }) => [row, name, verdict, stored]),
  ).toEqual([
    ['line 2', 'freshservice/acme', 'valid', true],
    ['line 3', 'team/beta', 'rejected', false],
    ['line 4', 'gladly/acme.us-1', 'valid', true],
  ]);
  expect(await machine.recordNames()).toEqual(['freshservice/acme', 'gladly/acme.us-1']);
  const before = await machine.record('freshservice/acme');

  const second = await importJson(machine, file, '--yes');
  expect(second.connections.map(({ verdict }) => verdict)).toEqual(['valid', 'rejected', 'valid']);
  const after = await machine.record('freshservice/acme');
  expect(after?.['changedAt']).toBe(before?.['changedAt']);
  const token = await machine.run(['token', 'gladly']);
  expect(token.stdout).toBe(`${SECRETS.token}\n`);
  const history = await machine.run(['history', '--json']);
  const { events } = JSON.parse(history.stdout) as { events: Record<string, unknown>[] };
  expect(events.map(({ event }) => event)).toEqual(['imported', 'imported', 'revealed']);
});

test('an import of many has few connections open at once, however fast its hosts are', async ({
  server,
  world,
}) => {
  const tenants = Array.from({ length: 30 }, (_, number) => `tenant-${number}`);
  world.serve(providers({ tenants }));
  const rows = tenants.map((tenant) => `freshservice,${tenant},${SECRETS.apiKey}`);
  const file = await server.file('keys.csv', ['provider,domain,apiKey', ...rows].join('\n'));
  const args = ['import', file, '--dry-run', '--concurrency', '1'];
  const { code } = await server.run(args);
  expect(code).toBe(0);
  expect(world.mostTunnels).toBeLessThanOrEqual(4);
});

test('a dry run checks each row and stores nothing', async ({ machine }) => {
  const file = await machine.file('keys.csv', CSV);
  const { connections } = await importJson(machine, file, '--dry-run');
  expect(connections.map(({ verdict, stored }) => [verdict, stored])).toEqual([
    ['valid', false],
    ['rejected', false],
    ['valid', false],
  ]);
  expect(await machine.recordNames()).toEqual([]);
});

test('an import reads a .env from standard input, and says how to delete a file that holds secrets', async ({
  machine,
}) => {
  const env = `# acme\nexport FRESHSERVICE_DOMAIN=acme\nFRESHSERVICE_API_KEY='${SECRETS.apiKey}'\n`;
  const piped = await machine.run(['import', '-', '--yes'], { input: env });
  expect(piped.code).toBe(0);
  expect(piped.stdout).toContain('freshservice/acme');
  expect(piped.stderr).toMatch(/^1 of 1 is stored and proven\.\n$/mu);
  expect(piped.stderr).not.toContain('The file still holds');
  const file = await machine.file('my keys.env', env);
  await chmod(file, 0o644);
  const { stderr } = await machine.run(['import', file, '--yes']);
  expect(stderr).toContain('chmod 600');
  expect(stderr).toContain(`The file still holds 1 secret. To delete it: rm '${file}'`);
});

test('a faulty file is reported with all its faults, and nothing is sent', async ({
  machine,
  world,
}) => {
  const file = await machine.file(
    'keys.csv',
    [
      'provider,name,store,domain,apiKey',
      `freshservice,,,acme,${SECRETS.apiKey}`,
      `freshservice,,helper:evil,acme,${WRONG}`,
      `freshservice,freshservice,,,$(KEY)`,
      `freshservice,X,,a b,`,
      `freshservice,team/one,,acme,=${WRONG}`,
      `freshservice,team/one,,beta,${WRONG}`,
    ].join('\n'),
  );
  const { error, exitCode } = await importJson(machine, file, '--yes');
  expect(exitCode).toBe(2);
  expect(error.faults.map(({ path }) => path)).toEqual([
    'line 3, column store',
    'line 3',
    'line 4, column name',
    'line 4',
    'line 4, column apiKey',
    'line 5, column name',
    'line 5, column domain',
    'line 5',
    'line 6, column apiKey',
    'line 7',
  ]);
  expect(world.requests).toEqual([]);
  const text = await machine.run(['import', file, '--yes']);
  expect(text.code).toBe(2);
  expect(text.stderr).toContain('line 3, column store: this must be keychain, file, or');
  expect(text.stderr.trimEnd()).toMatch(/Correct it, then run the same command again\.$/u);
});

test('an import without a terminal needs --yes, and --replace if a name is taken', async ({
  machine,
}) => {
  const file = await machine.file('keys.csv', CSV);
  const asked = await machine.run(['import', file]);
  expect(asked.code).toBe(2);
  expect(asked.stderr.trimEnd()).toMatch(/\n +connect-wizard import \S+ --yes$/u);
  const { error: told } = await importJson(machine, file, '--store', 'keychain');
  expect(told.nextSteps.map(({ argv }) => argv.slice(3))).toEqual([
    ['--store', 'keychain', '--dry-run'],
    ['--store', 'keychain', '--yes'],
  ]);
  const piped = await machine.run(['import', '-', '--json'], { input: CSV });
  expect(JSON.parse(piped.stdout)).toMatchObject({ error: { nextSteps: [] } });
  await machine.run(['import', file, '--yes']);
  const other = await machine.file(
    'other.csv',
    `provider,name,domain,apiKey\nfreshservice,freshservice/acme,beta,${SECRETS.apiKey}`,
  );
  const { error } = await importJson(machine, other, '--yes');
  expect(error.faults).toEqual([
    { path: 'line 2', message: expect.stringContaining('the name freshservice/acme is taken') },
  ]);
  const replaced = await importJson(machine, other, '--yes', '--replace');
  expect(replaced.connections).toMatchObject([
    { name: 'freshservice/acme', host: 'beta.freshservice.com', replaced: true },
  ]);
});

test('an interrupted import reports only the rows that are done', async ({ machine, world }) => {
  const asUsual = providers();
  world.serve((request) =>
    request.host.startsWith('acme.') ? asUsual(request) : new Promise(() => {}),
  );
  const tenants = ['acme', 'beta', 'gamma', 'delta'];
  const rows = tenants.map((tenant) => `freshservice,${tenant},${SECRETS.apiKey}`);
  const file = await machine.file('keys.csv', ['provider,domain,apiKey', ...rows].join('\n'));
  const args = [PROGRAM, 'import', file, '--yes', '--json'];
  const { child, ended } = machine.start(process.execPath, args);
  await vi.waitFor(
    async () => {
      expect(await machine.recordNames()).toEqual(['freshservice/acme']);
      expect(new Set(world.requests.map(({ host }) => host)).size).toBe(tenants.length);
    },
    { timeout: 20_000 },
  );
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  expect(code).toBe(130);
  const { connections } = JSON.parse(stdout) as Document;
  expect(connections.map(({ name }) => name)).toEqual(['freshservice/acme']);
});

test('an import that is interrupted while it looks for hosts reports no row', async ({
  server,
  world,
}) => {
  const asked = silent(world);
  const file = await server.file('keys.csv', CSV);
  const args = [PROGRAM, 'import', file, '--yes', '--json'];
  const { child, ended } = server.start(process.execPath, args);
  await asked;
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  expect(code).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({ connections: [], exitCode: 130 });
});

test('an import on a terminal shows its plan and asks once', async ({ machine }) => {
  const file = await machine.file('keys.csv', CSV);
  const no = machine.pty(['import', file]);
  await no.waitFor('Prove and store these 3 connections?');
  expect(no.screen()).toMatch(/freshservice\/acme +Freshservice, acme\.freshservice\.com: new/u);
  no.type('n\r');
  expect(await no.end()).toBe(0);
  expect(no.screen()).toContain('Nothing was imported.');
  expect(await machine.recordNames()).toEqual([]);

  const yes = machine.pty(['import', file]);
  await yes.waitFor('Prove and store these 3 connections?');
  yes.type('y\r');
  expect(await yes.end()).toBe(3);
  expect(yes.screen()).toContain('2 of 3 are stored and proven.');
  expect(await machine.recordNames()).toHaveLength(2);
});
