import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
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
} from '../support/http-world.js';

async function startTlsProxy(host: string, authority: Authority): Promise<string> {
  const server = createHttpsServer(await authority.issue(host));
  server.on('connect', (_, client: Socket) => {
    client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
  });
  return `127.0.0.1:${await listen(server)}`;
}

const HOST = 'https://acme.example/';

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
  ])('that answers %s is reported as the proxy, with the meaning', async (status, words) => {
    const { address } = await startProxy({ status });
    const error = await failure(
      get('https://acme.freshservice.com/', 5000, { HTTPS_PROXY: `http://${address}` }),
    );
    expect(error).toMatchObject({
      reason: 'proxy',
      message: `${words}: the proxy answered HTTP ${status.slice(0, 3)}`,
      passing: false,
    });
  });

  it.each(['https_proxy', 'HTTP_PROXY'])(
    'that %s names is reported with that variable',
    async (name) => {
      const { address } = await startProxy({ status: '502 Bad Gateway' });
      const gone = 'http://127.0.0.1:1';
      for (const value of [`http://${address}`, gone, 'http://me:w%ord@proxy.example']) {
        const error = await failure(get(HOST, 5000, { [name]: value }));
        expect(error).toMatchObject({ reason: 'proxy', placeholders: { proxyVariable: name } });
      }
    },
  );

  it.each(['http://', 'HTTP://', ''])('is used with its address after "%s"', async (scheme) => {
    const { address, asked } = await startProxy({ status: '403 Forbidden' });
    await failure(
      get('https://acme.freshservice.com/', 5000, { HTTPS_PROXY: `${scheme}${address}` }),
    );
    expect(asked).toEqual(['acme.freshservice.com:443']);
  });

  it('gets its own credentials, also without a scheme', async () => {
    const { address, asked } = await startProxy({ status: '403 Forbidden' });
    await failure(get('https://acme.freshservice.com/', 5000, { HTTPS_PROXY: `me:pw@${address}` }));
    expect(asked).toEqual([`acme.freshservice.com:443 Basic ${btoa('me:pw')}`]);
  });

  it.each(['http://user:p%ss@127.0.0.1:8080', 'ftp://proxy.example', 'http://'])(
    'cannot be at %s, and the error names the variable',
    async (address) => {
      const error = await failure(get(HOST, 5000, { HTTP_PROXY: address }));
      expect(error.reason).toBe('proxy');
      expect(error.message).toContain('HTTP_PROXY');
    },
  );

  it.each(['*', '127.0.0.1'])(
    'that cannot be used does not matter to a host in NO_PROXY=%s',
    async (none) => {
      const url = await plain((_, response) => response.end('direct'));
      const variables = { HTTP_PROXY: 'http://user:p%ss@proxy.example', NO_PROXY: none };
      await expect(get(url, 5000, variables)).resolves.toMatchObject({ body: 'direct' });
    },
  );

  it.each([
    ['Negotiate', 'it wants a Windows login (NTLM or Kerberos)'],
    ['NTLM, Negotiate', 'it wants a Windows login (NTLM or Kerberos)'],
    ['Digest realm="a, Basic"', 'it wants a Digest login'],
    ['NTLM, Basic realm="proxy"', 'it wants a user name and a password'],
  ])('that wants a log-in by %s is reported with it', async (challenge, words) => {
    const status = `407 Authentication Required\r\nproxy-authenticate: ${challenge}`;
    const { address } = await startProxy({ status });
    const error = await failure(get(HOST, 5000, { HTTPS_PROXY: address }));
    expect(error.message).toContain(words);
  });

  it('that refuses the log-in it got is reported so', async () => {
    const { address, asked } = await startProxy({ status: '407 Authentication Required' });
    const error = await failure(get(HOST, 5000, { https_proxy: `me@${address}` }));
    expect(error.message).toBe(
      'it does not accept the user name and password in https_proxy: the proxy answered HTTP 407',
    );
    expect(asked).toEqual([`acme.example:443 Basic ${btoa('me:')}`]);
  });

  it.each(['ENOTFOUND', 'connection'])(
    'that only ALL_PROXY names is mentioned after: %s',
    async (kind) => {
      const url = kind === 'connection' ? 'https://127.0.0.1:1/' : 'https://nowhere.invalid/';
      const error = await failure(get(url, 5000, { ALL_PROXY: 'http://proxy.example:3128' }));
      expect(error.message).toContain('ALL_PROXY is set, which is not read here');
    },
  );

  it('that cannot be used does not fail the end of a run', async () => {
    const adapter = openHttp({ HTTPS_PROXY: 'socks5://proxy.example:1080' });
    const request = { url: 'https://acme.freshservice.com/', headers: {}, timeoutMs: 1000 };
    await failure(adapter.send(request));
    await expect(adapter.close()).resolves.toBeUndefined();
  });

  it('is not used for a host in NO_PROXY', async () => {
    const { address, asked } = await startProxy({ status: '403 Forbidden' });
    const url = await plain((_, response) => response.end('direct'));
    const answer = await get(url, 5000, {
      HTTP_PROXY: address,
      HTTPS_PROXY: address,
      NO_PROXY: '127.0.0.1',
    });
    expect(answer.body).toBe('direct');
    expect(asked).toEqual([]);
  });

  it('passes on a TLS handshake that is still verified', async () => {
    const { port } = await startSecure(await createAuthority(), 'acme.freshservice.com');
    const { address } = await startProxy(port);
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const error = await failure(
      get('https://acme.freshservice.com/', 5000, { HTTPS_PROXY: address }),
    );
    expect(error.reason).toBe('tls-untrusted');
  });

  it('that inspects the traffic is named by the issuer of its certificate, and gets no request', async () => {
    const inspection = await createAuthority('Globex TLS Inspection');
    const { port, requests, bytes } = await startSecure(inspection, 'acme.freshservice.com');
    const { address, asked } = await startProxy(port);
    const headers = { authorization: new Secret('Basic c2VjcmV0') };
    const url = 'https://acme.freshservice.com/api/v2/agents/me';
    const error = await failure(
      openHttp({ HTTPS_PROXY: address }).send({ url, headers, timeoutMs: 5000 }),
    );
    expect(error).toMatchObject({
      reason: 'tls-untrusted',
      message: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE, issued by "Globex TLS Inspection"',
    });
    expect([requests(), bytes()]).toEqual([0, 0]);
    expect(new Set(asked)).toEqual(new Set(['acme.freshservice.com:443']));
  });

  it('leads to a host that does not respond, which is a timeout of the host', async () => {
    const authority = await createAuthority();
    const server = createHttpsServer(await authority.issue('acme.freshservice.com'), () => {});
    const { address } = await startProxy(await listen(server));
    const adapter = openHttp({ HTTPS_PROXY: address }, { certificates: { ca: authority.pem } });
    const request = { url: 'https://acme.freshservice.com/', headers: {}, timeoutMs: 1000 };
    const error = await failure(adapter.send(request));
    expect(error).toMatchObject({
      reason: 'timeout',
      message: 'it took the request and did not answer within 1 s',
    });
  });

  it('that cannot be found is reported as the proxy', async () => {
    const https = 'http://no-such-proxy.invalid:3128';
    const error = await failure(get('https://acme.gladly.com/', 5000, { HTTPS_PROXY: https }));
    expect(error.reason).toBe('proxy');
  });

  it('that refuses the connection is reported as the proxy', async () => {
    const closed = createTcpServer();
    const port = await listen(closed);
    await new Promise((done) => closed.close(done));
    const error = await failure(
      get('https://acme.gladly.com/', 5000, { HTTPS_PROXY: `127.0.0.1:${port}` }),
    );
    expect(error.reason).toBe('proxy');
  });

  it('that never answers is reported as the proxy', async () => {
    const silent = createTcpServer(() => {});
    const https = `127.0.0.1:${await listen(silent)}`;
    const error = await failure(get('https://acme.gladly.com/', 150, { HTTPS_PROXY: https }));
    expect(error).toMatchObject({
      reason: 'proxy',
      message: 'the proxy did not answer within 0.15 s',
    });
  });

  describe('with a scheme or a certificate of its own', () => {
    it.each([
      [
        'https:// for one without TLS',
        'https_proxy begins with https://, while most proxies want http://',
      ],
      ['http:// for one with TLS', 'if it speaks TLS, https_proxy has to begin with https://'],
    ])('is reported with the wrong scheme: %s', async (kind, words) => {
      const plainly = kind.startsWith('https');
      const address = plainly
        ? (await startProxy({ status: '403 Forbidden' })).address
        : await startTlsProxy('127.0.0.1', await createAuthority());
      const scheme = plainly ? 'https' : 'http';
      const error = await failure(get(HOST, 5000, { https_proxy: `${scheme}://${address}` }));
      expect(error.reason).toBe('proxy');
      expect(error.message).toContain(words);
    });

    it.each([
      ['an unknown authority', false],
      ['another name', true],
    ])(
      'is reported as the proxy, and not the provider, with a certificate of %s',
      async (_, known) => {
        const authority = await createAuthority();
        const address = await startTlsProxy('evil.example', authority);
        const adapter = openHttp(
          { HTTPS_PROXY: `https://${address}` },
          known ? { certificates: { ca: authority.pem } } : {},
        );
        const error = await failure(adapter.send({ url: HOST, headers: {}, timeoutMs: 5000 }));
        expect(error.reason).toBe('proxy');
        expect(error.message).toContain('does not accept its certificate');
      },
    );

    it('is used if its certificate is right, without a warning from Node', async () => {
      const warnings: Error[] = [];
      const onWarning = (warning: Error): unknown => warnings.push(warning);
      process.on('warning', onWarning);
      onTestFinished(() => {
        process.off('warning', onWarning);
      });
      const authority = await createAuthority();
      const address = await startTlsProxy('127.0.0.1', authority);
      const adapter = openHttp(
        { HTTPS_PROXY: `https://${address}` },
        { certificates: { ca: authority.pem } },
      );
      const error = await failure(adapter.send({ url: HOST, headers: {}, timeoutMs: 5000 }));
      expect(error.message).toContain('HTTP 403');
      expect(warnings).toEqual([]);
    });
  });
});
