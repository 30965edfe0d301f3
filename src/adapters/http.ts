import type * as Tls from 'node:tls';
import type { Dispatcher } from 'undici';
import type { Answer } from '../core/answer.js';
import { NetworkError } from '../core/errors.js';
import { plainText } from '../core/plain-text.js';
import type { Http, Request } from '../core/ports.js';
import { revealAll } from '../core/secret.js';
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

  async function get(request: Request): Promise<Answer> {
    if (!trusting) {
      usual ??= buildAgent(proxy, false);
      try {
        return await getOnce(await usual, request, proxy, userAgent);
      } catch (error) {
        const untrusted = error instanceof NetworkError && error.reason === 'tls-untrusted';
        if (!untrusted || !(await systemTrust())) throw error;
        // Nothing was sent: the handshake failed. From now on with the system's own store, too.
        trusting ??= buildAgent(proxy, true);
      }
    }
    return getOnce(await trusting, request, proxy, userAgent);
  }

  return {
    get,
    async resolves(host) {
      const { lookup } = await import('node:dns/promises');
      return lookup(host).then(
        () => true,
        () => false,
      );
    },
    async close() {
      // One that could not be built has been told of where it was needed.
      for (const built of await Promise.allSettled([usual, trusting])) {
        if (built.status === 'fulfilled') await built.value?.destroy();
      }
    },
  };
}

/** What Node trusts and what the system trusts, where Node can read that. */
async function systemTrust(): Promise<string[] | undefined> {
  const { getCACertificates } = (await import('node:tls')) as NewerTls;
  return getCACertificates && [...getCACertificates('default'), ...getCACertificates('system')];
}

async function buildAgent(proxy: ProxySettings, withSystemTrust: boolean): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import('undici');
  const ca = withSystemTrust ? await systemTrust() : undefined;
  // Said in each of the three places: NODE_TLS_REJECT_UNAUTHORIZED=0 would count where it is missing.
  const trust = { rejectUnauthorized: true, ...(ca && { ca }) };
  return new EnvHttpProxyAgent({
    httpProxy: proxyAddress('HTTP_PROXY', proxy.http),
    httpsProxy: proxyAddress('HTTPS_PROXY', proxy.https),
    noProxy: proxy.none ?? '',
    // One time limit, over the whole request, is kept in `getOnce`.
    connect: { ...trust, timeout: 0 },
    requestTls: trust,
    proxyTls: trust,
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

async function getOnce(
  dispatcher: Dispatcher,
  request: Request,
  proxy: ProxySettings,
  userAgent: string,
): Promise<Answer> {
  const { url, timeoutMs } = request;
  const limit = AbortSignal.timeout(timeoutMs);
  const seconds = `${timeoutMs / 1000} s`;
  let began = false;
  try {
    const response = await fetch(url, {
      headers: { 'user-agent': userAgent, ...revealAll(request.headers) },
      redirect: 'manual',
      signal: limit,
      // The types of undici and of Node's own fetch differ; the objects do not.
      dispatcher: dispatcher as never,
    });
    began = true;
    const { text, truncated } = await readBody(response);
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: text,
      truncated,
    };
  } catch (error) {
    if (limit.aborted) {
      const detail = began
        ? `its answer did not end within ${seconds}`
        : `no answer within ${seconds}`;
      throw new NetworkError('timeout', detail, { cause: error });
    }
    throw classify(error, proxy);
  }
}

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

/**
 * fetch says "fetch failed" and keeps the truth in `cause`, sometimes two deep; of several
 * addresses tried, an AggregateError keeps each.
 */
function classify(error: unknown, proxy: ProxySettings): NetworkError {
  if (error instanceof NetworkError) return error;
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    // A proxy's own answer to CONNECT has no code; undici says it in words.
    const refusedTunnel = /^Proxy response \((\d+)\)/u.exec(at.message);
    if (refusedTunnel) {
      return new NetworkError('proxy', `the proxy answered HTTP ${refusedTunnel[1]}`, {
        cause: error,
      });
    }
    const code = codeOf(at);
    if (code !== undefined && isAboutProxy(at, proxy)) {
      return new NetworkError('proxy', `the proxy cannot be reached: ${code}`, { cause: error });
    }
    if (code !== undefined) {
      return new NetworkError(REASON_BY_CODE[code] ?? 'connection', code, { cause: error });
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
