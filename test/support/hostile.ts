import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { RawAnswer } from './tls-world.js';

/** Servers that do what no honest one does. `headers` go with the response if there is one. */
type Headers = Readonly<Record<string, string>>;

const MIB = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };

/** The request arrives, and the connection is reset. */
export const reset: RawAnswer = ({ socket }) => {
  socket?.destroy();
};

/** Half of a response, and the connection is reset. */
export const resetInTheMiddle = (headers: Headers = {}): RawAnswer => {
  return (response) => {
    response.writeHead(200, { ...JSON_TYPE, ...headers, 'content-length': '1000' });
    response.write('{"agent":{"id":1', () => response.socket?.destroy());
  };
};

/** Half of a response, and then nothing. */
export const halfAnAnswer = (headers: Headers = {}): RawAnswer => {
  return (response) => {
    response.writeHead(200, { ...JSON_TYPE, ...headers, 'content-length': '1000' }).write('{"id":');
  };
};

/** A byte at a time, and never the last. */
export const drip = (headers: Headers = {}): RawAnswer => {
  return (response) => {
    response.writeHead(200, { ...JSON_TYPE, ...headers });
    repeat(response, () => response.write(' '));
  };
};

/** Informational responses without an end. */
export const onlyPromises: RawAnswer = (response) =>
  repeat(response, () => response.writeProcessing());

/** A body without an end, faster than it can be read. */
export const endless = (headers: Headers = {}): RawAnswer => {
  return (response) => {
    response.writeHead(200, { ...JSON_TYPE, ...headers });
    flood(response);
  };
};

/** A header without an end. */
export const endlessHeaders: RawAnswer = (response) => {
  const { socket } = response;
  if (!socket) return;
  socket.write('HTTP/1.1 200 OK\r\nx-long: ');
  flood(socket);
};

/** 1 GiB, of which 1 MiB is sent. */
export const gzipBomb = (headers: Headers = {}): RawAnswer => {
  return (response) => {
    bomb ??= Buffer.concat(Array<Buffer>(64).fill(gzipSync(Buffer.alloc(16 * MIB, ' '))));
    response.writeHead(200, { ...JSON_TYPE, ...headers, 'content-encoding': 'gzip' }).end(bomb);
  };
};
let bomb: Buffer | undefined;

/** Another protocol than HTTP. */
export const anotherProtocol: RawAnswer = ({ socket }) => {
  socket?.end('SSH-2.0-OpenSSH_9.6\r\n');
};

function repeat(response: ServerResponse, send: () => void): void {
  const timer = setInterval(send, 50);
  response.on('close', () => clearInterval(timer));
}

interface Sink {
  readonly destroyed: boolean;
  write(chunk: Buffer): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

function flood(into: Sink): void {
  const chunk = Buffer.alloc(MIB / 4, 'x');
  const more = (): void => {
    // One at a time, so that others have their turn in between.
    if (into.destroyed) return;
    if (into.write(chunk)) setImmediate(more);
    else into.once('drain', more);
  };
  more();
}
