import { redact } from '../core/secret.js';

/** As Node's inspection writes bytes: `<Buffer 66 73>`, `Uint8Array(2) [ 102, 115 ]`. */
const BYTES = /<(?:Buffer )?[\da-f]{2}(?: [\da-f]{2})*[^>]*>|Uint8Array\(\d+\) \[[^\]]*\]/gu;

/**
 * With NODE_DEBUG, Node itself prints what a program works with: `child_process` the variables of a
 * program that it starts, `stream` the bytes that come from a pipe. It writes text; what a program
 * prints that was started here comes as bytes, and stays as it is.
 *
 * @param stderr what it writes to from now on.
 */
export function redactDebugging(stderr: Pick<NodeJS.WriteStream, 'write'>): void {
  const write = stderr.write.bind(stderr) as (chunk: unknown, ...rest: unknown[]) => boolean;
  stderr.write = (chunk: unknown, ...rest: unknown[]) =>
    write(typeof chunk === 'string' ? withoutSecrets(chunk) : chunk, ...rest);
}

/** Bytes have come before anybody knows that there is a secret in them. */
function withoutSecrets(text: string): string {
  return redact(text.replaceAll(BYTES, '<bytes>'));
}
