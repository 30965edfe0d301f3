import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src/core/errors.js';
import { expand } from '../../../src/core/expand/expand.js';
import type { Finding } from '../../../src/core/finding.js';
import type { Provider } from '../../../src/core/provider.js';
import { Secret } from '../../../src/core/secret.js';
import { verdictByReason } from '../../../src/core/verdict.js';
import { findHost, isFinding } from '../../../src/flows/verify/find-host.js';
import { verify } from '../../../src/flows/verify/verify.js';
import { json, page, type FakeAnswer } from '../../support/fake-providers.js';
import { API_KEY, EMAIL, fakeHttp } from '../../support/fakes.js';
import { lumina } from '../../support/definitions.js';
import { brindle, fernway } from '../../support/test-provider.js';

/** The first path of both invented providers, and the second path of Brindle. */
const ME = '/v1/me';
const TICKETS = '/v1/tickets?limit=1';
const MARK = { 'x-brindle-api': '1' };
const GRANTED = json(200, { tickets: [] }, MARK);

/** What a host answers at a path, without and with the credential; 404 elsewhere. */
type Script = Readonly<Record<string, { readonly anybody?: FakeAnswer; readonly us?: FakeAnswer }>>;

/** Finds the host and verifies as a connect does; with `recognised`, as a check does. */
async function run(
  provider: Provider,
  script: Script,
  { recognised = false, needs = [] as string[] } = {},
): Promise<{ found: Finding; asked: string[] }> {
  const { host } = provider.sandbox;
  const asked: string[] = [];
  const http = fakeHttp({
    [host]: ({ path, authorization }) => {
      asked.push(`${authorization === undefined ? 'anybody' : 'us'} ${path}`);
      const at = script[path] ?? {};
      return (authorization === undefined ? at.anybody : at.us) ?? { status: 404 };
    },
  });
  const target = recognised
    ? { host, recognised, ladder: [] }
    : await findHost({ http }, provider, [host], 1000);
  if (isFinding(target)) return { found: target, asked };
  const values = { site: 'acme', email: EMAIL, apiKey: new Secret(API_KEY) };
  const purpose = recognised ? 'recheck' : 'connect';
  const found = await verify({ http }, provider, { target, values, needs, timeoutMs: 1, purpose });
  return { found, asked };
}

const marked = json(403, { code: 'denied' }, MARK);

describe('a host that is recognised stays recognised', () => {
  it.each([
    ['404 without the header', { status: 404 }],
    ['a page with 404', page(404)],
    ['405', json(405, {}, MARK)],
    ['400', json(400, { code: 'datatype_mismatch' }, MARK)],
    ['500', json(500, {}, MARK)],
    ['204', { status: 204 }],
    ['another shape', json(200, { name: 'x' }, MARK)],
    ['a gateway', { status: 403, headers: { 'content-type': 'text/plain' }, body: 'RBAC' }],
  ])('%s leads to the next test, which decides', async (_, us) => {
    const script = { [ME]: { anybody: marked, us }, [TICKETS]: { us: GRANTED } };
    const { found } = await run(brindle, script);
    expect(found).toMatchObject({ reason: 'ok', recognised: true });
  });

  it.each([
    ['bad-response', { status: 404 }],
    ['bad-response', json(405, {}, MARK)],
    ['server-error', json(500, {}, MARK)],
    ['not-an-api', page(200)],
  ])('the reason is %s only if no test decides', async (reason, us) => {
    const script = { [ME]: { anybody: marked, us }, [TICKETS]: { us: json(400, {}, MARK) } };
    const { found } = await run(brindle, script);
    expect(found.reason).toBe(reason);
  });

  it('a 404 is not no-such-tenant in a check', async () => {
    const script = { [ME]: { us: { status: 404 } }, [TICKETS]: { us: { status: 404 } } };
    const { found } = await run(brindle, script, { recognised: true });
    expect(found.reason).toBe('bad-response');
    expect(found.ladder.at(-1)).toMatchObject({ rung: 'credential', ok: null });
  });

  it('a response of the API to the credential recognises it, too', async () => {
    const script = {
      [ME]: { anybody: { status: 503 }, us: marked },
      [TICKETS]: { us: { status: 404 } },
    };
    const { found } = await run(brindle, script);
    expect(found.reason).toBe('refused-unclear');
  });

  it('a refusal together with an odd response is still a refusal', async () => {
    const script = { [ME]: { anybody: marked, us: marked }, [TICKETS]: { us: { status: 204 } } };
    const { found } = await run(brindle, script);
    expect(found).toMatchObject({ reason: 'refused-unclear', httpStatus: 403 });
  });

  it.each([429, 502, 503, 504, 302])('%i stops the run', async (status) => {
    const headers = { location: 'https://x.example/' };
    const script = {
      [ME]: { anybody: marked, us: { status, headers } },
      [TICKETS]: { us: GRANTED },
    };
    const { found, asked } = await run(brindle, script);
    expect(verdictByReason[found.reason]).toBe('undecided');
    expect(asked).toEqual([`anybody ${ME}`, `us ${ME}`]);
  });
});

describe('the sender of a response comes before its meaning', () => {
  const rbac = {
    status: 403,
    headers: { 'content-type': 'text/plain' },
    body: 'RBAC: access denied',
  };
  const json403 = json(403, { code: 'forbidden' });

  it.each([
    ['a plain 403, without and with the credential', brindle, rbac, rbac],
    ['a plain 403, without and with the credential', fernway, rbac, rbac],
    ['JSON, without and with the credential', fernway, json403, json403],
    ['a plain 403 to the credential alone', fernway, { status: 401 }, rbac],
    ['a page to the credential alone', fernway, { status: 401 }, page(403)],
    ['an empty 403 to anybody', fernway, { status: 403 }, { status: 403 }],
  ])('%s is no refusal of the key (%#)', async (_, provider, anybody, us) => {
    const { found } = await run(provider, { [ME]: { anybody, us }, [TICKETS]: { anybody, us } });
    expect(found).toMatchObject({ reason: 'not-an-api', httpStatus: 403 });
    expect(found.advice.what).toMatch(/maybe not by/u);
    expect(found.advice.next).toMatch(/The API key may be good/u);
    // The sender is unknown unless the run has recognised the host.
    const rung = found.recognised ? 'credential' : 'provider';
    expect(found.ladder.at(-1)).toMatchObject({ rung, ok: null });
  });

  it('the advice says that the credential made no difference', async () => {
    const { found } = await run(fernway, { [ME]: { anybody: json403, us: json403 } });
    expect(found.advice.why).toMatch(/the same without a credential/u);
  });

  it('a check asks without the credential only after such a refusal', async () => {
    const same = { [ME]: { anybody: json403, us: json403 } };
    const { found, asked } = await run(fernway, same, { recognised: true });
    expect(found.reason).toBe('not-an-api');
    expect(asked).toEqual([`us ${ME}`, `anybody ${ME}`]);
    const wrong = { [ME]: { us: json(401, { code: 'x' }) } };
    expect((await run(fernway, wrong, { recognised: true })).asked).toEqual([`us ${ME}`]);
  });

  it.each([
    ['another code', json(403, { code: 'no_key' })],
    ['401', { status: 401 }],
  ])(
    'a refusal that differs without the credential (%s) is a refusal of the key',
    async (_, anybody) => {
      const { found } = await run(fernway, { [ME]: { anybody, us: json403 } });
      expect(found.reason).toBe('not-an-api-user');
    },
  );

  it('a 403 with the API header is a refusal even if it is the same for anybody', async () => {
    const both = { anybody: marked, us: marked };
    const { found } = await run(brindle, { [ME]: both, [TICKETS]: both });
    expect(found.reason).toBe('refused-unclear');
  });

  it('an empty 403 is most likely a refusal if the host asks anybody for a credential', async () => {
    const us = { status: 403 };
    const { found } = await run(fernway, { [ME]: { anybody: { status: 401 }, us } });
    expect(found.reason).toBe('not-an-api-user');
    expect(found.advice.why).toMatch(/^most likely /u);
  });

  it('a capability is not refused by a gateway', async () => {
    const script = {
      [ME]: { anybody: marked, us: json(200, { id: 1 }, MARK) },
      [TICKETS]: { us: rbac },
    };
    const { found } = await run(brindle, script, { needs: ['tickets.read'] });
    expect(found.capabilities).toEqual([{ id: 'tickets.read', granted: null }]);
  });
});

describe('a response that the definition says is not of the API', () => {
  const says = { what: '{host} is asleep', why: 'nobody uses it ({detail})', next: 'Wake it up.' };
  const responses = [{ status: [200, 403], page: true, means: 'not-an-api' as const, ...says }];
  const provider = expand({ ...lumina, responses });
  const advice = {
    what: 'acme.lumina-desk.com is asleep',
    why: expect.stringMatching(/^nobody uses it \(HTTP \d+, text\/html\)$/u) as unknown,
    next: 'Wake it up.',
  };

  it.each([200, 403])('%i is reported in its words if anybody gets it', async (status) => {
    const { found, asked } = await run(provider, { [ME]: { anybody: page(status) } });
    expect(found.reason).toBe('not-an-api');
    expect(found.advice).toEqual(advice);
    expect(asked).toEqual([`anybody ${ME}`]);
  });

  it.each([200, 403])('%i is reported in its words if the credential gets it', async (status) => {
    const anybody = json(401, {}, { 'x-lumina-api': '1' });
    const { found } = await run(provider, { [ME]: { anybody, us: page(status) } });
    expect(found.reason).toBe('not-an-api');
    expect(found.advice).toEqual(advice);
  });
});

describe("the provider's own words", () => {
  const causes = [
    'the key was reset',
    'only certain IP addresses are let in',
    'a day pass is missing',
  ];
  const provider: Provider = {
    ...brindle,
    advice: {
      ...brindle.advice,
      'refused-unclear': {
        what: '{host} refused every request and did not say why',
        why: '{detail}',
        causes,
        next: 'Look.',
      },
    },
  };
  const refusedWith = async (body: unknown): Promise<Finding> => {
    const us = json(403, body, MARK);
    const both = { anybody: marked, us };
    return (await run(provider, { [ME]: both, [TICKETS]: both })).found;
  };

  it.each([
    ['Your IPAddress is blocked by the administrator', causes[1]],
    ['not on the allow-list', causes[1]],
    ['Occasional agents need a pass', causes[2]],
    ['Please call us', 'it says "Please call us"'],
  ])('%j puts the cause that fits first', async (message, first) => {
    const found = await refusedWith({ code: 'access_denied', message });
    expect(found.providerMessage).toBe(message);
    expect(found.advice.why).toContain(`it says "${message}"`);
    expect(found.advice.what).toBe('acme.brindle.example refused every request');
    expect(found.advice.causes?.[0]).toBe(first);
  });

  it.each([
    [{ code: 'access_denied' }, null],
    [
      { code: 'access_denied', message: 'You are not authorized to perform this action.' },
      'You are not authorized to perform this action.',
    ],
    [{ code: 'access_denied', message: 'Forbidden' }, 'Forbidden'],
  ])('%j gives no cause', async (body, message) => {
    const found = await refusedWith(body);
    expect(found.providerMessage).toBe(message);
    expect(found.advice.what).toMatch(/did not say why$/u);
    expect(found.advice.causes).toEqual(causes);
  });

  it('are quoted even if the sender is unknown', async () => {
    const us = json(403, { message: 'Your IP address is not on the allow-list' });
    const { found } = await run(fernway, { [ME]: { anybody: { status: 401 }, us } });
    expect(found.reason).toBe('not-an-api');
    expect(found.advice.why).toContain('it says "Your IP address is not on the allow-list"');
    expect(found.advice.causes?.[0]).toMatch(/certain networks only/u);
  });

  it.each([
    [{ message: 'You do not have permission to access this resource.' }, undefined],
    [{ errors: ['Blocked for now'] }, 'Blocked for now'],
    [{ errors: '[API] Blocked' }, '[API] Blocked'],
    [{ title: 'Blocked', status: 403 }, 'Blocked'],
    [{ code: 'ip_not_allowed' }, 'ip_not_allowed'],
  ])('are found in %j', async (body, said) => {
    const { advice } = await refusedWith({ code: 'access_denied', ...body });
    if (said === undefined) expect(advice.what).toMatch(/did not say why$/u);
    else expect(advice.why).toContain(`it says "${said}"`);
    if (said?.startsWith('ip')) expect(advice.causes?.[0]).toBe(causes[1]);
  });

  it.each(['inaccessible_api', 'ssl_required'])('may be the code %s', async (code) => {
    const found = await refusedWith({ code });
    expect(found.advice.what).not.toMatch(/did not say why/u);
    expect(found.advice.causes?.[0]).toContain(code);
  });

  it('overrule a rule that reads only the status', async () => {
    const us = json(403, { code: 'x', message: 'This IP address is not allowed' });
    const { found } = await run(fernway, { [ME]: { anybody: { status: 401 }, us } });
    expect(found.reason).toBe('refused-unclear');
    expect(found.advice.why).toContain('This IP address is not allowed');
  });
});

describe('a redirect is reported with the place it leads to', () => {
  it.each([
    ['https://newacme.brindle.example/v1/me', /newacme\.brindle\.example/u, /renamed/u, ['site']],
    ['https://x.brindle-shop.example/login', /brindle-shop/u, /is the shop of/u, ['site']],
    ['https://login.brindle.example/x', /login\.brindle/u, /log in/u, ['site']],
    ['https://acme.brindle.example./x', /its own pages/u, /log-in page/u, undefined],
    ['javascript:alert(1)', /no address at all/u, /Wi-Fi/u, undefined],
    ['https://www.login.brindle.example/', /login\.brindle/u, /log in/u, ['site']],
    ['/login', /its own pages/u, /log-in page/u, undefined],
    ['https://wifi.hotel.example/', /wifi\.hotel\.example/u, /Wi-Fi/u, undefined],
    ['', /its own pages/u, /log-in page/u, undefined],
  ])('to %j', async (location, what, why, ask) => {
    const answer = { status: 302, headers: { location } };
    const both = { anybody: answer, us: answer };
    const connect = await run(brindle, { [ME]: both });
    const recheck = await run(brindle, { [ME]: both }, { recognised: true });
    for (const { found } of [connect, recheck]) {
      expect(found.reason).toBe('not-an-api');
      expect(found.advice.what).toMatch(what);
      expect(found.advice.why).toMatch(why);
      expect(found.advice.ask).toEqual(ask);
      if (!/Wi-Fi/u.test(String(why))) expect(found.advice.why).not.toMatch(/Wi-Fi/u);
    }
  });
});

describe('a name that leads nowhere', () => {
  /** Even the name that always resolves does not. */
  const OFFLINE = { 'fernway.example': false };

  it('leads to the advice about the proxy if the proxy is at fault', async () => {
    const hosts = ['acme.fernway.example', 'acme.eu-1.fernway.example'] as const;
    const http = {
      usesProxy: true,
      resolves: async () => true,
      send: async () => {
        const proxyVariable = 'https_proxy';
        throw new NetworkError('proxy', 'it wants a user name', { ofProxy: true, proxyVariable });
      },
    };
    const found = (await findHost({ http }, fernway, hosts, 1000)) as Finding;
    expect(found.advice.next).toMatch(/^Check https_proxy and/u);
  });

  it.each(['dns', 'proxy'] as const)(
    'leads to the advice to paste the whole address (%s)',
    async (reason) => {
      const hosts = ['acme.fernway.example', 'acme.eu-1.fernway.example'] as const;
      const http = fakeHttp(
        Object.fromEntries(hosts.map((host) => [host, reason])),
        reason === 'dns' ? OFFLINE : {},
      );
      const found = (await findHost({ http }, fernway, hosts, 1000)) as Finding;
      expect(found.reason).toBe(reason);
      expect(found.advice.next).toMatch(/^Paste the whole address from your browser\./u);
    },
  );

  it('does not lead to that advice if the address is whole', async () => {
    const host = 'acme.eu-1.fernway.example';
    const found = (await findHost(
      { http: fakeHttp({ [host]: 'dns' }, OFFLINE) },
      fernway,
      [host],
      1,
    )) as Finding;
    expect(found.advice.next).not.toMatch(/Paste/u);
  });
});

describe('a response that does not come', () => {
  it.each([
    ['response', 'timeout', ['name true', 'tls true', 'provider false'], /^slow$/u],
    ['handshake', 'timeout', ['name true', 'tls false'], /^slow$/u],
    ['connection', 'connection', ['name true', 'tls false'], /^no connection: slow$/u],
    ['response', 'connection', ['name true', 'tls true', 'provider false'], /^slow$/u],
    ['name', 'dns', ['name false'], /^slow$/u],
    ['name', 'proxy', ['name null'], /^slow$/u],
  ] as const)('at the %s (%s) leaves %j', async (stage, reason, rungs, detail) => {
    const http = {
      usesProxy: false,
      resolves: async () => false,
      send: async () => {
        throw new NetworkError(reason, 'slow', { stage });
      },
    };
    const { host } = brindle.sandbox;
    const found = (await findHost({ http }, brindle, [host], 1)) as Finding;
    expect(found.ladder.map(({ rung, ok }) => `${rung} ${ok}`)).toEqual(rungs);
    expect(found.ladder.at(-1)?.detail).toMatch(detail);
  });
});
