import { describe, expect, it } from 'vitest';
import type { Provider } from '../../src/core/provider.js';
import { Secret } from '../../src/core/secret.js';
import { verdictByReason } from '../../src/core/verdict.js';
import { findHost, isFinding } from '../../src/flows/verify/find-host.js';
import { verify } from '../../src/flows/verify/verify.js';
import { providers } from '../support/built-ins.js';
import { json, page, type FakeAnswer } from '../support/fake-providers.js';
import { toAnswer } from '../support/fakes.js';

/** The responses without the credential, with it, and of an exchange. */
interface Script {
  readonly anybody: FakeAnswer;
  readonly us: FakeAnswer;
  readonly exchange?: FakeAnswer;
}

const TOKEN = json(200, { access_token: 'a-token-for-an-hour', expires_in: 3600 });

async function connect(provider: Provider, { anybody, us, exchange = TOKEN }: Script) {
  const http: Parameters<typeof verify>[0]['http'] = {
    usesProxy: false,
    resolves: async () => true,
    async send({ method, url, headers, body }) {
      const { pathname, search } = new URL(url);
      const isExchange = method === 'POST' && `${pathname}${search}` === provider.exchange?.path;
      if (isExchange) return toAnswer(exchange);
      const signed = [body, ...Object.values(headers)].some((value) => value instanceof Secret);
      return toAnswer(signed ? us : anybody);
    },
  };
  const { host, values } = provider.sandbox;
  const target = await findHost({ http }, provider, [host], 1000);
  if (isFinding(target)) return { found: target, recognised: false };
  const given = provider.fields.map(({ id, kind }): [string, string | Secret] => {
    const value = values[id] ?? 'x';
    return [id, kind === 'secret' ? new Secret(value) : value];
  });
  const asked = {
    target,
    values: Object.fromEntries(given),
    needs: [],
    timeoutMs: 1000,
    purpose: 'connect' as const,
  };
  return { found: await verify({ http }, provider, asked), recognised: target.recognised };
}

const PLAIN_403 = {
  status: 403,
  headers: { 'content-type': 'text/plain' },
  body: 'RBAC: access denied',
};
const SAME_403 = json(403, {
  code: 'blocked',
  errorCode: 'blocked',
  errors: [{ code: 'blocked' }],
});
const ASKS = { status: 401 };
const LEADS_AWAY = { status: 302, headers: { location: 'https://wifi.hotel.example/' } };

/** Responses that say nothing about the credential. */
const UNTOLD: readonly (readonly [name: string, script: Script])[] = [
  ['a gateway that refuses everybody', { anybody: PLAIN_403, us: PLAIN_403 }],
  ['a gateway that refuses us', { anybody: ASKS, us: PLAIN_403 }],
  ['JSON that refuses everybody', { anybody: SAME_403, us: SAME_403 }],
  ['a page with 403', { anybody: ASKS, us: page(403) }],
  ['a page with 401', { anybody: ASKS, us: page(401) }],
  ['a page with 200', { anybody: ASKS, us: page(200) }],
  [
    'a Windows login',
    { anybody: ASKS, us: { status: 401, headers: { 'www-authenticate': 'NTLM' } } },
  ],
  ['a redirect', { anybody: ASKS, us: LEADS_AWAY }],
  ['a redirect of everybody', { anybody: LEADS_AWAY, us: LEADS_AWAY }],
  ['400', { anybody: ASKS, us: json(400, { code: 'datatype_mismatch' }) }],
  ['404', { anybody: ASKS, us: json(404, {}) }],
  ['405', { anybody: ASKS, us: json(405, {}) }],
  ['418', { anybody: ASKS, us: json(418, {}) }],
  ['429', { anybody: ASKS, us: json(429, {}) }],
  ['500', { anybody: ASKS, us: json(500, {}) }],
  ['503', { anybody: ASKS, us: { status: 503 } }],
  ['another shape', { anybody: ASKS, us: json(200, { colour: 'blue' }) }],
];

/** Bodies with these words at every place where an API may have them. */
const WORDS = 'Your IP address is blocked by the administrator';
const BODIES: readonly (readonly [name: string, body: unknown])[] = [
  ['message', { message: WORDS }],
  ['error.message', { error: { message: WORDS } }],
  ['errors.0.detail', { errors: [{ detail: WORDS }] }],
  ['errorSummary', { errorSummary: WORDS }],
  ['errorMessages', { errorMessages: [WORDS] }],
  ['error_description', { error: 'access_denied', error_description: WORDS }],
];

describe.each(providers)('$id', (provider) => {
  it.each(UNTOLD)('is undecided after %s', async (_, script) => {
    const { found, recognised } = await connect(provider, script);
    // If the host is not recognised yet, a 404 means that it has no account.
    const noTenant = !recognised && found.httpStatus === 404;
    const allowed = noTenant ? ['undecided', 'wrong-host'] : ['undecided'];
    expect(allowed).toContain(verdictByReason[found.reason]);
    expect(found.ladder.find(({ rung }) => rung === 'credential')?.ok ?? null).toBeNull();
    expect(JSON.stringify(found.advice)).not.toMatch(/\{\w+\}/u);
  });

  it.each(BODIES)('has its own words quoted from %s', async (_, body) => {
    const { found } = await connect(provider, { anybody: ASKS, us: json(403, body) });
    expect(found.providerMessage).toBe(WORDS);
    expect(found.advice.why).toContain(`it says "${WORDS}"`);
    expect(found.advice.why?.split(WORDS)).toHaveLength(2);
    expect(found.advice.causes?.[0]).toMatch(/networks|IP addresses|it says/u);
  });
});

it.each(providers.filter(({ exchange }) => exchange))(
  '$id: a host that gives a token is recognised, whatever the test returns',
  async (provider) => {
    const { found } = await connect(provider, { anybody: ASKS, us: { status: 404 } });
    expect(found.reason).toBe('bad-response');
    expect(found.ladder).toContainEqual(expect.objectContaining({ rung: 'provider', ok: true }));
  },
);
