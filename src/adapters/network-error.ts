import { NetworkError, type RequestStage } from '../core/errors.js';
import { plainText } from '../core/plain-text.js';
import type { NetworkReason } from '../core/verdict.js';

const REASON_BY_CODE: Readonly<Record<string, NetworkReason>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  CERT_HAS_EXPIRED: 'tls-expired',
  CERT_NOT_YET_VALID: 'tls-expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-name',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-untrusted',
  CERT_UNTRUSTED: 'tls-untrusted',
  CERT_SIGNATURE_FAILURE: 'tls-untrusted',
  INVALID_CA: 'tls-untrusted',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
};

/** An established connection was lost. */
const BROKEN_OFF = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** What an error of undici or TLS means. The real error may be in `cause`. */
export function toNetworkError(error: unknown, stage: RequestStage): NetworkError {
  for (const each of causesOf(error)) {
    if (each instanceof NetworkError) return each;
    const code = codeOf(each);
    if (code === undefined) continue;
    const reason = reasonOf(code);
    return new NetworkError(reason, localFault(code) ?? code, {
      cause: error,
      passing: BROKEN_OFF.has(code),
      ...(reason === 'connection' && { stage }),
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new NetworkError('connection', plainText(message, 80), { cause: error, stage });
}

/** @param code the system's or the library's code: `ECONNREFUSED`. */
export function reasonOf(code: string): NetworkReason {
  return REASON_BY_CODE[code] ?? 'connection';
}

/**
 * What a code means, as a clause, if this machine is at fault and not the network. Otherwise
 * undefined.
 */
export function localFault(code: string): string | undefined {
  return LOCAL_FAULTS[code] && `${code}: ${LOCAL_FAULTS[code]}`;
}

/**
 * A part of the program couldn't be loaded because it was updated or removed meanwhile. That says
 * nothing about the network.
 */
export function isPartMissing(error: unknown): boolean {
  const code = error instanceof Error ? codeOf(error) : undefined;
  return code === 'ENOENT' || code === 'MODULE_NOT_FOUND';
}

const TOO_MANY_OPEN = 'too many files are open here; raise the limit (ulimit -n 1024)';

const LOCAL_FAULTS: Readonly<Record<string, string>> = {
  EMFILE: TOO_MANY_OPEN,
  ENFILE: TOO_MANY_OPEN,
  ENOBUFS: 'this machine has no room for one more connection',
  EACCES: 'this machine does not let this program connect (a firewall or a sandbox)',
  EPERM: 'this machine does not let this program connect (a firewall or a sandbox)',
};

/** The first code among the error and its causes. */
export function firstCode(error: unknown): string | undefined {
  return causesOf(error)
    .map(codeOf)
    .find((code) => code !== undefined);
}

/**
 * How many addresses of a name were tried, if at least one was given up for the next. Node gives
 * each 250 ms (500 from Node 26), which the handshake of a distant host may need. 0 if none was
 * given up.
 */
export function addressesCutShort(error: unknown): number {
  for (const each of causesOf(error)) {
    if (!(each instanceof AggregateError)) continue;
    const codes = each.errors.map((attempt: Error) => codeOf(attempt));
    if (codes.includes('ETIMEDOUT')) return codes.length;
  }
  return 0;
}

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let at = error; at instanceof Error; at = at.cause) causes.push(at);
  return causes;
}

/** If several addresses were tried, an AggregateError contains all errors. */
function codeOf(error: Error): string | undefined {
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) {
    return error.errors.map((each: Error) => codeOf(each)).find((code) => code !== undefined);
  }
  return undefined;
}
