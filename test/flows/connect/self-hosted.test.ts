import { describe, expect, it } from 'vitest';
import { expand } from '../../../src/core/expand/expand.js';
import { expandGuide } from '../../../src/core/expand/guide.js';
import { homely } from '../../support/definitions.js';
import { json } from '../../support/fake-providers.js';
import {
  API_KEY,
  asks,
  fakeContext,
  fakePages,
  type Exchange,
  type FakeHost,
} from '../../support/fakes.js';
import { runConnect, runWizard } from '../../support/run-connect.js';

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
  it('is asked about once, and gets the secret after a yes', async () => {
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
    ['given with the command', { server: HOST }, []],
    [
      'typed, and agreed to,',
      {},
      [asks.text('Server', HOST), asks.confirm(/^Is that your Homely\?$/u, true)],
    ],
  ])('%s is shown on the page that takes the secret', async (_, supplied, script) => {
    const pages = fakePages({ did: 'submit', fields: { token: API_KEY } });
    const page = { pages, guide: provider.guide, atOnce: true, port: undefined };
    const context = fakeContext({ hosts: { [HOST]: api }, script });
    const { report } = await runWizard(context, { provider, supplied, page });
    expect(report).toMatchObject({ reason: 'ok', host: HOST, stored: true });
    expect(pages.served).toMatchObject([{ host: HOST, selfHosted: true }]);
    expect(pages.served[0]?.fields.map(({ id }) => id)).toEqual(['token']);
  });

  it.each([
    ['that is no Homely', HOST, { [HOST]: other }],
    ['by number', PRIVATE, {}],
  ])('%s gets no page', async (_, server, hosts) => {
    const pages = fakePages();
    const page = { pages, guide: provider.guide, atOnce: true, port: undefined };
    const context = fakeContext({ hosts });
    const { report } = await runConnect(context, { provider, supplied: { server }, page });
    expect(report.stored).toBe(false);
    expect(pages.served).toEqual([]);
  });

  it('that is no Homely gets no secret', async () => {
    const context = fakeContext({ hosts: { [HOST]: other } });
    const { report } = await runConnect(context, given(HOST));
    expect(report.stored).toBe(false);
    expect(context.http.signed).toEqual([]);
  });

  it('has no address by number, unless that is allowed', async () => {
    const context = fakeContext({ hosts: { [PRIVATE]: api } });
    await expect(runConnect(context, given(PRIVATE))).resolves.toMatchObject({
      report: { reason: 'not-allowed', stored: false },
    });
    expect(context.http.requests).toEqual([]);
    const { report } = await runConnect(context, { ...given(PRIVATE), allowPrivate: true });
    expect(report).toMatchObject({ reason: 'ok', host: PRIVATE, stored: true });
  });
});
