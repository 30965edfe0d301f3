import { describe, expect, it } from 'vitest';
import type { UsageError } from '../../../src/core/errors.js';
import type { Reason } from '../../../src/core/verdict.js';
import { page } from '../../support/fake-providers.js';
import {
  API_KEY,
  asks,
  fakeContext,
  fakeRecords,
  fakeStore,
  filledStore,
  itemOf,
  NOW,
  WRONG_KEY,
  type FakeHost,
  type FakeRecords,
  type FakeStore,
} from '../../support/fakes.js';
import { itemsOf, runConnect, runWizard, type RunOptions } from '../../support/run-connect.js';
import { brindle, connectionTo, fakeApi, fernway } from '../../support/test-provider.js';

const ACME = 'acme.brindle.example';
const SHORT = 'acme.fernway.example';
const REGIONAL = 'acme.eu-1.fernway.example';
const stored = connectionTo(brindle);
const NAME = stored.name;
const WHOLE = brindle.sandbox.values;

const live = fakeApi(brindle);
const none: FakeHost = fakeApi(brindle, { hosts: [] });
/** Recognised without the key, and busy with it. */
const busy: FakeHost = (request) =>
  request.authorization === undefined ? live(request) : { status: 503 };
const aliased = fakeApi(fernway, { hosts: [REGIONAL, SHORT] });

const LIKE_A_KEY = 'm4Wq9ZtX2bLs7RvK1pYd';

const NEW = { createdAt: NOW, changedAt: NOW, verifiedAt: NOW, lastValidAt: NOW };

describe('a script that gives everything', () => {
  it.each([
    [brindle, { [ACME]: live }],
    // The bare name leads to two hosts; the one that the provider calls its own is kept.
    [fernway, { [SHORT]: aliased, [REGIONAL]: aliased }],
  ])('ends with a verified, stored connection: $id', async (provider, hosts) => {
    const context = fakeContext({ hosts });
    const { report, shown } = await runConnect(context, { provider });
    const connection = { ...connectionTo(provider), ...NEW };
    const { name, host, fields } = connection;
    expect(report).toMatchObject({ name, host, fields, reason: 'ok', stored: true, ...NEW });
    expect(shown).toBe(false);
    expect([...context.records.kept.values()]).toEqual([connection]);
    expect(itemsOf(context)).toEqual({ [name]: itemOf(connection) });
  });

  it('sends a request without the key and tests the store before it sends the key', async () => {
    const context = fakeContext({ hosts: { [ACME]: live } });
    await runConnect(context);
    expect(context.http.requests.map(({ authorization }) => Boolean(authorization))).toEqual([
      false,
      true,
    ]);
    const [set, get, gone] = context.store.calls.map((call) => call.split(' ')[0]);
    expect([set, get, gone]).toEqual(['set', 'get', 'delete']);
  });

  it.each<[string, RunOptions, object, RegExp?]>([
    [
      'the shortest value of a pasted address',
      { supplied: { ...WHOLE, site: 'https://Acme.Brindle.example/a/tickets?x=2' } },
      { name: NAME, fields: { site: 'acme' } },
    ],
    ['the name that is given', { name: 'work' }, { name: 'work' }],
    [
      'a value from a variable, and names the variable',
      { byVariable: ['site', 'apiKey'] },
      {},
      /^From the environment: VAR_site, VAR_apiKey\.$/u,
    ],
    [
      'the capabilities that it needs',
      { needs: ['groups.read'] },
      { reason: 'ok', capabilities: [{ id: 'groups.read', granted: true }] },
    ],
    [
      'a connection without a capability that it needs',
      { needs: ['groups.read', 'assets.read'] },
      { reason: 'missing-feature', stored: true, lastValidAt: NOW },
    ],
  ])('stores %s', async (_, options, expected, said = /^$/u) => {
    const context = fakeContext({ hosts: { [ACME]: live } });
    const { report } = await runConnect(context, options);
    expect(report).toMatchObject({ stored: true, ...expected });
    expect([...context.records.kept.values()]).toMatchObject([
      { name: report.name, needs: options.needs ?? [] },
    ]);
    expect(Object.keys(itemsOf(context))).toEqual([report.name]);
    expect(context.terminal.text('tell')).toMatch(said);
  });

  it('goes on with a value that looks odd, and is warned', async () => {
    const odd = `"${API_KEY}"`;
    const context = fakeContext({
      hosts: { [ACME]: fakeApi(brindle, { values: { apiKey: odd } }) },
    });
    const { report } = await runConnect(context, { supplied: { ...WHOLE, apiKey: odd } });
    expect(report.reason).toBe('ok');
    expect(report.warnings).toContainEqual({
      code: 'odd-value',
      message: expect.stringMatching(/^API key: .*quot/u) as string,
    });
    expect(JSON.stringify(report)).not.toContain(API_KEY);
  });

  it('asks a person for another key if the given one is surely none', async () => {
    const context = fakeContext({
      hosts: { [ACME]: live },
      script: [asks.secret('API key', API_KEY)],
    });
    const { report } = await runConnect(context, {
      supplied: { ...WHOLE, apiKey: `Authorization: Basic ${API_KEY}` },
    });
    expect(report.reason).toBe('ok');
    expect(context.terminal.text('warn')).toMatch(/whole Authorization header/u);
  });

  it.each([
    ['a whole header', `Authorization: Basic ${API_KEY}`, /whole Authorization header/u],
    ['a key that was pasted twice', `${API_KEY}${API_KEY}`, /same text twice/u],
  ])('is refused with %s as its key', async (_, apiKey, why) => {
    const run = runConnect(fakeContext({}), { supplied: { ...WHOLE, apiKey } });
    await expect(run).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(why) as string,
    });
  });

  it('loses the punctuation around its address, with a notice', async () => {
    const context = fakeContext({ hosts: { [ACME]: fakeApi(brindle) } });
    const supplied = { ...WHOLE, site: `(https://${ACME}/a/tickets);` };
    const { report } = await runConnect(context, { supplied });
    expect(report).toMatchObject({ host: ACME, reason: 'ok' });
    expect(context.terminal.text('tell')).toContain('punctuation around it');
  });

  it('may have a host that looks like a key, if it is given whole', async () => {
    const host = `${LIKE_A_KEY.toLowerCase()}.brindle.example`;
    const context = fakeContext({ hosts: { [host]: fakeApi(brindle, { hosts: [host] }) } });
    const supplied = { ...WHOLE, site: host };
    expect((await runConnect(context, { supplied })).report).toMatchObject({ host, stored: true });
  });

  it('only verifies with the store none, whatever is stored', async () => {
    for (const was of [connectionTo(brindle, { identity: { id: '9', label: 'Bob' } }), stored]) {
      const context = fakeContext({
        hosts: { [ACME]: live },
        records: fakeRecords({ ...was, name: 'work' }),
      });
      const { report } = await runConnect(context, { store: 'none', name: 'work' });
      expect(report).toMatchObject({ reason: 'ok', stored: false, store: null });
      expect(context.store.calls).toEqual([]);
      expect([...context.records.kept.values()]).toEqual([{ ...was, name: 'work' }]);
    }
  });
});

describe('a script that fails saves nothing', () => {
  const elsewhere = fakeApi(fernway, { hosts: ['globex.fernway.example', REGIONAL] });
  it.each<[Reason, RunOptions, Record<string, FakeHost>]>([
    ['bad-credential', { supplied: { ...WHOLE, apiKey: WRONG_KEY } }, { [ACME]: live }],
    [
      'bad-credential',
      { supplied: { ...WHOLE, apiKey: WRONG_KEY }, allowUnverified: true },
      { [ACME]: live },
    ],
    ['no-such-tenant', {}, { [ACME]: none }],
    ['dns', {}, { [ACME]: 'dns' }],
    ['rate-limited', {}, { [ACME]: () => ({ status: 429 }) }],
    ['wrong-product', { supplied: { ...WHOLE, site: 'acme.brindle-shop.example' } }, {}],
    ['vanity-host', { supplied: { ...WHOLE, site: 'help.acme.example' } }, {}],
    ['not-allowed', { supplied: { ...WHOLE, site: '10.0.0.1' } }, {}],
    [
      'other-tenant',
      { provider: fernway, allowUnverified: true, replace: true },
      { [SHORT]: () => ({ status: 404 }), [REGIONAL]: elsewhere },
    ],
  ])('%s %j', async (reason, options, hosts) => {
    const context = fakeContext({ hosts });
    const { report, shown } = await runConnect(context, options);
    expect(report).toMatchObject({ reason, stored: false, lastValidAt: null });
    expect(shown).toBe(false);
    expect(context.records.kept.size).toBe(0);
    expect(itemsOf(context)).toEqual({});
  });

  it.each<[object, string[]]>([
    [{}, ['--site', '--api-key-stdin', '--api-key-file', 'BRINDLE_SITE', 'BRINDLE_API_KEY']],
    [{ site: 'acme' }, ['--api-key-stdin', '--api-key-file', 'BRINDLE_API_KEY']],
    [{ apiKey: API_KEY }, ['--site', 'BRINDLE_SITE']],
  ])('and names everything that is missing if it gives only %j', async (supplied, ways) => {
    const error = await runConnect(fakeContext({}), { supplied: { ...supplied } }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: 'UsageError', code: 'input-needed' });
    for (const way of ways) expect((error as UsageError).advice.next).toContain(way);
  });

  it.each([
    { site: 'ac me' },
    { site: '' },
    // A look-up would show it to others.
    { site: API_KEY },
    { apiKey: 'abc' },
    { apiKey: `${API_KEY}\nsecond line` },
    { apiKey: 'acme' },
    { site: 'https://acme-north.brindle.example', apiKey: 'north' },
  ])('and is refused before any request if a value cannot be right: %j', async (supplied) => {
    const error = await runConnect(fakeContext({}), {
      supplied: { ...WHOLE, ...supplied },
    }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'UsageError', code: 'usage' });
    expect(JSON.stringify((error as UsageError).advice)).not.toContain(API_KEY);
  });
});

describe('a credential that could not be verified', () => {
  it.each<[Reason, FakeHost]>([
    ['dns', 'dns'],
    ['tls-untrusted', 'tls-untrusted'],
    ['rate-limited', () => ({ status: 429 })],
    ['server-error', () => page(503)],
    ['not-an-api', () => page(200)],
  ])('for %s is stored with --allow-unverified', async (reason, host) => {
    const context = fakeContext({ hosts: { [ACME]: host } });
    const { report } = await runConnect(context, { allowUnverified: true });
    expect(report).toMatchObject({ reason, stored: true, lastValidAt: null, verifiedAt: NOW });
    expect(context.records.kept.get(NAME)).toMatchObject({ reason, recognised: false });
    expect(Object.keys(itemsOf(context))).toEqual([NAME]);
    expect(report.warnings).toEqual([
      {
        code: 'not-proven',
        message: 'Stored without proof, because of --allow-unverified.',
      },
    ]);
  });

  it('is not called good', async () => {
    const context = fakeContext({ script: [], hosts: { [ACME]: 'dns' } });
    await runConnect(context, { allowUnverified: true });
    expect(context.terminal.text('done')).not.toContain(ACME);
  });
});

const HAVE = asks.choose(/^What do you see\?$/u, /^I have the API key$/u);
const now = (what: RegExp) => asks.choose(/^What now\?$/u, what);
const SITE = asks.text('Site', 'acme');
const KEY = asks.secret('API key', API_KEY);

describe('a person', () => {
  it('is led from nothing to a stored connection', async () => {
    const context = fakeContext({
      script: [
        asks.text('Site', ' https://acme.brindle.example/a/ ', { refused: ['', '  '] }),
        HAVE,
        // The site is not a key, and "abc" is too short.
        asks.secret('API key', `\u001B[200~${API_KEY}\u001B[201~`, {
          refused: ['', 'abc', 'acme', 'ACME'],
        }),
      ],
      hosts: { [ACME]: live },
    });
    const { report } = await runWizard(context);
    expect(report).toMatchObject({ reason: 'ok', stored: true });
    const steps = context.terminal.said.filter(({ how }) => how === 'step');
    expect(steps.map(({ text }) => text)).toEqual([
      '1/3 Site',
      '2/3 API key',
      '3/3 Check and save',
    ]);
    expect(context.terminal.text('tell')).toContain('paste markers');
    expect(context.terminal.text()).not.toContain(API_KEY);
  });

  it.each<
    [string, RunOptions, NonNullable<Parameters<typeof fakeContext>[0]['script']>, FakeHost?]
  >([
    [
      'is asked only for the key if it is refused, with an empty field',
      { supplied: { site: 'acme' } },
      [asks.secret('API key', WRONG_KEY), KEY],
    ],
    [
      'is asked only for the site if it is refused, with the former one to correct',
      { supplied: { apiKey: API_KEY } },
      [asks.text('Site', 'acmee'), asks.text('Site', 'acme', { initial: 'acmee' })],
    ],
    [
      'is asked for the site again if it cannot be an address',
      { supplied: { apiKey: API_KEY } },
      [asks.text('Site', 'acme.brindle-shop.example'), asks.text('Site', 'ac me'), SITE],
    ],
    [
      'is asked for a site that looks like a key',
      { supplied: { ...WHOLE, site: LIKE_A_KEY } },
      [SITE],
    ],
    [
      'is asked about a paste that looks odd, and can paste another',
      { supplied: { site: 'acme' } },
      [
        asks.secret('API key', 'ines@acme.example'),
        asks.confirm(/all the same/u, false),
        asks.secret('API key', 'ines@acme.example'),
        asks.back,
        KEY,
      ],
    ],
  ])('%s', async (_, options, script) => {
    const hosts: Record<string, FakeHost> = { [ACME]: live };
    if (JSON.stringify(script).includes('acmee')) hosts['acmee.brindle.example'] = none;
    const context = fakeContext({ script, hosts });
    const { report } = await runConnect(context, options);
    expect(report).toMatchObject({ host: ACME, stored: true });
    expect(itemsOf(context)).toEqual({ [NAME]: itemOf(stored) });
    // Each host is looked for once, whatever is typed after it.
    const unsigned = context.http.requests.filter(({ authorization }) => !authorization);
    expect(unsigned).toHaveLength(context.http.hosts.length);
  });

  it('chooses which of two answers to type again', async () => {
    const context = fakeContext({
      script: [
        asks.text('User email', 'someone@acme.example', { refused: ['someone', ''] }),
        now(/^Type the User email again$/u),
        asks.text('User email', fernway.sandbox.values['email'] ?? '', {
          initial: 'someone@acme.example',
        }),
      ],
      hosts: { [REGIONAL]: fakeApi(fernway) },
    });
    const { report } = await runConnect(context, {
      provider: fernway,
      supplied: { site: 'acme.eu-1', apiKey: API_KEY },
    });
    expect(report.stored).toBe(true);
  });

  it.each([
    ['at the host', (tries: number) => (tries === 1 ? { status: 302 } : undefined)],
    ['at the key', (tries: number) => (tries === 2 ? { status: 503 } : undefined)],
  ])('can try again after a failure %s', async (_, fails) => {
    let tries = 0;
    const flaky: FakeHost = (request) => fails((tries += 1)) ?? live(request);
    const context = fakeContext({ script: [now(/^Try again$/u)], hosts: { [ACME]: flaky } });
    expect((await runConnect(context)).report.stored).toBe(true);
  });

  it('is shown why before they stop, and nothing is saved', async () => {
    const context = fakeContext({ script: [now(/^Stop/u)], hosts: { [ACME]: 'timeout' } });
    await expect(runConnect(context)).resolves.toMatchObject({
      shown: true,
      report: { reason: 'timeout', stored: false },
    });
  });

  it('may store what could not be verified', async () => {
    const context = fakeContext({
      script: [KEY, now(/^Store it unverified/u)],
      hosts: { [ACME]: busy },
    });
    const { report } = await runConnect(context, { supplied: { site: 'acme' } });
    expect(report).toMatchObject({ reason: 'server-error', stored: true, lastValidAt: null });
    expect(itemsOf(context)).toEqual({ [NAME]: itemOf(stored) });
    expect(context.terminal.text('warn')).toContain('Stored without proof.');
    // It is in the JSON and marked as said, so that it isn't shown twice.
    const told = expect.objectContaining({ code: 'not-proven', said: true }) as unknown;
    expect(report.warnings).toContainEqual(told);
  });

  it('may not store it if the store is none', async () => {
    const context = fakeContext({
      script: [KEY, now(/^(?:Store it|Stop)/u)],
      hosts: { [ACME]: busy },
    });
    const { report } = await runConnect(context, { supplied: { site: 'acme' }, store: 'none' });
    expect(report.stored).toBe(false);
  });

  it('saves nothing if they press Ctrl-C at a question', async () => {
    const context = fakeContext({ script: [asks.interrupt], hosts: { [ACME]: live } });
    await expect(runConnect(context, { supplied: { site: 'acme' } })).rejects.toMatchObject({
      name: 'Interrupted',
      exitCode: 130,
    });
    expect(itemsOf(context)).toEqual({});
    expect(context.records.kept.size).toBe(0);
  });
});

describe('a connection that exists', () => {
  const OLD = 'the-key-of-before-1';
  function existing(was = stored): { records: FakeRecords; store: FakeStore } {
    const store = filledStore(was);
    store.items.set(was.name, itemOf(was, OLD));
    return { records: fakeRecords(was), store };
  }

  it('is replaced once the new key is verified', async () => {
    const was = { ...stored, needs: ['tickets.read'] };
    const context = fakeContext({ hosts: { [ACME]: live }, ...existing(was) });
    const { report } = await runConnect(context);
    expect(report).toMatchObject({ stored: true, replaced: true, createdAt: was.createdAt });
    expect(report.capabilities).toEqual([{ id: 'tickets.read', granted: true }]);
    expect(itemsOf(context)).toEqual({ [NAME]: itemOf(was) });
    expect(context.records.kept.get(NAME)).toMatchObject({ needs: ['tickets.read'] });
  });

  it('keeps its key if the new one is refused', async () => {
    const context = fakeContext({ hosts: { [ACME]: live }, ...existing() });
    await runConnect(context, { supplied: { ...WHOLE, apiKey: WRONG_KEY } });
    expect(itemsOf(context)).toEqual({ [NAME]: itemOf(stored, OLD) });
    expect(context.records.kept.get(NAME)).toEqual(stored);
  });

  it.each([
    ['the store gives back something else', undefined],
    ['the record cannot be written', () => true],
  ])('is as it was if %s', async (_, failing) => {
    const { records, store } = existing();
    if (failing) records.failing = failing;
    const setPassword = store.setPassword.bind(store);
    let writes = 0;
    // The first write of the secret is mangled; the one that puts it back is not.
    store.setPassword = async (account, password) => {
      if (!failing && account === NAME && writes++ === 0) store.items.set(account, 'mangled');
      else await setPassword(account, password);
    };
    const context = fakeContext({ hosts: { [ACME]: live }, records, store });
    const { report } = await runConnect(context);
    expect(report).toMatchObject({ stored: false, store: { kind: 'keychain' } });
    expect(itemsOf(context)).toEqual({ [NAME]: itemOf(stored, OLD) });
    expect(context.records.kept.get(NAME)).toEqual(stored);
  });
});

describe('an interruption', () => {
  it('before the save leaves nothing saved', async () => {
    const context = fakeContext({
      hosts: {
        [ACME]: (request) => {
          if (request.authorization !== undefined) context.interruption.raise(143);
          return live(request);
        },
      },
    });
    await expect(runConnect(context)).rejects.toMatchObject({ exitCode: 143 });
    expect(itemsOf(context)).toEqual({});
    expect(context.records.kept.size).toBe(0);
  });

  it('during the save waits until it is done', async () => {
    const store = fakeStore();
    const context = fakeContext({ hosts: { [ACME]: live }, store });
    const setPassword = store.setPassword.bind(store);
    store.setPassword = async (account, password) => {
      if (account === NAME) context.interruption.raise(130);
      await setPassword(account, password);
    };
    expect((await runConnect(context)).report.stored).toBe(true);
    expect(context.records.kept.has(NAME)).toBe(true);
  });
});
