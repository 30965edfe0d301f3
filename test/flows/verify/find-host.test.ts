import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/finding.js';
import { isFinding, findHost } from '../../../src/flows/verify/find-host.js';
import { fakeFreshservice, page } from '../../support/fake-providers.js';
import { API_KEY, fakeHttp, type FakeHost } from '../../support/fakes.js';
import { freshservice, gladly } from '../../support/built-ins.js';
import { homely } from '../../support/definitions.js';
import { brindle, fernway } from '../../support/test-provider.js';
import { expand } from '../../../src/core/expand/expand.js';

const SHORT = 'acme.gladly.com';
const REGIONAL = 'acme.us-1.gladly.com';
const yes: FakeHost = () => ({ status: 401 });
const no: FakeHost = () => ({ status: 404 });
const busy: FakeHost = () => ({ status: 429 });
const broken: FakeHost = () => ({ status: 503 });
const portal: FakeHost = () => page(200, 'Wi-Fi login');
const moved: FakeHost = () => ({ status: 302, headers: { location: 'https://evil.example/a?b' } });

describe('of the two hosts that a Gladly name may mean', () => {
  it.each([
    ['the short one that answers', yes, no, SHORT, true],
    ['the short one that answers, if the other is unreachable', yes, 'timeout', SHORT, true],
    ['the regional one that answers', no, yes, REGIONAL, true],
    ['the regional one, if the short name does not resolve', 'dns', yes, REGIONAL, true],
    ['the regional one, if the short one is a portal', portal, yes, REGIONAL, true],
    ['the regional one, if the short one is busy', busy, yes, REGIONAL, true],
    ['the short one, if both answer', yes, yes, SHORT, true],
    ['the busy one, if the other has no account', no, busy, REGIONAL, false],
    ['the one with a fault, if the other has no account', broken, no, SHORT, false],
    ['the short one, if both are busy', busy, broken, SHORT, false],
  ] as const)('%s wins', async (_, short, regional, host, recognised) => {
    const resolving = short === 'dns' ? { 'gladly.com': true } : {};
    const http = fakeHttp({ [SHORT]: short, [REGIONAL]: regional }, resolving);
    const target = await findHost({ http }, gladly, [SHORT, REGIONAL], 1000);
    expect(target).toMatchObject({ host, recognised });
    expect(http.signed).toEqual([]);
  });

  it.each([
    ['none answers', no, no, {}, 'no-such-tenant', SHORT],
    [
      'neither resolves, and other names do',
      'dns',
      'dns',
      { 'gladly.com': true },
      'no-such-tenant',
      SHORT,
    ],
    [
      'neither resolves, nor does any other name',
      'dns',
      'dns',
      { 'gladly.com': false },
      'dns',
      SHORT,
    ],
    ['one has no account and the other times out', no, 'timeout', {}, 'timeout', REGIONAL],
    [
      'one does not resolve and the other is not trusted',
      'dns',
      'tls-untrusted',
      { 'gladly.com': true },
      'tls-untrusted',
      REGIONAL,
    ],
    ['a portal stands in front of both', portal, moved, {}, 'not-an-api', SHORT],
    ['the connection is refused', 'connection', 'connection', {}, 'connection', SHORT],
    ['the proxy refuses', 'proxy', 'proxy', {}, 'proxy', SHORT],
  ] as const)('neither wins if %s', async (_, short, regional, resolving, reason, host) => {
    const http = fakeHttp({ [SHORT]: short, [REGIONAL]: regional }, resolving);
    const found = (await findHost({ http }, gladly, [SHORT, REGIONAL], 1000)) as Finding;
    expect(isFinding(found)).toBe(true);
    expect(found).toMatchObject({ reason, host, recognised: false, identity: null });
    expect(found.advice.what).not.toMatch(/[{}]/u);
    expect(found.ladder.at(-1)?.ok).not.toBe(true);
  });
});

describe('a Freshservice host', () => {
  const HOST = 'acme.freshservice.com';
  const ask = async (host: FakeHost): Promise<unknown> =>
    findHost({ http: fakeHttp({ [HOST]: host }) }, freshservice, [HOST], 1000);

  it('is recognised by the header of a live account', async () => {
    const live = fakeFreshservice({ tenants: ['acme'], apiKey: API_KEY });
    await expect(ask(live)).resolves.toMatchObject({
      host: HOST,
      recognised: true,
      unauthenticated: { status: 403 },
      ladder: [
        { rung: 'name', ok: true, detail: HOST },
        { rung: 'tls', ok: true, detail: 'the certificate is trusted' },
        { rung: 'provider', ok: true, detail: 'the API of Freshservice' },
      ],
    });
  });

  it('without an account is no-such-tenant', async () => {
    const other = fakeFreshservice({ tenants: ['globex'], apiKey: API_KEY });
    await expect(ask(other)).resolves.toMatchObject({
      reason: 'no-such-tenant',
      httpStatus: 404,
      ladder: [
        { rung: 'name', ok: true },
        { rung: 'tls', ok: true },
        { rung: 'provider', ok: false },
      ],
    });
  });

  it('that does not resolve is dns, since every name of Freshservice resolves', async () => {
    await expect(ask('dns')).resolves.toMatchObject({
      reason: 'dns',
      httpStatus: null,
      ladder: [{ rung: 'name', ok: false }],
    });
  });

  it('that redirects is reported with the host it leads to, without path and query', async () => {
    const found = (await ask(moved)) as Finding;
    expect(found.reason).toBe('not-an-api');
    expect(found.advice.why).toContain('evil.example');
    expect(found.advice.why).not.toContain('?b');
  });

  it.each([busy, broken])(
    'that is busy or broken goes on without recognition: %#',
    async (host) => {
      await expect(ask(host)).resolves.toMatchObject({
        host: HOST,
        recognised: false,
        ladder: [{ rung: 'name' }, { rung: 'tls' }],
      });
    },
  );
});

it('an error of our own is thrown, not reported as a finding', async () => {
  const http = {
    usesProxy: false,
    send: () => Promise.reject(new TypeError('ours')),
    resolves: async () => true,
  };
  await expect(findHost({ http }, gladly, [SHORT], 1000)).rejects.toThrow(TypeError);
});

/** What may answer in place of a host before a secret is typed. */
const IN_THE_WAY: readonly FakeHost[] = [
  ...[200, 204, 301, 302, 400, 401, 403, 404, 405, 418, 429, 451, 500, 502, 503, 504].map(
    (status): FakeHost =>
      () => ({ status }),
  ),
  ...[200, 401, 403, 404, 429, 503].map(
    (status): FakeHost =>
      () =>
        page(status, 'Wi-Fi login'),
  ),
  moved,
  'connection',
  'timeout',
  'tls-untrusted',
  'tls-expired',
  'tls-name',
  'proxy',
];

describe('before a secret is typed, no advice mentions a credential', () => {
  it.each([
    [freshservice, 'acme.freshservice.com'],
    [gladly, REGIONAL],
    [brindle, 'acme.brindle.example'],
    [fernway, 'acme.fernway.example'],
    [expand(homely), 'homely.acme.example'],
  ])('$id', async (provider, host) => {
    let refused = 0;
    for (const inTheWay of IN_THE_WAY) {
      const found = await findHost({ http: fakeHttp({ [host]: inTheWay }) }, provider, [host], 1);
      if (!isFinding(found)) continue;
      refused += 1;
      const shown = { ...found.advice, again: undefined };
      expect(JSON.stringify(shown)).not.toMatch(/credential|same command|nothing is known/iu);
      expect(shown.next).toMatch(/\.$/u);
    }
    expect(refused).toBeGreaterThan(6);
  });
});
