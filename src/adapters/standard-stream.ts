import { fstatSync, writeSync } from 'node:fs';
import { codeOf } from './files.js';

/**
 * stdout or stderr. Node takes 2 to 4 ms to make the stream, most of it to load its network code
 * for what is a pipe: to pipes and files it is written without one, at once and in order.
 */
export class StandardStream {
  readonly #open: () => NodeJS.WriteStream;
  readonly #descriptor: number | undefined;
  #stream: NodeJS.WriteStream | undefined;
  #failure: string | undefined;
  #readerLeft = false;

  /**
   * @param open gives Node's stream.
   * @param descriptor 1 or 2; left out where the stream is not one of Node's own.
   */
  constructor(open: () => NodeJS.WriteStream, descriptor?: number) {
    this.#open = open;
    this.#descriptor = isPlain(descriptor) ? descriptor : undefined;
  }

  get isTerminal(): boolean {
    return this.#descriptor === undefined && this.stream.isTTY;
  }

  get stream(): NodeJS.WriteStream {
    if (this.#stream) return this.#stream;
    this.#stream = this.#open();
    this.#stream.on('error', (error) => this.#fail(error));
    return this.#stream;
  }

  /** Why not all could be written: the system's word (`ENOSPC`). */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Nobody reads it any more (`| head -1`), which is no failure. */
  get readerLeft(): boolean {
    return this.#readerLeft;
  }

  #fail(error: unknown): void {
    if (codeOf(error) === 'EPIPE') this.#readerLeft = true;
    else this.#failure = codeOf(error);
  }

  /** A line, as it is: what is in it has passed a gate of `output/`, or passes none on purpose. */
  writeAsItIs(text: string): void {
    const bytes = Buffer.from(`${text}\n`);
    const written = this.#writeDirectly(bytes);
    if (written < bytes.length) this.stream.write(bytes.subarray(written));
  }

  /** @returns how many bytes were written; the rest is the stream's. */
  #writeDirectly(bytes: Buffer): number {
    let written = 0;
    // In order: what comes after something the stream has taken waits behind it.
    while (this.#descriptor !== undefined && !this.#stream && written < bytes.length) {
      try {
        written += writeSync(this.#descriptor, bytes, written);
      } catch (error) {
        // Another process has made the pipe non-blocking, and it is full: the stream waits.
        if (codeOf(error) === 'EAGAIN') return written;
        this.#fail(error);
        return bytes.length;
      }
    }
    return written;
  }

  /** Until all is written. */
  async flush(): Promise<void> {
    const stream = this.#stream;
    if (stream) await new Promise<void>((done) => stream.write('', () => done()));
  }
}

/** A pipe (to a child of Node's, that is a socket) or a file. Terminals have ways of their own to write text, not least on Windows. */
function isPlain(descriptor: number | undefined): boolean {
  if (descriptor === undefined) return false;
  try {
    const stats = fstatSync(descriptor);
    return stats.isFIFO() || stats.isSocket() || stats.isFile();
  } catch {
    return false;
  }
}
