import type { Dispatcher } from 'undici';
import { NetworkError } from '../core/errors.js';
import type { Http, HttpRequest } from '../core/ports.js';
import type { HttpResponse } from '../core/response.js';
import { certificatesFault, readExtraCertificates } from './certificates.js';
import { createDispatcher } from './dispatcher.js';
import { IdleConnections } from './idle-connections.js';
import { readIssuer } from './issuer.js';
import {
  addressesCutShort,
  firstCode,
  isPartMissing,
  reasonOf,
  toNetworkError,
} from './network-error.js';
import { ProgressTracker, type Progress } from './progress.js';
import { schemeDoubt, type ProxySettings } from './proxy.js';
import { sendOver } from './send-over.js';
import {
  noVerification,
  nodeTrust,
  systemTrust,
  type OwnCertificates,
  type Trust,
} from './trust.js';

export interface HttpOptions {
  /** Default: no proxy. */
  readonly proxy?: ProxySettings;
  readonly userAgent: string;
  /** The wall in front of every request, with or without a credential. */
  readonly allows: (address: URL) => boolean;
  /** The file in NODE_EXTRA_CA_CERTS. */
  readonly extraCertificates?: string | undefined;
  /** Default: what Node trusts, and the system's certificates if that isn't enough. */
  readonly certificates?: OwnCertificates;
  /** How long an idle connection is kept, in milliseconds. Default: for one task. */
  readonly keepAliveMs?: number;
  /** How many idle connections are kept. Default: all. */
  readonly mostIdle?: number;
}

/** Attempt times are rounded, so that similar hosts share a dispatcher. */
const ATTEMPT_STEP_MS = 100;

/** HTTP with undici's dispatchers. TLS is always verified, and no redirect is followed. */
export function createHttp(options: HttpOptions): Http & { close(): Promise<void> } {
  const { proxy = {}, userAgent, allows, certificates, extraCertificates, keepAliveMs } = options;
  const tracker = new ProgressTracker();
  const idle = new IdleConnections(options.mostIdle ?? Infinity);
  const trusts = new Map<TrustName, Promise<Trust | undefined>>();
  const dispatchers = new Map<string, Promise<Dispatcher>>();
  const issuers = new Map<string, Promise<string | undefined>>();
  /** `system` once Node's certificates weren't enough for a host. */
  let trustName: TrustName = 'node';
  /** Attempt times of hosts whose connections take longer than Node waits for an address. */
  const attempts = new Map<string, number>();

  /** Built on first use: undici takes time, and the system's certificates take about 70 ms more. */
  function trust(name: TrustName): Promise<Trust | undefined> {
    const known = trusts.get(name) ?? TRUSTS[name](certificates);
    trusts.set(name, known);
    return known;
  }

  async function build(name: TrustName, attemptMs: number | undefined): Promise<Dispatcher> {
    const trusted = (await trust(name)) ?? (await nodeTrust(certificates));
    return createDispatcher({ proxy, trust: trusted, attemptMs, tracker, idle, keepAliveMs });
  }

  function dispatcherFor(host: string): Promise<Dispatcher> {
    const attemptMs = attempts.get(host);
    const key = `${trustName} ${attemptMs}`;
    const known = dispatchers.get(key) ?? build(trustName, attemptMs);
    dispatchers.set(key, known);
    return known;
  }

  /** Looks at each host once, however many requests fail there. */
  async function issuerOf(address: URL, timeoutMs: number): Promise<string | undefined> {
    const { host } = address;
    const look = async (): Promise<string | undefined> =>
      readIssuer(address, await build('nobody', attempts.get(host)), timeoutMs);
    const reading = issuers.get(host) ?? look();
    issuers.set(host, reading);
    return reading;
  }

  /**
   * Tells whether a failed connection can be tried another way. Nothing was sent yet.
   *
   * @param used how the connection was tried.
   * @param leftMs what is left of the request's time.
   */
  async function hasAnotherWay(
    error: unknown,
    used: { host: string; trust: TrustName; attemptMs: number | undefined },
    leftMs: number,
  ): Promise<boolean> {
    const addresses = addressesCutShort(error);
    if (addresses > 0 && used.attemptMs === undefined) {
      const eachMs = Math.floor(leftMs / addresses / ATTEMPT_STEP_MS) * ATTEMPT_STEP_MS;
      attempts.set(used.host, Math.max(eachMs, ATTEMPT_STEP_MS));
      return true;
    }
    const code = firstCode(error);
    const untrusted = code !== undefined && reasonOf(code) === 'tls-untrusted';
    if (!untrusted || used.trust === 'system' || certificates) return false;
    if (!(await trust('system'))) return false;
    trustName = 'system';
    return true;
  }

  async function send(request: HttpRequest): Promise<HttpResponse> {
    const address = new URL(request.url);
    if (!allows(address)) throw new Error(`no request may go to ${address.host}`);
    try {
      return await sendTo(address, request);
    } catch (error) {
      if (isPartMissing(error)) throw error;
      // Whatever undici, TLS, a proxy or a decoder throws.
      throw toNetworkError(error, 'response');
    }
  }

  async function sendTo(address: URL, request: HttpRequest): Promise<HttpResponse> {
    const { host } = address;
    const { timeoutMs } = request;
    const end = Date.now() + timeoutMs;
    const limit = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const used = { host, trust: trustName, attemptMs: attempts.get(host) };
      const progress = tracker.follow(address);
      try {
        const dispatcher = await dispatcherFor(host);
        return await idle.during(address.origin, () =>
          sendOver(dispatcher, address, request, { userAgent, limit, progress }),
        );
      } catch (error) {
        if (isPartMissing(error)) throw error;
        if (limit.aborted) {
          throw withProxyDoubt(timeout(progress, proxy, timeoutMs, error), proxy);
        }
        if (await hasAnotherWay(error, used, end - Date.now())) continue;
        const failure = toNetworkError(error, progress.stage());
        if (failure.reason !== 'tls-untrusted') throw withProxyDoubt(failure, proxy);
        const issuer = await issuerOf(address, timeoutMs);
        const by = issuer === undefined ? '' : `, issued by "${issuer}"`;
        const extra = certificates ? '' : await extraDoubt(extraCertificates);
        throw new NetworkError('tls-untrusted', `${failure.message}${by}${extra}`, {
          cause: error,
        });
      }
    }
  }

  return {
    send,
    usesProxy: proxy.https !== undefined,
    async resolves(host) {
      const { lookup } = await import('node:dns/promises');
      return lookup(host).then(
        () => true,
        () => false,
      );
    },
    async close() {
      const open = [...dispatchers.values()];
      dispatchers.clear();
      // A failed build was already reported by the request that needed it.
      for (const built of await Promise.allSettled(open)) {
        // It may be in the middle of a broken response.
        if (built.status === 'fulfilled') await built.value.destroy().catch(() => {});
      }
    },
  };
}

type TrustName = 'node' | 'system' | 'nobody';

const TRUSTS: Readonly<Record<TrustName, (own?: OwnCertificates) => Promise<Trust | undefined>>> = {
  node: nodeTrust,
  system: systemTrust,
  nobody: noVerification,
};

function timeout(
  progress: Progress,
  proxy: ProxySettings,
  timeoutMs: number,
  cause: unknown,
): NetworkError {
  const within = `within ${timeoutMs / 1000} s`;
  const stage = progress.stage();
  if (stage === 'name') {
    const detail = `the proxy did not answer ${within}${schemeDoubt(proxy)}`;
    return new NetworkError('proxy', detail, { cause, proxyVariable: proxy.https?.name });
  }
  const details = {
    connection: `no connection ${within}`,
    handshake: `the TLS handshake did not end ${within}`,
    response: progress.responded
      ? `its response did not end ${within}`
      : `it took the request and did not answer ${within}`,
  };
  return new NetworkError('timeout', details[stage], { cause, stage });
}

/** If the variable is already set, says why it doesn't help. */
async function extraDoubt(path: string | undefined): Promise<string> {
  if (path === undefined) return '';
  const found = await readExtraCertificates(path);
  const none = `NODE_EXTRA_CA_CERTS adds ${found.count}, and none of them issued it`;
  return `; ${certificatesFault(found) ?? none}`;
}

/** A host that can't be reached directly may only be reachable through a proxy. */
function withProxyDoubt(failure: NetworkError, { unread }: ProxySettings): NetworkError {
  const { reason, message, passing, stage } = failure;
  const unreached = reason === 'dns' || reason === 'connection' || reason === 'timeout';
  if (unread === undefined || !unreached || stage === 'response') return failure;
  const detail = `${message}; ${unread.name} is set, which is not read here: ${unread.remedy}`;
  return new NetworkError(reason, detail, { cause: failure, passing, stage });
}
