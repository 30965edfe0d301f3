import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { profileLines } from '../../src/core/completion/shells.js';
import { test } from './fixtures.js';
import type { Machine } from './machine.js';

/** Only the names of the records matter, since completion opens none. */
async function store(machine: Machine, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const path = join(machine.records, `${encodeURIComponent(name)}.json`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'not even JSON');
  }
}

const HOSTILE = ['x$(touch pwned)', '`touch pwned`', 'a;touch pwned', '-rf'];

const inBash = (line: string): string =>
  [
    profileLines.bash.line,
    `COMP_LINE='${line}' COMP_POINT=${line.length} COMP_WORDS=() COMP_CWORD=0`,
    '_connect_wizard',
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('; ');

const inFish = (line: string): string =>
  `connect-wizard completion fish | source; complete --do-complete '${line}'`;

test('bash completes names and options through the script that the program prints', async ({
  server,
}) => {
  await store(server, 'freshservice/acme', 'team/helpdesk', ...HOSTILE);
  const { stdout, stderr } = await server.start('bash', ['-c', inBash('connect-wizard token ')])
    .ended;
  expect([stdout, stderr]).toEqual(['freshservice/acme\nteam/helpdesk\n', '']);
  const options = await server.start('bash', ['-c', inBash('connect-wizard check --max')]).ended;
  expect(options.stdout).toBe('--max-age\n');
});

test('fish completes guide parts with a description, and names', async ({ server }) => {
  await store(server, 'freshservice/acme');
  const guide = await server.start('fish', ['-c', inFish('connect-wizard guide freshservice fi')])
    .ended;
  expect(guide.stdout).toMatch(/^find\t\S/u);
  const names = await server.start('fish', ['-c', inFish('connect-wizard remove fresh')]).ended;
  expect(names.stdout).toBe('freshservice/acme\n');
});

test('completion knows the fields of a person’s own provider', async ({ server }) => {
  const folder = join(dirname(server.records), 'providers');
  await mkdir(folder, { recursive: true });
  const fields = { site: {}, accessKey: {} };
  const host = '{site}.quill-notes.com';
  await writeFile(join(folder, 'quill.json'), JSON.stringify({ id: 'quill', host, fields }));
  await writeFile(join(folder, 'torn.json'), '{');
  const ask = async (line: string): Promise<string[]> => {
    const { stdout } = await server.run(['completion', 'bash', '--candidates'], { input: line });
    return stdout.split('\n').map((each) => each.split('\t')[0] ?? '');
  };
  expect(await ask('connect-wizard qui')).toEqual(['quill', '']);
  expect(await ask('connect-wizard quill --')).toEqual(
    expect.arrayContaining(['--site', '--access-key-stdin', '--access-key-file', '--web']),
  );
  expect(await ask('connect-wizard torn --na')).toEqual(['--name', '']);
  expect(await ask('connect-wizard providers ad')).toEqual(['add', '']);
  expect(await ask('connect-wizard providers add ')).toEqual([':file', '']);
  expect(await ask('connect-wizard providers remove ')).toEqual(['quill', 'torn', '']);
});

test('completion offers the store none only where a credential can be checked without being stored', async ({
  server,
}) => {
  const ask = async (line: string): Promise<string> =>
    (await server.run(['completion', 'bash', '--candidates'], { input: line })).stdout;
  expect(await ask('connect-wizard freshservice --store n')).toMatch(/^none\b/u);
  expect(await ask('connect-wizard move work --store n')).toBe('');
  expect(await ask('connect-wizard move work --store k')).toMatch(/^keychain\b/u);
});

test('a request for candidates exits with 0 and prints nothing if it makes no sense or there is no home', async ({
  server,
}) => {
  const request = ['completion', 'bash', '--candidates'];
  const nothing = { code: 0, signal: null, stdout: '', stderr: '' };
  const ask = (input: string, env: Readonly<Record<string, string>> = {}) =>
    server.run(request, { input, env });
  expect(await ask('connect-wizard token ', { HOME: '/nonexistent' })).toEqual(nothing);
  expect(await ask('connect-wizard unheard-of "\'`$(')).toEqual(nothing);
  expect(await ask('connect-wizard token \0')).toEqual(nothing);
  await mkdir(dirname(dirname(server.records)), { recursive: true });
  await writeFile(dirname(server.records), 'a file');
  expect(await ask('connect-wizard token ')).toEqual(nothing);
});

test('each shell has a script, and an unknown shell gets a list of the known ones', async ({
  server,
}) => {
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    const { code, stdout, stderr } = await server.run(['completion', shell]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('connect-wizard completion');
  }
  const wrong = await server.run(['completion', 'csh']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('connect-wizard completion zsh');
  const npx = await server.run(['completion', 'bash'], {
    env: { npm_command: 'exec', npm_lifecycle_event: 'npx' },
  });
  expect(npx.stderr).toContain('npm install --global connect-wizard');
});
