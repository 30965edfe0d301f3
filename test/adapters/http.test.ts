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
import { http as mock, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createHttp, type ProxySettings } from '../../src/adapters/http.js';
import type { Answer } from '../../src/core/answer.js';
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

const get = (url: string, timeoutMs = 5000, proxy: ProxySettings = {}): Promise<Answer> =>
  open(proxy).get({ url, headers: {}, timeoutMs });

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
        return HttpResponse.json({ agent: { id: 1 } }, { headers: { 'X-Proof': 'yes' } });
      }),
    );
    const headers = { accept: 'application/json', authorization: new Secret('Basic c2VjcmV0') };
    const answer = await open().get({ url: ADDRESS, headers, timeoutMs: 1000 });
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
        () => new HttpResponse(null, { status, headers: { location: 'https://evil.example/' } }),
      ),
    );
    const answer = await open().get({ url: ADDRESS, headers: {}, timeoutMs: 1000 });
    expect(answer.status).toBe(status);
    expect(answer.headers['location']).toBe('https://evil.example/');
  });

  it.each([401, 403, 404, 429, 500, 503])(
    'that ends with %i is an answer, not a failure',
    async (status) => {
      server.use(mock.get(ADDRESS, () => new HttpResponse('', { status })));
      const answer = await open().get({ url: ADDRESS, headers: {}, timeoutMs: 1000 });
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
    expect(error).toMatchObject({ reason: 'connection', message: 'ECONNREFUSED' });
  });

  it('where the line is cut is a connection', async () => {
    const server = createTcpServer((socket) => socket.destroy());
    const error = await failure(get(`http://127.0.0.1:${await listen(server)}/`));
    expect(error.reason).toBe('connection');
  });

  it('from something that is no HTTP is a connection', async () => {
    const server = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    const error = await failure(get(`http://127.0.0.1:${await listen(server)}/`));
    expect(error.reason).toBe('connection');
  });

  it('for a name that is nowhere is dns', async () => {
    const error = await failure(get('https://nowhere.invalid/'));
    expect(error.reason).toBe('dns');
    expect(error.message).toMatch(/^E/u);
    await expect(open().resolves('nowhere.invalid')).resolves.toBe(false);
    await expect(open().resolves('localhost')).resolves.toBe(true);
  });
});

describe('TLS', () => {
  let authority: Authority;
  beforeAll(async () => {
    authority = await createAuthority();
  });
  afterEach(() => {
    systemStore.length = 0;
  });

  async function secure(
    host = 'localhost',
    days = 1,
  ): Promise<{ url: string; requests: () => number }> {
    let count = 0;
    const server = createHttpsServer(await authority.issue(host, days), (_, response) => {
      count += 1;
      response.end('{}');
    });
    return { url: `https://localhost:${await listen(server)}/`, requests: () => count };
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
    const answers = await Promise.allSettled([1, 2, 3, 4].map(() => adapter.get(request)));
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
  it.each(['407 Proxy Authentication Required', '403 Forbidden', '502 Bad Gateway'])(
    'that answers %s is told as the proxy',
    async (status) => {
      const { address } = await startProxy({ status });
      const error = await failure(
        get('https://acme.freshservice.com/', 5000, { https: `http://${address}` }),
      );
      expect(error).toMatchObject({
        reason: 'proxy',
        message: expect.stringMatching(
          new RegExp(`: the proxy answered HTTP ${status.slice(0, 3)}$`, 'u'),
        ),
      });
    },
  );

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
    await failure(adapter.get(request));
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
    const authority = await createAuthority();
    const server = createHttpsServer(
      await authority.issue('acme.freshservice.com'),
      (_, response) => {
        response.end('{}');
      },
    );
    const { address } = await startProxy(await listen(server));
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const error = await failure(get('https://acme.freshservice.com/', 5000, { https: address }));
    expect(error.reason).toBe('tls-untrusted');
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
    expect(error.reason).toBe('timeout');
  });
});
