import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.js';
import type { PageEvent } from '../../../src/core/page/ports.js';
import { connect } from '../../../src/flows/connect/connect.js';
import type { ConnectOptions } from '../../../src/flows/connect/run.js';
import {
  API_KEY,
  asks,
  fakeContext,
  fakePages,
  fakeRecords,
  WRONG_KEY,
  type FakePages,
} from '../../support/fakes.js';
import { brindle, connectionTo, fakeApi } from '../../support/test-provider.js';

const HOST = 'acme.brindle.example';
const live = { [HOST]: fakeApi(brindle) };

const submit = (apiKey: string, more: Record<string, string> = {}): PageEvent => ({
  did: 'submit',
  fields: { apiKey, ...more },
});

function run(
  pages: FakePages,
  parts: Parameters<typeof fakeContext>[0] = {},
  changes: Partial<ConnectOptions> = {},
) {
  const context = fakeContext({ hosts: live, ...parts });
  const connected = connect(context, brindle, {
    supplied: new Map([['site', { value: 'acme' }]]),
    guide: parts.script && brindle.guide,
    defaultStore: 'keychain',
    replace: false,
    allowUnverified: false,
    timeoutMs: 1000,
    page: { pages, guide: brindle.guide, atOnce: true, port: undefined },
    ...changes,
  });
  return { context, connected };
}

describe('a credential that is entered on a page', () => {
  it('is asked for once the host is recognised and the store is tested', async () => {
    const pages = fakePages(submit(` ${API_KEY} `));
    const { context, connected } = run(pages);
    const { report } = await connected;
    expect(report).toMatchObject({ name: 'brindle/acme', reason: 'ok', stored: true });
    expect(pages.served).toEqual([
      expect.objectContaining({
        use: 'local',
        host: HOST,
        user: 'ines',
        store: 'keychain (Fake Keychain), as brindle/acme',
        fields: [expect.objectContaining({ id: 'apiKey' })],
      }),
    ]);
    expect(pages.replies).toEqual([
      {
        ended: true,
        title: 'Saved',
        paragraphs: [
          'brindle/acme works, and is kept in the keychain (Fake Keychain).',
          'You can close this window.',
        ],
      },
    ]);
    expect(pages.isClosed()).toBe(true);
    expect(context.terminal.text()).not.toContain(API_KEY);
  });

  it('can be entered again after a refusal, which the page shows', async () => {
    const pages = fakePages(submit(WRONG_KEY), submit(API_KEY));
    const { report } = await run(pages).connected;
    expect(report.stored).toBe(true);
    expect(pages.served).toHaveLength(1);
    const [refused] = pages.replies;
    expect(refused).toMatchObject({ ended: false, title: 'Refused' });
    expect(refused?.paragraphs.join()).toContain(HOST);
    expect(JSON.stringify(pages.replies)).not.toContain(WRONG_KEY);
  });

  it('is not sent if it cannot be a secret', async () => {
    const pages = fakePages(submit(''), submit('abc'), submit(API_KEY));
    const { context, connected } = run(pages);
    await connected;
    expect(pages.replies.map(({ title }) => title)).toEqual(['Not taken', 'Not taken', 'Saved']);
    expect(new Set(context.http.signed.map(({ authorization }) => authorization)).size).toBe(1);
  });

  it('comes after the address, which the terminal asks for', async () => {
    const pages = fakePages(submit(API_KEY));
    const script = [asks.text('Site', 'acme.brindle-shop.example'), asks.text('Site', 'acme')];
    const { report } = await run(pages, { script }, { supplied: new Map() }).connected;
    expect(report).toMatchObject({ host: HOST, stored: true });
    expect(pages.served[0]?.fields.map(({ id }) => id)).toEqual(['apiKey']);
  });

  it('needs the address with the command if nobody can be asked: exit code 2', async () => {
    const pages = fakePages();
    const { connected } = run(pages, { hosts: {} }, { supplied: new Map() });
    await expect(connected).rejects.toMatchObject({
      code: 'input-needed',
      details: { missing: [expect.objectContaining({ field: 'site' })] },
    });
    expect(pages.served).toEqual([]);
  });

  it('is not asked for if the host is not recognised', async () => {
    const pages = fakePages();
    const { report } = await run(pages, { hosts: { [HOST]: 'timeout' } }).connected;
    expect(report.reason).toBe('timeout');
    expect(pages.served).toEqual([]);
  });

  it('is not asked for if the name is taken', async () => {
    const other = connectionTo(brindle, { host: 'other.brindle.example', name: 'brindle/acme' });
    const pages = fakePages();
    const { connected } = run(pages, { records: fakeRecords(other), script: [] });
    await expect(connected).rejects.toMatchObject({ code: 'name-taken' });
    expect(pages.served).toEqual([]);
  });

  it('is asked for only on the page, even if there is a terminal', async () => {
    const pages = fakePages(submit(WRONG_KEY), submit(API_KEY));
    const { report } = await run(pages, { script: [] }).connected;
    expect(report.stored).toBe(true);
  });
});

describe('a page that is left', () => {
  it.each([
    ['cancelled', 'cancel', 'it was cancelled on the page'],
    ['left alone for ten minutes', 'nothing', 'nothing was sent from the page for ten minutes'],
  ] as const)(
    'because it is %s ends a run without a terminal: exit code 2',
    async (_, did, why) => {
      const pages = fakePages({ did });
      const { context, connected } = run(pages);
      await expect(connected).rejects.toThrow(UsageError);
      await expect(connected).rejects.toMatchObject({ code: 'input-needed', advice: { why } });
      expect(pages.isClosed()).toBe(true);
      expect(pages.replies).toHaveLength(did === 'cancel' ? 1 : 0);
      expect(context.store.items.size).toBe(0);
    },
  );

  it('leads back to the question on the terminal', async () => {
    const pages = fakePages({ did: 'cancel' });
    const script = [asks.secret('API key', API_KEY)];
    const { report } = await run(pages, { script }, { askDirectly: new Set(['apiKey']) }).connected;
    expect(report.stored).toBe(true);
    expect(pages.isClosed()).toBe(true);
  });
});

it('the page refuses the old secret in a rotation', async () => {
  const connection = connectionTo(brindle);
  const pages = fakePages(submit('former-0123456789'), submit(API_KEY));
  const context = fakeContext({ hosts: live, records: fakeRecords(connection) });
  const fields = { site: 'acme', apiKey: 'former-0123456789' };
  const item = { v: 2, name: connection.name, provider: 'brindle', host: HOST, fields };
  context.store.items.set(connection.name, JSON.stringify(item));
  const { report } = await connect(context, brindle, {
    supplied: new Map(),
    defaultStore: 'keychain',
    replace: false,
    allowUnverified: false,
    timeoutMs: 1000,
    rotating: connection,
    page: { pages, guide: brindle.guide, atOnce: true, port: undefined },
  });
  expect(report.stored).toBe(true);
  expect(pages.replies[0]).toEqual({
    ended: false,
    title: 'Not taken',
    paragraphs: ['API key: That one is stored already: give the new one.'],
  });
});
