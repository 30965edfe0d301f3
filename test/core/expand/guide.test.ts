import { describe, expect, it } from 'vitest';
import type { Definition } from '../../../src/core/definition/schema.js';
import { reachableReasons } from '../../../src/core/definition/parts.js';
import { expand } from '../../../src/core/expand/expand.js';
import { expandGuide } from '../../../src/core/expand/guide.js';
import { lumina, payloom, tokenly } from '../../support/definitions.js';

const TODAY = '2026-11-25';

const guideOf = (definition: Definition) => expandGuide(definition, expand(definition), TODAY);

/** The body of a topic. */
const topic = (definition: Definition, id: string) =>
  guideOf(definition).topics.find((each) => each.id === id)?.body ?? [];

describe('the topic about what is asked', () => {
  const page = 'https://{host}/keys';
  const about = ['One.', 'Two.'];
  const longest = 'A label of the vendor that has sixty characters';
  it.each<[string, Definition['fields'][string], object]>([
    [
      'a secret',
      {},
      {
        id: 'find-new-id',
        sees: 'You are looking for the New ID',
        choice: 'I do not know where the New ID is',
        means: 'New ID',
        todo: [
          'Look for it in the settings of Tokenly.',
          'Copy it whole, without spaces or quotes.',
        ],
        sources: tokenly.sources,
      },
    ],
    [
      'a text with its place, page and words',
      { kind: 'text', where: 'your picture > Keys', page, about },
      {
        choice: 'I do not know the New ID',
        means: 'One. Two.',
        todo: ['Your picture > Keys.'],
        page,
      },
    ],
    [
      'a choice',
      { choices: ['eu', { value: 'us', label: 'America' }] },
      { todo: ['Choose the one that fits: eu, America.'] },
    ],
    [
      'a choice with its place',
      { choices: ['eu', 'us'], where: 'the menu' },
      { todo: ['The menu.'] },
    ],
    [
      'a long label',
      { kind: 'text', label: `${longest}.` },
      { choice: 'I do not know the A label of the vendor that has sixty ch...' },
    ],
  ])('has a case for %s', (_, field, expected) => {
    const body = topic({ ...tokenly, fields: { ...tokenly.fields, newId: field } }, 'find');
    expect(body.findLast((part) => 'sees' in part)).toMatchObject(expected);
  });

  it('begins with what to know first, and ends with the way to ask somebody else', () => {
    const body = topic({ ...payloom, notice: { message: 'Soon gone' } }, 'find');
    expect(body.slice(0, 2)).toEqual([
      { text: 'Soon gone.' },
      { text: expect.stringContaining('not yet tried with a live account') as string },
    ]);
    expect(body.at(-1)).toEqual({
      title: 'Somebody else has the Secret key, or has to create it',
      steps: [
        'connect-wizard request payloom writes a page on which they enter it. Only this machine can open what comes back.',
      ],
    });
  });

  it("is the author's own, if there is one", () => {
    const topics = ['limits', 'find'].map((id) => ({
      id,
      title: 'Own',
      body: [{ text: 'Here.' }],
    }));
    const guide = guideOf({ ...payloom, guide: { topics } });
    expect(guide.topics.map(({ id, title }) => `${id} ${title}`)).toEqual([
      'limits Own',
      'find Own',
      'troubleshooting What you see, and what to do',
    ]);
    expect(guide.starts).toEqual({});
  });
});

describe('a guide', () => {
  it('has the topics of its author between the others', () => {
    const { topics, starts, blanks } = guideOf(lumina);
    expect(topics.map(({ id }) => id)).toEqual(['find', 'key', 'limits', 'troubleshooting']);
    expect(starts).toEqual({ site: ['find-site'], email: ['find-email'], apiKey: ['where'] });
    expect(blanks).toEqual(lumina.guide?.blanks);
    expect(guideOf(tokenly).blanks).toEqual({ host: { blank: '<site>.tokenly-app.com' } });
  });

  it.each<[string, object, object, string[]]>([
    ['its provider', {}, {}, ['invented for the tests', 'invented for the tests']],
    ['its topic', { sources: [{ what: 'T', checked: TODAY }] }, {}, ['T', 'T']],
    ['its own', {}, { sources: [{ what: 'C', checked: TODAY }] }, ['invented for the tests', 'C']],
  ])('names the sources of a case: those of %s', (_, ofTopic, ofCase, expected) => {
    const body = [{ sees: 'It', means: 'So.', todo: ['Go.'], ...ofCase }];
    const own = { id: 'own', title: 'Own', body, ...ofTopic };
    const found = guideOf({ ...payloom, guide: { topics: [own] } }).topics.find(
      ({ id }) => id === 'own',
    );
    const [part] = found?.body ?? [];
    const all = [found?.sources, part && 'sees' in part ? part.sources : undefined];
    expect(all.flatMap((sources = []) => sources.map(({ what }) => what))).toEqual(expected);
  });
});

/** The sentences about limits. */
const limits = (definition: Definition) =>
  topic(definition, 'limits').flatMap((part) => ('text' in part ? [part.text] : []));

describe('the topic about limits', () => {
  it.each([
    [undefined, 'connect-wizard asks Payloom at most 10 times in 10 seconds.'],
    [{ requests: 1, seconds: 1 }, 'connect-wizard asks Payloom at most once a second.'],
    [{ requests: 5, seconds: 60 }, 'connect-wizard asks Payloom at most 5 times in 60 seconds.'],
  ])('says how often it asks: %j', (rateLimit, said) => {
    expect(limits({ ...payloom, ...(rateLimit && { rateLimit }) })).toEqual([said]);
  });

  it('says what a token is asked for with, and that a test sends a POST', () => {
    expect(limits({ ...tokenly, test: { post: '/graphql', body: { query: '{me}' } } })).toEqual([
      'connect-wizard asks Tokenly at most 10 times in 10 seconds.',
      'It asks for a new token each time, with the Client secret, and never stores it.',
      'To test the Client secret, it sends POST /graphql. The author of this definition says that it only reads.',
    ]);
  });

  it('ends with what to do before and after a new secret', () => {
    const rotation = { before: 'First.', after: 'Then.' };
    expect(topic({ ...payloom, rotation }, 'limits').at(-1)).toEqual({
      title: 'When the secret is replaced',
      steps: ['First.', 'Then.'],
    });
  });
});

/** The cases of what can go wrong. */
const cases = (definition: Definition) =>
  topic(definition, 'troubleshooting').filter((part) => 'sees' in part);

describe('the topic about what can go wrong', () => {
  const usual = [
    'bad-credential',
    'refused-unclear',
    'wrong-product',
    'account-suspended',
    'rate-limited',
    'server-error',
    'timeout',
    'not-an-api',
  ];
  const ownHost = { get: '/v1/me', ownHost: 'host' };
  it.each<[string, Definition, added: string[]]>([
    ['always', payloom, []],
    ['with capabilities and a tenant', lumina, ['missing-permission', 'no-such-tenant']],
    [
      'with a host that may not exist',
      { ...payloom, unresolved: 'no-such-tenant' },
      ['no-such-tenant'],
    ],
    ['with the host of the account', { ...payloom, test: ['/v1/you', ownHost] }, ['other-tenant']],
    [
      'with rules of tests',
      {
        ...payloom,
        test: { get: '/v1/me', responses: [{ status: 418, means: 'wrong-auth-type' }] },
      },
      ['wrong-auth-type'],
    ],
    [
      'with rules of the exchange',
      {
        ...tokenly,
        exchange: { post: '/t', responses: [{ status: 418, means: 'wrong-auth-type' }] },
      },
      ['wrong-auth-type'],
    ],
    [
      'with rules before anything secret is sent',
      { ...payloom, unauthenticated: { responses: [{ status: 404, means: 'no-such-tenant' }] } },
      ['no-such-tenant'],
    ],
  ])('has the cases that can occur: %s', (_, definition, added) => {
    const ids = cases(definition).map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set([...usual, ...added]));
    // A failed check leads to exactly one of them.
    const {
      ok: _ok,
      'not-stored': _not,
      'secret-lost': _lost,
      ...wanted
    } = Object.fromEntries([...reachableReasons(definition)].map((reason) => [reason, 1]));
    const reasons = cases(definition).flatMap((each) => each.reasons ?? []);
    const counts = Object.keys(wanted).map((reason) => [
      reason,
      reasons.filter((each) => each === reason).length,
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      ...wanted,
      // These are one case, whether or not there is anything to need.
      ...(definition.capabilities ? {} : { 'missing-permission': 0, 'missing-feature': 0 }),
    });
  });

  it('says in each case what is seen, what it means and what to do', () => {
    const responses = (['wrong-auth-type', 'no-such-tenant'] as const).map((means, index) => ({
      status: 430 + index,
      means,
    }));
    const all = cases({ ...lumina, test: ownHost, responses });
    expect(all).toHaveLength(usual.length + 4);
    for (const { id, sees, choice, means, todo } of all) {
      expect(todo.length, id).toBeGreaterThan(0);
      expect(sees, id).toMatch(/^["A-Z].{9,}[^.]$/u);
      expect(choice ?? sees, id).toMatch(/^["A-Z].{3,}[^.]$/u);
      for (const each of [means, ...todo])
        expect(each, id).toMatch(/^[A-Z].+(?:[.?]| (?:find|60|lumina))$/u);
      expect([sees, choice, means, ...todo].join(' ').replaceAll('{host}', ''), id).not.toMatch(
        /[{}]/u,
      );
    }
  });

  it.each<[string, Definition, string]>([
    ['403 alone, since a 401 blames the secret', payloom, 'HTTP 403'],
    [
      'any refusal, if no status blames the secret',
      { ...payloom, responses: [{ status: 401, means: 'refused-unclear' }] },
      'HTTP 401 or 403',
    ],
  ])('takes for unclear: %s', (_, definition, refused) => {
    expect(cases(definition).find(({ id }) => id === 'refused-unclear')).toMatchObject({
      sees: `${refused} or "... refused the request"`,
      choice: `${refused}, the request is refused`,
    });
  });

  it('keeps a choice on one line', () => {
    const label = 'Key of the application that somebody made';
    const fields = { secretKey: { label } };
    const [first] = cases({ ...payloom, fields });
    expect(first?.choice).toBe(`HTTP 401, the ${label} i...`);
  });

  it('ends with the command that tests the credential', () => {
    expect(topic(payloom, 'troubleshooting').at(-1)).toEqual({
      title: 'Before anything relies on it',
      steps: ['Test it: connect-wizard check payloom asks Payloom, and says so if all is well.'],
    });
  });
});
