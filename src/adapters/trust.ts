import type * as Tls from 'node:tls';
import { NetworkError } from '../core/errors.js';

/** Certificates other than those that Node trusts, all in PEM form. */
export interface OwnCertificates {
  /** The authorities to trust instead of Node's. */
  readonly ca?: string;
  /** A client certificate and its key. */
  readonly cert?: string;
  readonly key?: string;
}

/** The options of a TLS connection that say whom it trusts. */
export interface Trust {
  /** Stated in each place, because NODE_TLS_REJECT_UNAUTHORIZED=0 decides where it is missing. */
  readonly rejectUnauthorized: boolean;
  /** One for all connections: each of its own would hold all authorities once more in memory. */
  readonly secureContext: Tls.SecureContext;
}

/** From Node 22.15 on; the types are those of Node 20. */
type NewerTls = typeof Tls & { getCACertificates?: (type: 'default' | 'system') => string[] };

/** What Node trusts, NODE_EXTRA_CA_CERTS included. @throws {NetworkError} `own` cannot be used. */
export async function nodeTrust(own: OwnCertificates = {}): Promise<Trust> {
  const { createSecureContext } = await import('node:tls');
  try {
    return { rejectUnauthorized: true, secureContext: createSecureContext(own) };
  } catch (error) {
    // What OpenSSL says of a key may repeat a part of it.
    const detail = 'the certificates or the key given for it cannot be used';
    throw new NetworkError('tls-untrusted', detail, { cause: error });
  }
}

/** What Node and the system trust; undefined where Node cannot read what the system trusts. */
export async function systemTrust(): Promise<Trust | undefined> {
  const { createSecureContext, getCACertificates } = (await import('node:tls')) as NewerTls;
  if (!getCACertificates) return undefined;
  const ca = [...getCACertificates('default'), ...getCACertificates('system')];
  return { rejectUnauthorized: true, secureContext: createSecureContext({ ca }) };
}

/** Everybody: to look at a certificate, never to send anything. */
export async function noVerification(): Promise<Trust> {
  const { createSecureContext } = await import('node:tls');
  return { rejectUnauthorized: false, secureContext: createSecureContext() };
}
