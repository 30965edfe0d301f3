import { describe, expect, it } from 'vitest';
import {
  API_KEY,
  asks,
  EMAIL,
  fakeContext,
  fakeStore,
  WRONG_KEY,
  type Exchange,
  type FakeHost,
} from '../../support/fakes.js';
import { runConnect, runWizard, type RunOptions } from '../../support/run-connect.js';
import { brindle, fakeApi, fernway } from '../../support/test-provider.js';

const BRINDLE = 'acme.brindle.example';
const FERNWAY = 'acme.eu-1.fernway.example';
const OTHER = 'other@acme.example';
const brindleLive = fakeApi(brindle);
const busy: FakeHost = (request) =>
  request.authorization === undefined ? brindleLive(request) : { status: 503 };

const see = (what: RegExp): Exchange => asks.choose(/^What do you see\?$/u, what);
const now = (what: RegExp): Exchange => asks.choose(/^What now\?$/u, what);
const HAVE = see(/^I have/u);
const SITE = asks.text('Site', 'acme');
const REGIONAL = asks.text('Site', 'acme.eu-1');
const USER = asks.text('User email', EMAIL);
const KEY = asks.secret('API key', API_KEY);

const kept = (label: string, value: string, more: { back?: boolean } = {}): Exchange =>
  asks.text(label, value, { initial: value, ...more });

/** Runs the script. @returns whether it stored, and what was noted. */
async function wizard(script: readonly Exchange[], options: RunOptions = {}) {
  const { provider = brindle } = options;
  const context = fakeContext({
    script,
    hosts: { [provider === brindle ? BRINDLE : FERNWAY]: fakeApi(provider) },
  });
  const { report } = await runWizard(context, options);
  return { stored: report.stored, noted: context.terminal.text('tell') };
}

describe('the guide', () => {
  it.each<[string, Exchange[], RunOptions?]>([
    ['comes before a secret', [SITE, HAVE, KEY]],
    [
      'does not come first for one that the person has at hand',
      [KEY],
      { supplied: { site: 'acme' }, askDirectly: new Set(['apiKey']) },
    ],
    [
      'opens with ? in a text and in a secret',
      [
        asks.text('Site', '?'),
        see(/^My address ends elsewhere$/u),
        now(/^I have the Site$/u),
        SITE,
        HAVE,
        asks.secret('API key', ' ? '),
        HAVE,
        KEY,
      ],
    ],
    [
      'takes a paste for the key, which is in the field then',
      [
        SITE,
        asks.pasteAt(/^What do you see/u, 'Rk3vT9xQ2mLp8sWz4aBc'),
        asks.secret('API key', '?', { typed: 'Rk3vT9xQ2mLp8sWz4aBc' }),
        asks.pasteAt(/^What do you see/u, API_KEY),
        asks.secret('API key', API_KEY, { typed: API_KEY }),
      ],
    ],
    [
      'takes one after a refusal, too',
      [
        REGIONAL,
        USER,
        HAVE,
        asks.secret('API key', WRONG_KEY),
        now(/^Open the guide: HTTP 401/u),
        asks.pasteAt(/^What now/u, API_KEY),
        asks.secret('API key', API_KEY, { typed: API_KEY }),
      ],
      { provider: fernway },
    ],
    [
      'comes before a secret that was refused, too',
      [
        SITE,
        HAVE,
        asks.secret('API key', WRONG_KEY),
        see(/^I do not know where$/u),
        now(/^I have/u),
        KEY,
      ],
    ],
  ])('%s', async (_, script, options) => {
    expect((await wizard(script, options)).stored).toBe(true);
  });

  it('comes after the store is tested: a key may be shown once only', async () => {
    const store = fakeStore();
    store.fault = { fails: 'store-locked' };
    const context = fakeContext({
      script: [SITE, now(/^Stop/u)],
      hosts: { [BRINDLE]: brindleLive },
      store,
    });
    expect((await runWizard(context)).report.reason).toBe('store-locked');
  });

  it('helps after a check that failed, and leads back to what can be done then', async () => {
    let tries = 0;
    const flaky: FakeHost = (request) =>
      request.authorization !== undefined && tries++ === 0 ? { status: 429 } : brindleLive(request);
    const LOOK = now(/^Open the guide: HTTP/u);
    const context = fakeContext({
      script: [SITE, HAVE, KEY, LOOK, asks.back, now(/^Try again$/u)],
      hosts: { [BRINDLE]: flaky },
    });
    expect((await runWizard(context)).report.stored).toBe(true);
    // And from there, an answer is typed again.
    const other = fakeContext({
      script: [SITE, HAVE, KEY, LOOK, now(/^I have the API key$/u), asks.interrupt],
      hosts: { [BRINDLE]: busy },
    });
    await expect(runWizard(other)).rejects.toMatchObject({ name: 'Interrupted' });
  });

  it('is not there without one: nobody is told of ?', async () => {
    const context = fakeContext({ script: [SITE, KEY], hosts: { [BRINDLE]: brindleLive } });
    await runConnect(context, { supplied: {} });
    expect(context.terminal.text('explain')).not.toContain('?');
  });
});

describe('one step back', () => {
  it.each<[string, Exchange[], RunOptions?]>([
    [
      'leads from field to field, and nothing that was typed is lost',
      [
        REGIONAL,
        USER,
        asks.back,
        asks.back,
        kept('Site', 'acme.eu-1', { back: false }),
        kept('User email', EMAIL),
        HAVE,
        KEY,
      ],
      { provider: fernway },
    ],
    [
      'out of the question for a secret is the guide',
      [SITE, HAVE, asks.back, see(/^I do not know where$/u), now(/^I have/u), asks.back, HAVE, KEY],
    ],
    [
      'out of the guide is the question from which it was opened',
      [
        asks.text('Site', '?'),
        asks.back,
        REGIONAL,
        asks.text('User email', '?'),
        asks.back,
        USER,
        HAVE,
        KEY,
      ],
      { provider: fernway },
    ],
    [
      'also if the secret was asked for at once',
      [asks.secret('API key', '?'), asks.back, KEY],
      { supplied: { site: 'acme' }, askDirectly: new Set(['apiKey']) },
    ],
    [
      'is the field before in the order of the questions, whatever was answered last',
      [
        REGIONAL,
        USER,
        see(/^Trial or production$/u),
        now(/^Change the Site$/u),
        kept('Site', 'acme.eu-1', { back: false }),
        asks.back,
        kept('User email', EMAIL),
        HAVE,
        KEY,
      ],
      { provider: fernway },
    ],
    [
      'after a check keeps the secret that was typed',
      [
        REGIONAL,
        asks.text('User email', OTHER),
        HAVE,
        KEY,
        now(/^Type the User email again$/u),
        asks.text('User email', EMAIL, { initial: OTHER }),
      ],
      { provider: fernway },
    ],
    [
      'out of what comes after a check offers the secret again',
      [
        REGIONAL,
        asks.text('User email', OTHER),
        HAVE,
        KEY,
        asks.back,
        HAVE,
        asks.back,
        asks.back,
        asks.text('User email', EMAIL, { initial: OTHER }),
        HAVE,
        asks.secret('API key', API_KEY, { initial: API_KEY }),
      ],
      { provider: fernway },
    ],
  ])('%s', async (_, script, options) => {
    expect((await wizard(script, options)).stored).toBe(true);
  });

  it('leads to no answer that came with the command', async () => {
    const context = fakeContext({
      script: [HAVE, asks.secret('API key', WRONG_KEY), asks.interrupt],
      hosts: { [BRINDLE]: brindleLive },
    });
    await expect(runWizard(context, { supplied: { site: 'acme' } })).rejects.toMatchObject({
      name: 'Interrupted',
    });
  });

  it('takes back that it may be stored unverified', async () => {
    const store = fakeStore();
    store.concerns = (account) => account === 'brindle/acme';
    store.fault = { fails: 'store-denied', on: 'set' };
    const UNVERIFIED = now(/^Store it unverified/u);
    const context = fakeContext({
      script: [
        SITE,
        HAVE,
        asks.secret('API key', WRONG_KEY),
        UNVERIFIED,
        // The store fails, and the person goes back.
        asks.back,
        HAVE,
        asks.secret('API key', API_KEY, { initial: WRONG_KEY }),
        // Asked again, and not just stored.
        UNVERIFIED,
        asks.interrupt,
      ],
      hosts: { [BRINDLE]: busy },
      store,
    });
    await expect(runWizard(context)).rejects.toMatchObject({ name: 'Interrupted' });
  });
});

describe('an answer that is another one than before', () => {
  it('is looked for anew if it is the address, and no key is sent to the former one', async () => {
    const context = fakeContext({
      script: [
        asks.text('Site', 'beta.eu-1'),
        USER,
        see(/^Trial or production$/u),
        now(/^Change the Site$/u),
        asks.text('Site', 'acme.eu-1', { initial: 'beta.eu-1' }),
        HAVE,
        KEY,
      ],
      hosts: {
        [FERNWAY]: fakeApi(fernway),
        'beta.eu-1.fernway.example': fakeApi(fernway, { hosts: ['beta.eu-1.fernway.example'] }),
      },
    });
    const { report } = await runWizard(context, { provider: fernway });
    expect(report).toMatchObject({ host: FERNWAY, stored: true });
    expect(context.terminal.text('show')).toContain('This one is for beta.eu-1.fernway.example.');
    expect(new Set(context.http.signed.map(({ host }) => host))).toEqual(new Set([FERNWAY]));
  });

  const WRITE = [see(/^It is disabled$/u), now(/^I am no admin$/u), now(/^Write: enable/u)];
  it.each<[string, Exchange[], RunOptions, string]>([
    [
      'is the address of the message',
      [...WRITE, asks.text('Email of the user', EMAIL, { initial: OTHER }), now(/^I have/u), KEY],
      { supplied: { site: 'acme.eu-1', email: OTHER } },
      `User email is ${EMAIL} from now on.`,
    ],
    [
      'is the same, if the person went back out of the guide then',
      [
        REGIONAL,
        asks.text('User email', OTHER),
        ...WRITE,
        asks.text('Email of the user', EMAIL, { initial: OTHER }),
        ...[1, 2, 3, 4].map(() => asks.back),
        kept('User email', EMAIL),
        HAVE,
        KEY,
      ],
      {},
      `User email is ${EMAIL} from now on.`,
    ],
    [
      'is offered for its field if that has no answer yet',
      [
        REGIONAL,
        asks.text('User email', '?'),
        see(/^Something else/u),
        asks.choose(/^What about/u, /^What an admin can do$/u),
        asks.choose(/^Which part/u, /^Write: enable/u),
        asks.text('Email of the user', EMAIL, { refused: ['?'] }),
        now(/^I have the User email$/u),
        kept('User email', EMAIL),
        HAVE,
        KEY,
      ],
      {},
      '',
    ],
    [
      'is in the message as it was mended',
      [
        REGIONAL,
        asks.text('User email', OTHER),
        see(/^It is disabled$/u),
        asks.back,
        asks.back,
        asks.text('User email', EMAIL, { initial: OTHER }),
        ...WRITE,
        asks.text('Email of the user', EMAIL, { initial: EMAIL }),
        now(/^I have/u),
        KEY,
      ],
      {},
      '',
    ],
  ])('%s', async (_, script, options, said) => {
    const { stored, noted } = await wizard(script, { provider: fernway, ...options });
    expect(stored).toBe(true);
    expect(noted.includes('from now on')).toBe(said !== '');
    expect(noted).toContain(said);
  });
});
