import { describe, expect, it } from 'vitest';
import { createMemoryApprovals } from '../../../src/adapters/memory.js';
import { hashOfConnections, hashOfFile } from '../../../src/core/definition/hash.js';
import { UsageError } from '../../../src/core/errors.js';
import {
  ownProviders,
  type ApprovableFile,
} from '../../../src/flows/definitions/own-definitions.js';
import { fakeProviderFiles, fileOf } from '../../support/fake-definitions.js';
import { lumina } from '../../support/definitions.js';
import { TAKEN } from '../../support/taken.js';

const SHIPPED = new Set(['gladly']);

function folder(files: Readonly<Record<string, object | string>>) {
  const own = fakeProviderFiles();
  for (const [id, content] of Object.entries(files)) own.kept.set(id, fileOf(content));
  return own;
}

/** @param says the answer to each question; without it, nobody can be asked. */
function world(files: Readonly<Record<string, object | string>>, says?: boolean) {
  const approvals = createMemoryApprovals();
  const asked: ApprovableFile[] = [];
  const ask = async (file: ApprovableFile): Promise<boolean> => {
    asked.push(file);
    return says === true;
  };
  const approval = { approvals, ask: says === undefined ? undefined : ask };
  const own = { files: folder(files), taken: async () => TAKEN, approval };
  return { approvals, asked, providers: ownProviders(own, SHIPPED) };
}

const named = ({ providers }: ReturnType<typeof world>, id: string) => {
  const found = providers.find((each) => each.id === id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
};

describe("a person's own providers", () => {
  it('are known by the names of their files, and never replace a built-in one', () => {
    const { providers } = world({ lumina, gladly: lumina, rubbish: 'no JSON' });
    expect(providers.map(({ id, name, own }) => [id, name, own])).toEqual([
      ['lumina', 'lumina', true],
      ['rubbish', 'rubbish', true],
    ]);
  });

  it('are used once their hash is approved, with a hash for connections', async () => {
    const whole = world({ lumina });
    await whole.approvals.add('providers', await hashOfFile(lumina));
    await expect(named(whole, 'lumina').load()).resolves.toMatchObject({
      id: 'lumina',
      name: 'Lumina Desk',
      definition: await hashOfConnections(lumina),
    });
    const { guide } = await named(whole, 'lumina').loadGuided(new Date('2026-11-20'));
    expect(guide.topics.map(({ id }) => id)).toContain('find');
  });

  it('are asked about once, and approved by a yes', async () => {
    const whole = world({ lumina }, true);
    const provider = named(whole, 'lumina');
    await Promise.all([provider.load(), provider.load(), provider.loadGuided(new Date())]);
    expect(whole.asked).toMatchObject([{ path: expect.stringContaining('lumina.json') }]);
    expect(whole.approvals.has('providers', await hashOfFile(lumina))).toBe(true);
  });

  it.each([
    ['nobody can be asked', undefined],
    ['the answer is no', false],
  ])('are refused, with their hash, if %s', async (_, says) => {
    const whole = world({ lumina }, says);
    const error: unknown = await named(whole, 'lumina')
      .load()
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    const { advice, details } = error as UsageError;
    expect(details.definition).toBe('lumina');
    expect(advice.command).toContain(`--sha256 ${await hashOfFile(lumina)}`);
    expect(whole.approvals.has('providers', await hashOfFile(lumina))).toBe(false);
  });

  it.each([
    ['no JSON', 'no JSON', '(the file)'],
    ['another id in the file', { ...lumina, id: 'another' }, 'id'],
    ['an unknown key', { ...lumina, script: 'run' }, 'script'],
  ])('with %s are refused with their faults, and nobody is asked', async (_, content, path) => {
    const whole = world({ lumina: content }, true);
    await expect(named(whole, 'lumina').load()).rejects.toMatchObject({
      details: { definition: 'lumina', faults: [{ path }] },
    });
    expect(whole.asked).toEqual([]);
  });
});
