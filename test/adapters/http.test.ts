import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { createRequire } from 'node:module';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type * as Tls from 'node:tls';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import { createAuthority, type Authority } from '../support/certificates.js';
import {
  failure,
  get,
  listen,
  openHttp,
  plain,
  startProxy,
  startSecure,
  startSlowServer,
} from '../support/http-world.js';

/** The certificates of the system's own store in a test; Node below 22.15 cannot read it. */
const { systemStore } = vi.hoisted(() => ({ systemStore: [] as string[] }));
/** The secure contexts that the adapter made. */
const { contexts } = vi.hoisted(() => ({ contexts: [] as Tls.SecureContext[] }));
vi.mock('node:tls', async (original) => {
  const tls = await original<typeof Tls>();
  return {
    ...tls,
    getCACertificates: (type: string) => (type === 'system' ? systemStore : []),
    createSecureContext: (options?: Tls.SecureContextOptions) => {
      const made = tls.createSecureContext(options);
      contexts.push(made);
      return made;
    },
  };
});

describe('a request', () => {
  it('sends its headers, with secrets in plain text, and a user agent', async () => {
    let seen: IncomingHttpHeaders = {};
    const url = await plain(({ headers }, response) => {
      seen = headers;
      response.writeHead(200, { 'Content-Type': 'application/json', 'X-Proof': ['yes', 'no'] });
      response.end('{"agent":{"id":1}}');
    });
    const headers = { accept: 'application/json', authorization: new Secret('Basic c2VjcmV0') };
    const answer = await openHttp().send({ url, headers, timeoutMs: 5000 });
    expect(answer).toMatchObject({ status: 200, body: '{"agent":{"id":1}}', truncated: false });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'x-proof': 'yes, no',
    });
    expect(seen).toMatchObject({
      ...headers,
      authorization: 'Basic c2VjcmV0',
      'user-agent': 'connect-wizard/test',
    });
  });

  it('has a method and a body, which may be secret', async () => {
    const seen: string[] = [];
    const note = async (request: IncomingMessage): Promise<unknown> =>
      seen.push(`${request.method} ${await text(request)}`);
    const url = await plain((request, response) => {
      void note(request).finally(() => response.writeHead(204).end());
    });
    const adapter = openHttp();
    const send = { url, headers: {}, timeoutMs: 5000 };
    await adapter.send({ ...send, method: 'POST', body: '{"a":"ä"}' });
    await adapter.send({ ...send, method: 'PUT', body: new Secret('the secret') });
    await adapter.send({ ...send, method: 'DELETE' });
    expect(seen).toEqual(['POST {"a":"ä"}', 'PUT the secret', 'DELETE ']);
  });

  it('may have a method that only a Vault has', async () => {
    let head = '';
    // Node's HTTP server doesn't know this method.
    const server = createTcpServer((socket) => {
      socket.once('data', (bytes) => {
        head = bytes.toString();
        socket.end('HTTP/1.1 204 No Content\r\n\r\n');
      });
    });
    const url = `http://127.0.0.1:${await listen(server)}/a`;
    await openHttp().send({ method: 'LIST', url, headers: {}, timeoutMs: 5000 });
    expect(head).toMatch(/^LIST \/a HTTP\/1\.1\r\n/u);
  });

  it('goes only to a host that is allowed', async () => {
    const url = await plain((_, response) => response.end('yes'));
    const adapter = openHttp({}, { allows: ({ port }) => url.includes(`:${port}/`) });
    const send = (to: string) => adapter.send({ url: to, headers: {}, timeoutMs: 5000 });
    await expect(send('http://127.0.0.1:1/')).rejects.toThrow('no request may go to 127.0.0.1:1');
    await expect(send(url)).resolves.toMatchObject({ body: 'yes' });
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect after %i', async (status) => {
    const seen: string[] = [];
    const url = await plain((request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    const answer = await get(url);
    expect(answer.status).toBe(status);
    expect(answer.headers['location']).toBe('/elsewhere');
    expect(seen).toEqual(['/']);
  });

  it.each([401, 403, 404, 429, 500, 503])(
    'that ends with %i has a response, and does not fail',
    async (status) => {
      const url = await plain((_, response) => response.writeHead(status).end());
      await expect(get(url)).resolves.toMatchObject({ status, body: '' });
    },
  );

  it('that timed out before there was a connection is never sent', async () => {
    const authority = await createAuthority();
    const { port, connections, requests } = await startSecure(authority, 'localhost');
    const held: Socket[] = [];
    const url = `https://localhost:${await listen(createTcpServer((client) => held.push(client)))}/`;
    const adapter = openHttp({}, { certificates: { ca: authority.pem } });
    const error = await failure(adapter.send({ url, headers: {}, timeoutMs: 150 }));
    expect(error.stage).toBe('handshake');
    for (const client of held) {
      client.pipe(connect(port, '127.0.0.1')).pipe(client);
      await once(client, 'close');
    }
    expect(connections()).toBe(1);
    expect(requests()).toBe(0);
  });
});

describe('the body of a response', () => {
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

  it('is cut after 1 MiB if it was compressed, too', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MIB, 'x'));
    expect(bomb.length).toBeLessThan(MIB);
    const url = await plain((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    const { body, truncated } = await get(url);
    expect([body.length, truncated]).toEqual([MIB, true]);
  });

  it.each([
    ['gzip', gzipSync],
    ['BR', brotliCompressSync],
  ])('is decompressed if it was compressed as requested: %s', async (coding, compress) => {
    const url = await plain(({ headers }, response) => {
      expect(headers['accept-encoding']).toContain(coding.toLowerCase());
      response.writeHead(200, { 'content-encoding': coding }).end(compress('whole'));
    });
    await expect(get(url)).resolves.toMatchObject({ body: 'whole', truncated: false });
  });

  it.each(['gzip, gzip', 'zstd', 'constructor'])(
    'is left as it is if it was compressed in another way: %s',
    async (coding) => {
      const url = await plain((_, response) => {
        response.writeHead(200, { 'content-encoding': coding }).end('as it came');
      });
      await expect(get(url)).resolves.toMatchObject({ status: 200, body: 'as it came' });
    },
  );

  it('that only claims to be compressed is a failure of the connection', async () => {
    const url = await plain((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain');
    });
    const error = await failure(get(url));
    expect(error).toMatchObject({ reason: 'connection', message: 'Z_DATA_ERROR', passing: false });
  });

  it("that isn't UTF-8 is still read as text", async () => {
    const url = await plain((_, response) => response.end(Buffer.from([0x61, 0xff, 0x62])));
    await expect(get(url)).resolves.toMatchObject({ body: 'a\uFFFDb' });
  });
});

/** A server that keeps its connections. */
async function counting() {
  const sockets: Socket[] = [];
  const server = createHttpServer((_, response) => response.end('{}'));
  // Then it ends no connection itself.
  server.keepAliveTimeout = 0;
  server.on('connection', (socket) => sockets.push(socket));
  return { sockets, url: `http://127.0.0.1:${await listen(server)}/` };
}

describe('a connection', () => {
  it('carries the next request to the same host, too', async () => {
    const { sockets, url } = await counting();
    // Long, so that a busy machine does not end it between two requests.
    const adapter = openHttp({}, { keepAliveMs: 60_000 });
    for (const path of ['a', 'b', 'c', 'd']) {
      await adapter.send({ url: `${url}${path}`, headers: {}, timeoutMs: 5000 });
    }
    expect(sockets).toHaveLength(1);
  });

  it('that is idle ends by itself, sooner than one that is to be kept', async () => {
    const ended: string[] = [];
    const idle = ['kept', 'usual'].map(async (name) => {
      const { sockets, url } = await counting();
      const options = name === 'kept' ? { keepAliveMs: 1500 } : {};
      await openHttp({}, options).send({ url, headers: {}, timeoutMs: 5000 });
      const [socket] = sockets;
      if (socket && !socket.closed) await once(socket, 'close');
      ended.push(name);
    });
    await Promise.all(idle);
    expect(ended).toEqual(['usual', 'kept']);
  });

  it.each(['straight', 'through a proxy'])(
    'that is idle longest ends if more are idle than are kept: %s',
    async (way) => {
      const authority = await createAuthority();
      const servers = await Promise.all([1, 2, 3].map(() => startSecure(authority, 'localhost')));
      const proxy = await startProxy(servers[0]?.port ?? 0);
      const variables = way === 'straight' ? {} : { HTTPS_PROXY: proxy.address };
      const certificates = { ca: authority.pem };
      const adapter = openHttp(variables, { certificates, keepAliveMs: 60_000, mostIdle: 2 });
      const connections: number[] = [];
      for (const { port } of [...servers, ...servers.toReversed()]) {
        await adapter.send({ url: `https://localhost:${port}/`, headers: {}, timeoutMs: 5000 });
        connections.push(servers.reduce((sum, server) => sum + server.connections(), 0));
      }
      expect(connections).toEqual([1, 2, 3, 3, 3, 4]);
    },
  );

  it.each(['straight', 'through a proxy'])(
    'uses one secure context for every host: %s',
    async (way) => {
      const authority = await createAuthority();
      const servers = await Promise.all([1, 2].map(() => startSecure(authority, 'localhost')));
      const proxies = await Promise.all(servers.map(({ port }) => startProxy(port)));
      contexts.length = 0;
      // A connection would make its own context with this.
      const others = vi.spyOn(createRequire(import.meta.url)('node:tls'), 'createSecureContext');
      onTestFinished(() => others.mockRestore());
      const variables = way === 'straight' ? {} : { HTTPS_PROXY: proxies[0]?.address ?? '' };
      const adapter = openHttp(variables, { certificates: { ca: authority.pem } });
      for (const { port } of [...servers, ...servers]) {
        const url = `https://localhost:${port}/`;
        const { status } = await adapter.send({ url, headers: {}, timeoutMs: 5000 });
        expect(status).toBe(200);
      }
      expect(contexts).toHaveLength(1);
      expect(others).not.toHaveBeenCalled();
    },
  );

  describe.each(['nobody', 'a hole'] as const)('to a name whose last address is %s', (last) => {
    it('has the time of the request for each address, and not the shorter one of Node', async () => {
      const port = await startSlowServer(last);
      const response = await get(`http://slow.test:${port}/`, 10_000);
      expect(response).toMatchObject({ status: 200, body: 'slow' });
    });

    it('has it to a proxy, too', async () => {
      const port = await startSlowServer(last);
      const error = await failure(
        get('https://acme.example/', 10_000, { HTTPS_PROXY: `http://slow.test:${port}` }),
      );
      expect(error.message).toContain('HTTP 403');
    });
  });
});

describe('no response', () => {
  it('before the headers is a timeout', async () => {
    const url = await plain(() => {});
    const error = await failure(get(url, 60));
    expect(error).toMatchObject({
      reason: 'timeout',
      message: 'it took the request and did not answer within 0.06 s',
    });
  });

  it('in the middle of the body is a timeout', async () => {
    const url = await plain((_, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('half');
    });
    const error = await failure(get(url, 150));
    expect(error).toMatchObject({
      reason: 'timeout',
      message: 'its response did not end within 0.15 s',
      stage: 'response',
    });
  });

  it('from a port that nobody listens on is a refused connection', async () => {
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

  it('because the connection is cut may pass', async () => {
    const server = createTcpServer((socket) => socket.destroy());
    const error = await failure(get(`http://127.0.0.1:${await listen(server)}/`));
    expect(error).toMatchObject({ reason: 'connection', passing: true });
  });

  it('because the connection is reset after the request may pass', async () => {
    const server = createTcpServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const error = await failure(get(`http://127.0.0.1:${await listen(server)}/`));
    expect(error).toMatchObject({ reason: 'connection', message: 'ECONNRESET', passing: true });
  });

  it('because the connection is cut in the middle of the body may pass', async () => {
    const url = await plain((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half', () => response.socket?.end());
    });
    const error = await failure(get(url));
    expect(error).toMatchObject({ reason: 'connection', message: 'UND_ERR_SOCKET', passing: true });
  });

  it("from a server that doesn't speak HTTP will not pass", async () => {
    const server = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    const error = await failure(get(`http://127.0.0.1:${await listen(server)}/`));
    expect(error).toMatchObject({ reason: 'connection', passing: false });
  });

  it('to a handshake is a timeout of the handshake', async () => {
    const silent = createTcpServer(() => {});
    const error = await failure(get(`https://127.0.0.1:${await listen(silent)}/`, 150));
    expect(error).toMatchObject({
      reason: 'timeout',
      message: 'the TLS handshake did not end within 0.15 s',
      passing: false,
      stage: 'handshake',
    });
  });

  it('to a handshake is not confused with a request that another host takes', async () => {
    const silent = createTcpServer(() => {});
    const waiting = `https://127.0.0.1:${await listen(silent)}/`;
    const url = await plain((_, response) => response.end('{}'));
    const adapter = openHttp();
    const [error, answer] = await Promise.all([
      failure(adapter.send({ url: waiting, headers: {}, timeoutMs: 300 })),
      adapter.send({ url, headers: {}, timeoutMs: 5000 }),
    ]);
    expect(answer.status).toBe(200);
    expect(error.message).toBe('the TLS handshake did not end within 0.3 s');
  });

  it('for an unknown name is dns', async () => {
    const error = await failure(get('https://nowhere.invalid/'));
    expect(error).toMatchObject({ reason: 'dns', passing: false });
    expect(error.message).toMatch(/^E/u);
    await expect(openHttp().resolves('nowhere.invalid')).resolves.toBe(false);
    await expect(openHttp().resolves('localhost')).resolves.toBe(true);
  });
});

describe('informational responses', () => {
  it('without an end are a timeout', async () => {
    const url = await plain((_, response) => {
      const timer = setInterval(() => response.writeProcessing(), 5);
      response.on('close', () => clearInterval(timer));
    });
    const error = await failure(get(url, 300));
    expect(error.reason).toBe('timeout');
  });

  it('before a response change nothing', async () => {
    const url = await plain((_, response) => {
      response.writeProcessing();
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.end('done');
    });
    await expect(get(url)).resolves.toMatchObject({ status: 200, body: 'done' });
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

  async function secure(host = 'localhost', days = 1, issuer = authority) {
    const server = await startSecure(issuer, host, days);
    return { ...server, url: `https://localhost:${server.port}/` };
  }

  it.each([
    ['of an unknown authority', 'localhost', 1, false, 'tls-untrusted'],
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
  ])('that is not trusted names the issuer of the certificate %s', async (_, name, issuer) => {
    const { url } = await secure('localhost', 1, await createAuthority(name));
    const error = await failure(get(url));
    expect(error).toMatchObject({
      reason: 'tls-untrusted',
      message: `UNABLE_TO_VERIFY_LEAF_SIGNATURE, issued by "${issuer}"`,
      passing: false,
    });
  });

  it.each([
    ['/nowhere/ca.pem', 'the file of NODE_EXTRA_CA_CERTS cannot be read: ENOENT'],
    [import.meta.filename, 'the file of NODE_EXTRA_CA_CERTS has no certificate in PEM form'],
  ])('that is not trusted names what is wrong with %s', async (extraCertificates, words) => {
    const { url } = await secure();
    const adapter = openHttp({}, { extraCertificates });
    const error = await failure(adapter.send({ url, headers: {}, timeoutMs: 5000 }));
    expect(error).toMatchObject({ reason: 'tls-untrusted' });
    expect(error.message).toContain(`issued by "connect-wizard test CA"; ${words}`);
  });

  it('that is not trusted is tried again for the issuer, without a request', async () => {
    const { url, requests, bytes, connections } = await secure();
    const headers = { authorization: new Secret('Basic c2VjcmV0') };
    const error = await failure(openHttp().send({ url, headers, timeoutMs: 5000 }));
    expect(error.message).toContain('issued by');
    expect([requests(), bytes()]).toEqual([0, 0]);
    // With Node's authorities, with the system's, and to read the issuer.
    expect(connections()).toBe(3);
  });

  it('that is not trusted names the issuer to each of several requests at once', async () => {
    const { url, requests } = await secure();
    const adapter = openHttp();
    const request = { url, headers: {}, timeoutMs: 5000 };
    const errors = await Promise.all([1, 2, 3, 4].map(() => failure(adapter.send(request))));
    for (const { message } of errors) expect(message).toContain('"connect-wizard test CA"');
    expect(requests()).toBe(0);
  });

  it.each([
    ['has expired', 'localhost', -1],
    ['is of another name', 'evil.example', 1],
  ])('with a certificate that %s is not tried again for the issuer', async (_, host, days) => {
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

  it("is trusted if the system's own store has the authority", async () => {
    systemStore.push(authority.pem);
    const { url } = await secure();
    await expect(get(url)).resolves.toMatchObject({ status: 200 });
  });

  it('is trusted by that store for each of several requests at once', async () => {
    systemStore.push(authority.pem);
    const { url } = await secure();
    const adapter = openHttp();
    const request = { url, headers: {}, timeoutMs: 5000 };
    const answers = await Promise.allSettled([1, 2, 3, 4].map(() => adapter.send(request)));
    expect(answers.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
  });
});
