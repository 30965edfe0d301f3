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

/** @returns whether the script stored the connection, and what it noted. */
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
      'does not come before a secret that the person has at hand',
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
      'takes a paste as the key, and puts it into the field',
      [
        SITE,
        asks.pasteAt(/^What do you see/u, 'Rk3vT9xQ2mLp8sWz4aBc'),
        asks.secret('API key', '?', { typed: 'Rk3vT9xQ2mLp8sWz4aBc' }),
        asks.pasteAt(/^What do you see/u, API_KEY),
        asks.secret('API key', API_KEY, { typed: API_KEY }),
      ],
    ],
    [
      'takes a paste after a refusal, too',
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

  it('comes after the store is tested, since a key may be shown only once', async () => {
    const store = fakeStore();
    store.fault = { fails: 'store-locked' };
    const context = fakeContext({
      script: [SITE, now(/^Stop/u)],
      hosts: { [BRINDLE]: brindleLive },
      store,
    });
    expect((await runWizard(context)).report.reason).toBe('store-locked');
  });

  it('opens after a failed check, and leads back to the choices there', async () => {
    let tries = 0;
    const flaky: FakeHost = (request) =>
      request.authorization !== undefined && tries++ === 0 ? { status: 429 } : brindleLive(request);
    const LOOK = now(/^Open the guide: HTTP/u);
    const context = fakeContext({
      script: [SITE, HAVE, KEY, LOOK, asks.back, now(/^Try again$/u)],
      hosts: { [BRINDLE]: flaky },
    });
    expect((await runWizard(context)).report.stored).toBe(true);
    // There, an answer can be typed again.
    const other = fakeContext({
      script: [SITE, HAVE, KEY, LOOK, now(/^I have the API key$/u), asks.interrupt],
      hosts: { [BRINDLE]: busy },
    });
    await expect(runWizard(other)).rejects.toMatchObject({ name: 'Interrupted' });
  });

  it('is not mentioned if the provider has none', async () => {
    const context = fakeContext({ script: [SITE, KEY], hosts: { [BRINDLE]: brindleLive } });
    await runConnect(context, { supplied: {} });
    expect(context.terminal.text('explain')).not.toContain('?');
  });
});

describe('one step back', () => {
  it.each<[string, Exchange[], RunOptions?]>([
    [
      'leads from field to field, and loses no answer',
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
      'leads from the question for a secret to the guide',
      [SITE, HAVE, asks.back, see(/^I do not know where$/u), now(/^I have/u), asks.back, HAVE, KEY],
    ],
    [
      'leads from the guide to the question that opened it',
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
      'leads from the guide to a secret that was asked for at once',
      [asks.secret('API key', '?'), asks.back, KEY],
      { supplied: { site: 'acme' }, askDirectly: new Set(['apiKey']) },
    ],
    [
      'leads to the field before in the order of the questions, whatever was answered last',
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
      'keeps the secret that was typed before a check',
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
      'leads from the choices after a check to the secret, which is offered again',
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

  it('never leads to an answer that came with the command', async () => {
    const context = fakeContext({
      script: [HAVE, asks.secret('API key', WRONG_KEY), asks.interrupt],
      hosts: { [BRINDLE]: brindleLive },
    });
    await expect(runWizard(context, { supplied: { site: 'acme' } })).rejects.toMatchObject({
      name: 'Interrupted',
    });
  });

  it('takes back the consent to store it unverified', async () => {
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
        // The consent is asked for again.
        UNVERIFIED,
        asks.interrupt,
      ],
      hosts: { [BRINDLE]: busy },
      store,
    });
    await expect(runWizard(context)).rejects.toMatchObject({ name: 'Interrupted' });
  });
});

describe('an answer that changes', () => {
  it('is looked for again if it is the address, and no key goes to the former one', async () => {
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
      'is taken from the address in the message',
      [...WRITE, asks.text('Email of the user', EMAIL, { initial: OTHER }), now(/^I have/u), KEY],
      { supplied: { site: 'acme.eu-1', email: OTHER } },
      `User email is ${EMAIL} from now on.`,
    ],
    [
      'is kept if the person then leaves the guide with steps back',
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
      'is offered for its field if the field has no answer yet',
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
      'is corrected in the message, too',
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
