import { describe, expect, it } from 'vitest';
import type { SecretStore } from '../../../src/core/ports.js';
import { StoreError } from '../../../src/core/errors.js';
import { Secret } from '../../../src/core/secret.js';
import { testConnection } from './connections.js';
import { response, vaultTeam, type Team } from '../../support/vault-team.js';

const NAME = 'parcels/acme';
const DATA = `secret/data/team/wizard/credentials/${NAME}`;
const METADATA = `secret/metadata/team/wizard/credentials/${NAME}`;

const item = (key: string): Secret =>
  new Secret(JSON.stringify({ v: 2, name: NAME, fields: { apiKey: key } }));
const OLD = item('old-key-0123456789');
const MINE = item('my-own-key-0123456');
const THEIRS = item('their-key-01234567');

async function failureOf(call: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await call.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StoreError);
  return error as StoreError;
}

const keyIn = async (store: SecretStore): Promise<unknown> => {
  const secret = await store.getPassword(NAME);
  return secret === null ? null : (JSON.parse(secret.reveal()) as { fields: object }).fields;
};

/** A team in which `OLD` is stored. */
async function stocked(): Promise<Team> {
  const team = vaultTeam();
  await team.machine().secrets.setPassword(NAME, OLD);
  return team;
}

describe('a credential', () => {
  it('is a map in the engine, which other tools can read', async () => {
    const team = await stocked();
    const reply = team.server.handle({ method: 'GET', url: `/v1/${DATA}`, token: team.token });
    expect(JSON.parse(reply.body)).toMatchObject({
      data: { data: { v: 2, name: NAME, fields: { apiKey: 'old-key-0123456789' } } },
    });
  });

  it.each([
    ['was deleted and could be restored', 'DELETE', DATA, undefined],
    ['was destroyed', 'POST', DATA.replace('/data/', '/destroy/'), '{"versions":[1]}'],
  ])('that %s is missing, and can be stored again', async (_, method, path, body) => {
    const team = await stocked();
    const token = team.server.rootToken;
    expect(team.server.handle({ method, url: `/v1/${path}`, token, body }).status).toBe(204);
    const { secrets } = team.machine();
    expect(await secrets.getPassword(NAME)).toBeNull();
    await secrets.setPassword(NAME, MINE);
    expect(await keyIn(team.machine().secrets)).toEqual({ apiKey: 'my-own-key-0123456' });
  });

  it("that isn't ours is returned as it is, for the reader to refuse", async () => {
    const team = vaultTeam();
    const body = '{"data":{"password":"somebody-elses"}}';
    const { rootToken: token } = team.server;
    team.server.handle({ method: 'POST', url: `/v1/${DATA}`, token, body });
    const secret = await team.machine().secrets.getPassword(NAME);
    expect(secret?.reveal()).toBe('{"password":"somebody-elses"}');
  });

  it.each(['', '/', 'a//b', '../evil', 'a/..', '.hidden', 'a/', 'UPPER', 'a b', 'ü', 'a%2Fb'])(
    'with the name %j is refused, since its path would lead elsewhere',
    async (name) => {
      const team = vaultTeam();
      const { reason } = await failureOf(team.machine().secrets.setPassword(name, MINE));
      expect(reason).toBe('store-denied');
      expect(team.server.calls).toEqual([]);
    },
  );
});

describe('two machines that change one credential', () => {
  it('overwrite nothing, and the second one gets the version, time and author', async () => {
    const team = await stocked();
    const [ines, omar] = [team.machine(), team.machine({ author: 'omar@build-7' })];
    await ines.secrets.getPassword(NAME);
    await ines.records.read(NAME);
    await omar.secrets.setPassword(NAME, THEIRS);
    await omar.records.write(testConnection());

    const { reason, advice, untouched } = await failureOf(ines.secrets.setPassword(NAME, MINE));
    expect(reason).toBe('store-conflict');
    expect(untouched).toBe(true);
    expect(advice.why).toBe(
      'Vault at https://vault.acme.example:8200 has version 2 of it, saved at 2026-11-20T18:00:00Z by omar@build-7',
    );
    expect(advice.next).toContain('Nothing was overwritten.');
    expect(await keyIn(team.machine().secrets)).toEqual({ apiKey: 'their-key-01234567' });
  });

  it('get no author, after 2 seconds, if the record is not newer', async () => {
    const team = await stocked();
    const ines = team.machine();
    await team.machine({ author: 'old@author' }).records.write(testConnection());
    await ines.records.read(NAME);
    await ines.secrets.getPassword(NAME);
    await team.machine().secrets.setPassword(NAME, THEIRS);
    const before = team.clock.now().getTime();
    const { advice } = await failureOf(ines.secrets.setPassword(NAME, MINE));
    expect(advice.why).toMatch(/saved at [\dT:-]+Z$/u);
    expect(team.clock.now().getTime() - before).toBe(2000);
  });

  it('wait for the author if the record is still being written', async () => {
    const team = await stocked();
    const [ines, omar] = [team.machine(), team.machine({ author: 'omar@build-7' })];
    await ines.secrets.getPassword(NAME);
    await omar.secrets.setPassword(NAME, THEIRS);
    let reads = 0;
    team.accident = (call) => {
      if (!call.startsWith('GET secret/data/team/wizard/records/')) return undefined;
      reads += 1;
      if (reads === 3) {
        const url = '/v1/secret/data/team/wizard/records/parcels/acme';
        const body = JSON.stringify({ data: { changedBy: 'omar@build-7' } });
        team.server.handle({ method: 'POST', url, token: team.token, body });
      }
      return undefined;
    };
    const { advice } = await failureOf(ines.secrets.setPassword(NAME, MINE));
    expect(advice.why).toContain('by omar@build-7');
  });

  it('overwrite no first secret, and restore no removed one', async () => {
    const team = vaultTeam();
    const [first, second] = [team.machine().secrets, team.machine().secrets];
    await first.prepare?.(NAME);
    await second.setPassword(NAME, THEIRS);
    expect((await failureOf(first.setPassword(NAME, MINE))).reason).toBe('store-conflict');

    const third = team.machine().secrets;
    await third.getPassword(NAME);
    await second.deletePassword(NAME);
    const { reason, advice } = await failureOf(third.setPassword(NAME, MINE));
    expect([reason, advice.why]).toEqual([
      'store-conflict',
      'somebody removed it from Vault at https://vault.acme.example:8200',
    ]);
    expect(await team.machine().secrets.getPassword(NAME)).toBeNull();
  });

  it('can go on after a retry', async () => {
    const team = await stocked();
    const { secrets } = team.machine();
    await secrets.getPassword(NAME);
    await team.machine().secrets.setPassword(NAME, THEIRS);
    await failureOf(secrets.setPassword(NAME, MINE));
    secrets.retry?.();
    await secrets.setPassword(NAME, MINE);
    expect(await keyIn(team.machine().secrets)).toEqual({ apiKey: 'my-own-key-0123456' });
  });

  it('know a lost race by the versions, whatever the server says', async () => {
    const team = await stocked();
    const { secrets } = team.machine();
    await secrets.getPassword(NAME);
    await team.machine().secrets.setPassword(NAME, THEIRS);
    team.accident = (call) =>
      call.startsWith('POST') ? { before: response(400, { errors: ['stale write'] }) } : undefined;
    expect((await failureOf(secrets.setPassword(NAME, MINE))).reason).toBe('store-conflict');
  });
});

describe('reading back', () => {
  it('waits for a standby that is behind', async () => {
    const team = await stocked();
    const { secrets } = team.machine();
    await secrets.getPassword(NAME);
    await secrets.setPassword(NAME, MINE);
    team.server.behind = 3;
    expect(await keyIn(secrets)).toEqual({ apiKey: 'my-own-key-0123456' });
    expect(team.clock.sleeps).toHaveLength(3);
  });

  it('gives up after 5 seconds with the old secret, and the save is undone', async () => {
    const team = await stocked();
    const { secrets } = team.machine();
    await secrets.getPassword(NAME);
    await secrets.setPassword(NAME, MINE);
    team.server.behind = 1000;
    const before = team.clock.now().getTime();
    expect(await keyIn(secrets)).toEqual({ apiKey: 'old-key-0123456789' });
    expect(team.clock.now().getTime() - before).toBe(5000);
    team.server.behind = 0;
    await secrets.setPassword(NAME, OLD);
    expect(await keyIn(team.machine().secrets)).toEqual({ apiKey: 'old-key-0123456789' });
  });

  it('is a conflict if somebody has saved a newer version, which is not undone', async () => {
    const team = await stocked();
    const { secrets } = team.machine();
    await secrets.setPassword(NAME, MINE);
    await team.machine().secrets.setPassword(NAME, THEIRS);
    expect((await failureOf(secrets.getPassword(NAME))).reason).toBe('store-conflict');
    expect((await failureOf(secrets.setPassword(NAME, OLD))).reason).toBe('store-conflict');
    expect(await keyIn(team.machine().secrets)).toEqual({ apiKey: 'their-key-01234567' });
  });
});

/** The request arrives, but its response does not. */
const lost = (call: string): { after: 'timeout' } | undefined =>
  call === `POST ${DATA}` ? { after: 'timeout' } : undefined;

describe('a write that may or may not have happened', () => {
  it('is undone if it happened', async () => {
    const team = await stocked();
    const { secrets } = team.machine();
    await secrets.getPassword(NAME);
    team.accident = lost;
    const { reason, untouched } = await failureOf(secrets.setPassword(NAME, MINE));
    expect([reason, untouched]).toEqual(['store-timeout', false]);
    team.accident = () => undefined;
    await secrets.setPassword(NAME, OLD);
    expect(await keyIn(team.machine().secrets)).toEqual({ apiKey: 'old-key-0123456789' });
  });

  it('is undone by a removal if there was nothing before', async () => {
    const team = vaultTeam();
    const { secrets } = team.machine();
    await secrets.getPassword(NAME);
    team.accident = lost;
    await failureOf(secrets.setPassword(NAME, MINE));
    team.accident = () => undefined;
    await expect(secrets.deletePassword(NAME)).resolves.toBe(true);
    expect(await team.machine().secrets.getPassword(NAME)).toBeNull();
  });

  it('does not undo what somebody else wrote instead', async () => {
    const team = await stocked();
    const { secrets } = team.machine();
    await secrets.getPassword(NAME);
    team.accident = (call) => (call === `POST ${DATA}` ? { before: 'timeout' } : undefined);
    await failureOf(secrets.setPassword(NAME, MINE));
    team.accident = () => undefined;
    await team.machine().secrets.setPassword(NAME, THEIRS);
    expect((await failureOf(secrets.setPassword(NAME, OLD))).reason).toBe('store-conflict');
    expect(await keyIn(team.machine().secrets)).toEqual({ apiKey: 'their-key-01234567' });
  });
});

describe('removing', () => {
  it('writes a marker, deletes every version and proves it', async () => {
    const team = await stocked();
    const { secrets } = team.machine();
    const { length } = team.server.calls;
    await expect(secrets.deletePassword(NAME)).resolves.toBe(true);
    expect(team.server.calls.slice(length)).toEqual([
      'GET sys/internal/ui/mounts/secret/team/wizard',
      `GET ${DATA}`,
      `POST ${DATA}`,
      `DELETE ${METADATA}`,
      `GET ${DATA}`,
    ]);
    expect(await secrets.accounts()).toEqual([]);
  });

  it('is a conflict if a rotation was saved since the secret was read', async () => {
    const team = await stocked();
    const { secrets } = team.machine();
    await secrets.getPassword(NAME);
    await team.machine().secrets.setPassword(NAME, THEIRS);
    expect((await failureOf(secrets.deletePassword(NAME))).reason).toBe('store-conflict');
    expect(await keyIn(team.machine().secrets)).toEqual({ apiKey: 'their-key-01234567' });
  });

  it('that was cut off leaves a marker, which reads as missing, and is finished by the next one', async () => {
    const team = await stocked();
    team.accident = (call) => (call.startsWith('DELETE') ? { before: 'connection' } : undefined);
    await failureOf(team.machine().secrets.deletePassword(NAME));
    team.accident = () => undefined;
    const { secrets } = team.machine();
    expect(await secrets.getPassword(NAME)).toBeNull();
    await expect(team.machine().secrets.deletePassword(NAME)).resolves.toBe(true);
    expect(await secrets.accounts()).toEqual([]);
  });

  it('deletes the versions of a deleted entry, too', async () => {
    const team = await stocked();
    team.server.handle({ method: 'DELETE', url: `/v1/${DATA}`, token: team.server.rootToken });
    await expect(team.machine().secrets.deletePassword(NAME)).resolves.toBe(true);
    expect(await team.machine().secrets.accounts()).toEqual([]);
  });

  it('is no success while the entry stays', async () => {
    const team = await stocked();
    team.accident = (call) =>
      call.startsWith('DELETE') ? { before: response(204, {}) } : undefined;
    const { reason } = await failureOf(team.machine().secrets.deletePassword(NAME));
    expect(reason).toBe('store-mismatch');
  });
});

it('every name below the folder is listed, and nothing that is not ours', async () => {
  const team = vaultTeam();
  const { secrets } = team.machine();
  const names = ['gladly/acme.us-1', 'work/eu/a', 'parcels/acme', 'work/eu', 'top'];
  for (const name of names) await secrets.setPassword(name, MINE);
  const strangers = ['credentials/Upper', 'credentials/a b', 'credentials/.x', 'other/a'];
  for (const path of strangers) {
    const url = `/v1/secret/data/team/wizard/${encodeURI(path)}`;
    const { rootToken: token } = team.server;
    team.server.handle({ method: 'POST', url, token, body: '{"data":{"a":"b"}}' });
  }
  expect(await secrets.accounts()).toEqual(names.toSorted());
});
