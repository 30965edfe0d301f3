import type * as Tls from 'node:tls';
import { NetworkError } from '../core/errors.js';

/** Certificates that replace those that Node trusts, all in PEM form. */
export interface OwnCertificates {
  /** The authorities to trust instead of Node's. */
  readonly ca?: string;
  /** A client certificate and its key. */
  readonly cert?: string;
  readonly key?: string;
}

/** The options of a TLS connection that decide which servers it trusts. */
export interface Trust {
  /** Always given, because otherwise NODE_TLS_REJECT_UNAUTHORIZED=0 would decide. */
  readonly rejectUnauthorized: boolean;
  /**
   * Shared by all connections. If each had its own, it would hold all authorities in memory again.
   */
  readonly secureContext: Tls.SecureContext;
}

/** Available from Node 22.15; the types are those of Node 20. */
export type NewerTls = typeof Tls & {
  getCACertificates?: (type: 'default' | 'system' | 'extra') => string[];
};

/** What Node trusts, including NODE_EXTRA_CA_CERTS. @throws {NetworkError} `own` can't be used. */
export async function nodeTrust(own: OwnCertificates = {}): Promise<Trust> {
  const { createSecureContext } = await import('node:tls');
  try {
    return { rejectUnauthorized: true, secureContext: createSecureContext(own) };
  } catch (error) {
    // OpenSSL's message about a key may repeat a part of it.
    const detail = 'the certificates or the key given for it cannot be used';
    throw new NetworkError('tls-untrusted', detail, { cause: error });
  }
}

/** What Node and the system trust; undefined if Node can't read what the system trusts. */
export async function systemTrust(): Promise<Trust | undefined> {
  const { createSecureContext, getCACertificates } = (await import('node:tls')) as NewerTls;
  if (!getCACertificates) return undefined;
  const ca = [...getCACertificates('default'), ...getCACertificates('system')];
  return { rejectUnauthorized: true, secureContext: createSecureContext({ ca }) };
}

/** Trusts everybody. Only to look at a certificate, never to send anything. */
export async function noVerification(): Promise<Trust> {
  const { createSecureContext } = await import('node:tls');
  return { rejectUnauthorized: false, secureContext: createSecureContext() };
}
