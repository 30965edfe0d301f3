import { onTestFinished } from 'vitest';
import type { Vault } from '../../src/adapters/vault/vault.js';
import type { Clock, Http } from '../../src/core/ports.js';
import type { HttpResponse } from '../../src/core/response.js';
import { revealAll, Secret } from '../../src/core/secret.js';
import { openVault } from './vault-team.js';

/** The root token of a test server; `server -dev` can be given this one. */
const ROOT_TOKEN = process.env['CONNECT_WIZARD_TEST_VAULT_TOKEN'] ?? 'root';

const clock: Clock = {
  now: () => new Date(),
  sleep: (milliseconds) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    }),
};

/**
 * A new engine on a real server, with the policy that the documentation asks for and a token
 * without other rights. The engine is gone when the test ends.
 */
export async function realVaultTeam(
  address: string,
): Promise<{ machine(author?: string): Vault; readonly token: string }> {
  const id = `connect-wizard-test-${crypto.randomUUID()}`;
  const admin = async (method: string, path: string, body?: object): Promise<HttpResponse> =>
    sendTo(address, method, path, { 'x-vault-token': ROOT_TOKEN }, body && JSON.stringify(body));
  await admin('POST', `sys/mounts/${id}`, { type: 'kv', options: { version: '2' } });
  onTestFinished(async () => {
    await admin('DELETE', `sys/mounts/${id}`);
    await admin('DELETE', `sys/policies/acl/${id}`);
  });
  const policy = `
path "${id}/data/team/wizard/*" { capabilities = ["create", "update", "read"] }
path "${id}/metadata/team/wizard/*" { capabilities = ["list", "delete"] }`;
  await admin('POST', `sys/policies/acl/${id}`, { policy });
  const created = await admin('POST', 'auth/token/create', { policies: [id], ttl: '10m' });
  const { auth } = JSON.parse(created.body) as { auth: { client_token: string } };
  const send: Http['send'] = ({ method = 'GET', url, headers, body }) =>
    sendTo(
      address,
      method,
      url.slice(`${address}/v1/`.length),
      revealAll(headers),
      body instanceof Secret ? body.reveal() : body,
    );
  return {
    token: auth.client_token,
    machine: (author = 'ines@laptop') =>
      openVault(send, clock, {
        author,
        storeId: `vault:${id}/team/wizard`,
        variables: { VAULT_ADDR: address, VAULT_TOKEN: auth.client_token },
      }),
  };
}

async function sendTo(
  address: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
): Promise<HttpResponse> {
  const init = {
    method,
    headers,
    redirect: 'manual' as const,
    ...(body !== undefined && { body }),
  };
  const answer = await fetch(`${address}/v1/${path}`, init);
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: await answer.text(),
    truncated: false,
  };
}
