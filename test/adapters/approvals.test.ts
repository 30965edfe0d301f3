import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createApprovals } from '../../src/adapters/approvals.js';
import { createFileGuard } from '../../src/adapters/file-guard.js';
import type { Approvals } from '../../src/core/ports.js';

describe('an approval on this machine', () => {
  const guard = createFileGuard({ platform: 'linux', userId: process.geteuid?.() });
  let folder: string;
  let approvals: Approvals;
  const path = (): string => join(folder, 'approved.json');

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'approvals-')), 'state');
    approvals = createApprovals(folder, guard);
  });

  it('is missing at first, and a look makes no file', () => {
    expect(approvals.has('programs', '/usr/bin/docker-credential-acme')).toBe(false);
    expect(statSync(folder, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('is kept by kind, in a file for this user alone', async () => {
    await approvals.add('programs', '/usr/bin/docker-credential-acme');
    await approvals.add('providers', 'a1');
    const again = createApprovals(folder, guard);
    expect(again.has('programs', '/usr/bin/docker-credential-acme')).toBe(true);
    expect(again.has('programs', '/bin/docker-credential-acme')).toBe(false);
    expect(again.has('providers', 'a1')).toBe(true);
    expect(again.has('programs', 'a1')).toBe(false);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path(), 'utf8'))).toEqual({
      v: 1,
      programs: ['/usr/bin/docker-credential-acme'],
      providers: ['a1'],
    });
  });

  it('can be given twice, and withdrawn twice', async () => {
    await approvals.add('providers', 'a1');
    await approvals.add('providers', 'b2');
    await approvals.add('providers', 'a1');
    await approvals.remove('providers', 'a1');
    await approvals.remove('providers', 'a1');
    expect(approvals.has('providers', 'a1')).toBe(false);
    expect(approvals.has('providers', 'b2')).toBe(true);
  });

  it('is not lost if several are given at once', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `id-${index}`);
    await Promise.all(ids.map((id) => createApprovals(folder, guard).add('providers', id)));
    expect(ids.filter((id) => !approvals.has('providers', id))).toEqual([]);
  });

  it.each([
    ['not JSON', '{', 'is damaged'],
    ['of another shape', '{"v":1,"programs":"all","providers":[]}', 'is damaged'],
    ['of a newer version', '{"v":2}', 'a newer version of connect-wizard wrote'],
  ])('is neither read nor overwritten if its file is %s', async (_, text, why) => {
    await approvals.add('providers', 'a1');
    writeFileSync(path(), text);
    expect(() => approvals.has('providers', 'a1')).toThrow(why);
    await expect(approvals.add('providers', 'b2')).rejects.toThrow(why);
    expect(readFileSync(path(), 'utf8')).toBe(text);
  });

  it('is not believed if others can write its file', async () => {
    await approvals.add('providers', 'a1');
    chmodSync(path(), 0o666);
    expect(() => approvals.has('providers', 'a1')).toThrow(/others can change it/u);
    await expect(approvals.add('providers', 'b2')).rejects.toThrow(/others can change it/u);
  });
});
