import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRequestFiles } from '../../src/adapters/request-files.js';
import { closeRequest, type RequestRecord } from '../../src/core/sealed/request.js';

const record: RequestRecord = {
  v: 2,
  name: 'request/k3v7q2xm',
  provider: 'lumina',
  host: null,
  fields: {},
  asks: ['accessKey'],
  needs: [],
  createdAt: '2026-11-20T18:00:00.000Z',
  recipient: 'age1x',
  store: 'keychain',
  from: 'Ines Okafor',
};

async function home(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-requests-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('the files of requests', () => {
  it('are missing in a new home, and a look makes none', async () => {
    const folder = await home();
    expect(await createRequestFiles(folder).list()).toEqual({
      open: [],
      closed: [],
      unreadable: [],
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('are private, named by their ids, and replaced if the request is closed', async () => {
    const folder = await home();
    const requests = createRequestFiles(folder);
    await requests.write(record);
    const path = join(folder, 'requests', 'k3v7q2xm.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'requests'))).mode & 0o777).toBe(0o700);
    expect((await requests.list()).open).toEqual([record]);

    const closed = closeRequest(record, 'ended', new Date(record.createdAt));
    await requests.write(closed);
    expect(await requests.list()).toEqual({ open: [], closed: [closed], unreadable: [] });
    expect(await readFile(path, 'utf8')).not.toContain('age1x');
  });

  it('are sorted, and unreadable ones are listed apart', async () => {
    const folder = await home();
    const requests = createRequestFiles(folder);
    await requests.write({ ...record, name: 'request/zzzzzzzz' });
    await requests.write(record);
    await mkdir(join(folder, 'requests', 'dddddddd.json'));
    await writeFile(join(folder, 'requests', 'aaaaaaaa.json'), '{"v":3}');
    await writeFile(join(folder, 'requests', 'bbbbbbbb.json'), '{"v":2,');
    await writeFile(join(folder, 'requests', 'cccccccc.json'), JSON.stringify(record));
    await writeFile(join(folder, 'requests', 'notes.txt'), 'mine');
    const { open, unreadable } = await requests.list();
    expect(open.map(({ name }) => name)).toEqual(['request/k3v7q2xm', 'request/zzzzzzzz']);
    expect(unreadable.map(({ name }) => name)).toEqual([
      'request/aaaaaaaa',
      'request/bbbbbbbb',
      'request/cccccccc',
      'request/dddddddd',
    ]);
  });

  it('are removed, however often that is repeated', async () => {
    const requests = createRequestFiles(await home());
    await requests.write(record);
    expect(await requests.remove(record.name)).toBe(true);
    expect(await requests.remove(record.name)).toBe(false);
  });

  it('are never written over a folder', async () => {
    const folder = await home();
    await mkdir(join(folder, 'requests', 'k3v7q2xm.json'), { recursive: true });
    await chmod(join(folder, 'requests'), 0o700);
    await expect(createRequestFiles(folder).write(record)).rejects.toThrow('not a file');
  });
});
