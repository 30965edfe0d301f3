import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/core/connection.js';
import {
  API_KEY,
  asks,
  EMAIL,
  fakeContext,
  fakePages,
  fakeRecords,
  filledStore,
  type Exchange,
  type FakeHost,
} from '../../support/fakes.js';
import { itemsOf, runConnect, runWizard, type RunOptions } from '../../support/run-connect.js';
import { brindle, connectionTo, fakeApi, fernway } from '../../support/test-provider.js';

const BRINDLE = 'acme.brindle.example';
const live = fakeApi(brindle);
const acme = connectionTo(brindle);

const SITE = asks.text('Site', 'acme');
const wants = (what: RegExp): Exchange => asks.choose(/^What do you want\?$/u, what);
const REPLACE = wants(/^Replace its API key$/u);
const HAVE = asks.choose(/^What do you see\?$/u, /^I have the API key$/u);
const KEY = asks.secret('API key', API_KEY);

function connected(
  script: readonly Exchange[],
  was: Partial<Connection> = {},
  host: FakeHost = live,
) {
  const connection = { ...acme, ...was };
  return fakeContext({
    script,
    hosts: { [BRINDLE]: host },
    records: fakeRecords(connection),
    store: filledStore(connection),
  });
}

describe('an account that is already connected', () => {
  it('is named before the key is fetched, and has its key replaced', async () => {
    const context = connected([SITE, REPLACE, HAVE, KEY]);
    const { report } = await runWizard(context);
    expect(report).toMatchObject({ name: acme.name, stored: true, replaced: true });
    expect(context.terminal.text('warn')).toMatch(
      /^brindle\/acme is already connected \(Ines .*, worked .+\)\.$/mu,
    );
  });

  it('is named, too, if the key may be entered in the browser', async () => {
    const page = { pages: fakePages(), guide: brindle.guide, atOnce: false, port: undefined };
    const context = connected([SITE, asks.interrupt]);
    await expect(runWizard(context, { page })).rejects.toMatchObject({ name: 'Interrupted' });
    expect(context.terminal.text('warn')).toMatch(/^brindle\/acme is already connected/mu);
  });

  it.each<[string, Partial<Connection>, RegExp]>([
    ['refused', { reason: 'bad-credential' }, /the last check said: bad-credential\)/u],
    ['never proven', { reason: 'dns', lastValidAt: null }, /it was never proven to work\)/u],
  ])('is named with its last check: %s', async (_, was, said) => {
    const context = connected([SITE, asks.interrupt], was);
    await expect(runWizard(context)).rejects.toMatchObject({ name: 'Interrupted' });
    expect(context.terminal.text('warn')).toMatch(said);
  });

  it('stays as it is if the person leaves it', async () => {
    const context = connected([SITE, wants(/^Leave it as it is$/u)]);
    const before = itemsOf(context);
    await expect(runWizard(context)).resolves.toMatchObject({ kept: true });
    expect(itemsOf(context)).toEqual(before);
    expect([...context.records.kept.values()]).toEqual([acme]);
  });

  it.each<[string, FakeHost, 'done' | 'problem', RegExp]>([
    ['works', live, 'done', /^brindle\/acme works$/mu],
    [
      'does not work',
      (request) => (request.authorization === undefined ? live(request) : { status: 503 }),
      'problem',
      /server error/u,
    ],
  ])('is asked about again after a check, if it %s', async (_, host, how, said) => {
    const context = connected([SITE, wants(/^Check it now$/u), wants(/^Leave/u)], {}, host);
    await expect(runWizard(context)).resolves.toMatchObject({ kept: true });
    expect(context.terminal.text(how)).toMatch(said);
  });

  it('is passed over if the person connects another one', async () => {
    const context = connected([
      SITE,
      wants(/^Connect another Brindle account$/u),
      SITE,
      REPLACE,
      HAVE,
      KEY,
    ]);
    await expect(runWizard(context)).resolves.toMatchObject({ report: { stored: true } });
  });

  it('has none of its answers offered for another one', async () => {
    const was = connectionTo(fernway);
    const context = fakeContext({
      script: [
        asks.text('Site', 'acme.eu-1'),
        REPLACE,
        asks.back,
        asks.text('Site', 'beta.eu-1', { initial: 'acme.eu-1' }),
        // No address is offered here.
        asks.text('User email', EMAIL),
        asks.interrupt,
      ],
      hosts: {
        [was.host]: fakeApi(fernway),
        'beta.eu-1.fernway.example': fakeApi(fernway, { hosts: ['beta.eu-1.fernway.example'] }),
      },
      records: fakeRecords(was),
      store: filledStore(was),
    });
    const run = runWizard(context, { provider: fernway });
    await expect(run).rejects.toMatchObject({ name: 'Interrupted' });
  });

  it.each<[string, RunOptions]>([
    ['--replace', { supplied: { site: 'acme' }, replace: true }],
    ['the key', { supplied: brindle.sandbox.values }],
  ])('is not asked about if the command came with %s', async (_, options) => {
    const script = 'apiKey' in (options.supplied ?? {}) ? [] : [KEY];
    const context = connected(script);
    await expect(runConnect(context, options)).resolves.toMatchObject({ report: { stored: true } });
  });
});
