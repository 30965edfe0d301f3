import { describe, expect, it } from 'vitest';
import type { Provider } from '../../src/core/provider.js';
import { expand } from '../../src/core/expand/expand.js';
import {
  extractValues,
  isAboutHost,
  isSameRefusal,
  readAuthenticated,
  readCapability,
  readExchange,
  readUnauthenticated,
  type Seen,
} from '../../src/core/reading.js';
import { json, page, type FakeAnswer } from '../support/fake-providers.js';
import { payloom, tokenly } from '../support/definitions.js';
import { toAnswer } from '../support/fakes.js';
import { brindle, fernway } from '../support/test-provider.js';

/** Only Brindle's API sends this header; Fernway's is known by a 401. */
const MARK = { 'x-brindle-api': '1' };
const NOTHING_SEEN: Seen = { api: false, asksForCredential: false };

function read(provider: Provider, answer: FakeAnswer, seen: Partial<Seen> = {}): string {
  const [probe] = provider.probes;
  if (!probe) throw new Error('no test');
  const { means, fault } = readAuthenticated(provider, probe, toAnswer(answer), {
    ...NOTHING_SEEN,
    ...seen,
  });
  return fault === undefined ? means : `${means}: ${fault}`;
}

describe('without a credential, only a clear no stops the run', () => {
  it.each([
    ['its header with 403', brindle, json(403, {}, MARK), 'recognised'],
    ['its header with a fault', brindle, json(500, {}, MARK), 'recognised'],
    ['404 without its header', brindle, page(404), 'no-such-tenant'],
    ['403 without its header', brindle, json(403, {}), 'go-on'],
    ['an empty 401', brindle, { status: 401 }, 'go-on'],
    ['429', brindle, { status: 429 }, 'go-on'],
    ['502 with a page', brindle, page(502), 'go-on'],
    ['500 with a page', brindle, page(500), 'go-on'],
    ['a redirect', brindle, { status: 302, headers: { location: 'https://x/' } }, 'not-an-api'],
    ['a page', brindle, page(200), 'not-an-api'],
    ['an empty page', brindle, { status: 200, headers: { 'content-type': 'text/html' } }, 'go-on'],
    ['401 of an API that is known by it', fernway, { status: 401 }, 'recognised'],
    ['404', fernway, { status: 404 }, 'no-such-tenant'],
    ['503', fernway, { status: 503 }, 'go-on'],
    ['a web app', fernway, page(200), 'not-an-api'],
    ['something else', fernway, json(200, {}), 'go-on'],
  ] as const)('%s', (_, provider, answer, reading) => {
    expect(readUnauthenticated(provider, toAnswer(answer)).means).toBe(reading);
  });
});

describe('the sender of a response comes before its meaning', () => {
  const rbac = { status: 403, headers: { 'content-type': 'text/plain' }, body: 'RBAC: denied' };
  it.each([
    ['a 403 with the header', brindle, json(403, {}, MARK), 'go-on'],
    ['a 403 with a code', brindle, json(403, { code: 'x' }), 'go-on'],
    ['a 401 with the header', brindle, { status: 401, headers: MARK }, 'bad-credential'],
    ['a gateway, in plain text', brindle, rbac, 'odd: not-an-api'],
    ['a gateway, in plain text', fernway, rbac, 'odd: not-an-api'],
    ['a gateway with 401', brindle, { status: 401 }, 'odd: not-an-api'],
    ['a page with 401', brindle, page(401), 'odd: not-an-api'],
    ['a page with 401', fernway, page(401), 'odd: not-an-api'],
    ['JSON without a code', brindle, json(403, { reason: 'x' }), 'odd: not-an-api'],
    ["a code that isn't text", fernway, json(403, { code: 7 }), 'odd: not-an-api'],
    ['a 401 of an API that is known by it', fernway, { status: 401 }, 'bad-credential'],
    [
      'a proxy that wants a Windows log-in',
      fernway,
      { status: 401, headers: { 'www-authenticate': 'NTLM' } },
      'odd: not-an-api',
    ],
    [
      'the same among other schemes',
      fernway,
      { status: 401, headers: { 'www-authenticate': 'Basic realm="x", Negotiate' } },
      'odd: not-an-api',
    ],
    ['a 403 with a code', fernway, json(403, { code: 'x' }), 'not-an-api-user'],
  ])('%s (%#)', (_, provider, answer, reading) => {
    expect(read(provider, answer)).toBe(reading);
  });

  it('an empty refusal counts only if the host asks for a credential', () => {
    expect(read(fernway, { status: 403 })).toBe('odd: not-an-api');
    expect(read(fernway, { status: 403 }, { asksForCredential: true })).toBe('not-an-api-user');
    expect(read(brindle, { status: 403 }, { asksForCredential: true })).toBe('odd: not-an-api');
    const asked = { asksForCredential: true };
    expect(read(fernway, { status: 403, body: ' \n' }, asked)).toBe('not-an-api-user');
    expect(read(fernway, { status: 403, body: 'RBAC' }, asked)).toBe('odd: not-an-api');
    expect(read({ ...fernway, apiHeader: 'x-other' }, { status: 401 }, asked)).toBe(
      'odd: not-an-api',
    );
  });

  it('a response without a credential decides nothing if the definition recognises nothing', () => {
    const { recognise: _, ...unknown } = fernway;
    expect(readUnauthenticated(unknown, toAnswer({ status: 401 })).means).toBe('go-on');
  });
});

describe('a response about the host stops the run', () => {
  it.each([
    [302, 'not-an-api'],
    [307, 'not-an-api'],
    [429, 'rate-limited'],
    [502, 'server-error'],
    [503, 'server-error'],
    [504, 'server-error'],
  ])('%i, whatever its body', (status, reading) => {
    const value = { id: 1, code: 'x' };
    for (const answer of [{ status }, page(status), json(status, value, MARK)]) {
      expect(read(brindle, answer)).toBe(reading);
      expect(read(fernway, answer)).toBe(reading);
    }
  });
});

describe('an unforeseen response decides nothing yet', () => {
  it.each([
    [{ status: 204 }, 'bad-response'],
    [json(200, {}, MARK), 'bad-response'],
    [json(400, { code: 'datatype_mismatch' }, MARK), 'bad-response'],
    [json(405, {}, MARK), 'bad-response'],
    [json(500, {}, MARK), 'server-error'],
    [page(500), 'not-an-api'],
    [page(200), 'not-an-api'],
    [{ status: 418 }, 'bad-response'],
  ])('%j', (answer, fault) => {
    expect(read(brindle, answer)).toBe(`odd: ${fault}`);
  });

  it('a tenant that has been recognised cannot be missing', () => {
    expect(read(brindle, { status: 404 })).toBe('no-such-tenant');
    expect(read(brindle, { status: 404 }, { api: true })).toBe('odd: bad-response');
    expect(read(fernway, page(404), { api: true })).toBe('odd: not-an-api');
    expect(read(fernway, { status: 401 }, { api: true })).toBe('bad-credential');
  });

  it('402 as JSON is a suspended account, unless a rule says otherwise', () => {
    expect(read(brindle, json(402, {}))).toBe('account-suspended');
    expect(read(brindle, { status: 402 })).toBe('odd: bad-response');
    const rules = [{ when: { status: [402] }, means: 'refused-unclear' as const }];
    expect(read({ ...brindle, responses: rules }, json(402, {}))).toBe('refused-unclear');
  });
});

describe('a rule decides by the status only if it looks at nothing else', () => {
  const [probe] = brindle.probes;
  it.each([
    ['the status alone', { status: [200] }, true],
    ['a code', { status: [200], code: ['x'] }, false],
    ['a value', { has: { at: 'id' } }, false],
    ['a header', { header: { name: 'x-brindle-api' } }, false],
  ])('%s', (_, when, byStatus) => {
    const own = probe && { ...probe, rules: [{ when, means: 'accepted' as const }] };
    const answer = toAnswer(json(200, { code: 'x', id: 1 }, MARK));
    expect(own && readAuthenticated(brindle, own, answer, NOTHING_SEEN)).toMatchObject({
      means: 'accepted',
      byStatus,
    });
  });
});

describe("a used-up limit in the provider's own form", () => {
  const limited = expand({ ...payloom, rateLimited: { status: 403, header: 'x-quota', is: '0' } });
  const [used, left] = ['0', '7'].map((quota) => toAnswer(json(403, {}, { 'x-quota': quota })));

  it('is about the host', () => {
    expect(used && isAboutHost(limited, used)).toBe(true);
    expect(left && isAboutHost(limited, left)).toBe(false);
    expect(used && readCapability(limited, used)).toBe('rate-limited');
  });
});

describe('an exchange', () => {
  const provider = expand(tokenly);
  const { exchange } = provider;
  if (!exchange) throw new Error('no exchange');
  const [name = ''] = Object.keys(exchange.extract);
  const key = exchange.extract[name] ?? '';

  it.each([
    ['the token', json(200, { [key]: 'abcd' }), 'accepted'],
    ['a number', json(201, { [key]: 5 }), 'accepted'],
    ['an empty token', json(200, { [key]: '' }), 'odd: bad-response'],
    ["a token that isn't text", json(200, { [key]: {} }), 'odd: bad-response'],
    ['nothing', json(200, {}), 'odd: bad-response'],
    ['a token in a refusal', json(400, { [key]: 'abcd' }), 'refused-unclear'],
    ['a token in a fault', json(500, { [key]: 'abcd' }), 'odd: server-error'],
    ['a used-up limit', { status: 429 }, 'rate-limited'],
    ['a page', page(200), 'odd: not-an-api'],
    ["a gateway's 403", page(403), 'odd: not-an-api'],
    ["a gateway's 401", page(401), 'odd: not-an-api'],
  ] as const)('that returns %s', (_, answer, reading) => {
    const { means, fault } = readExchange(provider, exchange, toAnswer(answer));
    expect(fault === undefined ? means : `${means}: ${fault}`).toBe(reading);
  });

  it('is read by the rules of the definition', () => {
    const rules = [{ when: { status: [401] }, means: 'bad-credential' as const }];
    const own = { ...exchange, rules };
    expect(readExchange(provider, own, toAnswer({ status: 401 })).means).toBe('bad-credential');
    expect(readExchange(provider, own, toAnswer(page(401))).fault).toBe('not-an-api');
  });

  it('is read by a rule that says that somebody else answers', () => {
    const says = { what: 'It is asleep', next: 'Wake it up.' };
    const rules = [{ when: { page: true }, means: 'not-an-api' as const, says }];
    const found = readExchange(provider, { ...exchange, rules }, toAnswer(page(403)));
    expect(found).toMatchObject({ means: 'not-an-api', says });
  });

  it('gives the values that the definition names, numbers as text', () => {
    const extract = { token: 'token', id: 'data.id', none: 'none', empty: 'empty' };
    const answer = toAnswer(json(200, { token: 'abcd', data: { id: 7 }, empty: '' }));
    expect(extractValues({ ...exchange, extract }, answer)).toEqual({ token: 'abcd', id: '7' });
  });
});

const same = (one: FakeAnswer, other: FakeAnswer): boolean =>
  isSameRefusal(fernway, toAnswer(one), toAnswer(other));

describe('two refusals', () => {
  it('are the same if their status and code are', () => {
    expect(same(json(403, { code: 'x', id: 1 }), json(403, { code: 'x', id: 2 }))).toBe(true);
    expect(same(json(403, { code: 'x' }), json(403, { code: 'y' }))).toBe(false);
    expect(same({ status: 403 }, { status: 401 })).toBe(false);
  });
});

describe('a capability', () => {
  it.each([
    ['is granted', json(200, { tickets: [] }, MARK), 'ok'],
    ['is forbidden', json(403, { code: 'denied' }, MARK), 'missing-permission'],
    ['is not in the plan', json(403, { code: 'not_in_plan' }, MARK), 'missing-feature'],
    ['is not in the edition', json(404, {}, MARK), 'missing-feature'],
    ['is unknown after a plain 404', json(404, {}), 'bad-response'],
    ['is unknown after a block page', page(403), 'not-an-api'],
    [
      "is unknown after a gateway's refusal",
      { status: 403, headers: { 'content-type': 'text/plain' }, body: 'RBAC' },
      'not-an-api',
    ],
    ['is unknown after a page', page(200), 'not-an-api'],
    ['is unknown after a 429', { status: 429 }, 'rate-limited'],
    ['is unknown after a fault', { status: 500 }, 'server-error'],
    ['is unknown after a 401', { status: 401 }, 'bad-response'],
  ] as const)('%s', (_, answer, reading) => {
    expect(readCapability(brindle, toAnswer(answer))).toBe(reading);
  });

  it('is forbidden by an empty refusal if the API has no header of its own', () => {
    expect(readCapability(fernway, toAnswer({ status: 403 }))).toBe('missing-permission');
    expect(readCapability(brindle, toAnswer({ status: 403 }))).toBe('not-an-api');
  });
});
