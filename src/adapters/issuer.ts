import type * as Tls from 'node:tls';
import type { Dispatcher } from 'undici';
import { plainText } from '../core/plain-text.js';

/** A diagnostics channel of undici, which publishes before anything is written to the connection. */
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
  { hostname, origin }: URL,
  blind: Dispatcher,
  timeoutMs: number,
): Promise<string | undefined> {
  const { subscribe, unsubscribe } = await import('node:diagnostics_channel');
  return new Promise((resolve) => {
    const end = (issuer?: string): void => {
      clearTimeout(limit);
      unsubscribe(CONNECTED, onConnected);
      resolve(issuer);
      void blind.destroy().catch(() => {});
    };
    const onConnected = (message: unknown): void => {
      const { connectParams, socket } = message as {
        connectParams: { hostname: string };
        socket: Tls.TLSSocket;
      };
      if (connectParams.hostname !== hostname) return;
      end(issuerOf(socket));
      socket.destroy();
    };
    const limit = setTimeout(end, Math.min(timeoutMs, LIMIT_MS));
    subscribe(CONNECTED, onConnected);
    blind.dispatch(
      { origin, path: '/', method: 'GET' },
      {
        onRequestStart: (request) => request.abort(new Error('nothing is sent')),
        onResponseError: () => end(),
      },
    );
  });
}

function issuerOf(socket: Tls.TLSSocket): string | undefined {
  // If there is no certificate, Node returns null or an object without an issuer.
  const certificate = socket.getPeerCertificate() as Partial<Tls.PeerCertificate> | null;
  const { O: organization, CN: name } = certificate?.issuer ?? {};
  const issuer = plainText([organization, name].filter(Boolean).join(', '), 80);
  return issuer === '' ? undefined : issuer;
}
