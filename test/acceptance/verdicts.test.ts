/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { verdictByReason, verdicts } from '../../src/core/verdict.js';
import { json, page, type FakeAnswer, type FakeRequest } from '../support/fake-providers.js';
import {
  anotherProtocol,
  drip,
  endless,
  endlessHeaders,
  gzipBomb,
  halfAnAnswer,
  onlyPromises,
  reset,
  resetInTheMiddle,
} from '../support/hostile.js';
import { MEASURE, RESOLVE, type Measured } from '../support/preload.js';
import { PROGRAM, type RunResult } from '../support/run.js';
import {
  UNKNOWN_AUTHORITY,
  type Line,
  type RawAnswer,
  type SlowProvider,
} from '../support/tls-world.js';
import { expectNoStack, onlyConnection, SECRETS, type Machine } from './machine.js';
import {
  EMAIL,
  FRESHSERVICE,
  GLADLY,
  KEY,
  providers,
  test,
  TOKEN,
  type World,
} from './fixtures.js';

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Makes the proxy variable from the proxy's address, such as `127.0.0.1:1234`. */
  readonly proxy?: (address: string) => string;
  /** There's no proxy, and only these names resolve. */
  readonly names?: Readonly<Record<string, string>>;
  readonly serve?: SlowProvider;
  /** What is between the program and each host. */
  readonly line?: Line | ((host: string) => Line);
  readonly verdict: string;
  readonly reason: string;
  readonly code: number;
  /** What may be sent: nothing, or only requests without a secret. By default anything. */
  readonly asked?: 'nothing' | 'unsigned';
  /** How many requests reach the provider, if that is certain. */
  readonly requests?: readonly [unsigned: number, signed: number];
  /** Parts of the message or the next step. */
  readonly says: string | readonly string[];
  /** A part of a warning. */
  readonly warns?: string;
  /** The word "expired" is allowed, since the response proves it. */
  readonly mayExpire?: true;
  /** The fewest and most seconds of a run that mostly waits. */
  readonly takes?: readonly [least: number, most: number];
}

const PROOF = { 'x-freshservice-api-version': 'latest=v2; requested=v2' };
const domain = (value: string) => ['freshservice', '--domain', value, '--api-key-stdin'];
const slug = (value: string) => ['gladly', '--slug', value, '--email', EMAIL, '--token-stdin'];
/** A whole address means one host; a bare name could mean two. */
const GLADLY_HOST = slug('acme.us-1.gladly.com');
const brief = (args: readonly string[]) => [...args, '--timeout', '2'];
const needs = (args: readonly string[], need: string) => [...args, '--need', need];

type Reply = FakeAnswer | RawAnswer | Promise<never>;
const never = (): Promise<never> => new Promise(() => {});

/** The provider gives this response to each request with a credential. */
function signed(answer: Reply): SlowProvider {
  const asUsual = providers();
  return (request) => (request.authorization === undefined ? asUsual(request) : answer);
}

/** The provider gives this response to each request without a credential. */
function unsigned(answer: Reply): SlowProvider {
  const asUsual = providers();
  return (request) => (request.authorization === undefined ? answer : asUsual(request));
}

/** The provider gives this response to requests with a credential at one path. */
function at(path: string, answer: FakeAnswer): SlowProvider {
  const asUsual = providers();
  return (request) =>
    request.path === path && request.authorization !== undefined ? answer : asUsual(request);
}

/** Freshservice's response if it refuses a right key. */
const forbidden = (code?: string) => signed(json(403, code === undefined ? {} : { code }, PROOF));

const accepted = { verdict: 'valid', reason: 'ok', code: 0 } as const;
const limited = { verdict: 'limited', code: 5 } as const;
const refused = { verdict: 'rejected', code: 3 } as const;
const elsewhere = { verdict: 'wrong-host', code: 8, input: 'never-sent' } as const;
const undecided = { verdict: 'undecided', code: 6 } as const;
const unreachable = { verdict: 'unreachable', code: 6 } as const;

/** Seconds that a busy machine may add. */
const SLACK = 12;
/** The seconds of two retries: 1 and 3, and up to a quarter more. */
const WAITS = [4, 5] as const;

const gateway = (status: number, args: readonly string[]): Case => ({
  name: `a gateway with HTTP ${status}`,
  ...undecided,
  args,
  serve: signed(page(status, 'Sorry')),
  requests: [1, 3],
  reason: 'server-error',
  says: [`HTTP ${status}`, 'may be good'],
  takes: [WAITS[0], WAITS[1] + SLACK],
});

const redirect = (status: number, args: readonly string[]): Case => ({
  name: `a redirect with HTTP ${status}, which is not followed`,
  ...undecided,
  args,
  serve: signed({ status, headers: { location: 'https://acme.gladly.com/login?back=1' } }),
  requests: [1, 1],
  reason: 'not-an-api',
  says: `HTTP ${status} to acme.gladly.com)`,
});

const CASES: readonly Case[] = [
  // Accepted
  {
    name: 'a good Freshservice key',
    ...accepted,
    args: FRESHSERVICE,
    requests: [1, 1],
    says: 'acme.freshservice.com accepted the API key',
  },
  {
    name: 'a good Gladly token',
    ...accepted,
    args: GLADLY,
    requests: [2, 2],
    says: 'acme.us-1.gladly.com accepted the API token of amy@acme.example',
  },
  {
    name: 'a Gladly e-mail that is not among the agents',
    ...accepted,
    args: GLADLY_HOST,
    serve: providers({}, { agents: [{ id: 'a', name: 'Bob', emailAddress: 'bob@acme.example' }] }),
    requests: [1, 2],
    says: 'accepted the API token',
    warns: 'amy@acme.example is not in the list of agents of acme.us-1.gladly.com',
  },
  {
    name: 'a provider that is busy at the request without a secret',
    ...accepted,
    args: FRESHSERVICE,
    serve: unsigned(json(429, {})),
    requests: [1, 1],
    says: 'accepted the API key',
  },
  {
    name: 'a proxy variable without a scheme',
    ...accepted,
    args: FRESHSERVICE,
    proxy: (address) => address,
    requests: [1, 1],
    says: 'accepted the API key',
  },
  {
    name: 'a proxy that lets one of two guesses through',
    ...accepted,
    args: GLADLY,
    line: (host) => (host === 'acme.gladly.com' ? { proxySays: '403 Forbidden' } : 'open'),
    requests: [1, 2],
    says: 'accepted the API token',
  },

  // Limited
  {
    name: 'a permission that Freshservice denies',
    ...limited,
    args: needs(FRESHSERVICE, 'tickets.read,agents.read'),
    serve: providers({ denied: ['/api/v2/agents?'] }),
    requests: [1, 3],
    reason: 'missing-permission',
    says: ['are missing: agents.read', 'agents.read needs an admin role with View Agents'],
  },
  {
    name: 'a feature that is not in the plan of Freshservice',
    ...limited,
    args: needs(FRESHSERVICE, 'workspaces.read'),
    serve: at('/api/v2/workspaces', json(403, { code: 'require_feature' }, PROOF)),
    requests: [1, 2],
    reason: 'missing-feature',
    says: ['are missing: workspaces.read, not in this plan or edition', '--need'],
  },

  // Refused
  {
    name: 'a wrong Freshservice key, answered as documented',
    ...refused,
    args: FRESHSERVICE,
    input: 'wrong-key',
    requests: [1, 1],
    reason: 'bad-credential',
    says: 'refused the API key',
  },
  {
    name: 'a Freshservice that refuses everything without a cause',
    ...refused,
    args: FRESHSERVICE,
    input: 'wrong-key',
    serve: providers({ wrongKeyStatus: 403 }),
    requests: [1, 4],
    reason: 'refused-unclear',
    says: [
      'HTTP 403, access_denied; that does not mean that the key is wrong',
      '(1) the key was not copied whole',
      '(7) the account takes requests from certain IP addresses only',
      "Don't reset it.",
    ],
  },
  {
    name: 'a type of authentication that Freshservice does not support',
    ...refused,
    args: FRESHSERVICE,
    serve: forbidden('unsupported_authentication_type'),
    requests: [1, 1],
    reason: 'wrong-auth-type',
    says: 'not an API key',
  },
  {
    name: 'a suspended account',
    ...refused,
    args: FRESHSERVICE,
    serve: forbidden('account_suspended'),
    requests: [1, 1],
    reason: 'account-suspended',
    says: ['is suspended', 'The key itself may be good.'],
  },
  {
    name: 'a wrong Gladly token',
    ...refused,
    args: GLADLY,
    input: 'wrong-token',
    requests: [2, 1],
    reason: 'bad-credential',
    says: [
      'refused the API token of amy@acme.example',
      '(1) the token was made in the other environment',
      '(2) amy@acme.example is not the user who created the token',
    ],
  },
  {
    name: 'a Gladly user who may not use the API',
    ...refused,
    args: GLADLY_HOST,
    serve: providers({}, { status: 403 }),
    requests: [1, 1],
    reason: 'not-an-api-user',
    says: 'open Settings > Users > amy@acme.example, switch on API User',
  },

  // Wrong host
  {
    name: 'a Freshservice account that does not exist',
    ...elsewhere,
    args: domain('nobody'),
    requests: [1, 0],
    reason: 'no-such-tenant',
    asked: 'unsigned',
    says: 'There is no Freshservice account at nobody.freshservice.com',
  },
  {
    name: 'a Gladly organization that does not exist',
    ...elsewhere,
    args: slug('nobody'),
    requests: [2, 0],
    reason: 'no-such-tenant',
    asked: 'unsigned',
    says: 'There is no Gladly organization at nobody.gladly.com',
  },
  {
    name: 'a Gladly name that does not resolve while other names do',
    ...elsewhere,
    args: slug('nobody'),
    names: { 'gladly.com': '127.0.0.1' },
    requests: [0, 0],
    reason: 'no-such-tenant',
    asked: 'nothing',
    says: 'nobody.gladly.com or nobody.us-1.gladly.com',
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
    name: "the address of a company's own portal",
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
    says: 'do not type your API key there',
  },
  {
    name: 'an IP address of this machine',
    ...elsewhere,
    args: domain('http://127.0.0.1/'),
    reason: 'not-allowed',
    asked: 'nothing',
    says: '127.0.0.1',
  },
  {
    name: 'a host that answers for another organization',
    ...elsewhere,
    args: slug('other.us-1.gladly.com'),
    input: SECRETS.token,
    serve: providers({}, { aliases: ['other.us-1.gladly.com'] }),
    requests: [1, 1],
    reason: 'other-tenant',
    says: 'its own address is acme.us-1.gladly.com',
  },

  // Undecided
  {
    name: 'a used-up rate limit with a long wait',
    ...undecided,
    args: FRESHSERVICE,
    serve: signed(json(429, { code: 'too_many' }, { ...PROOF, 'retry-after': '11' })),
    requests: [1, 1],
    reason: 'rate-limited',
    says: ['Wait 11 seconds', 'may be good'],
  },
  {
    name: 'a server error of Freshservice',
    ...undecided,
    args: FRESHSERVICE,
    serve: signed(json(500, {}, PROOF)),
    requests: [1, 4],
    reason: 'server-error',
    says: ['HTTP 500', 'may be good'],
  },
  gateway(503, GLADLY_HOST),
  {
    name: 'a Wi-Fi login page',
    ...undecided,
    args: FRESHSERVICE,
    serve: () => page(200, 'Log in to the Wi-Fi'),
    requests: [1, 0],
    reason: 'not-an-api',
    asked: 'unsigned',
    says: 'Wi-Fi login page',
  },
  {
    name: 'a redirect to a Wi-Fi login page',
    ...undecided,
    args: GLADLY,
    serve: () => ({ status: 302, headers: { location: 'https://login.wifi.example/?x=1' } }),
    requests: [2, 0],
    reason: 'not-an-api',
    asked: 'unsigned',
    says: 'HTTP 302 to login.wifi.example)',
  },
  {
    name: 'the block page of a proxy',
    ...undecided,
    args: GLADLY_HOST,
    serve: () => page(403, 'Blocked'),
    requests: [1, 0],
    reason: 'not-an-api',
    asked: 'unsigned',
    says: ['a block page of a proxy', 'HTTP 403, text/html'],
  },
  {
    name: 'a block page at the request with the secret',
    ...undecided,
    args: FRESHSERVICE,
    serve: signed(page(403, 'Blocked')),
    requests: [1, 4],
    reason: 'not-an-api',
    says: 'HTTP 403, text/html',
  },
  redirect(302, FRESHSERVICE),
  redirect(308, GLADLY_HOST),
  {
    name: 'a response that makes no sense',
    ...undecided,
    args: GLADLY_HOST,
    serve: signed(json(200, { hello: 'world' })),
    requests: [1, 1],
    reason: 'bad-response',
    says: 'not what the API of Gladly sends (HTTP 200)',
  },
  {
    name: 'the right JSON with more than 1 MiB',
    ...undecided,
    args: GLADLY_HOST,
    serve: signed({
      ...json(200, {}),
      body: `{"id":"cOJOqxfWSlKuuLzPBlMhZg"${' '.repeat(1024 * 1024)}}`,
    }),
    requests: [1, 1],
    reason: 'bad-response',
    says: 'HTTP 200, longer than 1 MiB',
  },

  // Hostile
  {
    name: 'a gzip bomb',
    ...undecided,
    args: brief(FRESHSERVICE),
    serve: signed(gzipBomb(PROOF)),
    requests: [1, 4],
    reason: 'bad-response',
    says: 'longer than 1 MiB',
    takes: [0, 2 * 2 + SLACK],
  },
  {
    name: 'a gzip bomb at each request',
    ...undecided,
    args: brief(GLADLY_HOST),
    serve: () => gzipBomb(),
    requests: [1, 1],
    reason: 'bad-response',
    says: 'longer than 1 MiB',
    takes: [0, 2 * 2 + SLACK],
  },
  {
    name: 'an endless body',
    ...undecided,
    args: brief(GLADLY_HOST),
    serve: signed(endless()),
    requests: [1, 1],
    reason: 'bad-response',
    says: 'longer than 1 MiB',
    takes: [0, 2 * 2 + SLACK],
  },
  {
    name: 'an endless body at each request',
    ...undecided,
    args: brief(FRESHSERVICE),
    serve: () => endless(PROOF),
    requests: [1, 4],
    reason: 'bad-response',
    says: 'longer than 1 MiB',
    takes: [0, 2 * 2 + SLACK],
  },
  {
    name: 'endless headers',
    ...unreachable,
    args: brief(FRESHSERVICE),
    serve: signed(endlessHeaders),
    requests: [1, 1],
    reason: 'connection',
    says: 'UND_ERR_HEADERS_OVERFLOW',
    takes: [0, 4 * 2 + WAITS[1] + SLACK],
  },
  {
    name: 'a drip of bytes',
    ...unreachable,
    args: brief(FRESHSERVICE),
    serve: signed(drip(PROOF)),
    requests: [1, 1],
    reason: 'timeout',
    says: 'its response did not end within 2 s',
    takes: [2, 2 * 2 + SLACK],
  },
  {
    name: 'a drip of bytes at each request',
    ...unreachable,
    args: brief(GLADLY_HOST),
    serve: () => drip(),
    requests: [1, 0],
    asked: 'unsigned',
    reason: 'timeout',
    says: 'its response did not end within 2 s',
    takes: [2, 2 + SLACK],
  },
  {
    name: 'nothing but informational responses',
    ...unreachable,
    args: brief(GLADLY_HOST),
    serve: signed(onlyPromises),
    requests: [1, 1],
    reason: 'timeout',
    says: 'did not answer within 2 s',
    takes: [2, 2 * 2 + SLACK],
  },

  // Unreachable
  {
    name: 'a name that does not resolve',
    ...unreachable,
    args: FRESHSERVICE,
    names: {},
    reason: 'dns',
    asked: 'nothing',
    says: ['acme.freshservice.com could not be found', 'ENOTFOUND'],
  },
  {
    name: 'a Gladly name while no name resolves',
    ...unreachable,
    args: GLADLY,
    names: {},
    reason: 'dns',
    asked: 'nothing',
    says: ['acme.gladly.com could not be found', 'ENOTFOUND'],
  },
  {
    name: 'a host that refuses connections',
    ...unreachable,
    args: FRESHSERVICE,
    names: { 'acme.freshservice.com': '127.0.0.1' },
    reason: 'connection',
    asked: 'nothing',
    says: ['acme.freshservice.com could not be reached', 'ECONNREFUSED'],
  },
  {
    name: 'a connection that is reset at each request',
    ...unreachable,
    args: FRESHSERVICE,
    serve: () => reset,
    requests: [3, 0],
    reason: 'connection',
    asked: 'unsigned',
    says: 'broke off',
    takes: [WAITS[0], WAITS[1] + SLACK],
  },
  {
    name: 'a connection that is reset in the middle of a response',
    ...unreachable,
    args: FRESHSERVICE,
    serve: signed(resetInTheMiddle(PROOF)),
    requests: [1, 3],
    reason: 'connection',
    says: 'broke off',
    takes: [WAITS[0], WAITS[1] + SLACK],
  },
  {
    name: 'a connection that is reset before the handshake ends',
    ...unreachable,
    args: GLADLY_HOST,
    line: 'cut',
    reason: 'connection',
    asked: 'nothing',
    says: 'ECONNRESET',
    takes: [WAITS[0], WAITS[1] + SLACK],
  },
  {
    name: 'a server that does not speak HTTP',
    ...unreachable,
    args: GLADLY_HOST,
    serve: signed(anotherProtocol),
    requests: [1, 1],
    reason: 'connection',
    says: 'acme.us-1.gladly.com could not be reached',
  },
  {
    name: 'a proxy that stays silent',
    ...unreachable,
    args: brief(FRESHSERVICE),
    line: 'silent proxy',
    reason: 'proxy',
    asked: 'nothing',
    says: 'the proxy did not answer within 2 s',
    takes: [2, 2 + SLACK],
  },
  {
    name: 'a handshake that nobody answers',
    ...unreachable,
    args: brief(GLADLY),
    line: 'silent tunnel',
    reason: 'timeout',
    asked: 'nothing',
    says: 'the TLS handshake did not end within 2 s',
    takes: [2, 2 + SLACK],
  },
  {
    name: 'a provider that stays silent',
    ...unreachable,
    args: brief(FRESHSERVICE),
    serve: signed(never()),
    requests: [1, 1],
    reason: 'timeout',
    says: ['it took the request and did not answer within 2 s', '--timeout'],
    takes: [2, 2 * 2 + SLACK],
  },
  {
    name: 'a provider that falls silent in the middle of its response',
    ...unreachable,
    args: brief(GLADLY_HOST),
    serve: signed(halfAnAnswer()),
    requests: [1, 1],
    reason: 'timeout',
    says: 'its response did not end within 2 s',
    takes: [2, 2 * 2 + SLACK],
  },
  {
    name: 'a proxy that does not run',
    ...unreachable,
    args: FRESHSERVICE,
    proxy: () => 'http://127.0.0.1:1',
    reason: 'proxy',
    asked: 'nothing',
    says: ['cannot be reached: ECONNREFUSED', 'HTTPS_PROXY'],
  },
  {
    name: 'a proxy whose name does not resolve',
    ...unreachable,
    args: GLADLY,
    proxy: () => 'http://proxy.acme.example:3128',
    names: {},
    reason: 'proxy',
    asked: 'nothing',
    says: 'the proxy proxy.acme.example:3128 cannot be reached: ENOTFOUND',
  },
  {
    name: 'a proxy variable with a wrong scheme',
    ...unreachable,
    args: FRESHSERVICE,
    proxy: () => 'socks5://user:pass-of-proxy@127.0.0.1:1',
    reason: 'proxy',
    asked: 'nothing',
    says: 'HTTPS_PROXY has to be a proxy that speaks HTTP',
  },
  {
    name: 'a proxy that blocks the host',
    ...unreachable,
    args: FRESHSERVICE,
    line: { proxySays: '403 Forbidden' },
    reason: 'proxy',
    asked: 'nothing',
    says: ['it does not let this host through', 'the proxy answered HTTP 403'],
  },
  {
    name: 'a proxy that rejects its password',
    ...unreachable,
    args: GLADLY,
    proxy: (address) => `http://user:pass-of-proxy@${address}`,
    line: { proxySays: '407 Proxy Authentication Required' },
    reason: 'proxy',
    asked: 'nothing',
    says: [
      'it does not accept the user name and password in HTTPS_PROXY',
      'the proxy answered HTTP 407',
    ],
  },
  {
    name: 'a proxy that does not find the host',
    ...unreachable,
    args: FRESHSERVICE,
    line: { proxySays: '502 Bad Gateway' },
    reason: 'proxy',
    asked: 'nothing',
    says: ['it could not find or reach the host', 'the proxy answered HTTP 502'],
  },
  {
    name: 'a certificate of an unknown authority',
    ...unreachable,
    args: FRESHSERVICE,
    line: { certificate: 'of an unknown authority' },
    reason: 'tls-untrusted',
    asked: 'nothing',
    says: [`issued by "${UNKNOWN_AUTHORITY}"`, 'NODE_EXTRA_CA_CERTS'],
  },
  {
    name: 'a certificate of an unknown authority with NODE_TLS_REJECT_UNAUTHORIZED=0',
    ...unreachable,
    args: GLADLY,
    env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    line: { certificate: 'of an unknown authority' },
    reason: 'tls-untrusted',
    asked: 'nothing',
    says: ['not trusted', `issued by "${UNKNOWN_AUTHORITY}"`],
  },
  {
    name: 'a certificate of an authority that is only in NODE_EXTRA_CA_CERTS',
    ...unreachable,
    args: FRESHSERVICE,
    env: { NODE_EXTRA_CA_CERTS: '' },
    reason: 'tls-untrusted',
    asked: 'nothing',
    says: ['issued by "connect-wizard test CA"', 'set NODE_EXTRA_CA_CERTS'],
  },
  {
    name: 'an expired certificate',
    ...unreachable,
    args: FRESHSERVICE,
    line: { certificate: 'expired' },
    reason: 'tls-expired',
    asked: 'nothing',
    says: ['CERT_HAS_EXPIRED', "Check this machine's date and time first"],
    mayExpire: true,
  },
  {
    name: 'a certificate for another name',
    ...unreachable,
    args: GLADLY,
    env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    line: { certificate: 'of another name' },
    reason: 'tls-name',
    asked: 'nothing',
    says: ['belongs to another name', 'Try another network.'],
  },
];

/** A run and its measurements. */
interface Observed extends RunResult {
  readonly measured: Measured;
}

/** Runs a row in text or with `--json`. */
async function observe(
  server: Machine,
  world: World,
  each: Case,
  flags: readonly string[],
): Promise<Observed> {
  const { args, env, proxy, names, takes } = each;
  const file = await server.file(`measured${flags.join('')}`, '');
  const address = new URL(world.env['HTTPS_PROXY'] ?? '').host;
  const preload = await server.file('preload.cjs', MEASURE + RESOLVE);
  const more = {
    input: secretOf(each),
    env: {
      NODE_OPTIONS: `--require ${preload}`,
      TEST_MEASURED: file,
      ...(names && { TEST_NAMES: JSON.stringify(names), HTTPS_PROXY: '' }),
      ...(proxy && { HTTPS_PROXY: proxy(address) }),
      ...env,
    },
  };
  const command = [...args, '--store', 'none', ...flags];
  // A run that only waits needs no turn.
  const result = takes
    ? await server.start(process.execPath, [PROGRAM, ...command], more).ended
    : await server.run(command, more);
  return { ...result, measured: JSON.parse(await readFile(file, 'utf8')) as Measured };
}

function secretOf({ input, args }: Case): string {
  return input ?? (args[0] === 'gladly' ? SECRETS.token : SECRETS.apiKey);
}

/** The hosts that a row's name can mean. */
function hostsMeant({ args: [provider, , name = ''] }: Case): string[] {
  if (provider === 'freshservice') return [`${name}.freshservice.com`];
  if (name.endsWith('.gladly.com')) return [name];
  return [`${name}.gladly.com`, `${name}.us-1.gladly.com`];
}

/** Checks that each host gets a request without a secret before one with a secret. */
function expectRecognisedFirst(requests: readonly FakeRequest[]): void {
  const seen = new Set<string>();
  for (const { host, authorization } of requests) {
    if (authorization === undefined) seen.add(host);
    else expect(seen, 'asked unsigned before').toContain(host);
  }
}

const escape = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`);

const mark = (ok: boolean | null): string => (ok === null ? '!' : ok ? '[✓+]' : '[✗x]');

/** Checks that a failed run says the same in text as with `--json`. */
function expectSameWords(
  { stdout, stderr }: RunResult,
  { message, nextStep, reason, ladder, warnings }: ReturnType<typeof onlyConnection>,
): void {
  expect(stdout).toBe('');
  const [first, ...rest] = stderr.trimEnd().split('\n');
  expect(first).toMatch(/^[^\w\s]+ /u);
  expect(first?.replace(/^\S+ /u, '')).toBe(message);
  // The warning about a personal credential is printed elsewhere.
  const printed = warnings.filter(({ code }) => code !== 'personal-credential');
  for (const { message: warning } of printed.toReversed()) {
    expect(rest.pop()).toMatch(new RegExp(`^! \\S+: ${escape(warning)}$`, 'u'));
  }
  expect(rest.pop()).toBe(`No credential was saved. (${reason})`);
  if (ladder.length > 0) {
    const rungs = ladder.map(({ rung, ok }) => `${mark(ok)} ${rung}`);
    expect(rest.pop()).toMatch(new RegExp(`^ {2}${rungs.join(' {2}')}$`, 'u'));
    // A run ends at the first rung that failed or is unclear.
    expect(ladder.map(({ ok }) => ok === true)).toEqual(
      ladder.map((_, index) => index < ladder.length - 1),
    );
  }
  // The fix ends the advice, after the causes if there are any.
  const command = /^ {4,}connect-wizard /u.test(rest.at(-1) ?? '') ? rest.pop()?.trim() : undefined;
  const fix = rest.pop() ?? '';
  expect(fix).toMatch(/^ {2}(?:→|->) /u);
  const causes = rest.splice(0);
  const numbered = causes.slice(1).map((line) => {
    const [, number = '', cause = ''] = /^ {2}(\d)\. (.+)$/u.exec(line) ?? [];
    return `(${number}) ${cause}`;
  });
  const listed = numbered.length > 0 ? `${causes[0]?.trim()} ${numbered.join('; ')}. ` : '';
  const words = `${listed}${fix.replace(/^\s*\S+ /u, '')}`;
  expect([words, command].filter(Boolean).join(' ')).toBe(nextStep);
}

describe('the verdict, in text, in JSON and in the exit code,', () => {
  for (const each of CASES) {
    const { name, serve, line, verdict, reason, code } = each;
    test(`is ${reason} with exit code ${code} for ${name}`, async ({ server, world }) => {
      if (serve) world.serve(serve);
      if (line !== undefined) world.lead(typeof line === 'function' ? line : () => line);
      const run = (flags: readonly string[]) => observe(server, world, each, flags);
      const [document, text] = each.takes
        ? await Promise.all([run(['--json']), run([])])
        : [await run(['--json']), await run([])];

      const connection = onlyConnection(document);
      expect(connection).toMatchObject({ verdict, reason, stored: false });
      expect([document.code, text.code]).toEqual([code, code]);
      const said = `${connection.message} ${connection.nextStep ?? ''}`;
      for (const part of [each.says].flat()) expect(said).toContain(part);
      const warnings = connection.warnings.map(({ message }) => message);
      if (each.warns !== undefined) {
        expect(warnings.join('\n')).toContain(each.warns);
        expect(text.stderr).toContain(each.warns);
      }
      if (code === 0 || code === 5) {
        expect(text.stdout).toContain(
          code === 0 ? 'works; nothing was stored' : 'works, with limits; nothing was stored',
        );
        expect(text.stderr).not.toContain('No credential was saved');
        if (code === 5) {
          expect(text.stdout).toContain(`! ${connection.message}\n`);
          const [fix = '', command = ''] = text.stdout.trimEnd().split('\n').slice(-2);
          expect(`${fix.replace(/^ {2}(?:→|->) /u, '')} ${command.trim()}`).toBe(
            connection.nextStep,
          );
        }
      } else {
        expectSameWords(text, connection);
      }

      for (const result of [document, text]) {
        expectNoStack(result);
        const all = result.stdout + result.stderr;
        expect(all).not.toContain(secretOf(each));
        expect(all).not.toContain('pass-of-proxy');
        // A blank that isn't filled in is a bug of ours.
        expect(all).not.toMatch(/\{\w+\}/u);
        if (!each.mayExpire) expect(all).not.toMatch(/\binvalid\b|expired/iu);
        expect(result.measured.mebibytes).toBeLessThan(200);
        if (each.takes) {
          const [least, most] = each.takes;
          expect(result.measured.seconds).toBeGreaterThanOrEqual(least);
          expect(result.measured.seconds).toBeLessThan(most);
        }
      }

      const { requests, tunnels } = world;
      expectRecognisedFirst(requests);
      const withSecret = requests.filter(({ authorization }) => authorization !== undefined);
      // Only the hosts that the name can mean are asked, so no redirect is followed.
      const hosts = hostsMeant(each);
      expect(tunnels.filter((host) => !hosts.includes(host))).toEqual([]);
      if (each.requests) {
        const [unsignedOnes, signedOnes] = each.requests;
        expect([requests.length - withSecret.length, withSecret.length]).toEqual([
          2 * unsignedOnes,
          2 * signedOnes,
        ]);
      }
      if (each.asked === 'nothing') expect(requests).toEqual([]);
      if (each.asked === 'unsigned') {
        expect(requests).not.toEqual([]);
        expect(withSecret).toEqual([]);
      }
      expect(await server.files()).toEqual(new Map());
    });
  }

  it('is tested for every reason that a response or the network can give', () => {
    const provoked = new Set(CASES.map(({ reason }) => reason));
    const others = new Set(['missing', 'store-error']);
    const due = Object.entries(verdictByReason).filter(([, verdict]) => !others.has(verdict));
    const missing = due.map(([reason]) => reason).filter((reason) => !provoked.has(reason));
    // No response can give this reason, since nothing is sent under a changed definition.
    expect(missing).toEqual(['definition-changed']);
  });

  it('agrees with the table of verdicts in each row', () => {
    for (const { name, reason, verdict, code } of CASES) {
      const own = verdictByReason[reason as keyof typeof verdictByReason];
      expect([verdict, code], name).toEqual([own, verdicts[own].exitCode]);
    }
  });

  test('is found without sending the secret to any other host', async ({ server, world }) => {
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

  test('is the same for every kind of pasted address', async ({ server }) => {
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
