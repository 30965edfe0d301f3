import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/core/connection.js';
import {
  API_KEY,
  asks,
  EMAIL,
  fakeContext,
  fakeRecords,
  fakeStore,
  filledStore,
  itemOf,
  type Exchange,
  type FakeContext,
  type FakeHost,
} from '../../support/fakes.js';
import { itemsOf, runConnect, runWizard, type RunOptions } from '../../support/run-connect.js';
import { brindle, connectionTo, fakeApi, fernway } from '../../support/test-provider.js';

const BRINDLE = 'acme.brindle.example';
const FERNWAY = 'acme.eu-1.fernway.example';
const brindleLive = fakeApi(brindle);
const fernwayLive = fakeApi(fernway);
/** Recognised without the key, and busy with it. */
const busy: FakeHost = (request) =>
  request.authorization === undefined ? brindleLive(request) : { status: 503 };

const acme = connectionTo(brindle);
const globex = connectionTo(brindle, { name: 'work', host: 'globex.brindle.example' });
const old = connectionTo(fernway, { fields: { site: 'acme.eu-1', email: 'old@acme.example' } });
const bob = { identity: { id: '99', label: 'Bob <bob@acme.example>' } };

const happens = (what: RegExp): Exchange => asks.choose(/^What should happen to it\?$/u, what);
const KEEP = happens(/^Keep it, and save this one under another name$/u);
const REPLACE = happens(/^Replace it/u);
const STOP = happens(/^Stop, and save nothing$/u);
const MET = asks.choose(/^What do you want\?$/u, /^Replace its API key$/u);
const HAVE = asks.choose(/^What do you see\?$/u, /^I have the API key$/u);
const KEY = asks.secret('API key', API_KEY);
const called = (initial: string, answer = initial, refused: string[] = []): Exchange =>
  asks.text('Name for this one', answer, { initial, refused, back: true });

interface Taken {
  readonly was: Connection;
  readonly script?: readonly Exchange[];
  readonly host?: FakeHost;
}

/** A world in which that connection is stored already. */
function taken({ was, script, host }: Taken): FakeContext {
  const hosts: Record<string, FakeHost> =
    was === old ? { [FERNWAY]: host ?? fernwayLive } : { [BRINDLE]: host ?? brindleLive };
  return fakeContext({
    ...(script && { script }),
    hosts,
    records: fakeRecords(was),
    store: filledStore(was),
  });
}

const NAMED: RunOptions = { name: 'work' };
const BY_EMAIL: RunOptions = { provider: fernway, supplied: { site: 'acme.eu-1' } };

describe('a script whose name is taken', () => {
  it.each<[string, Connection, RunOptions, string]>([
    ['by another tenant', globex, NAMED, 'it belongs to globex.brindle.example'],
    ['by another provider', { ...old, name: 'work' }, NAMED, 'it belongs to fernway'],
    ['by another user', old, { provider: fernway }, 'its User email is old@acme.example'],
    ['by somebody else', { ...acme, ...bob }, {}, 'it is the credential of Bob'],
  ])('%s is refused, and changes nothing', async (_, was, options, why) => {
    const context = taken({ was });
    const known = { ...brindle.sandbox.values, email: EMAIL, site: 'acme' };
    const supplied = options.provider ? { ...known, site: 'acme.eu-1' } : known;
    await expect(runConnect(context, { ...options, supplied })).rejects.toMatchObject({
      code: 'name-taken',
      advice: { why: expect.stringContaining(why) as string },
    });
    if (was.identity !== bob.identity) expect(context.http.signed).toEqual([]);
    expect(itemsOf(context)).toEqual({ [was.name]: itemOf(was) });
    expect([...context.records.kept.values()]).toEqual([was]);
  });

  it.each([globex, { ...old, name: 'work' }])(
    'replaces the connection with --replace: %#',
    async (was) => {
      const context = fakeContext({
        hosts: { [BRINDLE]: brindleLive },
        records: fakeRecords(was),
        store: filledStore(was),
      });
      const { report } = await runConnect(context, { ...NAMED, replace: true });
      expect(report).toMatchObject({ name: 'work', host: BRINDLE, stored: true, replaced: true });
      expect(context.records.kept.get('work')).toMatchObject({
        provider: 'brindle',
        host: BRINDLE,
      });
    },
  );

  it('does not replace a proven credential by an unproven one', async () => {
    const context = taken({ was: acme, host: 'dns' });
    await expect(runConnect(context, { allowUnverified: true })).rejects.toMatchObject({
      code: 'name-taken',
    });
    expect(itemsOf(context)).toEqual({ [acme.name]: itemOf(acme) });
  });

  it.each([
    ['of another tenant', globex],
    ['of another provider', old],
  ])('by an item %s without a record is refused', async (_, was) => {
    const store = fakeStore();
    store.items.set(acme.name, itemOf(was));
    const context = fakeContext({ hosts: { [BRINDLE]: brindleLive }, store });
    await expect(runConnect(context)).rejects.toMatchObject({ code: 'name-taken' });
    expect(itemsOf(context)).toEqual({ [acme.name]: itemOf(was) });
  });

  it("by the same tenant's former address goes on", async () => {
    const was = connectionTo(fernway);
    const context = taken({ was: old });
    context.records.kept.clear();
    context.records.kept.set(was.name, was);
    const former = { ...was, host: 'acme.fernway.example', fields: { site: 'acme', email: EMAIL } };
    context.store.items.set(was.name, itemOf(former));
    const supplied = { ...fernway.sandbox.values, site: 'acme.eu-1' };
    const { report } = await runConnect(context, { provider: fernway, supplied });
    expect(report.stored).toBe(true);
  });
});

describe('a person whose name is taken', () => {
  it('is asked as soon as an answer shows it, before they fetch the key', async () => {
    const context = taken({
      was: old,
      script: [
        MET,
        asks.text('User email', EMAIL, { initial: 'old@acme.example' }),
        KEEP,
        called(`${old.name}-api-user`),
        HAVE,
        KEY,
      ],
    });
    const { report } = await runWizard(context, BY_EMAIL);
    expect(report).toMatchObject({ name: 'fernway/acme.eu-1-api-user', stored: true });
    expect(context.terminal.text('warn')).toContain(
      'fernway/acme.eu-1 is already there: its User email is old@acme.example.',
    );
    expect([...context.records.kept.keys()]).toEqual([old.name, `${old.name}-api-user`]);
    expect(context.records.kept.get(old.name)).toEqual(old);
  });

  it.each<[string, Taken, RunOptions, object]>([
    [
      'replaces the connection once the new key works',
      { was: globex, script: [happens(/^Replace it, once the new API key works$/u)] },
      NAMED,
      { name: 'work', host: BRINDLE, stored: true },
    ],
    [
      'saves the new one under its default name',
      { was: globex, script: [KEEP, called(acme.name, acme.name, ['work', 'brindle', 'No!', ''])] },
      NAMED,
      { name: acme.name, stored: true },
    ],
    [
      'saves the new one under a name of their choice',
      { was: globex, script: [KEEP, called(acme.name, 'desk')] },
      NAMED,
      { name: 'desk', stored: true },
    ],
    [
      'goes back from the name to what should happen',
      { was: globex, script: [KEEP, asks.back, REPLACE] },
      NAMED,
      { name: 'work', stored: true },
    ],
    [
      'is asked once the key shows whose it is, and keeps the key',
      { was: { ...acme, ...bob }, script: [KEEP, called(`${acme.name}-ines`)] },
      {},
      { name: 'brindle/acme-ines', stored: true },
    ],
    [
      "replaces somebody else's connection",
      { was: { ...acme, ...bob }, script: [happens(/^Replace it$/u)] },
      {},
      { name: acme.name, stored: true, replaced: true },
    ],
    [
      'is asked again, in other words, if the new key is not verified',
      {
        was: globex,
        script: [
          REPLACE,
          asks.choose(/^What now\?$/u, /^Store it unverified/u),
          happens(/^Replace it, although the new API key is not verified$/u),
        ],
        host: busy,
      },
      NAMED,
      { name: 'work', host: BRINDLE, stored: true, lastValidAt: null },
    ],
  ])('%s', async (_, world, options, expected) => {
    const context = taken(world);
    const { report } = await runConnect(context, options);
    expect(report).toMatchObject(expected);
    const { was } = world;
    const replaced = report.name === was.name;
    expect(context.records.kept.get(was.name)).toEqual(
      replaced ? expect.objectContaining({ host: BRINDLE }) : was,
    );
  });

  it('is asked again if the next name is taken', async () => {
    const context = fakeContext({
      script: [KEEP, called(acme.name), KEEP, called(`${acme.name}-2`, 'free')],
      hosts: { [BRINDLE]: brindleLive },
      records: fakeRecords(globex, { ...globex, name: acme.name }),
    });
    const { report } = await runConnect(context, NAMED);
    expect(report).toMatchObject({ name: 'free', stored: true });
  });

  it('by a secret without a record keeps that secret, and saves under another name', async () => {
    const store = fakeStore();
    store.items.set(acme.name, itemOf(globex));
    const context = fakeContext({
      script: [KEEP, called(`${acme.name}-ines`)],
      hosts: { [BRINDLE]: brindleLive },
      store,
    });
    expect((await runConnect(context)).report).toMatchObject({ stored: true });
    expect(Object.keys(itemsOf(context))).toEqual([acme.name, `${acme.name}-ines`]);
  });

  it('changes nothing if they stop', async () => {
    const context = taken({ was: globex, script: [STOP] });
    await expect(runConnect(context, NAMED)).rejects.toMatchObject({
      code: 'name-taken',
      advice: { what: 'The name work is taken' },
    });
    expect(itemsOf(context)).toEqual({ work: itemOf(globex) });
  });

  it.each<[string, Exchange[]]>([
    [
      'the site',
      [asks.back, asks.back, asks.text('Site', 'acme.eu-1', { initial: 'acme.eu-1' }), MET],
    ],
    ['the email', [asks.back]],
  ])('is asked again after a yes if they take back %s', async (_, again) => {
    const context = taken({
      was: old,
      script: [
        asks.text('Site', 'acme.eu-1'),
        MET,
        asks.text('User email', EMAIL, { initial: 'old@acme.example' }),
        REPLACE,
        ...again,
        asks.text('User email', 'amy@acme.example', { initial: EMAIL }),
        KEEP,
        called(`${old.name}-amy`),
        asks.interrupt,
      ],
    });
    const run = runWizard(context, { provider: fernway });
    await expect(run).rejects.toMatchObject({ name: 'Interrupted' });
  });
});
