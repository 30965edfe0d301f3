import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFileGuard } from '../../src/adapters/file-guard.js';
import { createProviderFiles } from '../../src/adapters/provider-files.js';
import { StoreError, UsageError } from '../../src/core/errors.js';

function home() {
  const folder = mkdtempSync(join(tmpdir(), 'connect-wizard-providers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'providers'), { mode: 0o700 });
  const guard = createFileGuard({ platform: process.platform, userId: process.geteuid?.() });
  const files = createProviderFiles(
    () => folder,
    guard,
    (path) => path,
  );
  const put = (name: string, content = '{}'): string => {
    const path = join(folder, 'providers', name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  return { folder, files, put };
}

const posixOnly = process.platform === 'win32' ? it.skip : it;

describe('the folder of own definitions', () => {
  it('lists the names that can be ids', () => {
    const { files, put } = home();
    for (const name of [
      'b.json',
      'a-1.json',
      'A.json',
      '1.json',
      'a--b.json',
      'x.json.bak',
      '.json',
    ]) {
      put(name);
    }
    expect(files.ids()).toEqual(['a-1', 'b']);
  });

  it('may be missing, and so may the home', () => {
    const guard = createFileGuard({ platform: 'linux', userId: 0 });
    const none = createProviderFiles(
      () => '/nowhere/at/all',
      guard,
      (path) => path,
    );
    expect([none.ids(), none.read('acme'), none.remove('acme')]).toEqual([[], undefined, false]);
    const homeless = createProviderFiles(
      () => {
        throw new UsageError({ what: 'There is no home', next: 'Set one.' });
      },
      guard,
      (path) => path,
    );
    expect(homeless.ids()).toEqual([]);
  });

  it('keeps a file for its owner only until it is removed', async () => {
    const { files } = home();
    await files.write('acme', '{"id":"acme"}');
    expect(files.read('acme')).toEqual({ bytes: Buffer.from('{"id":"acme"}') });
    if (process.platform !== 'win32') {
      expect(statSync(files.pathOf('acme')).mode & 0o777).toBe(0o600);
    }
    expect([files.remove('acme'), files.remove('acme'), files.ids()]).toEqual([true, false, []]);
  });

  it('reads no more of a file than a definition may have', () => {
    const { files, put } = home();
    put('large.json', 'x'.repeat(1_000_000));
    const file = files.read('large');
    expect(file && 'bytes' in file && file.bytes.length).toBe(64 * 1024 + 1);
  });

  posixOnly('reports a folder, a pipe and a link, and never waits', () => {
    const { folder, files, put } = home();
    mkdirSync(join(folder, 'providers', 'folder.json'));
    execFileSync('mkfifo', [join(folder, 'providers', 'pipe.json')]);
    symlinkSync(put('real.json'), join(folder, 'providers', 'link.json'));
    expect(files.read('folder')).toEqual({ fault: 'it is a folder, and no file' });
    expect(files.read('pipe')).toEqual({ fault: 'it is no regular file' });
    expect(files.read('link')).toEqual({ fault: 'it is a link to another place, and no file' });
  });

  posixOnly('refuses a file that others can write', () => {
    const { folder, files, put } = home();
    const path = put('open.json');
    chmodSync(path, 0o620);
    expect(() => files.read('open')).toThrow(StoreError);
    chmodSync(path, 0o600);
    chmodSync(join(folder, 'providers'), 0o777);
    expect(() => files.read('open')).toThrow(/others can change it/u);
  });
});

describe('a file at any path', () => {
  posixOnly('is read, and named with its real path', () => {
    const { folder, files, put } = home();
    const real = put('real.json', '{"a":1}');
    symlinkSync(real, join(folder, 'link.json'));
    const { path } = files.readAny(join(folder, 'link.json'));
    expect(path.endsWith(join('providers', 'real.json'))).toBe(true);
  });

  it('has to exist', () => {
    const { folder, files } = home();
    expect(() => files.readAny(join(folder, 'none.json'))).toThrow(/no such file/u);
  });
});
