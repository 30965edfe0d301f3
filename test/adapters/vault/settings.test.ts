import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createVaultSettings,
  type VaultSettingsReader,
} from '../../../src/adapters/vault/settings.js';
import { UsageError, type StoreError } from '../../../src/core/errors.js';

const ADDR = 'https://vault.acme.example:8200';
const TOKEN = 's.4bPQW9FV0k2dQv7c';

const settings = (
  variables: Readonly<Record<string, string>>,
  userHome?: string,
): VaultSettingsReader =>
  createVaultSettings({
    variable: (name) => variables[name] || undefined,
    userHome,
    platform: process.platform,
  });

async function homeWith(token: string, mode = 0o600): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'connect-wizard-vault-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await writeFile(join(home, '.vault-token'), token);
  await chmod(join(home, '.vault-token'), mode);
  return home;
}

function failureOf(read: () => unknown): StoreError | UsageError {
  try {
    read();
  } catch (error) {
    expect(JSON.stringify((error as StoreError).advice)).not.toContain(TOKEN);
    return error as StoreError;
  }
  throw new Error('nothing failed');
}

describe('address, token and namespace', () => {
  it.each([
    ['VAULT_', 'vault'],
    ['BAO_', 'bao'],
  ])('come from %s…, which also names the tool', (prefix, tool) => {
    const reader = settings({
      [`${prefix}ADDR`]: `${ADDR}///`,
      [`${prefix}TOKEN`]: `\uFEFF${TOKEN}\r\n`,
      [`${prefix}NAMESPACE`]: '/team/a/',
      [`${prefix}CACERT`]: '/ca.pem',
      [`${prefix}CLIENT_CERT`]: '/cert.pem',
      [`${prefix}CLIENT_KEY`]: '/key.pem',
    });
    const { address, token, namespace } = reader.read();
    expect([address, token.reveal(), namespace]).toEqual([ADDR, TOKEN, 'team/a']);
    expect(reader.tls()).toEqual({ ca: '/ca.pem', certificate: '/cert.pem', key: '/key.pem' });
    expect([reader.tool, reader.backend]).toEqual([tool, `Vault at ${ADDR}`]);
  });

  it('may be given twice if both are the same', () => {
    const both = {
      VAULT_ADDR: ADDR,
      BAO_ADDR: `${ADDR}/`,
      VAULT_TOKEN: TOKEN,
      BAO_TOKEN: `${TOKEN}\n`,
    };
    expect(settings(both).read().address).toBe(ADDR);
  });

  it.each(['ADDR', 'TOKEN', 'NAMESPACE', 'CACERT', 'CLIENT_CERT', 'CLIENT_KEY'])(
    'are refused, with both names, if they differ: %s',
    (name) => {
      const base = { VAULT_ADDR: ADDR, VAULT_TOKEN: TOKEN };
      const two = {
        [`VAULT_${name}`]: 'https://one.example',
        [`BAO_${name}`]: 'https://two.example',
      };
      const reader = settings({ ...base, ...two });
      const error = failureOf(() => [reader.read(), reader.tls()]);
      expect(error).toBeInstanceOf(UsageError);
      expect(error.message).toContain(`VAULT_${name} and BAO_${name}`);
      expect(error.message).not.toContain('two.example');
    },
  );

  it.each([
    ['http://localhost:8200'],
    ['http://127.0.0.1:8200'],
    ['http://127.9.9.9'],
    ['http://[::1]:8200'],
    ['https://proxy.acme.example/vault'],
  ])('%s is an address', (address) => {
    expect(settings({ VAULT_ADDR: address, VAULT_TOKEN: TOKEN }).read().address).toBe(address);
  });

  it.each([
    ['nothing', '', 'VAULT_ADDR is not set'],
    ['plain http to another machine', 'http://vault.acme.example:8200', 'leads to another machine'],
    ['no scheme', 'vault.acme.example:8200', 'is no address'],
    ['a socket', 'unix:///run/vault.sock', 'is no address'],
    ['a query', `${ADDR}?a=b`, 'is no address'],
    ['nonsense', 'https://', 'is no address'],
  ])('are store-unavailable with %s as the address', (_, address, why) => {
    const reader = settings({ VAULT_ADDR: address, VAULT_TOKEN: TOKEN });
    const error = failureOf(() => reader.read());
    expect(error).toMatchObject({ reason: 'store-unavailable' });
    expect(error.message).toContain(why);
    expect(reader.backend).toBe('Vault');
  });

  it('are refused with a user name in the address, which is not shown', () => {
    const reader = settings({
      VAULT_ADDR: 'https://ines:pw@vault.acme.example',
      VAULT_TOKEN: TOKEN,
    });
    const error = failureOf(() => reader.read());
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).not.toContain('ines');
    expect(reader.backend).toBe('Vault');
  });
});

describe('the token', () => {
  it('comes from ~/.vault-token if no variable is set', async () => {
    const home = await homeWith(`${TOKEN}\n`);
    expect(settings({ VAULT_ADDR: ADDR }, home).read().token.reveal()).toBe(TOKEN);
    const both = settings({ VAULT_ADDR: ADDR, VAULT_TOKEN: 's.other' }, home);
    expect(both.read().token.reveal()).toBe('s.other');
  });

  it('in a file that others can read is refused, with a command', async () => {
    const home = await homeWith(TOKEN, 0o644);
    const error = failureOf(() => settings({ VAULT_ADDR: ADDR }, home).read());
    expect(error).toMatchObject({ reason: 'store-denied' });
    expect(error.advice.command).toBe(`chmod 600 '${join(home, '.vault-token')}'`);
  });

  it('is refused if ~/.vault-token is a folder', async () => {
    const home = await mkdtemp(join(tmpdir(), 'connect-wizard-vault-'));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    await mkdir(join(home, '.vault-token'), { mode: 0o700 });
    const error = failureOf(() => settings({ VAULT_ADDR: ADDR }, home).read());
    expect(error).toMatchObject({ reason: 'store-denied' });
    expect(error.message).toContain('.vault-token is no file');
  });

  it.each(['', '\n'])('is missing if the file is empty: %j', async (content) => {
    const home = await homeWith(content);
    const error = failureOf(() => settings({ VAULT_ADDR: ADDR }, home).read());
    expect(error).toMatchObject({ reason: 'store-denied', advice: { command: 'vault login' } });
  });

  it('is missing without a home, with the command for OpenBao', () => {
    const error = failureOf(() => settings({ BAO_ADDR: ADDR }).read());
    expect(error).toMatchObject({ reason: 'store-denied', advice: { command: 'bao login' } });
  });

  it.each(['two words', 'two\nlines', 'schlüssel'])(
    'that cannot be in a header is refused: %j',
    (bad) => {
      const error = failureOf(() => settings({ VAULT_ADDR: ADDR, VAULT_TOKEN: bad }).read());
      expect(error).toMatchObject({ reason: 'store-denied' });
      expect(JSON.stringify(error.advice)).not.toContain(bad);
    },
  );
});
