import type * as Tls from 'node:tls';
import type { Dispatcher } from 'undici';
import { plainText } from '../core/plain-text.js';

/** From undici, before anything is written to the connection (docs/api/DiagnosticsChannel.md). */
const CONNECTED = 'undici:client:connected';

/** Diagnostics only; the request has already failed. */
const LIMIT_MS = 5000;

/**
 * Who issued the certificate that is not trusted: one more handshake, without verification, that
 * ends before a request is sent. No header of ours is in it.
 *
 * @param blind verifies nothing; it is destroyed.
 * @returns as the certificate says it; undefined where it cannot be read.
 */
export async function readIssuer(
  url: string,
  blind: Dispatcher,
  timeoutMs: number,
): Promise<string | undefined> {
  const { subscribe, unsubscribe } = await import('node:diagnostics_channel');
  const { hostname, origin } = new URL(url);
  let issuer: string | undefined;
  // Without an end of its own, undici would connect again and again to a socket that is destroyed.
  const seen = new AbortController();
  const onConnected = (message: unknown): void => {
    const { connectParams, socket } = message as {
      connectParams: { hostname: string };
      socket: Tls.TLSSocket;
    };
    if (connectParams.hostname !== hostname || seen.signal.aborted) return;
    seen.abort();
    // Node gives null, or an object without an issuer, where there is no certificate.
    const certificate = socket.getPeerCertificate() as Partial<Tls.PeerCertificate> | null;
    const { O: organization, CN: name } = certificate?.issuer ?? {};
    issuer = plainText([organization, name].filter(Boolean).join(', '), 80);
    socket.destroy();
  };
  subscribe(CONNECTED, onConnected);
  try {
    const limit = AbortSignal.timeout(Math.min(timeoutMs, LIMIT_MS));
    const signal = AbortSignal.any([seen.signal, limit]);
    await fetch(origin, { signal, redirect: 'manual', dispatcher: blind as never });
  } catch {
    // Ended above, or it failed for another reason: then nothing is known.
  } finally {
    unsubscribe(CONNECTED, onConnected);
    await blind.destroy();
  }
  return issuer === '' ? undefined : issuer;
}
