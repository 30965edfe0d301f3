import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/core/connection.js';
import { ConnectionError } from '../../../src/core/errors.js';
import type { Connected } from '../../../src/flows/connect/connect.js';
import type { GuidedProvider } from '../../../src/core/guide.js';
import { page } from '../../support/fake-providers.js';
import {
  API_KEY,
  asks,
  fakeContext,
  fakeRecords,
  fakeResumePoints,
  fakeStore,
  filledStore,
  itemOf,
  NOW,
  WRONG_KEY,
  type Exchange,
  type FakeContext,
  type FakeHost,
  type FakeStore,
} from '../../support/fakes.js';
import { itemsOf, runConnect, type RunOptions } from '../../support/run-connect.js';
import { brindle, connectionTo, fakeApi, fernway } from '../../support/test-provider.js';

const ACME = connectionTo(brindle, { needs: ['tickets.read'] });
const { host: HOST, name: NAME } = ACME;
const NEW_KEY = 'n3wKeyAfterTheReset42';
const SOMEBODY = { id: '1', label: 'Somebody Else' };

/** After the reset, the old key is refused. */
const reset = fakeApi(brindle, { values: { apiKey: NEW_KEY } });

interface Scene {
  readonly connections?: readonly Connection[];
  readonly hosts?: Readonly<Record<string, FakeHost>>;
  readonly script?: readonly Exchange[];
  readonly store?: FakeStore;
}

const scene = ({ connections = [ACME], store, hosts, ...more }: Scene = {}): FakeContext =>
  fakeContext({
    hosts: hosts ?? { [HOST]: reset },
    records: fakeRecords(...connections),
    store: store ?? filledStore(...connections),
    ...more,
  });

interface Given extends Pick<RunOptions, 'replace' | 'guide' | 'byVariable'> {
  readonly rotating?: Connection;
  readonly provider?: GuidedProvider;
  /** The new key, if it came with the command. */
  readonly key?: string;
}

function rotate(
  context: FakeContext,
  { rotating = ACME, key, ...more }: Given = {},
): Promise<Connected> {
  return runConnect(context, {
    rotating,
    supplied: key === undefined ? {} : { apiKey: key },
    defaultStore: rotating.store,
    ...more,
  });
}

/** The record and the secret are as before, and no test value is left. */
function expectUnchanged(context: FakeContext, connection = ACME): void {
  expect([...context.records.kept.values()]).toEqual([connection]);
  expect(itemsOf(context)).toEqual({ [connection.name]: itemOf(connection) });
}

describe('a new key that comes with the command', () => {
  it('replaces the old one once it is accepted, and changes nothing else', async () => {
    const store = filledStore(ACME);
    const seen: (string | undefined)[] = [];
    const hosts = {
      [HOST]: (request: Parameters<typeof reset>[0]) => {
        seen.push(store.items.get(NAME));
        return reset(request);
      },
    };
    const context = scene({ store, hosts });
    const { report } = await rotate(context, { key: NEW_KEY });
    expect(report).toMatchObject({ name: NAME, reason: 'ok', stored: true, replaced: true });
    // The requests without the key, with it, and for its capability.
    expect(seen).toEqual([itemOf(ACME), itemOf(ACME), itemOf(ACME)]);
    expect(itemsOf(context)).toEqual({ [NAME]: itemOf(ACME, NEW_KEY) });
    expect([...context.records.kept.values()]).toEqual([
      { ...ACME, changedAt: NOW, verifiedAt: NOW, lastValidAt: NOW },
    ]);
  });

  it('is enough: the address, e-mail, name and store come from the record', async () => {
    const work = connectionTo(fernway, { name: 'work', store: 'file' });
    const file = filledStore(work);
    const context = fakeContext({
      hosts: { [work.host]: fakeApi(fernway, { values: { apiKey: NEW_KEY } }) },
      records: fakeRecords(work),
      stores: { file },
    });
    const { report } = await rotate(context, { rotating: work, provider: fernway, key: NEW_KEY });
    expect(report).toMatchObject({ name: 'work', reason: 'ok', fields: work.fields });
    expect(itemsOf({ store: file })).toEqual({ work: itemOf(work, NEW_KEY) });
    expect(context.store.calls).toEqual([]);
  });

  it.each<[string, FakeHost, string, string]>([
    ['refused', reset, WRONG_KEY, 'bad-credential'],
    ['not verified for want of a response', 'timeout', NEW_KEY, 'timeout'],
    ["not verified, since the response isn't the API's", () => page(200), NEW_KEY, 'not-an-api'],
    ['not verified, since the provider is busy', () => ({ status: 429 }), NEW_KEY, 'rate-limited'],
  ])('that is %s changes nothing', async (_, host, key, reason) => {
    const context = scene({ hosts: { [HOST]: host } });
    const { report } = await rotate(context, { key });
    expect(report).toMatchObject({ name: NAME, reason, stored: false });
    expectUnchanged(context);
  });

  it.each([
    ['the one that is stored', API_KEY, /stored already/u],
    ['the site', 'acme', /That|that is the Site/u],
  ])('that is %s is refused before any request, and not repeated', async (_, key, why) => {
    const context = scene({ hosts: {} });
    const refused = rotate(context, { key });
    await expect(refused).rejects.toMatchObject({ name: 'UsageError', code: 'usage' });
    await expect(refused).rejects.toThrow(why);
    await expect(refused).rejects.not.toThrow(API_KEY);
    expectUnchanged(context);
  });

  it('is named by its variable if it comes from one', async () => {
    const context = scene();
    expect((await rotate(context, { key: NEW_KEY, byVariable: ['apiKey'] })).report.reason).toBe(
      'ok',
    );
    expect(context.terminal.text('tell')).toContain('VAR_apiKey');
  });

  it('is missing if the variable holds the stored secret', async () => {
    const context = scene({ hosts: {} });
    const missing = rotate(context, { key: API_KEY, byVariable: ['apiKey'] });
    await expect(missing).rejects.toMatchObject({ code: 'input-needed' });
    await expect(missing).rejects.toThrow('API key is missing:');
    expectUnchanged(context);
  });
});

describe('other connections of the same owner', () => {
  const also = (name: string, changes = {}): Connection => ({ ...ACME, name, ...changes });
  const connections = [
    ACME,
    also('desk'),
    also('elsewhere', { host: 'beta.brindle.example', fields: { site: 'beta' } }),
    also('somebody', { identity: SOMEBODY }),
    also('unknown', { identity: null }),
  ];
  const SHARED = 'The same user has a key stored as desk, too.';

  it('are named before the reset, and in the report', async () => {
    const context = scene({ connections });
    const { report } = await rotate(context, { key: NEW_KEY });
    expect(report.warnings).toContainEqual({ code: 'also-stored', message: SHARED });
    expect(context.terminal.text('explain')).toContain(SHARED);
  });

  it('are not named if nothing was replaced', async () => {
    const { report } = await rotate(scene({ connections }), { key: WRONG_KEY });
    expect(report).toMatchObject({ stored: false, warnings: [] });
  });
});

describe('a person', () => {
  const ASKED = asks.secret('API key', NEW_KEY, { refused: [API_KEY, ` ${API_KEY} `, ''] });

  it.each<[string, Exchange[], Given]>([
    ['is asked only for the key, and the old one is refused', [ASKED], {}],
    [
      'is asked for the key if the variable holds the old one',
      [ASKED],
      { key: API_KEY, byVariable: ['apiKey'] },
    ],
    ['is asked again if it is refused', [asks.secret('API key', WRONG_KEY), ASKED], {}],
  ])('%s', async (_, script, given) => {
    const context = scene({ script });
    const { report } = await rotate(context, given);
    expect(report).toMatchObject({ reason: 'ok', stored: true });
    expect(itemsOf(context)).toEqual({ [NAME]: itemOf(ACME, NEW_KEY) });
    expect(context.terminal.text('title')).toBe(`Rotate ${NAME}`);
    expect(context.terminal.text('explain')).toContain('A reset ends the old key at once.');
    expect(context.terminal.text()).not.toContain(NEW_KEY);
  });

  it('changes nothing if they stop', async () => {
    const context = scene({ script: [asks.interrupt] });
    await expect(rotate(context)).rejects.toMatchObject({ exitCode: 130 });
    expectUnchanged(context);
  });

  it('is offered no other answer in the guide, and nothing to resume', async () => {
    const resumePoints = fakeResumePoints({
      provider: 'brindle',
      fields: { site: 'acme' },
      field: 'apiKey',
      words: {},
      part: 'where',
      options: {},
      savedAt: NOW,
    });
    const script = [asks.choose(/^What do you see/u, /^Trial or production$/u), asks.interrupt];
    const context = { ...scene({ script }), resumePoints };
    await expect(rotate(context, { guide: brindle.guide })).rejects.toMatchObject({
      name: 'Interrupted',
    });
    expect(context.terminal.text('ask')).toContain('What now? [I have the API key]');
    expect(resumePoints.kept.size).toBe(1);
  });
});

const happens = (what: RegExp): Exchange => asks.choose(/^What should happen to it\?$/u, what);

describe('a new key of somebody else', () => {
  const others = { ...ACME, identity: SOMEBODY };

  it('is refused without --replace', async () => {
    const context = scene({ connections: [others] });
    const taken = rotate(context, { rotating: others, key: NEW_KEY });
    await expect(taken).rejects.toMatchObject({ code: 'name-taken' });
    await expect(taken).rejects.toThrow('Somebody Else');
    expectUnchanged(context, others);
  });

  it.each<[string, Connection, Given, Exchange[]?]>([
    ['with --replace', others, { replace: true }],
    ['if a person agrees', others, {}, [happens(/^Replace it$/u)]],
    ['if nobody knows whose the old one is', { ...ACME, identity: null }, {}],
  ])('replaces the old one %s', async (_, rotating, given, script) => {
    const context = scene({ connections: [rotating], ...(script && { script }) });
    const { report } = await rotate(context, { rotating, key: NEW_KEY, ...given });
    expect(report).toMatchObject({ reason: 'ok', stored: true, identity: { id: '21' } });
    expect(itemsOf(context)).toEqual({ [NAME]: itemOf(ACME, NEW_KEY) });
    // A rotation is about this name, so no other one is offered.
    expect(context.terminal.text('ask')).not.toContain('another name');
  });
});

const own = (account: string): boolean => account === NAME;

describe('a new key that cannot be stored', () => {
  it.each(['truncating', 'losing'] as const)(
    'in a %s store leaves the old one there',
    async (fault) => {
      const context = scene();
      // The store fails once, for the new key; putting the old one back works.
      const { store } = context;
      const setPassword = store.setPassword.bind(store);
      let writes = 0;
      store.setPassword = async (account, password) => {
        writes += own(account) ? 1 : 0;
        store.fault = own(account) && writes === 1 ? fault : undefined;
        await setPassword(account, password);
        store.fault = undefined;
      };
      const { report } = await rotate(context, { key: NEW_KEY });
      expect(report).toMatchObject({ reason: 'store-mismatch', stored: false });
      expect(writes).toBe(2);
      expectUnchanged(context);
    },
  );

  it.each<[string, string, (context: FakeContext) => void]>([
    [
      'the record cannot be written',
      'store-denied',
      ({ records }) => {
        records.failing = () => true;
      },
    ],
    [
      'the store refuses every write',
      'store-denied',
      ({ store }) => {
        store.fault = { fails: 'store-denied', on: 'set' };
      },
    ],
  ])('leaves the old one there, since %s', async (_, reason, breaks) => {
    const context = scene();
    breaks(context);
    const { report } = await rotate(context, { key: NEW_KEY });
    expect(report).toMatchObject({ reason, stored: false });
    expectUnchanged(context);
  });

  it('may be in the store, as the message says, if the old one cannot be put back', async () => {
    const context = scene();
    const { store } = context;
    const setPassword = store.setPassword.bind(store);
    store.setPassword = async (account, password) => {
      await setPassword(account, password);
      if (own(account)) store.fault = { fails: 'store-timeout' };
    };
    const { report } = await rotate(context, { key: NEW_KEY });
    expect(report).toMatchObject({ reason: 'store-timeout', stored: false });
    expect(report.advice.next).toContain('may hold the new secret now');
  });
});

describe('a connection that is to be rotated', () => {
  it.each([[[]], [['apiKey']]])(
    'takes any new key if its old one is lost (%j)',
    async (byVariable) => {
      const context = scene({ store: fakeStore() });
      const { report } = await rotate(context, { key: NEW_KEY, byVariable });
      expect(report).toMatchObject({ reason: 'ok', stored: true });
      expect(itemsOf(context)).toEqual({ [NAME]: itemOf(ACME, NEW_KEY) });
    },
  );

  it('has the fields that are stored with its old key, whatever its record says', async () => {
    const work = connectionTo(fernway);
    const fields = { site: 'beta', email: 'mallory@evil.example', apiKey: 'of-the-record-42' };
    const context = scene({
      connections: [work],
      hosts: { [work.host]: fakeApi(fernway, { values: { apiKey: NEW_KEY } }) },
    });
    const rotating = { ...work, fields };
    const { report } = await rotate(context, { provider: fernway, rotating, key: NEW_KEY });
    expect(report).toMatchObject({ reason: 'ok', host: work.host, fields: work.fields });
    expect(itemsOf(context)).toEqual({ [work.name]: itemOf(work, NEW_KEY) });
    await expect(rotate(context, { provider: fernway, rotating })).rejects.toMatchObject({
      code: 'input-needed',
    });
  });

  it('is left as it is, without a question, if its store cannot be read', async () => {
    const context = scene({ hosts: {}, script: [] });
    context.store.fault = { fails: 'store-locked', on: 'get' };
    const failed = rotate(context, { key: NEW_KEY });
    await expect(failed).rejects.toBeInstanceOf(ConnectionError);
    await expect(failed).rejects.toMatchObject({ reason: 'store-locked', connection: NAME });
    context.store.fault = undefined;
    expectUnchanged(context);
  });

  it("is left as it is if another tenant's secret is under its name", async () => {
    const context = scene({ hosts: {} });
    const foreign = itemOf(connectionTo(brindle, { host: 'beta.brindle.example' }));
    context.store.items.set(NAME, foreign);
    await expect(rotate(context, { key: NEW_KEY })).rejects.toMatchObject({
      reason: 'store-corrupt',
    });
    expect(itemsOf(context)).toEqual({ [NAME]: foreign });
  });

  it('is proven by the new key if the old one was refused', async () => {
    const refused = { ...ACME, reason: 'bad-credential', lastValidAt: null } as const;
    const context = scene({ connections: [refused] });
    await rotate(context, { rotating: refused, key: NEW_KEY });
    expect(context.records.kept.get(NAME)).toMatchObject({ reason: 'ok', lastValidAt: NOW });
  });
});
