import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakeFreshservice } from '../support/fake-providers.js';
import { startTlsWorld } from '../support/tls-world.js';
import { startVaultServer } from '../support/vault-server.js';
import { API_KEY, recordOf, tenants as tenantsOf } from './homes.js';
import { measureRun, median, seconds, time, type Program, type Row } from './program.js';

const COUNT = 1000;
const DELAY_MS = 20;
const AT_ONCE = 8;
const ROUNDS = 3;
const STORE = 'vault:secret/team/bench';
const DATA = '/v1/secret/data/team/bench';

/** `check` of connections in a Vault, with providers that respond at once. */
export const vault: Row = {
  name: 'vault',
  says: '`check` of 1,000 from a Vault that takes 20 ms, 8 at once, × a bare client',
  atMost: '1.3 ×',
  measure: measureVault,
};

/**
 * Compares it with the smallest client that makes the same requests to the Vault: two reads and
 * a write for each connection.
 */
async function measureVault(program: Program): Promise<string> {
  const tenants = tenantsOf(COUNT);
  const running = await startVaultServer(DELAY_MS);
  const world = await startTlsWorld(fakeFreshservice({ tenants, apiKey: API_KEY }));
  const { server } = running;
  server.mount('secret/');
  const token = server.rootToken;
  const put = (path: string, data: object): void => {
    const body = JSON.stringify({ data });
    server.handle({ method: 'POST', url: `${DATA}/${path}`, token, body });
  };
  for (const tenant of tenants) {
    const record = recordOf(tenant, STORE);
    const { name, provider, host } = record;
    put(`records/${name}`, record);
    const fields = { domain: tenant, apiKey: API_KEY };
    put(`credentials/${name}`, { v: 2, name, provider, host, fields });
  }
  const client = join(program.folder, 'bare-vault-client.mjs');
  writeFileSync(client, bareClient(`${running.address}${DATA}`, token, tenants));
  const env = {
    HOME: program.folder,
    PATH: process.env['PATH'],
    VAULT_ADDR: running.address,
    VAULT_TOKEN: token,
    CONNECT_WIZARD_STORE: STORE,
    ...world.env,
  };
  const args = ['check', '--concurrency', String(AT_ONCE), '--timeout', '60'];
  try {
    await measureRun(program, { args, env });
    const [took, bare]: [number[], number[]] = [[], []];
    let cpuMs = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await time(program.node, { args: [client], env }));
      const taken = await measureRun(program, { args, env });
      took.push(taken.ms);
      ({ cpuMs } = taken);
    }
    const times = median(took.map((each, round) => each / (bare[round] ?? Number.NaN)));
    return `${times.toFixed(2)} × (${seconds(median(took))} to ${seconds(median(bare))}, CPU ${seconds(cpuMs)})`;
  } finally {
    await world.close();
    await running.close();
  }
}

/** Node's own client with kept-alive connections, which checks only the status. */
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
