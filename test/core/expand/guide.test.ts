import { describe, expect, it } from 'vitest';
import type { Definition } from '../../../src/core/definition/schema.js';
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
    const own = { id: 'find', title: 'Own', body: [{ text: 'Here.' }] };
    const guide = guideOf({ ...payloom, guide: { topics: [own] } });
    expect(guide.topics.map(({ id, title }) => `${id} ${title}`)).toEqual([
      'find Own',
      'limits Limits, and a new secret',
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
