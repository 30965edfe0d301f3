import { describe, expect, it } from 'vitest';
import { createMemoryApprovals } from '../../../src/adapters/memory.js';
import { hashOfConnections, hashOfFile } from '../../../src/core/definition/hash.js';
import { StoreError } from '../../../src/core/errors.js';
import type { Approvals } from '../../../src/core/ports.js';
import { listDefinitions } from '../../../src/flows/definitions/list-definitions.js';
import { markConnection } from '../../../src/flows/definitions/mark-connections.js';
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

describe('the mark of a connection in a list', () => {
  it('is none for a built-in provider or an unchanged file', async () => {
    const context = await world();
    await expect(markConnection(context, gladlyConnection())).resolves.toEqual([]);
    await expect(markConnection(context, own)).resolves.toEqual([]);
  });

  it.each([
    ['definition-missing', { ...own, provider: 'gone' }],
    ['definition-changed', { ...own, definition: 'a'.repeat(64) }],
    ['definition-changed', { ...own, definition: undefined }],
    ['definition-changed', gladlyConnection({ definition: 'a'.repeat(64) })],
  ])('is %s (%#)', async (code, connection) => {
    await expect(markConnection(await world(), connection)).resolves.toMatchObject([{ code }]);
  });

  it('is definition-not-approved if the approvals cannot be read', async () => {
    await expect(markConnection(await world(damaged), own)).resolves.toMatchObject([
      { code: 'definition-not-approved' },
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
