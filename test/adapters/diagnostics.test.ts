import { spawnSync } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Environment } from '../../src/adapters/environment.js';
import { createDiagnostics } from '../../src/adapters/diagnostics.js';
import { UsageError, type Advice } from '../../src/core/errors.js';

const MESSAGE = 'Hello Jörg,\nplease switch on “API access”.\n';

/** Nothing of the environment decides where a file of one's own goes. */
const machine = createDiagnostics({
  environment: {} as Environment,
  version: '1.0.0',
  interactive: true,
});

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-machine-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What is said where it is refused. */
async function refusal(path: string): Promise<Advice> {
  const error: unknown = await machine.writeNew(path, MESSAGE).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).advice;
}

describe('a new file', () => {
  it('is below the home where its name begins as a shell would have it', async () => {
    const home = await emptyFolder();
    vi.stubEnv('HOME', home);
    await machine.writeNew('~/message.txt', MESSAGE);
    expect(await readFile(join(home, 'message.txt'), 'utf8')).toBe(MESSAGE);
  });

  it("has the text, whole, and is the owner's alone", async () => {
    const path = join(await emptyFolder(), 'message.txt');
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    await machine.writeNew(path, MESSAGE);
    expect(await readFile(path, 'utf8')).toBe(MESSAGE);
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600');
  });

  it('with a relative path is in the current folder', async () => {
    const folder = await emptyFolder();
    const before = process.cwd();
    process.chdir(folder);
    onTestFinished(() => process.chdir(before));
    await mkdir('sub');
    await machine.writeNew('message.txt', MESSAGE);
    await machine.writeNew('./sub/message.txt', MESSAGE);
    expect((await readdir(folder, { recursive: true })).toSorted()).toEqual([
      'message.txt',
      'sub',
      'sub/message.txt',
    ]);
  });

  it('takes the place of no file', async () => {
    const path = join(await emptyFolder(), 'message.txt');
    await writeFile(path, 'precious');
    expect(await refusal(path)).toEqual({
      what: 'The file could not be written',
      why: `there is something named ${path} already, and it stays as it is`,
      next: 'Give another name, or a path in a folder that is there.',
    });
    expect(await readFile(path, 'utf8')).toBe('precious');
  });

  it.each(['a file', 'nothing'])('is not written through a link to %s', async (to) => {
    const folder = await emptyFolder();
    const target = join(folder, 'target');
    if (to === 'a file') await writeFile(target, 'precious');
    await symlink(target, join(folder, 'link'));
    expect((await refusal(join(folder, 'link'))).why).toMatch(/already/u);
    expect(await readlink(join(folder, 'link'))).toBe(target);
    const left = await readFile(target, 'utf8').catch(() => 'nothing');
    expect(left).toBe(to === 'a file' ? 'precious' : 'nothing');
  });

  it.each<[string, string, RegExp]>([
    ['in no folder', 'missing/message.txt', /there is no folder .*\/missing$/u],
    ['below a file', 'file/message.txt', /\/file is not a folder$/u],
    ['with the name of a folder', 'folder', /already/u],
    ['with the name of a folder that is to be', 'other/', /is the name of a folder$/u],
    ['with a name that is too long', 'x'.repeat(300), /too long/u],
    ['with a name that cannot be', 'a\u0000b', /ab: ERR_INVALID_ARG_VALUE$/u],
  ])('%s is refused, and says why', async (_, name, why) => {
    const folder = await emptyFolder();
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'folder'));
    expect((await refusal(`${folder}/${name}`)).why).toMatch(why);
    expect((await readdir(folder)).toSorted()).toEqual(['file', 'folder']);
  });

  // The kernel refuses even root there.
  it.runIf(process.platform === 'linux')('is refused where nobody may write', async () => {
    expect((await refusal('/sys/kernel/message.txt')).why).toMatch(/you may not write in/u);
  });

  it('is not left in part where the disk is full', async ({ skip }) => {
    const folder = await emptyFolder();
    const size = ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder];
    const { status } = spawnSync('mount', size);
    skip(status !== 0, 'only root can make a small disk');
    onTestFinished(() => void spawnSync('umount', [folder]));
    const path = join(folder, 'message.txt');
    const error: unknown = await machine
      .writeNew(path, MESSAGE.repeat(10_000))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).advice.why).toMatch(/no room left/u);
    expect(await readdir(folder)).toEqual([]);
    await machine.writeNew(path, MESSAGE);
    expect(await readFile(path, 'utf8')).toBe(MESSAGE);
  });
});
