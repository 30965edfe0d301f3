import { describe, expect, it } from 'vitest';
import { readAuthenticated } from '../../src/core/reading.js';
import type { Provider } from '../../src/core/provider.js';
import { json, page, type FakeAnswer } from '../support/fake-providers.js';
import { toAnswer } from '../support/fakes.js';
import { freshservice, gladly, providers } from '../support/built-ins.js';

const PROOF = { 'x-freshservice-api-version': 'latest=v2; requested=v2' };
const code = (status: number, value: string, proof = true): FakeAnswer =>
  json(status, { code: value, message: '…' }, proof ? PROOF : {});

function read(provider: Provider, path: string, answer: FakeAnswer): string {
  const probe = provider.probes.find((each) => each.path.startsWith(path));
  if (!probe) throw new Error(`no probe ${path}`);
  const seen = { api: false, asksForCredential: false };
  const { means, fault } = readAuthenticated(provider, probe, toAnswer(answer), seen);
  return fault === undefined ? means : `odd: ${fault}`;
}

describe('a response of Freshservice to a credential', () => {
  it.each([
    ['/api/v2/agents/me', json(200, { agent: { id: 21_000_123 } }, PROOF)],
    ['/api/v2/agents/me', json(200, { agent: { id: '21000123' } })],
    ['/api/v2/tickets', json(200, { tickets: [] }, PROOF)],
    ['/api/v2/sla_policies', json(200, { sla_policies: [{}] }, PROOF)],
    ['/api/v2/business_hours', json(200, { business_hours: [] }, PROOF)],
  ])('from %s with the expected value proves the key (%#)', (path, answer) => {
    expect(read(freshservice, path, answer)).toBe('accepted');
  });

  it.each([
    ['an unknown subdomain', page(404, 'Maybe this is still fresh!'), 'no-such-tenant'],
    ['an unknown subdomain, without a body', { status: 404 }, 'no-such-tenant'],
    ['a wrong key, as documented', code(401, 'invalid_credentials'), 'bad-credential'],
    ['a wrong key, with 403', code(403, 'invalid_credentials'), 'bad-credential'],
    [
      'a wrong key, without a code',
      json(401, { message: 'You have to be logged in.' }, PROOF),
      'bad-credential',
    ],
    ['a wrong key, without a body', { status: 401, headers: PROOF }, 'bad-credential'],
    ['a 401 without the API header', { status: 401 }, 'odd: not-an-api'],
    ['a wrong key, as people report it', code(403, 'access_denied'), 'go-on'],
    ['user name and password', code(401, 'unsupported_authentication_type'), 'wrong-auth-type'],
    ['a missing privilege', code(403, 'access_denied'), 'go-on'],
    ['a missing feature', code(403, 'require_feature'), 'go-on'],
    ['a 403 without a body', { status: 403, headers: PROOF }, 'go-on'],
    ['a 403 without the API header', { status: 403 }, 'odd: not-an-api'],
    ['too many failed log-ins', code(403, 'password_lockout'), 'refused-unclear'],
    ['an expired password', code(403, 'password_expired'), 'refused-unclear'],
    ['a suspended account', code(403, 'account_suspended'), 'account-suspended'],
    [
      'a suspended account, with its code in the other place',
      json(403, { errors: [{ code: 'account_suspended' }] }, PROOF),
      'account-suspended',
    ],
    ['a bad query', json(400, { errors: [{ code: 'invalid_value' }] }, PROOF), 'odd: bad-response'],
    ['a wrong path', json(404, {}, PROOF), 'go-on'],
    [
      'a wrong path, as a page',
      { ...page(404), headers: { 'content-type': 'text/html', ...PROOF } },
      'go-on',
    ],
    ['a wrong method', json(405, { message: 'no' }, PROOF), 'odd: bad-response'],
    ['a 406', { status: 406 }, 'odd: bad-response'],
    ['too many requests', { ...code(429, 'x'), headers: { 'retry-after': '30' } }, 'rate-limited'],
    ['a fault', json(500, {}, PROOF), 'odd: server-error'],
    ['a fault with a page', page(500), 'odd: not-an-api'],
    [
      'a portal with its own domain',
      { status: 301, headers: { location: 'https://help.acme.com' } },
      'not-an-api',
    ],
    ['a log-in page', page(200, 'Login'), 'odd: not-an-api'],
    ['an expired OAuth token', code(401, 'access_token_expired'), 'bad-credential'],
    ['a block page with 401', page(401), 'odd: not-an-api'],
    ['a block page with 403', page(403), 'odd: not-an-api'],
    [
      'a page without its content type',
      { status: 403, body: '\n<!DOCTYPE html>' },
      'odd: not-an-api',
    ],
    ['200 without a body', { status: 200 }, 'odd: bad-response'],
    ['200 with another value', json(200, { hello: 1 }, PROOF), 'odd: bad-response'],
    ['200 with half a body', { ...json(200, {}), body: '{"agent":{"id":1' }, 'odd: bad-response'],
    ['402', json(402, {}, PROOF), 'account-suspended'],
    ['204', { status: 204 }, 'odd: bad-response'],
    ['418', { status: 418 }, 'odd: bad-response'],
  ])('%s', (_, answer, reading) => {
    for (const { path } of freshservice.probes)
      expect(read(freshservice, path, answer)).toBe(reading);
  });

  it.each([{ agent: { id: null } }, { agent: [] }, { tickets: {} }, []])(
    'never proves the key with %j',
    (value) => {
      for (const { path } of freshservice.probes) {
        expect(read(freshservice, path, json(200, value, PROOF))).toBe('odd: bad-response');
      }
    },
  );
});

describe('a response of Gladly to a credential', () => {
  it.each([
    ['valid', json(200, { id: 'cOJOqxfWSlKuuLzPBlMhZg', gladlyUrl: 'x' }), 'accepted'],
    ['a wrong pair, without a body', { status: 401 }, 'bad-credential'],
    ['a 401 with a page', page(401), 'odd: not-an-api'],
    ['a wrong pair, with errors', json(401, { errors: [] }), 'bad-credential'],
    ['an empty 403', { status: 403 }, 'odd: not-an-api'],
    ['no API User, with errors', json(403, { errors: { code: 'x' } }), 'not-an-api-user'],
    ['a block page', page(403), 'odd: not-an-api'],
    ['no organization', { status: 404 }, 'no-such-tenant'],
    ['no organization, as a page', page(404), 'no-such-tenant'],
    ['the web app', page(200), 'odd: not-an-api'],
    ['a 301', json(301, { errors: [{ code: 'moved' }] }), 'not-an-api'],
    ['too many requests', { status: 429 }, 'rate-limited'],
    ['a fault', { status: 503 }, 'server-error'],
    ['a bad request', json(400, { errors: [] }), 'odd: bad-response'],
    ['an empty id', json(200, { id: '' }), 'odd: bad-response'],
    ['a list', json(200, [{ id: 'x' }]), 'odd: bad-response'],
    ['415', { status: 415 }, 'odd: bad-response'],
  ])('%s', (_, answer, reading) => {
    expect(read(gladly, '/api/v1/organization', answer)).toBe(reading);
  });
});

/** Responses that a vendor's own pages document, with what they mean here. */
const DOCUMENTED: readonly (readonly [id: string, what: string, answer: FakeAnswer, is: string])[] =
  [
    ['jira', 'the user', json(200, { accountId: '5b10a2844c20165700ede21g' }), 'accepted'],
    ['jira', 'a 401', json(401, {}, { 'atl-traceid': '1' }), 'refused-unclear'],
    [
      'jira',
      'a captcha',
      json(
        403,
        {},
        { 'atl-traceid': '1', 'x-authentication-denied-reason': 'CAPTCHA_CHALLENGE; x' },
      ),
      'refused-unclear',
    ],
    ['slack', 'a bot', json(200, { ok: true, user_id: 'W23456789', bot_id: 'BZY' }), 'accepted'],
    ...(
      [
        ['invalid_auth', 'bad-credential'],
        ['not_authed', 'bad-credential'],
        ['token_revoked', 'bad-credential'],
        ['token_expired', 'bad-credential'],
        ['account_inactive', 'bad-credential'],
        ['accesslimited', 'refused-unclear'],
        ['team_access_not_granted', 'refused-unclear'],
        ['two_factor_setup_required', 'refused-unclear'],
        ['ratelimited', 'rate-limited'],
        ['internal_error', 'server-error'],
        ['service_unavailable', 'server-error'],
        ['team_added_to_org', 'server-error'],
        ['invalid_post_type', 'odd: bad-response'],
      ] as const
    ).map(([error, is]) => ['slack', error, json(200, { ok: false, error }), is] as const),
    ['freshdesk', 'the agent', json(200, { id: 432, contact: { name: 'Ines' } }), 'accepted'],
    ['freshdesk', 'a wrong key', json(401, { code: 'invalid_credentials' }), 'bad-credential'],
    ['freshdesk', 'a missing right', json(403, { code: 'access_denied' }), 'go-on'],
    ['okta', 'a wrong token', json(401, { errorCode: 'E0000011' }), 'bad-credential'],
    ['okta', 'a missing feature', json(401, { errorCode: 'E0000015' }), 'refused-unclear'],
    ['okta', 'a missing right', json(403, { errorCode: 'E0000006' }), 'refused-unclear'],
    ['servicenow', 'an empty table', json(200, { result: [] }), 'accepted'],
    [
      'servicenow',
      'a policy',
      json(401, { error: { message: 'User Not Authenticated' } }),
      'refused-unclear',
    ],
    [
      'servicenow',
      'a table that is closed',
      json(403, { error: { message: 'User Not Authorized' }, status: 'failure' }),
      'go-on',
    ],
    ['servicenow', 'an instance that sleeps', page(200), 'not-an-api'],
    [
      'zendesk',
      'nobody',
      json(200, { user: { id: null, name: 'Anonymous user' } }),
      'refused-unclear',
    ],
    [
      'shopify',
      'the shop',
      json(200, { data: { shop: { id: 'gid://shopify/Shop/1' } } }),
      'accepted',
    ],
    ['klaviyo', 'the account', json(200, { data: [{ id: 'AbC123' }] }), 'accepted'],
    [
      'klaviyo',
      'a wrong key',
      json(401, { errors: [{ code: 'not_authenticated' }] }),
      'bad-credential',
    ],
    [
      'klaviyo',
      'a missing scope',
      json(403, { errors: [{ code: 'permission_denied' }] }),
      'accepted',
    ],
    ['pagerduty', 'the user', json(200, { user: { id: 'PXPGF42' } }), 'accepted'],
    ['pagerduty', 'an account key', json(400, { error: { message: 'x', code: 2001 } }), 'go-on'],
    [
      'pagerduty',
      'a wrong key',
      json(401, { error: { message: 'x', code: 2006 } }),
      'bad-credential',
    ],
    [
      'pagerduty',
      'a wrong key, without a body',
      { status: 401, headers: { 'content-type': 'text/html' } },
      'bad-credential',
    ],
    ['pagerduty', 'a missing right', json(403, { error: { message: 'x', code: 2010 } }), 'go-on'],
    ['pagerduty', 'a missing ability', json(402, { error: { message: 'x', code: 2014 } }), 'go-on'],
    [
      'pagerduty',
      'a subscription that is over',
      json(403, { error: { message: 'x', code: 2012 } }),
      'account-suspended',
    ],
    [
      'pagerduty',
      'a locked account',
      json(401, { error: { message: 'x', code: 2008 } }),
      'account-suspended',
    ],
    ['intercom', 'the admin', json(200, { type: 'admin', id: '991267459' }), 'accepted'],
    ...(
      [
        ['unauthorized', 401, 'bad-credential'],
        ['token_not_found', 401, 'bad-credential'],
        ['token_expired', 401, 'bad-credential'],
        ['token_blocked', 401, 'refused-unclear'],
        ['token_unauthorized', 401, 'refused-unclear'],
        ['api_plan_restricted', 403, 'refused-unclear'],
      ] as const
    ).map(
      ([each, status, is]) =>
        ['intercom', each, json(status, { errors: [{ code: each }] }), is] as const,
    ),
  ];

describe('a response that a vendor documents', () => {
  it.each(DOCUMENTED)('%s: %s', (id, _, answer, reading) => {
    const provider = providers.find((each) => each.id === id);
    if (!provider) throw new Error(`no built-in is called ${id}`);
    expect(read(provider, '/', answer)).toBe(reading);
  });
});
