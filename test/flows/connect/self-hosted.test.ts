import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/core/connection.js';
import { expand } from '../../../src/core/expand/expand.js';
import { expandGuide } from '../../../src/core/expand/guide.js';
import { Secret } from '../../../src/core/secret.js';
import { writeItem } from '../../../src/core/stored-item.js';
import { homely } from '../../support/definitions.js';
import { json } from '../../support/fake-providers.js';
import {
  API_KEY,
  asks,
  fakeContext,
  fakePages,
  fakeRecords,
  type Exchange,
  type FakeContext,
  type FakeHost,
} from '../../support/fakes.js';
import { runConnect, runWizard } from '../../support/run-connect.js';
import { brindle, connectionTo } from '../../support/test-provider.js';

const expanded = expand(homely);
const provider = { ...expanded, guide: expandGuide(homely, expanded, '2026-11-25') };
const HOST = 'crm.acme.example';
const PRIVATE = '192.168.7.20';

const api: FakeHost = ({ path, authorization }) => {
  if (path === '/api/v1/ping') return json(200, { product: 'homely' });
  return authorization === undefined ? { status: 401 } : json(200, { id: 'u-1' });
};
const other: FakeHost = () => json(200, { product: 'other' });
const given = (server: string) => ({ provider, supplied: { server, token: API_KEY } });

describe('a provider that people host themselves', () => {
  it('gets the secret after one question and a yes', async () => {
    const script = [
      asks.text('Server', HOST),
      asks.confirm(/^Is that your Homely\?$/u, true),
      asks.secret('Personal token', API_KEY),
    ];
    const context = fakeContext({ hosts: { [HOST]: api }, script });
    const { report } = await runWizard(context, { provider, askDirectly: new Set(['token']) });
    expect(report).toMatchObject({ reason: 'ok', host: HOST, stored: true });
    expect(context.terminal.text('warn')).toContain(`Your Personal token goes to ${HOST}.`);
  });

  it.each<[string, Record<string, string>, Exchange[]]>([
    ['has its host, given with the command,', { server: HOST }, []],
    [
      'has its host, typed and confirmed,',
      {},
      [asks.text('Server', HOST), asks.confirm(/^Is that your Homely\?$/u, true)],
    ],
  ])('%s on the page that takes the secret', async (_, supplied, script) => {
    const pages = fakePages({ did: 'submit', fields: { token: API_KEY } });
    const page = { pages, guide: provider.guide, atOnce: true, port: undefined };
    const context = fakeContext({ hosts: { [HOST]: api }, script });
    const { report } = await runWizard(context, { provider, supplied, page });
    expect(report).toMatchObject({ reason: 'ok', host: HOST, stored: true });
    expect(pages.served).toMatchObject([{ host: HOST, selfHosted: true }]);
    expect(pages.served[0]?.fields.map(({ id }) => id)).toEqual(['token']);
  });

  it.each([
    ["at a host that isn't Homely", HOST, { [HOST]: other }],
    ['at an address by number', PRIVATE, {}],
  ])('gets no page %s', async (_, server, hosts) => {
    const pages = fakePages();
    const page = { pages, guide: provider.guide, atOnce: true, port: undefined };
    const context = fakeContext({ hosts });
    const { report } = await runConnect(context, { provider, supplied: { server }, page });
    expect(report.stored).toBe(false);
    expect(pages.served).toEqual([]);
  });

  it("gets no secret at a host that isn't Homely", async () => {
    const context = fakeContext({ hosts: { [HOST]: other } });
    const { report } = await runConnect(context, given(HOST));
    expect(report.stored).toBe(false);
    expect(context.http.signed).toEqual([]);
  });

  it.each([PRIVATE, 'crm.internal', 'crm.home.arpa'])(
    'has no address by number and no local name (%s) unless that is allowed',
    async (host) => {
      const context = fakeContext({ hosts: { [host]: api } });
      await expect(runConnect(context, given(host))).resolves.toMatchObject({
        report: { reason: 'not-allowed', stored: false },
      });
      expect(context.http.requests).toEqual([]);
      const { report } = await runConnect(context, { ...given(host), allowPrivate: true });
      expect(report).toMatchObject({ reason: 'ok', host, stored: true });
    },
  );

  describe('is rotated', () => {
    const NAME = 'homely/crm';
    const EVIL = 'evil.example';
    const NEW = 'n3wTokenAfterTheReset42';
    const record = (host: string): Connection => ({
      ...connectionTo(brindle, { host, name: NAME }),
      provider: 'homely',
      fields: { server: EVIL },
    });
    const rotate = (context: FakeContext, host: string) =>
      runConnect(context, {
        provider,
        rotating: record(host),
        supplied: { token: NEW, server: EVIL },
      });
    const sceneOf = (host: string, hosts: Readonly<Record<string, FakeHost>> = {}) =>
      fakeContext({ hosts, records: fakeRecords(record(host)) });
    const item = (): string =>
      writeItem({
        name: NAME,
        provider: 'homely',
        host: HOST,
        values: { server: HOST, token: new Secret(API_KEY) },
      }).reveal();

    it('at the host of its old secret, whatever its record says', async () => {
      const context = sceneOf(HOST, { [HOST]: api });
      context.store.items.set(NAME, item());
      const { report } = await rotate(context, HOST);
      expect(report).toMatchObject({ reason: 'ok', host: HOST, fields: { server: HOST } });
    });

    it('nowhere if its record names another host than its secret', async () => {
      const context = sceneOf(EVIL);
      context.store.items.set(NAME, item());
      await expect(rotate(context, EVIL)).rejects.toMatchObject({ reason: 'store-corrupt' });
      expect(context.http.requests).toEqual([]);
    });

    it('nowhere if its secret is lost, since only the record names its host', async () => {
      const context = sceneOf(EVIL);
      await expect(rotate(context, EVIL)).rejects.toMatchObject({ reason: 'secret-lost' });
      expect(context.http.requests).toEqual([]);
    });
  });
});
