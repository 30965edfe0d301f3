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

const PROOF = { 'x-freshservice-api-version': 'latest=v2; requested=v2' };
const FILTER = {
  ...page(403),
  headers: { 'content-type': 'text/html', 'cf-mitigated': 'challenge' },
};
const CAPTCHA = json(
  403,
  {},
  { 'atl-traceid': '1', 'x-authentication-denied-reason': 'CAPTCHA_CHALLENGE; login-url=x' },
);

/** Responses for which a definition has words of its own. */
const TOLD: readonly (readonly [id: string, what: string, Partial<Script>, says: string])[] = [
  [
    'freshservice',
    'a feature that the plan lacks',
    { us: json(403, { code: 'require_feature' }, PROOF) },
    "acme.freshservice.com refused every request: the account's plan lacks what was asked for (HTTP 403, require_feature)",
  ],
  [
    'intercom',
    'a blocked token',
    { us: json(401, { errors: [{ code: 'token_blocked' }] }) },
    'api.intercom.io has blocked the access token, or its app: HTTP 401, token_blocked',
  ],
  [
    'intercom',
    'a feature that the plan lacks',
    { us: json(403, { errors: [{ code: 'api_plan_restricted' }] }) },
    'api.intercom.io knows the access token and refused this request: the plan of the workspace does not have it (HTTP 403, api_plan_restricted)',
  ],
  [
    'intercom',
    'a missing permission',
    { us: json(401, { errors: [{ code: 'token_unauthorized' }] }) },
    'api.intercom.io knows the access token and refused this request: the app lacks the permission for it (HTTP 401, token_unauthorized)',
  ],
  [
    'jira',
    'a captcha',
    { us: CAPTCHA },
    'acme.atlassian.net asks integration@acme.example for a captcha before it takes the API token: too many attempts to log in failed',
  ],
  [
    'klaviyo',
    'a filter against robots',
    { anybody: FILTER },
    'A filter in front of a.klaviyo.com answered in its place: it thinks that this program is a robot (HTTP 403, text/html)',
  ],
  [
    'okta',
    'a missing feature',
    { us: json(401, { errorCode: 'E0000015' }) },
    'acme.okta.com knows the API token and refused this request: the org does not have the feature (HTTP 401, E0000015)',
  ],
  [
    'okta',
    'a missing right',
    { us: json(403, { errorCode: 'E0000006' }) },
    'acme.okta.com knows the API token and refused this request: the admin who made it lacks a right (HTTP 403, E0000006)',
  ],
  [
    'pagerduty',
    'a subscription that has ended',
    { us: json(403, { error: { message: 'x', code: 2012 } }) },
    'api.pagerduty.com takes no requests for this account: its subscription has ended (HTTP 403, x)',
  ],
  [
    'pagerduty',
    'a locked account',
    { us: json(401, { error: { message: 'x', code: 2008 } }) },
    'api.pagerduty.com takes no requests for this account: it is locked (HTTP 401, x)',
  ],
  [
    'pagerduty',
    'a feature that the plan lacks',
    { us: json(402, { error: { code: 2014 } }) },
    'api.pagerduty.com knows the API key and refused every request: the plan of the account does not have what they need (HTTP 402)',
  ],
  [
    'pagerduty',
    'a missing scope',
    { us: json(403, { error: { message: 'x', required_scopes: 'users.read' } }) },
    'api.pagerduty.com knows the API key and refused every request: it lacks a scope that the response names (HTTP 403, x)',
  ],
  [
    'servicenow',
    'an instance that sleeps',
    { anybody: page(200) },
    'acme.service-now.com answered with a page, as an instance that is asleep does: a developer instance that nobody uses goes to sleep, and then answers every request with this page',
  ],
  [
    'shopify',
    'a shop of another organization',
    { exchange: json(400, { error: 'shop_not_permitted' }) },
    'acme.myshopify.com refused this app: the app and the shop belong to different organizations (HTTP 400, shop_not_permitted)',
  ],
  [
    'shopify',
    'an app that is not installed',
    { exchange: json(400, { error: 'app_not_installed' }) },
    'acme.myshopify.com knows the app, but the app is not installed there: HTTP 400, app_not_installed',
  ],
  [
    'slack',
    'the wrong network',
    { us: json(200, { ok: false, error: 'accesslimited' }) },
    'slack.com does not take this request from this network: the workspace limits from where it can be sent (HTTP 200, accesslimited)',
  ],
  [
    'slack',
    'an account that is not active',
    { us: json(200, { ok: false, error: 'account_inactive' }) },
    'slack.com refused the Bot or user token: its user, its app or the workspace is not active (HTTP 200, account_inactive)',
  ],
  [
    'slack',
    'a move to an Enterprise organization',
    { us: json(200, { ok: false, error: 'team_added_to_org' }) },
    'slack.com is moving the workspace to an Enterprise organization: until that is done, it takes no requests for it (HTTP 200, team_added_to_org)',
  ],
  [
    'zendesk',
    'a token of nobody',
    { us: json(200, { user: { id: null, name: 'Anonymous user' } }) },
    'acme.zendesk.com gave a token that belongs to nobody: the response is about an anonymous user',
  ],
];

it.each(TOLD)('%s reports %s in its own words', async (id, _, script, says) => {
  const provider = providers.find((each) => each.id === id);
  if (!provider) throw new Error(`nothing that ships is called ${id}`);
  const { found } = await connect(provider, { anybody: ASKS, us: ASKS, ...script });
  expect(`${found.advice.what}: ${found.advice.why}`).toBe(says);
});
