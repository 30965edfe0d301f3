import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECORD_VERSION, type Connection } from '../../src/core/connection.js';
import { fakeFreshservice } from './fake-providers.js';
import { startTlsWorld } from './tls-world.js';
import { startVaultServer } from './vault-server.js';

export interface VaultBench {
  /** For files; it is empty. */
  readonly folder: string;
  readonly program: string;
  readonly apiKey: string;
  /** Runs Node to its end. @returns milliseconds. */
  time(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number>;
}

const COUNT = 1000;
const DELAY_MS = 20;
const AT_ONCE = 8;
const ROUNDS = 3;
const DATA = '/v1/secret/data/team/bench';

/**
 * What `check` of connections in a Vault takes against the least client that makes the same requests
 * to it: a list, and two reads and a write a connection. The providers answer at once.
 */
export async function measureVault(bench: VaultBench): Promise<{ took: number; bare: number }> {
  const tenants = Array.from({ length: COUNT }, (_, number) => `tenant-${number}`);
  const vault = await startVaultServer(DELAY_MS);
  const world = await startTlsWorld(fakeFreshservice({ tenants, apiKey: bench.apiKey }));
  const { server } = vault;
  server.mount('secret/');
  const token = server.rootToken;
  const put = (path: string, data: object): void => {
    const body = JSON.stringify({ data });
    server.handle({ method: 'POST', url: `${DATA}/${path}`, token, body });
  };
  for (const tenant of tenants) {
    const record = recordOf(tenant);
    const { name, provider, host } = record;
    put(`records/${name}`, record);
    const fields = { domain: tenant, apiKey: bench.apiKey };
    put(`credentials/${name}`, { v: 2, name, provider, host, fields });
  }
  const client = join(bench.folder, 'bare-vault-client.mjs');
  writeFileSync(client, bareClient(`${vault.address}${DATA}`, token, tenants));
  const env = {
    HOME: bench.folder,
    PATH: process.env['PATH'],
    VAULT_ADDR: vault.address,
    VAULT_TOKEN: token,
    CONNECT_WIZARD_STORE: 'vault:secret/team/bench',
    ...world.env,
  };
  const check = [bench.program, 'check', '--concurrency', String(AT_ONCE), '--timeout', '60'];
  try {
    // The first run is the world's: it makes a certificate for each host it is asked for.
    await bench.time(check, env);
    const took: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await bench.time([client], env));
      took.push(await bench.time(check, env));
    }
    return { took: Math.min(...took), bare: Math.min(...bare) };
  } finally {
    await world.close();
    await vault.close();
  }
}

function recordOf(tenant: string): Connection {
  return {
    v: RECORD_VERSION,
    name: `freshservice/${tenant}`,
    provider: 'freshservice',
    host: `${tenant}.freshservice.com`,
    fields: { domain: tenant },
    identity: null,
    store: 'vault:secret/team/bench',
    needs: [],
    reason: 'ok',
    recognised: true,
    createdAt: '2026-11-01T09:00:00.000Z',
    verifiedAt: '2026-11-01T09:00:00.000Z',
    lastValidAt: '2026-11-01T09:00:00.000Z',
  };
}

/** Node's own client, connections kept alive, nothing looked at but the status. */
function bareClient(address: string, token: string, tenants: readonly string[]): string {
  return `
import { Agent, request } from 'node:http';
const agent = new Agent({ keepAlive: true, maxSockets: ${AT_ONCE} });
const headers = { 'x-vault-token': ${JSON.stringify(token)}, 'content-type': 'application/json' };
const send = (method, path, body) => new Promise((resolve, reject) => {
  request(${JSON.stringify(address)} + path, { method, headers, agent }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk) => (text += chunk)).on('end', () =>
      response.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(text)));
  }).on('error', reject).end(body);
});
const tenants = ${JSON.stringify(tenants)}.entries();
const work = async () => {
  for (const [, tenant] of tenants) {
    const { data } = await send('GET', '/records/freshservice/' + tenant);
    await send('GET', '/credentials/freshservice/' + tenant);
    const body = { options: { cas: data.metadata.version }, data: data.data };
    await send('POST', '/records/freshservice/' + tenant, JSON.stringify(body));
  }
};
await Promise.all(Array.from({ length: ${AT_ONCE} }, work));
agent.destroy();
`;
}
