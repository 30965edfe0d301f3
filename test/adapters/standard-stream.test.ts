import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StandardStream } from '../../src/adapters/standard-stream.js';

const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
const VALUE = 'hunter2-Quokka-42';

const LONG = Array.from({ length: 200_000 }, (_, n) => n).join(' ');

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-outlet-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const descriptors = new Set<number>();

function opened(path: string, flags: string | number): number {
  const descriptor = openSync(path, flags);
  descriptors.add(descriptor);
  onTestFinished(() => close(descriptor));
  return descriptor;
}

/** Closes only once, since the number may belong to another file later. */
function close(descriptor: number): void {
  if (descriptors.delete(descriptor)) closeSync(descriptor);
}

async function file(): Promise<{ path: string; descriptor: number; text: () => string }> {
  const path = join(await emptyFolder(), 'out');
  return { path, descriptor: opened(path, 'w'), text: () => readFileSync(path, 'utf8') };
}

async function namedPipe(): Promise<string> {
  const path = join(await emptyFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

/** Both ends of a pipe in this process, whose writer gets an error instead of waiting if it is full. */
async function ownPipe(): Promise<{ reader: number; writer: number }> {
  const path = await namedPipe();
  const reader = opened(path, O_RDONLY | O_NONBLOCK);
  return { reader, writer: opened(path, O_WRONLY | O_NONBLOCK) };
}

function drained(reader: number): string {
  const chunks: Buffer[] = [];
  const chunk = Buffer.alloc(64 * 1024);
  for (;;) {
    let length = 0;
    try {
      length = readSync(reader, chunk);
    } catch (error) {
      expect(error).toMatchObject({ code: 'EAGAIN' });
    }
    if (length === 0) return Buffer.concat(chunks).toString();
    chunks.push(Buffer.from(chunk.subarray(0, length)));
  }
}

const never = (): never => {
  throw new Error('a stream was made, and none is needed');
};

/** A stream in place of Node's, and what was written to it. */
function collector({ isTTY = false } = {}) {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  let times = 0;
  return {
    stream,
    open: (): NodeJS.WriteStream => {
      times += 1;
      return Object.assign(stream, { isTTY }) as unknown as NodeJS.WriteStream;
    },
    text: () => Buffer.concat(chunks).toString(),
    times: () => times,
  };
}

describe('lines to a file', () => {
  it('arrive at once, in order, and make no stream', async () => {
    const { descriptor, text } = await file();
    const outlet = new StandardStream(never, descriptor);
    outlet.writeAsItIs('first');
    expect(text()).toBe('first\n');
    outlet.writeAsItIs('');
    outlet.writeAsItIs('schlüssel-🔑');
    outlet.writeAsItIs('two\nlines\n');
    expect(text()).toBe('first\n\nschlüssel-🔑\ntwo\nlines\n\n');
    await outlet.flush();
    expect(outlet.isTerminal).toBe(false);
  });

  it('that cannot be written are remembered as a failure', async () => {
    const { path } = await file();
    const outlet = new StandardStream(never, opened(path, 'r'));
    expect(outlet.failure).toBeUndefined();
    outlet.writeAsItIs('x');
    expect(outlet.failure).toBe('EBADF');
  });
});

describe.runIf(process.platform !== 'win32')('lines to a pipe', () => {
  it('arrive at once, in order, and make no stream', async () => {
    const { reader, writer } = await ownPipe();
    const outlet = new StandardStream(never, writer);
    outlet.writeAsItIs('first');
    outlet.writeAsItIs(VALUE);
    outlet.writeAsItIs(VALUE);
    expect(drained(reader)).toBe(`first\n${VALUE}\n${VALUE}\n`);
    expect(outlet.isTerminal).toBe(false);
  });

  it('may be longer than the pipe, and arrive whole', async () => {
    const path = await namedPipe();
    const copy = join(await emptyFolder(), 'copy');
    const reader = spawn('sh', ['-c', 'cat "$1" > "$2"', 'sh', path, copy], { stdio: 'ignore' });
    const ended = once(reader, 'close');
    // This waits until there is a reader.
    const writer = opened(path, O_WRONLY);
    const outlet = new StandardStream(never, writer);
    outlet.writeAsItIs(LONG);
    outlet.writeAsItIs('after');
    close(writer);
    await ended;
    expect(await readFile(copy, 'utf8')).toBe(`${LONG}\nafter\n`);
  });

  it('that is full go on in a stream, without a gap', async () => {
    const { reader, writer } = await ownPipe();
    const { open, text, times } = collector();
    const outlet = new StandardStream(open, writer);
    outlet.writeAsItIs('before');
    outlet.writeAsItIs(LONG);
    const first = drained(reader);
    // There is room again, but a new line must not overtake.
    outlet.writeAsItIs('after');
    expect(drained(reader)).toBe('');
    expect(first.length).toBeGreaterThan('before\n'.length);
    expect(`${first}${text()}`).toBe(`before\n${LONG}\nafter\n`);
    expect(times()).toBe(1);
  });

  it('whose reader has gone are no failure, and make no stream', async () => {
    const { reader, writer } = await ownPipe();
    const outlet = new StandardStream(never, writer);
    outlet.writeAsItIs('first');
    close(reader);
    expect(() => outlet.writeAsItIs('second')).not.toThrow();
    expect(() => outlet.writeAsItIs(LONG)).not.toThrow();
    await outlet.flush();
  });
});

it.runIf(process.platform !== 'win32')(
  'lines to a socket, which is what a pipe of Node is, arrive at once and make no stream',
  async () => {
    const child = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] });
    const { _handle: handle } = child.stdin as unknown as { _handle: { fd: number } };
    new StandardStream(never, handle.fd).writeAsItIs('first');
    child.stdin.end('second\n');
    const chunks = await child.stdout.toArray();
    expect(Buffer.concat(chunks as Buffer[]).toString()).toBe('first\nsecond\n');
  },
);

describe('lines to a stream', () => {
  it.each<[string, () => number | undefined]>([
    ['has no descriptor', () => undefined],
    ['has a descriptor that is not open', () => 1_000_000],
    ['is a device', () => opened(devNull, 'w')],
  ])('arrive in order if the output %s', (_, descriptor) => {
    const { open, text, times } = collector();
    const outlet = new StandardStream(open, descriptor());
    expect(times()).toBe(0);
    outlet.writeAsItIs(`said ${VALUE}`);
    outlet.writeAsItIs(VALUE);
    outlet.writeAsItIs('third');
    expect(text()).toBe(`said ${VALUE}\n${VALUE}\nthird\n`);
    expect(times()).toBe(1);
  });

  it('come after what others have written to it, even if there is a file', async () => {
    const { descriptor, text: inFile } = await file();
    const { open, text } = collector();
    const outlet = new StandardStream(open, descriptor);
    outlet.writeAsItIs('first');
    outlet.stream.write('a prompt ');
    outlet.writeAsItIs('second');
    expect(inFile()).toBe('first\n');
    expect(text()).toBe('a prompt second\n');
  });

  it('are all written after a flush', async () => {
    const written: string[] = [];
    const slow = new Writable({
      write(chunk, _, done) {
        setImmediate(() => {
          written.push(String(chunk));
          done();
        });
      },
    });
    const outlet = new StandardStream(() => slow as NodeJS.WriteStream);
    outlet.writeAsItIs('first');
    outlet.writeAsItIs('second');
    expect(written).toEqual([]);
    await outlet.flush();
    expect(written.join('')).toBe('first\nsecond\n');
  });

  it('that were never written need no flush, and make no stream', async () => {
    await expect(new StandardStream(never).flush()).resolves.toBeUndefined();
  });

  it('whose reader has gone are no failure, and a flush ends', async () => {
    const { open, stream } = collector();
    const outlet = new StandardStream(open);
    outlet.writeAsItIs('first');
    stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await new Promise((done) => stream.once('close', done));
    outlet.writeAsItIs('second');
    await outlet.flush();
    expect(stream.errored).toMatchObject({ code: 'EPIPE' });
  });

  it('that fail in another way are remembered as a failure', () => {
    const { open, stream } = collector();
    const outlet = new StandardStream(open);
    outlet.writeAsItIs('first');
    const full = Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' });
    stream.emit('error', full);
    expect(outlet.failure).toBe('ENOSPC');
  });
});

describe('a terminal', () => {
  it.each([true, false])('is known by its stream: %s', (isTTY) => {
    expect(new StandardStream(collector({ isTTY }).open).isTerminal).toBe(isTTY);
    expect(new StandardStream(collector({ isTTY }).open, opened(devNull, 'w')).isTerminal).toBe(
      isTTY,
    );
  });

  it('is never a file, whatever the stream says', async () => {
    const { descriptor } = await file();
    expect(new StandardStream(collector({ isTTY: true }).open, descriptor).isTerminal).toBe(false);
  });
});
