import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { RECORD_VERSION, type Connection } from '../../src/core/connection.js';
import type { SecretService } from '../support/secret-service.js';

export const API_KEY = 'bench-key-0000000000';
export const PASSPHRASE = 'a passphrase for the bench';

export function tenants(count: number): string[] {
  return Array.from({ length: count }, (_, number) => `tenant-${number}`);
}

/** A home with a record for each of `count` tenants. */
export function homeWith(home: string, count: number, store = 'keychain'): string {
  const records = join(home, '.config', 'connect-wizard', 'connections');
  mkdirSync(records, { recursive: true, mode: 0o700 });
  for (const tenant of tenants(count)) {
    const record = recordOf(tenant, store);
    const file = join(records, `${encodeURIComponent(record.name)}.json`);
    writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  }
  return home;
}

export function recordOf(tenant: string, store: string): Connection {
  const then = '2026-11-20T18:00:00.000Z';
  return {
    v: RECORD_VERSION,
    name: `freshservice/${tenant}`,
    provider: 'freshservice',
    host: `${tenant}.freshservice.com`,
    fields: { domain: tenant },
    // The fake's own identity, so that a check finds no change.
    identity: { id: '21000123', label: 'Ines Okafor <ines.okafor@acme.example>' },
    store,
    needs: [],
    reason: 'ok',
    recognised: true,
    createdAt: then,
    verifiedAt: then,
    lastValidAt: then,
  };
}

function itemOf(tenant: string): string {
  const fields = { domain: tenant, apiKey: API_KEY };
  const host = `${tenant}.freshservice.com`;
  return JSON.stringify({ v: 1, provider: 'freshservice', host, fields });
}

/** A file for `import` with so many rows. */
export function writeRows(folder: string, count: number): string {
  const file = join(folder, 'keys.csv');
  const rows = tenants(count).map((tenant) => `freshservice,${tenant},${API_KEY}`);
  writeFileSync(file, `provider,domain,apiKey\n${rows.join('\n')}\n`, { mode: 0o600 });
  return file;
}

/** Puts the secrets of `count` tenants into the file store of a home. */
export async function fillFileStore(home: string, count: number): Promise<void> {
  const config = join(home, '.config', 'connect-wizard');
  const secrets = join(config, 'secrets');
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const sealing = new Encrypter();
  sealing.setPassphrase(PASSPHRASE);
  sealing.setScryptWorkFactor(17);
  const sealed = await sealing.encrypt(`# public key: ${recipient}\n${identity}\n`);
  writeFileSync(join(config, 'identity.age'), sealed, { mode: 0o600 });
  for (const tenant of tenants(count)) {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    const name = encodeURIComponent(`freshservice/${tenant}`);
    const file = await encrypter.encrypt(itemOf(tenant));
    writeFileSync(join(secrets, `${name}.age`), file, { mode: 0o600 });
  }
}

/** The same for a keychain. */
export async function fillKeychain(keyring: SecretService, count: number): Promise<void> {
  for (const tenant of tenants(count)) await keyring.put(`freshservice/${tenant}`, itemOf(tenant));
}
