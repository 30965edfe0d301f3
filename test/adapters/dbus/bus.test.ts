import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectBus } from '../../../src/adapters/dbus/bus.js';
import { encode } from '../../../src/adapters/dbus/wire.js';

const USER = 1000;
const [REPLY, ERROR, SIGNAL] = [2, 3, 4];

/** A bus that passes each message after the handshake to `onMessage`. */
async function fakeBus(
  onMessage: (socket: Socket, serial: number) => void,
  welcome = 'OK 1234\r\n',
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-bus-'));
  const path =
    process.platform === 'win32' ? `\\\\.\\pipe\\${crypto.randomUUID()}` : join(folder, 'bus');
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (line) => {
      expect(line.toString()).toBe('\0AUTH EXTERNAL 31303030\r\n');
      // In two parts, as a network may deliver it.
      socket.write(welcome.slice(0, 3));
      setTimeout(() => socket.write(welcome.slice(3)), 10);
      socket.on('data', (bytes) => {
        const call = bytes.subarray(bytes.toString('latin1').startsWith('BEGIN\r\n') ? 7 : 0);
        if (call.length > 0) onMessage(socket, call.readUInt32LE(8));
      });
    });
  });
  await new Promise<void>((done) => server.listen(path, done));
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  return path;
}

function message(kind: number, replyTo: number, text: string): Buffer {
  const body = encode('s', [text]);
  const header = encode('yyyyuua(yv)', [
    0x6c,
    kind,
    0,
    1,
    body.length,
    99,
    [[5, { type: 'u', value: replyTo }]],
  ]);
  return Buffer.concat([header, Buffer.alloc(-header.length & 7), body]);
}

const CALL = { to: 'org.x', path: '/x', interface: 'org.x.Y', member: 'Z', gives: 's' };

/** Answers the first message, Hello, and passes the others on. */
function afterHello(then: (socket: Socket, serial: number) => void) {
  return (socket: Socket, serial: number): void => {
    if (serial === 1) socket.write(message(REPLY, 1, ':1.7'));
    else then(socket, serial);
  };
}

describe('a call on a bus', () => {
  it('gets its reply, among other messages and in parts', async () => {
    const path = await fakeBus(
      afterHello((socket, serial) => {
        const all = Buffer.concat([
          message(SIGNAL, 0, 'a signal'),
          message(REPLY, 7777, 'for somebody else'),
          message(REPLY, serial, 'for you'),
        ]);
        socket.write(all.subarray(0, 90));
        setTimeout(() => socket.write(all.subarray(90)), 20);
      }),
    );
    const bus = await connectBus(path, USER);
    await expect(bus.call(CALL)).resolves.toEqual(['for you']);
  });

  it.each<[string, (socket: Socket, serial: number) => void]>([
    ['gets an error', (socket, serial) => socket.write(message(ERROR, serial, 'no'))],
    ['is cut off', (socket) => socket.end()],
    [
      'gets another byte order',
      (socket, serial) => socket.write(message(REPLY, serial, 'x').fill('B', 0, 1)),
    ],
    [
      'gets a text that ends too early',
      (socket, serial) => {
        const reply = message(REPLY, serial, 'x');
        reply.writeUInt32LE(999, reply.length - 6);
        socket.write(reply);
      },
    ],
  ])('fails if it %s', async (_, then) => {
    const bus = await connectBus(await fakeBus(afterHello(then)), USER);
    await expect(bus.call(CALL)).rejects.toThrow(Error);
  });

  it('fails if the connection has ended before', async () => {
    const path = await fakeBus(afterHello((socket) => socket.end()));
    const bus = await connectBus(path, USER);
    await expect(bus.call(CALL)).rejects.toThrow(/ended/u);
    await expect(bus.call(CALL)).rejects.toThrow(/ended/u);
  });
});

describe('a bus', () => {
  it.each([
    ['refuses the user', 'REJECTED EXTERNAL\r\n'],
    ['hangs up', undefined],
  ])('that %s is not used', async (_, welcome) => {
    const path = await fakeBus((socket) => socket.end(), welcome);
    await expect(connectBus(path, USER)).rejects.toThrow(/bus/u);
  });

  it('that is not there is not used', async () => {
    await expect(connectBus(join(tmpdir(), 'no-bus-here'), USER)).rejects.toThrow(/ENOENT/u);
  });
});
