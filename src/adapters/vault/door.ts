import { readFileSync } from 'node:fs';
import { StoreError } from '../../core/errors.js';
import { plainText } from '../../core/plain-text.js';
import type { Http } from '../../core/ports.js';
import { codeOf } from '../files.js';
import { createHttp } from '../http.js';
import type { ProxySettings } from '../proxy.js';
import { isLoopback, type VaultSettingsReader } from './settings.js';

const KEEP_ALIVE_MS = 10_000;

/**
 * An HTTP adapter for the server alone: what goes to a provider never has its token, and what goes to
 * it never has a provider's secret in an address or a header.
 *
 * @throws {StoreError} a certificate can't be read, or the address can't be used.
 * @throws {UsageError} the settings contradict each other.
 */
export function openDoor(
  settings: VaultSettingsReader,
  { proxy, userAgent }: { readonly proxy: ProxySettings; readonly userAgent: string },
): Http & { close(): Promise<void> } {
  const { hostname, origin } = new URL(settings.read().address);
  const { ca, certificate, key } = settings.tls();
  const files = { ca, cert: certificate, key };
  const given = Object.entries(files).flatMap(([name, path]) =>
    path === undefined ? [] : [[name, readPem(path)] as const],
  );
  return createHttp({
    ...(!isLoopback(hostname) && { proxy }),
    userAgent,
    // One server for all connections: a request finds the connection of the one before.
    keepAliveMs: KEEP_ALIVE_MS,
    allows: (address) => address.origin === origin,
    ...(given.length > 0 && { certificates: Object.fromEntries(given) }),
  });
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new StoreError(
      'store-unavailable',
      {
        what: 'Vault cannot be reached',
        why: `a certificate or key that its variables name cannot be read: ${plainText(path)}: ${codeOf(error)}`,
        next: 'Check VAULT_CACERT, VAULT_CLIENT_CERT and VAULT_CLIENT_KEY.',
      },
      { untouched: true },
    );
  }
}
