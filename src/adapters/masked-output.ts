import type { Readable, Writable } from 'node:stream';
import { MaskFilter } from '../core/mask.js';
import type { Masking } from '../core/ports.js';

/**
 * In milliseconds. After this much silence, a short tail is written, and the output of an ended
 * program counts as complete.
 */
const QUIET_MS = 100;

export interface MaskedOutputOptions extends Masking {
  /**
   * Called if somebody closes a stream that the output goes to, before the program's own stream is
   * closed.
   */
  readonly onReaderLeft: () => void;
  /**
   * Resolves when the program has ended. Programs that it started may keep its streams open longer.
   */
  readonly ended: Promise<unknown>;
}

/** A stream of the program, and where it goes. */
interface Pipe {
  readonly from: Readable;
  readonly to: Writable;
}

/**
 * Passes the output of a program on without the secrets of a mask.
 *
 * @returns when all is written. `readerLeft` means that somebody closed a stream that it goes to.
 */
export async function passMasked(
  pipes: readonly Pipe[],
  { mask, onRedacted, onReaderLeft, ended }: MaskedOutputOptions,
): Promise<{ readonly readerLeft: boolean }> {
  let told = false;
  const onFirst = (): void => {
    if (!told) onRedacted();
    told = true;
  };
  const readersLeft = await Promise.all(
    pipes.map((pipe) =>
      passOne(pipe, { filter: new MaskFilter(mask), onRedacted: onFirst, onReaderLeft, ended }),
    ),
  );
  return { readerLeft: readersLeft.includes(true) };
}

interface PassOptions extends Omit<MaskedOutputOptions, 'mask'> {
  readonly filter: MaskFilter;
}

/** @returns whether its reader has gone away. */
function passOne(
  { from, to }: Pipe,
  { filter, onRedacted, onReaderLeft, ended }: PassOptions,
): Promise<boolean> {
  return new Promise((resolve) => {
    let readerLeft = false;
    let told = false;
    let done = false;
    /** We wait for a slow reader, which doesn't count as the program's silence. */
    let waiting = false;
    let hasEnded = false;
    let quiet: NodeJS.Timeout | undefined;

    const pass = (bytes: Uint8Array): void => {
      if (filter.hasRedacted && !told) {
        told = true;
        onRedacted();
      }
      if (bytes.length === 0 || readerLeft || to.write(bytes)) return;
      waiting = true;
      from.pause();
    };
    const finish = (): void => {
      if (done) return;
      done = true;
      clearTimeout(quiet);
      from.destroy();
      pass(filter.end());
      // Also called if it can't be written.
      to.write('', () => resolve(readerLeft));
    };
    const listen = (): void => {
      clearTimeout(quiet);
      if (done) return;
      quiet = setTimeout(() => {
        if (waiting) return;
        pass(filter.release());
        if (hasEnded) finish();
      }, QUIET_MS);
    };
    to.on('error', () => {
      if (!readerLeft) onReaderLeft();
      readerLeft = true;
      finish();
    });
    to.on('drain', () => {
      waiting = false;
      from.resume();
      listen();
    });
    from.on('data', (chunk: Buffer) => {
      pass(filter.write(chunk));
      listen();
    });
    from.once('end', finish);
    from.once('error', finish);
    void ended.finally(() => {
      hasEnded = true;
      listen();
    });
  });
}
