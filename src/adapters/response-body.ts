import type * as Zlib from 'node:zlib';

/** In bytes, both before and after decompression. */
const LONGEST_BODY = 1024 * 1024;

/** The `Accept-Encoding` of every request. */
export const CODINGS = 'gzip, br';

type Decoder = AsyncIterable<Buffer> & { end(bytes: Buffer): void };

/** Both also decompress a body that was cut, as far as it goes. */
const gunzip = ({ createGunzip, constants }: typeof Zlib): Decoder =>
  createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
const unbrotli = ({ createBrotliDecompress, constants }: typeof Zlib): Decoder =>
  createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });

/** Keyed by `Content-Encoding`. */
const DECODERS: ReadonlyMap<string, (zlib: typeof Zlib) => Decoder> = new Map([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['br', unbrotli],
]);

/** A body, of which only the first `LONGEST_BODY` is kept. */
export class BoundedBody {
  readonly #chunks: Buffer[] = [];
  #room = LONGEST_BODY;
  truncated = false;

  /** Adds a chunk. @returns false if there was no room for all of it. */
  take(chunk: Buffer): boolean {
    this.truncated = chunk.length > this.#room;
    this.#chunks.push(chunk.subarray(0, this.#room));
    this.#room -= Math.min(chunk.length, this.#room);
    return !this.truncated;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return UTF8.decode(this.bytes);
  }
}

const UTF8 = new TextDecoder();

/**
 * Decompresses a body, up to the same length. One that was compressed in a way we didn't ask for is
 * returned unchanged.
 *
 * @param coding the `Content-Encoding`; empty if there is none.
 * @throws the error of zlib.
 */
export async function decompress(body: BoundedBody, coding: string): Promise<BoundedBody> {
  const open = DECODERS.get(coding.trim().toLowerCase());
  if (!open) return body;
  const { bytes } = body;
  if (bytes.length === 0) return body;
  const decoder = open(await import('node:zlib'));
  decoder.end(bytes);
  const whole = new BoundedBody();
  for await (const chunk of decoder) {
    // The rest may be a thousand times as long. It's never decompressed.
    if (!whole.take(chunk)) break;
  }
  whole.truncated ||= body.truncated;
  return whole;
}
