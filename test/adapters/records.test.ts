import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRecords } from '../../src/adapters/records.js';
import type { Records } from '../../src/core/ports.js';
import { fakeRecords, freshserviceConnection, gladlyConnection } from '../support/fakes.js';

async function home(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-records-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'home');
}

const acme = freshserviceConnection();
const amy = gladlyConnection();
const FILE = 'freshservice%2Facme.json';

const mode = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

/** The fake that flows are tested with must behave the same. */
describe.each<[string, () => Promise<Records>]>([
  ['files', async () => createRecords(await home())],
  ['the fake', async () => fakeRecords()],
])('records in %s', (_, make) => {
  it('are empty at first', async () => {
    const records = await make();
    await expect(records.list()).resolves.toMatchObject({ connections: [], unreadable: [] });
    await expect(records.read(acme.name)).resolves.toBeUndefined();
    await expect(records.remove(acme.name)).resolves.toBe(false);
  });

  it('are read as they were written, sorted by name', async () => {
    const records = await make();
    await records.write(amy);
    await records.write(acme);
    await expect(records.read(amy.name)).resolves.toEqual(amy);
    await expect(records.list()).resolves.toMatchObject({
      connections: [acme, amy],
      unreadable: [],
    });
  });

  it('are replaced by a second write', async () => {
    const records = await make();
    await records.write(acme);
    await records.write({ ...acme, reason: 'dns' });
    await expect(records.read(acme.name)).resolves.toMatchObject({ reason: 'dns' });
  });

  it('are gone after they are removed', async () => {
    const records = await make();
    await records.write(acme);
    await expect(records.remove(acme.name)).resolves.toBe(true);
    await expect(records.remove(acme.name)).resolves.toBe(false);
    await expect(records.read(acme.name)).resolves.toBeUndefined();
  });

  it('that are written at the same time are not lost', async () => {
    const records = await make();
    const many = Array.from({ length: 20 }, (__, n) => ({
      ...acme,
      name: `n${String(n).padStart(2, '0')}`,
    }));
    await Promise.all([...many, ...many].map((each) => records.write(each)));
    expect((await records.list()).connections).toEqual(many);
  });
});

describe('a record file', () => {
  it('can be read by its owner only, and so can its folders', async () => {
    const folder = await home();
    await createRecords(folder).write(acme);
    expect(await mode(folder)).toBe('700');
    expect(await mode(join(folder, 'connections'))).toBe('700');
    expect(await mode(join(folder, 'connections', FILE))).toBe('600');
  });

  it('is complete, with no other file next to it', async () => {
    const folder = await home();
    const records = createRecords(folder);
    await records.write(acme);
    await records.write({ ...acme, reason: 'timeout' });
    expect(await readdir(join(folder, 'connections'))).toEqual([FILE]);
    const text = await readFile(join(folder, 'connections', FILE), 'utf8');
    expect(JSON.parse(text)).toEqual({ ...acme, reason: 'timeout' });
  });

  it('is replaced and not written into, so that a reader keeps what it opened', async () => {
    const folder = await home();
    const records = createRecords(folder);
    await records.write(acme);
    const before = await stat(join(folder, 'connections', FILE));
    await records.write(acme);
    const after = await stat(join(folder, 'connections', FILE));
    expect(after.ino).not.toBe(before.ino);
  });

  it('can have the longest name', async () => {
    const records = createRecords(await home());
    const long = { ...acme, name: `freshservice/${'x'.repeat(87)}` };
    await records.write(long);
    await expect(records.read(long.name)).resolves.toEqual(long);
  });

  const broken: [string, string, RegExp][] = [
    ['of a newer version', JSON.stringify({ ...acme, v: 2, more: true }), /newer version/u],
    ['of a much newer shape', '{"v":99}', /newer version/u],
    ['cut off', JSON.stringify(acme).slice(0, 50), /damaged/u],
    ['empty', '', /damaged/u],
    ['null', 'null', /damaged/u],
    ['a list', '[]', /damaged/u],
    ['with an unknown reason', JSON.stringify({ ...acme, reason: 'mood' }), /damaged/u],
    ['of another name', JSON.stringify(amy), /damaged/u],
    ['with an invalid time', JSON.stringify({ ...acme, verifiedAt: 'yesterday' }), /damaged/u],
    ['without a host', JSON.stringify({ ...acme, host: undefined }), /damaged/u],
  ];

  it.each(broken)('is unreadable, stops no other, and stays as it is: %s', async (_, text, why) => {
    const folder = await home();
    const records = createRecords(folder);
    await records.write(acme);
    await records.write(amy);
    const path = join(folder, 'connections', FILE);
    await writeFile(path, text);
    await expect(records.list()).resolves.toMatchObject({
      connections: [amy],
      unreadable: [{ name: acme.name, why: expect.stringMatching(why) as string }],
    });
    await expect(records.read(acme.name)).rejects.toMatchObject({ reason: 'store-corrupt' });
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('is not seen in other files of the folder', async () => {
    const folder = await home();
    const records = createRecords(folder);
    await records.write(acme);
    await writeFile(join(folder, 'connections', 'notes.txt'), 'x');
    await writeFile(join(folder, 'connections', '%E0%A4%A.json'), '{}');
    await writeFile(join(folder, 'connections', `${FILE}.1234.tmp`), '{"v":');
    for (const alias of ['freshservice%2facme.json', '%66reshservice%2Facme.json']) {
      await writeFile(join(folder, 'connections', alias), JSON.stringify(acme));
    }
    await expect(records.list()).resolves.toMatchObject({ connections: [acme], unreadable: [] });
  });

  it('is unreadable if it is a folder', async () => {
    const folder = await home();
    await mkdir(join(folder, 'connections', FILE), { recursive: true });
    const { unreadable } = await createRecords(folder).list();
    expect(unreadable).toMatchObject([
      { name: acme.name, why: expect.stringContaining('is not a file') as string },
    ]);
  });
});

describe('a home that cannot be used', () => {
  it('because it is a file is store-unavailable', async () => {
    const folder = await home();
    await writeFile(folder, 'not a folder');
    const records = createRecords(folder);
    await expect(records.write(acme)).rejects.toMatchObject({
      name: 'StoreError',
      reason: 'store-unavailable',
    });
    await expect(records.list()).rejects.toMatchObject({ name: 'StoreError' });
    await expect(records.remove(acme.name)).rejects.toMatchObject({ name: 'StoreError' });
  });

  // The kernel refuses even root there.
  it.runIf(process.platform === 'linux')(
    'because it may not be written is store-denied',
    async () => {
      const records = createRecords('/sys/kernel/connect-wizard');
      await expect(records.write(acme)).rejects.toMatchObject({ reason: 'store-denied' });
    },
  );

  it('has no half-written file', async () => {
    const folder = await home();
    await mkdir(join(folder, 'connections', FILE, 'in-the-way'), { recursive: true });
    await expect(createRecords(folder).write(acme)).rejects.toMatchObject({ name: 'StoreError' });
    expect(await readdir(join(folder, 'connections'))).toEqual([FILE]);
  });
});
