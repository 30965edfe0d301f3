/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { SealPage } from '../../src/core/page/data.js';
import { sealAnswer } from '../../src/page/seal.js';
import { json } from '../support/fake-providers.js';
import { describeWith } from '../support/real-parts.js';
import type { Pty } from '../support/pty.js';
import type { RunResult } from '../support/run.js';
import { KEYRING_PROGRAMS } from '../support/secret-service.js';
import { startVaultServer } from '../support/vault-server.js';
import { POLICY, STORE_ID } from '../support/vault-team.js';
import { FRESHSERVICE, KEY, providers, test, type World } from './fixtures.js';
import { SECRETS, type Machine } from './machine.js';
import { ASKS, giveSecret, skipNeeds } from './person.js';

/** Terminal sequences, characters that reverse text or are invisible, and commands of CI systems. */
const HOSTILE = [
  '\u001B[31mred',
  '\u001B]0;title\u0007',
  '\u001B]52;c;Y2xpcA==\u001B\\',
  '\u009B2J',
  '\u009D8;;https://evil.example\u009C',
  'a\bb\rc\u0085d\u0000',
  '\u202Ebidi\u2066',
  'z\u200Be\uFEFFr\u00ADo',
  '\u{E0041}tag',
  '##vso[task.setvariable variable=x]y',
  '##[error]boom',
  '\n::error::boom\n::set-output name=x::y\n',
  "##teamcity[message text='x']",
].join(' ');

/** As an argument, which can't contain a NUL. */
const FROM = HOSTILE.replaceAll('\u0000', '');

/** Characters that must never be printed. Line breaks and tabs are the tool's own. */
const RAW =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]|[\u{E0000}-\u{E0FFF}]/u;
const COMMAND = /##[a-z]*\[|^\s*::[a-z]/imu;

function expectClean(text: string, where: string): void {
  expect(RAW.exec(text)?.[0], `a raw character in ${where}`).toBeUndefined();
  expect(COMMAND.exec(text)?.[0], `a command in ${where}`).toBeUndefined();
}

/** All strings in a document, decoded. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return [...Object.keys(value), ...Object.values(value).flatMap(texts)];
}

function expectCleanResult({ stdout, stderr }: RunResult, where: string): void {
  expectClean(stderr, `stderr of ${where}`);
  expectClean(stdout, `stdout of ${where}`);
  for (const line of where.includes('--json') ? [stdout] : []) {
    if (line.trim() === '') continue;
    for (const text of texts(JSON.parse(line))) {
      expect(RAW.exec(text)?.[0], `decoded from ${where}: ${JSON.stringify(text)}`).toBeUndefined();
    }
  }
}

/** The tool's own sequences: colours, the cursor, and bracketed paste. */
const OWN_SEQUENCES =
  /\u001B\[(?:\d{1,2}(?:;\d{1,2})*)?m|\u001B\[\d*[A-HJK]|\u001B\[\?(?:25|2004)[hl]|\u0007|\r/gu;

/** Checks every byte that was sent to a terminal. */
function expectCleanScreen(pty: Pty, where: string): void {
  // The tool uses this colour too, but not for this text.
  expect(pty.raw(), where).not.toContain('\u001B[31mred');
  expectClean(pty.raw().replaceAll(OWN_SEQUENCES, ''), `the screen of ${where}`);
}

/** A question at the end of a screen. */
const QUESTION = /(?:\(y\/N\)|it is not shown|Enter to choose[^:]*|Enter to skip\):?) ?$/u;

/** Runs each command up to its first question. */
async function expectCleanOnTerminal(
  machine: Machine,
  env: Readonly<Record<string, string>>,
  ...commands: readonly (readonly string[])[]
): Promise<void> {
  for (const args of commands) {
    const pty = machine.pty(args, { env });
    await pty.waitFor(QUESTION).then(
      () => pty.key('ctrl-c'),
      // It ended without a question.
      () => {},
    );
    expect(await pty.end(), args.join(' ')).not.toBe(1);
    expectCleanScreen(pty, args.join(' '));
  }
}

/** Copies of a document, each with hostile text in another place. */
function* spoilt(document: unknown): Generator {
  if (typeof document === 'string') yield HOSTILE;
  if (typeof document !== 'object' || document === null) return;
  for (const [key, value] of Object.entries(document)) {
    for (const each of spoilt(value)) {
      yield Array.isArray(document)
        ? document.map((old: unknown, at) => (String(at) === key ? each : old))
        : { ...document, [key]: each };
    }
  }
  if (!Array.isArray(document)) yield { ...document, [HOSTILE]: HOSTILE };
}

const COMMANDS: readonly (readonly string[])[] = [
  ['list'],
  ['list', '--json'],
  ['check'],
  ['check', '--json'],
  ['doctor'],
  ['doctor', '--json'],
  ['doctor', '--repair'],
  ['history'],
  ['history', '--json'],
  ['providers'],
  ['providers', '--json'],
  ['guide', 'freshservice', '--json'],
  ['request', 'freshservice', '--from', FROM],
  ['completion', 'bash', '--candidates', 'connect-wizard remove ', '22'],
  ['freshservice', '--no-input'],
  ['freshservice', '--no-input', '--json'],
  ['token', 'spoilt/1'],
  ['exec', 'spoilt/1', '--', 'true'],
  ['rotate', 'spoilt/1', '--no-input'],
  ['rotate', 'spoilt/1', '--no-input', '--json'],
  ['move', 'spoilt/1', '--name', 'moved/1'],
  ['move', 'spoilt/2', '--store', 'helper:evil', '--json'],
  ['remove', 'spoilt/3', 'spoilt/4', FROM],
  ['remove', 'spoilt/5', '--json'],
];

function write(path: string, content: unknown): Promise<void> {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return writeFile(path, text, { mode: 0o600 });
}

/** Each test makes some hundred runs. */
const LIMIT_MS = 300_000;

function hostileInternet(world: World, signed: (path: string) => ReturnType<typeof json>): void {
  const asUsual = providers();
  world.serve((request) =>
    request.authorization === undefined ? asUsual(request) : signed(request.path),
  );
}

const agent = {
  id: HOSTILE,
  first_name: HOSTILE,
  last_name: HOSTILE,
  email: `${HOSTILE}@acme.example`,
  roles: [{ role_id: HOSTILE }],
};

describeWith(KEYRING_PROGRAMS, 'hostile text is never printed raw', () => {
  test(
    'if it comes from a provider, in an accepted or a rejected response',
    async ({ server, world }) => {
      hostileInternet(world, () => json(200, { agent }));
      const made = await server.run([...FRESHSERVICE, '--json'], { ...KEY, env: server.fileStore });
      expectCleanResult(made, 'connect --json');
      expect(made.code).toBe(0);
      const record = await server.record('freshservice/acme');
      for (const text of texts(record)) expectClean(text, 'the record');
      for (const args of [['check'], ['check', '--json'], ['list'], ['history']]) {
        expectCleanResult(await server.run(args, { env: server.fileStore }), args.join(' '));
      }
      for (const status of [400, 401, 403, 404, 429, 500]) {
        const body = { code: HOSTILE, message: HOSTILE, description: HOSTILE };
        hostileInternet(world, () => json(status, body, { 'retry-after': '1' }));
        for (const args of [['check'], ['check', '--json']]) {
          expectCleanResult(await server.run(args, { env: server.fileStore }), args.join(' '));
        }
        expectCleanResult(
          await server.run(FRESHSERVICE, { ...KEY, env: server.fileStore }),
          'connect',
        );
      }
      for (const text of texts(await server.record('freshservice/acme'))) {
        expectClean(text, 'the record');
      }
    },
    LIMIT_MS,
  );

  test(
    "if it is in a field of any of the tool's files",
    async ({ server }) => {
      const whole = await server.run([...FRESHSERVICE, '--need', 'tickets.read'], {
        ...KEY,
        env: server.fileStore,
      });
      expect(whole.code, whole.stderr).toBe(0);
      const home = dirname(server.records);
      const state = join(server.folder, 'home', '.local', 'state', 'connect-wizard');
      const record = await server.record('freshservice/acme');
      const more = {
        ...record,
        changes: [{ what: 'identity', was: 'x', is: 'y' }],
        roles: ['x'],
        copies: ['x'],
      };
      let count = 0;
      for (const each of spoilt(more)) {
        count += 1;
        const name = `spoilt/${count}`;
        const { name: own } = each as { name: unknown };
        const named = own === HOSTILE ? each : { ...(each as object), name };
        await write(join(server.records, `${encodeURIComponent(name)}.json`), named);
      }
      expect(count).toBeGreaterThan(15);
      const raw = encodeURIComponent(HOSTILE.slice(0, 40));
      await write(join(server.records, `${raw}.json`), { ...record, name: HOSTILE.slice(0, 40) });
      await write(join(home, 'secrets', `${raw}.age`), HOSTILE);
      await write(join(home, 'secrets', `${encodeURIComponent('spoilt/1')}.age`), HOSTILE);
      await mkdir(join(home, 'requests'), { recursive: true, mode: 0o700 });
      const request = {
        v: 1,
        name: 'request/abcdefg2',
        provider: 'freshservice',
        host: 'acme.freshservice.com',
        fields: { domain: 'acme' },
        asks: ['apiKey'],
        needs: ['tickets.read'],
        createdAt: '2026-11-20T18:00:00.000Z',
        recipient: 'age1x',
        store: 'file',
        from: 'Ines',
        rotates: 'x',
      };
      let id = 0;
      for (const each of spoilt(request)) {
        const name = `abcdefg${'234567abcdefghijk'[id]}`;
        id += 1;
        await write(join(home, 'requests', `${name}.json`), {
          ...(each as object),
          name: `request/${name}`,
        });
      }
      await write(join(home, 'requests', `${raw}.json`), HOSTILE);
      await mkdir(join(home, 'providers'), { recursive: true, mode: 0o700 });
      await write(join(home, 'providers', `${raw}.json`), { id: HOSTILE, name: HOSTILE });
      const entry = {
        time: '2026-11-20T18:00:00.000Z',
        event: 'checked',
        connection: 'x',
        formerName: 'x',
        provider: 'x',
        host: 'x',
        verdict: 'valid',
        reason: 'ok',
        store: 'x',
        version: 'x',
        user: 'x',
        terminal: true,
        program: 'x',
        why: 'x',
      };
      const lines = [...spoilt(entry)].map((each) => JSON.stringify(each));
      await write(join(state, 'history-2026-11.jsonl'), `${lines.join('\n')}\n${HOSTILE}\n`);
      await write(join(state, 'approved.json'), {
        v: 1,
        programs: [HOSTILE],
        providers: [HOSTILE],
      });
      const place = {
        provider: 'freshservice',
        fields: { domain: 'acme' },
        field: 'apiKey',
        words: { x: 'y' },
        part: 'find',
        options: { name: 'x', store: 'file', needs: ['tickets.read'] },
        savedAt: '2026-11-20T18:00:00.000Z',
      };
      for (const each of spoilt(place)) {
        await write(join(home, 'resume.json'), { v: 1, bookmarks: { freshservice: each } });
        const again = await server.run(['freshservice', '--no-input'], { env: server.fileStore });
        expectCleanResult(again, 'freshservice');
      }
      for (const args of COMMANDS) {
        const where = args.map((each) => JSON.stringify(each).slice(1, 40)).join(' ');
        const { [args.length - 1]: last } = args;
        const result = await server.run(args, { env: server.fileStore });
        expectCleanResult(result, last === '--json' ? `${where} --json` : where);
        expect(result.code, `${where}: ${result.stderr}`).not.toBe(1);
      }
      const file = await server.file(
        'connections.json',
        JSON.stringify([
          { provider: 'freshservice', name: HOSTILE, domain: HOSTILE, apiKey: HOSTILE },
        ]),
      );
      for (const args of [
        ['import', file],
        ['import', file, '--json'],
        ['accept', file],
        ['import', '--dry-run', file],
      ]) {
        expectCleanResult(await server.run(args, { env: server.fileStore }), args.join(' '));
      }
      const report = join(server.folder, 'report.txt');
      await server.run(['doctor', '--report', report], { env: server.fileStore });
      expectClean(await readFile(report, 'utf8'), 'the report of doctor');
    },
    LIMIT_MS,
  );

  test(
    'if it comes from a helper or from accounts of the keychain',
    async ({ machine, keyring }) => {
      const bin = join(machine.folder, 'bin');
      await mkdir(bin);
      const helper = join(bin, 'docker-credential-evil');
      const output = join(machine.folder, 'output');
      await writeFile(helper, `#!/bin/sh\ncat '${output}'\nexit $(cat '${output}.code')\n`);
      await chmod(helper, 0o755);
      // secret-tool takes ASCII in any locale.
      const ascii = HOSTILE.replaceAll(/[^\u0001-\u007F]/gu, '');
      await keyring.put(ascii, ascii);
      await keyring.put('spoilt/9', ascii);
      const env = { PATH: `${bin}:${process.env['PATH']}`, CONNECT_WIZARD_STORE: 'helper:evil' };
      const outputs = [
        HOSTILE,
        JSON.stringify({ ServerURL: HOSTILE, Username: HOSTILE, Secret: HOSTILE }),
        JSON.stringify({ [`https://connect-wizard.invalid/${HOSTILE}`]: HOSTILE }),
      ];
      for (const code of ['0', '1', '2']) {
        await writeFile(`${output}.code`, code);
        for (const text of outputs) {
          await writeFile(output, text);
          const runs: (readonly [readonly string[], object])[] = [
            [FRESHSERVICE, KEY],
            [[...FRESHSERVICE, '--json'], KEY],
            [['doctor'], {}],
            [['doctor', '--repair', '--json'], {}],
          ];
          for (const [args, more] of runs) {
            expectCleanResult(await machine.run(args, { ...more, env }), args.join(' '));
          }
        }
      }
      const known = await readdir(machine.records).catch(() => []);
      expect(JSON.stringify(known)).not.toContain(SECRETS.apiKey);
      for (const args of [
        ['doctor'],
        ['doctor', '--json'],
        ['doctor', '--repair'],
        ['remove', 'spoilt/9'],
      ]) {
        expectCleanResult(await machine.run(args), args.join(' '));
      }
    },
    LIMIT_MS,
  );

  test(
    'on a terminal, in questions, lists and messages of the provider',
    async ({ server, world }) => {
      hostileInternet(world, () => json(200, { agent }));
      const connect = server.pty(['freshservice', '--domain', 'acme'], { env: server.fileStore });
      await giveSecret(connect, ASKS.apiKey, SECRETS.apiKey);
      await skipNeeds(connect);
      expect(await connect.end()).toBe(0);
      expectCleanScreen(connect, 'connect');
      hostileInternet(world, () => json(403, { code: HOSTILE, message: HOSTILE }));
      const refused = server.pty(['freshservice', '--domain', 'beta'], { env: server.fileStore });
      await giveSecret(refused, ASKS.apiKey, SECRETS.apiKey);
      await refused.waitFor(/says "red/u);
      refused.key('ctrl-c');
      await refused.end();
      expectCleanScreen(refused, 'a refusal');
      const record = { ...(await server.record('freshservice/acme')), provider: HOSTILE };
      const first = { name: 'spoilt/1', identity: { id: HOSTILE, label: HOSTILE } };
      await write(join(server.records, 'spoilt%2F1.json'), {
        ...record,
        ...first,
        host: HOSTILE,
      });
      const second = { name: 'spoilt/2', store: `helper:${HOSTILE}`, needs: [HOSTILE] };
      await write(join(server.records, 'spoilt%2F2.json'), { ...record, ...second });
      for (const args of [['list'], ['check'], ['doctor'], ['history'], ['remove', 'spoilt/2']]) {
        for (const flags of [[], ['--accessible']]) {
          const pty = server.pty([...args, ...flags], { env: server.fileStore });
          expect(await pty.end(), args[0]).not.toBe(1);
          expectCleanScreen(pty, args.join(' '));
        }
      }
    },
    LIMIT_MS,
  );

  test(
    'on a terminal, in accounts and items of the keychain',
    async ({ machine, keyring }) => {
      expect((await machine.run(FRESHSERVICE, KEY)).code).toBe(0);
      // secret-tool takes ASCII in any locale.
      const ascii = HOSTILE.replaceAll(/[^\u0001-\u007F]/gu, '');
      const item = { v: 2, name: ascii, provider: ascii, host: ascii, fields: { x: ascii } };
      await keyring.put(ascii, ascii);
      await keyring.put('spoilt/8', JSON.stringify({ ...item, name: 'spoilt/8' }));
      await keyring.put('spoilt/9', ascii);
      await keyring.put('freshservice/acme', JSON.stringify({ ...item, provider: 'freshservice' }));
      await expectCleanOnTerminal(
        machine,
        {},
        ['doctor'],
        ['check'],
        ['token', 'freshservice/acme', '--reveal'],
        ['doctor', '--repair'],
        ['rotate', 'freshservice/acme'],
        ['move', 'freshservice/acme', '--store', 'file'],
        ['remove', 'spoilt/9', 'freshservice/acme'],
      );
    },
    LIMIT_MS,
  );

  test(
    'on a terminal, in imports, requests and answers',
    async ({ server }) => {
      const given = { env: server.fileStore };
      expect((await server.run(FRESHSERVICE, { ...KEY, ...given })).code).toBe(0);
      const record = await server.record('freshservice/acme');
      const known = join(server.records, 'freshservice%2Facme.json');
      await write(known, { ...record, host: HOSTILE, identity: { id: 'x', label: HOSTILE } });
      const row = { provider: 'freshservice', domain: 'acme', apiKey: SECRETS.apiKey };
      const files = {
        'rows.json': JSON.stringify([...spoilt(row)]),
        'plan.json': JSON.stringify([row]),
        'keys.json': JSON.stringify([{ ...row, apiKey: HOSTILE, name: 'spoilt/1' }]),
        'rows.csv': `provider,domain,apiKey\n"${HOSTILE}","${HOSTILE}","${HOSTILE}"\n`,
        'head.csv': `provider,"${HOSTILE}"\nfreshservice,x\n`,
        'a.env': `FRESHSERVICE_DOMAIN=${HOSTILE}\nFRESHSERVICE_API_KEY='${HOSTILE}'\n`,
        'answer.txt': HOSTILE,
      };
      const paths = await Promise.all(
        Object.entries(files).map(async ([name, text]) => server.file(name, text)),
      );
      const asked = ['request', 'freshservice', '--json', '--from', FROM];
      const answers: string[] = [];
      for (const fields of [
        { domain: HOSTILE, apiKey: SECRETS.apiKey },
        { domain: 'acme', apiKey: HOSTILE },
        { domain: 'acme', apiKey: SECRETS.apiKey, [HOSTILE]: HOSTILE },
      ]) {
        const { stdout } = await server.run(asked, given);
        const { request } = JSON.parse(stdout) as { request: { file: string } };
        const html = await readFile(join(server.folder, '.own', request.file), 'utf8');
        const [, data = ''] = /<script[^>]+id="data"[^>]*>(.*?)<\/script>/su.exec(html) ?? [];
        const page = JSON.parse(data) as SealPage;
        answers.push(await server.file(`${answers.length}.txt`, await sealAnswer(page, fields)));
      }
      await expectCleanOnTerminal(
        server,
        server.fileStore,
        ...paths.map((path) => ['import', path]),
        ['import', '--yes', '--replace', ...paths.slice(1, 2)],
        ...[...answers, ...paths].map((path) => ['accept', path]),
        ['request', 'freshservice', '--from', FROM],
        ['list'],
      );
    },
    LIMIT_MS,
  );

  test(
    'on a terminal, in entries and responses of a Vault',
    async ({ machine }) => {
      const vault = await startVaultServer();
      onTestFinished(() => vault.close());
      const { server } = vault;
      server.mount('secret/');
      server.policy('team', POLICY);
      const token = server.token({ policies: ['team'] });
      const env = { VAULT_ADDR: vault.address, VAULT_TOKEN: token, CONNECT_WIZARD_STORE: STORE_ID };
      expect((await machine.run(FRESHSERVICE, { ...KEY, env })).code).toBe(0);
      const entry = (method: 'GET' | 'POST', path: string, data?: unknown) => {
        const url = `/v1/secret/data/team/wizard/${path}`;
        const body = data === undefined ? undefined : JSON.stringify({ data });
        const { body: text } = server.handle({ method, url, token: server.rootToken, body });
        return (JSON.parse(text) as { data: { data: Record<string, unknown> } }).data.data;
      };
      const record = entry('GET', 'records/freshservice/acme');
      const item = entry('GET', 'credentials/freshservice/acme');
      let count = 0;
      for (const each of [...spoilt(record)] as Record<string, unknown>[]) {
        count += 1;
        const name = each['name'] === HOSTILE ? HOSTILE : `spoilt/${count}`;
        entry('POST', `records/spoilt/${count}`, { ...each, name });
        entry('POST', `credentials/spoilt/${count}`, [...spoilt({ ...item, name })][count % 4]);
      }
      expect(count).toBeGreaterThan(10);
      const path = encodeURIComponent('\u001B[31mred\u009B2J\u202Ebidi');
      entry('POST', `records/${path}`, record);
      entry('POST', `credentials/${path}`, { [HOSTILE]: HOSTILE });
      const commands = [['list'], ['check'], ['doctor'], ['token', 'spoilt/2', '--reveal']];
      await expectCleanOnTerminal(machine, env, ...commands, ['rotate', 'spoilt/3']);
      for (const args of [...commands, ['list', '--json'], ['check', '--json']]) {
        const where = args.join(' ');
        expectCleanResult(await machine.run(args, { env }), where);
      }
      for (const status of [301, 400, 403, 500, 503]) {
        const body = JSON.stringify({ errors: [HOSTILE], warnings: [HOSTILE], data: HOSTILE });
        vault.meddle = () => ({ status, headers: { location: '/\u00e9' }, body });
        await expectCleanOnTerminal(machine, env, ['list'], ['doctor']);
      }
    },
    LIMIT_MS,
  );
});
