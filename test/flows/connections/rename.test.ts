import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/core/connection.js';
import { UsageError } from '../../../src/core/errors.js';
import { move } from '../../../src/flows/connections/move.js';
import { fakeContext, fakeRecords, fakeStore, filledStore, itemOf } from '../../support/fakes.js';
import { knownAs } from '../../support/built-ins.js';
import { brindle, connectionTo } from '../../support/test-provider.js';

const ACME = connectionTo(brindle);
const NEW = 'work/helpdesk';
const FILE = { kind: 'file', backend: 'fake files', persistent: true };

function scene(...others: readonly Connection[]) {
  const store = filledStore(ACME, ...others.filter((each) => each.store === 'keychain'));
  const file = fakeStore(FILE);
  for (const each of others.filter(({ store: kind }) => kind === 'file')) {
    file.items.set(each.name, itemOf(each));
  }
  const records = fakeRecords(ACME, ...others);
  const context = fakeContext({ records, store, stores: { file } });
  return { context, store, file, records };
}

const rename = (
  { context }: ReturnType<typeof scene>,
  more: { store?: string; replace?: boolean } = {},
) => move(context, [knownAs(brindle)], { name: ACME.name, newName: NEW, replace: false, ...more });

describe('a new name', () => {
  test('moves the record and the secret in their store', async () => {
    const whole = scene();
    const { report, moved } = await rename(whole);
    expect(moved).toBe(true);
    expect(report).toMatchObject({
      name: NEW,
      warnings: [],
      advice: { what: `${ACME.name} is called ${NEW} now, in the keychain (Fake Keychain)` },
    });
    expect([...whole.records.kept.values()]).toEqual([{ ...ACME, name: NEW }]);
    expect([...whole.store.items.keys()]).toEqual([NEW]);
    expect(whole.context.history.entries).toMatchObject([
      { event: 'moved', connection: NEW, formerName: ACME.name, store: 'keychain' },
    ]);
  });

  test('may come with another store', async () => {
    const whole = scene();
    await rename(whole, { store: 'file' });
    expect([...whole.records.kept.values()]).toEqual([{ ...ACME, name: NEW, store: 'file' }]);
    expect([[...whole.store.items.keys()], [...whole.file.items.keys()]]).toEqual([[], [NEW]]);
  });

  test('is finished if a run was killed after it deleted the old secret', async () => {
    const done = { ...ACME, name: NEW };
    const whole = scene(done);
    whole.store.items.delete(ACME.name);
    await whole.records.update({ ...ACME, reason: 'secret-lost' });
    const { report, moved } = await rename(whole);
    expect(moved).toBe(true);
    expect(report).toMatchObject({ name: NEW, reason: done.reason, warnings: [] });
    expect([...whole.records.kept.values()]).toEqual([done]);
    expect([...whole.store.items.keys()]).toEqual([NEW]);
  });

  test('is refused if the secret is gone under both names', async () => {
    const whole = scene({ ...ACME, name: NEW });
    whole.store.items.clear();
    const { report, moved } = await rename(whole);
    expect([report.reason, moved]).toEqual(['secret-lost', false]);
    expect(whole.records.kept.size).toBe(2);
  });

  test('that is the old name changes nothing', async () => {
    const whole = scene();
    const { report } = await move(whole.context, [knownAs(brindle)], {
      name: ACME.name,
      newName: ACME.name,
      replace: false,
    });
    expect(report.advice.what).toBe(`${ACME.name} is in the keychain (Fake Keychain) already`);
    expect(whole.context.history.entries).toEqual([]);
  });
});

describe('a name that is taken', () => {
  const other = { ...ACME, name: NEW, host: `beta.${brindle.id}.example`, store: 'file' };

  test('by another tenant is refused', async () => {
    const whole = scene(other);
    const error: unknown = await rename(whole).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ code: 'name-taken' });
    expect([...whole.records.kept.keys()].toSorted()).toEqual([ACME.name, NEW].toSorted());
    expect([[...whole.store.items.keys()], [...whole.file.items.keys()]]).toEqual([
      [ACME.name],
      [NEW],
    ]);
  });

  test('is replaced with --replace, and its secret in another store is deleted', async () => {
    const whole = scene(other);
    await rename(whole, { replace: true });
    expect([...whole.records.kept.values()]).toEqual([{ ...ACME, name: NEW }]);
    expect([[...whole.store.items.keys()], [...whole.file.items.keys()]]).toEqual([[NEW], []]);
  });

  test('by the same account is replaced', async () => {
    const whole = scene({ ...ACME, name: NEW });
    await rename(whole);
    expect([...whole.records.kept.keys()]).toEqual([NEW]);
  });
});

test('an old secret that cannot be deleted keeps its record, with a warning', async () => {
  const whole = scene();
  whole.store.fault = { fails: 'store-denied', on: 'delete' };
  whole.store.concerns = (account) => account === ACME.name;
  const { report, moved } = await rename(whole);
  expect(moved).toBe(true);
  expect(report.warnings.map(({ code }) => code)).toEqual(['old-secret-left']);
  expect(report.warnings[0]?.message).toContain(`connect-wizard remove ${ACME.name}`);
  expect([...whole.records.kept.keys()].toSorted()).toEqual([ACME.name, NEW].toSorted());
});

test('a history that cannot be written is a warning', async () => {
  const whole = scene();
  whole.context.history.failing = true;
  const { report } = await rename(whole);
  expect(report.warnings.map(({ code }) => code)).toEqual(['not-recorded']);
});
