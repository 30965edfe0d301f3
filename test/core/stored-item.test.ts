import { describe, expect, it } from 'vitest';
import { StoreError } from '../../src/core/errors.js';
import {
  hasSameSecrets,
  itemHeader,
  readItem,
  underDefinition,
  writeItem,
} from '../../src/core/stored-item.js';
import { Secret } from '../../src/core/secret.js';
import { API_KEY, EMAIL, TOKEN } from '../support/fakes.js';
import { freshservice, gladly } from '../support/built-ins.js';

const NAME = 'freshservice/acme';
const HOST = 'acme.freshservice.com';

const itemWith = (length: number, most?: number) => () =>
  writeItem(
    {
      name: NAME,
      provider: 'freshservice',
      host: HOST,
      values: { apiKey: new Secret('x'.repeat(length)) },
    },
    most,
  );

describe('an item', () => {
  it('has every field, and is read back with its secret as a Secret', () => {
    const values = { slug: 'acme.us-1', email: EMAIL, token: new Secret(TOKEN) };
    const name = 'gladly/acme.us-1';
    const stored = writeItem({ name, provider: 'gladly', host: 'acme.us-1.gladly.com', values });
    expect(JSON.parse(stored.reveal())).toEqual({
      v: 2,
      name,
      provider: 'gladly',
      host: 'acme.us-1.gladly.com',
      fields: { slug: 'acme.us-1', email: EMAIL, token: TOKEN },
    });
    const item = readItem(gladly, stored, name);
    expect(item).toMatchObject({ name, provider: 'gladly', host: 'acme.us-1.gladly.com' });
    expect(item.values['email']).toBe(EMAIL);
    expect(item.values['token']).toBeInstanceOf(Secret);
    expect(String(item.values['token'])).toBe('[redacted]');
    expect((item.values['token'] as Secret).reveal()).toBe(TOKEN);
  });

  it.each(['with "quotes" and \\', 'ünïcødé 🔑', '{"v":1}', '__proto__'])(
    'keeps %j whole',
    (key) => {
      const values = { domain: 'acme', apiKey: new Secret(key) };
      const stored = writeItem({ name: NAME, provider: 'freshservice', host: HOST, values });
      const { values: read } = readItem(freshservice, stored, NAME);
      expect((read['apiKey'] as Secret).reveal()).toBe(key);
    },
  );

  it("has the hash of a person's own definition, which can be replaced alone", () => {
    const values = { domain: 'acme', apiKey: new Secret(API_KEY) };
    const item = { name: NAME, provider: 'freshservice', host: HOST, values };
    const stored = writeItem({ ...item, definition: 'a'.repeat(64) });
    expect(readItem(freshservice, stored, NAME).definition).toBe('a'.repeat(64));
    const now = underDefinition(stored, 'b'.repeat(64));
    expect(JSON.parse(now.reveal())).toEqual({
      ...JSON.parse(stored.reveal()),
      definition: 'b'.repeat(64),
    });
    expect(JSON.parse(underDefinition(now, undefined).reveal())).toEqual(
      JSON.parse(writeItem(item).reveal()),
    );
  });

  it("may lack a secret if it has another definition's hash", () => {
    const values = { apiKey: new Secret(API_KEY) };
    const item = { name: NAME, provider: 'freshservice', host: HOST, values };
    const stored = writeItem({ ...item, definition: 'a'.repeat(64) });
    expect(readItem(freshservice, stored, NAME).definition).toBe('a'.repeat(64));
    expect(() => readItem(freshservice, writeItem(item), NAME)).toThrow(StoreError);
  });

  it('has no name in version 1', () => {
    const fields = { domain: 'acme', apiKey: API_KEY };
    const item = { v: 1, name: 'another/name', provider: 'freshservice', host: HOST, fields };
    const read = readItem(freshservice, new Secret(JSON.stringify(item)), NAME);
    expect(read.name).toBeUndefined();
    expect((read.values['apiKey'] as Secret).reveal()).toBe(API_KEY);
  });

  it.each([
    ['16 KiB', 16 * 1024, undefined, 'Check that the right value was pasted.'],
    ['what its store takes', 1200, 1200, expect.stringContaining('--store file')],
  ])('has at most %s', (_, length, most, next) => {
    const overhead = itemWith(4)().reveal().length - 4;
    expect(itemWith(length - overhead, most)().reveal()).toHaveLength(length);
    expect(itemWith(length + 1 - overhead, most)).toThrow(StoreError);
    expect(itemWith(length + 1 - overhead, most)).toThrow(
      expect.objectContaining({
        reason: 'store-denied',
        advice: expect.objectContaining({ next }) as unknown,
      }) as Error,
    );
  });
});

describe('an item that cannot be read', () => {
  const fields = { domain: 'acme', apiKey: API_KEY };
  it.each([
    ['a newer version', { v: 3, provider: 'freshservice', host: HOST, fields }, /newer version/u],
    ['a much newer version', { v: 99 }, /newer version/u],
    ['no version', { provider: 'freshservice', host: HOST, fields }, /damaged/u],
    ["a version that isn't a number", { v: '1', provider: 'f', host: HOST, fields }, /damaged/u],
    ['no name', { v: 2, provider: 'freshservice', host: HOST, fields }, /damaged/u],
    [
      "a name that isn't text",
      { v: 2, name: 5, provider: 'freshservice', host: HOST, fields },
      /damaged/u,
    ],
    ['no provider', { v: 1, host: HOST, fields }, /damaged/u],
    ['no host', { v: 1, provider: 'freshservice', fields }, /damaged/u],
    ['no fields', { v: 1, provider: 'freshservice', host: HOST }, /damaged/u],
    ["fields that aren't text", { v: 1, provider: 'f', host: HOST, fields: { a: 1 } }, /damaged/u],
    ['fields that are null', { v: 1, provider: 'f', host: HOST, fields: null }, /damaged/u],
    ['a list of fields', { v: 1, provider: 'freshservice', host: HOST, fields: [] }, /damaged/u],
    [
      'a secret that is missing',
      { v: 1, provider: 'freshservice', host: HOST, fields: { domain: 'acme' } },
      /damaged/u,
    ],
    [
      'a secret that is empty',
      { v: 2, name: NAME, provider: 'freshservice', host: HOST, fields: { ...fields, apiKey: '' } },
      /damaged/u,
    ],
    [
      "a hash that isn't text",
      { v: 2, name: NAME, provider: 'freshservice', host: HOST, fields, definition: 5 },
      /damaged/u,
    ],
    [
      'a version that no release wrote',
      { v: 0, name: NAME, provider: 'freshservice', host: HOST, fields },
      /damaged/u,
    ],
    ['null', null, /damaged/u],
    ['a number', 5, /damaged/u],
    ['a text', 'hello', /damaged/u],
  ])('is store-corrupt: %s', (_, json, words) => {
    const read = (): unknown => readItem(freshservice, new Secret(JSON.stringify(json)), NAME);
    expect(read).toThrow(words);
    expect(read).toThrow(expect.objectContaining({ reason: 'store-corrupt' }) as Error);
  });

  it('is store-corrupt if it is cut off, and the error repeats nothing of it', () => {
    const cut = new Secret(`{"v":1,"provider":"freshservice","fields":{"apiKey":"${API_KEY}`);
    expect(() => readItem(freshservice, cut, NAME)).toThrow(
      expect.objectContaining({
        reason: 'store-corrupt',
        message: expect.not.stringContaining(API_KEY.slice(0, 5)) as string,
      }) as Error,
    );
    expect(() => readItem(freshservice, cut, NAME)).toThrow(/cut off/u);
  });
});

it("another provider's item may lack what this one asks for", () => {
  const values = { token: new Secret(TOKEN) };
  const stored = writeItem({ name: NAME, provider: 'gladly', host: HOST, values });
  expect(readItem(freshservice, stored, NAME)).toMatchObject({ provider: 'gladly', host: HOST });
});

const headerOf = (json: unknown) => itemHeader(new Secret(JSON.stringify(json)));

describe('the header of an item', () => {
  const item = { v: 2, name: NAME, provider: 'freshservice', host: HOST };
  it('is read without the values', () => {
    const fields = { domain: 'acme', apiKey: API_KEY, note: '' };
    const { v: _, ...header } = item;
    expect(headerOf({ ...item, fields })).toEqual({ ...header, ids: ['domain', 'apiKey'] });
  });

  it.each([
    ['no object', 5],
    ['null', null],
    ['another version', { ...item, v: 1, fields: {} }],
    ["a name that isn't text", { ...item, name: 5, fields: {} }],
    ["a provider that isn't text", { ...item, provider: null, fields: {} }],
    ["a host that isn't text", { ...item, host: {}, fields: {} }],
    ["fields that aren't text", { ...item, fields: { apiKey: 5 } }],
    ['no fields', item],
  ])('is not read from %s', (_, json) => {
    expect(headerOf(json)).toBeUndefined();
  });

  it('is not read from an item that is cut off', () => {
    expect(itemHeader(new Secret(`{"v":2,"name":"${NAME}"`))).toBeUndefined();
  });
});

describe('the secrets of two items', () => {
  const [key, other] = [new Secret(API_KEY), new Secret(TOKEN)];
  it.each([
    [true, 'are the same value', { apiKey: key }, { apiKey: new Secret(API_KEY) }],
    [true, 'are in neither', {}, { apiKey: '' }],
    [true, 'are beside other values', { apiKey: key, domain: 'a' }, { apiKey: key, domain: 'b' }],
    [false, 'are two values', { apiKey: key }, { apiKey: other }],
    [false, 'are in one of them', { apiKey: key }, {}],
    [false, 'are in the other', {}, { apiKey: key }],
    [false, 'are plain text in one', { apiKey: key }, { apiKey: API_KEY }],
  ])('are the same: %s, if they %s', (same, _, a, b) => {
    expect(hasSameSecrets(freshservice, a, b)).toBe(same);
  });
});
