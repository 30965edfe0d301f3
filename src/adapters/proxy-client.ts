import type * as Undici from 'undici';
import type { Dispatcher } from 'undici';
import { NetworkError } from '../core/errors.js';
import { plainText } from '../core/plain-text.js';
import { createConnector, type ConnectorOptions } from './connector.js';
import { firstCode, localFault, reasonOf } from './network-error.js';
import type { ProgressTracker } from './progress.js';
import { proxyLogin, readProxyAddress, type ProxyVariable } from './proxy.js';

type Library = Pick<typeof Undici, 'Pool' | 'buildConnector'>;

export interface ProxyClientOptions {
  readonly undici: Library;
  readonly variable: ProxyVariable;
  /** Options of the connection to the proxy itself. */
  readonly connect: ConnectorOptions;
  readonly tracker: ProgressTracker;
}

/**
 * Asks a proxy for tunnels, for undici's ProxyAgent. If anything fails before the proxy has
 * answered CONNECT, it's the proxy's fault: a `NetworkError` with the reason `proxy`.
 */
export function createProxyClient(options: ProxyClientOptions): Dispatcher {
  const { undici, variable, connect, tracker } = options;
  let pool: Dispatcher | undefined;
  const client = {
    async connect(wanted: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
      // Read here rather than earlier, because NO_PROXY may be right even if the address isn't.
      const proxy = readProxyAddress(variable);
      pool ??= createPool(undici, proxy, connect);
      const login = proxyLogin(proxy);
      const headers = {
        ...(wanted.headers as Record<string, string>),
        ...(login !== undefined && { 'proxy-authorization': login }),
      };
      return tracker.tunnel(wanted.path, async () => {
        const response = await send(pool as Dispatcher, { ...wanted, headers }, proxy, variable);
        if (response.statusCode === 200) return response;
        response.socket.on('error', () => {}).destroy();
        const ofProxy = response.statusCode === WANTS_LOGIN;
        throw new NetworkError('proxy', refusal(response, proxy, variable), {
          ofProxy,
          proxyVariable: variable.name,
        });
      });
    },
    close: async () => pool?.close(),
    destroy: async () => pool?.destroy(),
  };
  // ProxyAgent uses nothing else of it.
  return client as unknown as Dispatcher;
}

function createPool(undici: Library, proxy: URL, connect: ConnectorOptions): Dispatcher {
  const connector = createConnector(undici, connect);
  // ProxyAgent passes an IP address as the TLS server name, which makes Node print a warning. URL
  // writes an IPv4 address as four numbers, and an IPv6 address in brackets.
  const isNumber = /^(?:[\d.]+|\[.*\])$/u.test(proxy.hostname);
  const servername = isNumber ? '' : proxy.hostname;
  return new undici.Pool(proxy.origin, {
    connect: (wanted, done) => connector({ ...wanted, servername }, done),
  });
}

async function send(
  pool: Dispatcher,
  wanted: Dispatcher.ConnectOptions,
  proxy: URL,
  variable: ProxyVariable,
): Promise<Dispatcher.ConnectData> {
  try {
    return await pool.connect(wanted);
  } catch (error) {
    throw new NetworkError('proxy', fault(error, proxy, variable), {
      cause: error,
      ofProxy: true,
      proxyVariable: variable.name,
    });
  }
}

/** Why the proxy didn't answer CONNECT. */
function fault(error: unknown, proxy: URL, { name }: ProxyVariable): string {
  const code = firstCode(error) ?? plainText(error instanceof Error ? error.message : '', 80);
  const local = localFault(code);
  const unreached = `the proxy ${proxy.host} cannot be reached`;
  if (local !== undefined) return `${unreached}: ${local}`;
  const reason = reasonOf(code);
  if (reason === 'dns' || NOT_THERE.has(code)) return `${unreached}: ${code}`;
  if (proxy.protocol === 'http:') {
    return `the proxy broke off: ${code}; if it speaks TLS, ${name} has to begin with https://`;
  }
  const certificate = reason.startsWith('tls-');
  const found = certificate ? 'does not accept its certificate' : 'finds no TLS there';
  return `${name} begins with https://, while most proxies want http://: this machine ${found} (${code})`;
}

/** Nobody answered, so the scheme isn't the cause. */
const NOT_THERE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
]);

const WANTS_LOGIN = 407;

/** What a proxy's response to CONNECT means. */
const MEANINGS: Readonly<Record<number, string>> = {
  403: 'it does not let this host through',
  502: 'it could not find or reach the host',
  503: 'it could not find or reach the host',
  504: 'the host did not answer it in time',
};

function refusal(
  { statusCode, headers }: Dispatcher.ConnectData,
  proxy: URL,
  { name }: ProxyVariable,
): string {
  const meaning =
    statusCode === WANTS_LOGIN
      ? loginRefusal(headers['proxy-authenticate'], proxy, name)
      : (MEANINGS[statusCode] ?? 'it refused');
  // Some TLS servers answer like this to a client without TLS.
  const scheme =
    statusCode === 400 && proxy.protocol === 'http:'
      ? `; if it speaks TLS, ${name} has to begin with https://`
      : '';
  return `${meaning}: the proxy answered HTTP ${statusCode}${scheme}`;
}

/** @param offered the value of Proxy-Authenticate: one challenge or several. */
function loginRefusal(offered: string | string[] | undefined, proxy: URL, name: string): string {
  // Ignore quoted text, since a realm may contain any words.
  const challenges = [offered ?? []]
    .flat()
    .join(', ')
    .replaceAll(/"[^"]*"/gu, '');
  const takes = (scheme: string): boolean =>
    new RegExp(`(?:^|,)\\s*${scheme}\\b`, 'iu').test(challenges);
  if (!takes('Basic') && (takes('NTLM') || takes('Negotiate'))) {
    return 'it wants a Windows login (NTLM or Kerberos), which this tool cannot give; ask your IT for an exception, or run a relay such as px or cntlm and name that in the variable';
  }
  if (!takes('Basic') && takes('Digest')) {
    return 'it wants a Digest login, which this tool cannot give; ask your IT for an exception';
  }
  if (proxyLogin(proxy) === undefined) {
    return `it wants a user name and a password (http://user:password@proxy in ${name})`;
  }
  return `it does not accept the user name and password in ${name}`;
}
