import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from '../core/errors.js';
import { policyOf } from '../core/page/html.js';
import {
  admit,
  LONGEST_SUBMISSION,
  readSubmission,
  refusal,
  type PageRefusal,
  type PageRequest,
} from '../core/page/admission.js';
import { plainText } from '../core/plain-text.js';
import type { PageEvent, ServedPage } from '../core/page/ports.js';

export interface PageServerOptions {
  /** Undefined for any free port. */
  readonly port: number | undefined;
  /** How long `next` waits for the person, in milliseconds. */
  readonly limitMs: number;
  /** Prints a line about a refused request. */
  readonly onRefused: (text: string) => void;
  /** Called when the page is opened for the first time. */
  readonly onOpened: () => void;
}

/** Enough lines to see what is wrong, but too few to flood a terminal. */
const MOST_REFUSALS_SAID = 10;

/** How long a browser may take to read the last response, in milliseconds. */
const LAST_RESPONSE_MS = 500;

/**
 * Serves one page on 127.0.0.1. Its address contains a token of 128 random bits.
 *
 * @throws {UsageError} the port isn't available.
 */
export async function servePage(html: string, options: PageServerOptions): Promise<ServedPage> {
  const path = `/${randomBytes(16).toString('hex')}`;
  const inbox = createInbox(options.limitMs);
  const refuse = createRefusing(options.onRefused);
  let opened = false;

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void handle(request, response);
  };
  const server = createServer({ requireHostHeader: false }, listener);
  // Further requests on the same connection get no answer and do nothing.
  server.maxRequestsPerSocket = 1;
  // Node would answer these by itself and keep the connection.
  server.on('checkExpectation', listener);
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = pageRequestOf(request);
    const admitted = admit(asked, (target) => isSame(target, path));
    if (admitted === 'page') {
      if (!opened) options.onOpened();
      opened = true;
      send(response, 200, 'text/html', html, policyOf(html));
    } else if (admitted === 'submission') {
      const refused = await inbox.take(request, response);
      if (refused) refuse(asked, response, refused);
    } else {
      refuse(asked, response, admitted);
    }
  };

  const port = await listen(server, options.port);
  let closing: Promise<void> | undefined;
  return {
    address: `http://127.0.0.1:${port}${path}`,
    next: () => inbox.next(),
    reply: (reply) => inbox.reply(JSON.stringify(reply)),
    close: () => (closing ??= close(server)),
  };
}

/** @returns the port. */
function listen(server: Server, port: number | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    // The listener stays, so that later errors don't end the run, such as too many open files.
    server.on('error', ({ code }: NodeJS.ErrnoException) => {
      const taken = code === 'EADDRINUSE';
      reject(
        new UsageError({
          what: `The page cannot be opened on port ${port ?? 0}`,
          why: taken ? 'another program uses that port' : `the system says ${code}`,
          next: 'Give another one with --web-port, or leave that out: a free port is found then.',
        }),
      );
    });
    // Never another address, since others in the network could reach a server that listens on all
    // addresses.
    server.listen({ host: '127.0.0.1', port: port ?? 0 }, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Closes the server even if a browser keeps an unused connection open. */
async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), LAST_RESPONSE_MS);
  await closed;
  clearTimeout(timer);
}

// ---- requests and responses -------------------------------------------------------------------------

function pageRequestOf({
  method = '',
  url = '',
  headers,
  rawHeaders,
}: IncomingMessage): PageRequest {
  const hosts = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host',
  );
  return { method, target: url, hosts, headers };
}

/** Compares in constant time. */
function isSame(target: string, path: string): boolean {
  const [given, own] = [Buffer.from(target), Buffer.from(path)];
  return given.length === own.length && timingSafeEqual(given, own);
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  policy = "default-src 'none'",
): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'content-security-policy': policy,
    'cross-origin-resource-policy': 'same-origin',
    // With `no-referrer`, browsers would send `Origin: null` from the page itself.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    connection: 'close',
    ...(status === 405 && { allow: 'GET, POST' }),
  });
  response.end(body);
}

/** Answers a refused request. Prints each reason and host once. */
function createRefusing(
  say: (text: string) => void,
): (request: PageRequest, response: ServerResponse, refused: PageRefusal) => void {
  const said = new Set<string>();
  return ({ hosts, target }, response, { status, why, next }) => {
    send(response, status, 'text/plain', `The request was refused: ${why}.\n${next}\n`);
    const host = plainText(hosts[0] ?? '', 80) || 'no host';
    const text = `A request to ${host} was refused (${status}): ${why}. ${next}`;
    // Browsers request it by themselves.
    if (target === '/favicon.ico' || said.has(text) || said.size >= MOST_REFUSALS_SAID) return;
    said.add(text);
    say(text);
  };
}

// ---- what the person sends --------------------------------------------------------------------------

interface Inbox {
  /**
   * @returns why the submission is refused; undefined if it was accepted, to be answered by
   *   `reply`.
   */
  take(request: IncomingMessage, response: ServerResponse): Promise<PageRefusal | undefined>;
  next(): Promise<PageEvent>;
  reply(body: string): Promise<void>;
}

/** Accepts one submission at a time. From its arrival to the reply, others are refused. */
function createInbox(limitMs: number): Inbox {
  let waiting: ((event: PageEvent) => void) | undefined;
  let arrived: PageEvent | undefined;
  let pending: ServerResponse | undefined;

  return {
    async take(request, response) {
      const body = await readBody(request);
      if (body === 'gone') return undefined;
      if (body === 'large') return refusal('large');
      const submission = readSubmission(body.text);
      if (submission === undefined) return refusal('malformed');
      if (pending) return refusal('busy');
      pending = response;
      const event: PageEvent =
        submission === 'cancel' ? { did: 'cancel' } : { did: 'submit', ...submission };
      if (waiting) waiting(event);
      else arrived = event;
      return undefined;
    },
    next() {
      return new Promise((resolve) => {
        const timer = setTimeout(() => waiting?.({ did: 'nothing' }), limitMs);
        waiting = (event) => {
          clearTimeout(timer);
          waiting = undefined;
          arrived = undefined;
          resolve(event);
        };
        if (arrived) waiting(arrived);
      });
    },
    reply(body) {
      return new Promise((resolve) => {
        const response = pending;
        pending = undefined;
        if (!response || response.destroyed) return resolve();
        // One of these events comes even if the browser has gone away.
        response.once('finish', resolve);
        response.once('close', resolve);
        send(response, 200, 'application/json', body);
      });
    },
  };
}

/**
 * In characters. A browser reads no response before it has sent everything, so a body that is too
 * long is still read up to this length.
 */
const LONGEST_READ = 16 * LONGEST_SUBMISSION;

/** `gone`: the browser went away in the middle. */
function readBody(request: IncomingMessage): Promise<{ text: string } | 'large' | 'gone'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= LONGEST_SUBMISSION) chunks.push(chunk);
      else chunks.length = 0;
      if (length > LONGEST_READ) resolve('large');
    });
    request.once('end', () => {
      if (length > LONGEST_SUBMISSION) resolve('large');
      else resolve({ text: Buffer.concat(chunks).toString('utf8') });
    });
    request.once('error', () => resolve('gone'));
    request.once('close', () => resolve('gone'));
  });
}
