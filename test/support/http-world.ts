import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { connect, isIP, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import { createHttp, type HttpOptions } from '../../src/adapters/http.js';
import { readProxySettings } from '../../src/adapters/proxy.js';
import { NetworkError } from '../../src/core/errors.js';
import type { HttpResponse } from '../../src/core/response.js';
import type { Authority } from './certificates.js';

/** The HTTP adapter and servers on loopback, which are closed after the test. */

/** Proxy variables, each with its value. */
export type Variables = Readonly<Record<string, string>>;

export function openHttp(
  variables: Variables = {},
  options: Partial<HttpOptions> = {},
): ReturnType<typeof createHttp> {
  const adapter = createHttp({
    proxy: readProxySettings((name) => variables[name]),
    userAgent: 'connect-wizard/test',
    allows: () => true,
    ...options,
  });
  onTestFinished(() => adapter.close().catch(() => {}));
  return adapter;
}

export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export const plain = async (listener: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listen(createHttpServer(listener))}/`;

export const get = (
  url: string,
  timeoutMs = 5000,
  variables: Variables = {},
): Promise<HttpResponse> => openHttp(variables).send({ url, headers: {}, timeoutMs });

export const failure = (request: Promise<unknown>): Promise<NetworkError> =>
  request.then(
    () => {
      throw new Error('it was answered');
    },
    (error: unknown) => {
      if (error instanceof NetworkError) return error;
      throw error;
    },
  );

/** Counts connections, requests and bytes within TLS. */
export async function startSecure(authority: Authority, host: string, days = 1) {
  const seen = { connections: 0, requests: 0, bytes: 0 };
  const server = createHttpsServer(await authority.issue(host, days), (_, response) => {
    seen.requests += 1;
    response.end('{}');
  });
  server.on('connection', () => {
    seen.connections += 1;
  });
  server.on('secureConnection', (socket) => {
    socket.on('data', (chunk: Buffer) => {
      seen.bytes += chunk.length;
    });
  });
  return {
    port: await listen(server),
    connections: () => seen.connections,
    requests: () => seen.requests,
    bytes: () => seen.bytes,
  };
}

/** Leads every tunnel to one port, or answers CONNECT with `status`. */
export async function startProxy(
  target: number | { status: string },
): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createHttpServer();
  server.on('connect', ({ url, headers }, client: Socket) => {
    asked.push(`${url} ${headers['proxy-authorization'] ?? ''}`.trim());
    if (typeof target === 'object') {
      client.end(`HTTP/1.1 ${target.status}\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const upstream = connect(target, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => {});
  });
  return { address: `127.0.0.1:${await listen(server)}`, asked };
}

const SLOW_SERVER = `
  const server = require('node:net').createServer((socket) => {
    socket.once('data', (bytes) => {
      const status = bytes.toString().startsWith('CONNECT') ? '403 Forbidden' : '200 OK';
      socket.end('HTTP/1.1 ' + status + '\\r\\ncontent-length: 4\\r\\n\\r\\nslow');
    });
    socket.on('error', () => {});
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, server.address().port + '\\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
  });
`;

/** A server whose queue stays full, so that a connection gets no answer, not even a refusal. */
const HOLE = `
  const [host, port] = process.argv.slice(1);
  require('node:net').createServer().listen({ port, host, backlog: 1 }, () => {
    require('node:fs').writeSync(1, port + '\\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** An address of this machine other than 127.0.0.1. */
const HOLE_ADDRESS = process.platform === 'darwin' ? '::1' : '127.0.0.2';

/** Starts a server whose queue can hold two connections, and fills it. */
async function startFull(script: string, host: string, ...more: string[]): Promise<number> {
  const child = spawn(process.execPath, ['-e', script, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line);
  for (const _ of [1, 2]) {
    const filler = connect(port, host);
    filler.on('error', () => {});
    onTestFinished(() => {
      filler.destroy();
    });
    await once(filler, 'connect');
  }
  return port;
}

/**
 * A server far away: a handshake takes longer than Node waits for an address that is not the last
 * one. It sleeps while others fill its queue, so that the first packet is lost.
 *
 * @param last what is at the other address.
 * @returns its port; the name `slow.test` has its address first, and then another one.
 */
export async function startSlowServer(last: 'nobody' | 'a hole' = 'nobody'): Promise<number> {
  const port = await startFull(SLOW_SERVER, '127.0.0.1');
  if (last === 'a hole') await startFull(HOLE, HOLE_ADDRESS, HOLE_ADDRESS, String(port));
  const other = last === 'a hole' ? HOLE_ADDRESS : '::1';
  const addresses = ['127.0.0.1', other].map((address) => ({ address, family: isIP(address) }));
  vi.spyOn(dns, 'lookup').mockImplementation(((
    _name,
    _options,
    done: (...all: unknown[]) => void,
  ) => {
    done(null, addresses);
  }) as typeof dns.lookup);
  return port;
}
