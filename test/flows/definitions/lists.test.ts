import { describe, expect, it, vi } from 'vitest';
import { createMemoryApprovals } from '../../../src/adapters/memory.js';
import { hashOfConnections, hashOfFile } from '../../../src/core/definition/hash.js';
import type { Connection } from '../../../src/core/connection.js';
import { StoreError } from '../../../src/core/errors.js';
import type { Warning } from '../../../src/core/ladder.js';
import type { Approvals } from '../../../src/core/ports.js';
import { listDefinitions } from '../../../src/flows/definitions/list-definitions.js';
import { marksOf, type MarkContext } from '../../../src/flows/definitions/mark-connections.js';
import { fakeProviderFiles, fileOf } from '../../support/fake-definitions.js';
import { payloom } from '../../support/definitions.js';
import { fakeRecords, freshserviceConnection, gladlyConnection } from '../../support/fakes.js';
import { TAKEN } from '../../support/taken.js';

const damaged: Approvals = {
  ...createMemoryApprovals(),
  has() {
    throw new StoreError('store-corrupt', { what: 'It cannot be read', next: 'Mend it.' });
  },
};

const own = freshserviceConnection({
  name: 'payloom/default',
  provider: 'payloom',
  definition: await hashOfConnections(payloom),
});

async function world(approvals: Approvals = createMemoryApprovals()) {
  const files = fakeProviderFiles();
  files.kept.set('payloom', fileOf(payloom));
  if (approvals !== damaged) await approvals.add('providers', await hashOfFile(payloom));
  return { files, approvals, shipped: [{ id: 'gladly', load: async () => payloom }] };
}

async function marks(
  context: MarkContext,
  ...connections: readonly Connection[]
): Promise<(readonly Warning[])[]> {
  return connections.map(await marksOf(context, connections));
}

describe('the mark of a connection in a list', () => {
  it('is none for a built-in provider or an unchanged file', async () => {
    await expect(marks(await world(), gladlyConnection(), own)).resolves.toEqual([[], []]);
  });

  it.each([
    ['definition-missing', { ...own, provider: 'gone' }],
    ['definition-changed', { ...own, definition: 'a'.repeat(64) }],
    ['definition-changed', { ...own, definition: undefined }],
    ['definition-changed', gladlyConnection({ definition: 'a'.repeat(64) })],
  ])('is %s (%#)', async (code, connection) => {
    const all = marks(await world(), own, connection);
    await expect(all).resolves.toMatchObject([[], [{ code }]]);
  });

  it.each([
    ['once for all of them', 1, [own, { ...own, provider: 'gone' }, { ...own, provider: 'lost' }]],
    ['not at all for built-in ones', 0, [gladlyConnection()]],
  ])('looks for files %s', async (_, times, connections) => {
    const { files, ...context } = await world();
    const ids = vi.fn<typeof files.ids>(() => files.ids());
    await marks({ ...context, files: { ...files, ids } }, ...connections);
    expect(ids).toHaveBeenCalledTimes(times);
  });

  it('is definition-not-approved if the approvals cannot be read', async () => {
    await expect(marks(await world(damaged), own)).resolves.toMatchObject([
      [{ code: 'definition-not-approved' }],
    ]);
  });
});

describe('the list of definitions', () => {
  it.each<[string, Approvals | undefined]>([
    ['usable', undefined],
    ['not-approved', damaged],
  ])('has a file that is %s, and the built-in ones', async (state, approvals) => {
    const context = {
      ...(await world(approvals)),
      records: fakeRecords(own),
      taken: async () => TAKEN,
    };
    await expect(listDefinitions(context)).resolves.toMatchObject([
      { id: 'gladly', origin: 'built-in', state: 'usable', connections: 0 },
      { id: 'payloom', origin: 'yours', state, connections: 1 },
    ]);
  });
});
