import { describe, expect, it } from 'vitest';
import type { MessageDefinition } from '../../../src/core/definition/parts.js';
import type { Definition } from '../../../src/core/definition/schema.js';
import { expand } from '../../../src/core/expand/expand.js';
import { sharedAdvice } from '../../../src/core/advice.js';
import { lumina, payloom, tokenly } from '../../support/definitions.js';

const { advice } = expand(payloom);

/** One that asks for two secrets, a user and a page of settings, and can mean every reason. */
const paired: Definition = {
  ...lumina,
  fields: { site: {}, user: { kind: 'text' }, note: { kind: 'text' }, keyId: {}, apiKey: {} },
  auth: { basic: ['{user}', '{keyId}:{apiKey}'] },
  test: { get: '/v1/me', expect: { at: 'id' }, ownHost: 'host' },
  responses: [
    { status: 430, means: 'wrong-auth-type' },
    { status: 431, means: 'not-an-api-user' },
  ],
  messages: {},
};

describe("a definition's own message", () => {
  it.each<[string, MessageDefinition, object]>([
    ['has the usual words around a "what"', { what: 'No' }, { ...usual(), what: 'No' }],
    ['has the usual words around a "next"', { next: 'Go.' }, { ...usual(), next: 'Go.' }],
    [
      'adds a reason and what to ask for',
      { why: 'so', causes: ['one'], ask: [] },
      { ...usual(), why: 'so', causes: ['one'], ask: [] },
    ],
    ['is whole with "what" and "next"', { what: 'No', next: 'Go.' }, { what: 'No', next: 'Go.' }],
  ])('%s', (_, own, expected) => {
    const made = expand({ ...payloom, messages: { 'bad-credential': own } });
    expect(made.advice['bad-credential']).toEqual(expected);
  });

  it('has the words that all providers share around it, too', () => {
    const made = expand({ ...payloom, messages: { dns: { next: 'Go.' } } });
    expect(made.advice.dns).toEqual({ ...sharedAdvice.dns, next: 'Go.' });
  });

  it('is there for a rule alone', () => {
    const own = { what: 'No', next: 'Go.' };
    const responses = [
      { status: 418, means: 'bad-credential' as const, ...own },
      { status: 419, means: 'bad-credential' as const, why: 'so' },
      { status: 420, means: 'go-on' as const, why: 'so' },
    ];
    const made = expand({ ...payloom, responses }).responses.slice(0, 3);
    const unclear = advice['refused-unclear'];
    expect(made.map(({ says }) => says)).toEqual([
      own,
      { ...usual(), why: 'so' },
      { ...unclear, why: 'so' },
    ]);
  });
});

function usual() {
  return {
    what: '{host} refused the Secret key',
    why: 'it does not know it ({detail})',
    next: 'Copy it again, whole: Settings > API.',
    ask: ['secretKey'],
  };
}

/** What is said if the API refuses with a 403. */
const saysOf = (definition: Definition) =>
  expand(definition).responses.find(({ when }) => when.status?.includes(403))?.says;

describe('a message', () => {
  it('is there for each reason that a response can have, and no other', () => {
    expect(Object.keys(advice)).toEqual(['bad-credential', 'refused-unclear', 'account-suspended']);
    expect(Object.keys(expand(paired).advice)).toEqual([
      'bad-credential',
      'wrong-auth-type',
      'refused-unclear',
      'account-suspended',
      'not-an-api-user',
      'other-tenant',
    ]);
  });

  it('speaks of one secret', () => {
    expect(advice['bad-credential']).toEqual(usual());
    expect(advice['refused-unclear']).toMatchObject({
      why: '{detail}; that does not mean that the Secret key is wrong',
      causes: expect.arrayContaining(['the Secret key was not copied whole']) as string[],
      ask: ['secretKey'],
    });
  });

  it('speaks of two secrets, and asks for what is sent beside them', () => {
    const made = expand(paired).advice;
    expect(made['bad-credential']).toEqual({
      what: '{host} refused the Key ID and API key',
      why: 'it does not know them ({detail})',
      next: 'Copy them again, whole.',
      ask: ['keyId', 'apiKey', 'user'],
    });
    expect(made['refused-unclear']).toMatchObject({
      why: '{detail}; that does not mean that the Key ID and API key are wrong',
      causes: expect.arrayContaining(['the Key ID and API key were not copied whole']) as string[],
      ask: ['keyId', 'apiKey'],
    });
    expect(made['wrong-auth-type']?.ask).toEqual(['keyId', 'apiKey']);
  });

  it('asks for the host if another account answered or there is none', () => {
    const made = expand({ ...lumina, messages: {} }).advice;
    expect(made['no-such-tenant']).toMatchObject({
      what: 'There is no {provider} at {host}',
      ask: ['site'],
    });
    expect(expand(paired).advice['other-tenant']).toMatchObject({
      why: 'it says that its own address is {other}',
      ask: ['site'],
    });
  });

  it('asks for an e-mail or a client id that is sent with the secret', () => {
    expect(expand(lumina).advice['bad-credential']?.ask).toEqual(['apiKey', 'email']);
    expect(expand(tokenly).advice['bad-credential']?.ask).toEqual(['clientSecret', 'clientId']);
  });

  it('says that a token was given before a refusal, with the words of the author', () => {
    const given = {
      what: '{host} gave a token for the Client secret and then refused it',
      why: '{detail}',
      causes: [
        'the client lacks the scope for this request',
        'the user behind the client may not do it',
      ],
      ask: ['clientSecret'],
    };
    expect(saysOf(tokenly)).toMatchObject(given);
    const messages = { 'refused-unclear': { next: 'Go.' } };
    expect(saysOf({ ...tokenly, messages })).toEqual({ ...given, next: 'Go.' });
  });
});

describe('what a new secret needs', () => {
  it.each<[string, Definition, object]>([
    [
      'is said with its labels',
      tokenly,
      {
        before:
          'Make a new Client secret first. What is stored here stays until the new one is proven.',
        after:
          'Give the new Client secret to every other program that used the old one, then revoke the old one.',
        end: 'The Client secret still works at Tokenly. Revoke it where it was made: in its settings.',
        shared: 'The same account has its Client secret stored here as {names}, too.',
      },
    ],
    [
      'has the place where the secret is made',
      payloom,
      {
        end: 'The Secret key still works at Payloom. Revoke it where it was made: Settings > API.',
      },
    ],
    [
      "is in the author's words",
      { ...payloom, rotation: { before: 'A.', after: 'B.', end: 'C.', shared: '{names}' } },
      { before: 'A.', after: 'B.', end: 'C.', shared: '{names}' },
    ],
  ])('%s', (_, definition, expected) => {
    expect(expand(definition).rotation).toMatchObject(expected);
  });
});
