import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, isIP, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { createAuthority, type Certificate } from './certificates.js';
import type { FakeAnswer, FakeRequest } from './fake-providers.js';

/**
 * The real host names on loopback: an HTTPS server with its own CA behind a CONNECT proxy. Only
 * HTTPS_PROXY and NODE_EXTRA_CA_CERTS lead a program under test there.
 */
export interface TlsWorld {
  /** HTTPS_PROXY and NODE_EXTRA_CA_CERTS. */
  readonly env: Readonly<Record<string, string>>;
  readonly requests: readonly FakeRequest[];
  /** The hosts of the tunnels, in order. */
  readonly tunnels: readonly string[];
  /** The largest number of tunnels at once. */
  readonly mostTunnels: number;
  close(): Promise<void>;
}

/** Like `FakeProvider`; a promise that never settles is a host that never answers. */
export type SlowProvider = (
  request: FakeRequest,
) => FakeAnswer | RawAnswer | Promise<FakeAnswer | RawAnswer>;

/** An answer that `FakeAnswer` cannot describe; see `hostile.ts`. */
export type RawAnswer = (response: ServerResponse) => void;

/** The line between the program and the provider. */
export type Line =
  | 'open'
  /** The proxy never answers the request for a tunnel. */
  | 'silent proxy'
  /** There is a tunnel, but nothing comes through it. */
  | 'silent tunnel'
  /** There is a tunnel, but it is cut during the handshake. */
  | 'cut'
  /** Everything takes this long: the connection, the tunnel, and what goes through it. */
  | { readonly roundTripMs: number }
  /** The proxy's answer to CONNECT, without the HTTP version. */
  | { readonly proxySays: string }
  /** What is wrong with the certificate. */
  | { readonly certificate: 'expired' | 'of another name' | 'of an unknown authority' };

/** The issuer of a certificate `of an unknown authority`. */
export const UNKNOWN_AUTHORITY = 'Acme Traffic Inspection';

/** @param lineTo is called for each tunnel. */
export async function startTlsWorld(
  provider: SlowProvider,
  lineTo: (host: string) => Line = () => 'open',
): Promise<TlsWorld> {
  const authority = await createAuthority();
  const unknown = await createAuthority(UNKNOWN_AUTHORITY);
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-ca-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, authority.pem);

  const issue = (host: string, line: Line): Promise<Certificate> => {
    const wrong = typeof line === 'object' && 'certificate' in line ? line.certificate : undefined;
    if (wrong === 'expired') return authority.issue(host, -1);
    if (wrong === 'of another name') return authority.issue('login.wifi.example');
    return (wrong === undefined ? authority : unknown).issue(host);
  };
  const contexts = new Map<string, Promise<SecureContext>>();
  const contextOf = (host: string): Promise<SecureContext> => {
    const line = lineTo(host);
    const name = withSiblings(host);
    const key = JSON.stringify([name, line]);
    const made = contexts.get(key) ?? issue(name, line).then(createSecureContext);
    contexts.set(key, made);
    return made;
  };
  const requests: FakeRequest[] = [];
  const server = createHttpsServer(
    {
      SNICallback: (host, done) => {
        contextOf(host).then((context) => done(null, context), done);
      },
    },
    (request, response) => {
      const asked: FakeRequest = {
        host: request.headers.host ?? '',
        path: request.url ?? '',
        authorization: request.headers.authorization,
      };
      requests.push(asked);
      void Promise.resolve(provider(asked)).then((answer) =>
        typeof answer === 'function'
          ? answer(response)
          : response.writeHead(answer.status, answer.headers).end(answer.body),
      );
    },
  );
  const serverPort = await listen(server);

  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  };
  const tunnels: string[] = [];
  let [open, mostTunnels] = [0, 0];
  const proxy = createHttpServer();
  proxy.on('connect', ({ url = '' }, client: Socket) => {
    const host = url.replace(/:\d+$/u, '');
    tunnels.push(host);
    open += 1;
    mostTunnels = Math.max(mostTunnels, open);
    client.once('close', () => (open -= 1));
    keep(client);
    const line = lineTo(host);
    if (line === 'silent proxy') return;
    if (typeof line === 'object' && 'proxySays' in line) {
      client.end(`HTTP/1.1 ${line.proxySays}\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const established = 'HTTP/1.1 200 Connection Established\r\n\r\n';
    if (line === 'silent tunnel' || line === 'cut') {
      client.write(established);
      // The first data is the beginning of the handshake.
      client.once('data', () => line === 'cut' && client.resetAndDestroy());
      return;
    }
    const roundTripMs = typeof line === 'object' && 'roundTripMs' in line ? line.roundTripMs : 0;
    if (roundTripMs === 0) {
      client.write(established);
      // Without a connection between the two, the fake costs a program under test less time.
      server.emit('connection', client);
      return;
    }
    const upstream = connect(serverPort, '127.0.0.1', () => {
      // One round trip for the connection to the proxy, which the system makes at once, and one for its answer.
      setTimeout(() => client.write(established), 2 * roundTripMs);
      carryLate(upstream, client, roundTripMs / 2);
      carryLate(client, upstream, roundTripMs / 2);
    });
    keep(upstream);
    // If one side hangs up, the other one does, too.
    client.on('close', () => upstream.destroy());
  });
  const proxyPort = await listen(proxy);

  return {
    env: { HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`, NODE_EXTRA_CA_CERTS: caFile },
    requests,
    tunnels,
    get mostTunnels() {
      return mostTunnels;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      proxy.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A name that covers all hosts of the domain, since a certificate takes long to make. */
function withSiblings(host: string): string {
  const [, ...domain] = host.split('.');
  return domain.length >= 2 && isIP(host) === 0 ? `*.${domain.join('.')}` : host;
}

function carryLate(from: Socket, to: Socket, ms: number): void {
  from.on('data', (chunk) => setTimeout(() => to.write(chunk), ms));
  from.on('end', () => setTimeout(() => to.end(), ms));
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}
