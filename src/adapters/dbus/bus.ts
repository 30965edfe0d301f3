import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { decode, encode, type DbusValue, type Variant } from './wire.js';

/** A call of a method that another program offers on the bus. */
export interface Call {
  readonly to: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** The types of the values. */
  readonly takes?: string;
  readonly values?: readonly DbusValue[];
  /** The types of the reply's values. */
  readonly gives: string;
}

export interface Bus {
  /** @throws {Error} the reply is an error or of other types, or the connection has ended. */
  call(call: Call): Promise<DbusValue[]>;
}

const CALL = 1;
const REPLY = 2;
const ERROR = 3;
const VERSION = 1;
const LITTLE_ENDIAN = 0x6c;

/** Endianness, kind, flags, version, length of the body, serial number, fields. */
const HEADER = 'yyyyuua(yv)';
/** The length of a header without its fields. */
const FIXED_LENGTH = 16;

/** Codes of header fields. */
const FIELDS = { path: 1, interface: 2, member: 3, replyTo: 5, to: 6, types: 8 } as const;

type Waiting = Map<number, { take(body: Buffer): void; fail(why: Error): void }>;

/**
 * Connects to a bus as the user of this process.
 *
 * @param path the bus's socket.
 * @param user the user's id.
 */
export async function connectBus(path: string, user: number): Promise<Bus> {
  const socket = createConnection(path);
  // It must not keep the process alive.
  socket.unref();
  const waiting: Waiting = new Map();
  let ended: Error | undefined;
  socket.on('end', () => socket.destroy(new Error('the bus has ended the connection')));
  socket.on('error', (why) => {
    ended = why;
    for (const each of waiting.values()) each.fail(why);
  });
  await once(socket, 'connect');
  await authenticate(socket, user);
  let received: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    try {
      received = takeReplies(Buffer.concat([received, chunk]), waiting);
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
  let serial = 0;
  const bus: Bus = {
    async call(call) {
      if (ended) throw ended;
      serial += 1;
      const own = serial;
      socket.write(messageOf(call, own));
      try {
        const body = await new Promise<Buffer>((take, fail) => waiting.set(own, { take, fail }));
        return decode(call.gives, body);
      } finally {
        waiting.delete(own);
      }
    },
  };
  const name = 'org.freedesktop.DBus';
  await bus.call({
    to: name,
    path: '/org/freedesktop/DBus',
    interface: name,
    member: 'Hello',
    gives: 's',
  });
  return bus;
}

/** The bus asks the system who is connected. */
async function authenticate(socket: Socket, user: number): Promise<void> {
  socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(user)).toString('hex')}\r\n`);
  let reply = '';
  while (!reply.endsWith('\r\n')) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    reply += chunk.toString();
  }
  if (!reply.startsWith('OK ')) throw new Error('the bus does not accept this user');
  socket.write('BEGIN\r\n');
}

function messageOf(call: Call, serial: number): Buffer {
  const { to, path, interface: of, member, takes = '', values = [] } = call;
  const body = encode(takes, values);
  const fields: [number, Variant][] = [
    [FIELDS.path, { type: 'o', value: path }],
    [FIELDS.interface, { type: 's', value: of }],
    [FIELDS.member, { type: 's', value: member }],
    [FIELDS.to, { type: 's', value: to }],
    [FIELDS.types, { type: 'g', value: takes }],
  ];
  const header = encode(HEADER, [LITTLE_ENDIAN, CALL, 0, VERSION, body.length, serial, fields]);
  return Buffer.concat([header, Buffer.alloc(padded(header.length) - header.length), body]);
}

/** Gives each reply to who waits for it. @returns the beginning of the next message. */
function takeReplies(received: Buffer, waiting: Waiting): Buffer {
  let rest = received;
  while (rest.length >= FIXED_LENGTH) {
    if (rest[0] !== LITTLE_ENDIAN) throw new Error('a message in another byte order');
    const headerLength = FIXED_LENGTH + rest.readUInt32LE(FIXED_LENGTH - 4);
    const length = padded(headerLength) + rest.readUInt32LE(4);
    if (rest.length < length) break;
    takeReply(rest.subarray(0, headerLength), rest.subarray(padded(headerLength), length), waiting);
    rest = rest.subarray(length);
  }
  return rest;
}

function takeReply(header: Buffer, body: Buffer, waiting: Waiting): void {
  const [, kind, , , , , fields] = decode(HEADER, header);
  const replyTo = (fields as [number, Variant][]).find(([code]) => code === FIELDS.replyTo);
  const caller = waiting.get(replyTo?.[1].value as number);
  if (kind === REPLY) caller?.take(body);
  if (kind === ERROR) caller?.fail(new Error('the call failed'));
}

/** A body begins at a multiple of 8. */
function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}
