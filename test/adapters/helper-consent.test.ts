import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createCredentialHelper } from '../../src/adapters/credential-helper.js';
import { createHelperConsent } from '../../src/adapters/helper-consent.js';
import { createMemoryApprovals } from '../../src/adapters/memory.js';
import type { StoreError } from '../../src/core/errors.js';
import type { Approvals } from '../../src/core/ports.js';

describe('a credential helper that a file names', () => {
  let folder: string;
  let helper: string;
  let approvals: Approvals;
  let questions: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'consent-'));
    helper = program('docker-credential-acme');
    program('acme');
    program('tool');
    approvals = createMemoryApprovals();
    questions = [];
  });

  function program(name: string): string {
    const path = join(folder, name);
    writeFileSync(path, '#!/bin/sh\ntouch "$0.ran"\ncat\n');
    chmodSync(path, 0o755);
    return path;
  }

  function consent({
    named = [],
    says,
    path = folder,
  }: {
    readonly named?: readonly string[];
    /** The answer of the person; without it, there is none. */
    readonly says?: boolean;
    readonly path?: string;
  } = {}) {
    return createHelperConsent({
      named,
      expand: (given) => given,
      approvals,
      platform: 'linux',
      env: { PATH: path },
      terminal: {
        interactive: says !== undefined,
        confirm: async (question: string) => {
          questions.push(question);
          return says ?? false;
        },
      },
    });
  }

  const denied = expect.objectContaining({ reason: 'store-denied' }) as Error;

  it('is not run unless somebody has approved it here', async () => {
    await expect(consent()('acme')).rejects.toMatchObject({
      reason: 'store-denied',
      advice: {
        why: expect.stringContaining(helper) as string,
        next: expect.stringContaining('CONNECT_WIZARD_STORE=helper:acme') as string,
      },
    });
    expect(questions).toEqual([]);
  });

  it('is named in a command as one word, whatever it is called', async () => {
    for (const name of ['$(reboot)', 'x;reboot', '`reboot`', "x' reboot '"]) {
      const refused = await consent()(name).catch((error: unknown) => error);
      const { advice } = refused as StoreError;
      const command = /CONNECT_WIZARD_STORE=.*(?=, then)/u.exec(advice.next)?.[0];
      const shell = ['-c', `${command}\nprintf %s "$CONNECT_WIZARD_STORE"`];
      expect(spawnSync('sh', shell, { encoding: 'utf8' }).stdout).toBe(`helper:${name}`);
    }
  });

  it('is asked about with its full path, and a yes is kept', async () => {
    await expect(consent({ says: true })('acme')).resolves.toBe(helper);
    expect(questions).toEqual([expect.stringContaining(helper)]);
    await expect(consent()('acme')).resolves.toBe(helper);
    expect(approvals.has('programs', helper)).toBe(true);
  });

  it('is not run after a no, and asked about again', async () => {
    await expect(consent({ says: false })('acme')).rejects.toThrow(denied);
    await expect(consent({ says: false })('acme')).rejects.toThrow(denied);
    expect(questions).toHaveLength(2);
  });

  it('needs a new yes at another path', async () => {
    await consent({ says: true })('acme');
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'docker-credential-acme'), '#!/bin/sh\n');
    chmodSync(join(other, 'docker-credential-acme'), 0o755);
    await expect(consent({ path: `${other}:${folder}` })('acme')).rejects.toThrow(denied);
  });

  it.each([
    './tool',
    '../tool',
    '/bin/sh',
    'sub/tool',
    'a\\tool',
    'tool --flag',
    'Tool',
    '',
    '-tool',
    'tool\u001B[31m',
    'docker-credential-acme;tool',
    '$(tool)',
  ])('is not run if it is %j, whatever the person says', async (name) => {
    await expect(consent({ says: true })(name)).rejects.toThrow(denied);
    expect(questions).toEqual([]);
  });

  it('is never another program of that name', async () => {
    await expect(consent({ says: true })('tool')).resolves.toBeUndefined();
  });

  it('is not looked for in a relative folder of PATH', async () => {
    const here = relative(process.cwd(), folder);
    await expect(consent({ says: true, path: `${here}::.` })('acme')).resolves.toBeUndefined();
  });

  it('needs no question if the person names it, which counts as a yes', async () => {
    await expect(consent({ named: ['acme'] })('acme')).resolves.toBe(helper);
    await expect(consent()('acme')).resolves.toBe(helper);
  });

  it('may be any program for one run if the person names it', async () => {
    const path = join(folder, 'tool');
    await expect(consent({ named: ['tool'] })('tool')).resolves.toBe(path);
    await expect(consent({ named: [path] })(path)).resolves.toBe(path);
    await expect(consent()(path)).rejects.toThrow(denied);
  });

  it('is asked about once in a run, before it runs', async () => {
    const permit = consent({ says: false });
    const store = createCredentialHelper({
      program: 'acme',
      env: { PATH: folder },
      limitMs: 5000,
      permit,
    });
    await expect(store.getPassword('a')).rejects.toThrow(denied);
    await expect(store.accounts()).rejects.toThrow(denied);
    expect(questions).toHaveLength(1);
  });
});
