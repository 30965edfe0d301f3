import { describe, expect, it } from 'vitest';
import {
  at,
  errorCode,
  readCapability,
  readIdentity,
  readJson,
  readSigned,
  readUnsigned,
  type HttpResponse,
} from '../../src/core/response.js';
import { json, page } from '../support/fake-providers.js';
import { toAnswer } from '../support/fakes.js';
import { freshservice, gladly } from '../support/built-ins.js';

const PROOF = { 'x-freshservice-api-version': 'latest=v2; requested=v2' };

describe('the JSON of an answer', () => {
  const body = '{"a":1}';
  it.each([
    ['application/json', { a: 1 }],
    ['application/json; charset=utf-8', { a: 1 }],
    ['Application/JSON', { a: 1 }],
    ['application/problem+json', { a: 1 }],
    ['text/html', undefined],
    ['text/plain', undefined],
    ['application/x-jsonlines', undefined],
    ['', undefined],
  ])('said to be %s', (type, read) => {
    expect(readJson(toAnswer({ status: 200, headers: { 'content-type': type }, body }))).toEqual(
      read,
    );
  });

  it('is nothing where the body was cut, or is none', () => {
    const whole = toAnswer(json(200, { a: 1 }));
    expect(readJson({ ...whole, truncated: true })).toBeUndefined();
    expect(readJson({ ...whole, body: '{"a":' })).toBeUndefined();
    expect(readJson({ ...whole, body: '' })).toBeUndefined();
  });
});

describe('the error code', () => {
  it.each([
    [{ code: 'access_denied' }, 'access_denied'],
    [{ errors: [{ code: 'missing_field' }] }, 'missing_field'],
    [{ code: 5 }, undefined],
    [{ code: '' }, undefined],
    [[], undefined],
    [null, undefined],
    ['code', undefined],
    [{ code: '\u001B[31mred\nline' }, 'red line'],
    [{ code: 'x'.repeat(500) }, `${'x'.repeat(59)}…`],
  ])('of %j is %s', (value, code) => {
    expect(errorCode(freshservice, toAnswer(json(403, value)))).toBe(code);
  });

  it.each([
    [{ errors: [{ code: 'not_exist' }] }, 'not_exist'],
    [{ errors: { code: 'not_exist' } }, 'not_exist'],
    [[{ code: 'invalid_state' }], 'invalid_state'],
  ])('of Gladly can stand in each of its places: %j', (value, code) => {
    expect(errorCode(gladly, toAnswer(json(404, value)))).toBe(code);
  });
});

describe('a pointer', () => {
  const value = { agent: { id: 7, list: [{ code: 'x' }] }, none: null };
  it.each([
    ['', value],
    ['agent.id', 7],
    ['agent.list.0.code', 'x'],
    ['agent.list.1.code', undefined],
    ['agent.id.more', undefined],
    ['none.more', undefined],
    ['constructor', undefined],
    ['agent.__proto__', undefined],
    ['agent.list.length', 1],
  ])('%j', (pointer, found) => {
    expect(at(value, pointer)).toEqual(found);
  });
});

describe('the identity', () => {
  const identity = {
    id: 'agent.id',
    label: '{agent.first_name} {agent.last_name} <{agent.email}>',
  };
  it.each([
    [
      { id: 7, first_name: 'Ines', last_name: 'Okafor', email: 'i@x' },
      { id: '7', label: 'Ines Okafor <i@x>' },
    ],
    [
      { id: 7, first_name: 'Ines', last_name: null },
      { id: '7', label: 'Ines' },
    ],
    [
      { id: 7, email: 'i@x' },
      { id: '7', label: '<i@x>' },
    ],
    [{ id: 7 }, { id: '7', label: '7' }],
    [
      { id: 'abc', first_name: '\u001B[31mEvil\n' },
      { id: 'abc', label: 'Evil' },
    ],
    [
      { id: 7, first_name: '{agent.email}', email: 'i@x' },
      { id: '7', label: '{agent.email} <i@x>' },
    ],
    [{ id: '' }, null],
    [{ id: ' ' }, null],
    [{ id: null }, null],
    [{ id: 1.5 }, null],
    [{ id: {} }, null],
    [{}, null],
  ])('of %j', (agent, read) => {
    expect(readIdentity(identity, { agent })).toEqual(read);
  });
});

describe('an unsigned request is stopped by a clear no alone', () => {
  it.each([
    ['Freshservice says 403', freshservice, json(403, {}, PROOF), 'recognised'],
    ['Freshservice says 401', freshservice, json(401, {}, PROOF), 'recognised'],
    ['Freshservice has a fault', freshservice, json(500, {}, PROOF), 'recognised'],
    ['no such account', freshservice, page(404, 'Maybe this is still fresh!'), 'no-such-tenant'],
    ['403 without the mark', freshservice, json(403, {}), 'go-on'],
    ['an empty 401', freshservice, { status: 401 }, 'go-on'],
    ['too many requests', freshservice, { status: 429 }, 'go-on'],
    ['a fault behind a page', freshservice, page(502), 'go-on'],
    [
      'a redirect',
      freshservice,
      { status: 302, headers: { location: 'https://x/' } },
      'not-an-api',
    ],
    ['a login page', freshservice, page(200), 'not-an-api'],
    ['Gladly says 401', gladly, { status: 401 }, 'recognised'],
    ['no such organization', gladly, { status: 404 }, 'no-such-tenant'],
    ['Gladly is busy', gladly, { status: 429 }, 'go-on'],
    ['Gladly has a fault', gladly, { status: 503 }, 'go-on'],
    ['a web app', gladly, page(200), 'not-an-api'],
    ['a moved page', gladly, { status: 301 }, 'not-an-api'],
    ['something else', gladly, json(200, {}), 'go-on'],
  ] as const)('%s', (_, provider, answer, reading) => {
    expect(readUnsigned(provider, toAnswer(answer))).toBe(reading);
  });
});

describe('what never says anything of a credential', () => {
  it.each([
    [302, 'not-an-api'],
    [307, 'not-an-api'],
    [429, 'rate-limited'],
    [500, 'server-error'],
    [503, 'server-error'],
    [599, 'server-error'],
  ])('%i, whatever its body', (status, reading) => {
    const answers: HttpResponse[] = [
      toAnswer({ status }),
      toAnswer(page(status)),
      toAnswer(json(status, { agent: { id: 1 }, id: 'x', code: 'invalid_credentials' }, PROOF)),
    ];
    for (const provider of [freshservice, gladly]) {
      for (const probe of provider.probes) {
        for (const response of answers)
          expect(readSigned(provider, probe, response).means).toBe(reading);
      }
    }
  });
});

describe('a capability', () => {
  it.each([
    ['is there', json(200, { tickets: [] }, PROOF), 'ok'],
    ['is forbidden', json(403, { code: 'access_denied' }, PROOF), 'missing-permission'],
    ['is not in the plan', json(403, { code: 'require_feature' }, PROOF), 'missing-feature'],
    ['is not in the edition', json(404, {}, PROOF), 'missing-feature'],
    ['cannot be told from another 404', json(404, {}), 'bad-response'],
    ['cannot be told from a block page', page(403), 'not-an-api'],
    ['cannot be told from a page', page(200), 'not-an-api'],
    ['cannot be told when busy', { status: 429 }, 'rate-limited'],
    ['cannot be told from a fault', { status: 500 }, 'server-error'],
    ['cannot be told from 401', { status: 401 }, 'bad-response'],
  ] as const)('%s', (_, answer, read) => {
    expect(readCapability(freshservice, toAnswer(answer))).toBe(read);
  });
});
