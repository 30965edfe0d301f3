import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fakeVault, type FakeVault, type VaultReply } from '../../support/fake-vault.js';

/** The answer of a real Vault 1.8 to each request, in order: token, request, status and body. */
interface Exchange {
  readonly title: string;
  readonly as: string;
  readonly method: string;
  readonly url: string;
  readonly body: string | undefined;
  readonly status: number;
  readonly location: string | undefined;
  readonly response: object | undefined;
}

const RECORDED: readonly Exchange[] = readFileSync(
  new URL('exchanges.txt', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n\n')
  .map(parseExchange);

function parseExchange(text: string): Exchange {
  const [title = '', request = '', response = ''] = text.split('\n');
  const [, as = '', method = '', url = '', body] = /^(\w+) ([A-Z]+) (\S+)(?: (.+))?$/u.exec(
    request,
  ) as unknown as string[];
  const [, status, location, answer] = /^(\d+)(?: (\/\S+))?(?: (.+))?$/u.exec(
    response,
  ) as unknown as (string | undefined)[];
  return {
    title: title.replace('## ', ''),
    as,
    method,
    url,
    body,
    status: Number(status),
    location,
    response: answer === undefined ? undefined : (JSON.parse(answer) as object),
  };
}

const PATH = 'secret/data/connect-wizard/*';
const POLICIES: Readonly<Record<string, string>> = {
  'team-ro': `path "${PATH}" { capabilities = ["read"] }`,
  'team-rw': `path "${PATH}" { capabilities = ["create", "update", "read"] }
path "secret/metadata/connect-wizard/*" { capabilities = ["list", "delete"] }`,
  'team-create': `path "${PATH}" { capabilities = ["create"] }`,
  'team-update': `path "${PATH}" { capabilities = ["update"] }`,
};

/** Changes on the real server between two exchanges. */
const BEFORE: Readonly<Record<string, (server: FakeVault) => void>> = {
  'health, sealed': (server) => {
    server.initialised = true;
  },
  'health, active': (server) => {
    server.sealed = false;
  },
  'rate limit': (server) => {
    server.busy = true;
  },
  'sys/seal': (server) => {
    server.busy = false;
  },
};

/** Times, tokens and lifetimes differ from run to run. */
function comparable(reply: VaultReply): unknown {
  if (reply.body === '') return undefined;
  const text = reply.body
    .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/gu, '"<time>"')
    .replaceAll(/"ttl":[1-9]\d*/gu, '"ttl":"<seconds>"')
    .replaceAll(/"id":"s\.[^"]+"/gu, '"id":"<token>"');
  return JSON.parse(text);
}

describe('the fake Vault answers like a real one', () => {
  const server = fakeVault();
  server.initialised = false;
  server.sealed = true;
  for (const [name, hcl] of Object.entries(POLICIES)) server.policy(name, hcl);
  const revoked = server.token({ policies: ['team-ro'] });
  server.revoke(revoked);
  const tokens: Readonly<Record<string, string | undefined>> = {
    root: server.rootToken,
    none: undefined,
    empty: '',
    wrong: 's.wrong',
    ro: server.token({ policies: ['team-ro'], ttl: 3600 }),
    rw: server.token({ policies: ['team-rw'] }),
    create: server.token({ policies: ['team-create'] }),
    update: server.token({ policies: ['team-update'] }),
    expired: server.token({ policies: ['team-ro'], ttl: 0 }),
    once: server.token({ policies: ['team-ro'], uses: 1 }),
    bare: server.token({ policies: ['team-ro'], withDefault: false }),
    revoked,
  };

  it.each(RECORDED.map((exchange) => [exchange.title, exchange] as const))('%s', (title, each) => {
    BEFORE[title]?.(server);
    const { method, url, body, status, location, response } = each;
    expect(Object.hasOwn(tokens, each.as)).toBe(true);
    const reply = server.handle({ method, url, token: tokens[each.as], body });
    expect(reply.status).toBe(status);
    expect(reply.headers['location']).toBe(location);
    if (response === undefined) expect(reply.body).toBe('');
    else expect(comparable(reply)).toMatchObject(response);
  });
});
