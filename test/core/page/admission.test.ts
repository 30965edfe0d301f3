import { describe, expect, it } from 'vitest';
import { admit, readSubmission, type PageRequest } from '../../../src/core/page/admission.js';

const TARGET = '/5f0c';
const OWN = 'http://127.0.0.1:38123';
const get: PageRequest = { method: 'GET', target: TARGET, hosts: ['127.0.0.1:38123'], headers: {} };
const post: PageRequest = {
  ...get,
  method: 'POST',
  headers: { origin: OWN, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
};
const admitted = (request: PageRequest): unknown => {
  const outcome = admit(request, (target) => target === TARGET);
  return typeof outcome === 'string' ? outcome : outcome.status;
};

describe('the page opens', () => {
  it.each([
    ['127.0.0.1:38123'],
    ['127.0.0.1'],
    ['localhost:52001'],
    ['LocalHost:52001'],
    ['[::1]:8080'],
  ])('under the host %s', (host) => {
    expect(admitted({ ...get, hosts: [host] })).toBe('page');
  });
});

describe('a request is refused with 403', () => {
  it.each([
    ['another name', ['evil.example']],
    ['another name with the port', ['evil.example:38123']],
    ['a name that begins like it', ['127.0.0.1.evil.example']],
    ['a name that ends like it', ['evil-localhost']],
    ['a name below localhost', ['a.localhost']],
    ['a dot at the end', ['localhost.']],
    ['another loopback address', ['127.0.0.2']],
    ['another spelling of the address', ['2130706433']],
    ['the address of every interface', ['0.0.0.0:38123']],
    ['a user name', ['127.0.0.1@evil.example']],
    ['an invalid port', ['localhost:x']],
    ['a space', ['localhost evil']],
    ['an empty host', ['']],
    ['no host', []],
    ['two hosts', ['127.0.0.1', 'evil.example']],
  ])('for %s', (_, hosts) => {
    expect(admitted({ ...get, hosts })).toBe(403);
    expect(admitted({ ...post, hosts })).toBe(403);
  });

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['no origin', { origin: undefined }],
    ['https', { origin: 'https://127.0.0.1:38123' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:8080' }],
    ['another name of this machine', { origin: 'http://localhost:38123' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['plain text, which needs no preflight', { 'content-type': 'text/plain' }],
    ['JSON in another parameter', { 'content-type': 'text/plain; application/json' }],
    ['a type that begins like JSON', { 'content-type': 'application/jsonl; charset=utf-8' }],
    ['no content type', { 'content-type': undefined }],
    ['another site, as a browser says', { 'sec-fetch-site': 'cross-site' }],
    ['a sister site', { 'sec-fetch-site': 'same-site' }],
  ])('for a submission from %s', (_, headers) => {
    expect(admitted({ ...post, headers: { ...post.headers, ...headers } })).toBe(403);
  });
});

describe('a submission is accepted', () => {
  it.each([
    ['the page', {}],
    ['a browser that does not send the site', { 'sec-fetch-site': undefined }],
    ['a page that names its charset', { 'content-type': 'application/json; charset=utf-8' }],
  ])('from %s', (_, headers) => {
    expect(admitted({ ...post, headers: { ...post.headers, ...headers } })).toBe('submission');
  });

  it('under the name of a forwarded port', () => {
    const headers = { ...post.headers, origin: 'http://localhost:52001' };
    expect(admitted({ ...post, hosts: ['localhost:52001'], headers })).toBe('submission');
  });
});

it.each([
  ['without the token', '/', 404],
  ['with another token', '/5f0d', 404],
  ['with more after it', '/5f0c/', 404],
  ['with a query', '/5f0c?x', 404],
  ['as a whole address, as a proxy gets it', 'http://127.0.0.1:38123/5f0c', 404],
])('a path %s is not found', (_, target, status) => {
  expect(admitted({ ...get, target })).toBe(status);
  expect(admitted({ ...post, target })).toBe(status);
});

it.each(['HEAD', 'PUT', 'OPTIONS', 'DELETE', 'PATCH'])(
  'the method %s is refused with 405',
  (method) => {
    expect(admitted({ ...post, method })).toBe(405);
  },
);

describe('a submission', () => {
  it('has fields, or cancels', () => {
    expect(readSubmission('{"fields":{"accessKey":"x"}}')).toEqual({ fields: { accessKey: 'x' } });
    expect(readSubmission('{"cancel":true}')).toBe('cancel');
  });

  it.each([
    '',
    'x',
    '[]',
    'null',
    '"x"',
    '{}',
    '{"fields":[]}',
    '{"fields":{"a":1}}',
    '{"cancel":1}',
  ])('is refused: %s', (body) => {
    expect(readSubmission(body)).toBeUndefined();
  });
});
