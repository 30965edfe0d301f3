import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { createAuthority } from './certificates.js';
import type { FakeAnswer, FakeRequest } from './fake-providers.js';

/**
 * The real host names on loopback: an HTTPS server with a CA of its own behind a CONNECT
 * proxy. A program under test is led there by HTTPS_PROXY and NODE_EXTRA_CA_CERTS alone.
 */
export interface TlsWorld {
  /** The two variables. */
  readonly env: Readonly<Record<string, string>>;
  readonly requests: readonly FakeRequest[];
  close(): Promise<void>;
}

/** As `FakeProvider`; one that never settles is a host that never answers. */
export type SlowProvider = (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>;

export async function startTlsWorld(provider: SlowProvider): Promise<TlsWorld> {
  const authority = await createAuthority();
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-ca-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, authority.pem);

  const contexts = new Map<string, Promise<SecureContext>>();
  const contextOf = (host: string): Promise<SecureContext> => {
    const made = contexts.get(host) ?? authority.issue(host).then(createSecureContext);
    contexts.set(host, made);
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
        response.writeHead(answer.status, answer.headers).end(answer.body),
      );
    },
  );
  const serverPort = await listen(server);

  const sockets = new Set<Socket>();
  const proxy = createHttpServer();
  proxy.on('connect', (_request, client: Socket) => {
    const upstream = connect(serverPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
  });
  const proxyPort = await listen(proxy);

  return {
    env: { HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`, NODE_EXTRA_CA_CERTS: caFile },
    requests,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      proxy.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}
