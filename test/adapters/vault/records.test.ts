import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/core/errors.js';
import { Secret } from '../../../src/core/secret.js';
import { response, vaultTeam, type Team } from '../../support/vault-team.js';
import { testConnection } from './connections.js';

const NAME = 'parcels/acme';
const PATH = `secret/data/team/wizard/records/${NAME}`;

async function failureOf(call: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await call.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StoreError);
  return error as StoreError;
}

/** The entry at the record's path. */
function kept(team: Team): Record<string, unknown> {
  const reply = team.server.handle({ method: 'GET', url: `/v1/${PATH}`, token: team.token });
  return (JSON.parse(reply.body) as { data: { data: Record<string, unknown> } }).data.data;
}

function put(team: Team, data: unknown, path = PATH): void {
  const { rootToken: token } = team.server;
  team.server.handle({
    method: 'POST',
    url: `/v1/${path}`,
    token,
    body: JSON.stringify({ data }),
  });
}

const checked = (verifiedAt: string) =>
  testConnection({ reason: 'bad-credential', verifiedAt, lastValidAt: null });

describe('a record', () => {
  it('is seen by every machine, with its author, and without a store', async () => {
    const team = vaultTeam();
    await team.machine({ author: 'omar@build-7' }).records.write(testConnection());
    expect(kept(team)).toMatchObject({
      name: NAME,
      changedBy: 'omar@build-7',
      savedAt: '2026-11-20T18:00:00.000Z',
    });
    expect(kept(team)).not.toHaveProperty('store');
    expect(await team.machine().records.read(NAME)).toMatchObject(testConnection());
    const { connections, unreadable } = await team.machine().records.list();
    expect(connections.map(({ name }) => name)).toEqual([NAME]);
    expect(unreadable).toEqual([]);
  });

  it('has the store that it was found in, whatever it says', async () => {
    const team = vaultTeam();
    put(team, { ...testConnection(), store: 'helper:evil', copies: ['keychain', 'helper:evil'] });
    const record = await team.machine().records.read(NAME);
    expect(record?.store).toBe('vault:secret/team/wizard');
    expect(record).not.toHaveProperty('copies');
  });

  it.each([
    ['of a newer version', { ...testConnection(), v: 99 }, /a newer version of connect-wizard/u],
    ["that isn't ours", { password: 'x' }, /damaged or belongs to another program/u],
    ['of another name', { ...testConnection(), name: 'parcels/other' }, /damaged or belongs/u],
  ])('%s is listed as unreadable, and never overwritten', async (_, data, why) => {
    const team = vaultTeam();
    put(team, data);
    const { records } = team.machine();
    const { connections, unreadable } = await records.list();
    expect(connections).toEqual([]);
    expect(unreadable).toMatchObject([{ name: NAME, why: expect.stringMatching(why) as string }]);
    expect((await failureOf(records.read(NAME))).reason).toBe('store-corrupt');
    expect((await failureOf(records.write(testConnection()))).reason).toBe('store-corrupt');
    expect(kept(team)).toEqual(data);
  });

  it.each([
    ['that the token may not read', 403, 'store-denied'],
    ['that causes an error of the server', 500, 'store-unavailable'],
  ])('%s is listed as refused, and hides no other', async (_, status, reason) => {
    const team = vaultTeam();
    put(team, testConnection());
    put(team, testConnection({ name: 'parcels/beta' }), PATH.replace('acme', 'beta'));
    const broken = response(status, { errors: ['1 error occurred'] });
    team.accident = (call) => (call === `GET ${PATH}` ? { before: broken } : undefined);
    const { connections, unreadable } = await team.machine().records.list();
    expect(connections).toMatchObject([{ name: 'parcels/beta' }]);
    expect(unreadable).toMatchObject([{ name: NAME, refused: { reason } }]);
    // If it is the only one, the cause may as well be the Vault.
    team.accident = (call) => (call.startsWith(`GET secret/data`) ? { before: broken } : undefined);
    expect((await failureOf(team.machine().records.list())).reason).toBe(reason);
  });

  it('that cannot be read because the server does not respond fails the whole list', async () => {
    const team = vaultTeam();
    put(team, testConnection());
    put(team, testConnection({ name: 'parcels/beta' }), PATH.replace('acme', 'beta'));
    team.accident = (call) => (call === `GET ${PATH}` ? { before: 'timeout' } : undefined);
    expect((await failureOf(team.machine().records.list())).reason).toBe('store-timeout');
  });

  it('that was deleted or removed is missing', async () => {
    const team = vaultTeam();
    await team.machine().records.write(testConnection());
    team.server.handle({ method: 'DELETE', url: `/v1/${PATH}`, token: team.server.rootToken });
    expect(await team.machine().records.read(NAME)).toBeUndefined();
    expect((await team.machine().records.list()).connections).toEqual([]);

    await team.machine().records.write(testConnection());
    await expect(team.machine().records.remove(NAME)).resolves.toBe(true);
    await expect(team.machine().records.remove(NAME)).resolves.toBe(false);
    expect(await team.machine().records.read(NAME)).toBeUndefined();
  });
});

describe('a removal', () => {
  it('keeps the record if somebody has connected again meanwhile', async () => {
    const team = vaultTeam();
    await team.machine().records.write(testConnection());
    const [removing, saving] = [team.machine().records, team.machine({ author: 'omar@build-7' })];
    await removing.read(NAME);
    await team.clock.sleep(1000);
    await saving.secrets.setPassword(NAME, new Secret('{"v":2,"fields":{"apiKey":"anew"}}'));
    await saving.records.write(testConnection());
    await expect(removing.remove(NAME)).resolves.toBe(false);
    expect(kept(team)['changedBy']).toBe('omar@build-7');
  });

  it('deletes the record if the credential is gone', async () => {
    const team = vaultTeam();
    await team.machine().records.write(testConnection());
    const { records } = team.machine();
    await records.read(NAME);
    await team.machine({ author: 'omar@build-7' }).records.write(testConnection());
    await expect(records.remove(NAME)).resolves.toBe(true);
    expect(await team.machine().records.read(NAME)).toBeUndefined();
  });
});

describe('a save', () => {
  it('is a conflict if somebody else has saved since this machine read', async () => {
    const team = vaultTeam();
    const [ines, omar] = [team.machine().records, team.machine({ author: 'omar@build-7' }).records];
    await ines.read(NAME);
    await omar.write(testConnection());
    const { reason, advice } = await failureOf(ines.write(testConnection()));
    expect(reason).toBe('store-conflict');
    expect(advice.why).toContain('by omar@build-7');
    expect(kept(team)['changedBy']).toBe('omar@build-7');
  });

  it('replaces what a check wrote meanwhile', async () => {
    const team = vaultTeam();
    await team.machine().records.write(testConnection());
    const [saving, checking] = [team.machine().records, team.machine().records];
    await saving.read(NAME);
    await checking.read(NAME);
    await checking.update(checked('2026-11-20T17:00:00.000Z'));
    await saving.write(testConnection({ verifiedAt: '2026-11-20T18:00:00.000Z' }));
    expect(kept(team)).toMatchObject({ reason: 'ok', verifiedAt: '2026-11-20T18:00:00.000Z' });
  });

  it('whose response is lost succeeds if it was written, and fails if not', async () => {
    const team = vaultTeam();
    team.accident = (call) => (call.startsWith('POST') ? { after: 'connection' } : undefined);
    await team.machine().records.write(testConnection());
    expect(kept(team)).toMatchObject({ name: NAME, changedBy: 'ines@laptop' });

    team.accident = (call) => (call.startsWith('POST') ? { before: 'timeout' } : undefined);
    const other = testConnection({ host: 'other.parcels.example' });
    expect((await failureOf(team.machine().records.write(other))).reason).toBe('store-timeout');
    // A failure to look for it does not replace the first failure.
    const { records } = team.machine();
    await records.read(NAME);
    team.accident = (call) => ({ before: call.startsWith('POST') ? 'timeout' : 'dns' });
    expect((await failureOf(records.write(other))).reason).toBe('store-timeout');
    expect(kept(team)['host']).toBe('acme.parcels.example');
  });

  it('is read back, also from a standby', async () => {
    const team = vaultTeam();
    const { records } = team.machine();
    await records.read(NAME);
    team.server.behind = 2;
    await records.write(testConnection());
    expect(team.clock.sleeps).toHaveLength(2);
    team.server.behind = 1000;
    expect((await failureOf(records.write(testConnection()))).reason).toBe('store-mismatch');
  });
});

describe('a check', () => {
  it('keeps the author of the save, and is not read back', async () => {
    const team = vaultTeam();
    await team.machine({ author: 'omar@build-7' }).records.write(testConnection());
    const { records } = team.machine();
    await records.list();
    const { length } = team.server.calls;
    await records.update(checked('2026-11-20T18:00:00.000Z'));
    expect(team.server.calls.slice(length)).toEqual([`POST ${PATH}`]);
    expect(kept(team)).toMatchObject({ changedBy: 'omar@build-7', reason: 'bad-credential' });
  });

  it.each([
    ['2026-11-20T17:59:00.000Z', '2026-11-20T18:00:00.000Z'],
    ['2026-11-20T18:00:00.000Z', '2026-11-20T17:59:00.000Z'],
  ])('keeps the later one of two at once: %s, then %s', async (one, other) => {
    const team = vaultTeam();
    await team.machine().records.write(testConnection());
    const [first, second] = [team.machine().records, team.machine().records];
    await first.list();
    await second.list();
    await first.update(checked(one));
    await second.update(checked(other));
    expect(kept(team)['verifiedAt']).toBe('2026-11-20T18:00:00.000Z');
  });

  it('does not write over a newer save or a removal', async () => {
    const team = vaultTeam();
    await team.machine().records.write(testConnection());
    const [checking, late] = [team.machine().records, team.machine().records];
    await checking.list();
    await late.list();
    const saved = testConnection({ host: 'other.parcels.example' });
    await team.machine({ author: 'omar@build-7' }).records.write(saved);
    await checking.update(checked('2026-11-21T18:00:00.000Z'));
    expect(kept(team)).toMatchObject({ host: 'other.parcels.example', reason: 'ok' });

    await team.machine().records.remove(NAME);
    await late.update(checked('2026-11-21T18:00:00.000Z'));
    expect(await team.machine().records.read(NAME)).toBeUndefined();
  });

  it('fails if the token may only read, and the record stays as it is', async () => {
    const team = vaultTeam();
    await team.machine().records.write(testConnection());
    team.server.policy(
      'reader',
      `path "secret/data/team/wizard/*" { capabilities = ["read"] }
path "secret/metadata/team/wizard/*" { capabilities = ["list"] }`,
    );
    const reader = team.machine({ token: team.server.token({ policies: ['reader'] }) });
    expect((await reader.records.list()).connections).toHaveLength(1);
    const before = team.server.calls.length;
    const updates = ['18:00', '18:01', '18:02'].map((time) =>
      failureOf(reader.records.update(checked(`2026-11-20T${time}:00.000Z`))),
    );
    const [{ reason, advice }] = (await Promise.all(updates)) as [StoreError];
    expect(reason).toBe('store-denied');
    expect(team.server.calls.slice(before).toSorted()).toEqual([
      'GET auth/token/lookup-self',
      ...updates.map(() => `POST ${PATH}`),
    ]);
    expect(advice.command).toContain('capabilities = ["create", "update", "read"]');
    expect(kept(team)['reason']).toBe('ok');
  });
});

it('a thousand records are listed', async () => {
  const team = vaultTeam();
  for (let number = 0; number < 1000; number += 1) {
    const name = `parcels/t${number}`;
    put(team, { ...testConnection({ name }) }, `secret/data/team/wizard/records/${name}`);
  }
  expect((await team.machine().records.list()).connections).toHaveLength(1000);
});
