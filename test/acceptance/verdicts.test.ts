/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules know neither Vitest's test by another import nor the message that its expect takes */
import { describe, expect } from 'vitest';
import { json, page } from '../support/fake-providers.js';
import type { SlowProvider } from '../support/tls-world.js';
import { expectNoStack, onlyConnection, SECRETS } from './machine.js';
import { EMAIL, FRESHSERVICE, GLADLY, KEY, providers, test, TOKEN } from './stage.js';

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly serve?: SlowProvider;
  readonly verdict: string;
  readonly reason: string;
  readonly code: number;
  /** What must not have been sent at all, or not with a secret. Without it, anything may be. */
  readonly asked?: 'nothing' | 'unsigned';
  /** Part of what is said. */
  readonly says: string;
}

const PROOF = { 'x-freshservice-api-version': 'latest=v2; requested=v2' };
const domain = (value: string) => ['freshservice', '--domain', value, '--api-key-stdin'];
const slug = (value: string) => ['gladly', '--slug', value, '--email', EMAIL, '--token-stdin'];

/** The provider recognises itself, and answers this to whoever comes with a credential. */
function signed(answer: ReturnType<typeof json> | Promise<never>): SlowProvider {
  const asUsual = providers();
  return (request) => (request.authorization === undefined ? asUsual(request) : answer);
}

const refused = { verdict: 'rejected', code: 3 } as const;
const elsewhere = { verdict: 'wrong-host', code: 8, input: 'never-sent' } as const;
const undecided = { verdict: 'undecided', code: 6 } as const;
const unreachable = { verdict: 'unreachable', code: 6 } as const;

const CASES: readonly Case[] = [
  {
    name: 'a wrong Freshservice key, answered as documented',
    ...refused,
    args: FRESHSERVICE,
    input: 'wrong-key',
    reason: 'bad-credential',
    says: 'refused the API key',
  },
  {
    name: 'a Freshservice that refuses everything without a cause',
    ...refused,
    args: FRESHSERVICE,
    input: 'wrong-key',
    serve: providers({ wrongKeyStatus: 403 }),
    reason: 'refused-unclear',
    says: 'that does not mean that the key is wrong',
  },
  {
    name: 'an e-mail and password habit',
    ...refused,
    args: FRESHSERVICE,
    serve: signed(json(403, { code: 'unsupported_authentication_type' }, PROOF)),
    reason: 'wrong-auth-type',
    says: 'not an API key',
  },
  {
    name: 'a suspended account',
    ...refused,
    args: FRESHSERVICE,
    serve: signed(json(403, { code: 'account_suspended' }, PROOF)),
    reason: 'account-suspended',
    says: 'is suspended',
  },
  {
    name: 'a wrong Gladly token',
    ...refused,
    args: GLADLY,
    input: 'wrong-token',
    reason: 'bad-credential',
    says: 'refused the API token of amy@acme.example',
  },
  {
    name: 'a Gladly user who may not use the API',
    ...refused,
    args: GLADLY,
    serve: providers({}, { status: 403 }),
    reason: 'not-an-api-user',
    says: 'switch on API User',
  },
  {
    name: 'a Freshservice account that is not there',
    ...elsewhere,
    args: domain('nobody'),
    reason: 'no-such-tenant',
    asked: 'unsigned',
    says: 'There is no Freshservice account at nobody.freshservice.com',
  },
  {
    name: 'a Gladly organization that is not there',
    ...elsewhere,
    args: slug('nobody'),
    reason: 'no-such-tenant',
    asked: 'unsigned',
    says: 'There is no Gladly organization at nobody.gladly.com',
  },
  {
    name: 'Freshdesk',
    ...elsewhere,
    args: domain('https://acme.freshdesk.com/a/tickets'),
    reason: 'wrong-product',
    asked: 'nothing',
    says: 'another product of Freshworks',
  },
  {
    name: 'the address of the Freshworks organization',
    ...elsewhere,
    args: domain('acme.myfreshworks.com'),
    reason: 'wrong-product',
    asked: 'nothing',
    says: 'ends in .freshservice.com',
  },
  {
    name: 'a portal of the company’s own',
    ...elsewhere,
    args: domain('help.acme.example'),
    reason: 'vanity-host',
    asked: 'nothing',
    says: 'help.acme.example is not an address of the Freshservice API',
  },
  {
    name: 'a host that only looks like Freshservice',
    ...elsewhere,
    args: domain('https://acme.freshservice.com.evil.example/'),
    reason: 'not-allowed',
    asked: 'nothing',
    says: 'do not type your key there',
  },
  {
    name: 'a number of the local network',
    ...elsewhere,
    args: domain('http://127.0.0.1/'),
    reason: 'not-allowed',
    asked: 'nothing',
    says: '127.0.0.1',
  },
  {
    name: "the vendor's own site",
    ...elsewhere,
    args: slug('https://api.gladly.com/api/v1'),
    reason: 'not-allowed',
    asked: 'nothing',
    says: 'api.gladly.com',
  },
  {
    name: 'a Gladly cluster without an organization',
    ...elsewhere,
    args: slug('us-1.gladly.com'),
    reason: 'not-allowed',
    asked: 'nothing',
    says: 'acme.us-1.gladly.com',
  },
  {
    name: 'a host that answers for another organization',
    ...elsewhere,
    args: slug('other.us-1.gladly.com'),
    input: SECRETS.token,
    serve: providers({}, { aliases: ['other.us-1.gladly.com'] }),
    reason: 'other-tenant',
    says: 'its own address is acme.us-1.gladly.com',
  },
  {
    name: 'a used-up request limit',
    ...undecided,
    args: FRESHSERVICE,
    serve: signed(json(429, { code: 'too_many' }, { ...PROOF, 'retry-after': '30' })),
    reason: 'rate-limited',
    says: 'neither accepted nor refused',
  },
  {
    name: 'a fault of the provider',
    ...undecided,
    args: GLADLY,
    serve: signed(page(503, 'Sorry')),
    reason: 'server-error',
    says: 'HTTP 503',
  },
  {
    name: 'a Wi-Fi login page',
    ...undecided,
    args: FRESHSERVICE,
    serve: () => page(200, 'Log in to the Wi-Fi'),
    reason: 'not-an-api',
    asked: 'unsigned',
    says: 'Wi-Fi login page',
  },
  {
    name: 'a redirect to elsewhere, which is not followed',
    ...undecided,
    args: GLADLY,
    serve: signed({ status: 302, headers: { location: 'https://acme.gladly.com/login' } }),
    reason: 'not-an-api',
    says: 'HTTP 302 to acme.gladly.com',
  },
  {
    name: 'an answer that makes no sense',
    ...undecided,
    args: GLADLY,
    serve: signed(json(200, { hello: 'world' })),
    reason: 'bad-response',
    says: 'HTTP 200',
  },
  {
    name: 'JSON that was cut off',
    ...undecided,
    args: GLADLY,
    serve: signed({ ...json(200, {}), body: '{"id":"cOJO' }),
    reason: 'bad-response',
    says: 'HTTP 200',
  },
  {
    name: 'a proxy that is not there',
    ...unreachable,
    args: FRESHSERVICE,
    env: { HTTPS_PROXY: 'http://127.0.0.1:1' },
    reason: 'proxy',
    asked: 'nothing',
    says: 'ECONNREFUSED',
  },
  {
    name: 'a proxy variable without sense',
    ...unreachable,
    args: FRESHSERVICE,
    env: { HTTPS_PROXY: 'socks5://user:pass-of-proxy@127.0.0.1:1' },
    reason: 'proxy',
    asked: 'nothing',
    says: 'HTTPS_PROXY',
  },
  {
    name: 'an authority this machine does not know',
    ...unreachable,
    args: FRESHSERVICE,
    env: { NODE_EXTRA_CA_CERTS: '' },
    reason: 'tls-untrusted',
    asked: 'nothing',
    says: 'NODE_EXTRA_CA_CERTS',
  },
  {
    name: 'the same with verification switched off, which does not count',
    ...unreachable,
    args: FRESHSERVICE,
    env: { NODE_EXTRA_CA_CERTS: '', NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    reason: 'tls-untrusted',
    asked: 'nothing',
    says: 'not trusted',
  },
  {
    name: 'a provider that stays silent',
    ...unreachable,
    args: [...FRESHSERVICE, '--timeout', '1'],
    serve: signed(new Promise<never>(() => {})),
    reason: 'timeout',
    says: 'no answer within 1 s',
  },
];

describe('every verdict: the same in text, in JSON and in the exit code; nothing is kept', () => {
  for (const [index, each] of CASES.entries()) {
    const { name, args, input, env, serve, verdict, reason, code, asked, says } = each;
    // Once for each reason also in text: that is what the reason decides.
    const inText = CASES.findIndex((other) => other.reason === reason) === index;
    test(`${name}: ${reason}, ${code}`, async ({ server, world }) => {
      if (serve) world.serve(serve);
      const secret = input ?? (args[0] === 'gladly' ? SECRETS.token : SECRETS.apiKey);
      const more = { input: secret, ...(env && { env }) };
      const command = [...args, '--store', 'none'];
      const document = await server.run([...command, '--json'], more);
      const connection = onlyConnection(document);
      expect(connection).toMatchObject({ verdict, reason, stored: false });
      expect(document.code).toBe(code);
      expect(`${connection.message} ${connection.nextStep}`).toContain(says);
      const results = [document];
      if (inText) {
        const text = await server.run(command, more);
        expect(text).toMatchObject({ code, stdout: '' });
        expect(text.stderr).toContain(connection.message);
        expect(text.stderr).toContain(`Nothing was saved. (${reason})`);
        results.push(text);
      }
      for (const result of results) {
        expectNoStack(result);
        const all = result.stdout + result.stderr;
        expect(all).not.toContain(secret);
        expect(all).not.toContain('pass-of-proxy');
        // Braces that were not filled in are a mistake of ours.
        expect(all).not.toMatch(/\{\w+\}/u);
        expect(all).not.toMatch(/\binvalid\b|expired/u);
      }
      if (asked === 'nothing') expect(world.requests).toEqual([]);
      if (asked === 'unsigned') {
        expect(world.requests).not.toEqual([]);
        for (const { authorization } of world.requests) expect(authorization).toBeUndefined();
      }
      expect(await server.files()).toEqual(new Map());
    });
  }

  test('the secret goes to the address that was meant, and to no other', async ({
    server,
    world,
  }) => {
    await server.run([...GLADLY, '--store', 'none'], TOKEN);
    const hosts = (signedOnes: boolean) =>
      new Set(
        world.requests
          .filter(({ authorization }) => (authorization !== undefined) === signedOnes)
          .map(({ host }) => host),
      );
    expect(hosts(false)).toEqual(new Set(['acme.gladly.com', 'acme.us-1.gladly.com']));
    expect(hosts(true)).toEqual(new Set(['acme.us-1.gladly.com']));
  });

  test('pasted addresses of every kind lead to the same account', async ({ server }) => {
    const pasted = [
      'https://acme.freshservice.com/a/tickets?x=1',
      'ACME.freshservice.com',
      ' acme ',
      'acme.freshservice.com.',
      'http://acme.freshservice.com/support/home#top',
    ];
    const results = await Promise.all(
      pasted.map((each) =>
        server.run(
          ['freshservice', '--domain', each, '--api-key-stdin', '--store=none', '--json'],
          KEY,
        ),
      ),
    );
    for (const result of results) {
      expect(onlyConnection(result)).toMatchObject({
        verdict: 'valid',
        fields: { domain: 'acme' },
      });
    }
  });
});
