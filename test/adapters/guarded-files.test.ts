import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { generateX25519Identity } from 'age-encryption';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAgeFile } from '../../src/adapters/age-file.js';
import { createFileGuard } from '../../src/adapters/file-guard.js';
import type { Environment } from '../../src/adapters/environment.js';
import { createFolders } from '../../src/adapters/folders.js';
import { createHistory } from '../../src/adapters/history.js';
import { permissionChecks } from '../../src/adapters/permissions.js';
import { createRequestFiles } from '../../src/adapters/request-files.js';
import { createPassphrase } from '../../src/adapters/passphrase.js';
import { createRecords } from '../../src/adapters/records.js';
import { createResumeFile } from '../../src/adapters/resume-file.js';
import { createSecretInput } from '../../src/adapters/secret-input.js';
import { Secret } from '../../src/core/secret.js';
import { freshserviceConnection } from '../support/fakes.js';

const guard = createFileGuard({ platform: 'linux', userId: process.geteuid?.() });
const acme = freshserviceConnection();
const FILE = 'freshservice%2Facme';

describe('a file that others can write is neither read nor written:', () => {
  let home: string;
  beforeEach(() => {
    home = join(mkdtempSync(join(tmpdir(), 'connect-wizard-guard-')), 'home');
  });

  const denied = { reason: 'store-denied', advice: { command: expect.stringContaining('chmod') } };

  it.each(['', 'connections'])('the records in the folder <home>/%s', async (folder) => {
    const records = createRecords(home, guard);
    await records.write(acme);
    chmodSync(join(home, folder), 0o777);
    await expect(records.list()).rejects.toMatchObject(denied);
    await expect(records.read(acme.name)).rejects.toMatchObject(denied);
    await expect(records.write(acme)).rejects.toMatchObject(denied);
    await expect(records.remove(acme.name)).rejects.toMatchObject(denied);
  });

  it('one record, which stops no other', async () => {
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
      variable: (name) => variables[name],
      expand: (given) => given,
      passphrase: createPassphrase({
        variable: (name) => variables[name],
        secretInput: createSecretInput(() => new PassThrough()),
        checkFile: (path) => guard.checkFile('It was not read', path, { secret: true }),
      }),
      guard,
    });

  it.each(['', 'secrets', join('secrets', `${FILE}.age`), 'identity.age'])(
    'the file store at <home>/%s',
    async (path) => {
      const variables = { CONNECT_WIZARD_PASSPHRASE: 'correct horse battery' };
      await store(variables).setPassword(acme.name, new Secret('value of acme'));
      chmodSync(join(home, path), path.endsWith('.age') ? 0o622 : 0o777);
      await expect(store(variables).getPassword(acme.name)).rejects.toMatchObject(denied);
    },
  );

  it.each([0o644, 0o640, 0o666])('the plain identity of a team (%o)', async (mode) => {
    const identity = join(mkdtempSync(join(tmpdir(), 'connect-wizard-team-')), 'identity.txt');
    writeFileSync(identity, `${await generateX25519Identity()}\n`, { mode: 0o600 });
    const variables = { CONNECT_WIZARD_AGE_IDENTITY: identity };
    await store(variables).setPassword(acme.name, new Secret('value of acme'));
    chmodSync(identity, mode);
    await expect(store(variables).getPassword(acme.name)).rejects.toMatchObject(denied);
  });

  it.each([0o644, 0o604, 0o602])('the file of a passphrase (%o)', async (mode) => {
    const file = join(mkdtempSync(join(tmpdir(), 'connect-wizard-phrase-')), 'passphrase.txt');
    writeFileSync(file, 'correct horse battery\n', { mode: 0o600 });
    const variables = { CONNECT_WIZARD_PASSPHRASE_FILE: file };
    await store(variables).setPassword(acme.name, new Secret('value of acme'));
    chmodSync(file, mode);
    await expect(store(variables).getPassword(acme.name)).rejects.toMatchObject(denied);
  });

  it('the file of kept places, which is ignored and stays', async () => {
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

  it('the folder of requests, and one request', async () => {
    const requests = createRequestFiles(home, guard);
    mkdirSync(join(home, 'requests'), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, 'requests', 'abc.json'), '{}', { mode: 0o666 });
    chmodSync(join(home, 'requests', 'abc.json'), 0o666);
    await expect(requests.list()).resolves.toMatchObject({ unreadable: [{ refused: denied }] });
    chmodSync(join(home, 'requests'), 0o770);
    await expect(requests.list()).rejects.toMatchObject(denied);
    await expect(requests.remove('request/abc')).rejects.toMatchObject(denied);
  });

  it('the history, with a warning', () => {
    const folder = join(home, 'state');
    const history = createHistory({
      folder,
      guard,
      clock: { now: () => new Date('2026-11-20T18:00:00Z') },
      facts: () => ({ version: '1.0.0', user: 'ines', terminal: false }),
      off: false,
    });
    const entry = { event: 'removed', connection: acme.name } as const;
    expect(history.record(entry)).toEqual([]);
    const [file = ''] = readdirSync(folder);
    const before = readFileSync(join(folder, file), 'utf8');
    chmodSync(folder, 0o777);
    expect(history.record(entry)).toEqual([
      { code: 'not-recorded', message: expect.stringContaining(`chmod go-w '${folder}'`) },
    ]);
    expect(readFileSync(join(folder, file), 'utf8')).toBe(before);
    expect(() => history.read()).toThrow(expect.objectContaining({ reason: 'store-denied' }));
  });

  it.runIf(process.geteuid?.() === 0)('any file of another owner', async () => {
    const records = createRecords(home, guard);
    await records.write(acme);
    chownSync(join(home, 'connections', `${FILE}.json`), 54_321, 54_321);
    await expect(records.read(acme.name)).rejects.toMatchObject({
      reason: 'store-denied',
      advice: { command: expect.stringContaining('sudo chown 0 ') },
    });
    chownSync(home, 54_321, 54_321);
    await expect(records.list()).rejects.toMatchObject({
      reason: 'store-denied',
      advice: { command: `sudo chown -R 0 '${home}'` },
    });
  });
});

describe('doctor', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'connect-wizard-doctor-'));
    for (const path of ['home/connections', 'home/secrets', 'home/requests', 'home/providers']) {
      mkdirSync(join(folder, path), { recursive: true, mode: 0o700 });
    }
    mkdirSync(join(folder, 'state', 'connect-wizard'), { recursive: true, mode: 0o700 });
    for (const path of FILES) {
      writeFileSync(join(folder, path), 'AGE-SECRET-KEY-1', { mode: 0o600 });
    }
  });

  const FILES = [
    'home/identity.age',
    'home/resume.json',
    `home/connections/${FILE}.json`,
    `home/secrets/${FILE}.age`,
    'home/requests/abc.json',
    'home/providers/acme.json',
    'state/connect-wizard/approved.json',
    'state/connect-wizard/history-2026-11.jsonl',
    'passphrase.txt',
  ];

  const look = (more: Readonly<Record<string, string>> = {}, platform = 'linux' as const) => {
    const variables: Readonly<Record<string, string>> = {
      CONNECT_WIZARD_HOME: join(folder, 'home'),
      XDG_STATE_HOME: join(folder, 'state'),
      CONNECT_WIZARD_PASSPHRASE_FILE: join(folder, 'passphrase.txt'),
      ...more,
    };
    const variable = (name: string): string | undefined => variables[name];
    return permissionChecks({
      platform,
      userId: process.geteuid?.(),
      variable,
      folders: createFolders('linux', variable),
    } as Environment);
  };

  it('says that all is well', async () => {
    await expect(look()).resolves.toMatchObject([{ id: 'permissions', ok: true }]);
  });

  it.each(FILES)('sees that others can change %s, and names the command', async (file) => {
    const path = join(folder, file);
    chmodSync(path, 0o602);
    await expect(look()).resolves.toMatchObject([
      { id: `permissions:${path}`, ok: false, verdict: 'store-error' },
    ]);
    const [check] = await look();
    expect(check?.nextStep).toContain(`chmod o-w '${path}'`);
  });

  it.each(['home', 'home/connections', 'home/secrets', 'home/providers', 'state/connect-wizard'])(
    'reports the folder %s once',
    async (name) => {
      const path = join(folder, name);
      chmodSync(path, 0o777);
      await expect(look()).resolves.toMatchObject([{ id: `permissions:${path}`, ok: false }]);
    },
  );

  it('reports a plain identity that others can read, but not one under a passphrase', async () => {
    const identity = join(folder, 'identity.txt');
    writeFileSync(identity, 'AGE-SECRET-KEY-1\n');
    chmodSync(identity, 0o644);
    const [check] = await look({ CONNECT_WIZARD_AGE_IDENTITY: identity });
    expect(check).toMatchObject({ ok: false, nextStep: expect.stringContaining('chmod 600') });
    writeFileSync(identity, 'age-encryption.org/v1\n-> scrypt abc\n');
    await expect(look({ CONNECT_WIZARD_AGE_IDENTITY: identity })).resolves.toMatchObject([
      { ok: true },
    ]);
  });

  it('checks nothing on Windows, and says so', async () => {
    const [check] = await look({}, 'win32' as 'linux');
    expect(check).toMatchObject({ ok: true, detail: expect.stringContaining('Windows') });
  });
});
