import { describe, expect, it } from 'vitest';
import { caseOf, findPart } from '../../../src/core/guide.js';
import { BACK, type Back } from '../../../src/core/ports.js';
import type { Field } from '../../../src/core/provider.js';
import { Secret } from '../../../src/core/secret.js';
import { walkGuide, type WalkOptions } from '../../../src/flows/guide/walk-guide.js';
import {
  asks,
  fakeClipboard,
  fakeContext,
  fakeResumePoints,
  NOW,
  WRONG_KEY,
  type Exchange,
  type FakeContext,
} from '../../support/fakes.js';
import { fernway } from '../../support/test-provider.js';

const HOST = 'acme.eu-1.fernway.example';
const [SITE, , KEY] = fernway.fields as [Field, Field, Field];

const see = (what: RegExp): Exchange => asks.choose(/^What do you see\?$/u, what);
const then = (what: RegExp): Exchange => asks.choose(/^What now\?$/u, what);
const about = (what: RegExp): Exchange => asks.choose(/^What about\?$/u, what);
const part = (what: RegExp): Exchange => asks.choose(/^Which part\?$/u, what);
const HAVE = then(/^I have the API key$/u);
const LATER = then(/^Stop here/u);
const ELSE = see(/^Something else/u);

interface Walk extends Partial<WalkOptions> {
  /** The parts of the world that matter. */
  readonly world?: Omit<Parameters<typeof fakeContext>[0], 'script'>;
}

const partOf = (id: string) => findPart(fernway.guide, id)?.part ?? null;

/** A walk from the question for the API key, unless `more` says otherwise. */
function walk(script: readonly Exchange[], { world, ...more }: Walk = {}) {
  const context = fakeContext({ script, ...world });
  const { guide, ...provider } = fernway;
  const filled = new Map([['host', HOST]]);
  const options: WalkOptions = {
    provider,
    guide,
    field: KEY,
    host: HOST,
    filled,
    from: null,
    back: true,
    mayChange: true,
    resumePoint: { fields: { site: 'acme.eu-1' }, field: KEY.id, options: {} },
    elsewhere: [],
    ...more,
  };
  return { context, filled: options.filled, to: walkGuide(context, options) };
}

/** The cases and messages that were shown, in order. */
const shown = ({ terminal }: FakeContext): unknown[] =>
  terminal.said
    .filter(({ how }) => how === 'show')
    .map(({ text }) => {
      const { choice, title, text: says } = JSON.parse(text) as Record<string, unknown>;
      return choice ?? title ?? says;
    });

describe('the way through the guide', () => {
  it.each<[string, Exchange[], string | Back, string[], Walk?]>([
    ['ends at once if the person has the answer', [see(/^I have the API key$/u)], 'apiKey', []],
    ['ends with a step back from the first screen', [asks.back], BACK, []],
    [
      'goes from case to case, and back step by step',
      [
        see(/^I do not know where$/u),
        then(/^It is hidden$/u),
        then(/^It is disabled$/u),
        then(/^I am an admin$/u),
        then(/^It is still disabled$/u),
        asks.back,
        asks.back,
        then(/^I am no admin$/u),
        asks.back,
        asks.back,
        asks.back,
        asks.back,
        see(/^I have/u),
      ],
      'apiKey',
      [
        'I do not know where',
        'It is hidden',
        'It is disabled',
        'I am an admin',
        'It is still disabled',
        // A case is shown again after a step back to it.
        'I am an admin',
        'It is disabled',
        'I am no admin',
        'It is disabled',
        'It is hidden',
        'I do not know where',
      ],
    ],
    [
      'goes from a topic to a part',
      [ELSE, about(/^Limits$/u), part(/^Requests a minute$/u), HAVE],
      'apiKey',
      ['Requests are counted.', 'Requests a minute'],
    ],
    [
      'goes back from a topic to the topics, and from there to the first screen',
      [ELSE, about(/^Find/u), asks.back, asks.back, asks.back],
      BACK,
      ['Fernway shows the key in the profile.'],
    ],
    [
      'ends at another field that has to change',
      [see(/^Trial or production$/u), then(/^Change the Site$/u)],
      'site',
      ['Trial or production'],
    ],
    [
      'has other cases for another question',
      [see(/^My address ends elsewhere$/u), then(/^I have the Site$/u)],
      'site',
      ['My address ends elsewhere'],
      { field: SITE, host: undefined },
    ],
    [
      'goes on where an earlier run was left',
      [HAVE],
      'apiKey',
      ['It is disabled'],
      { from: partOf('disabled') },
    ],
    [
      'goes back from there to the first screen',
      [asks.back, asks.back],
      BACK,
      ['It is hidden'],
      { from: partOf('hidden') },
    ],
    [
      'opens at the case of a failed check, and goes back from there out of the guide',
      [asks.back],
      BACK,
      ['I am no admin'],
      { from: partOf('not-admin'), alone: true },
    ],
    [
      'has the case of a failed check among the first choices',
      [see(/^I am no admin$/u), HAVE],
      'apiKey',
      ['I am no admin'],
      { failed: caseOf(fernway.guide, 'not-an-api-user') },
    ],
  ])('%s', async (_, script, to, cases, more) => {
    const walked = walk(script, more);
    await expect(walked.to).resolves.toEqual(to === BACK ? BACK : { field: to });
    expect(shown(walked.context)).toEqual(cases);
  });

  it.each([
    [asks.pasteAt(/^What do you see/u, 'Rk3vT9xQ2m')],
    [see(/^I do not know where$/u), asks.pasteAt(/^What now/u, 'Rk3vT9xQ2m')],
  ])('takes a paste as the secret at any choice (%#)', async (...script) => {
    const walked = walk(script);
    const wanted = await walked.to;
    expect(wanted).toMatchObject({ field: 'apiKey' });
    expect(wanted !== BACK && wanted.pasted?.reveal()).toBe('Rk3vT9xQ2m');
  });

  it('offers no change of another answer if that is not allowed', async () => {
    const { context, to } = walk([see(/^Trial/u), HAVE], { mayChange: false });
    await to;
    expect(context.terminal.text('ask')).toContain('What now? [I have the API key | Stop here');
    expect(context.terminal.text('show')).toContain(`This one is for ${HOST}.`);
  });

  it('opens a page at the recognised host after it shows the address', async () => {
    const { context, to } = walk(
      [see(/^It is disabled$/u), then(/^Open .* in the browser$/u), HAVE],
      {
        world: { pages: [`https://${HOST}/admin`] },
      },
    );
    await to;
    const at = (what: string): number =>
      context.terminal.said.findIndex(({ text }) => text.includes(what));
    expect(at(`"page":"https://${HOST}/admin"`)).toBeLessThan(at(`Opening https://${HOST}/admin`));
  });

  it.each([
    ['no host is found', { host: undefined, world: { pages: [] } }],
    ['there is no browser', {}],
  ])('offers no page if %s', async (_, more) => {
    const { context, to } = walk([see(/^It is disabled$/u), HAVE], more);
    await to;
    expect(context.terminal.text('ask')).not.toContain('in the browser');
  });
});

const ENABLE = `Subject: Please enable the key of ines@acme.example

Hello, ines@acme.example needs a key at ${HOST}.

What to click:
1. Open https://${HOST}/admin.
2. Switch it on.
`;

const TO_MESSAGE = [see(/^It is disabled$/u), then(/^I am no admin$/u), then(/^Write: enable/u)];
const USER = asks.text('Email of the user', 'ines@acme.example', {
  refused: ['', '?', 'ines', '<email of the user>'],
  back: true,
});
const FILE = (answer: string, refused: string[] = []): Exchange =>
  asks.text('File', answer, { initial: 'fernway-enable.txt', refused, back: true });
const WRITE = then(/^Write it to a file$/u);
const COPY = then(/^Copy it to the clipboard$/u);

describe('a message for somebody else', () => {
  it('asks only for what is missing, and is written to a file', async () => {
    const { context, to } = walk([...TO_MESSAGE, USER, WRITE, FILE('ask.txt', [' ']), HAVE]);
    await to;
    expect([...context.files]).toEqual([['ask.txt', ENABLE]]);
    expect(context.terminal.text('show')).toContain('Please enable the key of ines@acme.example');
    expect(context.terminal.text('done')).toBe('Written to ask.txt');
  });

  it('may be left for a request to somebody else', async () => {
    const script = [...TO_MESSAGE, USER, then(/^Ask somebody else for it$/u)];
    const { to } = walk(script, { elsewhere: ['somebody'] });
    expect(await to).toEqual({ field: KEY.id, elsewhere: 'somebody', part: 'not-admin' });
  });

  it('replaces no file, and another name is asked for', async () => {
    const twice = [WRITE, FILE('a.txt'), FILE('b.txt'), WRITE, asks.back];
    const { context, to } = walk([...TO_MESSAGE, USER, WRITE, FILE('a.txt'), ...twice, HAVE]);
    await to;
    expect([...context.files.keys()]).toEqual(['a.txt', 'b.txt']);
  });

  it.each([true, false])('is copied by the clipboard program (it works: %s)', async (works) => {
    const clipboard = fakeClipboard('wl-copy', works);
    const { context, to } = walk([...TO_MESSAGE, USER, COPY, HAVE], { world: { clipboard } });
    await to;
    expect(clipboard.copied).toEqual(works ? [ENABLE] : []);
    expect(context.terminal.text('done')).toBe(works ? 'It is in the clipboard' : '');
    expect(context.terminal.text('warn')).toBe(
      works ? '' : 'wl-copy did not take it. Write it to a file instead.',
    );
  });

  it('is copied by the terminal if there is no clipboard program', async () => {
    const clipboard = fakeClipboard(undefined, true, true);
    const { context, to } = walk([...TO_MESSAGE, USER, COPY, HAVE], { world: { clipboard } });
    await to;
    expect(clipboard.copied).toEqual([ENABLE]);
    expect(context.terminal.text('done')).toBe('');
    expect(context.terminal.text('tell')).toMatch(/Not every terminal takes it/u);
  });

  it('asks for each blank, also after steps back', async () => {
    const bot = asks.text('Email of the user', 'bot@acme.example', {
      initial: 'ines@acme.example',
    });
    const groups = asks.text('Groups', ' Hardware, Network\u200B', { refused: [''] });
    const { context, filled, to } = walk([
      see(/^I want a new user$/u),
      then(/^Write: create/u),
      asks.back,
      then(/^Write: create/u),
      USER,
      asks.back,
      bot,
      groups,
      HAVE,
    ]);
    await to;
    const text = String(context.terminal.said.findLast(({ how }) => how === 'show')?.text);
    expect(text).toContain('Email: bot@acme.example.');
    expect(text).toContain('Groups: Hardware, Network.');
    expect(Object.fromEntries(filled)).toEqual({
      host: HOST,
      email: 'bot@acme.example',
      groups: 'Hardware, Network',
    });
    expect(context.terminal.text('tell')).toContain(
      'Removed: characters that cannot be seen, spaces around it.',
    );
  });

  it('refuses a secret, and a text that looks like one, in a blank', async () => {
    const typed = new Secret(WRONG_KEY).reveal();
    const refused = [typed, `Hardware ${typed}`, 'Rk3vT9xQ2mLp8sWz4aBc'];
    const { to } = walk([
      see(/^I want a new user$/u),
      then(/^Write: create/u),
      USER,
      asks.text('Groups', 'Hardware', { refused }),
      WRITE,
      asks.text('File', 'a.txt', { initial: 'fernway-create.txt', refused: [`${typed}.txt`] }),
      HAVE,
    ]);
    await expect(to).resolves.toEqual({ field: 'apiKey' });
  });
});

describe('the place in the guide', () => {
  const LEFT = {
    provider: 'fernway',
    fields: { site: 'acme.eu-1' },
    field: 'apiKey',
    words: { host: HOST, email: 'ines@acme.example' },
    part: 'not-admin',
    options: {},
    savedAt: NOW,
  };

  it.each([LATER, asks.interrupt])(
    'is saved with a message, whatever the person does then (%j)',
    async (end) => {
      const { context, to } = walk([...TO_MESSAGE, USER, end]);
      await expect(to).rejects.toMatchObject({ name: 'Interrupted', exitCode: 130 });
      expect([...context.resumePoints.kept.values()]).toEqual([LEFT]);
      expect(context.terminal.text('tell')).toContain('Go on: connect-wizard fernway');
    },
  );

  it.each<[string | null, Exchange[]]>([
    ['disabled', [see(/^It is disabled$/u), then(/^I am an admin$/u), asks.back]],
    [null, [see(/^I do not/u), asks.back, ELSE, about(/^Limits/u), part(/^Requests/u)]],
  ])('is the case on the screen: %s', async (id, script) => {
    const { context, to } = walk([...script, LATER]);
    await expect(to).rejects.toMatchObject({ canResume: true });
    expect(context.resumePoints.kept.get('fernway')?.part).toBe(id);
  });

  it('has the address that was typed for the message', async () => {
    const resumePoint = {
      fields: { site: 'acme', email: 'me@acme.example' },
      field: 'apiKey',
      options: {},
    };
    const { context, to } = walk([...TO_MESSAGE, USER, LATER], { resumePoint });
    await expect(to).rejects.toMatchObject({ name: 'Interrupted' });
    expect(context.resumePoints.kept.get('fernway')?.fields).toEqual({
      site: 'acme',
      email: 'ines@acme.example',
    });
  });

  it('is lost, with a warning, if it cannot be saved', async () => {
    const resumePoints = fakeResumePoints();
    resumePoints.failing = true;
    const { context, to } = walk([...TO_MESSAGE, USER, HAVE], { world: { resumePoints } });
    await expect(to).resolves.toEqual({ field: 'apiKey' });
    expect(context.terminal.text('warn')).toContain('Your place could not be kept: EACCES');
  });

  it('is not offered if there is nothing to resume', async () => {
    const { context, to } = walk([...TO_MESSAGE, USER, HAVE], { resumePoint: undefined });
    await to;
    expect(context.terminal.text('ask')).not.toContain('Stop here');
    expect(context.resumePoints.kept.size).toBe(0);
  });
});
