import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../.github/release.mjs', import.meta.url));
const CHANGELOG = `# Changelog

## [Unreleased]

### Fixed

- Not in any version.

## [1.2.0] - 2026-11-25

### Added

- The second.

## [1.1.0] - 2026-10-01

- The first.

[1.2.0]: https://github.com/acme/wizard/releases/tag/v1.2.0
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connect-wizard-release-'));
  await write('CHANGELOG.md', CHANGELOG);
  await write('package-lock.json', { version: '1.2.0' });
  await manifest({});
});
afterEach(() => rm(folder, { recursive: true }));

function write(name: string, content: unknown): Promise<void> {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return writeFile(join(folder, name), text);
}

function manifest(more: Record<string, unknown>): Promise<void> {
  const repository = { url: 'git+https://github.com/acme/wizard.git' };
  return write('package.json', { name: 'wizard', version: '1.2.0', repository, ...more });
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function release(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const options = { cwd: folder, env: { PATH: process.env['PATH'], ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, ...args], options, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

describe('check', () => {
  it('accepts a tag that fits', async () => {
    const env = { GITHUB_REPOSITORY: 'acme/wizard' };
    expect(await release(['check', 'v1.2.0'], env)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it.each([
    ['another tag', {}, 'v1.3.0', 'The tag is v1.3.0, package.json says 1.2.0.'],
    [
      'a version without a section in the changelog',
      { version: '1.3.0' },
      'v1.3.0',
      'no section "## [1.3.0]',
    ],
    ['another lockfile', { version: '1.1.0' }, 'v1.1.0', 'package-lock.json says 1.2.0'],
    [
      'another repository',
      { repository: { url: 'git+https://github.com/acme/other.git' } },
      'v1.2.0',
      'this is acme/wizard',
    ],
    [
      'a repository that npm cannot compare',
      { repository: { url: 'github:acme/wizard' } },
      'v1.2.0',
      'repository is github:acme/wizard',
    ],
  ])('refuses %s', async (_, more, tag, says) => {
    await manifest(more);
    const { code, stderr } = await release(['check', tag], { GITHUB_REPOSITORY: 'acme/wizard' });
    expect(code).toBe(1);
    expect(stderr).toContain(says);
  });

  it('refuses a repository without an owner', async () => {
    await manifest({ repository: { url: 'git+https://github.com/OWNER/wizard.git' } });
    expect((await release(['check', 'v1.2.0'])).stderr).toContain('no owner yet');
  });
});

describe('notes', () => {
  it('prints only the section of the version', async () => {
    const { stdout } = await release(['notes', 'v1.2.0']);
    expect(stdout).toBe('### Added\n\n- The second.\n');
  });

  it('refuses a version without a section', async () => {
    expect(await release(['notes', 'v9.0.0'])).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('publish', () => {
  const BYTES = 'the tarball';
  const INTEGRITY = `sha512-${createHash('sha512').update(BYTES).digest('base64')}`;
  const ABSENT = { error: { code: 'E404', summary: 'Not Found' } };

  /** A fake npm that answers `view` with `answer` and notes every call. */
  async function publish(answer: unknown, status: number): Promise<Ended & { calls: string[] }> {
    await write('wizard.tgz', BYTES);
    const view = `process.stdout.write(${JSON.stringify(JSON.stringify(answer))})`;
    await write(
      'npm',
      `#!${process.execPath}
      const args = process.argv.slice(2);
      require('node:fs').appendFileSync('calls', args.join(' ') + '\\n');
      if (args[0] === 'view') { ${view}; process.exitCode = ${status}; }`,
    );
    await chmod(join(folder, 'npm'), 0o755);
    const PATH = [folder, process.env['PATH']].join(delimiter);
    const ended = await release(['publish', 'wizard.tgz'], { PATH });
    const calls = await readFile(join(folder, 'calls'), 'utf8');
    return { ...ended, calls: calls.trim().split('\n') };
  }
  const VIEW = 'view wizard@1.2.0 dist.integrity --json';

  it('publishes the file with its provenance if the registry lacks this version', async () => {
    expect(await publish(ABSENT, 1)).toMatchObject({
      code: 0,
      calls: [VIEW, 'publish wizard.tgz --access public --provenance --tag latest'],
    });
  });

  it('publishes a pre-release under another tag than latest', async () => {
    await manifest({ version: '2.0.0-beta.1' });
    const { calls } = await publish(ABSENT, 1);
    expect(calls.at(-1)).toContain('--tag next');
  });

  it('skips a version that is already published with the same bytes', async () => {
    const { code, stdout, calls } = await publish(INTEGRITY, 0);
    expect([code, calls]).toEqual([0, [VIEW]]);
    expect(stdout).toContain('published already, with the same bytes');
  });

  it('refuses a version that is published with other bytes', async () => {
    const { code, stderr, calls } = await publish('sha512-other', 0);
    expect([code, calls]).toEqual([1, [VIEW]]);
    expect(stderr).toContain('other bytes');
  });

  it('publishes nothing if the registry cannot be asked', async () => {
    const { code, stderr, calls } = await publish(
      { error: { code: 'E500', summary: 'no luck' } },
      1,
    );
    expect([code, calls]).toEqual([1, [VIEW]]);
    expect(stderr).toContain('no luck');
  });
});
