import { fstatSync, writeSync } from 'node:fs';
import { codeOf } from './file-failure.js';

/**
 * stdout or stderr. Creating Node's stream takes 2 to 4 ms, most of it to load network code for
 * pipes. So pipes and files are written without it, at once and in order.
 */
export class StandardStream {
  readonly #open: () => NodeJS.WriteStream;
  readonly #descriptor: number | undefined;
  #stream: NodeJS.WriteStream | undefined;
  #failure: string | undefined;
  #readerLeft = false;

  /**
   * @param open returns Node's stream.
   * @param descriptor 1 or 2; left out if the stream isn't one of Node's own.
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

  /** The system's error code if not everything could be written (`ENOSPC`). */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Nobody reads it any more (`| head -1`). That isn't a failure. */
  get readerLeft(): boolean {
    return this.#readerLeft;
  }

  #fail(error: unknown): void {
    if (codeOf(error) === 'EPIPE') this.#readerLeft = true;
    else this.#failure = codeOf(error);
  }

  /** Writes a line unchanged. It has passed a gate of `output/`, or deliberately passes none. */
  writeAsItIs(text: string): void {
    const bytes = Buffer.from(`${text}\n`);
    const written = this.#writeDirectly(bytes);
    if (written < bytes.length) this.stream.write(bytes.subarray(written));
  }

  /** @returns how many bytes were written. The stream has to write the rest. */
  #writeDirectly(bytes: Buffer): number {
    let written = 0;
    // Keep the order: once the stream has taken something, the rest goes through it too.
    while (this.#descriptor !== undefined && !this.#stream && written < bytes.length) {
      try {
        written += writeSync(this.#descriptor, bytes, written);
      } catch (error) {
        // Another process has made the pipe non-blocking and it's full, so let the stream wait.
        if (codeOf(error) === 'EAGAIN') return written;
        this.#fail(error);
        return bytes.length;
      }
    }
    return written;
  }

  /** Resolves when everything is written. */
  async flush(): Promise<void> {
    const stream = this.#stream;
    if (stream) await new Promise<void>((done) => stream.write('', () => done()));
  }
}

/**
 * A pipe (for a child of Node, that's a socket) or a file. Terminals have their own ways of writing
 * text, especially on Windows.
 */
function isPlain(descriptor: number | undefined): boolean {
  if (descriptor === undefined) return false;
  try {
    const stats = fstatSync(descriptor);
    return stats.isFIFO() || stats.isSocket() || stats.isFile();
  } catch {
    return false;
  }
}
