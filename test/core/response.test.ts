import { describe, expect, it } from 'vitest';
import {
  at,
  errorCode,
  providerMessage,
  readIdentity,
  readJson,
  waitWords,
} from '../../src/core/response.js';
import { Secret } from '../../src/core/secret.js';
import { json } from '../support/fake-providers.js';
import { toAnswer } from '../support/fakes.js';
import { freshservice, gladly } from '../support/built-ins.js';
import { brindle } from '../support/test-provider.js';

describe('the JSON of a response', () => {
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
  ])('is read only if the type says so: %s', (type, read) => {
    expect(readJson(toAnswer({ status: 200, headers: { 'content-type': type }, body }))).toEqual(
      read,
    );
  });

  it('is not read if the body is cut off or empty', () => {
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
  ])('of Gladly is found in each of its places: %j', (value, code) => {
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
  ])('is read from %j', (agent, read) => {
    expect(readIdentity(identity, { agent })).toEqual(read);
  });
});

describe('the wait', () => {
  const DATE = 'Fri, 20 Nov 2026 18:00:00 GMT';
  it.each([
    [{ 'retry-after': '1' }, '1 second'],
    [{ 'retry-after': '90' }, '90 seconds'],
    [{ 'retry-after': '91' }, '2 minutes'],
    [{ 'retry-after': '1521' }, '26 minutes'],
    [{ 'retry-after': '5400' }, '90 minutes'],
    [{ 'retry-after': '5401' }, '2 hours'],
    [{ 'retry-after': '0' }, '1 second'],
    [{ 'retry-after': 'Fri, 20 Nov 2026 18:00:30 GMT', date: DATE }, '30 seconds'],
    [{ 'ratelimit-reset': '30' }, '30 seconds'],
    [{ 'x-ratelimit-reset': String(Date.parse(DATE) / 1000 + 60), date: DATE }, '60 seconds'],
    [{ 'x-rate-limit-reset': '1000000000', date: DATE }, 'a minute'],
    [{ 'retry-after': String(Date.parse(DATE) / 1000 + 600), date: DATE }, '10 minutes'],
    [{ 'retry-after': '999999999999', date: DATE }, 'a minute'],
    [{ 'retry-after': 'Fri, 20 Nov 2099 18:00:00 GMT', date: DATE }, 'a minute'],
    [{ 'retry-after': '86400' }, '24 hours'],
    [{ 'retry-after': 'soon' }, 'a minute'],
    [{ 'retry-after': '-5', 'ratelimit-reset': '30' }, 'a minute'],
    [{}, 'a minute'],
  ])('after %j is %s', (headers, words) => {
    expect(waitWords(toAnswer({ status: 429, headers }))).toBe(words);
  });
});

describe("the provider's own words", () => {
  it.each([
    [{ message: 'Your IPAddress is blocked' }, 'Your IPAddress is blocked'],
    [{ errors: [{ detail: 'not from this network' }] }, 'not from this network'],
    [{ error: { message: 'no seat' } }, 'no seat'],
    [{ error: 'denied', error_description: 'the trial is over' }, 'the trial is over'],
    [{ code: 'forbidden', message: 'forbidden' }, null],
    [{ message: '\u001B[31mred\u001B[0m\nline\u200B' }, 'red line'],
    [{ message: 'x'.repeat(300) }, `${'x'.repeat(199)}…`],
    [{ message: { en: 'no' } }, null],
    [{ message: '  ' }, null],
  ])('are read from %j: %j', (body, words) => {
    expect(providerMessage(brindle, toAnswer(json(403, body)))).toBe(words);
  });

  it('never hold a secret or a part of one', () => {
    const key = new Secret('kQ7rTz29xWmB4vNc8LpD').reveal();
    const body = { message: `${'x'.repeat(190)}${key}` };
    expect(providerMessage(brindle, toAnswer(json(403, body)))).not.toMatch(/kQ7r/u);
  });

  it('are read from the place that the definition names', () => {
    const provider = { ...brindle, errorMessages: ['errorSummary'] };
    const response = toAnswer(json(403, { message: 'no', errorSummary: 'yes' }));
    expect(providerMessage(provider, response)).toBe('yes');
  });
});
