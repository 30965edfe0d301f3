import { describe, expect, it } from 'vitest';
import { buildAnonymous, buildAuthenticated } from '../../src/core/build-request.js';
import type { Definition } from '../../src/core/definition/schema.js';
import { UsageError } from '../../src/core/errors.js';
import { expand } from '../../src/core/expand/expand.js';
import type { RequestTemplate } from '../../src/core/provider.js';
import { redact, revealAll, Secret } from '../../src/core/secret.js';
import { payloom } from '../support/definitions.js';

const SECRET = 'kQ7rTz29xWmB4vNc8LpD';
const ME: RequestTemplate = { method: 'GET', path: '/v1/me' };
const provider = (changes: Partial<Definition>) => expand({ ...payloom, ...changes });
const values = { secretKey: new Secret(SECRET), account: 'a b/c', region: 'eu' };

const plain = ({ headers, body, ...rest }: ReturnType<typeof buildAuthenticated>) => ({
  ...rest,
  headers: revealAll(headers),
  ...(body !== undefined && { body: body instanceof Secret ? body.reveal() : body }),
});

const accept = 'application/json';

describe('an authenticated request', () => {
  it.each<[string, Partial<Definition>, Record<string, string>, string]>([
    ['a bearer', {}, { authorization: `Bearer ${SECRET}` }, ''],
    [
      'Basic with an empty half',
      { auth: { basic: ['{secretKey}', ''] } },
      { authorization: `Basic ${btoa(`${SECRET}:`)}` },
      '',
    ],
    [
      'Basic with an optional half that is empty',
      { auth: { basic: ['{user}', '{secretKey}'] } },
      { authorization: `Basic ${btoa(`:${SECRET}`)}` },
      '',
    ],
    [
      'several headers',
      { auth: { headers: { 'x-key': '{secretKey}', 'x-account': '{account}' } } },
      { 'x-key': SECRET, 'x-account': 'a b/c' },
      '',
    ],
    [
      'a prefix',
      { auth: { headers: { authorization: 'SSWS {secretKey}' } } },
      { authorization: `SSWS ${SECRET}` },
      '',
    ],
    ['the query', { auth: { query: { key: '{secretKey}' } } }, {}, `?key=${SECRET}`],
    [
      'constant and filled parts, but none for an empty field',
      {
        headers: { 'x-version': '2', 'x-region': '{region}', 'x-team': '{team}' },
        query: { v: '1', account: '{account}', team: '{team}' },
      },
      { authorization: `Bearer ${SECRET}`, 'x-version': '2', 'x-region': 'eu' },
      '?v=1&account=a%20b%2Fc',
    ],
  ])('has %s', (_, changes, headers, query) => {
    const request = buildAuthenticated(provider(changes), 'api.payloom.com', ME, values);
    expect(plain(request)).toEqual({
      method: 'GET',
      url: `https://api.payloom.com/v1/me${query}`,
      headers: { accept, ...headers },
    });
  });

  it('keeps the port, and the query in its path', () => {
    const { url } = buildAuthenticated(
      provider({ query: { v: '1' } }),
      'api.payloom.com:8443',
      { method: 'GET', path: '/v1/me?full=1' },
      values,
    );
    expect(url).toBe('https://api.payloom.com:8443/v1/me?full=1&v=1');
  });

  it('encodes a value that is filled into its path', () => {
    const { url } = buildAuthenticated(
      provider({}),
      'api.payloom.com',
      { method: 'GET', path: '/v1/{account}/me' },
      values,
    );
    expect(url).toBe('https://api.payloom.com/v1/a%20b%2Fc/me');
  });

  it.each(['', '.', '..'])('is not built with %j as a part of its path', (account) => {
    const template: RequestTemplate = { method: 'GET', path: '/v1/{account}/me' };
    expect(() =>
      buildAuthenticated(provider({}), 'api.payloom.com', template, { ...values, account }),
    ).toThrow(UsageError);
  });

  it.each([
    ['a line break', 'abc\r\nx-evil: 1'],
    ['letters beyond ASCII', 'schlüssel'],
    ['a very long value', 'x'.repeat(9000)],
  ])('is not built with %s in a header', (_, secret) => {
    const made = () =>
      buildAuthenticated(provider({}), 'api.payloom.com', ME, { secretKey: new Secret(secret) });
    expect(made).toThrow(UsageError);
    expect(made).not.toThrow(secret);
  });

  it.each<['json' | 'form', unknown, string, string]>([
    ['json', { query: '{ shop { id } }' }, 'application/json', '{"query":"{ shop { id } }"}'],
    ['form', { a: 'b c', d: '&' }, 'application/x-www-form-urlencoded', 'a=b+c&d=%26'],
  ])('writes a body as %s', (as, value, type, body) => {
    const template: RequestTemplate = { method: 'POST', path: '/v1/me', body: { as, value } };
    const request = plain(buildAuthenticated(provider({}), 'api.payloom.com', template, values));
    expect(request).toMatchObject({ method: 'POST', body, headers: { 'content-type': type } });
  });

  it("keeps a value that isn't secret as plain text", () => {
    const { headers } = buildAuthenticated(
      provider({ auth: { headers: { 'x-key': '{secretKey}', 'x-region': '{region}' } } }),
      'api.payloom.com',
      ME,
      values,
    );
    expect(headers['x-key']).toBeInstanceOf(Secret);
    expect(headers['x-region']).toBe('eu');
    expect(redact('the region eu')).toBe('the region eu');
  });

  it('has an address that is redacted when it is printed', () => {
    const secret = 'key with spaces & more';
    const { url } = buildAuthenticated(
      provider({ auth: { query: { key: '{secretKey}' } } }),
      'api.payloom.com',
      ME,
      { secretKey: new Secret(secret) },
    );
    expect(url).toContain(encodeURIComponent(secret));
    expect(redact(url)).toBe('https://api.payloom.com/v1/me?key=[redacted]');
  });
});

describe('a request without a credential', () => {
  it('leaves out each part that names a field, except in its path', () => {
    const request = buildAnonymous(
      provider({
        auth: { query: { key: '{secretKey}' } },
        headers: { 'x-version': '2', 'x-region': '{region}' },
        query: { v: '1', account: '{account}' },
      }),
      'api.payloom.com',
      { method: 'GET', path: '/v1/{region}/me' },
      values,
    );
    expect(plain(request)).toEqual({
      method: 'GET',
      url: 'https://api.payloom.com/v1/eu/me?v=1',
      headers: { accept, 'x-version': '2' },
    });
  });
});
