import type { Readable, Writable } from 'node:stream';
import { MaskFilter } from '../core/mask.js';
import type { Masking } from '../core/ports.js';

/** So long nothing has to come before a short tail may go, and before the output of an ended program is over. */
const QUIET_MS = 100;

export interface MaskedOutputOptions extends Masking {
  /** Called when somebody has closed a stream that it goes to, before the program's own is closed. */
  readonly onReaderLeft: () => void;
  /** Resolves when the program has ended. What it has started may hold its streams for longer. */
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
 * @returns when all is written: `readerLeft` if somebody closed one of the streams that it goes to.
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

/** @returns has its reader gone away? */
function passOne(
  { from, to }: Pipe,
  { filter, onRedacted, onReaderLeft, ended }: PassOptions,
): Promise<boolean> {
  return new Promise((resolve) => {
    let readerLeft = false;
    let told = false;
    let done = false;
    /** A slow reader is waited for: that is no silence of the program's. */
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
      // Also called if it cannot be written.
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
