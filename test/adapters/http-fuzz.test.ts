import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttp } from '../../src/adapters/http.js';
import { NetworkError } from '../../src/core/errors.js';
import { readProxySettings } from '../../src/adapters/proxy.js';
import { createAuthority } from '../support/certificates.js';

/*
 * A server that sends anything. Each request ends with a response or a typed error, and nothing is
 * thrown past it, since Vitest fails on an uncaught exception.
 */

/**
 * What a server sends, piece by piece, and whether it then ends, resets or is silent. Over TLS, a reset
 * cuts the connection in the middle of a record.
 */
interface Script {
  readonly pieces: readonly Buffer[];
  readonly end: 'end' | 'reset' | 'silence';
}

const CRLF = '\r\n';
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

const garbage = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));
const token = fc.stringMatching(/^[a-z-]{1,12}$/u);
const status = fc.oneof(
  fc.integer({ min: 0, max: 1200 }),
  fc.constantFrom(100, 101, 102, 103, 199, 200, 204, 205, 301, 302, 304, 307, 401, 407, 503),
);
const statusLine = fc
  .tuple(fc.constantFrom('1.1', '1.0', '2.0', '0.9', ''), status, fc.string({ maxLength: 10 }))
  .map(([version, code, words]) => `HTTP/${version} ${code} ${words}${CRLF}`);

const coding = fc.constantFrom('gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'compress', 'identity');
const header = fc.oneof(
  fc.tuple(token, fc.string({ unit: 'binary', maxLength: 30 })),
  fc.tuple(
    fc.constant('content-length'),
    fc.constantFrom('0', '-1', '5', '5, 7', '1e3', '9'.repeat(30)),
  ),
  fc.tuple(
    fc.constant('content-encoding'),
    fc.array(coding, { maxLength: 8 }).map((all) => all.join(', ')),
  ),
  fc.tuple(
    fc.constant('transfer-encoding'),
    fc.constantFrom('chunked', 'gzip, chunked', 'chunked, chunked', 'x'),
  ),
  fc.tuple(
    fc.constant('location'),
    fc.constantFrom('/', '//evil.example', 'http://127.0.0.1:1/', '\u0000', 'x:'),
  ),
  fc.tuple(fc.constant('connection'), fc.constantFrom('close', 'keep-alive', 'upgrade')),
  fc.tuple(fc.constant('upgrade'), fc.constantFrom('websocket', 'h2c')),
  fc.tuple(
    fc.constant('content-type'),
    fc.constantFrom('application/json', 'text/html; charset=x', ''),
  ),
  fc.tuple(fc.constant('set-cookie'), fc.string({ maxLength: 40 })),
  fc.tuple(fc.constant('www-authenticate'), fc.constantFrom('Basic', 'NTLM', 'Negotiate ', ',,,')),
);
const head = fc
  .tuple(
    statusLine,
    fc.array(header, { maxLength: 8 }),
    fc.constantFrom(CRLF, CRLF, CRLF, '\n', ''),
  )
  .map(([line, headers, end]) =>
    bytes(`${line}${headers.map(([name, value]) => `${name}: ${value}${CRLF}`).join('')}${end}`),
  );

const text = bytes('{"agent":{"id":1}}'.repeat(20));
const compressed = fc.constantFrom(
  gzipSync(text),
  gzipSync(gzipSync(text)),
  gzipSync(Buffer.alloc(4 * 1024 * 1024)),
  deflateSync(text),
  brotliCompressSync(text),
);
const body = fc.oneof(
  garbage,
  fc.constant(text),
  compressed,
  fc.tuple(compressed, fc.nat(60)).map(([all, at]) => all.subarray(0, at)),
  fc
    .array(
      fc.tuple(fc.constantFrom('5', 'ffffffffffffffffff', '-1', '', 'zz', '0', '3;x=y'), garbage),
      {
        maxLength: 4,
      },
    )
    .map((chunks) =>
      Buffer.concat(chunks.flatMap(([size, data]) => [bytes(`${size}${CRLF}`), data, bytes(CRLF)])),
    ),
);

/** A good response with a broken body, where most faults are. */
const brokenBody = fc
  .tuple(fc.array(coding, { minLength: 1, maxLength: 3 }), body, fc.boolean())
  .map(([codings, data, chunked]) => [
    bytes(
      [
        'HTTP/1.1 200 OK',
        `content-encoding: ${codings.join(', ')}`,
        chunked ? 'transfer-encoding: chunked' : `content-length: ${data.length + 3}`,
        '',
        chunked ? `${data.length.toString(16)}${CRLF}` : '',
      ].join(CRLF),
    ),
    data,
  ]);

const announcements = fc
  .tuple(fc.integer({ min: 1, max: 400 }), fc.constantFrom(100, 102, 103, 199))
  .map(([count, code]) => [
    bytes(`HTTP/1.1 ${code} X${CRLF}link: <x>${CRLF}${CRLF}`.repeat(count)),
  ]);

const longHead = fc
  .integer({ min: 1, max: 40 })
  .map((count) => [
    bytes(`HTTP/1.1 200 OK${CRLF}`),
    bytes(`x-a: ${'y'.repeat(1000)}${CRLF}`.repeat(count)),
  ]);

const script: fc.Arbitrary<Script> = fc.record({
  pieces: fc.oneof(
    fc.array(garbage, { maxLength: 4 }),
    fc.tuple(head, body),
    fc.tuple(head, head, body),
    brokenBody,
    announcements,
    longHead,
  ),
  // Silence is rare here, since it takes the whole time limit.
  end: fc.constantFrom('end', 'end', 'end', 'end', 'reset', 'reset', 'reset', 'silence'),
});

const LIMIT_MS = 150;

interface Way {
  readonly url: string;
  readonly proxy?: string;
  /** The certificate of the authority that is trusted. */
  readonly ca?: string;
}

async function outcome({ url, proxy, ca }: Way): Promise<unknown> {
  const http = createHttp({
    userAgent: 'connect-wizard/test',
    allows: () => true,
    proxy: readProxySettings((name) => (name === 'HTTPS_PROXY' ? proxy : undefined)),
    ...(ca !== undefined && { certificates: { ca } }),
  });
  try {
    return await http.send({ url, headers: {}, timeoutMs: LIMIT_MS });
  } catch (error) {
    return error;
  } finally {
    await http.close();
  }
}

describe('anything that a server sends', () => {
  let now: Script = { pieces: [], end: 'end' };
  let plainPort = 0;
  let tlsPort = 0;
  let ca = '';
  const sockets = new Set<Socket>();
  const servers: Server[] = [];

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  }

  /** @param carrier the connection below, which is cut. */
  function act(socket: Socket, carrier: Socket | undefined): void {
    keep(socket);
    socket.once('data', () => {
      for (const piece of now.pieces) socket.write(piece);
      if (now.end === 'end') socket.end();
      if (now.end === 'reset') setImmediate(() => (carrier ?? socket).resetAndDestroy());
    });
  }

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done);
    });
    return (server.address() as AddressInfo).port;
  }

  beforeAll(async () => {
    const authority = await createAuthority();
    ca = authority.pem;
    const carriers = new Map<number, Socket>();
    const tls = createTlsServer(await authority.issue('127.0.0.1'), (socket) => {
      act(socket, carriers.get(socket.remotePort ?? 0));
    });
    tls.on('connection', (socket: Socket) => {
      const { remotePort = 0 } = socket;
      carriers.set(remotePort, socket);
      socket.on('error', () => {}).on('close', () => carriers.delete(remotePort));
    });
    tls.on('tlsClientError', () => {});
    tlsPort = await listen(tls);
    plainPort = await listen(createServer((socket) => act(socket, undefined)));
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
  });

  it.each([
    ['a provider', () => ({ url: `https://127.0.0.1:${tlsPort}/`, ca }), 300],
    ['a provider that speaks no TLS', () => ({ url: `https://127.0.0.1:${plainPort}/` }), 60],
    ['a server of this machine', () => ({ url: `http://127.0.0.1:${plainPort}/` }), 200],
    [
      'a proxy',
      () => ({ url: 'https://acme.example/', proxy: `http://127.0.0.1:${plainPort}` }),
      100,
    ],
    [
      'a proxy over TLS',
      () => ({ url: 'https://acme.example/', proxy: `https://127.0.0.1:${tlsPort}`, ca }),
      60,
    ],
  ] as const)(
    'in place of %s ends with a response or a typed error',
    async (_, way, runs) => {
      await fc.assert(
        fc.asyncProperty(script, async (given) => {
          now = given;
          const got = await outcome(way());
          if (got instanceof NetworkError) return;
          expect(got).not.toBeInstanceOf(Error);
          const response = got as { status: number; body: string };
          expect(response.status).toBeGreaterThanOrEqual(200);
          expect(response.body.length).toBeLessThanOrEqual(1024 * 1024);
        }),
        { numRuns: runs },
      );
    },
    120_000,
  );
});
