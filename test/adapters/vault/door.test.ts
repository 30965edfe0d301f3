import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openDoor } from '../../../src/adapters/vault/door.js';
import { createVaultSettings } from '../../../src/adapters/vault/settings.js';
import { readProxySettings } from '../../../src/adapters/proxy.js';
import type { HttpResponse } from '../../../src/core/response.js';
import { createAuthority } from '../../support/certificates.js';

const files = { ca: '', other: '', certificate: '', key: '', missing: '' };
let folder: string;
let address: string;
let close: () => void;

/** A server with its own CA, which answers with the name in the client's certificate. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connect-wizard-door-'));
  const [authority, stranger] = [await createAuthority(), await createAuthority('Stranger')];
  const [own, client] = [await authority.issue('localhost'), await authority.issue('ines')];
  const content = {
    ca: authority.pem,
    other: stranger.pem,
    certificate: client.cert,
    key: client.key,
  };
  for (const [name, pem] of Object.entries(content)) {
    files[name as keyof typeof files] = join(folder, `${name}.pem`);
    await writeFile(join(folder, `${name}.pem`), pem);
  }
  files.missing = join(folder, 'missing.pem');
  const options = { ...own, ca: authority.pem, requestCert: true, rejectUnauthorized: false };
  const server = createServer(options, ({ socket }, answer) => {
    const subject = (socket as TLSSocket).getPeerCertificate().subject as
      | { CN?: string }
      | undefined;
    answer.end(subject?.CN ?? 'nobody');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  address = `https://localhost:${port}`;
  close = () => {
    server.close();
    server.closeAllConnections();
  };
});
afterAll(async () => {
  close();
  await rm(folder, { recursive: true, force: true });
});

function send(variables: Readonly<Record<string, string>>, url = address): Promise<HttpResponse> {
  const all: Readonly<Record<string, string>> = {
    VAULT_ADDR: address,
    VAULT_TOKEN: 's.of-ines',
    // Nothing listens there, and a server on this machine is reached without it.
    HTTPS_PROXY: 'http://127.0.0.1:9',
    ...variables,
  };
  const variable = (name: string): string | undefined => all[name];
  const settings = createVaultSettings({ variable, userHome: undefined, platform: 'linux' });
  const door = openDoor(settings, { proxy: readProxySettings(variable), userAgent: 'test' });
  onTestFinished(() => door.close());
  return door.send({ method: 'GET', url, headers: {}, timeoutMs: 10_000 });
}

describe('the way to a Vault', () => {
  it.each(['VAULT', 'BAO'])('accepts the CA that %s_CACERT names', async (form) => {
    const response = await send({ [`${form}_CACERT`]: files.ca });
    expect(response).toMatchObject({ status: 200, body: 'nobody' });
  });

  it('presents the certificate that its variables name', async () => {
    const own = { VAULT_CLIENT_CERT: files.certificate, VAULT_CLIENT_KEY: files.key };
    const response = await send({ VAULT_CACERT: files.ca, ...own });
    expect(response.body).toBe('ines');
  });

  it.each<readonly [string, () => Readonly<Record<string, string>>]>([
    ['no CA', () => ({})],
    ['another CA', () => ({ VAULT_CACERT: files.other })],
    ['VAULT_SKIP_VERIFY', () => ({ VAULT_SKIP_VERIFY: 'true' })],
  ])('is refused with %s', async (_, variables) => {
    await expect(send(variables())).rejects.toMatchObject({ reason: 'tls-untrusted' });
  });

  it('is refused with the name of another server', async () => {
    const named = address.replace('localhost', '127.0.0.1');
    const call = send({ VAULT_CACERT: files.ca, VAULT_ADDR: named }, named);
    await expect(call).rejects.toMatchObject({ reason: 'tls-name' });
  });

  it('leads to no other server', async () => {
    const elsewhere = send({ VAULT_CACERT: files.ca }, 'https://acme.freshservice.com/api');
    await expect(elsewhere).rejects.toThrow('no request may go to acme.freshservice.com');
  });

  it.each<readonly [string, () => Readonly<Record<string, string>>, RegExp]>([
    ['a missing file', () => ({ VAULT_CACERT: files.missing }), /missing\.pem: ENOENT/u],
    [
      'a file without a certificate',
      () => ({ VAULT_CACERT: files.key }),
      /no certificate in PEM form/u,
    ],
    [
      'a certificate without its key',
      () => ({ VAULT_CLIENT_CERT: files.certificate }),
      /need each other/u,
    ],
    ['a key without its certificate', () => ({ BAO_CLIENT_KEY: files.key }), /need each other/u],
    [
      'the key of another certificate',
      () => ({ VAULT_CLIENT_CERT: files.ca, VAULT_CLIENT_KEY: files.key }),
      /of another certificate/u,
    ],
  ])('is not tried with %s', (_, variables, why) => {
    const call = () => send(variables());
    expect(call).toThrow(expect.objectContaining({ reason: 'store-unavailable' }) as Error);
    expect(call).toThrow(why);
  });
});
