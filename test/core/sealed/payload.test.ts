import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionError, type UsageError } from '../../../src/core/errors.js';
import { readPayload, writePayload } from '../../../src/core/sealed/payload.js';
import type { RequestTerms } from '../../../src/core/sealed/request.js';
import { verdictByReason, verdicts } from '../../../src/core/verdict.js';

const SECRET = 'quokka-0123456789';

const terms: RequestTerms = {
  v: 2,
  name: 'request/k3v7q2xm',
  provider: 'lumina',
  host: 'acme.lumina.example',
  fields: { site: 'acme' },
  asks: ['accessKey'],
  needs: [],
  createdAt: '2026-11-20T18:00:00.000Z',
};
const pair: RequestTerms = { ...terms, asks: ['email', 'accessKey'] };

const NEXT =
  'Nothing was stored, and request/k3v7q2xm stays open. Ask for a new answer, made on its page.';
const refusal = (why: string) =>
  expect.objectContaining({
    name: 'UsageError',
    advice: { what: 'The sealed answer is not what was asked for', why, next: NEXT },
  }) as UsageError;

const payload = {
  request: 'k3v7q2xm',
  provider: 'lumina',
  host: 'acme.lumina.example',
  fields: { accessKey: SECRET },
};

describe('what a page seals', () => {
  it('is read as it was written', () => {
    expect(readPayload(writePayload(payload), terms)).toEqual({ accessKey: SECRET });
  });

  it('has no host if the request has none', () => {
    const open = { ...terms, host: null };
    expect(readPayload(writePayload({ ...payload, host: null }), open)).toEqual(payload.fields);
  });

  it.each([
    [
      'a field that was not asked for',
      { fields: { accessKey: SECRET, admin: 'x' } },
      'it has a field that was not asked for',
    ],
    [
      'a field that every object has',
      { fields: { accessKey: SECRET, constructor: 'x' } },
      'it has a field that was not asked for',
    ],
    ['a missing field', { fields: {} }, 'it has no accessKey'],
    ['an empty field', { fields: { accessKey: ' ' } }, 'its accessKey is empty'],
    ["a field that isn't text", { fields: { accessKey: 12345678 } }, 'its accessKey is no text'],
    [
      'a field of several lines',
      { fields: { accessKey: `${SECRET}\nmore` } },
      'its accessKey has several lines',
    ],
    ['fields in a list', { fields: [SECRET] }, 'it is no answer of such a page'],
    ['another request', { request: 'abcdefgh' }, 'it names another request'],
    ['no request', { request: undefined }, 'it names another request'],
    ["a version that isn't a number", { v: '2' }, 'it is no answer of such a page'],
  ])('is refused with %s: exit code 2', (_, changed, why) => {
    const text = JSON.stringify({ v: 1, ...payload, ...changed });
    expect(() => readPayload(text, terms)).toThrow(refusal(why));
  });

  it('may have a line end behind a value, as paste brings it', () => {
    const fields = { accessKey: `${SECRET}\n` };
    expect(readPayload(writePayload({ ...payload, fields }), terms)).toEqual(fields);
  });

  it('is told from what a newer version seals', () => {
    const text = JSON.stringify({ v: 2, ...payload });
    expect(() => readPayload(text, terms)).toThrow(
      expect.objectContaining({
        name: 'UsageError',
        advice: {
          what: 'The sealed answer cannot be read',
          why: 'a page of a newer connect-wizard made it',
          next: 'Use the newest connect-wizard, and accept it again.',
        },
      }) as UsageError,
    );
  });

  it.each([
    ['another provider', { provider: 'other' }],
    ['another host', { host: 'evil.lumina.example' }],
    ['no host', { host: null }],
    ["a host that isn't text", { host: 7 }],
  ])('is refused with %s: exit code 8', (_, changed) => {
    const text = JSON.stringify({ v: 1, ...payload, ...changed });
    const error = caught(() => readPayload(text, terms));
    expect(error).toBeInstanceOf(ConnectionError);
    const { reason, advice } = error as ConnectionError;
    expect(verdicts[verdictByReason[reason]].exitCode).toBe(8);
    expect(advice).toEqual({
      what: 'The sealed answer is not for acme.lumina.example',
      why: 'another provider or host is named in it than was asked for',
      next: NEXT,
    });
  });

  it('is refused for a request without a host, which then is named by its provider', () => {
    const error = caught(() => readPayload(writePayload(payload), { ...terms, host: null }));
    expect((error as ConnectionError).advice.what).toBe('The sealed answer is not for lumina');
  });
});

describe('what somebody seals with age by hand', () => {
  const ONE_LINE_EACH = 'it does not have one line for each of email, accessKey';

  it.each([
    ['the value', SECRET],
    ['a line end behind it', `${SECRET}\n`],
    ['a Windows line end', `${SECRET}\r\n`],
    ['a byte order mark', `\uFEFF${SECRET}`],
    ['its name in front', `accessKey: ${SECRET}`],
    ['its name and blank lines', `\naccessKey:${SECRET}\n\n`],
  ])('is accepted with %s', (_, text) => {
    expect(readPayload(text, terms)).toEqual({ accessKey: SECRET });
  });

  it('may look like a line with another name', () => {
    expect(readPayload('key: with-colon', terms)).toEqual({ accessKey: 'key: with-colon' });
  });

  it('may be a number', () => {
    expect(readPayload('1234567890', terms)).toEqual({ accessKey: '1234567890' });
  });

  it('has a line for each of several fields', () => {
    const text = `email: sam@acme.example\r\naccessKey: ${SECRET}\r\n`;
    expect(readPayload(text, pair)).toEqual({ email: 'sam@acme.example', accessKey: SECRET });
  });

  it.each([
    ['old line ends', `email: sam@acme.example\raccessKey: ${SECRET}\r`],
    ['blank lines', `\n email : sam@acme.example\n \n\n accessKey:${SECRET}`],
    ['no space behind a colon', `email:sam@acme.example\naccessKey:${SECRET}`],
  ])('has its lines read with %s', (_, text) => {
    expect(readPayload(text, pair)).toEqual({ email: 'sam@acme.example', accessKey: SECRET });
  });

  it.each([
    ['nothing', '', terms, 'its accessKey is empty'],
    ['several lines', `${SECRET}\n${SECRET}`, terms, 'its accessKey has several lines'],
    ['one of two fields', `accessKey: ${SECRET}`, pair, 'it has no email'],
    ['a line without a name', `sam@acme.example\n${SECRET}`, pair, ONE_LINE_EACH],
    [
      'a name behind something else',
      `email: a@b.example\n!accessKey: ${SECRET}`,
      pair,
      ONE_LINE_EACH,
    ],
    [
      'a field twice',
      `email: a@b.example\nemail: c@d.example\naccessKey: ${SECRET}`,
      pair,
      ONE_LINE_EACH,
    ],
    [
      'a field that was not asked for',
      `email: a@b.example\naccessKey: ${SECRET}\nrole: x`,
      pair,
      'it has a field that was not asked for',
    ],
  ])('is refused with %s', (_, text, asked, why) => {
    expect(() => readPayload(text, asked)).toThrow(refusal(why));
  });
});

it('no error repeats anything of a payload', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8 }), fc.json(), (value, json) => {
      for (const text of [
        value,
        json,
        JSON.stringify({ v: 1, ...payload, [value]: value, fields: { [value]: value } }),
      ]) {
        const error = caught(() => readPayload(text, pair));
        expect(error).toBeInstanceOf(Error);
        expect(value.trim().length < 8 || !(error as Error).message.includes(value)).toBe(true);
      }
    }),
  );
});

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
