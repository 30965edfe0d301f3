import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createFileGuard } from '../../src/adapters/file-guard.js';
import { StoreError, type Advice } from '../../src/core/errors.js';

const USER = process.geteuid?.() ?? 0;
const WHAT = 'The record could not be read';

function mount(...args: string[]): void {
  expect(spawnSync('mount', args).status).toBe(0);
}

function refusal(check: () => unknown): Advice {
  try {
    check();
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ reason: 'store-denied' });
    return (error as StoreError).advice;
  }
  throw new Error('nothing was refused');
}

describe('a guarded file', () => {
  const guard = createFileGuard({ platform: 'linux', userId: USER });
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "guard's-")), 'home');
    file = join(folder, 'a file.json');
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(file, '{}', { mode: 0o600 });
  });

  const quotedFile = (): string => `'${file.replaceAll("'", String.raw`'\''`)}'`;
  const quotedFolder = (): string => `'${folder.replaceAll("'", String.raw`'\''`)}'`;

  it.each([0o600, 0o644, 0o400, 0o755])('passes if only its owner can write it (%o)', (mode) => {
    chmodSync(file, mode);
    expect(() => guard.checkFile(WHAT, file)).not.toThrow();
  });

  it.each([
    [0o620, 'g-w'],
    [0o602, 'o-w'],
    [0o666, 'go-w'],
  ])(
    'is refused if others can write it (%o), with the command that changes that',
    (mode, change) => {
      chmodSync(file, mode);
      const advice = refusal(() => guard.checkFile(WHAT, file));
      expect(advice).toEqual({
        what: WHAT,
        why: `${file}: others can change it (its permissions are ${mode.toString(8)})`,
        next: 'Run:',
        command: `chmod ${change} ${quotedFile()}`,
      });
    },
  );

  it.each([0o640, 0o604, 0o644])(
    'is refused if it is secret and others can read it (%o)',
    (mode) => {
      chmodSync(file, mode);
      const advice = refusal(() => guard.checkFile(WHAT, file, { secret: true }));
      expect(advice.why).toContain('others can read it');
      expect(advice.command).toBe(`chmod 600 ${quotedFile()}`);
    },
  );

  it('is refused if others can write its folder', () => {
    chmodSync(folder, 0o777);
    expect(refusal(() => guard.checkFile(WHAT, file)).command).toBe(`chmod go-w ${quotedFolder()}`);
  });

  it('is refused with a command for everything in it if it is a folder', () => {
    chmodSync(folder, 0o770);
    expect(refusal(() => guard.checkFolder(WHAT, folder)).command).toBe(
      `chmod -R g-w ${quotedFolder()}`,
    );
  });

  it('is refused if it belongs to another user than this one and root', () => {
    const other = USER === 0 ? 54_321 : USER;
    const me = USER === 0 ? 0 : USER + 1;
    if (USER === 0) chownSync(file, other, 0);
    const mine = createFileGuard({ platform: 'linux', userId: me });
    const advice = refusal(() => mine.checkFile(WHAT, file));
    expect(advice.why).toContain('it belongs to another user');
    expect(advice.command).toContain(`sudo chown ${me} `);
  });

  /** A file of root's that everybody can read. For root, only a read-only mount cannot be changed. */
  function rootsOwn(): string {
    if (USER !== 0) return '/proc/version';
    const mounted = join(folder, 'mounted');
    mkdirSync(mounted);
    writeFileSync(join(mounted, 'secret'), 'x');
    mount('--bind', mounted, mounted);
    onTestFinished(() => void spawnSync('umount', [mounted]));
    mount('-o', 'remount,bind,ro', mounted);
    return join(mounted, 'secret');
  }

  it('causes one warning if it belongs to root and cannot be changed, as Docker mounts a secret', () => {
    const path = rootsOwn();
    const warnings: Advice[] = [];
    const warn = (advice: Advice): void => void warnings.push(advice);
    const mine = createFileGuard({ platform: 'linux', userId: USER, warn });
    mine.checkFile(WHAT, path, { secret: true });
    mine.checkFile(WHAT, path, { secret: true });
    expect(warnings).toEqual([
      {
        what: `${path} is open to others`,
        why: expect.stringContaining('others can read it'),
        next: 'It belongs to root, and only root can change that.',
      },
    ]);
  });

  it('may be missing', () => {
    expect(() => guard.checkFile(WHAT, join(folder, 'none', 'none.json'))).not.toThrow();
  });

  it("may be in a folder of root's with the sticky bit", () => {
    expect(() => guard.checkFile(WHAT, '/tmp/none.json')).not.toThrow();
  });

  it('may be a device', () => {
    expect(() => guard.checkFile(WHAT, '/dev/null', { secret: true })).not.toThrow();
  });

  it('is not checked on Windows', () => {
    chmodSync(file, 0o666);
    const windows = createFileGuard({ platform: 'win32', userId: undefined });
    expect(() => windows.checkFile(WHAT, file, { secret: true })).not.toThrow();
  });
});
