import { redact } from '../core/secret.js';

/** Bytes in the format of Node's inspection: `<Buffer 66 73>`, `Uint8Array(2) [ 102, 115 ]`. */
const BYTES = /<(?:Buffer )?[\da-f]{2}(?: [\da-f]{2})*[^>]*>|Uint8Array\(\d+\) \[[^\]]*\]/gu;

/**
 * Redacts what Node prints with NODE_DEBUG: `child_process` prints the variables of each started
 * program, and `stream` the bytes from a pipe. Node writes this as text. The output of started
 * programs arrives as bytes and stays as it is.
 *
 * @param stderr its `write` is replaced.
 */
export function redactDebugging(stderr: Pick<NodeJS.WriteStream, 'write'>): void {
  const write = stderr.write.bind(stderr) as (chunk: unknown, ...rest: unknown[]) => boolean;
  stderr.write = (chunk: unknown, ...rest: unknown[]) =>
    write(typeof chunk === 'string' ? withoutSecrets(chunk) : chunk, ...rest);
}

/** Bytes are hidden completely, because they may arrive before their secret is known. */
function withoutSecrets(text: string): string {
  return redact(text.replaceAll(BYTES, '<bytes>'));
}
