import type * as Tls from 'node:tls';
import type { Dispatcher } from 'undici';
import { plainText } from '../core/plain-text.js';

/**
 * undici publishes it before anything is written to the connection
 * (docs/api/DiagnosticsChannel.md).
 */
const CONNECTED = 'undici:client:connected';

/** Diagnostics only; the request has already failed. */
const LIMIT_MS = 5000;

/**
 * Finds out who issued the untrusted certificate, with one more handshake without verification. It
 * ends before a request is sent, so it contains no header of ours.
 *
 * @param blind a dispatcher that verifies nothing. It's destroyed.
 * @returns the issuer as the certificate states it; undefined if it can't be read.
 */
export async function readIssuer(
  url: string,
  blind: Dispatcher,
  timeoutMs: number,
): Promise<string | undefined> {
  const { subscribe, unsubscribe } = await import('node:diagnostics_channel');
  const { hostname, origin } = new URL(url);
  let issuer: string | undefined;
  // Without this, undici would reconnect to a destroyed socket again and again.
  const seen = new AbortController();
  const onConnected = (message: unknown): void => {
    const { connectParams, socket } = message as {
      connectParams: { hostname: string };
      socket: Tls.TLSSocket;
    };
    if (connectParams.hostname !== hostname || seen.signal.aborted) return;
    seen.abort();
    // If there is no certificate, Node returns null or an object without an issuer.
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
    // It was ended above, or it failed for another reason. Then nothing is known.
  } finally {
    unsubscribe(CONNECTED, onConnected);
    await blind.destroy();
  }
  return issuer === '' ? undefined : issuer;
}
