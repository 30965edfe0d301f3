import { describe, expect, it } from 'vitest';
import { ConnectionError, Interrupted } from '../../../src/core/errors.js';
import type { FromSomebody, KnownForRequest } from '../../../src/flows/connect/run.js';
import type { AcceptedAnswer } from '../../../src/flows/sealed-request/accept-answer.js';
import {
  API_KEY,
  asks,
  fakeContext,
  fakePages,
  WRONG_KEY,
  type Exchange,
} from '../../support/fakes.js';
import { runWizard, type RunOptions } from '../../support/run-connect.js';
import { brindle, fakeApi } from '../../support/test-provider.js';

const HOST = 'acme.brindle.example';
const SEALED = [
  'connect-wizard answer k3v7q2xm 0123abcd',
  '-----BEGIN AGE ENCRYPTED FILE-----',
  'YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBtVnJy',
  '-----END AGE ENCRYPTED FILE-----',
].join('\n');
const ANSWERED = { request: 'request/k3v7q2xm', provider: brindle } as unknown as AcceptedAnswer;

const SITE = asks.text('Site', 'acme');
const see = (what: RegExp): Exchange => asks.choose(/^What do you see\?$/u, what);
const then = (what: RegExp): Exchange => asks.choose(/^What now\?$/u, what);
const HAVE = see(/^I have/u);
const BROWSER = see(/^Enter it in the browser, not here$/u);
const SOMEBODY = see(/^Ask somebody else for it$/u);
const KEY = asks.secret('API key', API_KEY);

function wizard(script: readonly Exchange[], options: RunOptions = {}) {
  const context = fakeContext({ script, hosts: { [HOST]: fakeApi(brindle) } });
  return { context, connected: runWizard(context, options) };
}

function somebody(accept?: FromSomebody['accept']) {
  const asked: KnownForRequest[] = [];
  const pasted: string[] = [];
  const made = [true];
  const fromSomebody: FromSomebody = {
    async request(known) {
      asked.push(known);
      return made.shift() ?? true;
    },
    async accept(answer) {
      pasted.push(answer);
      return accept ? accept(answer) : ANSWERED;
    },
  };
  return { asked, pasted, made, fromSomebody };
}

const onPage = (pages: ReturnType<typeof fakePages>) => ({
  page: { pages, guide: brindle.guide, atOnce: false, port: undefined },
});

describe('"Enter it in the browser, not here"', () => {
  it('takes the secret on the page, and shows the result there', async () => {
    const pages = fakePages({ did: 'submit', fields: { apiKey: API_KEY } });
    const { context, connected } = wizard([SITE, BROWSER], onPage(pages));
    expect((await connected).report).toMatchObject({ host: HOST, stored: true });
    expect(pages.replies.at(-1)).toMatchObject({ ended: true, title: 'Saved' });
    expect(pages.isClosed()).toBe(true);
    expect(context.terminal.text()).not.toContain(API_KEY);
  });

  it('leads back if it is cancelled, and may be chosen again', async () => {
    const pages = fakePages(
      { did: 'cancel' },
      { did: 'submit', fields: { apiKey: WRONG_KEY } },
      { did: 'submit', fields: { apiKey: API_KEY } },
    );
    const { connected } = wizard([SITE, BROWSER, BROWSER], onPage(pages));
    expect((await connected).report.stored).toBe(true);
    expect(pages.served).toHaveLength(2);
  });

  it('may be chosen after a refusal', async () => {
    const pages = fakePages({ did: 'submit', fields: { apiKey: API_KEY } });
    const script = [SITE, HAVE, asks.secret('API key', WRONG_KEY), BROWSER];
    const { connected } = wizard(script, onPage(pages));
    expect((await connected).report.stored).toBe(true);
  });
});

describe('"Ask somebody else for it"', () => {
  it('makes a request with what is known, keeps the place and ends the run', async () => {
    const { asked, fromSomebody } = somebody();
    const { context, connected } = wizard([SITE, SOMEBODY], { fromSomebody });
    const ended = await connected.catch((error: unknown) => error);
    expect(ended).toBeInstanceOf(Interrupted);
    expect(ended).toMatchObject({ exitCode: 130, canResume: true });
    expect(asked).toEqual([
      {
        supplied: new Map([['site', 'acme']]),
        needs: [],
        storeId: 'keychain',
        rotating: undefined,
      },
    ]);
    expect(context.resumePoints.kept.get('brindle')).toMatchObject({ fields: { site: 'acme' } });
  });

  it('keeps the case of the guide from which it was chosen', async () => {
    const script = [
      SITE,
      see(/^It is disabled$/u),
      then(/^I am no admin$/u),
      then(/^Write: enable/u),
      asks.text('Email of the user', 'ines@acme.example'),
      then(/^Ask somebody else for it$/u),
    ];
    const { context, connected } = wizard(script, { fromSomebody: somebody().fromSomebody });
    await expect(connected).rejects.toThrow(Interrupted);
    expect(context.resumePoints.kept.get('brindle')).toMatchObject({ part: 'not-admin' });
  });

  it('asks the same question again if no request could be made', async () => {
    const { made, fromSomebody } = somebody();
    made[0] = false;
    const { connected } = wizard([SITE, SOMEBODY, HAVE, KEY], { fromSomebody });
    expect((await connected).report.stored).toBe(true);
  });

  it('is not offered if the store is none', async () => {
    const { fromSomebody } = somebody();
    const { context, connected } = wizard([SITE, HAVE, KEY], { fromSomebody, store: 'none' });
    await connected;
    expect(context.terminal.text('ask')).not.toContain('Ask somebody');
  });
});

describe('a sealed answer that is pasted instead of the secret', () => {
  it.each<[string, Exchange[]]>([
    ['into the field', [SITE, HAVE, asks.secret('API key', SEALED)]],
    [
      'into the field, on one line',
      [SITE, HAVE, asks.secret('API key', SEALED.replaceAll('\n', ' '))],
    ],
    ['at the choice before it', [SITE, asks.pasteAt(/^What do you see/u, SEALED)]],
  ])('%s is accepted, and never sent as the secret', async (_, script) => {
    const { pasted, fromSomebody } = somebody();
    const { context, connected } = wizard(script, { fromSomebody });
    expect((await connected).fromAnswer).toEqual(ANSWERED);
    expect(pasted).toHaveLength(1);
    expect(context.http.signed).toEqual([]);
    expect(context.store.items.size).toBe(0);
  });

  it('leads back to the guide, with the reason, if it cannot be opened', async () => {
    const closed = { what: 'request/k3v7q2xm is closed', next: 'Nothing was stored.' };
    const { fromSomebody } = somebody(() => {
      throw new ConnectionError('request/k3v7q2xm', 'not-stored', closed);
    });
    const script = [SITE, HAVE, asks.secret('API key', SEALED), HAVE, KEY];
    const { context, connected } = wizard(script, { fromSomebody });
    expect((await connected).report.stored).toBe(true);
    expect(context.terminal.text('problem')).toContain('request/k3v7q2xm is closed');
  });

  it('is refused if nothing accepts it', async () => {
    const refused = [SEALED, SEALED.replaceAll('\n', ' ')];
    const script = [SITE, HAVE, asks.secret('API key', API_KEY, { refused })];
    const { connected } = wizard(script);
    expect((await connected).report.stored).toBe(true);
  });
});
