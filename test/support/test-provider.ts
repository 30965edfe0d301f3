import type { Connection } from '../../src/core/connection.js';
import { authHeaders } from '../../src/core/auth-scheme.js';
import type { Definition } from '../../src/core/definition/schema.js';
import { expand } from '../../src/core/expand/expand.js';
import { expandGuide } from '../../src/core/expand/guide.js';
import type { GuidedProvider } from '../../src/core/guide.js';
import { revealAll } from '../../src/core/secret.js';
import type { RequestOptions } from '../../src/flows/sealed-request/create-request.js';
import { json, page, type FakeAnswer, type FakeProvider } from './fake-providers.js';
import { API_KEY, EMAIL } from './fakes.js';

/** The differences between providers that matter to the code. */
export interface Shape {
  readonly id: string;
  readonly name: string;
  /** The response header that only its API sends. Without it, its API is known by a 401. */
  readonly apiHeader?: string;
  /** The number of requests that can prove a credential; a 403 leads from one to the next. */
  readonly tests?: 1 | 2;
  /** Whether the e-mail address of a user is a field, too. */
  readonly email?: boolean;
  /** Whether the owner is looked up in a list by that address. Otherwise the first test names the owner. */
  readonly lookUp?: boolean;
}

const SOURCES = [{ what: 'invented for the tests', checked: '2026-11-20' }];

/**
 * An invented provider as the engine reads it. It has its own texts, so that no test depends on the
 * words of a real provider. The tenant `acme` is at `acme.<id>.example`, or at
 * `acme.eu-1.<id>.example` if the API is known by a 401.
 */
export function testProvider(shape: Shape): GuidedProvider {
  const definition = testDefinition(shape);
  const provider = expand(definition);
  return { ...provider, guide: expandGuide(definition, provider, '2026-11-20') };
}

/** The same provider as its author writes it. */
export function testDefinition({
  id,
  name,
  apiHeader,
  tests = 1,
  email = false,
  lookUp = false,
}: Shape): Definition {
  const domain = `${id}.example`;
  const host = apiHeader ? `acme.${domain}` : `acme.eu-1.${domain}`;
  const headers = apiHeader && { headers: { [apiHeader]: '1' } };
  const identity = { id: 'id', label: '{name} <{email}>' };
  const owner = lookUp
    ? { id: 'u-1', name: 'Amy Agent', email: EMAIL }
    : { id: 21, name: 'Ines Okafor', email: 'ines@acme.example' };
  return {
    schemaVersion: 1,
    id,
    name,
    summary: `you need its site and an API key`,
    host: [
      `{site}.${domain}`,
      ...(apiHeader ? [] : [`{site}.eu-1.${domain}`, `{site}.*.${domain}`]),
      { host: `{site}.${id}-trial.example`, environment: 'sandbox' },
    ],
    ...(!apiHeader && { unresolved: 'no-such-tenant' }),
    refusedHosts: [
      {
        hosts: [`.${id}-shop.example`],
        reason: 'wrong-product',
        what: `{host} is the shop of ${name}`,
        next: `Use the address that ends in ${domain}.`,
      },
    ],
    otherHost: {
      reason: 'vanity-host',
      what: `{host} is not an address of ${name}`,
      next: `Use the address that ends in ${domain}.`,
    },
    fields: {
      site: field('Site', 'acme'),
      ...(email && { email: { ...field('User email', 'name@acme.example'), kind: 'email' } }),
      apiKey: field('API key', 'twenty letters and digits'),
    },
    auth: { basic: email ? ['{email}', '{apiKey}'] : ['{apiKey}', 'X'] },
    ...(apiHeader !== undefined && { apiHeader }),
    errorCodes: ['code'],
    test: [
      {
        get: '/v1/me',
        expect: { at: 'id' },
        ...(!lookUp && { identity }),
        ...(!apiHeader && { ownHost: 'address' }),
      },
      ...(tests === 1
        ? []
        : [{ get: '/v1/tickets?limit=1', expect: { at: 'tickets', type: 'list' as const } }]),
    ],
    responses: [
      { status: 401, means: 'bad-credential' },
      ...(tests > 1 ? [] : [{ status: 403, page: false, means: 'not-an-api-user' as const }]),
      { status: 404, means: 'no-such-tenant' },
    ],
    owner: {
      ...(lookUp && {
        lookUp: {
          get: '/v1/users',
          key: 'email',
          field: 'email',
          identity,
          absent: {
            code: 'not-in-list',
            message: '{email} is not in the list of users of {host}.',
          },
        },
      }),
      warnings: [
        {
          code: 'personal-credential',
          when: { looksPersonal: true },
          message: 'the key acts as {label}, who may leave.',
        },
      ],
    },
    capabilities: {
      'tickets.read': { get: '/v1/tickets?limit=1', grantedBy: 'the role Reader' },
      'groups.read': { get: ['/v2/groups', '/v1/groups'], grantedBy: 'the role Leader' },
      'assets.read': { get: '/v1/assets', grantedBy: 'the role Keeper' },
    },
    featureCodes: ['not_in_plan'],
    rotation: {
      before: 'A reset ends the old key at once.',
      after: 'Give the new key to every other program.',
      shared: 'The same user has a key stored as {names}, too.',
      end: 'The key still works at {provider}: delete it there.',
    },
    rateLimit: { requests: 100, seconds: 1 },
    messages: {
      ok: { what: '{host} accepted the API key', next: 'Nothing to do.' },
      'no-such-tenant': {
        what: 'There is no site at {host}',
        next: 'Check the spelling.',
        ask: ['site'],
      },
      'bad-credential': {
        what: '{host} refused the API key',
        why: 'it does not know it ({detail})',
        next: 'Copy the key again, whole.',
        ask: email ? ['apiKey', 'email'] : ['apiKey'],
      },
      'refused-unclear': {
        what: '{host} refused every request',
        why: '{detail}',
        next: 'Look at the key as its user.',
        ask: ['apiKey'],
      },
      ...(tests === 1 && {
        'not-an-api-user': {
          what: '{host} does not let the user in',
          why: '{detail}',
          next: 'Ask an admin to let the user in.',
        },
      }),
      ...(!apiHeader && {
        'other-tenant': {
          what: '{host} answered for {other}',
          next: 'Use the address that you mean.',
          ask: ['site'],
        },
      }),
    },
    guide: testGuide(name, email),
    sandbox: {
      host,
      values: { site: 'acme', ...(email && { email: EMAIL }), apiKey: API_KEY },
      unauthenticated: { status: apiHeader ? 403 : 401, ...headers },
      refused: { status: 401, ...headers },
      unknownHost: { status: 404 },
      replies: {
        '/v1/me': { ...(lookUp ? { id: 'site-1' } : owner), address: `https://${host}` },
        '/v1/tickets?limit=1': { tickets: [] },
        '/v1/groups': { groups: [] },
        ...(lookUp && { '/v1/users': [owner] }),
      },
      otherPath: { status: 404, ...headers },
    },
    sources: SOURCES,
  };
}

function field(label: string, example: string) {
  return {
    label,
    example,
    about: `${label} as it is shown.`,
    where: `the page of the ${label}`,
  };
}

/** A guide with cases that lead on, a page, a message with blanks, and a case that changes an answer. */
function testGuide(name: string, email: boolean): NonNullable<Definition['guide']> {
  const branch = (id: string, choice: string, more: object = {}) => ({
    id,
    sees: `${choice}, in full`,
    choice,
    means: `Why: ${choice}.`,
    todo: [`What to do: ${choice}.`],
    sources: SOURCES,
    ...more,
  });
  return {
    blanks: {
      host: { blank: `<site>.${name}` },
      email: {
        blank: '<email of the user>',
        ask: { label: 'Email of the user', kind: 'email', ...(email && { field: 'email' }) },
      },
      groups: { blank: '<groups>', ask: { label: 'Groups', kind: 'text' } },
    },
    starts: {
      site: ['address-bar', 'elsewhere'],
      email: ['whose'],
      apiKey: ['where', 'disabled', 'environment', 'new-user'],
    },
    topics: [
      {
        id: 'find',
        title: 'Find the key',
        body: [
          { text: `${name} shows the key in the profile.` },
          branch('address-bar', 'I do not know the site'),
          branch('elsewhere', 'My address ends elsewhere'),
          branch('whose', 'I do not know whose'),
          branch('where', 'I do not know where', {
            page: 'https://{host}/',
            next: ['hidden', 'disabled'],
          }),
          branch('hidden', 'It is hidden', { next: ['disabled'] }),
          branch('environment', 'Trial or production', {
            means: 'This one is for {host}.',
            change: 'site',
          }),
        ],
        sources: SOURCES,
      },
      {
        id: 'admin',
        title: 'What an admin can do',
        body: [
          branch('disabled', 'It is disabled', {
            page: 'https://{host}/admin',
            next: ['admin', 'not-admin'],
          }),
          branch('admin', 'I am an admin', { next: ['still-disabled'] }),
          branch('still-disabled', 'It is still disabled'),
          branch('not-admin', 'I am no admin', { reasons: ['not-an-api-user'], next: ['enable'] }),
          branch('new-user', 'I want a new user', { next: ['create'] }),
          {
            id: 'enable',
            choice: 'Write: enable the key',
            title: 'For an admin',
            subject: 'Please enable the key of {email}',
            message: [
              { text: 'Hello, {email} needs a key at {host}.' },
              { title: 'What to click', steps: ['Open https://{host}/admin.', 'Switch it on.'] },
            ],
          },
          {
            id: 'create',
            choice: 'Write: create a user',
            title: 'For an admin',
            subject: 'Please create a user',
            message: [{ bullets: ['Email: {email}.', 'Groups: {groups}.'] }],
          },
        ],
        sources: SOURCES,
      },
      {
        id: 'limits',
        title: 'Limits',
        body: [
          { text: 'Requests are counted.' },
          { title: 'Requests a minute', bullets: ['Small: 100.', 'Large: 1,000.'] },
        ],
        sources: SOURCES,
      },
    ],
  };
}

/** Known by its header, and with two tests: the second can prove what the first refuses. */
export const brindle = testProvider({
  id: 'brindle',
  name: 'Brindle',
  apiHeader: 'x-brindle-api',
  tests: 2,
});

/** A request for the key of `acme`. */
export const BRINDLE_REQUEST: RequestOptions = {
  guide: brindle.guide,
  supplied: new Map([['site', 'acme']]),
  needs: [],
  storeId: 'keychain',
  from: null,
  timeoutMs: 1000,
};

/** Known by a 401, with a user's e-mail address as a field, and with an owner that is looked up. */
export const fernway = testProvider({ id: 'fernway', name: 'Fernway', email: true, lookUp: true });

export interface ApiWorld {
  /** The hosts of the tenant, with its own address first. Every other host is unknown. */
  readonly hosts?: readonly string[];
  /** The accepted credential, as far as it differs from the definition's. */
  readonly values?: Readonly<Record<string, string>>;
  /** Other replies to the right credential, by the beginning of the path. */
  readonly replies?: Readonly<Record<string, FakeAnswer>>;
}

/** The provider's API as its definition describes it. */
export function fakeApi({ auth, sandbox }: GuidedProvider, world: ApiWorld = {}): FakeProvider {
  const { hosts = [sandbox.host], replies = {} } = world;
  const values = { ...sandbox.values, ...world.values };
  const right = revealAll(authHeaders(auth, values))['authorization'];
  return ({ host, path, authorization }) => {
    if (!hosts.includes(host)) return page(sandbox.unknownHost.status, 'Nobody is here');
    if (authorization === undefined) return simulated(sandbox.unsigned);
    if (authorization !== right) return simulated(sandbox.refused);
    const special = Object.keys(replies).find((start) => path.startsWith(start));
    if (special !== undefined && replies[special]) return replies[special];
    const reply = sandbox.replies[path];
    if (reply === undefined) return simulated(sandbox.unknownPath);
    const own = path === '/v1/me' ? { address: `https://${hosts[0]}` } : {};
    return json(
      200,
      Array.isArray(reply) ? reply : { ...(reply as object), ...own },
      sandbox.unsigned.headers,
    );
  };
}

function simulated({
  status,
  headers = {},
  body = {},
}: GuidedProvider['sandbox']['unsigned']): FakeAnswer {
  return json(status, body, headers);
}

/** A verified connection to `acme`, after a connect. */
export function connectionTo(
  { id, sandbox, fields }: GuidedProvider,
  changes: Partial<Connection> = {},
): Connection {
  const host = changes.host ?? sandbox.host;
  const site = host.replace(`.${id}.example`, '');
  const hasEmail = fields.some(({ kind }) => kind === 'email');
  return {
    v: 1,
    name: `${id}/${site}`,
    provider: id,
    host,
    fields: { site, ...(hasEmail && { email: EMAIL }) },
    identity: hasEmail
      ? { id: 'u-1', label: `Amy Agent <${EMAIL}>` }
      : { id: '21', label: 'Ines Okafor <ines@acme.example>' },
    item: 2,
    store: 'keychain',
    needs: [],
    reason: 'ok',
    recognised: true,
    createdAt: '2026-11-01T09:00:00.000Z',
    verifiedAt: '2026-11-19T18:00:00.000Z',
    lastValidAt: '2026-11-19T18:00:00.000Z',
    ...changes,
  };
}
