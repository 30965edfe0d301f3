import { expect, onTestFinished } from 'vitest';
import { createVaultSettings } from '../../src/adapters/vault/settings.js';
import { createVault, type Vault } from '../../src/adapters/vault/vault.js';
import { NetworkError } from '../../src/core/errors.js';
import type { Clock, Http, HttpRequest } from '../../src/core/ports.js';
import type { HttpResponse } from '../../src/core/response.js';
import { Secret } from '../../src/core/secret.js';
import type { NetworkReason } from '../../src/core/verdict.js';
import { fakeVault, type FakeVault } from './fake-vault.js';
import { fakeClock, type FakeClock } from './fakes.js';

export const PLACE = 'secret/team/wizard';
export const STORE_ID = `vault:${PLACE}`;
export const ADDRESS = 'https://vault.acme.example:8200';

/** The policy that the documentation asks for. */
export const POLICY = `
path "secret/data/team/wizard/*" { capabilities = ["create", "update", "read"] }
path "secret/metadata/team/wizard/*" { capabilities = ["list", "delete"] }`;

/** What happens to a request before or after it reaches the server. */
export type Accident =
  | { readonly before: HttpResponse | NetworkReason }
  | { readonly after: NetworkReason };

export interface Team {
  readonly server: FakeVault;
  readonly clock: FakeClock;
  /** The token of somebody with the policy above. */
  readonly token: string;
  /** The accident of each request, such as `POST secret/data/…`; undefined lets it pass. */
  accident: (call: string) => Accident | undefined;
  /** Another machine, which does not know what the others have read. */
  machine(options?: {
    readonly author?: string;
    readonly token?: string;
    readonly storeId?: string;
    readonly variables?: Readonly<Record<string, string>>;
    /** Sees every request of this machine. */
    readonly sees?: (request: HttpRequest) => void;
  }): Vault;
}

/** A server with a KV 2 engine at `secret/`, its policy and a token, and machines that use it. */
export function vaultTeam(): Team {
  const clock = fakeClock();
  const server = fakeVault(() => clock.now());
  server.mount('secret/');
  server.policy('team', POLICY);
  const team: Team = {
    server,
    clock,
    token: server.token({ policies: ['team'] }),
    accident: () => undefined,
    machine(options = {}) {
      const { author = 'ines@laptop', token = team.token, storeId = STORE_ID } = options;
      const variables = { VAULT_ADDR: ADDRESS, VAULT_TOKEN: token, ...options.variables };
      const send = strictSend(team, token, options.variables?.['VAULT_NAMESPACE']);
      return openVault(
        async (request) => {
          options.sees?.(request);
          return send(request);
        },
        clock,
        { author, storeId, variables },
      );
    },
  };
  return team;
}

/** The parts, put together as the program does it. */
export function openVault(
  send: Http['send'],
  clock: Clock,
  options: {
    readonly author: string;
    readonly storeId: string;
    readonly variables: Readonly<Record<string, string>>;
  },
): Vault {
  const { author, storeId, variables } = options;
  const settings = createVaultSettings({
    variable: (name) => variables[name] || undefined,
    userHome: undefined,
    platform: process.platform,
  });
  return createVault({ storeId, settings, send, clock, timeoutMs: 15_000, concurrency: 8, author });
}

/**
 * The way to the server. It fails the test if a request lacks what every request needs, or writes
 * without check-and-set.
 */
function strictSend(team: Team, token: string, namespace: string | undefined): Http['send'] {
  const faults: string[] = [];
  onTestFinished(() => expect(faults, 'requests that are not as they have to be').toEqual([]));
  return async (request) => {
    const { method = 'GET', url, headers, body } = request;
    const sent = headers['x-vault-token'];
    const text = body instanceof Secret ? body.reveal() : body;
    const { origin, pathname, search } = new URL(url);
    const call = `${method} ${pathname.replace('/v1/', '')}${search}`;
    const sound: readonly (readonly [string, boolean])[] = [
      ['goes to the address', origin === ADDRESS],
      ['has the token as a secret', sent instanceof Secret && sent.reveal() === token],
      ['has the mark against forged requests', headers['x-vault-request'] === 'true'],
      ['names the namespace', headers['x-vault-namespace'] === namespace],
      ['has a limit', request.timeoutMs > 0],
      ['has a credential as a secret', !isWriteBelow(request, 'credentials') || isHidden(request)],
      ['names the version it replaces', !isWriteBelow(request, '') || namesVersion(text)],
      ['asks for no folder by its slash', !pathname.endsWith('/')],
    ];
    faults.push(...sound.filter(([, good]) => !good).map(([what]) => `${call}: no, it ${what}`));

    const accident = team.accident(call);
    if (accident && 'before' in accident) return orThrow(accident.before);
    const target = url.slice(origin.length);
    const reply = team.server.handle({ method, url: target, token, namespace, body: text });
    if (accident && 'after' in accident) return orThrow(accident.after);
    return { ...reply, truncated: false };
  };
}

function isWriteBelow({ method, url }: HttpRequest, folder: string): boolean {
  return method === 'POST' && url.includes(`/data/team/wizard/${folder}`);
}

/** Whether a body is secret; the marker of a removal is not. */
function isHidden({ body }: HttpRequest): boolean {
  return body instanceof Secret || body?.endsWith('"data":{"v":2,"removed":true}}') === true;
}

function namesVersion(body: string | undefined): boolean {
  return /^\{"options":\{"cas":\d+\},"data":\{/u.test(body ?? '');
}

function orThrow(what: HttpResponse | NetworkReason): HttpResponse {
  if (typeof what !== 'string') return what;
  throw new NetworkError(what, `fake ${what}`, { passing: what === 'connection' });
}

/** A response of the server, for an accident. */
export function response(
  status: number,
  body: object | string = '',
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html' : 'application/json';
  return { status, headers: { 'content-type': type, ...headers }, body: text, truncated: false };
}
