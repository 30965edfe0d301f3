import { describe, expect, it } from 'vitest';
import { Interrupted } from '../../../src/core/errors.js';
import { Secret } from '../../../src/core/secret.js';
import { connect } from '../../../src/flows/connect/connect.js';
import type { ConnectOptions } from '../../../src/flows/connect/run.js';
import type { SuppliedValue } from '../../../src/flows/connect/supplied.js';
import type { GuidedProvider } from '../../../src/core/guide.js';
import { fakeFreshservice, fakeGladly } from '../../support/fake-providers.js';
import {
  API_KEY,
  asks,
  EMAIL,
  fakeResumePoints,
  fakeClipboard,
  fakeContext,
  fakeRecords,
  fakeStore,
  filledStore,
  freshserviceConnection,
  gladlyConnection,
  NOW,
  TOKEN,
  WRONG_KEY,
  type FakeContext,
  type FakeHost,
} from '../../support/fakes.js';
import { guided } from '../../support/built-ins.js';

const [freshservice, gladly] = guided as readonly [GuidedProvider, GuidedProvider];
const ACME = 'acme.freshservice.com';
const REGIONAL = 'acme.us-1.gladly.com';
const live = fakeFreshservice({ tenants: ['acme', 'beta'], apiKey: API_KEY });
const organization = fakeGladly({ host: REGIONAL, email: EMAIL, token: TOKEN });

/** It says that the host is right, and has no time for more. */
const busy: FakeHost = (request) =>
  request.authorization === undefined ? live(request) : { status: 429 };

const SEES = /^What do you see\?$/u;
const NOW_WHAT = /^What now\?$/u;
const HAVE_KEY = asks.choose(SEES, /^I have the API key$/u);
const see = (what: RegExp) => asks.choose(SEES, what);
const then = (what: RegExp) => asks.choose(NOW_WHAT, what);

function run(context: FakeContext, definition: GuidedProvider, more: Partial<ConnectOptions> = {}) {
  const { guide, ...provider } = definition;
  return connect(context, provider, {
    defaultStore: 'keychain',
    replace: false,
    allowUnverified: false,
    timeoutMs: 1000,
    supplied: new Map(),
    guide,
    ...more,
  });
}

const given = (values: Readonly<Record<string, string>>): Map<string, SuppliedValue> =>
  new Map(Object.entries(values).map(([id, value]) => [id, { value }]));

/** The titles of what was shown, in order. */
const shown = ({ terminal }: FakeContext): unknown[] =>
  terminal.said
    .filter(({ how }) => how === 'show')
    .map(({ text }) => {
      const part = JSON.parse(text) as Record<string, unknown>;
      return part['sees'] ?? part['title'];
    });

describe('what do you see?', () => {
  it('is asked before a secret, and one who has it answers at once', async () => {
    const context = fakeContext({
      script: [asks.text('Domain', 'acme'), HAVE_KEY, asks.secret('API key', API_KEY)],
      hosts: { [ACME]: live },
    });
    expect((await run(context, freshservice)).report.stored).toBe(true);
    expect(shown(context)).toEqual([]);
  });

  it('is asked after the store is tested: a token is shown once only', async () => {
    const store = fakeStore();
    store.fault = { fails: 'store-locked' };
    const context = fakeContext({
      script: [asks.text('Domain', 'acme'), then(/^Stop/u)],
      hosts: { [ACME]: live },
      store,
    });
    expect((await run(context, freshservice)).report.reason).toBe('store-locked');
  });

  it('is not asked of one who said where the secret comes from', async () => {
    const context = fakeContext({
      script: [asks.secret('API key', API_KEY)],
      hosts: { [ACME]: live },
    });
    const askDirectly = new Set(['apiKey']);
    const { report } = await run(context, freshservice, {
      supplied: given({ domain: 'acme' }),
      askDirectly: askDirectly,
    });
    expect(report.stored).toBe(true);
  });

  it('leads from what is seen to what can be done, and back step by step', async () => {
    const context = fakeContext({
      script: [
        asks.text('Domain', 'acme'),
        see(/^I do not know where the key is$/u),
        then(/CAPTCHA/u),
        then(/disabled/u),
        then(/^I am an Account Admin$/u),
        then(/still disabled/u),
        asks.back,
        asks.back,
        then(/not an Account Admin/u),
        asks.back,
        asks.back,
        asks.back,
        asks.back,
        HAVE_KEY,
        asks.secret('API key', API_KEY),
      ],
      hosts: { [ACME]: live },
    });
    expect((await run(context, freshservice)).report.stored).toBe(true);
    expect(shown(context)).toEqual([
      'You look for the API key',
      'A CAPTCHA or a Show link stands in its place',
      '"Your API key is disabled. Please contact your admin to enable it."',
      'You are an Account Admin',
      'The switch is on, and the key is still disabled',
      // Who comes back reads again where they are.
      'You are an Account Admin',
      '"Your API key is disabled. Please contact your admin to enable it."',
      'You are not an Account Admin, or do not know',
      '"Your API key is disabled. Please contact your admin to enable it."',
      'A CAPTCHA or a Show link stands in its place',
      'You look for the API key',
    ]);
  });

  it('opens pages that are known, at the host that was recognised, and nothing else', async () => {
    const context = fakeContext({
      script: [
        asks.text('Domain', 'acme'),
        see(/disabled/u),
        then(/^Open the page in the browser$/u),
        asks.back,
        see(/where the key is/u),
        then(/^Open the page/u),
        then(/^I have/u),
        asks.secret('API key', API_KEY),
      ],
      hosts: { [ACME]: live },
      pages: [`https://${ACME}/a/admin/home`, `https://${ACME}/`],
    });
    await run(context, freshservice);
    // The address is on the screen before it is opened.
    const at = (what: string): number =>
      context.terminal.said.findIndex(({ text }) => text.includes(what));
    expect(at(`"page":"https://${ACME}/a/admin/home"`)).toBeLessThan(
      at(`Opening https://${ACME}/a/admin/home`),
    );
  });

  it('has the whole guide: topic, part, and back', async () => {
    const context = fakeContext({
      script: [
        asks.text('Domain', 'acme'),
        see(/^Something else/u),
        asks.choose(/^What about\?$/u, /^Limits and plans$/u),
        asks.choose(/^Which part\?$/u, /^Requests a minute$/u),
        asks.back,
        asks.back,
        asks.choose(/^What about\?$/u, /^What you see/u),
        asks.choose(/^Which part\?$/u, /^HTTP 403/u),
        then(/^I have/u),
        asks.secret('API key', API_KEY),
      ],
      hosts: { [ACME]: live },
    });
    await run(context, freshservice);
    expect(context.terminal.text('show')).toContain('Starter: 100 in all');
    expect(context.terminal.text('show')).toContain('Freshservice counts requests per minute');
  });

  it('helps after a check that failed, too, and leads back to what can be done then', async () => {
    let offline = true;
    const context = fakeContext({
      script: [
        asks.text('Domain', 'acme'),
        HAVE_KEY,
        asks.secret('API key', API_KEY),
        then(/^Look into the guide$/u),
        see(/^Something else/u),
        asks.choose(/^What about/u, /^What you see/u),
        asks.choose(/^Which part/u, /^HTTP 429/u),
        asks.back,
        asks.back,
        asks.back,
        asks.back,
        then(/^Try again$/u),
      ],
      hosts: {
        [ACME]: (request) => {
          if (request.authorization === undefined || !offline) return live(request);
          offline = false;
          return { status: 429 };
        },
      },
    });
    expect((await run(context, freshservice)).report.stored).toBe(true);
  });

  it('helps at a text, too: ? opens it', async () => {
    const context = fakeContext({
      script: [
        asks.text('Domain', '?'),
        see(/does not end in/u),
        then(/^I have the Domain$/u),
        asks.text('Domain', 'acme'),
        HAVE_KEY,
        asks.secret('API key', ' ? '),
        HAVE_KEY,
        asks.secret('API key', API_KEY),
      ],
      hosts: { [ACME]: live },
    });
    expect((await run(context, freshservice)).report.stored).toBe(true);
    expect(context.terminal.text('explain')).toContain('Type ? in a field');
  });
});

describe('one step back', () => {
  it('from field to field, and nothing that was typed is lost', async () => {
    const context = fakeContext({
      script: [
        asks.text('Organization slug', 'acme.us-1'),
        asks.text('Agent email', EMAIL),
        // Out of the guide at the token, to the e-mail, to the slug.
        asks.back,
        asks.back,
        asks.text('Organization slug', 'acme.us-1', { initial: 'acme.us-1' }),
        asks.text('Agent email', EMAIL, { initial: EMAIL }),
        see(/^I have/u),
        asks.secret('API token', TOKEN),
      ],
      hosts: { [REGIONAL]: organization },
    });
    expect((await run(context, gladly)).report.stored).toBe(true);
  });

  it('out of the question for a secret is the guide', async () => {
    const context = fakeContext({
      script: [
        asks.text('Domain', 'acme'),
        HAVE_KEY,
        asks.back,
        see(/where the key is/u),
        then(/^I have/u),
        asks.back,
        HAVE_KEY,
        asks.secret('API key', API_KEY),
      ],
      hosts: { [ACME]: live },
    });
    expect((await run(context, freshservice)).report.stored).toBe(true);
  });

  it('after a check keeps the secret that was typed', async () => {
    const context = fakeContext({
      script: [
        asks.text('Organization slug', 'acme.us-1'),
        asks.text('Agent email', 'other@acme.example'),
        see(/^I have/u),
        asks.secret('API token', TOKEN),
        asks.choose(NOW_WHAT, /^Type the Agent email again$/u),
        asks.text('Agent email', EMAIL, { initial: 'other@acme.example' }),
      ],
      hosts: { [REGIONAL]: organization },
    });
    expect((await run(context, gladly)).report.stored).toBe(true);
  });

  it('out of what comes after a check, too: Enter alone keeps the secret', async () => {
    const context = fakeContext({
      script: [
        asks.text('Organization slug', 'acme.us-1'),
        asks.text('Agent email', 'other@acme.example'),
        see(/^I have/u),
        asks.secret('API token', TOKEN),
        // What now?
        asks.back,
        see(/^I have/u),
        asks.back,
        asks.back,
        asks.text('Agent email', EMAIL, { initial: 'other@acme.example' }),
        see(/^I have/u),
        asks.secret('API token', TOKEN, { initial: TOKEN }),
      ],
      hosts: { [REGIONAL]: organization },
    });
    expect((await run(context, gladly)).report.stored).toBe(true);
  });

  it('out of "use it all the same?" asks again', async () => {
    const context = fakeContext({
      script: [
        asks.text('Domain', 'acme'),
        HAVE_KEY,
        asks.secret('API key', 'somebody@acme.example'),
        asks.back,
        asks.secret('API key', API_KEY),
      ],
      hosts: { [ACME]: live },
    });
    expect((await run(context, freshservice)).report.stored).toBe(true);
  });

  it('out of the guide that was opened from a question is that question', async () => {
    const context = fakeContext({
      script: [
        asks.text('Organization slug', '?'),
        asks.back,
        asks.text('Organization slug', 'acme.us-1', { back: false }),
        asks.text('Agent email', '?'),
        asks.back,
        asks.text('Agent email', EMAIL),
        see(/^I have/u),
        asks.secret('API token', TOKEN),
      ],
      hosts: { [REGIONAL]: organization },
    });
    expect((await run(context, gladly)).report.stored).toBe(true);
  });

  it('also where a secret was asked for at once', async () => {
    const context = fakeContext({
      script: [asks.secret('API key', '?'), asks.back, asks.secret('API key', API_KEY)],
      hosts: { [ACME]: live },
    });
    const { report } = await run(context, freshservice, {
      supplied: given({ domain: 'acme' }),
      askDirectly: new Set(['apiKey']),
    });
    expect(report.stored).toBe(true);
  });

  it('is the field before, in the order of the questions, whatever was answered last', async () => {
    const context = fakeContext({
      script: [
        asks.text('Organization slug', 'acme.us-1'),
        asks.text('Agent email', EMAIL),
        see(/^Sandbox or production/u),
        then(/^Change the Organization slug$/u),
        // The first question again: nothing is before it.
        asks.text('Organization slug', 'acme.us-1', { initial: 'acme.us-1', back: false }),
        // Out of the guide at the token.
        asks.back,
        asks.text('Agent email', EMAIL, { initial: EMAIL }),
        see(/^I have/u),
        asks.secret('API token', TOKEN),
      ],
      hosts: { [REGIONAL]: organization },
    });
    expect((await run(context, gladly)).report.stored).toBe(true);
  });

  it('takes the consent for another host back', async () => {
    const beta = freshserviceConnection({
      name: 'desk',
      host: 'beta.freshservice.com',
      fields: { domain: 'beta' },
    });
    const gamma = fakeFreshservice({ tenants: ['gamma'], apiKey: API_KEY });
    const context = fakeContext({
      script: [
        asks.text('Domain', 'acme'),
        asks.choose(/should happen/u, /^Replace it, once/u),
        asks.back,
        asks.text('Domain', 'gamma', { initial: 'acme' }),
        asks.choose(/should happen/u, /^Replace it, once/u),
        HAVE_KEY,
        asks.secret('API key', API_KEY),
      ],
      hosts: { [ACME]: live, 'gamma.freshservice.com': gamma },
      records: fakeRecords(beta),
      store: filledStore(beta),
    });
    const { report } = await run(context, freshservice, { name: 'desk' });
    expect(report).toMatchObject({ host: 'gamma.freshservice.com', stored: true });
  });

  it('takes back that it may be stored unproven', async () => {
    const store = fakeStore();
    store.concerns = (account) => account === 'freshservice/acme';
    store.fault = { fails: 'store-denied', on: 'set' };
    const context = fakeContext({
      script: [
        asks.text('Domain', 'acme'),
        HAVE_KEY,
        asks.secret('API key', WRONG_KEY),
        then(/^Store it unverified/u),
        // The store fails, and the person goes back.
        asks.back,
        HAVE_KEY,
        asks.secret('API key', API_KEY, { initial: WRONG_KEY }),
        // Asked again, and not just stored.
        then(/^Store it unverified/u),
        asks.interrupt,
      ],
      hosts: { [ACME]: busy },
      store,
    });
    await expect(run(context, freshservice)).rejects.toThrow(Interrupted);
  });

  it('is not offered at the first question', async () => {
    const context = fakeContext({
      script: [
        asks.text('Domain', 'nobody', { back: false }),
        asks.text('Domain', 'acme', { initial: 'nobody', back: false }),
        HAVE_KEY,
        asks.secret('API key', API_KEY),
      ],
      hosts: {
        [ACME]: live,
        'nobody.freshservice.com': fakeFreshservice({ tenants: [], apiKey: API_KEY }),
      },
    });
    expect((await run(context, freshservice)).report.stored).toBe(true);
  });

  it('the environment may be another one: the address is asked for again', async () => {
    const context = fakeContext({
      script: [
        asks.text('Organization slug', 'beta.us-1'),
        asks.text('Agent email', EMAIL),
        see(/^Sandbox or production/u),
        then(/^Change the Organization slug$/u),
        asks.text('Organization slug', 'acme.us-1', { initial: 'beta.us-1' }),
        see(/^I have/u),
        asks.secret('API token', TOKEN),
      ],
      hosts: {
        [REGIONAL]: organization,
        'beta.us-1.gladly.com': fakeGladly({
          host: 'beta.us-1.gladly.com',
          email: EMAIL,
          token: TOKEN,
        }),
      },
    });
    expect((await run(context, gladly)).report).toMatchObject({ host: REGIONAL, stored: true });
    expect(context.terminal.text('show')).toContain('This one is for beta.us-1.gladly.com');
    expect(context.http.signed.map(({ host }) => host)).not.toContain('beta.us-1.gladly.com');
  });
});

const ENABLE = `Subject: Freshservice: please enable the API key of ines@acme.example

Hello, I am connecting a tool to Freshservice (acme.freshservice.com). It uses the API key of the agent ines@acme.example, and that key is disabled. I cannot change this myself: only an Account Admin can.

What to click:
1. Log in at https://acme.freshservice.com/ as an Account Admin.
2. Admin > User Management > Agents (in newer menus: Global Settings > Agents).
3. Open ines@acme.example, then Permissions.
4. Turn on the API Key switch, and save.
5. Only if the key stays disabled: Admin > General Settings > Security, and allow API access. Not every account has this.

Rights: no new role is needed. The key may do what this agent may do already, and nothing more.

To undo it: turn the same switch off again.

Please do not send me a key: I can read it myself, in my own Profile Settings. Thank you!
`;

/** From the domain to the message that asks for the switch. */
const TO_MESSAGE = [
  asks.text('Domain', 'acme'),
  see(/disabled/u),
  then(/not an Account Admin/u),
  then(/^Write to an Account Admin: enable/u),
] as const;
const AGENT = asks.text('E-mail of the agent', 'ines@acme.example', {
  refused: ['', 'ines', '<e-mail of the agent>'],
  back: true,
});
const LATER = then(/^Stop here/u);

describe('a message for the admin', () => {
  it('is ready to be sent: asked is what is missing, and it can be written to a file', async () => {
    const context = fakeContext({
      script: [
        ...TO_MESSAGE,
        AGENT,
        then(/^Write it to a file$/u),
        asks.text('File', 'ask.txt', { initial: 'freshservice-enable-key.txt', refused: [' '] }),
        LATER,
      ],
      hosts: { [ACME]: live },
    });
    await expect(run(context, freshservice)).rejects.toThrow(Interrupted);
    expect([...context.files]).toEqual([['ask.txt', ENABLE]]);
    expect(context.terminal.text('show')).toContain('please enable the API key of ines@acme');
    expect(context.terminal.text('done')).toContain('Written to ask.txt');
  });

  it('is written over nothing: another name is asked for', async () => {
    const context = fakeContext({
      script: [
        ...TO_MESSAGE,
        AGENT,
        then(/^Write it to a file$/u),
        asks.text('File', 'a.txt', { initial: 'freshservice-enable-key.txt' }),
        then(/^Write it to a file$/u),
        asks.text('File', 'a.txt', { initial: 'freshservice-enable-key.txt' }),
        asks.text('File', 'b.txt', { initial: 'freshservice-enable-key.txt' }),
        LATER,
      ],
      hosts: { [ACME]: live },
    });
    await expect(run(context, freshservice)).rejects.toThrow(Interrupted);
    expect([...context.files.keys()]).toEqual(['a.txt', 'b.txt']);
  });

  it('is copied where a program does that', async () => {
    const clipboard = fakeClipboard('wl-copy');
    const context = fakeContext({
      script: [...TO_MESSAGE, AGENT, then(/^Copy it to the clipboard$/u), LATER],
      hosts: { [ACME]: live },
      clipboard,
    });
    await expect(run(context, freshservice)).rejects.toThrow(Interrupted);
    expect(clipboard.copied).toEqual([ENABLE]);
  });

  it('and where that program fails, it says so', async () => {
    const context = fakeContext({
      script: [...TO_MESSAGE, AGENT, then(/^Copy it to the clipboard$/u), LATER],
      hosts: { [ACME]: live },
      clipboard: fakeClipboard('wl-copy', false),
    });
    await expect(run(context, freshservice)).rejects.toThrow(Interrupted);
    expect(context.terminal.text('warn')).toContain('wl-copy did not take it');
    expect(context.terminal.text('done')).not.toContain('clipboard');
  });

  it('asks for each blank, back and forth', async () => {
    const context = fakeContext({
      script: [
        asks.text('Domain', 'acme'),
        see(/agent of its own/u),
        then(/^Write to an Account Admin: create/u),
        AGENT,
        asks.back,
        asks.text('E-mail of the agent', 'bot@acme.example', { initial: 'ines@acme.example' }),
        asks.text('Groups whose tickets it needs, or: all', 'Hardware, Network', { refused: [''] }),
        LATER,
      ],
      hosts: { [ACME]: live },
    });
    await expect(run(context, freshservice)).rejects.toThrow(Interrupted);
    const text = String(context.terminal.said.findLast(({ how }) => how === 'show')?.text);
    expect(text).toContain('E-mail: bot@acme.example.');
    expect(text).toContain('Groups whose tickets it needs: Hardware, Network.');
    expect(text).not.toMatch(/<e-mail|<the groups|\{\w+\}/u);
  });

  it('takes no secret: neither one that was typed before, nor what looks like one', async () => {
    const context = fakeContext({
      script: [
        asks.text('Domain', 'acme'),
        HAVE_KEY,
        asks.secret('API key', WRONG_KEY),
        see(/agent of its own/u),
        then(/^Write to an Account Admin: create/u),
        AGENT,
        asks.text('Groups whose tickets it needs, or: all', ' Hardware\u200B', {
          refused: [WRONG_KEY, `Hardware ${WRONG_KEY}`, API_KEY],
        }),
        then(/^Write it to a file$/u),
        asks.text('File', 'a.txt', {
          initial: 'freshservice-create-agent.txt',
          refused: [`${WRONG_KEY}.txt`],
        }),
        LATER,
      ],
      hosts: { [ACME]: live },
    });
    await expect(run(context, freshservice)).rejects.toThrow(Interrupted);
    expect(context.files.get('a.txt')).toContain('Groups whose tickets it needs: Hardware.');
    expect(context.terminal.text('tell')).toContain(
      'Removed: characters that cannot be seen, spaces around it.',
    );
  });

  it('asks for a user who is the user from then on', async () => {
    const resumePoints = fakeResumePoints();
    const toUser = [
      see(/user of its own/u),
      then(/^Write to an Administrator: create/u),
      asks.text('E-mail of the API user', EMAIL, { initial: 'me@acme.example' }),
    ] as const;
    const me = { supplied: given({ slug: 'acme.us-1', email: 'me@acme.example' }) };
    const hosts = { [REGIONAL]: organization };
    const first = fakeContext({
      script: [...toUser, then(/^I have/u), asks.secret('API token', TOKEN)],
      hosts,
      resumePoints,
    });
    expect((await run(first, gladly, me)).report).toMatchObject({
      stored: true,
      fields: { email: EMAIL },
    });
    expect(first.terminal.text('tell')).toContain(`Agent email is ${EMAIL} from now on.`);

    const left = fakeContext({ script: [...toUser, LATER], hosts, resumePoints });
    await expect(run(left, gladly, me)).rejects.toThrow(Interrupted);
    const next = fakeContext({
      script: [
        asks.choose(/^Go on/u, /^Go on/u),
        then(/^I have/u),
        asks.secret('API token', TOKEN),
      ],
      hosts,
      resumePoints,
    });
    expect((await run(next, gladly)).report).toMatchObject({
      stored: true,
      fields: { email: EMAIL },
    });
  });

  it('offers that user where the e-mail was not answered yet', async () => {
    const context = fakeContext({
      script: [
        asks.text('Organization slug', 'acme.us-1'),
        asks.text('Agent email', '?'),
        see(/user of its own/u),
        then(/^Write to an Administrator: create/u),
        asks.text('E-mail of the API user', EMAIL, { refused: ['?'] }),
        then(/^I have the Agent email$/u),
        asks.text('Agent email', EMAIL, { initial: EMAIL }),
        see(/^I have/u),
        asks.secret('API token', TOKEN),
      ],
      hosts: { [REGIONAL]: organization },
    });
    expect((await run(context, gladly)).report.stored).toBe(true);
  });

  it('offers the e-mail as it was mended', async () => {
    const context = fakeContext({
      script: [
        asks.text('Organization slug', 'acme.us-1'),
        asks.text('Agent email', 'typo@acme.example'),
        see(/API Tokens is not/u),
        asks.back,
        asks.back,
        asks.text('Agent email', EMAIL, { initial: 'typo@acme.example' }),
        see(/API Tokens is not/u),
        then(/^Write to an Administrator: give/u),
        asks.text('E-mail of the API user', EMAIL, { initial: EMAIL }),
        LATER,
      ],
      hosts: { [REGIONAL]: organization },
    });
    await expect(run(context, gladly)).rejects.toThrow(Interrupted);
    expect(JSON.stringify([...context.resumePoints.kept])).not.toContain('typo');
  });

  it('offers the e-mail that was answered', async () => {
    const context = fakeContext({
      script: [
        asks.text('Organization slug', 'acme.us-1'),
        asks.text('Agent email', EMAIL),
        see(/API Tokens is not/u),
        then(/^Write to an Administrator: give/u),
        asks.text('E-mail of the API user', EMAIL, { initial: EMAIL }),
        LATER,
      ],
      hosts: { [REGIONAL]: organization },
    });
    await expect(run(context, gladly)).rejects.toThrow(Interrupted);
  });
});

const LEFT = {
  provider: 'freshservice',
  fields: { domain: 'acme' },
  field: 'apiKey',
  words: { host: ACME, email: 'ines@acme.example' },
  part: 'not-admin',
  options: { name: undefined, store: undefined, needs: undefined },
  savedAt: NOW,
};

describe('where the wizard was left', () => {
  it('is kept with the message, whatever the person does then, and no secret in it', async () => {
    for (const end of [LATER, asks.interrupt]) {
      const context = fakeContext({ script: [...TO_MESSAGE, AGENT, end], hosts: { [ACME]: live } });
      await expect(run(context, freshservice)).rejects.toThrow(Interrupted);
      expect([...context.resumePoints.kept.values()]).toEqual([LEFT]);
      expect(context.terminal.text('tell')).toContain(
        'connect-wizard freshservice goes on from here',
      );
    }
  });

  it('is kept without what else was in a pasted address, and without any secret', async () => {
    const context = fakeContext({
      script: [
        asks.text(
          'Organization slug',
          `https://${REGIONAL}/a?jwt=abc.def#access_token=${WRONG_KEY}`,
        ),
        asks.text('Agent email', '?'),
        see(/whose/u),
        LATER,
      ],
      hosts: { [REGIONAL]: organization },
    });
    const token = new Map<string, SuppliedValue>([['token', { value: new Secret(TOKEN) }]]);
    await expect(run(context, gladly, { supplied: token })).rejects.toThrow(Interrupted);
    const [kept] = context.resumePoints.kept.values();
    expect(kept).toMatchObject({ fields: { slug: 'acme.us-1' }, field: 'email' });
    expect(JSON.stringify(kept)).not.toMatch(/jwt|access_token/u);
    expect(JSON.stringify(kept)).not.toContain(TOKEN);
  });

  it('is the part on the screen, and not one that was left', async () => {
    for (const [script, part] of [
      [[see(/disabled/u), then(/^I am an Account Admin$/u), asks.back], 'disabled'],
      [
        [
          see(/where the key is/u),
          asks.back,
          see(/^Something else/u),
          asks.choose(/^What about/u, /^What you see/u),
          asks.choose(/^Which part/u, /^HTTP 400$/u),
        ],
        null,
      ],
    ] as const) {
      const context = fakeContext({
        script: [asks.text('Domain', 'acme'), ...script, LATER],
        hosts: { [ACME]: live },
      });
      await expect(run(context, freshservice)).rejects.toThrow(Interrupted);
      expect(context.resumePoints.kept.get('freshservice')?.part).toBe(part);
    }
  });

  it('is gone on from at the question where it was, before anything was known', async () => {
    const context = fakeContext({
      script: [
        asks.choose(/^Go on/u, /^Go on/u),
        then(/^I have the Domain$/u),
        asks.text('Domain', 'acme'),
        HAVE_KEY,
        asks.secret('API key', API_KEY),
      ],
      hosts: { [ACME]: live },
      resumePoints: fakeResumePoints({
        ...LEFT,
        fields: {},
        field: 'domain',
        part: 'other-address',
      }),
    });
    expect((await run(context, freshservice)).report.stored).toBe(true);
    expect(context.terminal.text('tell')).not.toContain('Known by then');
    expect(context.resumePoints.kept.size).toBe(0);
  });

  it('gives nothing that this version would not take', async () => {
    const context = fakeContext({
      script: [
        asks.choose(/^Go on/u, /^Go on/u),
        asks.text('Agent email', EMAIL),
        see(/^I have/u),
        asks.secret('API token', TOKEN),
      ],
      hosts: { [REGIONAL]: organization },
      resumePoints: fakeResumePoints({
        ...LEFT,
        provider: 'gladly',
        fields: { slug: 'acme.us-1', email: 'no address', token: WRONG_KEY, other: 'x' },
        part: 'no-such-part',
        options: { name: '../up', store: 'no-such-store', needs: ['nonsense.read'] },
      }),
    });
    const { report } = await run(context, gladly);
    expect(report).toMatchObject({ name: 'gladly/acme.us-1', stored: true, capabilities: [] });
    expect(JSON.stringify(report) + context.terminal.text()).not.toContain(WRONG_KEY);
  });

  it('is offered for the same tenant, however it was given', async () => {
    const context = fakeContext({
      script: [
        asks.choose(/^Go on/u, /^Go on/u),
        then(/^I have/u),
        asks.secret('API key', API_KEY),
      ],
      hosts: { [ACME]: live },
      resumePoints: fakeResumePoints(LEFT),
    });
    const values = { supplied: given({ domain: 'https://acme.freshservice.com/a/tickets' }) };
    expect((await run(context, freshservice, values)).report.stored).toBe(true);
  });

  it('is forgotten once a script has connected that tenant, and not for another', async () => {
    for (const [domain, left] of [
      ['acme', 0],
      ['beta', 1],
    ] as const) {
      const context = fakeContext({
        hosts: { [`${domain}.freshservice.com`]: live },
        resumePoints: fakeResumePoints(LEFT),
      });
      const values = new Map<string, SuppliedValue>([
        ['domain', { value: domain }],
        ['apiKey', { value: new Secret(API_KEY) }],
      ]);
      const { report } = await run(context, freshservice, { supplied: values, guide: undefined });
      expect(report.stored).toBe(true);
      expect(context.resumePoints.kept.size).toBe(left);
    }
  });

  it('is kept without a secret that was typed', async () => {
    const context = fakeContext({
      script: [
        asks.text('Domain', 'acme'),
        HAVE_KEY,
        asks.secret('API key', WRONG_KEY),
        see(/where the key is/u),
        LATER,
      ],
      hosts: { [ACME]: live },
    });
    await expect(run(context, freshservice, { name: 'desk' })).rejects.toThrow(Interrupted);
    const [kept] = context.resumePoints.kept.values();
    expect(kept).toMatchObject({
      fields: { domain: 'acme' },
      part: 'where',
      options: { name: 'desk' },
    });
    expect(JSON.stringify(kept)).not.toContain(WRONG_KEY);
  });

  it('is gone on from: what was answered is not asked again', async () => {
    const resumePoints = fakeResumePoints({
      ...LEFT,
      options: { name: 'desk', needs: ['tickets.read'] },
    });
    const context = fakeContext({
      script: [
        asks.choose(/^Go on from there\?$/u, /^Go on/u),
        then(/^I have the API key$/u),
        asks.secret('API key', API_KEY),
      ],
      hosts: { [ACME]: live },
      resumePoints,
    });
    const { report } = await run(context, freshservice);
    expect(report).toMatchObject({ name: 'desk', stored: true, capabilities: [{ granted: true }] });
    expect(context.terminal.text('tell')).toContain('Left on 2026-11-20');
    expect(context.terminal.text('tell')).toContain('Domain acme');
    expect(shown(context)).toEqual(['You are not an Account Admin, or do not know']);
    expect(resumePoints.kept.size).toBe(0);
  });

  it('can be gone back from, to what was answered then', async () => {
    const context = fakeContext({
      script: [
        asks.choose(/^Go on/u, /^Go on/u),
        asks.back,
        asks.back,
        asks.text('Domain', 'beta', { initial: 'acme' }),
        HAVE_KEY,
        asks.secret('API key', API_KEY),
      ],
      hosts: { [ACME]: live, 'beta.freshservice.com': live },
      resumePoints: fakeResumePoints(LEFT),
    });
    expect((await run(context, freshservice)).report.host).toBe('beta.freshservice.com');
  });

  it('is forgotten by who starts anew', async () => {
    const resumePoints = fakeResumePoints(LEFT);
    const context = fakeContext({
      script: [asks.choose(/^Go on/u, /^Start anew$/u), asks.interrupt],
      resumePoints,
    });
    await expect(run(context, freshservice)).rejects.toThrow(Interrupted);
    expect(resumePoints.kept.size).toBe(0);
  });

  it('is not offered for another tenant, and stays', async () => {
    const context = fakeContext({
      script: [asks.interrupt],
      hosts: { 'beta.freshservice.com': live },
      resumePoints: fakeResumePoints(LEFT),
    });
    const beta = { supplied: given({ domain: 'beta' }) };
    await expect(run(context, freshservice, beta)).rejects.toThrow(Interrupted);
    expect(context.terminal.text('ask')).not.toContain('Go on');
    expect(context.resumePoints.kept.size).toBe(1);
  });

  it('is not offered for another provider, and stays', async () => {
    const context = fakeContext({
      script: [asks.interrupt],
      resumePoints: fakeResumePoints(LEFT),
    });
    await expect(run(context, gladly)).rejects.toThrow(Interrupted);
    expect(context.terminal.text('ask')).toBe('');
    expect(context.resumePoints.kept.size).toBe(1);
  });

  it('that an older guide knew: the question is asked as usual', async () => {
    const context = fakeContext({
      script: [asks.choose(/^Go on/u, /^Go on/u), HAVE_KEY, asks.secret('API key', API_KEY)],
      hosts: { [ACME]: live },
      resumePoints: fakeResumePoints({ ...LEFT, part: 'no-such-part' }),
    });
    expect((await run(context, freshservice)).report.stored).toBe(true);
  });

  it('cannot be kept: that is said, and stops nothing', async () => {
    const resumePoints = fakeResumePoints();
    resumePoints.failing = true;
    const context = fakeContext({
      script: [...TO_MESSAGE, AGENT, then(/^I have/u), asks.secret('API key', API_KEY)],
      hosts: { [ACME]: live },
      resumePoints,
    });
    expect((await run(context, freshservice)).report.stored).toBe(true);
    expect(context.terminal.text('warn')).toContain('Your place could not be kept: EACCES');
  });

  it('is no matter of a rotation: nothing is offered, nothing is kept', async () => {
    const resumePoints = fakeResumePoints(LEFT);
    const context = fakeContext({
      script: [see(/disabled/u), asks.interrupt],
      hosts: { [ACME]: live },
      resumePoints,
      records: fakeRecords(freshserviceConnection()),
      store: filledStore(freshserviceConnection()),
    });
    const amy = fakeContext({
      script: [see(/^Sandbox or production/u), asks.interrupt],
      hosts: { [REGIONAL]: organization },
      records: fakeRecords(gladlyConnection()),
      store: filledStore(gladlyConnection()),
    });
    // The secret of a connection is replaced, and not the connection.
    await expect(run(amy, gladly, { rotating: gladlyConnection() })).rejects.toThrow(Interrupted);
    expect(amy.terminal.text('ask')).not.toContain('Change the');
    const rotating = run(context, freshservice, { rotating: freshserviceConnection() });
    await expect(rotating).rejects.toThrow(Interrupted);
    expect(context.terminal.text('ask')).toMatch(/^What now\? \[I have the API key \|/mu);
    expect(context.terminal.text('ask')).not.toMatch(/Go on|Stop here/u);
    expect(resumePoints.kept.size).toBe(1);
  });
});
