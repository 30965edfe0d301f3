import { describe, expect, it } from 'vitest';
import { list } from '../../../src/flows/connections/list.js';
import type { Report } from '../../../src/core/report.js';
import { remove } from '../../../src/flows/connections/remove.js';
import { faked } from '../../support/built-ins.js';
import {
  fakeContext,
  fakeRecords,
  fakeStores,
  filledStore,
  freshserviceConnection,
  gladlyConnection,
} from '../../support/fakes.js';

const acme = freshserviceConnection();
const beta = freshserviceConnection({ name: 'freshservice/beta', host: 'beta.freshservice.com' });
const amy = gladlyConnection({ reason: 'bad-credential' });

function world() {
  const all = [acme, beta, amy];
  return fakeContext({ records: fakeRecords(...all), store: filledStore(...all) });
}

describe('list', () => {
  it('reads records only, and sends no request', async () => {
    const context = world();
    const reports = await list(context, []);
    expect(reports.map(({ name, reason, stored }) => [name, reason, stored])).toEqual([
      [acme.name, 'ok', true],
      [beta.name, 'ok', true],
      [amy.name, 'bad-credential', true],
    ]);
    expect(context.store.calls).toEqual([]);
  });

  it.each([
    [['gladly'], [amy.name]],
    [['freshservice/b'], [beta.name]],
    [
      ['freshservice/acme', 'gladly'],
      [acme.name, amy.name],
    ],
    [['nothing'], []],
  ])('%j prints %j', async (names, listed) => {
    expect((await list(world(), names)).map(({ name }) => name)).toEqual(listed);
  });

  it('shows an unreadable record in its place, with the reason', async () => {
    const context = world();
    context.records.unreadable.push({
      name: 'freshservice/b-newer',
      why: 'a newer version wrote it',
    });
    const reports = await list(context, ['freshservice']);
    expect(reports.map(({ name, reason }) => [name, reason])).toEqual([
      [acme.name, 'ok'],
      ['freshservice/b-newer', 'store-corrupt'],
      [beta.name, 'ok'],
    ]);
    expect(reports[1]?.advice.why).toBe('a newer version wrote it');
  });

  it('warns about the clock if the last check is in the future', async () => {
    const odd = freshserviceConnection({ verifiedAt: '2099-01-01T00:00:00.000Z' });
    const [report] = await list(fakeContext({ records: fakeRecords(odd) }), []);
    expect(report?.warnings).toMatchObject([
      { code: 'clock', message: expect.stringContaining('2099-01-01') as string },
    ]);
  });

  it('shows a connection in an unknown store without opening it', async () => {
    const strange = freshserviceConnection({ store: 'helper:later' });
    const [report] = await list(fakeContext({ records: fakeRecords(strange) }), []);
    expect(report).toMatchObject({ name: strange.name, store: null, stored: true });
  });
});

describe('remove', () => {
  it('deletes the secret first, then the record', async () => {
    const context = world();
    const order: string[] = [];
    const store = {
      ...context.store,
      deletePassword: async (name: string) => {
        order.push('secret');
        return context.store.deletePassword(name);
      },
    };
    const records = {
      ...context.records,
      remove: async (name: string) => {
        order.push('record');
        return context.records.remove(name);
      },
    };
    const stores = fakeStores({ keychain: store });
    const [report] = await remove({ ...context, records, stores }, faked, [acme.name]);
    expect(report).toMatchObject({ name: acme.name, reason: 'ok', stored: false });
    expect(order).toEqual(['secret', 'record']);
    expect([...context.store.items.keys()]).toEqual([beta.name, amy.name]);
    expect([...context.records.kept.keys()]).toEqual([beta.name, amy.name]);
  });

  it('succeeds if nothing is there, however often it is repeated', async () => {
    const context = world();
    await remove(context, faked, [acme.name]);
    const reports = await remove(context, faked, [acme.name, 'freshservice/never', acme.name]);
    expect(reports.map(({ reason, stored }) => [reason, stored])).toEqual([
      ['ok', false],
      ['ok', false],
      ['ok', false],
    ]);
  });

  it('deletes a secret without a record', async () => {
    const context = fakeContext({ records: fakeRecords(), store: filledStore(acme) });
    const [report] = await remove(context, faked, [acme.name]);
    expect(report).toMatchObject({ reason: 'ok', stored: false });
    expect(report?.advice.what).toContain('had no record');
    expect(report?.warnings).toMatchObject([{ code: 'still-works' }]);
    expect(context.store.items.size).toBe(0);
  });

  it.each([
    ['ok', acme.lastValidAt, /^The API key still works at Freshservice/u],
    ['timeout', acme.lastValidAt, /^The API key still works at Freshservice/u],
    ['timeout', null, /^Unless it has ended already: The API key still works/u],
    ['refused-unclear', acme.lastValidAt, /^Unless it has ended already: The API key/u],
  ] as const)(
    'says what still works after %s (last proven %s)',
    async (reason, lastValidAt, says) => {
      const records = fakeRecords({ ...acme, reason, lastValidAt });
      const context = fakeContext({ records, store: filledStore(acme) });
      const [report] = await remove(context, faked, [acme.name]);
      expect(report?.warnings).toEqual([
        { code: 'still-works', message: expect.stringMatching(says) },
      ]);
    },
  );

  it('does not say that a key still works if the provider does not know it', async () => {
    const [report] = await remove(world(), faked, [amy.name]);
    expect(report?.warnings).toEqual([]);
  });

  it('says where to end a credential if its provider is unknown', async () => {
    const [lost] = await remove(world(), [], [acme.name]);
    const message = 'The credential may still work where it was made. End it there.';
    expect(lost?.warnings).toEqual([{ code: 'still-works', message }]);
  });

  it("deletes a provider's only connection", async () => {
    const context = world();
    await remove(context, faked, ['gladly']);
    expect(context.records.kept.has(amy.name)).toBe(false);
  });

  it('refuses a provider with several before anything is deleted', async () => {
    const context = world();
    await expect(remove(context, faked, ['gladly', 'freshservice'])).rejects.toMatchObject({
      code: 'usage',
    });
    expect(context.records.kept.size).toBe(3);
    expect(context.store.calls).toEqual([]);
  });

  it('does not take a prefix', async () => {
    const context = world();
    await remove(context, faked, ['freshservice/a', '']);
    expect(context.records.kept.size).toBe(3);
  });

  it.each(['store-locked', 'store-denied'] as const)(
    'keeps the record if the store says %s',
    async (fails) => {
      const context = world();
      context.store.fault = { fails, on: 'delete' };
      context.store.concerns = (account) => account === acme.name;
      const reports = await remove(context, faked, [acme.name, amy.name]);
      expect(reports.map(({ name, reason, stored }) => [name, reason, stored])).toEqual([
        [acme.name, fails, true],
        [amy.name, 'ok', false],
      ]);
      expect([...context.records.kept.keys()]).toEqual([acme.name, beta.name]);
    },
  );

  it('reports a record that cannot be deleted', async () => {
    const context = world();
    context.records.failing = () => true;
    await expect(remove(context, faked, [acme.name])).resolves.toMatchObject([
      { reason: 'store-denied' },
    ]);
  });

  it('leaves an unreadable record as it is', async () => {
    const context = world();
    context.records.unreadable.push({
      name: 'freshservice/newer',
      why: 'a newer version wrote it',
    });
    await expect(remove(context, faked, ['freshservice/newer'])).resolves.toMatchObject([
      { reason: 'store-corrupt', stored: true },
    ]);
    expect(context.store.calls).toEqual([]);
  });

  it('deletes the others if the store of one is unknown', async () => {
    const strange = freshserviceConnection({ name: 'freshservice/aaa', store: 'helper:later' });
    const context = fakeContext({ records: fakeRecords(strange, acme), store: filledStore(acme) });
    const reports = await remove(context, faked, [strange.name, acme.name]);
    expect(reports[0]?.reason).toMatch(/^store-/u);
    expect(reports[1]).toMatchObject({ reason: 'ok', stored: false });
    expect([...context.records.kept.keys()]).toEqual([strange.name]);
  });

  it('does not begin after an interruption', async () => {
    const context = world();
    context.interruption.raise(130);
    await expect(remove(context, faked, [acme.name])).rejects.toMatchObject({ exitCode: 130 });
    expect(context.records.kept.size).toBe(3);
  });

  it('finishes and reports the one under way after an interruption, and begins no other', async () => {
    const context = world();
    const { store, interruption } = context;
    const del = store.deletePassword.bind(store);
    store.deletePassword = async (account) => {
      interruption.raise(130);
      return del(account);
    };
    const told: string[] = [];
    const onReport = ({ advice }: Report): void => void told.push(advice.what);
    const run = remove(context, faked, [acme.name, beta.name, amy.name], { onReport });
    await expect(run).rejects.toMatchObject({ name: 'Interrupted', exitCode: 130 });
    expect(told).toEqual([`${acme.name} was removed`]);
    expect([...context.records.kept.keys()]).toEqual([beta.name, amy.name]);
  });
});
