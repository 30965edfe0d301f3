import type * as Tls from 'node:tls';
import type { Dispatcher } from 'undici';
import type { HttpResponse } from '../core/response.js';
import { NetworkError } from '../core/errors.js';
import { plainText } from '../core/plain-text.js';
import type { Http, HttpRequest } from '../core/ports.js';
import { revealAll, Secret } from '../core/secret.js';
import type { NetworkReason } from '../core/verdict.js';

/** The proxy variables as they stand in the environment. */
export interface ProxySettings {
  readonly http?: string | undefined;
  readonly https?: string | undefined;
  readonly none?: string | undefined;
}

/** From Node 22.15 on; the types are those of Node 20. */
type NewerTls = typeof Tls & { getCACertificates?: (type: 'default' | 'system') => string[] };

/** Bytes, after decompression. */
const LONGEST_BODY = 1024 * 1024;

/** HTTP over the built-in fetch, through undici's proxy agent, with the walls the contract names. */
export function createHttp(
  proxy: ProxySettings,
  userAgent: string,
): Http & { close(): Promise<void> } {
  /** Each built when it is first needed: undici costs time, and the system's trust some 70 ms more. */
  let usual: Promise<Dispatcher> | undefined;
  let trusting: Promise<Dispatcher> | undefined;

  const build = async (system: boolean): Promise<Dispatcher> =>
    buildAgent(proxy, await trustOf(system));

  /** One look at each host, however many requests fail there. */
  const issuers = new Map<string, Promise<string | undefined>>();
  function issuerOf(request: HttpRequest): Promise<string | undefined> {
    const { host } = new URL(request.url);
    const reading = issuers.get(host) ?? readIssuer(proxy, request);
    issuers.set(host, reading);
    return reading;
  }

  async function send(request: HttpRequest): Promise<HttpResponse> {
    const withSystem = trusting;
    try {
      const agent = withSystem ?? (usual ??= build(false));
      return await sendOnce(await agent, request, proxy, userAgent);
    } catch (error) {
      if (!(error instanceof NetworkError) || error.reason !== 'tls-untrusted') throw error;
      // Nothing was sent: the handshake failed. From now on with the system's own store, too.
      if (!withSystem && (await systemTrust())) {
        trusting ??= build(true);
        return send(request);
      }
      const issuer = await issuerOf(request);
      if (issuer === undefined) throw error;
      const detail = `${error.message}, issued by "${issuer}"`;
      throw new NetworkError('tls-untrusted', detail, { cause: error });
    }
  }

  return {
    send,
    async resolves(host) {
      const { lookup } = await import('node:dns/promises');
      return lookup(host).then(
        () => true,
        () => false,
      );
    },
    async close() {
      const open = [usual, trusting].filter((each) => each !== undefined);
      [usual, trusting] = [undefined, undefined];
      // One that could not be built has been told of where it was needed.
      for (const built of await Promise.allSettled(open)) {
        if (built.status === 'fulfilled') await built.value.destroy();
      }
    },
  };
}

/** What Node trusts and what the system trusts, where Node can read that. */
async function systemTrust(): Promise<string[] | undefined> {
  const { getCACertificates } = (await import('node:tls')) as NewerTls;
  return getCACertificates && [...getCACertificates('default'), ...getCACertificates('system')];
}

interface Trust {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string[];
}

async function trustOf(system: boolean): Promise<Trust> {
  const ca = system ? await systemTrust() : undefined;
  return { rejectUnauthorized: true, ...(ca && { ca }) };
}

/**
 * Who issued the certificate that is not trusted: one more handshake, without verification, that
 * ends before a request is sent.
 *
 * @returns as the certificate says it; undefined where it cannot be read.
 */
async function readIssuer(
  proxy: ProxySettings,
  { url, timeoutMs }: HttpRequest,
): Promise<string | undefined> {
  const { subscribe, unsubscribe } = await import('node:diagnostics_channel');
  const { hostname, origin } = new URL(url);
  let issuer: string | undefined;
  // Without an end of its own, undici would connect again and again to a socket that is destroyed.
  const seen = new AbortController();
  // Told of a connection before anything is written to it (docs/api/DiagnosticsChannel.md of undici).
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
  const blind = await buildAgent(proxy, { rejectUnauthorized: false });
  subscribe(CONNECTED, onConnected);
  try {
    const limit = AbortSignal.timeout(Math.min(timeoutMs, ISSUER_LIMIT_MS));
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

const CONNECTED = 'undici:client:connected';

/** It is a second look at something that has failed already. */
const ISSUER_LIMIT_MS = 5000;

async function buildAgent(proxy: ProxySettings, trust: Trust): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import('undici');
  // Said in each of the three places: NODE_TLS_REJECT_UNAUTHORIZED=0 would count where it is missing.
  return new EnvHttpProxyAgent({
    // All requests are https: this one counts only where the other is not set.
    httpProxy: proxy.https === undefined ? proxyAddress('HTTP_PROXY', proxy.http) : '',
    httpsProxy: proxyAddress('HTTPS_PROXY', proxy.https),
    noProxy: proxy.none ?? '',
    // One time limit, over the whole request, is kept in `sendOnce`.
    connect: { ...trust, timeout: 0 },
    requestTls: trust,
    proxyTls: { ...trust, rejectUnauthorized: true },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

/** @throws {NetworkError} it is no address of a proxy that can be used. */
function proxyAddress(variable: string, value: string | undefined): string {
  if (value === undefined || value === '') return '';
  const address = /^[a-z][a-z0-9+.-]*:\/\//iu.test(value) ? value : `http://${value}`;
  const usable = URL.canParse(address) && /^https?:$/u.test(new URL(address).protocol);
  // The value is not repeated: it may hold a password.
  if (!usable) throw new NetworkError('proxy', `${variable} is not an http:// or https:// address`);
  return address;
}

async function sendOnce(
  dispatcher: Dispatcher,
  request: HttpRequest,
  proxy: ProxySettings,
  userAgent: string,
): Promise<HttpResponse> {
  const { method = 'GET', url, body, timeoutMs } = request;
  const limit = AbortSignal.timeout(timeoutMs);
  const progress = await watchProgress(url);
  try {
    const response = await fetch(url, {
      method,
      body: body instanceof Secret ? body.reveal() : (body ?? null),
      headers: { 'user-agent': userAgent, ...revealAll(request.headers) },
      redirect: 'manual',
      signal: limit,
      // The types of undici and of Node's own fetch differ; the objects do not.
      dispatcher: dispatcher as never,
    });
    progress.answered = true;
    const { text, truncated } = await readBody(response);
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: text,
      truncated,
    };
  } catch (error) {
    if (limit.aborted) {
      const seconds = `${timeoutMs / 1000} s`;
      const detail = progress.answered
        ? `its answer did not end within ${seconds}`
        : progress.sent
          ? `it took the request and did not answer within ${seconds}`
          : `no connection within ${seconds}`;
      throw new NetworkError('timeout', detail, { cause: error });
    }
    throw classify(error, proxy);
  } finally {
    progress.stop();
  }
}

interface Progress {
  /** Is there a connection, on which the request was sent? */
  sent: boolean;
  answered: boolean;
  stop(): void;
}

/** How far a request came: undici says so on a channel of Node's (docs/api/DiagnosticsChannel.md). */
async function watchProgress(url: string): Promise<Progress> {
  const { subscribe, unsubscribe } = await import('node:diagnostics_channel');
  const { origin, pathname, search } = new URL(url);
  const progress = { sent: false, answered: false, stop: () => {} };
  const onSent = (message: unknown): void => {
    const { request } = message as { request: { origin?: unknown; path?: unknown } };
    if (String(request.origin) !== origin || request.path !== `${pathname}${search}`) return;
    progress.sent = true;
  };
  subscribe(SENT, onSent);
  progress.stop = () => {
    unsubscribe(SENT, onSent);
  };
  return progress;
}

const SENT = 'undici:client:sendHeaders';

/** At most `LONGEST_BODY`; what comes after it is never read. */
async function readBody(response: Response): Promise<{ text: string; truncated: boolean }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    const room = LONGEST_BODY - length;
    chunks.push(chunk.subarray(0, room));
    length += Math.min(chunk.length, room);
    if (chunk.length > room) return { text: decode(chunks), truncated: true };
  }
  return { text: decode(chunks), truncated: false };
}

function decode(chunks: readonly Uint8Array[]): string {
  return new TextDecoder().decode(Buffer.concat(chunks));
}

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

/** A connection that was there and is not any more. */
const BROKEN_OFF = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** What a proxy means by its answer to CONNECT. */
const PROXY_WORDS: Readonly<Record<string, string>> = {
  403: 'it does not let this host through',
  407: 'it wants a user name and a password (http://user:password@proxy in HTTPS_PROXY)',
  502: 'it could not find or reach the host',
  503: 'it could not find or reach the host',
  504: 'the host did not answer it in time',
};

/**
 * fetch says "fetch failed" and keeps the truth in `cause`, sometimes two deep; of several
 * addresses tried, an AggregateError keeps each.
 */
function classify(error: unknown, proxy: ProxySettings): NetworkError {
  if (error instanceof NetworkError) return error;
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    // A proxy's own answer to CONNECT has no code; undici says it in words.
    const [, status] = /^Proxy response \((\d+)\)/u.exec(at.message) ?? [];
    if (status !== undefined) {
      const words = PROXY_WORDS[status] ?? 'it refused';
      return new NetworkError('proxy', `${words}: the proxy answered HTTP ${status}`, {
        cause: error,
      });
    }
    const code = codeOf(at);
    if (code !== undefined && isAboutProxy(at, proxy)) {
      return new NetworkError('proxy', `the proxy cannot be reached: ${code}`, { cause: error });
    }
    if (code !== undefined) {
      const passing = BROKEN_OFF.has(code);
      return new NetworkError(REASON_BY_CODE[code] ?? 'connection', code, {
        cause: error,
        passing,
      });
    }
  }
  const words = error instanceof Error ? error.message : String(error);
  return new NetworkError('connection', plainText(words, 80), { cause: error });
}

/** Was it the proxy that was not found, or that refused? The system names what it tried to reach. */
function isAboutProxy(error: Error, proxy: ProxySettings): boolean {
  const address = proxy.https ?? proxy.http;
  if (address === undefined) return false;
  const { hostname, port } = new URL(proxyAddress('HTTPS_PROXY', address));
  const tried = error instanceof AggregateError ? (error.errors[0] as object) : error;
  if ('hostname' in tried && tried.hostname === hostname) return true;
  // A provider is always asked at 443, which a proxy seldom has.
  return 'port' in tried && tried.port !== 443 && String(tried.port) === (port || '80');
}

function codeOf(error: Error): string | undefined {
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) {
    return error.errors.map((each) => codeOf(each as Error)).find((code) => code !== undefined);
  }
  return undefined;
}
