import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StoreError } from '../../../src/core/errors.js';
import { Secret } from '../../../src/core/secret.js';
import {
  closeRequest,
  fingerprintOf,
  isClosedRequest,
  isForgettable,
  isOld,
  isRequestName,
  isRequestRecord,
  newRequestName,
  readRequestItem,
  requestId,
  writeRequestItem,
  type RequestItem,
} from '../../../src/core/sealed/request.js';

const KEY = 'AGE-SECRET-KEY-1QUOKKAQUOKKAQUOKKAQUOKKAQUOKKAQUOKKAQUOKKAQUOKKA';
const item: RequestItem = {
  v: 2,
  name: 'request/k3v7q2xm',
  provider: 'lumina',
  host: null,
  fields: {},
  asks: ['accessKey'],
  needs: ['things.read'],
  createdAt: '2026-11-20T18:00:00.000Z',
  key: new Secret(KEY),
};
const after = (days: number): Date => new Date(Date.parse(item.createdAt) + days * 86_400_000);

describe('the item of a request', () => {
  it.each([item, { ...item, host: 'acme.lumina.example', rotates: 'lumina/acme' }])(
    'is read as it was written',
    (each) => {
      const { key, ...terms } = readRequestItem(writeRequestItem(each), each.name);
      expect({ ...terms, key: key.reveal() }).toEqual({ ...each, key: KEY });
    },
  );

  it.each([
    ['cut off', '{"v":2,"name"', /cut off/u],
    ['of a newer version', JSON.stringify({ ...item, key: KEY, v: 3 }), /newer version/u],
    ['of an older version', JSON.stringify({ ...item, key: KEY, v: 1 }), /damaged/u],
    ["of a version that isn't a number", JSON.stringify({ ...item, key: KEY, v: '3' }), /damaged/u],
    [
      'of another name',
      JSON.stringify({ ...item, key: KEY, name: 'request/abcdefgh' }),
      /damaged/u,
    ],
    ['without its key', JSON.stringify({ ...item, key: undefined }), /damaged/u],
    ['a list', '[]', /damaged/u],
  ])('is not used if it is %s', (_, text, why) => {
    expect(() => readRequestItem(new Secret(text), item.name)).toThrow(
      expect.objectContaining({
        reason: 'store-corrupt',
        message: expect.stringMatching(why) as string,
        advice: expect.objectContaining({
          what: 'The key of request/k3v7q2xm cannot be read',
          next: expect.stringContaining('connect-wizard remove request/k3v7q2xm') as string,
        }) as unknown,
      }) as StoreError,
    );
  });
});

describe('the record of a request', () => {
  const { key: _, ...terms } = item;
  const record = { ...terms, recipient: 'age1x', store: 'keychain', from: null };

  it('is distinguished from a closed one', () => {
    const closed = closeRequest(record, 'answered', after(1));
    expect([isRequestRecord(record), isClosedRequest(record)]).toEqual([true, false]);
    expect([isRequestRecord(closed), isClosedRequest(closed)]).toEqual([false, true]);
    expect(closed).toEqual({
      v: 2,
      name: item.name,
      provider: 'lumina',
      host: null,
      closed: 'answered',
      closedAt: after(1).toISOString(),
    });
  });

  it.each([
    ['another version', { v: 1 }],
    ["a name that isn't text", { name: ['request/k3v7q2xm'] }],
    ["a name that isn't a request's", { name: 'request/../../x' }],
    ['a name with something in front', { name: 'my-request/k3v7q2xm' }],
    ['a name with something behind it', { name: 'request/k3v7q2xm/x' }],
    ['a name with control characters', { name: 'request/abc\u001B[2J' }],
    ["fields that aren't text", { fields: { site: 1 } }],
    ['an invalid time', { createdAt: 'yesterday' }],
    ["a connection that isn't text", { rotates: 7 }],
  ])('is not used with %s', (_name, changed) => {
    expect(isRequestRecord({ ...record, ...changed })).toBe(false);
  });

  it.each([
    ['answered', true],
    ['ended', true],
    ['open', false],
    [undefined, false],
  ])('is the one of a closed request if that is %s: %s', (how, is) => {
    const closed = { ...closeRequest(record, 'ended', after(1)), closed: how };
    expect(isClosedRequest(closed)).toBe(is);
  });
});

describe('a request', () => {
  it('has a name of 40 random bits', () => {
    const name = newRequestName((length) => new Uint8Array(length).fill(255));
    expect(name).toBe('request/77777777');
    expect(requestId(name)).toBe('77777777');
    expect(newRequestName((length) => new Uint8Array(length))).toBe('request/aaaaaaaa');
    expect(isRequestName(name)).toBe(true);
    expect(isRequestName('lumina/request/')).toBe(false);
  });

  it('is old after 14 days', () => {
    expect([isOld(item, after(14)), isOld(item, after(14.1))]).toEqual([false, true]);
  });

  it('is forgotten 90 days after it was closed', () => {
    const closed = closeRequest(item, 'ended', after(0));
    expect([isForgettable(closed, after(90)), isForgettable(closed, after(90.1))]).toEqual([
      false,
      true,
    ]);
  });
});

describe('a fingerprint', () => {
  it('is Base32 of the SHA-256 of the recipient, in groups of four', async () => {
    const recipient = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
    // `printf %s age1… | sha256sum | xxd -r -p | base32`, the first 16 characters.
    const digest = createHash('sha256').update(recipient).digest();
    let bits = BigInt(`0x${digest.subarray(0, 10).toString('hex')}`);
    let expected = '';
    for (let at = 0; at < 16; at += 1) {
      expected = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Number(bits % 32n)) + expected;
      bits /= 32n;
    }
    const fingerprint = await fingerprintOf(recipient);
    expect(fingerprint).toMatch(/^(?:[A-Z2-7]{4} ){3}[A-Z2-7]{4}$/u);
    expect(fingerprint.replaceAll(' ', '')).toBe(expected);
  });
});
