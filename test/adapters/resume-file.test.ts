import { spawnSync } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createResumeFile } from '../../src/adapters/resume-file.js';
import { createMemoryResumePoints } from '../../src/adapters/memory.js';
import type { ResumePoint } from '../../src/core/resume-point.js';
import type { ResumePoints } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';
import { EMAIL, fakeResumePoints, NOW } from '../support/fakes.js';

const FILE = 'resume.json';

async function home(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-resume-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'home');
}

/** A home with that file in it, and nothing else. */
async function homeWith(text: string): Promise<string> {
  const folder = await home();
  await mkdir(folder);
  await writeFile(join(folder, FILE), text);
  return folder;
}

const acme: ResumePoint = {
  provider: 'freshservice',
  fields: { domain: 'acme' },
  field: 'apiKey',
  words: {},
  part: null,
  options: {},
  savedAt: NOW,
};

/** It has everything that a place can have. */
const amy: ResumePoint = {
  provider: 'gladly',
  fields: { slug: 'acme.us-1', email: EMAIL },
  field: 'token',
  words: { admin: 'Ines "the admin" Okafor', mail: EMAIL },
  part: 'no-api-tokens',
  options: { name: 'care', store: 'helper:pass', needs: ['agents.read', 'teams.read'] },
  savedAt: '2026-11-21T08:30:00.000Z',
};

const fileOf = (...places: readonly ResumePoint[]): string =>
  JSON.stringify({
    v: 1,
    bookmarks: Object.fromEntries(places.map((each) => [each.provider, each])),
  });

describe.each<[string, () => Promise<ResumePoints>]>([
  ['a file', async () => createResumeFile(await home())],
  ['memory', async () => createMemoryResumePoints()],
  ['the fake', async () => fakeResumePoints()],
])('places in %s', (_, make) => {
  it('are empty at first', async () => {
    const resumePoints = await make();
    await expect(resumePoints.read('gladly')).resolves.toBeUndefined();
    await expect(resumePoints.read('constructor')).resolves.toBeUndefined();
    await expect(resumePoints.remove('gladly')).resolves.toBeUndefined();
  });

  it('are read as they were written, one for each provider', async () => {
    const resumePoints = await make();
    await resumePoints.write(acme);
    await resumePoints.write(amy);
    await expect(resumePoints.read('freshservice')).resolves.toEqual(acme);
    await expect(resumePoints.read('gladly')).resolves.toEqual(amy);
  });

  it('are replaced by the last one of the provider', async () => {
    const resumePoints = await make();
    await resumePoints.write(amy);
    await resumePoints.write({ ...amy, part: null, words: {} });
    await expect(resumePoints.read('gladly')).resolves.toEqual({ ...amy, part: null, words: {} });
  });

  it('do not change with the answers later', async () => {
    const resumePoints = await make();
    const fields = { domain: 'acme' };
    await resumePoints.write({ ...acme, fields });
    fields.domain = 'other';
    await expect(resumePoints.read('freshservice')).resolves.toEqual(acme);
  });

  it('are removed one by one, however often that is repeated', async () => {
    const resumePoints = await make();
    await resumePoints.write(acme);
    await resumePoints.write(amy);
    await resumePoints.remove('gladly');
    await resumePoints.remove('gladly');
    await expect(resumePoints.read('gladly')).resolves.toBeUndefined();
    await expect(resumePoints.read('freshservice')).resolves.toEqual(acme);
    await resumePoints.remove('freshservice');
    await expect(resumePoints.read('freshservice')).resolves.toBeUndefined();
    await resumePoints.write(amy);
    await expect(resumePoints.read('gladly')).resolves.toEqual(amy);
  });
});

const mode = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

describe('the file', () => {
  it('can be read by its owner only, and so can its folder', async () => {
    const folder = await home();
    await createResumeFile(folder).write(acme);
    expect(await mode(folder)).toBe('700');
    expect(await mode(join(folder, FILE))).toBe('600');
  });

  it('has the documented form, with no other file next to it', async () => {
    const folder = await home();
    const resumePoints = createResumeFile(folder);
    await resumePoints.write(acme);
    await resumePoints.write(amy);
    expect(await readdir(folder)).toEqual([FILE]);
    expect(JSON.parse(await readFile(join(folder, FILE), 'utf8'))).toEqual({
      v: 1,
      bookmarks: { freshservice: acme, gladly: amy },
    });
  });

  it('is deleted with its last place', async () => {
    const folder = await home();
    const resumePoints = createResumeFile(folder);
    await resumePoints.write(acme);
    await resumePoints.write(amy);
    await resumePoints.remove('freshservice');
    expect(await readdir(folder)).toEqual([FILE]);
    await resumePoints.remove('gladly');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is not made, and neither is its folder, if there is nothing to keep', async () => {
    const folder = await home();
    const resumePoints = createResumeFile(folder);
    await resumePoints.read('gladly');
    await resumePoints.remove('gladly');
    await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is replaced and not written into, so that a reader keeps what it opened', async () => {
    const folder = await home();
    const resumePoints = createResumeFile(folder);
    await resumePoints.write(acme);
    const before = await stat(join(folder, FILE));
    await resumePoints.write(acme);
    expect((await stat(join(folder, FILE))).ino).not.toBe(before.ino);
  });
});

describe('a place', () => {
  const broken: [string, unknown][] = [
    ['that is null', null],
    ['that is a list', [acme]],
    ['of another provider', amy],
    ['without fields', { ...acme, fields: undefined }],
    ["with a field that isn't text", { ...acme, fields: { domain: 1 } }],
    ['with fields in a list', { ...acme, fields: ['acme'] }],
    ["with a word that isn't text", { ...acme, words: { admin: null } }],
    ['without a part', { ...acme, part: undefined }],
    ["with a part that isn't text", { ...acme, part: 1 }],
    ['without options', { ...acme, options: undefined }],
    ["with a name that isn't text", { ...acme, options: { name: 1 } }],
    ['with a store that is null', { ...acme, options: { store: null } }],
    ["with needs that aren't a list", { ...acme, options: { needs: 'agents.read' } }],
    ["with a need that isn't text", { ...acme, options: { needs: [1] } }],
    ['with a time in words', { ...acme, savedAt: 'yesterday' }],
    ['with an impossible time', { ...acme, savedAt: '2026-13-41T99:00:00.000Z' }],
  ];

  it.each(broken)('%s is ignored, stops no other, and can be replaced', async (_, place) => {
    const folder = await homeWith(
      JSON.stringify({ v: 1, bookmarks: { freshservice: place, gladly: amy } }),
    );
    const resumePoints = createResumeFile(folder);
    await expect(resumePoints.read('freshservice')).resolves.toBeUndefined();
    await expect(resumePoints.read('gladly')).resolves.toEqual(amy);
    await resumePoints.write(acme);
    await expect(resumePoints.read('freshservice')).resolves.toEqual(acme);
    await expect(resumePoints.read('gladly')).resolves.toEqual(amy);
  });

  it('of an unknown provider is kept', async () => {
    const other = { 'other-desk': { anything: true } };
    const folder = await homeWith(JSON.stringify({ v: 1, bookmarks: other }));
    const resumePoints = createResumeFile(folder);
    await resumePoints.write(acme);
    await resumePoints.remove('freshservice');
    expect(JSON.parse(await readFile(join(folder, FILE), 'utf8'))).toEqual({
      v: 1,
      bookmarks: other,
    });
  });
});

describe('a file that cannot be read', () => {
  const foreign: [string, string, RegExp][] = [
    ['of a newer version', JSON.stringify({ v: 2, bookmarks: { gladly: amy } }), /newer version/u],
    ['of a much newer shape', '{"v":99}', /newer version/u],
    ['cut off', fileOf(amy).slice(0, 40), /is damaged/u],
    ['empty', '', /is damaged/u],
    ['null', 'null', /is damaged/u],
    ['a text', '"v"', /is damaged/u],
    ['a list', '[]', /is damaged/u],
    ['without a version', JSON.stringify({ bookmarks: { gladly: amy } }), /is damaged/u],
    ['with a version in words', JSON.stringify({ v: '1', bookmarks: {} }), /is damaged/u],
    ['without places', '{"v":1}', /is damaged/u],
    ['with places in a list', '{"v":1,"bookmarks":[]}', /is damaged/u],
    ['with places that are null', '{"v":1,"bookmarks":null}', /is damaged/u],
  ];

  it.each(foreign)('because it is %s has no places, and stays as it is', async (_, text, why) => {
    const folder = await homeWith(text);
    const path = join(folder, FILE);
    const resumePoints = createResumeFile(folder);
    await expect(resumePoints.read('gladly')).resolves.toBeUndefined();
    await expect(resumePoints.remove('gladly')).resolves.toBeUndefined();
    await expect(resumePoints.write(amy)).rejects.toMatchObject({
      name: 'StoreError',
      reason: 'store-corrupt',
      advice: {
        why: expect.stringMatching(why) as string,
        next: expect.stringContaining('move the file away') as string,
      },
    });
    await expect(resumePoints.write(amy)).rejects.toThrow(path);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('because it is a folder has no places, and stays', async () => {
    const folder = await home();
    await mkdir(join(folder, FILE), { recursive: true });
    const resumePoints = createResumeFile(folder);
    await expect(resumePoints.read('gladly')).resolves.toBeUndefined();
    await expect(resumePoints.remove('gladly')).resolves.toBeUndefined();
    await expect(resumePoints.write(amy)).rejects.toMatchObject({ name: 'StoreError' });
    expect((await stat(join(folder, FILE))).isDirectory()).toBe(true);
  });

  it('because it is a link is not replaced', async () => {
    const folder = await home();
    await mkdir(folder);
    const elsewhere = join(folder, 'elsewhere.json');
    await writeFile(elsewhere, fileOf(acme));
    await symlink(elsewhere, join(folder, FILE));
    const resumePoints = createResumeFile(folder);
    await expect(resumePoints.write(amy)).rejects.toMatchObject({ reason: 'store-denied' });
    await expect(resumePoints.remove('freshservice')).rejects.toMatchObject({
      reason: 'store-denied',
    });
    expect(await readFile(elsewhere, 'utf8')).toBe(fileOf(acme));
  });
});

describe('a home that cannot be used', () => {
  it('because it is a file keeps no place, and says so', async () => {
    const folder = await home();
    await writeFile(folder, 'not a folder');
    const resumePoints = createResumeFile(folder);
    await expect(resumePoints.read('gladly')).resolves.toBeUndefined();
    await expect(resumePoints.remove('gladly')).resolves.toBeUndefined();
    await expect(resumePoints.write(amy)).rejects.toMatchObject({
      name: 'StoreError',
      reason: 'store-unavailable',
    });
  });

  // The kernel refuses even root there.
  it.runIf(process.platform === 'linux')(
    'because it may not be written is store-denied',
    async () => {
      const resumePoints = createResumeFile('/sys/kernel/connect-wizard');
      await expect(resumePoints.write(amy)).rejects.toMatchObject({ reason: 'store-denied' });
    },
  );

  it('because nothing can be removed is store-denied', async () => {
    const folder = await homeWith(fileOf(amy));
    await forbidChanges(folder);
    await expect(createResumeFile(folder).remove('gladly')).rejects.toMatchObject({
      reason: 'store-denied',
    });
  });
});

/** Containers run tests as root, which ignores permissions but not a read-only file system. */
async function forbidChanges(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) {
    await chmod(folder, 0o500);
    onTestFinished(() => chmod(folder, 0o700));
    return;
  }
  expect(spawnSync('mount', ['--bind', folder, folder]).status).toBe(0);
  onTestFinished(() => void spawnSync('umount', [folder]));
  expect(spawnSync('mount', ['-o', 'remount,bind,ro', folder]).status).toBe(0);
}

it('a secret is redacted from the values of a place, and never from its keys', async () => {
  for (const secret of ['bookmarks', 'domain', 'its-secret-key']) remember(secret);
  const resumePoints = createResumeFile(await home());
  await resumePoints.write({ ...acme, words: { note: 'my its-secret-key' } });
  await expect(resumePoints.read('freshservice')).resolves.toMatchObject({
    fields: { domain: 'acme' },
    words: { note: 'my [redacted]' },
  });
});

function remember(value: string): Secret {
  return new Secret(value);
}
