import type * as Fs from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createFile, replaceFile } from '../../src/adapters/files.js';
import { createRecords } from '../../src/adapters/records.js';
import { freshserviceConnection } from '../support/fakes.js';

/** The calls that fail in a test, with the error code. */
const faults = vi.hoisted(() => new Map<string, string>());

/** The error of a call, if a test wants it to fail. */
function fault(name: string): Error | undefined {
  const code = faults.get(name);
  if (code === undefined) return undefined;
  const errno = -((constants.errno as Record<string, number>)[code] ?? 0);
  // As Node names them; https://docs.libuv.org/en/v1.x/errors.html lists those it knows.
  const unknown = code === 'ESTALE' || code === 'EDQUOT';
  return Object.assign(new Error(code), {
    errno,
    code: unknown ? `Unknown system error ${errno}` : code,
  });
}

vi.mock('node:fs', async (original) => {
  const own = await original<typeof Fs>();
  return {
    ...own,
    readSync: (...args: Parameters<typeof own.readSync>) => {
      const error = fault('read');
      if (error) throw error;
      return own.readSync(...args);
    },
    readFileSync: (...args: Parameters<typeof own.readFileSync>) => {
      const error = typeof args[0] === 'number' ? fault('read') : undefined;
      if (error) throw error;
      return own.readFileSync(...args);
    },
    linkSync: (...args: Parameters<typeof own.linkSync>) => {
      const error = fault('link');
      if (error) throw error;
      own.linkSync(...args);
    },
    fsync: (file: number, done: (error: Error | null) => void) => {
      const error = fault('fsync');
      if (error) done(error);
      else own.fsync(file, done);
    },
  };
});
afterEach(() => faults.clear());

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-faults-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('a record that the system does not read', () => {
  it.each([
    ['EACCES', 'store-denied', 'permissions'],
    ['EPERM', 'store-denied', 'permissions'],
    ['EMFILE', 'store-unavailable', 'ulimit'],
    ['EIO', 'store-unavailable', 'disk'],
    ['ESTALE', 'store-unavailable', 'network share'],
    ['EFAULT', 'store-unavailable', 'folder'],
  ])('is not called damaged: %s is %s', async (code, reason, next) => {
    const acme = freshserviceConnection();
    const records = createRecords(await emptyFolder());
    await records.write(acme);
    faults.set('read', code);
    const refused = { reason, advice: { next: expect.stringContaining(next) as string } };
    await expect(records.read(acme.name)).rejects.toMatchObject(refused);
    await expect(records.list()).resolves.toMatchObject({
      connections: [],
      unreadable: [{ name: acme.name, why: expect.stringContaining(code) as string, refused }],
    });
  });
});

describe('a file system without hard links', () => {
  it.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR', 'EACCES'])(
    'keeps a new file (%s)',
    async (code) => {
      faults.set('link', code);
      const folder = await emptyFolder();
      const path = join(folder, 'new');
      await expect(createFile('it', path, 'text')).resolves.toBe(true);
      expect(await readFile(path, 'utf8')).toBe('text');
      expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600');
      expect(await readdir(folder)).toEqual(['new']);
    },
  );

  it('replaces no file', async () => {
    faults.set('link', 'EPERM');
    const folder = await emptyFolder();
    await writeFile(join(folder, 'old'), 'precious');
    await expect(createFile('it', join(folder, 'old'), 'text')).resolves.toBe(false);
    expect(await readFile(join(folder, 'old'), 'utf8')).toBe('precious');
    expect(await readdir(folder)).toEqual(['old']);
  });
});

describe('a file system that cannot flush', () => {
  it.each(['EINVAL', 'ENOTSUP', 'ENOSYS', 'EPERM'])('still keeps a file (%s)', async (code) => {
    faults.set('fsync', code);
    const path = join(await emptyFolder(), 'file');
    await replaceFile('it', path, 'text');
    expect(await readFile(path, 'utf8')).toBe('text');
  });

  it.each(['EIO', 'ENOSPC', 'EDQUOT'])(
    'does not keep a file if the disk fails (%s)',
    async (code) => {
      faults.set('fsync', code);
      const folder = await emptyFolder();
      await expect(replaceFile('it', join(folder, 'file'), 'text')).rejects.toMatchObject({
        reason: 'store-unavailable',
      });
      expect(await readdir(folder)).toEqual([]);
    },
  );
});
