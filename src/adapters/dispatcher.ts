import type { Dispatcher } from 'undici';
import { NetworkError } from '../core/errors.js';
import { plainText } from '../core/plain-text.js';
import { createConnector } from './connector.js';
import type { ProgressTracker } from './progress.js';
import type { ProxySettings } from './proxy.js';
import { createProxyClient } from './proxy-client.js';
import type { Trust } from './trust.js';

/** For the next request of the same piece of work; a thousand hosts must not hold a thousand sockets. */
const IDLE_MS = 200;

export interface DispatcherOptions {
  readonly proxy: ProxySettings;
  readonly trust: Trust;
  /** How long each address of a name gets, in milliseconds; left out: as Node does. */
  readonly attemptMs?: number | undefined;
  readonly tracker: ProgressTracker;
  /** How long an idle connection is kept, in milliseconds; left out: for one piece of work. */
  readonly keepAliveMs?: number | undefined;
}

/**
 * What carries requests, straight or through the proxy that the settings name for a host.
 *
 * @throws {NetworkError} `proxy`: the library cannot use the settings.
 */
export async function createDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const { proxy, trust, attemptMs, tracker, keepAliveMs = IDLE_MS } = options;
  const undici = await import('undici');
  const connect = {
    ...trust,
    // The one time limit, over the whole request, is kept by `http.ts`.
    timeout: 0,
    ...(attemptMs !== undefined && {
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: attemptMs,
    }),
  };
  const connector = createConnector(undici, connect);
  try {
    const agent = new undici.EnvHttpProxyAgent({
      httpProxy: uriOf('http', proxy),
      httpsProxy: uriOf('https', proxy),
      noProxy: proxy.none ?? '',
      clientFactory: (uri) => {
        const variable = proxy[uri.hostname === 'http.invalid' ? 'http' : 'https'];
        if (!variable) throw new Error('a proxy without a variable');
        // Who looks through the proxy verifies the proxy all the same.
        const own = { ...connect, rejectUnauthorized: true };
        return createProxyClient({ undici, variable, connect: own, tracker });
      },
      connect: (wanted, done) => {
        const socket = connector(wanted, done);
        socket.once('connect', () => tracker.connected(wanted.protocol, wanted.host ?? ''));
      },
      requestTls: connect,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
    });
    return agent.compose((dispatch) => (wanted, handler) => {
      // It knows the handlers of every Node's fetch, and has all methods; its types name none.
      const own = new undici.DecoratorHandler(handler) as unknown as ResponseHandler;
      const start = own.onResponseStart.bind(own);
      own.onResponseStart = (controller, status, headers, message) => {
        // An announcement (1xx) is no response: fetch ignores it, and the decorator takes one only.
        if (status < 200) return;
        refuseStackedCodings(headers['content-encoding']);
        start(controller, status, headers, message);
      };
      return dispatch(wanted, own);
    });
  } catch (error) {
    const words = plainText(error instanceof Error ? error.message : String(error), 80);
    throw new NetworkError('proxy', `the proxy settings cannot be used: ${words}`, {
      cause: error,
      ofProxy: true,
    });
  }
}

type ResponseHandler = Required<Pick<Dispatcher.DispatchHandler, 'onResponseStart'>>;

/**
 * A small body that was compressed several times grows beyond all bounds, and fetch's own limit on
 * that leaves a socket behind whose error ends the process. No server has a reason for it.
 */
function refuseStackedCodings(value: string | readonly string[] = ''): void {
  const codings = [value]
    .flat()
    .join(',')
    .split(',')
    .filter((coding) => /\S/u.test(coding));
  if (codings.length <= 1) return;
  const detail = 'its response is compressed more than once';
  throw new NetworkError('connection', detail, { stage: 'response' });
}

/**
 * For the library a name of our own, which nobody connects to: it would refuse a value that NO_PROXY
 * makes harmless. The variable's own value is read where a tunnel is wanted.
 */
function uriOf(scheme: 'http' | 'https', proxy: ProxySettings): string {
  return proxy[scheme] === undefined ? '' : `http://${scheme}.invalid`;
}
