import type { buildConnector, Dispatcher, Pool } from 'undici';
import { NetworkError } from '../core/errors.js';
import { plainText } from '../core/plain-text.js';
import { createConnector } from './connector.js';
import type { IdleConnections } from './idle-connections.js';
import type { ProgressTracker } from './progress.js';
import type { ProxySettings } from './proxy.js';
import { createProxyClient } from './proxy-client.js';
import type { Trust } from './trust.js';

/**
 * In milliseconds. Long enough for the next request of the same task, short enough that a thousand
 * hosts don't hold a thousand sockets.
 */
const IDLE_MS = 200;

export interface DispatcherOptions {
  readonly proxy: ProxySettings;
  readonly trust: Trust;
  /** How long each address of a name may take, in milliseconds. Default: Node's own limit. */
  readonly attemptMs?: number | undefined;
  readonly tracker: ProgressTracker;
  readonly idle: IdleConnections;
  /** How long an idle connection is kept, in milliseconds. Default: for one task. */
  readonly keepAliveMs?: number | undefined;
}

/**
 * Carries requests directly, or through the proxy that the settings name for a host.
 *
 * @throws {NetworkError} `proxy`: the library can't use the settings.
 */
export async function createDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const { proxy, trust, attemptMs, tracker, idle, keepAliveMs = IDLE_MS } = options;
  const undici = await import('undici');
  const connect = {
    ...trust,
    // `http.ts` enforces the only time limit, which covers the whole request.
    timeout: 0,
    // A connection ends within seconds, and its host is rarely asked again: neither the system's own
    // keep-alive nor a TLS session to resume is of use.
    keepAlive: false,
    maxCachedSessions: 0,
    ...(attemptMs !== undefined && {
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: attemptMs,
    }),
  };
  const connector = createConnector(undici, connect);
  try {
    return new undici.EnvHttpProxyAgent({
      httpProxy: uriOf('http', proxy),
      httpsProxy: uriOf('https', proxy),
      noProxy: proxy.none ?? '',
      clientFactory: (uri) => {
        const variable = proxy[uri.hostname === 'http.invalid' ? 'http' : 'https'];
        if (!variable) throw new Error('a proxy without a variable');
        // The proxy is verified even if the host's certificate is only looked at.
        const own = { ...connect, rejectUnauthorized: true };
        return createProxyClient({ undici, variable, connect: own, tracker });
      },
      connect: (wanted, done) => {
        const socket = connector(wanted, done);
        socket.once('connect', () => tracker.connected(wanted.protocol, wanted.host ?? ''));
      },
      requestTls: connect,
      factory: (origin, pool: Pool.Options) => {
        const open = pool.connect as buildConnector.connector;
        return new undici.Pool(origin, {
          ...pool,
          connect: (wanted, done) =>
            open(wanted, (...result) => {
              const [, socket] = result;
              if (socket) idle.add(String(origin), socket);
              done(...result);
            }),
        });
      },
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
    });
  } catch (error) {
    const why = plainText(error instanceof Error ? error.message : String(error), 80);
    throw new NetworkError('proxy', `the proxy settings cannot be used: ${why}`, {
      cause: error,
      ofProxy: true,
    });
  }
}

/**
 * The library gets a name of ours that nobody connects to, since it would reject a bad value even
 * if NO_PROXY makes it irrelevant. The variable's own value is read when a tunnel is needed.
 */
function uriOf(scheme: 'http' | 'https', proxy: ProxySettings): string {
  return proxy[scheme] === undefined ? '' : `http://${scheme}.invalid`;
}
