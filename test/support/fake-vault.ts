import { posix } from 'node:path';

/**
 * A KV server like Vault and OpenBao: mounts of both versions, tokens, policies, check-and-set,
 * deleted and destroyed versions. It keeps everything in memory, and a test compares it with the
 * answers of a real server (`test/adapters/vault/exchanges.txt`).
 */

export interface VaultCall {
  readonly method: string;
  /** The address from `/v1/` on, with its query. */
  readonly url: string;
  readonly token: string | undefined;
  readonly namespace?: string | undefined;
  readonly body?: string | undefined;
}

export interface VaultReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Version {
  readonly data: unknown;
  readonly created: string;
  deleted: string;
  destroyed: boolean;
}

interface Mount {
  readonly type: string;
  readonly version: string | undefined;
  casRequired: boolean;
  deleteAfterMs: number;
  readonly entries: Map<string, Version[]>;
  readonly plain: Map<string, unknown>;
}

interface Token {
  readonly policies: readonly string[];
  readonly endsAt: number | undefined;
  /** 0 means no limit. */
  uses: number;
}

type Rights = ReadonlyMap<string, readonly string[]>;

export interface FakeVault {
  handle(call: VaultCall): VaultReply;
  sealed: boolean;
  initialised: boolean;
  /** A rate limit quota is used up. */
  busy: boolean;
  /** The only namespace that it knows. */
  namespace: string | undefined;
  /** How many reads of entries it answers like a standby that has not seen the last write. */
  behind: number;
  readonly rootToken: string;
  /** @param hcl in the form that the tool prints. */
  policy(name: string, hcl: string): void;
  token(options?: {
    readonly policies?: readonly string[];
    readonly ttl?: number;
    readonly uses?: number;
    readonly withDefault?: boolean;
  }): string;
  revoke(token: string): void;
  mount(path: string, version?: string, type?: string): Mount;
  /** Every call, without its secret parts: `POST secret/data/x`. */
  readonly calls: readonly string[];
}

const DEFAULT_POLICY = `
path "auth/token/lookup-self" { capabilities = ["read"] }
path "sys/capabilities-self" { capabilities = ["update"] }`;

export function fakeVault(now: () => Date = () => new Date()): FakeVault {
  const rootToken = `s.root-${crypto.randomUUID()}`;
  const tokens = new Map<string, Token>([
    [rootToken, { policies: ['root'], endsAt: undefined, uses: 0 }],
  ]);
  const policies = new Map<string, Rights>([['default', parsePolicy(DEFAULT_POLICY)]]);
  const mounts = new Map<string, Mount>();
  const calls: string[] = [];

  const server: FakeVault = {
    sealed: false,
    initialised: true,
    busy: false,
    namespace: undefined,
    behind: 0,
    rootToken,
    calls,
    policy: (name, hcl) => policies.set(name, parsePolicy(hcl)),
    token({ policies: named = [], ttl, uses = 0, withDefault = true } = {}) {
      const token = `s.${crypto.randomUUID()}`;
      const endsAt = ttl === undefined ? undefined : now().getTime() + ttl * 1000;
      tokens.set(token, {
        policies: withDefault ? ['default', ...named] : named,
        endsAt,
        uses,
      });
      return token;
    },
    revoke: (token) => tokens.delete(token),
    mount(path, version = '2', type = 'kv') {
      const mount: Mount = {
        type,
        version,
        casRequired: false,
        deleteAfterMs: 0,
        entries: new Map(),
        plain: new Map(),
      };
      mounts.set(path, mount);
      return mount;
    },
    handle(call) {
      const url = new URL(`http://vault.invalid${call.url.replace(/^\/\//u, '/')}`);
      const path = decodeURIComponent(call.url.split('?', 1)[0] ?? '').replace(/^\/v1\//u, '');
      const list = call.method === 'LIST' || url.searchParams.get('list') === 'true';
      const method = list ? 'LIST' : call.method === 'PUT' ? 'POST' : call.method;
      calls.push(`${method} ${path}`);
      if (path === 'sys/health') return health();
      if (server.sealed || !server.initialised) {
        return failed(503, 'error performing token check: Vault is sealed');
      }
      const clean = posix.normalize(path);
      if (clean !== path) return { ...empty(301), headers: { location: `/v1/${clean}` } };
      if (!call.token) return failed(400, 'missing client token');
      if (server.busy) return failed(429, `request path "${path}": rate limit quota exceeded`);
      if (server.namespace !== undefined && call.namespace !== server.namespace) {
        return failed(404, 'namespace not found');
      }
      const token = use(call.token);
      if (!token) return failed(403, 'permission denied');
      const body = call.body === undefined ? {} : (JSON.parse(call.body) as Body);
      return route(method, path, body, token, call.token);
    },
  };

  function health(): VaultReply {
    const { initialised: initialized, sealed } = server;
    const asleep = sealed || !initialized;
    const body = { initialized, sealed: asleep, standby: asleep };
    return reply(initialized ? (sealed ? 503 : 200) : 501, body);
  }

  /** The token, with one use less; undefined if it has none left, has ended or does not exist. */
  function use(id: string): Token | undefined {
    const token = tokens.get(id);
    if (!token || (token.endsAt !== undefined && token.endsAt <= now().getTime())) return undefined;
    if (token.uses === 1) tokens.delete(id);
    if (token.uses > 1) token.uses -= 1;
    return token;
  }

  function rightsAt(token: Token, path: string): readonly string[] {
    if (token.policies.includes('root')) return ['root'];
    const granted = new Set(
      token.policies.flatMap((name) => [...rightsOf(policies.get(name), path)]),
    );
    return granted.size === 0 ? ['deny'] : [...granted].toSorted();
  }

  function may(token: Token, path: string, right: string): boolean {
    const rights = rightsAt(token, path);
    return rights.includes('root') || rights.includes(right);
  }

  function route(method: string, path: string, body: Body, token: Token, id: string): VaultReply {
    if (path.startsWith('sys/internal/ui/mounts/')) {
      return probe(path.slice('sys/internal/ui/mounts/'.length), token);
    }
    const found = mountOf(path);
    const rights = {
      GET: 'read',
      LIST: 'list',
      DELETE: 'delete',
      POST: found && existed(found) ? 'update' : 'create',
    } as const;
    const right = path.startsWith('sys/') && method === 'POST' ? 'update' : rights[method as 'GET'];
    const asked = method === 'LIST' ? `${path.replace(/\/$/u, '')}/` : path;
    if (!may(token, asked, right)) {
      return failed(403, '1 error occurred:\n\t* permission denied\n\n');
    }
    if (path === 'auth/token/lookup-self') return ok(lookUp(token, id));
    if (path === 'sys/capabilities-self') {
      const paths = body['paths'] as string[];
      return ok(Object.fromEntries(paths.map((each) => [each, rightsAt(token, each)])));
    }
    if (token.policies.includes('root')) {
      const administered = administer(method, path, body);
      if (administered) return administered;
    }
    if (!found) return failed(404, `no handler for route '${asked}'`);
    const { mount, rest } = found;
    return mount.version === '2'
      ? versioned(mount, method, rest, body)
      : plain(mount, method, rest, body);
  }

  function lookUp(token: Token, id: string): Body {
    const left = token.endsAt === undefined ? 0 : (token.endsAt - now().getTime()) / 1000;
    return {
      id,
      num_uses: tokens.has(id) ? token.uses : -1,
      policies: token.policies,
      ttl: Math.floor(left),
      type: 'service',
    };
  }

  /** What tests set up with a root token. */
  function administer(method: string, path: string, body: Body): VaultReply | undefined {
    if (method !== 'POST') return undefined;
    const [, mountPath] = /^sys\/mounts\/(.+)$/u.exec(path) ?? [];
    if (mountPath !== undefined) {
      const options = body['options'] as { version?: string } | undefined;
      server.mount(`${mountPath}/`, options?.version, String(body['type']));
      return empty(204);
    }
    const [, policy] = /^sys\/policies\/acl\/(.+)$/u.exec(path) ?? [];
    if (policy !== undefined) {
      server.policy(policy, String(body['policy']));
      return empty(204);
    }
    if (path === 'auth/token/create') {
      const token = server.token({ policies: body['policies'] as string[] });
      return reply(200, { data: null, warnings: null, auth: { client_token: token } });
    }
    if (path === 'sys/seal') {
      server.sealed = true;
      return empty(204);
    }
    return undefined;
  }

  function probe(path: string, token: Token): VaultReply {
    const found = mountOf(`${path}/`);
    const below = found && hasAnyRight(token, found.path);
    if (!found || !below) {
      const words = `preflight capability check returned 403, please ensure client's policies grant access to path "${path}/"`;
      return failed(403, words);
    }
    const { version, type } = found.mount;
    const options = version === undefined ? null : { version };
    return ok({ options, path: found.path, type });
  }

  function hasAnyRight(token: Token, mountPath: string): boolean {
    if (token.policies.includes('root')) return true;
    return token.policies.some((name) =>
      [...(policies.get(name)?.keys() ?? [])].some((path) => path.startsWith(mountPath)),
    );
  }

  function mountOf(path: string): { path: string; mount: Mount; rest: string } | undefined {
    const [found] = [...mounts]
      .filter(([each]) => path.startsWith(each))
      .toSorted(([a], [b]) => b.length - a.length);
    return found && { path: found[0], mount: found[1], rest: path.slice(found[0].length) };
  }

  function existed({ mount, rest }: { mount: Mount; rest: string }): boolean {
    return mount.entries.has(rest.replace(/^data\//u, ''));
  }

  function versioned(mount: Mount, method: string, rest: string, body: Body): VaultReply {
    const [root = '', ...segments] = rest.split('/');
    const path = segments.join('/');
    if (method === 'POST' && rest === 'config') {
      mount.casRequired = body['cas_required'] === true;
      return empty(204);
    }
    if (method === 'POST' && root === 'destroy') {
      for (const each of body['versions'] as number[]) {
        const version = mount.entries.get(path)?.[each - 1];
        if (version) version.destroyed = true;
      }
      return empty(204);
    }
    if (root === 'metadata' && method === 'LIST') return listOf(mount, path);
    if (root === 'metadata' && method === 'DELETE') {
      mount.entries.delete(path);
      return empty(204);
    }
    if (root === 'data' && method === 'DELETE') {
      const newest = mount.entries.get(path)?.at(-1);
      if (newest) newest.deleted = now().toISOString();
      return empty(204);
    }
    if (root === 'data' && method === 'GET') return readOf(mount, path);
    if (root === 'data' && method === 'POST') return writeOf(mount, path, body);
    const verb = method === 'POST' ? 'put' : 'get';
    const warning = `Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. If using the Vault CLI, use 'vault kv ${verb}' for this operation.`;
    return reply(404, { data: null, warnings: [warning] });
  }

  function listOf(mount: Mount, path: string): VaultReply {
    const folder = `${path.replace(/\/$/u, '')}/`;
    const keys = new Set(
      [...mount.entries.keys()]
        .filter((each) => each.startsWith(folder))
        .map((each) => /^[^/]+\/?/u.exec(each.slice(folder.length))?.[0] ?? ''),
    );
    return keys.size === 0 ? failed(404) : ok({ keys: [...keys].toSorted() });
  }

  function readOf(mount: Mount, path: string): VaultReply {
    let versions = mount.entries.get(path) ?? [];
    if (server.behind > 0) {
      server.behind -= 1;
      versions = versions.slice(0, -1);
    }
    const newest = versions.at(-1);
    if (!newest) return failed(404);
    const deleted = newest.deleted !== '' && Date.parse(newest.deleted) <= now().getTime();
    const data = deleted || newest.destroyed ? null : newest.data;
    const found = { data, metadata: metadataOf(newest, versions.length) };
    return data === null ? reply(404, { data: found }) : ok(found);
  }

  function writeOf(mount: Mount, path: string, body: Body): VaultReply {
    if (path.endsWith('/')) return failed(400, "cannot write to a path ending in '/'");
    const { data, options } = body as { data?: unknown; options?: { cas?: number } };
    if (data === undefined) return failed(400, 'no data provided');
    const versions = mount.entries.get(path) ?? [];
    if (options?.cas === undefined && mount.casRequired) {
      return failed(400, 'check-and-set parameter required for this call');
    }
    if (options?.cas !== undefined && options.cas !== versions.length) {
      return failed(400, 'check-and-set parameter did not match the current version');
    }
    const time = now();
    const deleted =
      mount.deleteAfterMs === 0 ? '' : new Date(time.getTime() + mount.deleteAfterMs).toISOString();
    const version = { data: sorted(data), created: time.toISOString(), deleted, destroyed: false };
    mount.entries.set(path, [...versions, version]);
    return ok(metadataOf(version, versions.length + 1));
  }

  function plain(mount: Mount, method: string, rest: string, body: Body): VaultReply {
    if (method === 'POST') {
      mount.plain.set(rest, body);
      return empty(204);
    }
    const data = mount.plain.get(rest);
    return data === undefined ? failed(404) : ok(data);
  }

  return server;
}

type Body = Readonly<Record<string, unknown>>;

function metadataOf({ created, deleted, destroyed }: Version, version: number): Body {
  return { created_time: created, deletion_time: deleted, destroyed, version };
}

/** The keys in the order in which Go writes a map. */
function sorted(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each: unknown) =>
      typeof each === 'object' && each !== null && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : each,
    ),
  );
}

function ok(data: unknown): VaultReply {
  return reply(200, { data });
}

/** The keys for a lease and for wrapping are there, and empty. */
function reply(status: number, body: object): VaultReply {
  const around = { request_id: crypto.randomUUID(), lease_id: '', renewable: false };
  const whole = 'data' in body ? { ...around, wrap_info: null, auth: null, ...body } : body;
  return {
    status,
    headers: { 'cache-control': 'no-store', 'content-type': 'application/json' },
    body: JSON.stringify(whole),
  };
}

function failed(status: number, ...errors: string[]): VaultReply {
  return reply(status, { errors });
}

function empty(status: number): VaultReply {
  return { status, headers: { 'cache-control': 'no-store' }, body: '' };
}

/** The subset of HCL that policies are written in: a path and its capabilities. */
function parsePolicy(hcl: string): Rights {
  const rules = hcl.matchAll(/path\s+"([^"]+)"\s*\{\s*capabilities\s*=\s*\[([^\]]*)\]\s*\}/gu);
  return new Map(
    [...rules].map(([, path = '', list = '']) => [
      path,
      [...list.matchAll(/"([a-z]+)"/gu)].map(([, each = '']) => each),
    ]),
  );
}

/** The rule of the exact path, else of the longest prefix. A folder is asked for with its slash. */
function rightsOf(rights: Rights | undefined, path: string): readonly string[] {
  const exact = rights?.get(path) ?? rights?.get(path.replace(/\/$/u, ''));
  if (!rights || exact) return exact ?? [];
  const [longest] = [...rights]
    .filter(([each]) => each.endsWith('*') && path.startsWith(each.slice(0, -1)))
    .toSorted(([a], [b]) => b.length - a.length);
  return longest?.[1] ?? [];
}
