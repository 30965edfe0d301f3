import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import {
  connect,
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import { gzipSync } from 'node:zlib';
import { http as mock, HttpResponse as MockedResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createHttp, type ProxySettings } from '../../src/adapters/http.js';
import type { HttpResponse } from '../../src/core/response.js';
import { NetworkError } from '../../src/core/errors.js';
import { Secret } from '../../src/core/secret.js';
import { createAuthority, type Authority } from '../support/certificates.js';

/** What the system's own store holds in a test; Node below 22.15 cannot read one. */
const { systemStore } = vi.hoisted(() => ({ systemStore: [] as string[] }));
vi.mock('node:tls', async (original) => ({
  ...(await original<object>()),
  getCACertificates: (type: string) => (type === 'system' ? systemStore : []),
}));

function open(proxy: ProxySettings = {}): ReturnType<typeof createHttp> {
  const adapter = createHttp(proxy, 'connect-wizard/test');
  onTestFinished(() => adapter.close().catch(() => {}));
  return adapter;
}

async function listen(server: Server): Promise<number> {
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

const plain = async (listener: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listen(createHttpServer(listener))}/`;

const get = (url: string, timeoutMs = 5000, proxy: ProxySettings = {}): Promise<HttpResponse> =>
  open(proxy).send({ url, headers: {}, timeoutMs });

const failure = (request: Promise<unknown>): Promise<NetworkError> =>
  request.then(
    () => {
      throw new Error('it was answered');
    },
    (error: unknown) => {
      if (error instanceof NetworkError) return error;
      throw error;
    },
  );

describe('a request', () => {
  const server = setupServer();
  beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());

  const ADDRESS = 'https://acme.freshservice.com/api/v2/agents/me';

  it('sends its headers, the secret ones revealed, and says who asks', async () => {
    let seen: Headers | undefined;
    server.use(
      mock.get(ADDRESS, ({ request }) => {
        seen = request.headers;
        return MockedResponse.json({ agent: { id: 1 } }, { headers: { 'X-Proof': 'yes' } });
      }),
    );
    const headers = { accept: 'application/json', authorization: new Secret('Basic c2VjcmV0') };
    const answer = await open().send({ url: ADDRESS, headers, timeoutMs: 1000 });
    expect(answer).toMatchObject({ status: 200, body: '{"agent":{"id":1}}', truncated: false });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-proof': 'yes' });
    expect(seen?.get('authorization')).toBe('Basic c2VjcmV0');
    expect(seen?.get('accept')).toBe('application/json');
    expect(seen?.get('user-agent')).toBe('connect-wizard/test');
  });

  it.each([301, 302, 303, 307, 308])('is not sent on after %i', async (status) => {
    server.use(
      mock.get(
        ADDRESS,
        () => new MockedResponse(null, { status, headers: { location: 'https://evil.example/' } }),
      ),
    );
    const answer = await open().send({ url: ADDRESS, headers: {}, timeoutMs: 1000 });
    expect(answer.status).toBe(status);
    expect(answer.headers['location']).toBe('https://evil.example/');
  });

  it.each([401, 403, 404, 429, 500, 503])(
    'that ends with %i is an answer, not a failure',
    async (status) => {
      server.use(mock.get(ADDRESS, () => new MockedResponse('', { status })));
      const answer = await open().send({ url: ADDRESS, headers: {}, timeoutMs: 1000 });
      expect(answer).toMatchObject({ status, body: '' });
    },
  );
});

describe('the body of an answer', () => {
  const MIB = 1024 * 1024;

  it('is whole up to 1 MiB', async () => {
    const url = await plain((_, response) => response.end('x'.repeat(MIB)));
    const { body, truncated } = await get(url);
    expect([body.length, truncated]).toEqual([MIB, false]);
  });

  it('is cut after 1 MiB, and the rest is never read', async () => {
    const url = await plain((_, response) => {
      const chunk = Buffer.alloc(MIB / 4, 'x');
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    });
    const { body, truncated } = await get(url);
    expect([body.length, truncated]).toEqual([MIB, true]);
  });

  it('is cut after 1 MiB of what was compressed, too', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MIB, 'x'));
    expect(bomb.length).toBeLessThan(MIB);
    const url = await plain((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    const { body, truncated } = await get(url);
    expect([body.length, truncated]).toEqual([MIB, true]);
  });

  it('that is no UTF-8 is text all the same', async () => {
    const url = await plain((_, response) => response.end(Buffer.from([0x61, 0xff, 0x62])));
    await expect(get(url)).resolves.toMatchObject({ body: 'a\uFFFDb' });
  });
});

describe('no answer', () => {
  it('before the headers is a time-out', async () => {
    const url = await plain(() => {});
    const error = await failure(get(url, 60));
    expect(error).toMatchObject({
      reason: 'timeout',
      message: 'it took the request and did not answer within 0.06 s',
    });
  });

  it('in the middle of the body is a time-out', async () => {
    const url = await plain((_, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('half');
    });
    const error = await failure(get(url, 150));
    expect(error).toMatchObject({
      reason: 'timeout',
      message: 'its answer did not end within 0.15 s',
    });
  });

  it('where nobody listens is a refused connection', async () => {
    const closed = createTcpServer();
    const port = await listen(closed);
    await new Promise((done) => closed.close(done));
    const error = await failure(get(`https://127.0.0.1:${port}/`));
    expect(error).toMatchObject({
      reason: 'connection',
      message: 'ECONNREFUSED',
      passing: false,
    });
  });

  it('where the line is cut is a connection that broke off', async () => {
    const server = createTcpServer((socket) => socket.destroy());
    const error = await failure(get(`http://127.0.0.1:${await listen(server)}/`));
    expect(error).toMatchObject({ reason: 'connection', passing: true });
  });

  it('where the request is taken and the line reset is a connection that broke off', async () => {
    const server = createTcpServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const error = await failure(get(`http://127.0.0.1:${await listen(server)}/`));
    expect(error).toMatchObject({ reason: 'connection', message: 'ECONNRESET', passing: true });
  });

  it('where the line is cut in the middle of the body is a connection that broke off', async () => {
    const url = await plain((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half', () => response.socket?.end());
    });
    const error = await failure(get(url));
    expect(error).toMatchObject({ reason: 'connection', message: 'UND_ERR_SOCKET', passing: true });
  });

  it('from something that is no HTTP is a connection, and will be none the next time', async () => {
    const server = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    const error = await failure(get(`http://127.0.0.1:${await listen(server)}/`));
    expect(error).toMatchObject({ reason: 'connection', passing: false });
  });

  it('to a handshake is a time-out without a connection', async () => {
    const silent = createTcpServer(() => {});
    const error = await failure(get(`https://127.0.0.1:${await listen(silent)}/`, 150));
    expect(error).toMatchObject({
      reason: 'timeout',
      message: 'no connection within 0.15 s',
      passing: false,
    });
  });

  it('to a handshake is not taken for the request that another host took meanwhile', async () => {
    const silent = createTcpServer(() => {});
    const waiting = `https://127.0.0.1:${await listen(silent)}/`;
    const url = await plain((_, response) => response.end('{}'));
    const adapter = open();
    const [error, answer] = await Promise.all([
      failure(adapter.send({ url: waiting, headers: {}, timeoutMs: 300 })),
      adapter.send({ url, headers: {}, timeoutMs: 5000 }),
    ]);
    expect(answer.status).toBe(200);
    expect(error.message).toBe('no connection within 0.3 s');
  });

  it('for a name that is nowhere is dns', async () => {
    const error = await failure(get('https://nowhere.invalid/'));
    expect(error).toMatchObject({ reason: 'dns', passing: false });
    expect(error.message).toMatch(/^E/u);
    await expect(open().resolves('nowhere.invalid')).resolves.toBe(false);
    await expect(open().resolves('localhost')).resolves.toBe(true);
  });
});

/** Counts what comes: connections, requests, and bytes within TLS. */
async function startSecure(authority: Authority, host: string, days = 1) {
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

describe('TLS', () => {
  let authority: Authority;
  beforeAll(async () => {
    authority = await createAuthority();
  });
  afterEach(() => {
    systemStore.length = 0;
  });

  async function secure(host = 'localhost', days = 1, issuer = authority) {
    const server = await startSecure(issuer, host, days);
    return { ...server, url: `https://localhost:${server.port}/` };
  }

  it.each([
    ['that nobody knows', 'localhost', 1, false, 'tls-untrusted'],
    ['that has expired', 'localhost', -1, true, 'tls-expired'],
    ['of another name', 'evil.example', 1, true, 'tls-name'],
  ] as const)(
    'with a certificate %s ends before anything is sent',
    async (_, host, days, known, reason) => {
      if (known) systemStore.push(authority.pem);
      const { url, requests } = await secure(host, days);
      const error = await failure(get(url));
      expect(error.reason).toBe(reason);
      expect(requests()).toBe(0);
    },
  );

  it.each([
    ['by name', 'connect-wizard test CA', 'connect-wizard test CA'],
    ['with the organization', 'Proxy CA, O=Globex Security', 'Globex Security, Proxy CA'],
    ['without control characters', 'A\u001B[31m \u202ERoot\u0007\u202C CA', 'A Root CA'],
    ['not longer than 80 characters', 'x'.repeat(200), `${'x'.repeat(79)}…`],
  ])('that is not trusted tells who issued the certificate %s', async (_, name, issuer) => {
    const { url } = await secure('localhost', 1, await createAuthority(name));
    const error = await failure(get(url));
    expect(error).toMatchObject({
      reason: 'tls-untrusted',
      message: `UNABLE_TO_VERIFY_LEAF_SIGNATURE, issued by "${issuer}"`,
      passing: false,
    });
  });

  it('that is not trusted is looked at once more, without a request or a byte of a secret', async () => {
    const { url, requests, bytes, connections } = await secure();
    const headers = { authorization: new Secret('Basic c2VjcmV0') };
    const error = await failure(open().send({ url, headers, timeoutMs: 5000 }));
    expect(error.message).toContain('issued by');
    expect([requests(), bytes()]).toEqual([0, 0]);
    // As Node trusts, as the system trusts, and to read the issuer.
    expect(connections()).toBe(3);
  });

  it('that is not trusted is told so to every one of several requests at once', async () => {
    const { url, requests } = await secure();
    const adapter = open();
    const request = { url, headers: {}, timeoutMs: 5000 };
    const errors = await Promise.all([1, 2, 3, 4].map(() => failure(adapter.send(request))));
    for (const { message } of errors) expect(message).toContain('"connect-wizard test CA"');
    expect(requests()).toBe(0);
  });

  it.each([
    ['has expired', 'localhost', -1],
    ['is of another name', 'evil.example', 1],
  ])('with a certificate that %s is not looked at again', async (_, host, days) => {
    systemStore.push(authority.pem);
    const { url, connections } = await secure(host, days);
    const { message } = await failure(get(url));
    expect(message).not.toContain('issued by');
    expect(connections()).toBeLessThanOrEqual(2);
  });

  it('cannot be switched off by NODE_TLS_REJECT_UNAUTHORIZED', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const { url, requests } = await secure();
    expect((await failure(get(url))).reason).toBe('tls-untrusted');
    expect(requests()).toBe(0);
  });

  it("is trusted where the system's own store knows the authority", async () => {
    systemStore.push(authority.pem);
    const { url } = await secure();
    await expect(get(url)).resolves.toMatchObject({ status: 200 });
  });

  it('is trusted so for every one of several requests at once', async () => {
    systemStore.push(authority.pem);
    const { url } = await secure();
    const adapter = open();
    const request = { url, headers: {}, timeoutMs: 5000 };
    const answers = await Promise.allSettled([1, 2, 3, 4].map(() => adapter.send(request)));
    expect(answers.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
  });
});

/** Leads every tunnel to one port, or answers CONNECT with `status`. */
async function startProxy(
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

describe('a proxy', () => {
  it.each([
    ['403 Forbidden', 'it does not let this host through'],
    [
      '407 Proxy Authentication Required',
      'it wants a user name and a password (http://user:password@proxy in HTTPS_PROXY)',
    ],
    ['502 Bad Gateway', 'it could not find or reach the host'],
    ['503 Service Unavailable', 'it could not find or reach the host'],
    ['504 Gateway Timeout', 'the host did not answer it in time'],
    ['418 I am a teapot', 'it refused'],
  ])('that answers %s is told as the proxy, with what it means', async (status, words) => {
    const { address } = await startProxy({ status });
    const error = await failure(
      get('https://acme.freshservice.com/', 5000, { https: `http://${address}` }),
    );
    expect(error).toMatchObject({
      reason: 'proxy',
      message: `${words}: the proxy answered HTTP ${status.slice(0, 3)}`,
      passing: false,
    });
  });

  it.each(['http://', 'HTTP://', ''])('is used with its address after "%s"', async (scheme) => {
    const { address, asked } = await startProxy({ status: '403 Forbidden' });
    await failure(get('https://acme.freshservice.com/', 5000, { https: `${scheme}${address}` }));
    expect(asked).toEqual(['acme.freshservice.com:443']);
  });

  it('is given its own credentials, also without a scheme', async () => {
    const { address, asked } = await startProxy({ status: '403 Forbidden' });
    await failure(get('https://acme.freshservice.com/', 5000, { https: `me:pw@${address}` }));
    expect(asked).toEqual([`acme.freshservice.com:443 Basic ${btoa('me:pw')}`]);
  });

  it.each([
    'ftp://proxy.example:21',
    'socks5://proxy.example:1080',
    'http://',
    'http://a b',
    '://',
  ])('cannot be at %s, and that is said without repeating it', async (https) => {
    const error = await failure(get('https://acme.freshservice.com/', 5000, { https }));
    expect(error.reason).toBe('proxy');
    expect(error.message).toContain('HTTPS_PROXY');
    expect(error.message).not.toContain('example');
  });

  it('that cannot be used is no reason to fail when the run ends', async () => {
    const adapter = open({ https: 'socks5://proxy.example:1080' });
    const request = { url: 'https://acme.freshservice.com/', headers: {}, timeoutMs: 1000 };
    await failure(adapter.send(request));
    await expect(adapter.close()).resolves.toBeUndefined();
  });

  it('is not used for what NO_PROXY names', async () => {
    const { address, asked } = await startProxy({ status: '403 Forbidden' });
    const url = await plain((_, response) => response.end('direct'));
    const answer = await get(url, 5000, { http: address, https: address, none: '127.0.0.1' });
    expect(answer.body).toBe('direct');
    expect(asked).toEqual([]);
  });

  it('sees a TLS handshake that is still verified', async () => {
    const { port } = await startSecure(await createAuthority(), 'acme.freshservice.com');
    const { address } = await startProxy(port);
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const error = await failure(get('https://acme.freshservice.com/', 5000, { https: address }));
    expect(error.reason).toBe('tls-untrusted');
  });

  it('that looks into the traffic is told by who issued its certificate, and gets no request', async () => {
    const inspection = await createAuthority('Globex TLS Inspection');
    const { port, requests, bytes } = await startSecure(inspection, 'acme.freshservice.com');
    const { address, asked } = await startProxy(port);
    const headers = { authorization: new Secret('Basic c2VjcmV0') };
    const url = 'https://acme.freshservice.com/api/v2/agents/me';
    const error = await failure(open({ https: address }).send({ url, headers, timeoutMs: 5000 }));
    expect(error).toMatchObject({
      reason: 'tls-untrusted',
      message: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE, issued by "Globex TLS Inspection"',
    });
    expect([requests(), bytes()]).toEqual([0, 0]);
    expect(asked).toEqual(Array(3).fill('acme.freshservice.com:443'));
  });

  it('leads to a host that takes the request and does not answer: a time-out that says so', async () => {
    const authority = await createAuthority();
    systemStore.push(authority.pem);
    onTestFinished(() => {
      systemStore.length = 0;
    });
    const server = createHttpsServer(await authority.issue('acme.freshservice.com'), () => {});
    const { address } = await startProxy(await listen(server));
    const error = await failure(get('https://acme.freshservice.com/', 1000, { https: address }));
    expect(error).toMatchObject({
      reason: 'timeout',
      message: 'it took the request and did not answer within 1 s',
    });
  });

  it('that cannot be found is told as the proxy: the host was never looked for', async () => {
    const https = 'http://no-such-proxy.invalid:3128';
    const error = await failure(get('https://acme.gladly.com/', 5000, { https }));
    expect(error.reason).toBe('proxy');
  });

  it('that is not there is told as the proxy', async () => {
    const closed = createTcpServer();
    const port = await listen(closed);
    await new Promise((done) => closed.close(done));
    const error = await failure(
      get('https://acme.gladly.com/', 5000, { https: `127.0.0.1:${port}` }),
    );
    expect(error.reason).toBe('proxy');
  });

  it('that never answers is a time-out', async () => {
    const silent = createTcpServer(() => {});
    const https = `127.0.0.1:${await listen(silent)}`;
    const error = await failure(get('https://acme.gladly.com/', 150, { https }));
    expect(error).toMatchObject({ reason: 'timeout', message: 'no connection within 0.15 s' });
  });
});
