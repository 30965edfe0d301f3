import { describe, expect, it } from 'vitest';
import type { Definition } from '../../../src/core/definition/schema.js';
import { expand } from '../../../src/core/expand/expand.js';
import { HostError } from '../../../src/core/errors.js';
import { readHost } from '../../../src/core/host.js';
import { homely, lumina, payloom, tokenly } from '../../support/definitions.js';

const { owner: { lookUp } = {} } = lumina;
const region = { choices: ['us', 'eu'] };

describe('a definition', () => {
  it.each<[string, Definition, object]>([
    [
      'has its notice and the day it was tried',
      { ...payloom, notice: { message: 'Soon gone' }, tried: '2026-11-02' },
      { notice: { message: 'Soon gone' }, tried: '2026-11-02' },
    ],
    [
      'has a list of statuses for a used-up limit',
      { ...payloom, rateLimited: { status: 403, header: 'x-left', is: '0' } },
      { rateLimited: [{ status: [403], header: { name: 'x-left', is: '0' } }] },
    ],
    ['may have no other sign of a used-up limit', payloom, { rateLimited: [] }],
    [
      'has several signs of a used-up limit',
      { ...payloom, rateLimited: [{ status: [403, 503], header: 'x-slow' }] },
      { rateLimited: [{ status: [403, 503], header: { name: 'x-slow' } }] },
    ],
    [
      'looks for the owner in the whole response',
      lumina,
      {
        directory: {
          path: '/v1/users',
          at: '',
          key: 'email',
          field: 'email',
          identity: { id: 'id', label: '{name}' },
          absent: lookUp?.absent,
        },
      },
    ],
    [
      'looks for the owner in a list, and calls it by its id',
      {
        ...lumina,
        owner: lookUp && { lookUp: { ...lookUp, at: 'users', identity: { id: 'uid' } } },
      },
      { directory: { at: 'users', identity: { id: 'uid', label: '{uid}' } } },
    ],
    [
      'has the list of roles',
      {
        ...payloom,
        owner: { roles: { get: '/roles', owned: 'r', id: 'i', list: 'l', key: 'k', name: 'n' } },
      },
      { roles: { path: '/roles', owned: 'r', id: 'i', list: 'l', key: 'k', name: 'n' } },
    ],
    ['has its warnings', lumina, { warnings: lumina.owner?.warnings }],
    ['may have no warnings', payloom, { warnings: [] }],
    [
      'has one path or several for a capability',
      {
        ...payloom,
        capabilities: {
          'a.read': { get: '/a', grantedBy: 'A' },
          'b.read': { get: ['/b', '/c'], grantedBy: 'B' },
        },
        featureCodes: ['no_plan'],
      },
      {
        capabilities: [
          { id: 'a.read', paths: ['/a'], grantedBy: 'A' },
          { id: 'b.read', paths: ['/b', '/c'], grantedBy: 'B' },
        ],
        featureCodes: ['no_plan'],
      },
    ],
    [
      'reads its own messages of errors',
      { ...payloom, errorMessages: ['e'] },
      { errorMessages: ['e'] },
    ],
    ['reads its own codes of errors', { ...payloom, errorCodes: ['c'] }, { errorCodes: ['c'] }],
    [
      'reads the usual codes of errors',
      payloom,
      { errorCodes: ['code', 'error.code', 'errors.0.code', 'error'] },
    ],
    [
      'sends its headers beside the usual one',
      { ...lumina, query: { v: '2' } },
      { headers: { accept: 'application/json', 'x-version': '3' }, query: { v: '2' } },
    ],
    [
      'sends a bearer beside other headers',
      { ...payloom, auth: { bearer: '{secretKey}', headers: { 'x-a': 'b' }, query: { q: 'z' } } },
      { auth: { headers: { authorization: 'Bearer {secretKey}', 'x-a': 'b' }, query: { q: 'z' } } },
    ],
    ['sends at most 10 requests in 10 seconds', payloom, { budget: { requests: 10, seconds: 10 } }],
    [
      'sends as many requests as it says',
      { ...payloom, rateLimit: { requests: 2, seconds: 3 } },
      { budget: { requests: 2, seconds: 3 } },
    ],
  ])('%s', (_, definition, expected) => {
    expect(expand(definition)).toMatchObject(expected);
  });

  it.each(['notice', 'tried', 'directory', 'roles', 'apiHeader', 'exchange'])(
    'has no %s of its own accord',
    (part) => {
      expect(expand(payloom)).not.toHaveProperty(part);
    },
  );

  it.each<[string, Definition, 'host' | 'connection']>([
    ['a host of its own', lumina, 'host'],
    ['a whole host', homely, 'host'],
    ['a host for all', payloom, 'connection'],
    [
      'a host for each region',
      { ...lumina, host: '{region}.lumina-desk.com', fields: { ...lumina.fields, region } },
      'connection',
    ],
    [
      'a host of its own in a region',
      { ...lumina, host: '{site}.{region}.lumina-desk.com', fields: { ...lumina.fields, region } },
      'host',
    ],
  ])('counts requests by the host that an account has alone: %s', (_, definition, per) => {
    expect(expand(definition).budget.per).toBe(per);
  });
});

describe('a host that is no account', () => {
  const both = expand({ ...lumina, host: ['{site}.lumina-desk.com', '{site}.eu.lumina-desk.com'] });
  const refused = (typed: string) => {
    try {
      return readHost(both, typed).candidates;
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      return error.advice;
    }
  };

  it('is a domain with accounts below it', () => {
    const advice = {
      what: "lumina-desk.com is one of the vendor's own addresses, not an account",
      next: 'Use the address where your company opens Lumina Desk: <name>.lumina-desk.com.',
    };
    expect(refused('lumina-desk.com')).toEqual(advice);
    expect(refused('www.lumina-desk.com')).toMatchObject({ next: advice.next });
  });

  it('is no domain that is itself below another one', () => {
    expect(refused('eu.lumina-desk.com')).toEqual(['eu.lumina-desk.com']);
  });

  it('has more names in front than any account', () => {
    expect(refused('a.b.eu.lumina-desk.com')).toMatchObject({
      what: 'a.b.eu.lumina-desk.com has too many names in front of lumina-desk.com',
    });
  });

  it('lacks its end', () => {
    expect(refused('acme.lumina-desk')).toEqual({
      what: 'acme.lumina-desk is not a whole address',
      why: 'the .com at its end is missing',
      next: 'If it is yours, type it with .com at its end.',
    });
  });

  it('looks like one', () => {
    expect(refused('lumina-desk.com.evil.example')).toEqual({
      what: 'lumina-desk.com.evil.example looks like an address of Lumina Desk but is not one',
      why: 'only what ends in .lumina-desk.com belongs to Lumina Desk',
      next: 'Check who sent you that address, and do not type your Access key there.',
    });
  });

  it('is any other', () => {
    expect(refused('desk.example')).toEqual({
      what: 'desk.example is not an address of Lumina Desk',
      next: 'Log in to Lumina Desk and copy the address from the browser.',
    });
  });

  it("has the author's words", () => {
    const otherHost = { reason: 'wrong-product', what: 'No', why: 'so', next: 'Go.' } as const;
    expect(expand({ ...lumina, otherHost }).hosts.otherwise).toEqual(otherHost);
  });

  it('is a short name only if the name is a whole label', () => {
    const { hosts } = expand({ ...tokenly, host: '{site}.tok.com' });
    const looksLike = new RegExp(hosts.offList.at(-1)?.pattern ?? '', 'u');
    expect(
      ['tok.evil.example', 'a.tok.example', 'a.tok'].filter((host) => !looksLike.test(host)),
    ).toEqual([]);
    expect(['token.example', 'stok.example'].filter((host) => looksLike.test(host))).toEqual([]);
  });
});
