import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionError, UsageError } from '../../../src/core/errors.js';
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
    ['a field that was not asked for', { fields: { accessKey: SECRET, admin: 'x' } }],
    ['a field that every object has', { fields: { accessKey: SECRET, constructor: 'x' } }],
    ['a missing field', { fields: {} }],
    ['an empty field', { fields: { accessKey: ' ' } }],
    ["a field that isn't text", { fields: { accessKey: 12345678 } }],
    ['a field of several lines', { fields: { accessKey: `${SECRET}\nmore` } }],
    ['fields in a list', { fields: [SECRET] }],
    ['another request', { request: 'abcdefgh' }],
    ['no request', { request: undefined }],
    ['a newer version', { v: 2 }],
    ["a version that isn't a number", { v: '1' }],
  ])('is refused with %s: exit code 2', (_, changed) => {
    const text = JSON.stringify({ v: 1, ...payload, ...changed });
    expect(() => readPayload(text, terms)).toThrow(UsageError);
  });

  it.each([
    ['another provider', { provider: 'other' }],
    ['another host', { host: 'evil.lumina.example' }],
    ['no host', { host: null }],
  ])('is refused with %s: exit code 8', (_, changed) => {
    const text = JSON.stringify({ v: 1, ...payload, ...changed });
    const error = caught(() => readPayload(text, terms));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(verdicts[verdictByReason[(error as ConnectionError).reason]].exitCode).toBe(8);
  });
});

describe('what somebody seals with age by hand', () => {
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
    ['nothing', '', terms],
    ['several lines', `${SECRET}\n${SECRET}`, terms],
    ['one of two fields', `accessKey: ${SECRET}`, pair],
    ['a line without a name', `sam@acme.example\n${SECRET}`, pair],
    ['a field twice', `email: a@b.example\nemail: c@d.example\naccessKey: ${SECRET}`, pair],
    ['a field that was not asked for', `email: a@b.example\naccessKey: ${SECRET}\nrole: x`, pair],
  ])('is refused with %s', (_, text, asked) => {
    expect(() => readPayload(text, asked)).toThrow(UsageError);
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
