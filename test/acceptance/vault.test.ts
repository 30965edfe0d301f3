/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { armor, Encrypter } from 'age-encryption';
import { describe, expect } from 'vitest';
import type { FakeRequest } from '../support/fake-providers.js';
import { PROGRAM, type RunResult } from '../support/run.js';
import { startVaultServer, type VaultServer } from '../support/vault-server.js';
import { POLICY, STORE_ID } from '../support/vault-team.js';
import { FRESHSERVICE, KEY, providers, staged, type World } from './fixtures.js';
import { createMachine, documentOf, onlyConnection, SECRETS, type Machine } from './machine.js';

const NAME = 'freshservice/acme';
const DATA = 'secret/data/team/wizard';
/** Enough for some twenty runs in turn on a busy machine. */
const DYING_MS = 180_000;

const NEW_KEY = 'fs-KEY-after-the-reset';
const THEIR_KEY = 'fs-KEY-of-somebody-else';

interface Team {
  readonly vault: VaultServer;
  readonly token: string;
  /** The variables that everybody in the team has. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes another computer of the team, with nothing on it. */
  machine(): Promise<Machine>;
  /** An entry as it is in the engine now. */
  entry(path: string): Record<string, unknown> | undefined;
}

const test = staged.extend<{ team: Team }>({
  team: async ({ world }, use) => {
    const vault = await startVaultServer();
    const { server } = vault;
    server.mount('secret/');
    server.policy('team', POLICY);
    const token = server.token({ policies: ['team'] });
    const env = { VAULT_ADDR: vault.address, VAULT_TOKEN: token, CONNECT_WIZARD_STORE: STORE_ID };
    const machines: Machine[] = [];
    await use({
      vault,
      token,
      env,
      async machine() {
        const machine = await createMachine({ ...world.env, ...env });
        machines.push(machine);
        return machine;
      },
      entry(path) {
        const url = `/v1/${DATA}/${path}`;
        const reply = server.handle({ method: 'GET', url, token: server.rootToken });
        const { data } = JSON.parse(reply.body) as { data?: { data: Record<string, unknown> } };
        return data?.data ?? undefined;
      },
    });
    await Promise.all(machines.map((machine) => machine.close()));
    await vault.close();
  },
}).concurrent;

/** Makes the provider accept any of these keys. */
const taking = (world: World, ...keys: readonly string[]): void => {
  const each = new Map(keys.map((apiKey) => [apiKey, providers({ apiKey })]));
  world.serve((request) => (each.get(keyOf(request)) ?? providers())(request));
};

function keyOf({ authorization = '' }: FakeRequest): string {
  const [, basic = ''] = authorization.split(' ');
  return Buffer.from(basic, 'base64').toString().split(':', 1)[0] ?? '';
}

const keyIn = (team: Team): unknown =>
  (team.entry(`credentials/${NAME}`)?.['fields'] as { apiKey: string } | undefined)?.apiKey;

const rotation = (key: string) => ({
  args: ['rotate', NAME, '--api-key-stdin', '--json'],
  input: { input: `${key}\n` },
});

async function connected(team: Team): Promise<Machine> {
  const machine = await team.machine();
  const { code, stderr } = await machine.run(FRESHSERVICE, KEY);
  expect(code, stderr).toBe(0);
  return machine;
}

describe('a team', () => {
  test('shares list, check, token, rotate and remove on every machine', async ({ team, world }) => {
    const first = await connected(team);
    expect(await first.recordNames()).toEqual([]);
    expect(team.entry(`records/${NAME}`)).toMatchObject({
      name: NAME,
      changedBy: expect.stringMatching(/^.+@.+$/u) as string,
    });

    const second = await team.machine();
    const listed = onlyConnection(await second.run(['list', '--json']));
    expect(listed).toMatchObject({
      name: NAME,
      store: { kind: 'vault', backend: `Vault at ${team.vault.address}`, persistent: true },
    });
    const checked = onlyConnection(await second.run(['check', '--json']));
    expect(checked).toMatchObject({ name: NAME, verdict: 'valid', warnings: [] });
    expect((await second.run(['token', NAME])).stdout).toBe(`${SECRETS.apiKey}\n`);

    taking(world, SECRETS.apiKey, NEW_KEY);
    const { args, input } = rotation(NEW_KEY);
    expect((await second.run(args, input)).code).toBe(0);
    expect((await first.run(['token', NAME])).stdout).toBe(`${NEW_KEY}\n`);

    expect((await second.run(['remove', NAME])).code).toBe(0);
    expect((await first.run(['list', '--json'])).stdout).toContain('"connections": []');
    expect(team.vault.server.calls.filter((call) => call.startsWith('DELETE'))).toContain(
      `DELETE secret/metadata/team/wizard/credentials/${NAME}`,
    );
  });

  test('gives exec one credential and no token of the Vault', async ({ team }) => {
    const machine = await connected(team);
    const { stdout, code } = await machine.run(['exec', NAME, '--', 'env'], {
      env: { BAO_TOKEN: team.token },
    });
    expect(code).toBe(0);
    expect(stdout).toContain(`FRESHSERVICE_API_KEY=${SECRETS.apiKey}`);
    expect(stdout).toContain('VAULT_ADDR=');
    expect(stdout).not.toContain(team.token);
  });

  test('finds its token in no output and no file', async ({ team }) => {
    const machine = await connected(team);
    const runs: RunResult[] = [];
    for (const args of [
      ['list', '--json'],
      ['check', '--json'],
      ['token', 'nothing/here'],
      [...FRESHSERVICE, '--name', 'a--b/-'],
    ]) {
      runs.push(await machine.run(args));
    }
    team.vault.server.revoke(team.token);
    runs.push(await machine.run(['check']), await machine.run(['list', '--json']));
    for (const { stdout, stderr } of runs) {
      for (const each of [team.token, encodeURIComponent(team.token)]) {
        expect(stdout + stderr).not.toContain(each);
      }
    }
    for (const content of (await machine.files()).values()) {
      expect(content).not.toContain(team.token);
    }
  });

  test('opens no more connections to the server than --concurrency says', async ({ team }) => {
    const machine = await connected(team);
    const entries = ['records', 'credentials'].map((folder) => ({
      folder,
      entry: team.entry(`${folder}/${NAME}`),
    }));
    for (let number = 0; number < 12; number += 1) {
      const name = `freshservice/t${number}`;
      for (const { folder, entry } of entries) {
        const url = `/v1/${DATA}/${folder}/${name}`;
        const body = JSON.stringify({ data: { ...(entry as object), name } });
        team.vault.server.handle({ method: 'POST', url, token: team.token, body });
      }
    }
    const { opened } = team.vault.connections;
    const checked = await machine.run(['check', '--concurrency', '2']);
    expect(checked.code, checked.stderr).toBe(0);
    expect(team.vault.connections.most).toBeLessThanOrEqual(2);
    // 41 requests share the kept connections. On a busy machine one may get too old.
    expect(team.vault.connections.opened - opened).toBeLessThan(8);
  });

  test('learns at a connect how other commands find the Vault, unless they already do', async ({
    team,
    server,
  }) => {
    const { CONNECT_WIZARD_STORE: _, ...env } = team.env;
    const args = [...FRESHSERVICE, '--store', STORE_ID];
    const { stderr } = await server.run(args, { ...KEY, env });
    expect(stderr).toContain(`export CONNECT_WIZARD_STORE=${STORE_ID}`);
    const again = await server.run(FRESHSERVICE, { ...KEY, env: team.env });
    expect(again.stderr).not.toContain('export');
    expect((await server.run(['list'], { env })).stdout).toContain('Nothing is stored');
    expect((await server.run(['list', '--store', STORE_ID], { env })).stdout).toContain(NAME);
  });
});

test('VAULT_SKIP_VERIFY is not followed, and a message says so', async ({ team }) => {
  const machine = await team.machine();
  const skipping = async (value: string) =>
    (await machine.run(['list'], { env: { VAULT_SKIP_VERIFY: value } })).stderr;
  expect(await skipping('true')).toContain('VAULT_SKIP_VERIFY is not followed');
  expect(await skipping('false')).toBe('');
});

describe('two machines at once', () => {
  test('that rotate overwrite nothing: one wins, and the other one learns who won', async ({
    team,
    world,
  }) => {
    const first = await connected(team);
    const second = await team.machine();
    const keys = [NEW_KEY, THEIR_KEY];
    // The provider waits until both have asked it, and so both have read the old credential.
    const asked = new Set<string>();
    const waiting: (() => void)[] = [];
    world.serve(async (request) => {
      const key = keyOf(request);
      if (keys.includes(key) && asked.add(key).size < 2) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      for (const goOn of waiting) goOn();
      return providers({ apiKey: key })(request);
    });
    const results = await Promise.all(
      [first, second].map((machine, index) => {
        const { args, input } = rotation(keys[index] ?? '');
        return machine.start(process.execPath, [PROGRAM, ...args], input).ended;
      }),
    );
    const won = results.findIndex(({ code }) => code === 0);
    expect(new Set(results.map(({ code }) => code))).toEqual(new Set([0, 7]));
    expect(keyIn(team)).toBe(keys[won]);
    const lost = results[1 - won];
    expect(lost && onlyConnection(lost)).toMatchObject({
      reason: 'store-conflict',
      message: expect.stringMatching(/has version 2 of it, saved at .+ by .+@.+\.$/u) as string,
    });
    expect((await first.run(['check', '--json'])).code).toBe(0);
  });

  test('do not bring back a connection that one removes while the other rotates', async ({
    team,
    world,
  }) => {
    const first = await connected(team);
    const second = await team.machine();
    taking(world, SECRETS.apiKey, NEW_KEY);
    // The removal happens while the rotation asks the provider.
    const asUsual = providers({ apiKey: NEW_KEY });
    let removal: Promise<RunResult> | undefined;
    world.serve(async (request) => {
      if (request.authorization !== undefined) await (removal ??= second.run(['remove', NAME]));
      return asUsual(request);
    });
    const { args, input } = rotation(NEW_KEY);
    const result = await first.run(args, input);
    expect(onlyConnection(result)).toMatchObject({ reason: 'store-conflict', stored: false });
    expect((await removal)?.code).toBe(0);
    expect(team.entry(`credentials/${NAME}`)).toBeUndefined();
  });
});

describe('a save', () => {
  test('keeps the old credential whole if the server is sealed in the middle', async ({
    team,
    world,
  }) => {
    const machine = await connected(team);
    taking(world, NEW_KEY);
    team.vault.meddle = ({ method, url }) => {
      if (method === 'POST' && url.endsWith(`/credentials/${NAME}`))
        team.vault.server.sealed = true;
      return undefined;
    };
    const { args, input } = rotation(NEW_KEY);
    const result = await machine.run(args, input);
    expect(onlyConnection(result)).toMatchObject({
      reason: 'store-unavailable',
      nextStep: expect.stringContaining('vault operator unseal') as string,
    });
    team.vault.server.sealed = false;
    expect((await machine.run(['token', NAME])).stdout).toBe(`${SECRETS.apiKey}\n`);
  });

  test('keeps the old credential whole if the token ends in the middle', async ({
    team,
    world,
  }) => {
    const machine = await connected(team);
    taking(world, NEW_KEY);
    const own = team.vault.server.token({ policies: ['team'] });
    team.vault.meddle = ({ method, url }) => {
      if (method === 'POST' && url.endsWith(`/credentials/${NAME}`)) team.vault.server.revoke(own);
      return undefined;
    };
    const { args, input } = rotation(NEW_KEY);
    const result = await machine.run(args, { ...input, env: { VAULT_TOKEN: own } });
    expect(onlyConnection(result)).toMatchObject({
      reason: 'store-denied',
      nextStep: 'Give VAULT_TOKEN a new token, or unset it and log in: vault login',
    });
    expect(keyIn(team)).toBe(SECRETS.apiKey);
  });

  test('brings the old credential back if the record cannot be written', async ({
    team,
    world,
  }) => {
    const machine = await connected(team);
    taking(world, NEW_KEY);
    team.vault.meddle = ({ method, url }) =>
      method === 'POST' && url.endsWith(`/records/${NAME}`)
        ? { status: 403, headers: {}, body: '{"errors":["permission denied"]}' }
        : undefined;
    const { args, input } = rotation(NEW_KEY);
    expect((await machine.run(args, input)).code).toBe(7);
    expect(keyIn(team)).toBe(SECRETS.apiKey);
    expect((await machine.run(['token', NAME])).stdout).toBe(`${SECRETS.apiKey}\n`);
  });
});

/**
 * Repeats a run that is killed at its first request that writes, then at its second, and so on:
 * before the server gets the request, or after. It ends with the first run that isn't killed.
 */
async function dieAtEach(
  team: Team,
  machine: Machine,
  run: ReturnType<typeof rotation>,
  afterwards: () => Promise<void> | void,
): Promise<void> {
  for (const moment of ['before', 'after'] as const) {
    for (let at = 1; ; at += 1) {
      let left = at;
      const { child, ended } = machine.start(process.execPath, [PROGRAM, ...run.args], run.input);
      team.vault.meddle = (call) => {
        if (left > 0 && (call.method === 'GET' || call.url.includes('/sys/'))) return undefined;
        left -= 1;
        if (left > 0) return undefined;
        if (left === 0) child.kill('SIGKILL');
        // The process may take a moment to end, and its requests must not count then.
        const lost = { status: 500, headers: {}, body: '' };
        return moment === 'after' && left === 0 ? team.vault.server.handle(call) : lost;
      };
      const { code } = await ended;
      team.vault.meddle = () => undefined;
      await afterwards();
      if (left <= 0) continue;
      expect(code).toBe(0);
      expect(at).toBeGreaterThan(3);
      break;
    }
  }
}

describe('a run that is killed', () => {
  test(
    'while it rotates leaves the whole old credential or the whole new one',
    async ({ team, world }) => {
      const machine = await connected(team);
      taking(world, SECRETS.apiKey, NEW_KEY);
      const { server } = team.vault;
      const url = `/v1/${DATA}/credentials/${NAME}`;
      const before = JSON.stringify({ data: team.entry(`credentials/${NAME}`) });
      const found = new Set<unknown>();
      await dieAtEach(team, machine, rotation(NEW_KEY), () => {
        found.add(keyIn(team));
        expect(team.entry(`records/${NAME}`)).toMatchObject({ name: NAME, reason: 'ok' });
        server.handle({ method: 'POST', url, token: server.rootToken, body: before });
      });
      expect(found).toEqual(new Set([SECRETS.apiKey, NEW_KEY]));
      expect((await machine.run(['check'])).code).toBe(0);
    },
    DYING_MS,
  );

  test(
    'while it removes leaves nothing that the next removal cannot delete',
    async ({ team }) => {
      const machine = await connected(team);
      const entries = ['credentials', 'records'].map((folder) => `${folder}/${NAME}`);
      const before = entries.map((path) => JSON.stringify({ data: team.entry(path) }));
      const { server } = team.vault;
      const run = { args: ['remove', NAME], input: { input: '' } };
      await dieAtEach(team, machine, run, async () => {
        expect((await machine.run(run.args)).code).toBe(0);
        expect(entries.map((path) => team.entry(path))).toEqual([undefined, undefined]);
        for (const [index, path] of entries.entries()) {
          const body = before[index];
          const url = `/v1/${DATA}/${path}`;
          server.handle({ method: 'POST', url, token: server.rootToken, body });
        }
      });
    },
    DYING_MS,
  );
});

test('a request for a credential keeps its key in the Vault and shares the answer with the team', async ({
  team,
}) => {
  const machine = await team.machine();
  const asked = await machine.run(['request', 'freshservice', '--domain', 'acme', '--json']);
  expect(asked.code, asked.stderr).toBe(0);
  const { request } = JSON.parse(asked.stdout) as { request: Record<'name' | 'recipient', string> };
  expect(team.entry(`credentials/${request.name}`)).toHaveProperty('key');

  const encrypter = new Encrypter();
  encrypter.addRecipient(request.recipient);
  const sealed = armor.encode(await encrypter.encrypt(SECRETS.apiKey));
  const other = await team.machine();
  const elsewhere = await other.run(['accept'], { input: sealed });
  expect(elsewhere.code).toBe(4);
  expect(elsewhere.stderr).toContain('for another machine');
  const accepted = await machine.run(['accept', '--json'], { input: sealed });
  expect(onlyConnection(accepted)).toMatchObject({ name: NAME, verdict: 'valid', stored: true });
  expect(team.entry(`credentials/${request.name}`)).toBeUndefined();
  expect(await machine.recordNames()).toEqual([]);
  expect((await other.run(['token', NAME])).stdout).toBe(`${SECRETS.apiKey}\n`);
});

test('an import puts each row into the Vault, with each warning once', async ({ team }) => {
  team.vault.server.mount('secret/').deleteAfterMs = 3_600_000;
  const machine = await team.machine();
  const rows = ['acme', 'beta'].map((domain) => ({
    provider: 'freshservice',
    domain,
    apiKey: SECRETS.apiKey,
  }));
  const path = await machine.file('rows.json', JSON.stringify(rows));
  const imported = await machine.run(['import', path, '--yes', '--json']);
  expect(imported.code, imported.stderr).toBe(0);
  const { connections = [] } = documentOf(imported);
  expect(connections.map(({ name }) => name)).toEqual(['freshservice/acme', 'freshservice/beta']);
  for (const { warnings } of connections) {
    const codes = warnings.map(({ code }) => code);
    expect(codes.filter((code) => code === 'deletes-itself')).toHaveLength(1);
  }
  expect(await machine.recordNames()).toEqual([]);
  const seen = documentOf(await (await team.machine()).run(['check', '--json']));
  expect(seen.connections?.map(({ verdict }) => verdict)).toEqual(['valid', 'valid']);
});

describe('an entry', () => {
  test('is secret-lost if it was deleted and its record was not, and can be stored again', async ({
    team,
  }) => {
    const machine = await connected(team);
    const { server } = team.vault;
    const url = `/v1/${DATA}/credentials/${NAME}`;
    server.handle({ method: 'DELETE', url, token: server.rootToken });
    expect(onlyConnection(await machine.run(['check', '--json']))).toMatchObject({
      verdict: 'missing',
      reason: 'secret-lost',
    });
    expect((await machine.run(FRESHSERVICE, KEY)).code).toBe(0);
    expect((await machine.run(['check'])).code).toBe(0);
  });

  test('of another program is never overwritten, not even with --replace', async ({ team }) => {
    const { server } = team.vault;
    const body = '{"data":{"password":"of-somebody-else"}}';
    for (const folder of ['credentials', 'records']) {
      const url = `/v1/${DATA}/${folder}/${NAME}`;
      server.handle({ method: 'POST', url, token: server.rootToken, body });
    }
    const machine = await team.machine();
    const result = await machine.run([...FRESHSERVICE, '--replace', '--json'], KEY);
    expect(onlyConnection(result)).toMatchObject({ reason: 'store-corrupt', stored: false });
    for (const folder of ['credentials', 'records']) {
      expect(team.entry(`${folder}/${NAME}`)).toEqual({ password: 'of-somebody-else' });
    }
  });
});

describe('a name on this machine and in the Vault', () => {
  test('is listed twice, and used only if --store says which', async ({ team, machine }) => {
    const env = { ...team.env, CONNECT_WIZARD_STORE: 'keychain' };
    expect((await machine.run(FRESHSERVICE, { ...KEY, env })).code).toBe(0);
    await connected(team);
    const both = { env: team.env };
    for (const command of ['list', 'check']) {
      const { connections = [] } = documentOf(await machine.run([command, '--json'], both));
      expect(connections.map(({ store }) => (store as { kind: string }).kind).toSorted()).toEqual([
        'keychain',
        'vault',
      ]);
    }
    for (const args of [
      ['token', NAME],
      ['exec', NAME, '--', 'env'],
      ['remove', NAME],
    ]) {
      const { code, stderr } = await machine.run(args, both);
      expect(code, stderr).toBe(2);
      expect(stderr).toContain('Say with --store which one is meant');
    }
    const said = await machine.run(['token', NAME, '--store', STORE_ID], both);
    expect(said.code, said.stderr).toBe(0);
    const removed = await machine.run(['remove', NAME, '--store', 'keychain'], both);
    expect(removed.code, removed.stderr).toBe(0);
    expect(await machine.recordNames()).toEqual([]);
    expect((await machine.run(['token', NAME], both)).code).toBe(0);
  });

  test('can move there and back, and leaves nothing behind', async ({ team, machine }) => {
    const env = { ...team.env, CONNECT_WIZARD_STORE: 'keychain' };
    expect((await machine.run(FRESHSERVICE, { ...KEY, env })).code).toBe(0);
    const there = await machine.run(['move', NAME, '--store', STORE_ID], { env });
    expect(there.code, there.stderr).toBe(0);
    expect(await machine.recordNames()).toEqual([]);
    expect(keyIn(team)).toBe(SECRETS.apiKey);

    const back = await machine.run(['move', NAME, '--store', 'keychain'], { env: team.env });
    expect(back.code, back.stderr).toBe(0);
    expect(await machine.recordNames()).toEqual([NAME]);
    expect(await machine.record(NAME)).not.toHaveProperty('changedBy');
    expect(team.entry(`credentials/${NAME}`)).toBeUndefined();
    expect(team.entry(`records/${NAME}`)).toBeUndefined();
  });

  /** Moves it into the keychain, and kills the run before it's deleted in the Vault. */
  const killedMove = async (team: Team, machine: Machine): Promise<void> => {
    const { child, ended } = machine.start(process.execPath, [PROGRAM, ...MOVE], { env: team.env });
    team.vault.meddle = ({ method, url }) => {
      if (method !== 'POST' || !url.endsWith(`/credentials/${NAME}`)) return undefined;
      child.kill('SIGKILL');
      return { status: 500, headers: {}, body: '' };
    };
    await ended;
    team.vault.meddle = () => undefined;
    expect(keyIn(team)).toBe(SECRETS.apiKey);
    expect(await machine.recordNames()).toEqual([NAME]);
  };
  const MOVE = ['move', NAME, '--store', 'keychain'];

  test('is in one place again after a killed move is repeated', async ({ team, machine }) => {
    await connected(team);
    await killedMove(team, machine);
    const again = await machine.run(MOVE, { env: team.env });
    expect(again.code, again.stderr).toBe(0);
    expect(keyIn(team)).toBeUndefined();
    expect(team.entry(`records/${NAME}`)).toBeUndefined();
    expect((await machine.run(['token', NAME], { env: team.env })).code).toBe(0);
  });

  test('keeps what the team saves between a killed move and the next one', async ({
    team,
    machine,
    world,
  }) => {
    const second = await connected(team);
    await killedMove(team, machine);
    taking(world, SECRETS.apiKey, NEW_KEY);
    const { args, input } = rotation(NEW_KEY);
    expect((await second.run(args, input)).code).toBe(0);

    const move = [...MOVE, '--json'];
    const again = await machine.run(move, { env: team.env });
    expect(again.code, again.stderr).toBe(0);
    expect(onlyConnection(again).warnings).toEqual([
      {
        code: 'another-secret-kept',
        message: `Vault at ${team.vault.address} has another secret of ${NAME} now, which was not deleted. Does it work? connect-wizard check ${NAME} --store ${STORE_ID}. Does nobody need it? connect-wizard remove ${NAME} --store ${STORE_ID}`,
      },
    ]);
    // It's no copy of this secret, so the warning comes only once.
    const third = await machine.run(move, { env: team.env });
    expect(onlyConnection(third).warnings).toEqual([]);
    expect((await second.run(['token', NAME])).stdout).toBe(`${NEW_KEY}\n`);
  });
});

describe('a Vault that cannot be read', () => {
  test('is listed as one connection without a name, for which check exits with 7', async ({
    team,
  }) => {
    const machine = await team.machine();
    team.vault.server.sealed = true;
    const listed = await machine.run(['list', '--json']);
    expect(listed.code).toBe(0);
    expect(listed.stderr).toContain('it is sealed');
    const expected = { name: null, reason: 'store-unavailable', store: { kind: 'vault' } };
    expect(onlyConnection(listed)).toMatchObject(expected);
    const checked = await machine.run(['check', '--json']);
    expect(checked.code).toBe(7);
    expect(onlyConnection(checked)).toMatchObject(expected);
  });

  test('only causes a warning for a name on this machine', async ({ team, machine }) => {
    const env = { ...team.env, CONNECT_WIZARD_STORE: 'keychain' };
    expect((await machine.run(FRESHSERVICE, { ...KEY, env })).code).toBe(0);
    team.vault.server.sealed = true;
    const given = await machine.run(['token', NAME], { env: team.env });
    expect(given).toMatchObject({ code: 0, stdout: `${SECRETS.apiKey}\n` });
    expect(given.stderr).toContain('Only this machine was searched');
    const checked = await machine.run(['check', NAME, '--json'], { env: team.env });
    expect(checked.code).toBe(0);
    expect(onlyConnection(checked).warnings).toMatchObject([{ code: 'vault-not-read' }]);
  });

  test('is not asked if only a record names it', async ({ team, server }) => {
    await connected(team);
    const { CONNECT_WIZARD_STORE: _, ...env } = team.env;
    const record = { ...team.entry(`records/${NAME}`), store: STORE_ID };
    await mkdir(server.records, { recursive: true, mode: 0o700 });
    const path = join(server.records, `${encodeURIComponent(NAME)}.json`);
    await writeFile(path, JSON.stringify(record), { mode: 0o600 });
    const before = team.vault.server.calls.length;
    const result = await server.run(['check', '--json'], { env });
    expect(onlyConnection(result)).toMatchObject({
      reason: 'store-denied',
      nextStep: expect.stringContaining(`CONNECT_WIZARD_STORE=${STORE_ID}`) as string,
    });
    expect(team.vault.server.calls).toHaveLength(before);
  });
});

test('a read-only token can list, check and hand over, with a warning if nothing can be written', async ({
  team,
}) => {
  const machine = await connected(team);
  const { server } = team.vault;
  server.policy(
    'reader',
    `path "${DATA}/*" { capabilities = ["read"] }
path "secret/metadata/team/wizard/*" { capabilities = ["list"] }`,
  );
  const env = { VAULT_TOKEN: server.token({ policies: ['reader'] }) };
  expect((await machine.run(['list', '--json'], { env })).stdout).toContain(NAME);
  expect((await machine.run(['token', NAME], { env })).stdout).toBe(`${SECRETS.apiKey}\n`);
  const checked = await machine.run(['check', '--json'], { env });
  expect(checked.code).toBe(0);
  expect(onlyConnection(checked).warnings).toMatchObject([{ code: 'not-recorded' }]);
  const refused = await machine.run([...FRESHSERVICE, '--json'], { ...KEY, env });
  expect(onlyConnection(refused)).toMatchObject({
    reason: 'store-denied',
    nextStep: expect.stringContaining('capabilities = ["create", "update", "read"]') as string,
  });
});

test('a token with one use too few is refused before anything is sent', async ({ team, world }) => {
  const machine = await team.machine();
  const connect = async (uses: number) =>
    machine.run([...FRESHSERVICE, '--json'], {
      ...KEY,
      env: { VAULT_TOKEN: team.vault.server.token({ policies: ['team'], uses }) },
    });
  // Three uses are spent before the count: on the mount, the record and the token itself.
  const short = await connect(17);
  expect(onlyConnection(short)).toMatchObject({ reason: 'store-denied' });
  expect(world.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  const enough = await connect(18);
  expect(enough.code, enough.stdout).toBe(0);
});

test('doctor says whether the Vault can keep a secret', async ({ team, world }) => {
  const machine = await connected(team);
  // Doctor asks the site of every vendor.
  world.serve((request) =>
    request.host === 'gladly.com' ? { status: 200 } : providers()(request),
  );
  const { stdout, stderr } = await machine.run(['doctor', '--json']);
  expect(stdout + stderr).not.toContain(team.token);
  const { checks } = JSON.parse(stdout) as { checks: { id: string; ok: boolean }[] };
  expect(checks).toContainEqual(expect.objectContaining({ id: `store:${STORE_ID}`, ok: true }));
});
