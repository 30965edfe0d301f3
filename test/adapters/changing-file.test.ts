import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createFileGuard } from '../../src/adapters/file-guard.js';
import { createProviderFiles } from '../../src/adapters/provider-files.js';

/** What somebody else does to the file between two reads. */
const meanwhile = vi.hoisted(() => ({ happens: (): void => {} }));

vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>();
  const readSync = ((...args: Parameters<typeof original.readSync>) => {
    const read = original.readSync(...args);
    meanwhile.happens();
    return read;
  }) as typeof original.readSync;
  return { ...original, readSync };
});

function provider(content: string) {
  const folder = fs.mkdtempSync(join(tmpdir(), 'connect-wizard-changing-'));
  onTestFinished(() => {
    meanwhile.happens = () => {};
    fs.rmSync(folder, { recursive: true, force: true });
  });
  fs.mkdirSync(join(folder, 'providers'), { mode: 0o700 });
  const path = join(folder, 'providers', 'acme.json');
  fs.writeFileSync(path, content, { mode: 0o600 });
  const guard = createFileGuard({ platform: process.platform, userId: process.geteuid?.() });
  return {
    path,
    files: createProviderFiles(
      () => folder,
      guard,
      (typed) => typed,
    ),
  };
}

const CHANGES: readonly (readonly [what: string, change: (path: string) => void])[] = [
  ['grows', (path) => fs.appendFileSync(path, ' ')],
  ['shrinks', (path) => fs.truncateSync(path, 3)],
  ['is emptied', (path) => fs.truncateSync(path, 0)],
  ['is rewritten with the same length', (path) => fs.writeFileSync(path, '{"id":"other"}')],
];

describe('a definition that changes while it is read', () => {
  it.each(CHANGES)('is not used if it %s', (_, change) => {
    const { path, files } = provider('{"id":"first"}');
    const then = new Date(Date.now() - 60_000);
    fs.utimesSync(path, then, then);
    meanwhile.happens = () => {
      meanwhile.happens = () => {};
      change(path);
    };
    expect(files.read('acme')).toEqual({ fault: 'it changed while it was read: try again' });
  });

  it('is read as it was if another file replaces it', () => {
    const { path, files } = provider('{"id":"first"}');
    meanwhile.happens = () => {
      meanwhile.happens = () => {};
      fs.writeFileSync(`${path}.new`, '{"id":"other"}');
      fs.renameSync(`${path}.new`, path);
    };
    expect(files.read('acme')).toEqual({ bytes: Buffer.from('{"id":"first"}') });
  });
});
