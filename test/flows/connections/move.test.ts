import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/core/connection.js';
import { ConnectionError, StoreError, UsageError } from '../../../src/core/errors.js';
import { reportVerdict, type Report } from '../../../src/core/report.js';
import { move } from '../../../src/flows/connections/move.js';
import { remove as removeConnections } from '../../../src/flows/connections/remove.js';
import { TEST_PREFIX } from '../../../src/flows/store/test-store.js';
import {
  fakeContext,
  fakeRecords,
  fakeStore,
  filledStore,
  freshserviceConnection,
  gladlyConnection,
  itemOf,
  type FakeContext,
  type FakeRecords,
  type FakeStore,
} from '../../support/fakes.js';
import { Secret } from '../../../src/core/secret.js';
import { faked } from '../../support/built-ins.js';

const NAME = 'freshservice/acme';
const ACME = freshserviceConnection();
const MOVED = { ...ACME, store: 'file' };

interface Scene {
  readonly context: FakeContext;
  readonly from: FakeStore;
  readonly to: FakeStore;
  readonly records: FakeRecords;
  /** The steps, in order: `keychain get name`, `file set name`, `record write`. Test values are `test`. */
  readonly done: readonly string[];
}

function note(label: string, store: FakeStore, done: string[]): void {
  const tell = (action: string, account: string): void => {
    done.push(`${label} ${action} ${account.startsWith(TEST_PREFIX) ? 'test' : account}`);
  };
  const getPassword = store.getPassword.bind(store);
  const setPassword = store.setPassword.bind(store);
  const deletePassword = store.deletePassword.bind(store);
  store.getPassword = (account) => (tell('get', account), getPassword(account));
  store.setPassword = (account, password) => (tell('set', account), setPassword(account, password));
  store.deletePassword = (account) => (tell('delete', account), deletePassword(account));
}

/** One log of both stores and the records, since their order counts. */
function scene(connections: readonly Connection[] = [ACME]): Scene {
  const done: string[] = [];
  const from = filledStore(...connections);
  const to = fakeStore({ kind: 'file', backend: 'fake files', persistent: true });
  note('keychain', from, done);
  note('file', to, done);
  const records = fakeRecords(...connections);
  const write = records.write.bind(records);
  const remove = records.remove.bind(records);
  records.write = async (connection) => {
    const { store, copies } = connection;
    done.push(`record write ${store}${copies ? `, copies ${copies.join()}` : ''}`);
    return write(connection);
  };
  records.remove = async (name) => {
    done.push('record remove');
    return remove(name);
  };
  const context = fakeContext({ records, store: from, stores: { file: to } });
  return { context, from, to, records, done };
}

const moveIn = async (
  { context }: Scene,
  more: { store?: string; name?: string; replace?: boolean } = {},
): Promise<Report> => {
  const options = { name: NAME, store: 'file', replace: false, ...more };
  const { report, moved } = await move(context, faked, options);
  // A failed move has the reason of a store; a good one keeps the last verdict.
  expect(moved).toBe(!['store-error', 'missing', 'wrong-host'].includes(reportVerdict(report)));
  return report;
};

/** As it was before: the record, the secret in the old store, and nothing in the new one. */
function expectUnchanged(
  { records, from, to }: Scene,
  inTarget: Readonly<Record<string, string>> = {},
): void {
  expect([...records.kept.values()]).toEqual([ACME]);
  expect(Object.fromEntries(from.items)).toEqual({ [NAME]: itemOf(ACME) });
  expect(Object.fromEntries(to.items)).toEqual(inTarget);
}

describe('a move', () => {
  it('writes the secret, reads it back, switches the record, and only then deletes the old secret', async () => {
    const whole = scene();
    const report = await moveIn(whole);
    expect(whole.done).toEqual([
      `keychain get ${NAME}`,
      'file set test',
      'file get test',
      'file delete test',
      `file get ${NAME}`,
      'record write keychain, copies file',
      `file set ${NAME}`,
      `file get ${NAME}`,
      'record write file, copies keychain',
      `keychain delete ${NAME}`,
      'record write file',
    ]);
    expect(report).toMatchObject({
      name: NAME,
      reason: 'ok',
      stored: true,
      warnings: [],
      store: { kind: 'file', backend: 'fake files' },
      advice: { what: `${NAME} is in the file store (fake files) now` },
    });
    expect([...whole.records.kept.values()]).toEqual([MOVED]);
    expect(Object.fromEntries(whole.to.items)).toEqual({ [NAME]: itemOf(ACME) });
    expect(whole.from.items.size).toBe(0);
  });

  it('sends no request, even for a refused connection, and changes nothing else', async () => {
    const refused = freshserviceConnection({ reason: 'bad-credential', needs: ['tickets.read'] });
    const whole = scene([refused]);
    expect((await moveIn(whole)).reason).toBe('bad-credential');
    expect([...whole.records.kept.values()]).toEqual([{ ...refused, store: 'file' }]);
  });

  it('takes the id of a provider that has one connection', async () => {
    const amy = gladlyConnection();
    const whole = scene([ACME, amy]);
    expect((await moveIn(whole, { name: 'gladly' })).name).toBe(amy.name);
    expect(whole.records.kept.get(NAME)).toEqual(ACME);
    expect(whole.records.kept.get(amy.name)?.store).toBe('file');
  });

  it('to the store that has the secret does nothing, and succeeds', async () => {
    const whole = scene();
    const report = await moveIn(whole, { store: 'keychain' });
    expect(report).toMatchObject({ reason: 'ok', stored: true, store: { kind: 'keychain' } });
    expect(report.advice.what).toBe(`${NAME} is in the keychain (Fake Keychain) already`);
    expect(whole.done).toEqual([]);
    expectUnchanged(whole);
  });

  it('to the store that has the secret deletes the copy of a killed move', async () => {
    const whole = scene([{ ...ACME, copies: ['file'] }]);
    await whole.context.stores.open('file').setPassword(NAME, new Secret('an old copy'));
    const report = await moveIn(whole, { store: 'keychain' });
    expect(report).toMatchObject({ reason: 'ok', stored: true, warnings: [] });
    expect(await whole.context.stores.open('file').getPassword(NAME)).toBeNull();
    expect(await whole.context.records.read(NAME)).not.toHaveProperty('copies');
  });

  it('of an unknown name or of a provider with several is refused', async () => {
    const whole = scene([ACME, freshserviceConnection({ name: 'work' })]);
    const missing = moveIn(whole, { name: 'gladly' });
    await expect(missing).rejects.toBeInstanceOf(ConnectionError);
    await expect(missing).rejects.toMatchObject({ reason: 'not-stored' });
    await expect(moveIn(whole, { name: 'freshservice' })).rejects.toBeInstanceOf(UsageError);
    expect(whole.done).toEqual([]);
  });

  it('to or from an unknown store changes nothing', async () => {
    const whole = scene();
    expect((await moveIn(whole, { store: 'vault' })).reason).toBe('store-unavailable');
    expect(whole.done).toEqual([]);
    expectUnchanged(whole);

    const elsewhere = freshserviceConnection({ store: 'vault' });
    const other = scene([elsewhere]);
    expect(await moveIn(other)).toMatchObject({ reason: 'store-unavailable', stored: true });
    expect(other.done.filter((step) => !step.endsWith('test'))).toEqual([]);
    expect([...other.records.kept.values()]).toEqual([elsewhere]);
  });

  it('of a record with an unknown provider or host changes nothing', async () => {
    for (const changes of [{ provider: 'zendesk' }, { host: 'acme.example' }]) {
      const connection = freshserviceConnection({ ...changes, name: 'odd' });
      const whole = scene();
      whole.records.kept.set('odd', connection);
      const { reason } = await moveIn(whole, { name: 'odd' });
      expect(reason).toBe('host' in changes ? 'not-allowed' : 'definition-missing');
      expect(whole.done).toEqual([]);
    }
  });
});

const own = (account: string): boolean => account === NAME;

describe('a move that fails leaves everything as it was', () => {
  it.each<[string, (whole: Scene) => void, string]>([
    [
      'if the old secret cannot be read',
      ({ from }) => (from.fault = { fails: 'store-locked', on: 'get' }),
      'store-locked',
    ],
    [
      'if the new store cannot be written',
      ({ to }) => (to.fault = { fails: 'store-denied', on: 'set' }),
      'store-denied',
    ],
    [
      'if the new store cannot be read',
      ({ to }) => (to.fault = { fails: 'store-timeout', on: 'get' }),
      'store-timeout',
    ],
    ['if the new store truncates', ({ to }) => (to.fault = 'truncating'), 'store-mismatch'],
    ['if the new store keeps nothing', ({ to }) => (to.fault = 'losing'), 'store-mismatch'],
    [
      'if only the secret itself cannot be written',
      ({ to }) => {
        to.fault = { fails: 'store-denied', on: 'set' };
        to.concerns = own;
      },
      'store-denied',
    ],
    [
      'if only the secret itself is truncated',
      ({ to }) => {
        to.fault = 'truncating';
        to.concerns = own;
      },
      'store-mismatch',
    ],
    [
      'if only the secret itself is lost',
      ({ to }) => {
        to.fault = 'losing';
        to.concerns = own;
      },
      'store-mismatch',
    ],
    [
      'if the secret cannot be read back',
      ({ to }) => {
        const set = to.setPassword.bind(to);
        to.setPassword = async (account, password) => {
          await set(account, password);
          if (own(account)) to.fault = { fails: 'store-timeout', on: 'get' };
        };
      },
      'store-timeout',
    ],
    ['if the record cannot be written', ({ records }) => (records.failing = own), 'store-denied'],
  ])('%s', async (_, breakIt, reason) => {
    const whole = scene();
    breakIt(whole);
    const report = await moveIn(whole);
    expect(report).toMatchObject({ name: NAME, reason, stored: true, store: { kind: 'keychain' } });
    expect(whole.from.calls.filter((call) => call !== `get ${NAME}`)).toEqual([]);
    expectUnchanged(whole);
  });

  it("if the secret is lost or another tenant's", async () => {
    const lost = scene();
    lost.from.items.clear();
    expect(await moveIn(lost)).toMatchObject({ reason: 'secret-lost', stored: true });
    expect(lost.to.calls).toEqual([]);

    const other = itemOf(
      freshserviceConnection({ host: 'beta.freshservice.com', fields: { domain: 'beta' } }),
    );
    const foreign = scene();
    foreign.from.items.set(NAME, other);
    expect(await moveIn(foreign)).toMatchObject({ reason: 'store-corrupt', stored: true });
    expect(foreign.to.calls).toEqual([]);
    expect(foreign.from.items.get(NAME)).toBe(other);
  });

  it('if it is interrupted before the secret is written', async () => {
    const whole = scene();
    const { interruption } = whole.context;
    const get = whole.from.getPassword.bind(whole.from);
    whole.from.getPassword = async (account) => {
      const secret = await get(account);
      interruption.raise(130);
      return secret;
    };
    await expect(moveIn(whole)).rejects.toMatchObject({ exitCode: 130 });
    expect([...whole.records.kept.values()]).toEqual([ACME]);
    expect(whole.from.items.get(NAME)).toBe(itemOf(ACME));
    expect(whole.to.items.has(NAME)).toBe(false);
  });

  it('if it is interrupted while the store is tested', async () => {
    const whole = scene();
    const get = whole.to.getPassword.bind(whole.to);
    whole.to.getPassword = async (account) => {
      if (!own(account)) whole.context.interruption.raise(130);
      return get(account);
    };
    await expect(moveIn(whole)).rejects.toMatchObject({ exitCode: 130 });
    expect([...whole.records.kept.values()]).toEqual([ACME]);
    expect([...whole.to.items.keys()]).toEqual([]);
  });

  it('but goes on if it is interrupted while the secret is written', async () => {
    const whole = scene();
    const { interruption } = whole.context;
    const set = whole.to.setPassword.bind(whole.to);
    whole.to.setPassword = async (account, password) => {
      if (own(account)) interruption.raise(130);
      return set(account, password);
    };
    expect((await moveIn(whole)).reason).toBe('ok');
    expect([...whole.records.kept.values()]).toEqual([MOVED]);
    expect(whole.from.items.size).toBe(0);
  });
});

describe('an item that the new store has under the name', () => {
  const beta = freshserviceConnection({
    host: 'beta.freshservice.com',
    fields: { domain: 'beta' },
  });

  it.each([
    ['of another tenant', itemOf(beta)],
    ['of another provider', itemOf(gladlyConnection())],
  ])('%s is kept, and the name is taken', async (_, item) => {
    const whole = scene();
    whole.to.items.set(NAME, item);
    const refused = moveIn(whole);
    await expect(refused).rejects.toBeInstanceOf(UsageError);
    await expect(refused).rejects.toMatchObject({ code: 'name-taken' });
    expectUnchanged(whole, { [NAME]: item });
  });

  it.each([
    ['of another tenant', itemOf(beta)],
    ['of another provider', itemOf(gladlyConnection())],
  ])('%s is overwritten with --replace', async (_, item) => {
    const whole = scene();
    whole.to.items.set(NAME, item);
    expect((await moveIn(whole, { replace: true })).reason).toBe('ok');
    expect(whole.to.items.get(NAME)).toBe(itemOf(ACME));
    expect(whole.from.items.size).toBe(0);
  });

  it('is put back if the move fails', async () => {
    const whole = scene();
    whole.to.items.set(NAME, itemOf(beta));
    whole.records.failing = () => true;
    expect((await moveIn(whole, { replace: true })).reason).toBe('store-denied');
    expectUnchanged(whole, { [NAME]: itemOf(beta) });
  });

  it('of the same tenant, from an interrupted move, is overwritten', async () => {
    const whole = scene();
    whole.to.items.set(NAME, itemOf(ACME, 'an-older-KEY-0123'));
    expect((await moveIn(whole)).reason).toBe('ok');
    expect(whole.to.items.get(NAME)).toBe(itemOf(ACME));
  });

  it.each([true, false])(
    'that cannot be read is never overwritten (--replace: %s)',
    async (replace) => {
      const whole = scene();
      whole.to.items.set(NAME, '{"v":2}');
      expect(await moveIn(whole, { replace })).toMatchObject({
        reason: 'store-corrupt',
        stored: true,
      });
      expectUnchanged(whole, { [NAME]: '{"v":2}' });
    },
  );
});

describe('an old secret that cannot be deleted', () => {
  it('is a warning, and the move is done', async () => {
    const whole = scene();
    whole.from.fault = { fails: 'store-timeout', on: 'delete' };
    const report = await moveIn(whole);
    expect(report).toMatchObject({ reason: 'ok', stored: true, store: { kind: 'file' } });
    expect(report.warnings).toEqual([
      {
        code: 'old-secret-left',
        message: `A copy of the secret of ${NAME} may still be in Fake Keychain.`,
      },
    ]);
    expect([...whole.records.kept.values()]).toEqual([{ ...MOVED, copies: ['keychain'] }]);
    expect(whole.to.items.get(NAME)).toBe(itemOf(ACME));
  });

  it('is noted in the record before it is written, so that a killed move leaves no unknown copy', async () => {
    const whole = scene();
    const noted: unknown[] = [];
    const set = whole.to.setPassword.bind(whole.to);
    whole.to.setPassword = async (account, password) => {
      if (account !== NAME) return set(account, password);
      noted.push(...whole.records.kept.values());
      throw new StoreError('store-locked', { what: 'It is locked', next: 'Unlock it.' });
    };
    await moveIn(whole);
    expect(noted).toContainEqual({ ...ACME, copies: ['file'] });
    // The copy was undone, so it is no longer noted.
    expect([...whole.records.kept.values()]).toEqual([ACME]);
  });

  it('is deleted with the connection', async () => {
    const whole = scene();
    whole.from.fault = { fails: 'store-timeout', on: 'delete' };
    await moveIn(whole);
    whole.from.fault = undefined;
    const [report] = await removeConnections(whole.context, faked, [NAME]);
    expect(report?.warnings.map(({ code }) => code)).toEqual(['still-works']);
    expect(whole.from.items.size).toBe(0);
    expect(whole.to.items.size).toBe(0);
    expect(whole.records.kept.size).toBe(0);
  });

  it('is a warning with the name of its store if the connection is removed without it', async () => {
    const whole = scene();
    whole.from.fault = { fails: 'store-timeout', on: 'delete' };
    await moveIn(whole);
    const [report] = await removeConnections(whole.context, faked, [NAME]);
    expect(report).toMatchObject({ reason: 'ok', stored: false });
    expect(report?.warnings[0]).toEqual({
      code: 'old-secret-left',
      message: `A copy of the secret of ${NAME} may still be in Fake Keychain.`,
    });
  });

  it('is a warning, too, if the old store says "nothing there" and then fails', async () => {
    const whole = scene();
    // Like a keychain that was locked meanwhile: it deletes nothing, and cannot be written.
    whole.from.deletePassword = async () => false;
    whole.from.fault = { fails: 'store-locked', on: 'set' };
    const report = await moveIn(whole);
    expect(report.reason).toBe('ok');
    expect(report.warnings.map(({ code }) => code)).toEqual(['old-secret-left']);
  });
});
