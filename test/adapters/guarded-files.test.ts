import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { generateX25519Identity } from 'age-encryption';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAgeFile } from '../../src/adapters/age-file.js';
import { createFileGuard } from '../../src/adapters/file-guard.js';
import { createPassphrase } from '../../src/adapters/passphrase.js';
import { createRecords } from '../../src/adapters/records.js';
import { createResumeFile } from '../../src/adapters/resume-file.js';
import { createSecretInput } from '../../src/adapters/secret-input.js';
import { Secret } from '../../src/core/secret.js';
import { freshserviceConnection } from '../support/fakes.js';

const guard = createFileGuard({ platform: 'linux', userId: process.geteuid?.() });
const acme = freshserviceConnection();
const FILE = 'freshservice%2Facme';

describe('what others can write is not believed, and not written to', () => {
  let home: string;
  beforeEach(() => {
    home = join(mkdtempSync(join(tmpdir(), 'connect-wizard-guard-')), 'home');
  });

  const denied = { reason: 'store-denied', advice: { command: expect.stringContaining('chmod') } };

  it.each(['', 'connections'])('of the records: the folder <home>/%s', async (folder) => {
    const records = createRecords(home, guard);
    await records.write(acme);
    chmodSync(join(home, folder), 0o777);
    await expect(records.list()).rejects.toMatchObject(denied);
    await expect(records.read(acme.name)).rejects.toMatchObject(denied);
    await expect(records.write(acme)).rejects.toMatchObject(denied);
    await expect(records.remove(acme.name)).rejects.toMatchObject(denied);
  });

  it('of the records: one file, which stops no other', async () => {
    const records = createRecords(home, guard);
    const other = freshserviceConnection({ name: 'work/other' });
    await records.write(acme);
    await records.write(other);
    chmodSync(join(home, 'connections', `${FILE}.json`), 0o620);
    await expect(records.list()).resolves.toMatchObject({
      connections: [other],
      unreadable: [{ name: acme.name, refused: denied }],
    });
    await expect(records.read(acme.name)).rejects.toMatchObject(denied);
  });

  const store = (variables: Readonly<Record<string, string>>) =>
    createAgeFile({
      home,
      platform: 'linux',
      variable: (name) => variables[name],
      passphrase: createPassphrase({
        variable: (name) => variables[name],
        secretInput: createSecretInput(() => new PassThrough()),
        checkFile: (path) => void guard.checkFile('It was not read', path, { secret: true }),
      }),
      guard,
    });

  it.each(['', 'secrets', join('secrets', `${FILE}.age`), 'identity.age'])(
    'of the file store: <home>/%s',
    async (path) => {
      const variables = { CONNECT_WIZARD_PASSPHRASE: 'correct horse battery' };
      await store(variables).setPassword(acme.name, new Secret('value of acme'));
      chmodSync(join(home, path), path.endsWith('.age') ? 0o622 : 0o777);
      await expect(store(variables).getPassword(acme.name)).rejects.toMatchObject(denied);
    },
  );

  it.each([0o644, 0o640, 0o666])('of a team: its clear identity (%o)', async (mode) => {
    const identity = join(mkdtempSync(join(tmpdir(), 'connect-wizard-team-')), 'identity.txt');
    writeFileSync(identity, `${await generateX25519Identity()}\n`, { mode: 0o600 });
    const variables = { CONNECT_WIZARD_AGE_IDENTITY: identity };
    await store(variables).setPassword(acme.name, new Secret('value of acme'));
    chmodSync(identity, mode);
    await expect(store(variables).getPassword(acme.name)).rejects.toMatchObject(denied);
  });

  it.each([0o644, 0o604, 0o602])('of a passphrase: its file (%o)', async (mode) => {
    const file = join(mkdtempSync(join(tmpdir(), 'connect-wizard-phrase-')), 'passphrase.txt');
    writeFileSync(file, 'correct horse battery\n', { mode: 0o600 });
    const variables = { CONNECT_WIZARD_PASSPHRASE_FILE: file };
    await store(variables).setPassword(acme.name, new Secret('value of acme'));
    chmodSync(file, mode);
    await expect(store(variables).getPassword(acme.name)).rejects.toMatchObject(denied);
  });

  it('of a place that was kept: it is as if there were none, and stays', async () => {
    mkdirSync(home, { mode: 0o700 });
    const path = join(home, 'resume.json');
    const point = {
      provider: 'freshservice',
      fields: { domain: 'evil' },
      field: 'apiKey',
      words: {},
      part: null,
      options: {},
      savedAt: '2026-11-20T18:00:00.000Z',
    };
    writeFileSync(path, JSON.stringify({ v: 1, bookmarks: { freshservice: point } }));
    chmodSync(path, 0o600);
    await expect(createResumeFile(home, guard).read('freshservice')).resolves.toEqual(point);
    chmodSync(path, 0o666);
    await expect(createResumeFile(home, guard).read('freshservice')).resolves.toBeUndefined();
    expect(readFileSync(path, 'utf8')).toContain('evil');
  });
});
