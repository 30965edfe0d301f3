import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/core/errors.js';
import type { Http } from '../../../src/core/ports.js';
import { redact, revealAll, Secret } from '../../../src/core/secret.js';
import {
  ADDRESS,
  openVault,
  response,
  STORE_ID,
  vaultTeam,
  type Accident,
  type Team,
} from '../../support/vault-team.js';
import { testConnection } from './connections.js';

const NAME = 'parcels/acme';
const ITEM = new Secret('{"v":2,"fields":{"apiKey":"a-key-0123456789"}}');

async function failureOf(call: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await call.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StoreError);
  return error as StoreError;
}

/** Each call of both ports. */
const calls = (team: Team): readonly (() => Promise<unknown>)[] => {
  const { secrets, records } = team.machine();
  return [
    () => secrets.getPassword(NAME),
    () => secrets.setPassword(NAME, ITEM),
    () => secrets.deletePassword(NAME),
    () => secrets.accounts(),
    async () => secrets.prepare?.(NAME),
    () => records.list(),
    () => records.read(NAME),
    () => records.write(testConnection()),
    () => records.update(testConnection()),
    () => records.remove(NAME),
  ];
};

const health = (status: number, words: object = {}): ((call: string) => Accident) => {
  return (call) =>
    call === 'GET sys/health'
      ? { before: response(status, { initialized: true, ...words }) }
      : { before: response(503, { errors: ['Vault is not ready'] }) };
};
const always = (before: Extract<Accident, { before: unknown }>['before']) => (): Accident => ({
  before,
});

const SEALED = response(503, { errors: ['error performing token check: Vault is sealed'] });

type FailureRow = readonly [
  string,
  (call: string) => Accident | undefined,
  reason: string,
  why: RegExp,
  next: RegExp,
];

const FAILURES: readonly FailureRow[] = [
  [
    'is sealed',
    health(503, { sealed: true }),
    'store-unavailable',
    /sealed/u,
    /vault operator unseal/u,
  ],
  ['says that it is sealed', always(SEALED), 'store-unavailable', /sealed/u, /operator unseal/u],
  [
    'has never been set up',
    health(501, { initialized: false }),
    'store-unavailable',
    /initialised/u,
    /vault operator init/u,
  ],
  ['is a standby', health(429), 'store-unavailable', /standby/u, /cluster's address/u],
  ['is a standby of another kind', health(473), 'store-unavailable', /standby/u, /cluster's/u],
  [
    'answers as a standby itself',
    always(response(472, { errors: [] })),
    'store-unavailable',
    /standby/u,
    /cluster's/u,
  ],
  [
    'responds with an error',
    health(200),
    'store-unavailable',
    /a server error \(HTTP 503\)/u,
    /its log/u,
  ],
  ...[501, 503, 429, 473].map((status): FailureRow => [
    `is hidden by something that answers ${status}`,
    (call) => {
      const page = response(call === 'GET sys/health' ? status : 503, '<html>Vault is sealed');
      return { before: page };
    },
    'store-unavailable',
    /a server error \(HTTP 503, text\/html\)/u,
    /its log/u,
  ]),
  [
    'redirects to its inner address',
    always(response(307, '', { location: 'http://10.0.0.7:8200/v1/x?token=abc' })),
    'store-unavailable',
    /redirect to 10\.0\.0\.7:8200,/u,
    /cluster's address/u,
  ],
  [
    'redirects to another path',
    always(response(301, '', { location: '/v1/secret/evil' })),
    'store-unavailable',
    /redirect to another path/u,
    /cluster's address/u,
  ],
  [
    'is too busy',
    always(response(429, { errors: ['rate limit quota exceeded'] })),
    'store-unavailable',
    /too busy \(HTTP 429\)/u,
    /--concurrency/u,
  ],
  [
    'is being upgraded',
    always(
      response(400, {
        errors: [
          'Upgrading from non-versioned to versioned data. This backend will be unavailable',
        ],
      }),
    ),
    'store-unavailable',
    /being upgraded/u,
    /in a minute/u,
  ],
  [
    'responds with a page',
    always(response(200, '<html>')),
    'store-unavailable',
    /not Vault/u,
    /VAULT_ADDR/u,
  ],
  [
    'responds with another API',
    always(response(404, { message: 'no' })),
    'store-unavailable',
    /not Vault/u,
    /VAULT_ADDR/u,
  ],
  [
    'responds without an end',
    always({ ...response(200, {}), truncated: true }),
    'store-unavailable',
    /longer than 1 MiB/u,
    /Look at what is stored/u,
  ],
  ['does not answer', always('timeout'), 'store-timeout', /in time/u, /--timeout/u],
  ['is not found', always('dns'), 'store-unavailable', /does not resolve/u, /VAULT_ADDR/u],
  [
    'refuses the connection',
    always('connection'),
    'store-unavailable',
    /refused or broke off/u,
    /VPN/u,
  ],
  [
    'has an unknown CA',
    always('tls-untrusted'),
    'store-unavailable',
    /authority/u,
    /VAULT_CACERT/u,
  ],
  ['has an expired certificate', always('tls-expired'), 'store-unavailable', /expired/u, /date/u],
  ['has another name', always('tls-name'), 'store-unavailable', /another name/u, /VAULT_ADDR/u],
  ['is behind a proxy', always('proxy'), 'store-unavailable', /proxy/u, /NO_PROXY/u],
];

describe('a server that', () => {
  it.each(FAILURES)('%s', async (_, accident, reason, why, next) => {
    const team = vaultTeam();
    team.accident = accident;
    for (const call of calls(team)) {
      const error = await failureOf(call());
      expect(error.reason).toBe(reason);
      expect(error.advice.what).toBe('Vault at https://vault.acme.example:8200 cannot be used');
      expect(error.advice.why).toMatch(why);
      expect(`${error.advice.next} ${error.advice.command ?? ''}`).toMatch(next);
      const all = JSON.stringify(error.advice);
      expect(redact(all)).toBe(all);
      expect(all).not.toMatch(/[{}]\w+[{}]|undefined/u);
    }
  });

  it.each<readonly [string, Accident]>([
    ['is then sealed', { before: response(503, { initialized: true, sealed: true }) }],
    ['is then a standby', { before: response(429, { initialized: true, standby: true }) }],
    ['is then not found', { before: 'dns' }],
  ])('fails in a write and %s may have written it', async (_, asked) => {
    const team = vaultTeam();
    const { secrets } = team.machine();
    await secrets.getPassword(NAME);
    team.accident = (call) => {
      if (call === 'GET sys/health') return asked;
      return call.startsWith('POST') ? { before: response(502, '<html>') } : undefined;
    };
    const error = await failureOf(secrets.setPassword(NAME, ITEM));
    expect([error.reason, error.untouched]).toEqual(['store-unavailable', false]);
  });

  it('says in a write that it is sealed has not written it', async () => {
    const team = vaultTeam();
    team.accident = (call) => (call.startsWith('POST') ? { before: SEALED } : undefined);
    expect(await failureOf(team.machine().secrets.setPassword(NAME, ITEM))).toMatchObject({
      untouched: true,
    });
  });

  it('is busy for a moment gets the request again, for 5 seconds at most', async () => {
    const team = vaultTeam();
    let times = 0;
    team.accident = (call) => {
      times += 1;
      return call.startsWith('GET sys/internal') && times < 4
        ? { before: response(429, { errors: ['rate limit quota exceeded'] }) }
        : undefined;
    };
    await expect(team.machine().secrets.getPassword(NAME)).resolves.toBeNull();
    expect(team.clock.sleeps).toEqual([250, 500, 1000]);

    const other = vaultTeam();
    other.accident = always(response(412, { errors: ['required index state not present'] }));
    const begun = other.clock.now().getTime();
    await failureOf(other.machine().secrets.getPassword(NAME));
    const waited = other.clock.now().getTime() - begun;
    expect(waited).toBeGreaterThan(3500);
    expect(waited).toBeLessThanOrEqual(5000);
  });

  it('is an Enterprise cluster gets the index of the last write with a read', async () => {
    const team = vaultTeam();
    const indexes: unknown[] = [];
    const { secrets } = team.machine({
      sees: ({ headers }) => indexes.push(headers['x-vault-index']),
    });
    team.accident = (call) =>
      call.startsWith('POST')
        ? {
            before: response(
              200,
              { data: { version: 1, created_time: '2026-11-20T18:00:00Z', deletion_time: '' } },
              { 'x-vault-index': 'abc=' },
            ),
          }
        : undefined;
    await secrets.setPassword(NAME, ITEM);
    team.server.behind = 0;
    await secrets.accounts();
    expect(indexes).toEqual([undefined, undefined, 'abc=']);
  });
});

describe('the path', () => {
  it.each([
    ['vault:secret/team/wizard', 'secret/'],
    ['vault:team/kv/wizard', 'team/kv/'],
    ['vault:team/kv', 'team/kv/'],
  ])('%s is split as the server says: %s', async (storeId, mount) => {
    const team = vaultTeam();
    team.server.mount('team/kv/');
    const { rootToken: token } = team.server;
    const { secrets } = team.machine({ storeId, token });
    await secrets.setPassword(NAME, ITEM);
    const folder = `${storeId.slice('vault:'.length)}/`.slice(mount.length);
    expect(team.server.calls.at(-1)).toBe(`POST ${mount}data/${folder}credentials/${NAME}`);
  });

  it('is not written to before the version of its engine is known', async () => {
    const team = vaultTeam();
    const old = team.server.mount('secret/', '1');
    const error = await failureOf(team.machine().secrets.setPassword(NAME, ITEM));
    expect([error.reason, error.advice.command]).toEqual([
      'store-unavailable',
      'vault kv enable-versioning secret/',
    ]);
    expect(old.plain.size).toBe(0);
  });

  it('is refused if it is of another engine', async () => {
    const team = vaultTeam();
    team.server.mount('secret/', undefined, 'transit');
    const { reason, advice } = await failureOf(team.machine().secrets.getPassword(NAME));
    expect([reason, advice.why]).toEqual([
      'store-unavailable',
      'the engine at secret/ is not KV but transit',
    ]);
  });

  it('of no engine looks forbidden to an ordinary token, and missing to a root token', async () => {
    const team = vaultTeam();
    const ordinary = team.machine({ storeId: 'vault:nothing/team' });
    const error = await failureOf(ordinary.secrets.getPassword(NAME));
    expect(error.reason).toBe('store-denied');
    expect(error.advice.why).toContain('or there is no engine');
    expect(error.advice.command).toContain('path "nothing/data/team/*"');

    const root = team.machine({ storeId: 'vault:nothing/team', token: team.server.rootToken });
    const missing = await failureOf(root.secrets.getPassword(NAME));
    expect([missing.reason, missing.advice.command]).toEqual([
      'store-unavailable',
      'vault secrets list',
    ]);
  });

  it('is in a namespace that goes with every call', async () => {
    const team = vaultTeam();
    team.server.namespace = 'acme/it';
    const { secrets } = team.machine({ variables: { VAULT_NAMESPACE: 'acme/it' } });
    await secrets.setPassword(NAME, ITEM);
    expect(await secrets.accounts()).toEqual([NAME]);
    const wrong = team.machine({ variables: { VAULT_NAMESPACE: 'acme/hr' } });
    const { reason, advice } = await failureOf(wrong.secrets.accounts());
    expect(reason).toBe('store-unavailable');
    expect(advice.why).toContain('namespace not found');
  });
});

describe('a token that', () => {
  it.each([
    ['is wrong', (): string => 's.wrong-token-000000', 'tokenRefused'],
    ['has ended', (team: Team): string => team.server.token({ policies: ['team'], ttl: 0 }), ''],
    ['has no rights at all', (team: Team): string => team.server.token({ withDefault: false }), ''],
  ])('%s is reported as store-denied, with all possible causes', async (_, make) => {
    const team = vaultTeam();
    const error = await failureOf(team.machine({ token: make(team) }).secrets.getPassword(NAME));
    expect([error.reason, error.advice.command]).toEqual(['store-denied', 'vault login']);
    expect(error.advice.why).toContain('expired, revoked, used up');
  });

  it('lacks a policy is reported with the policy', async () => {
    const team = vaultTeam();
    team.server.policy('other', 'path "secret/data/other/*" { capabilities = ["read"] }');
    const token = team.server.token({ policies: ['other'] });
    const { reason, advice } = await failureOf(team.machine({ token }).secrets.getPassword(NAME));
    expect([reason, advice.why]).toEqual([
      'store-denied',
      'the token is good, but may not do this at secret/team/wizard',
    ]);
    expect(advice.command).toBe(
      `path "secret/data/team/wizard/*" { capabilities = ["create", "update", "read"] }
path "secret/metadata/team/wizard/*" { capabilities = ["list", "delete"] }`,
    );
  });

  it('ends between two calls leaves the secret as it was, and asks for a new login', async () => {
    const team = vaultTeam();
    await team.machine().secrets.setPassword(NAME, ITEM);
    const token = team.server.token({ policies: ['team'], ttl: 60 });
    const { secrets } = team.machine({ token });
    await secrets.getPassword(NAME);
    await team.clock.sleep(61_000);
    const error = await failureOf(secrets.setPassword(NAME, new Secret('{"v":2}')));
    expect([error.reason, error.untouched]).toEqual(['store-denied', true]);
    expect((await team.machine().secrets.getPassword(NAME))?.reveal()).toBe(
      '{"fields":{"apiKey":"a-key-0123456789"},"v":2}',
    );
  });

  it('is replaced by a log-in is read again with a retry', async () => {
    const { server, clock } = vaultTeam();
    const variables = { VAULT_ADDR: ADDRESS, VAULT_TOKEN: server.token({ ttl: 0 }) };
    const send: Http['send'] = async ({ method = 'GET', url, headers }) => {
      const token = revealAll(headers)['x-vault-token'];
      const reply = server.handle({ method, url: url.slice(ADDRESS.length), token });
      return { ...reply, truncated: false };
    };
    const options = { author: 'ines@laptop', storeId: STORE_ID, variables };
    const { secrets } = openVault(send, clock, options);
    await failureOf(secrets.getPassword(NAME));
    variables.VAULT_TOKEN = server.token({ policies: ['team'] });
    await failureOf(secrets.getPassword(NAME));
    secrets.retry?.();
    await expect(secrets.getPassword(NAME)).resolves.toBeNull();
  });

  it.each([
    [{ VAULT_TOKEN: 's.x' }, 'Give VAULT_TOKEN a new token, or unset it and log in:'],
    [
      { VAULT_TOKEN: 's.x', BAO_TOKEN: 's.x' },
      'Give VAULT_TOKEN and BAO_TOKEN a new token, or unset them and log in:',
    ],
  ])('comes from %j hides a log-in, and the advice says so', async (variables, next) => {
    const team = vaultTeam();
    const { secrets } = team.machine({ token: 's.x', variables });
    expect((await failureOf(secrets.getPassword(NAME))).advice.next).toBe(next);
  });
});

describe('before a person fetches a secret', () => {
  it('the engine, the token and the rights are checked, and nothing is written', async () => {
    const team = vaultTeam();
    const { secrets } = team.machine();
    await secrets.prepare?.(NAME);
    expect(secrets.warnings).toEqual([]);
    expect(team.server.calls).toEqual([
      'GET sys/internal/ui/mounts/secret/team/wizard',
      'GET auth/token/lookup-self',
      'POST sys/capabilities-self',
      `GET secret/data/team/wizard/credentials/${NAME}`,
    ]);
  });

  it.each([
    ['"read"', '"list", "delete"', /create, update on secret\/data\/team\/wizard\/credentials/u],
    [
      '"create", "update", "read"',
      '"list"',
      /delete on secret\/metadata\/team\/wizard\/credentials\/\S+ and secret\/metadata\/team\/wizard\/records/u,
    ],
    [
      '"create", "update", "read"',
      '"delete"',
      /list on secret\/metadata\/team\/wizard\/credentials\/ and \S+\/records\//u,
    ],
  ])(
    'a right that is missing besides %s and %s is named, with the policy',
    async (data, metadata, detail) => {
      const team = vaultTeam();
      team.server.policy(
        'less',
        `path "secret/data/team/wizard/*" { capabilities = [${data}] }
path "secret/metadata/team/wizard/*" { capabilities = [${metadata}] }`,
      );
      const { secrets } = team.machine({ token: team.server.token({ policies: ['less'] }) });
      const { reason, advice } = await failureOf(Promise.resolve(secrets.prepare?.(NAME)));
      expect(reason).toBe('store-denied');
      expect(advice.why).toMatch(detail);
      expect(advice.command).toMatch(/^path "secret\/data\/team\/wizard\/\*"/u);
    },
  );

  it('a token that may not look itself up is no failure', async () => {
    const team = vaultTeam();
    const token = team.server.token({ policies: ['team'], withDefault: false });
    const { secrets } = team.machine({ token });
    await secrets.prepare?.(NAME);
    expect(secrets.warnings).toEqual([]);
  });

  it.each([
    [299, ['token-ends-soon']],
    [301, []],
  ])('a token that lives %s s more has the warnings %j', async (ttl, codes) => {
    const team = vaultTeam();
    const { secrets } = team.machine({ token: team.server.token({ policies: ['team'], ttl }) });
    await secrets.prepare?.(NAME);
    expect(secrets.warnings?.map(({ code }) => code)).toEqual(codes);
  });

  it('an engine that deletes by itself causes a warning with the first entry', async () => {
    const team = vaultTeam();
    team.server.mount('secret/').deleteAfterMs = 3_600_000;
    const { secrets } = team.machine();
    await secrets.setPassword('connect-wizard-test/1', new Secret('canary'));
    await secrets.deletePassword('connect-wizard-test/1');
    // It is said once, however many are saved.
    await secrets.setPassword('connect-wizard-test/2', new Secret('canary'));
    expect(secrets.warnings).toMatchObject([{ code: 'deletes-itself' }]);
    expect(secrets.warnings?.[0]?.message).toContain('2026-11-20T19:00:00Z');
  });
});

it('the store is named by its address', () => {
  const team = vaultTeam();
  expect(team.machine().secrets.description).toEqual({
    kind: 'vault',
    backend: 'Vault at https://vault.acme.example:8200',
    persistent: true,
  });
  const { secrets } = team.machine({ storeId: STORE_ID, variables: { VAULT_ADDR: '' } });
  expect(secrets.description.backend).toBe('Vault');
});
