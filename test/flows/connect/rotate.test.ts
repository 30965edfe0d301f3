import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/core/connection.js';
import { ConnectionError, UsageError } from '../../../src/core/errors.js';
import { Secret } from '../../../src/core/secret.js';
import type { SuppliedValue } from '../../../src/flows/connect/supplied.js';
import { connect } from '../../../src/flows/connect/connect.js';
import { findConnection } from '../../../src/flows/connections/find.js';
import { providerOfRecord } from '../../../src/flows/store/open-credential.js';
import { providers } from '../../support/built-ins.js';
import { fakeFreshservice, fakeGladly, page } from '../../support/fake-providers.js';
import {
  API_KEY,
  asks,
  EMAIL,
  fakeContext,
  fakeRecords,
  fakeStore,
  filledStore,
  freshserviceConnection,
  gladlyConnection,
  itemOf,
  NOW,
  TOKEN,
  WRONG_KEY,
  type FakeContext,
  type FakeStore,
} from '../../support/fakes.js';

const ACME = freshserviceConnection({ needs: ['tickets.read'] });
const AMY = gladlyConnection();
const HOST = ACME.host;
const NAME = ACME.name;
const NEW_KEY = 'n3wKeyAfterTheReset42';
const NEW_TOKEN = 'tok-after-the-reset-7';

/** After the reset: the old key is refused. */
const reset = fakeFreshservice({ tenants: ['acme'], apiKey: NEW_KEY });
const SOMEBODY = { id: '1', label: 'Somebody Else' };

interface More {
  readonly name?: string;
  readonly replace?: boolean;
  /** By field id: what came by a flag. */
  readonly flags?: Readonly<Record<string, string>>;
  /** The same by a variable. */
  readonly variables?: Readonly<Record<string, string>>;
}

async function rotateIn(
  context: FakeContext,
  { name = NAME, replace = false, flags = {}, variables = {} }: More = {},
) {
  const supplied = new Map<string, SuppliedValue>();
  for (const [id, value] of Object.entries(variables))
    supplied.set(id, { value: new Secret(value), variable: `VAR_${id}` });
  for (const [id, value] of Object.entries(flags)) supplied.set(id, { value: new Secret(value) });
  const { connection: rotating } = await findConnection(context, name);
  const provider = providerOfRecord(providers, rotating);
  const connected = await connect(context, provider, {
    supplied,
    replace,
    allowUnverified: false,
    defaultStore: rotating.store,
    timeoutMs: 1000,
    rotating,
  });
  return { ...connected, provider };
}

interface Scene {
  readonly connections?: readonly Connection[];
  readonly hosts?: NonNullable<Parameters<typeof fakeContext>[0]['hosts']>;
  readonly script?: NonNullable<Parameters<typeof fakeContext>[0]['script']>;
  readonly store?: FakeStore;
}

const scene = ({ connections = [ACME], store, ...parts }: Scene = {}): FakeContext =>
  fakeContext({
    hosts: {},
    records: fakeRecords(...connections),
    store: store ?? filledStore(...connections),
    ...parts,
  });

/** Record and secret are as they were, and no test value is left. */
function expectUnchanged({ records, store }: FakeContext, connection = ACME): void {
  expect([...records.kept.values()]).toEqual([connection]);
  expect(Object.fromEntries(store.items)).toEqual({ [connection.name]: itemOf(connection) });
}

describe('a new secret that came with the command', () => {
  it('takes the place of the old one once it is proven, and nothing else changes', async () => {
    const context = scene({ hosts: { [HOST]: reset } });
    const { report, provider } = await rotateIn(context, { flags: { apiKey: NEW_KEY } });
    expect(provider.id).toBe('freshservice');
    expect(report).toMatchObject({ name: NAME, reason: 'ok', stored: true });
    expect(Object.fromEntries(context.store.items)).toEqual({ [NAME]: itemOf(ACME, NEW_KEY) });
    expect([...context.records.kept.values()]).toEqual([
      { ...ACME, changedAt: NOW, verifiedAt: NOW, lastValidAt: NOW },
    ]);
  });

  it('tells of other connections with the same owner: the old secret ends for them, too', async () => {
    const names = ['desk', 'elsewhere', 'somebody', 'unknown'];
    const [desk, elsewhere, somebody, unknown] = names.map((name) =>
      freshserviceConnection({ name }),
    ) as [Connection, Connection, Connection, Connection];
    const connections = [
      ACME,
      desk,
      { ...elsewhere, host: 'beta.freshservice.com', fields: { domain: 'beta' } },
      { ...somebody, identity: SOMEBODY },
      { ...unknown, identity: null },
    ];
    const context = scene({ connections, hosts: { [HOST]: reset } });
    const { report } = await rotateIn(context, { flags: { apiKey: NEW_KEY } });
    const told = report.warnings.filter(({ code }) => code === 'also-stored');
    expect(told.map(({ message }) => message)).toEqual([
      'The same agent has its key stored here as desk, too: that one ends with a reset. Rotate it next, with the same new key.',
    ]);
    // Before anything is reset.
    expect(context.terminal.text('explain')).toContain('stored here as desk, too');
  });

  it('and not where nothing was replaced', async () => {
    const connections = [ACME, freshserviceConnection({ name: 'desk' })];
    const context = scene({ connections, hosts: { [HOST]: reset } });
    const { report } = await rotateIn(context, { flags: { apiKey: WRONG_KEY } });
    expect(report).toMatchObject({ stored: false, warnings: [] });
  });

  it('leaves the old one in its place until then', async () => {
    const store = filledStore(ACME);
    const seen: (string | undefined)[] = [];
    const context = scene({
      store,
      hosts: {
        [HOST]: (request) => {
          seen.push(store.items.get(NAME));
          return reset(request);
        },
      },
    });
    await rotateIn(context, { flags: { apiKey: NEW_KEY } });
    // Unsigned, signed, and for what is needed.
    expect(seen).toEqual([itemOf(ACME), itemOf(ACME), itemOf(ACME)]);
    expect(context.http.signed).toHaveLength(2);
  });

  it('asks for nothing else: address and email are those of the record', async () => {
    const context = scene({
      connections: [AMY],
      hosts: { [AMY.host]: fakeGladly({ host: AMY.host, email: EMAIL, token: NEW_TOKEN }) },
    });
    const { report } = await rotateIn(context, { name: 'gladly', flags: { token: NEW_TOKEN } });
    expect(report).toMatchObject({ name: AMY.name, reason: 'ok', fields: AMY.fields });
    expect(context.store.items.get(AMY.name)).toBe(itemOf(AMY, NEW_TOKEN));
  });

  it('keeps a name that was supplied, and the store that is remembered', async () => {
    const work = { ...ACME, name: 'work', store: 'file' };
    const file = filledStore(work);
    const context = fakeContext({
      hosts: { [HOST]: reset },
      records: fakeRecords(work),
      stores: { file },
    });
    expect(
      (await rotateIn(context, { name: 'work', flags: { apiKey: NEW_KEY } })).report.reason,
    ).toBe('ok');
    expect(context.records.kept.get('work')).toMatchObject({ name: 'work', store: 'file' });
    expect(file.items.get('work')).toBe(itemOf(work, NEW_KEY));
    expect(context.store.calls).toEqual([]);
  });

  it.each([
    ['refused', { [HOST]: reset }, WRONG_KEY, 'bad-credential'],
    ['not proven: no answer', { [HOST]: 'timeout' }, NEW_KEY, 'timeout'],
    ['not proven: another answer', { [HOST]: () => page(200) }, NEW_KEY, 'not-an-api'],
    ['not proven: busy', { [HOST]: () => ({ status: 429 }) }, NEW_KEY, 'rate-limited'],
  ] as const)('that is %s changes nothing', async (_, hosts, apiKey, reason) => {
    const context = scene({ hosts });
    const { report } = await rotateIn(context, { flags: { apiKey } });
    expect(report).toMatchObject({ name: NAME, reason, stored: false });
    expectUnchanged(context);
  });

  it('that is the old one is refused before anybody is asked, without saying it', async () => {
    const context = scene();
    const refused = rotateIn(context, { flags: { apiKey: API_KEY } });
    await expect(refused).rejects.toBeInstanceOf(UsageError);
    await expect(refused).rejects.toMatchObject({ code: 'usage' });
    await expect(refused).rejects.not.toThrow(API_KEY);
    await expect(refused).rejects.toThrow(/stored now/u);
    expectUnchanged(context);
  });

  it('that cannot be one is refused, and nothing is sent', async () => {
    const context = scene();
    // The domain, typed once more.
    await expect(rotateIn(context, { flags: { apiKey: 'acme' } })).rejects.toMatchObject({
      code: 'usage',
    });
    expectUnchanged(context);
  });
});

describe('a variable', () => {
  it('that differs from what is stored is the new secret, and is named', async () => {
    const context = scene({ hosts: { [HOST]: reset } });
    const { report } = await rotateIn(context, { variables: { apiKey: NEW_KEY } });
    expect(report.reason).toBe('ok');
    expect(context.terminal.text('tell')).toContain('VAR_apiKey');
    expect(context.store.items.get(NAME)).toBe(itemOf(ACME, NEW_KEY));
  });

  it('that holds what is stored is none: without a person, the new one is missing', async () => {
    const context = scene();
    const missing = rotateIn(context, { variables: { apiKey: API_KEY } });
    await expect(missing).rejects.toMatchObject({ code: 'input-needed' });
    await expect(missing).rejects.toThrow('Missing: API key:');
    expectUnchanged(context);
  });

  it('that holds what is stored is none: a person is asked', async () => {
    const context = scene({
      hosts: { [HOST]: reset },
      script: [asks.secret('API key', NEW_KEY, { refused: [API_KEY, ` ${API_KEY} `] })],
    });
    const { report } = await rotateIn(context, { variables: { apiKey: API_KEY } });
    expect(report.reason).toBe('ok');
    expect(context.store.items.get(NAME)).toBe(itemOf(ACME, NEW_KEY));
  });
});

describe('a person', () => {
  it('is told what a reset does, is asked for the secret alone, and may not type the old one', async () => {
    const context = scene({
      hosts: { [HOST]: reset },
      script: [asks.secret('API key', NEW_KEY, { refused: [API_KEY, ''] })],
    });
    const { report } = await rotateIn(context);
    expect(report).toMatchObject({ reason: 'ok', stored: true });
    expect(context.terminal.text('title')).toBe(`Rotate ${NAME}`);
    expect(context.terminal.text('explain')).toContain('Resetting the key');
    expect(context.terminal.text()).not.toContain(NEW_KEY);
  });

  it('whose new secret is refused is asked again, for the secret alone', async () => {
    const context = scene({
      hosts: { [HOST]: reset },
      script: [asks.secret('API key', WRONG_KEY), asks.secret('API key', NEW_KEY)],
    });
    const { report } = await rotateIn(context);
    expect(report.reason).toBe('ok');
    expect(context.store.items.get(NAME)).toBe(itemOf(ACME, NEW_KEY));
  });

  it('who stops changes nothing', async () => {
    const context = scene({ hosts: { [HOST]: reset }, script: [asks.interrupt] });
    await expect(rotateIn(context)).rejects.toMatchObject({ exitCode: 130 });
    expectUnchanged(context);
  });
});

describe('a secret of another person', () => {
  const others = { ...ACME, identity: SOMEBODY };
  const byOthers = { connections: [others], hosts: { [HOST]: reset } };

  it('is not taken without --replace: the name is taken', async () => {
    const context = scene(byOthers);
    const taken = rotateIn(context, { flags: { apiKey: NEW_KEY } });
    await expect(taken).rejects.toMatchObject({ code: 'name-taken' });
    await expect(taken).rejects.toThrow('Somebody Else');
    expectUnchanged(context, others);
  });

  it('is taken with --replace', async () => {
    const context = scene(byOthers);
    const { report } = await rotateIn(context, { flags: { apiKey: NEW_KEY }, replace: true });
    expect(report).toMatchObject({ reason: 'ok', stored: true, identity: { id: '21000123' } });
    expect(context.store.items.get(NAME)).toBe(itemOf(ACME, NEW_KEY));
    expect(context.records.kept.get(NAME)?.identity?.id).toBe('21000123');
  });

  it('is taken where a person says so, and not where they do not', async () => {
    for (const answer of [true, false]) {
      const context = scene({
        ...byOthers,
        script: [
          asks.secret('API key', NEW_KEY),
          asks.choose(/should happen/u, answer ? /^Replace it/u : /^Stop/u),
        ],
      });
      const rotated = rotateIn(context);
      if (answer) expect((await rotated).report.reason).toBe('ok');
      else await expect(rotated).rejects.toMatchObject({ code: 'name-taken' });
      const item = context.store.items.get(NAME);
      expect(item).toBe(itemOf(ACME, answer ? NEW_KEY : API_KEY));
    }
  });

  it('is no other where it was never told whose the old one was', async () => {
    const context = scene({
      connections: [{ ...ACME, identity: null }],
      hosts: { [HOST]: reset },
    });
    expect((await rotateIn(context, { flags: { apiKey: NEW_KEY } })).report.reason).toBe('ok');
  });
});

const own = (account: string): boolean => account === NAME;

describe('a new secret that cannot be stored', () => {
  it.each(['truncating', 'losing'] as const)(
    'because the store is %s: the old one is there',
    async (fault) => {
      const context = scene({ hosts: { [HOST]: reset } });
      // Once, for the new one: to put the old one back works.
      const { store } = context;
      const setPassword = store.setPassword.bind(store);
      let writes = 0;
      store.setPassword = async (account, password) => {
        writes += own(account) ? 1 : 0;
        store.fault = own(account) && writes === 1 ? fault : undefined;
        await setPassword(account, password);
        store.fault = undefined;
      };
      const { report } = await rotateIn(context, { flags: { apiKey: NEW_KEY } });
      expect(report).toMatchObject({ reason: 'store-mismatch', stored: false });
      expect(writes).toBe(2);
      expectUnchanged(context);
    },
  );

  it('because the record cannot be written: the old one is back', async () => {
    const context = scene({ hosts: { [HOST]: reset } });
    context.records.failing = () => true;
    const { report } = await rotateIn(context, { flags: { apiKey: NEW_KEY } });
    expect(report).toMatchObject({ reason: 'store-denied', stored: false });
    expectUnchanged(context);
  });

  it('because the store takes nothing: it is found before the secret is sent anywhere', async () => {
    const context = scene({ hosts: { [HOST]: reset } });
    context.store.fault = { fails: 'store-denied', on: 'set' };
    const { report } = await rotateIn(context, { flags: { apiKey: NEW_KEY } });
    expect(report).toMatchObject({ reason: 'store-denied', stored: false });
    expect(context.http.signed).toEqual([]);
    expectUnchanged(context);
  });

  it('because neither it nor the old one can be: that is said', async () => {
    const context = scene({ hosts: { [HOST]: reset } });
    const { store } = context;
    const setPassword = store.setPassword.bind(store);
    store.setPassword = async (account, password) => {
      await setPassword(account, password);
      if (own(account)) store.fault = { fails: 'store-timeout' };
    };
    const { report } = await rotateIn(context, { flags: { apiKey: NEW_KEY } });
    expect(report).toMatchObject({ reason: 'store-timeout', stored: false });
    expect(report.advice.next).toContain('may hold the new secret now');
  });
});

describe('what is to be rotated', () => {
  it('and has lost its secret is mended, with a variable too', async () => {
    for (const more of [{ flags: { apiKey: NEW_KEY } }, { variables: { apiKey: NEW_KEY } }]) {
      const context = scene({ store: fakeStore(), hosts: { [HOST]: reset } });
      expect((await rotateIn(context, more)).report).toMatchObject({ reason: 'ok', stored: true });
      expect(context.store.items.get(NAME)).toBe(itemOf(ACME, NEW_KEY));
    }
  });

  it('and is not stored is refused', async () => {
    const context = scene({ connections: [] });
    const missing = rotateIn(context);
    await expect(missing).rejects.toBeInstanceOf(ConnectionError);
    await expect(missing).rejects.toMatchObject({ reason: 'not-stored' });
  });

  it('and of which there are several is refused', async () => {
    const context = scene({ connections: [ACME, { ...ACME, name: 'work' }] });
    await expect(rotateIn(context, { name: 'freshservice' })).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('and is in a store that cannot be read is left alone, and nothing is asked', async () => {
    const context = scene({ script: [] });
    context.store.fault = { fails: 'store-locked', on: 'get' };
    const failed = rotateIn(context, { flags: { apiKey: NEW_KEY } });
    await expect(failed).rejects.toBeInstanceOf(ConnectionError);
    await expect(failed).rejects.toMatchObject({ reason: 'store-locked', connection: NAME });
    context.store.fault = undefined;
    expectUnchanged(context);
  });

  it('and has the secret of another tenant under its name is left alone', async () => {
    const context = scene();
    const foreign = itemOf(
      freshserviceConnection({ host: 'beta.freshservice.com', fields: { domain: 'beta' } }),
    );
    context.store.items.set(NAME, foreign);
    await expect(rotateIn(context, { flags: { apiKey: NEW_KEY } })).rejects.toMatchObject({
      reason: 'store-corrupt',
    });
    expect(context.store.items.get(NAME)).toBe(foreign);
  });

  it('and was refused the last time is proven by the new one', async () => {
    const context = scene({
      connections: [{ ...ACME, reason: 'bad-credential', lastValidAt: null }],
      hosts: { [HOST]: reset },
    });
    await rotateIn(context, { flags: { apiKey: NEW_KEY } });
    expect(context.records.kept.get(NAME)).toMatchObject({ reason: 'ok', lastValidAt: NOW });
  });

  it('takes no other tenant on its way: the token of the other is not asked for', async () => {
    const context = scene({ connections: [AMY] });
    await expect(
      rotateIn(context, { name: AMY.name, flags: { token: TOKEN } }),
    ).rejects.toMatchObject({ code: 'usage' });
    expectUnchanged(context, AMY);
  });
});
