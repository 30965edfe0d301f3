import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { StoreError } from '../../core/errors.js';
import { plainText } from '../../core/plain-text.js';
import type { Http } from '../../core/ports.js';
import { codeOf } from '../file-failure.js';
import { createHttp } from '../http.js';
import type { ProxySettings } from '../proxy.js';
import type { OwnCertificates } from '../trust.js';
import { isLoopback, type VaultSettingsReader, type VaultTls } from './settings.js';

const KEEP_ALIVE_MS = 10_000;

/**
 * An HTTP adapter only for the server. Requests to providers never have its token, and requests to
 * the server never have a provider's secret in an address or a header.
 *
 * @throws {StoreError} a certificate can't be read, or the address can't be used.
 * @throws {UsageError} the settings contradict each other.
 */
export function openDoor(
  settings: VaultSettingsReader,
  { proxy, userAgent }: { readonly proxy: ProxySettings; readonly userAgent: string },
): Http & { close(): Promise<void> } {
  const { hostname, origin } = new URL(settings.read().address);
  const certificates = readCertificates(settings.tls());
  return createHttp({
    ...(!isLoopback(hostname) && { proxy }),
    userAgent,
    // All connections share one server, so a request can reuse the connection of the one before.
    keepAliveMs: KEEP_ALIVE_MS,
    allows: (address) => address.origin === origin,
    ...(certificates && { certificates }),
  });
}

/** @returns undefined if none are named. Then what Node and the system trust counts. */
function readCertificates({ ca, certificate, key }: VaultTls): OwnCertificates | undefined {
  if ((certificate === undefined) !== (key === undefined)) {
    throw unusable('VAULT_CLIENT_CERT and VAULT_CLIENT_KEY need each other, and one is not set');
  }
  const files = { ca, cert: certificate, key };
  const named = Object.entries(files).flatMap(([name, path]) =>
    path === undefined ? [] : [[name, readPem(path)] as const],
  );
  if (named.length === 0) return undefined;
  const own: OwnCertificates = Object.fromEntries(named);
  // Node treats a file without certificates as an empty list.
  if (own.ca !== undefined && !/-----BEGIN (?:\w+ )?CERTIFICATE-----/u.test(own.ca)) {
    throw unusable('the file of VAULT_CACERT has no certificate in PEM form');
  }
  try {
    createSecureContext(own);
  } catch {
    // OpenSSL's message about a key may repeat a part of it.
    throw unusable(
      'its certificates cannot be used: one is damaged, or the key is of another certificate or under a passphrase',
    );
  }
  return own;
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable(
      `a certificate or key that its variables name cannot be read: ${plainText(path)}: ${codeOf(error)}`,
    );
  }
}

function unusable(why: string): StoreError {
  return new StoreError(
    'store-unavailable',
    {
      what: 'Vault cannot be reached',
      why,
      next: 'Check VAULT_CACERT, VAULT_CLIENT_CERT and VAULT_CLIENT_KEY.',
    },
    { untouched: true },
  );
}
