import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createAgeFile } from '../../src/adapters/age-file.js';
import { createApprovals } from '../../src/adapters/approvals.js';
import { createHistory } from '../../src/adapters/history.js';
import { NO_GUARD } from '../../src/adapters/file-guard.js';
import { createRecords } from '../../src/adapters/records.js';
import { createRequestFiles } from '../../src/adapters/request-files.js';
import { createResumeFile } from '../../src/adapters/resume-file.js';
import { Secret } from '../../src/core/secret.js';
import { fakeClock } from '../support/fakes.js';

/*
 * A checkout of a shared folder may have a link to anything instead of a file. A read of it may
 * never end, or never begin.
 */

describe.each([
  ['a link to a device that never ends', (path: string) => symlinkSync('/dev/zero', path)],
  ['a link to a file of the system that claims to be empty', linkToPages],
  ['a pipe that nobody writes to', (path: string) => execFileSync('mkfifo', [path])],
  ['a file of many gigabytes', makeLarge],
])('%s', (_, make) => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'connect-wizard-odd-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    for (const folder of ['connections', 'secrets', 'requests']) mkdirSync(join(home, folder));
  });

  it('is an unreadable record', async () => {
    make(join(home, 'connections', 'a%2Fb.json'));
    const { unreadable } = await createRecords(home).list();
    expect(unreadable).toEqual([expect.objectContaining({ name: 'a/b' })]);
    await expect(createRecords(home).read('a/b')).rejects.toThrow('The record of a/b');
  });

  it('is an unreadable request', async () => {
    make(join(home, 'requests', 'abcdefg2.json'));
    const { unreadable } = await createRequestFiles(home).list();
    expect(unreadable).toHaveLength(1);
  });

  it('is ignored as the file of kept places', async () => {
    make(join(home, 'resume.json'));
    await expect(createResumeFile(home).read('brindle')).resolves.toBeUndefined();
  });

  it('is an unreadable history', () => {
    make(join(home, 'history-2026-11.jsonl'));
    const history = createHistory({ folder: home, clock: fakeClock(), facts, off: false });
    expect(() => history.read()).toThrow('The history could not be read');
  });

  it('approves nothing', async () => {
    make(join(home, 'approved.json'));
    expect(() => createApprovals(home, NO_GUARD).has('programs', '/bin/x')).toThrow('approved');
  });

  it.each(['identity.age', 'secrets/a%2Fb.age'])('is refused as %s', async (file) => {
    if (file !== 'identity.age') writeFileSync(join(home, 'identity.age'), 'no identity');
    else writeFileSync(join(home, 'secrets', 'a%2Fb.age'), 'no secret');
    make(join(home, file));
    const store = createAgeFile({
      home,
      variable: () => undefined,
      expand: (given) => given,
      passphrase: {
        missing: undefined,
        get: async () => ({ secret: new Secret('the passphrase'), typed: false }),
        choose: async () => new Secret('the passphrase'),
        refuse: () => {},
        made: () => {},
      },
    });
    await expect(store.getPassword('a/b')).rejects.toMatchObject({
      reason: expect.stringMatching(/^store-(?:denied|corrupt)$/u) as string,
    });
  });
});

const facts = () => ({ version: '1.2.3', user: 'ines', terminal: false });

/** Links to a file of this process with 128 GiB and more, whose size is said to be 0 (proc(5), pagemap). */
function linkToPages(path: string): void {
  symlinkSync('/proc/self/pagemap', path);
}

function makeLarge(path: string): void {
  writeFileSync(path, '');
  truncateSync(path, 8 * 1024 ** 3);
}
