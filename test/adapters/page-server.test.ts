import { connect, createConnection, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { servePage, type PageServerOptions } from '../../src/adapters/page-server.js';
import { UsageError } from '../../src/core/errors.js';
import type { ServedPage } from '../../src/core/page/ports.js';

const HTML = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src 'self'" /><p>Enter it</p>`;
const SECRET = 'quokka-0123456789';

interface Served extends ServedPage {
  readonly port: number;
  readonly path: string;
  readonly refused: string[];
  readonly opened: () => number;
}

async function serve(options: Partial<PageServerOptions> = {}): Promise<Served> {
  const refused: string[] = [];
  let opened = 0;
  const page = await servePage(HTML, {
    port: undefined,
    limitMs: 60_000,
    onRefused: (text) => refused.push(text),
    onOpened: () => (opened += 1),
    ...options,
  });
  onTestFinished(() => page.close());
  const { port, pathname } = new URL(page.address);
  return { ...page, port: Number(port), path: pathname, refused, opened: () => opened };
}

/** Sends a request byte by byte, without the headers of a library. */
async function raw(port: number, head: readonly string[], body = ''): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${[...head, '', ''].join('\r\n')}${body}`);
  let text = '';
  for await (const chunk of socket as AsyncIterable<Buffer>) text += String(chunk);
  return text;
}

const post = (
  { port, path }: Served,
  body: string,
  headers: readonly string[] = [],
): Promise<string> =>
  raw(
    port,
    [
      `POST ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      `Origin: http://127.0.0.1:${port}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...headers,
    ],
    body,
  );

const get = ({ port }: Served, path: string, host = `127.0.0.1:${port}`): Promise<string> =>
  raw(port, [`GET ${path} HTTP/1.1`, `Host: ${host}`]);

const status = (response: string): string => /^HTTP\/1\.1 (\d{3})/u.exec(response)?.[1] ?? response;
const bodyOf = (response: string): string => response.split('\r\n\r\n')[1] ?? '';

describe('the page of this machine', () => {
  it('has 128 random bits in its address', async () => {
    const [one, other] = [await serve(), await serve()];
    expect(one.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\da-f]{32}$/u);
    expect(other.path).not.toBe(one.path);
  });

  it('is served any number of times, with all its headers', async () => {
    const page = await serve();
    for (let time = 0; time < 3; time += 1) {
      const response = await get(page, page.path);
      expect(status(response)).toBe('200');
      expect(bodyOf(response)).toBe(HTML);
      const headers = response.toLowerCase();
      expect(headers).toContain('content-type: text/html; charset=utf-8');
      expect(headers).toContain('cache-control: no-store');
      expect(headers).toContain('referrer-policy: same-origin');
      expect(headers).toContain('x-frame-options: deny');
      expect(headers).toContain('x-content-type-options: nosniff');
      expect(headers).toContain("content-security-policy: default-src 'none'; connect-src 'self'");
      expect(headers).toContain('connection: close');
      expect(headers).not.toMatch(/set-cookie|access-control/u);
    }
    expect(page.opened()).toBe(1);
  });

  it('is served on 127.0.0.1 only', async () => {
    const { port } = await serve();
    const others = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    for (const { address } of others.filter(
      (each) => each.address !== '127.0.0.1' && !each.scopeid,
    )) {
      expect(await isOpen(port, address)).toBe(false);
    }
    expect(await isOpen(port, '127.0.0.1')).toBe(true);
  });

  it('is refused, with the port, if that is taken', async () => {
    const { port } = await serve();
    const second = servePage(HTML, {
      port,
      limitMs: 1000,
      onRefused: () => {},
      onOpened: () => {},
    });
    await expect(second).rejects.toThrow(UsageError);
    await expect(second).rejects.toThrow(`port ${port}: another program uses that port`);
  });
});

describe('a submission', () => {
  it("goes to the program, and the program's reply to the browser", async () => {
    const page = await serve();
    const response = post(page, JSON.stringify({ fields: { accessKey: SECRET } }));
    expect(await page.next()).toEqual({ did: 'submit', fields: { accessKey: SECRET } });
    const reply = { ended: true, title: 'Saved', paragraphs: ['You can close it.'] };
    await page.reply(reply);
    expect(status(await response)).toBe('200');
    expect(JSON.parse(bodyOf(await response))).toEqual(reply);
  });

  it('may come before the program waits for it', async () => {
    const page = await serve();
    const response = post(page, '{"cancel":true}');
    await new Promise((done) => setTimeout(done, 50));
    expect(await page.next()).toEqual({ did: 'cancel' });
    await page.reply({ ended: true, title: 'Cancelled', paragraphs: [] });
    await response;
  });

  it('is refused with 409 while another is checked, and accepted after that', async () => {
    const page = await serve();
    const first = post(page, '{"fields":{"accessKey":"first-1"}}');
    expect(await page.next()).toMatchObject({ fields: { accessKey: 'first-1' } });
    expect(status(await post(page, '{"fields":{"accessKey":"second-2"}}'))).toBe('409');
    expect(status(await post(page, '{"cancel":true}'))).toBe('409');
    await page.reply({ ended: false, title: 'Refused', paragraphs: [] });
    await first;
    const third = post(page, '{"fields":{"accessKey":"third-3"}}');
    expect(await page.next()).toMatchObject({ fields: { accessKey: 'third-3' } });
    await page.reply({ ended: true, title: 'Saved', paragraphs: [] });
    await third;
  });

  it.each([
    ['text that is not JSON', 'x', '400'],
    ['a list', '[]', '400'],
    ['nothing', '', '400'],
    ['64 KiB and more', `{"fields":{"accessKey":"${'x'.repeat(64 * 1024)}"}}`, '413'],
    ['2 MiB', 'x'.repeat(2 * 1024 * 1024), '413'],
  ])('of %s is refused', async (_, body, expected) => {
    const page = await serve();
    expect(status(await post(page, body))).toBe(expected);
  });

  it('is not waited for without a limit', async () => {
    const page = await serve({ limitMs: 20 });
    expect(await page.next()).toEqual({ did: 'nothing' });
  });

  it('from a browser that went away gets a reply without an error', async () => {
    const page = await serve();
    const body = '{"fields":{"accessKey":"gone-1"}}';
    const socket = createConnection(page.port, '127.0.0.1');
    socket.write(
      `POST ${page.path} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await page.next();
    socket.destroy();
    const replied = page.reply({ ended: true, title: 'Saved', paragraphs: [] });
    await expect(replied).resolves.toBeUndefined();
  });

  it('that breaks off does not count', async () => {
    const page = await serve();
    const socket = createConnection(page.port, '127.0.0.1');
    socket.write(
      `POST ${page.path} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"fie`,
    );
    await new Promise((done) => setTimeout(done, 50));
    socket.destroy();
    const whole = post(page, '{"cancel":true}');
    expect(await page.next()).toEqual({ did: 'cancel' });
    await page.reply({ ended: true, title: 'Cancelled', paragraphs: [] });
    await whole;
    expect(page.refused).toEqual([]);
  });
});

describe('a refused request', () => {
  it('is reported once for each reason and host, without the token', async () => {
    const page = await serve();
    const rebound = await get(page, page.path, 'evil.example:38123');
    await get(page, page.path, 'evil.example:38123');
    await get(page, '/of-an-earlier-run');
    expect(status(rebound)).toBe('403');
    expect(rebound).toContain("content-security-policy: default-src 'none'");
    expect(rebound).not.toContain('Enter it');
    expect(page.refused).toHaveLength(2);
    expect(page.refused[0]).toContain('A request to evil.example:38123 was refused (403)');
    expect(page.refused[1]).toContain('(404): the command of this address has ended');
    expect(page.refused.join()).not.toContain(page.path);
  });

  it('is reported at most ten times, and never with control characters', async () => {
    const page = await serve();
    for (let host = 0; host < 15; host += 1) await get(page, page.path, `\u009B2J${host}.example`);
    expect(page.refused).toHaveLength(10);
    // oxlint-disable-next-line no-control-regex -- it looks for them
    expect(page.refused.join()).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/u);
  });

  it('is not reported if it is for the icon that browsers ask for', async () => {
    const page = await serve();
    expect(status(await get(page, '/favicon.ico'))).toBe('404');
    expect(page.refused).toEqual([]);
  });

  it('is one with another method', async () => {
    const page = await serve();
    const response = await raw(page.port, [`OPTIONS ${page.path} HTTP/1.1`, 'Host: localhost']);
    expect(status(response)).toBe('405');
    expect(response).toContain('allow: GET, POST');
  });

  it('is checked like any other if it has an unknown Expect header', async () => {
    const page = await serve();
    const head = [`GET ${page.path} HTTP/1.1`, 'Expect: tea'];
    expect(status(await raw(page.port, [...head, 'Host: evil.example']))).toBe('403');
    const response = await raw(page.port, [...head, 'Host: localhost']);
    expect(status(response)).toBe('200');
    expect(response).toContain('connection: close');
  });

  it.each([
    ['two lengths', ['Content-Length: 15', 'Content-Length: 3']],
    ['a length and chunks', ['Content-Length: 15', 'Transfer-Encoding: chunked']],
    ['an unknown transfer encoding', ['Transfer-Encoding: xchunked']],
    ['a folded header', ['X-Folded: 1', ' 2']],
    ['a blank in front of a colon', ['X-Blank : 1']],
  ])('is one that two servers could read in two ways: %s', async (_, headers) => {
    const page = await serve();
    const own = [`Origin: http://localhost`, 'Content-Type: application/json'];
    const head = [`POST ${page.path} HTTP/1.1`, 'Host: localhost', ...own, ...headers];
    expect(status(await raw(page.port, head, '{"cancel":true}'))).toBe('400');
  });

  it('is a second one in the same connection', async () => {
    const page = await serve();
    const second = `GET ${page.path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const response = await raw(page.port, ['GET /none HTTP/1.1', 'Host: localhost'], second);
    expect(response.match(/HTTP\/1\.1/gu)).toHaveLength(1);
    expect(page.opened()).toBe(0);
  });

  it.each([
    ['two origins', ['Origin: https://evil.example']],
    ['two sites', ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site']],
  ])('is a submission with %s', async (_, headers) => {
    const page = await serve();
    expect(status(await post(page, '{"cancel":true}', headers))).toBe('403');
  });

  it('is a submission from another site', async () => {
    const page = await serve();
    const response = await post(page, '{"cancel":true}', ['Sec-Fetch-Site: cross-site']);
    expect(status(response)).toBe('403');
  });
});

describe('while others send slowly or not at all', () => {
  it('the page is served, and a submission is accepted', async () => {
    const page = await serve();
    const sockets = await Promise.all(Array.from({ length: 50 }, () => open(page.port)));
    const head = `POST ${page.path} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n`;
    sockets.slice(25).forEach((socket) => socket.write(`${head}{"fie`));
    expect(status(await get(page, page.path))).toBe('200');
    const response = post(page, '{"cancel":true}');
    expect(await page.next()).toEqual({ did: 'cancel' });
    await page.reply({ ended: true, title: 'Cancelled', paragraphs: [] });
    expect(status(await response)).toBe('200');
    await page.close();
    expect(await isOpen(page.port, '127.0.0.1')).toBe(false);
    for (const socket of sockets) socket.destroy();
  });
});

describe('once it is closed', () => {
  it('the port is free, even with idle connections', async () => {
    const page = await serve();
    const idle = await Promise.all([open(page.port), open(page.port)]);
    await get(page, page.path);
    await Promise.all([page.close(), page.close()]);
    expect(await isOpen(page.port, '127.0.0.1')).toBe(false);
    for (const socket of idle) socket.destroy();
    const again = await serve({ port: page.port });
    expect(again.port).toBe(page.port);
  });

  it('the last reply has reached the browser', async () => {
    const page = await serve();
    const response = post(page, '{"cancel":true}');
    await page.next();
    const words = ['x'.repeat(100_000)];
    await page.reply({ ended: true, title: 'Cancelled', paragraphs: words });
    await page.close();
    expect(bodyOf(await response)).toContain(words[0]);
  });
});

function open(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.on('error', () => {});
  });
}

function isOpen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const end = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
