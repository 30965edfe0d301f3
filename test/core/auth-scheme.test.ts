import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { authHeaders } from '../../src/core/auth-scheme.js';
import { refuseValue } from '../../src/core/field.js';
import { redact, revealAll, Secret } from '../../src/core/secret.js';
import { API_KEY, EMAIL, TOKEN } from '../support/fakes.js';
import { freshservice, gladly } from '../support/built-ins.js';

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

it.each([
  [
    'Freshservice',
    freshservice.auth,
    { domain: 'acme', apiKey: new Secret(API_KEY) },
    basic(`${API_KEY}:X`),
  ],
  ['Gladly', gladly.auth, { email: EMAIL, token: new Secret(TOKEN) }, basic(`${EMAIL}:${TOKEN}`)],
  [
    'UTF-8',
    gladly.auth,
    { email: 'ü@x.y', token: new Secret('pässwörd') },
    basic('ü@x.y:pässwörd'),
  ],
  [
    'braces in a value',
    gladly.auth,
    { email: '{token}', token: new Secret('{email}') },
    basic('{token}:{email}'),
  ],
  [
    'bearer',
    { headers: { authorization: 'Bearer {token}' } },
    { token: new Secret(TOKEN) },
    `Bearer ${TOKEN}`,
  ],
] as const)('the authorization header is built: %s', (_, scheme, values, header) => {
  expect(revealAll(authHeaders(scheme, values))).toEqual({ authorization: header });
});

it('a scheme may use a header of another name', () => {
  const scheme = { headers: { 'x-key': 'k={token}' } };
  expect(revealAll(authHeaders(scheme, { token: new Secret(TOKEN) }))).toEqual({
    'x-key': `k=${TOKEN}`,
  });
});

it.each([
  ['{token}', true],
  ['{email} {token}', true],
  ['{email}', false],
])('a header of %s is a secret: %s', (template, is) => {
  const values = { email: EMAIL, token: new Secret(TOKEN) };
  const { 'x-key': header } = authHeaders({ headers: { 'x-key': template } }, values);
  expect(header instanceof Secret).toBe(is);
});

it('an accepted value adds neither a header nor a line', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc
      .tuple(
        fc.string(),
        fc.constantFrom('\r\n', '\n', '\r', '\u0000', '\u0085', '\u2028'),
        fc.string(),
      )
      .map((parts) => parts.join('')),
  );
  const fields = Object.fromEntries(gladly.fields.map((field) => [field.id, field]));
  fc.assert(
    fc.property(text, text, (email, token) => {
      const isTaken = [
        [fields['email'], email],
        [fields['token'], token],
      ] as const;
      if (isTaken.some(([field, value]) => !field || refuseValue(field, value) !== undefined))
        return;
      const schemes = [gladly.auth, { headers: { authorization: 'Bearer {token}' } }];
      for (const scheme of schemes) {
        const headers = revealAll(authHeaders(scheme, { email, token: new Secret(token) }));
        expect(Object.keys(headers)).toEqual(['authorization']);
        expect(headers['authorization']).not.toMatch(/\p{Cc}/u);
      }
    }),
    { numRuns: 2000 },
  );
});

it('a header that a server echoes is redacted', () => {
  const headers = authHeaders(gladly.auth, {
    email: 'echo@acme.example',
    token: new Secret('echoed-token'),
  });
  const echoed = `you sent ${revealAll(headers)['authorization']}`;
  expect(redact(echoed)).toBe('you sent Basic [redacted]');
});
