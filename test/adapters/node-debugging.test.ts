import { Buffer } from 'node:buffer';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { redactDebugging } from '../../src/adapters/node-debugging.js';
import { Secret } from '../../src/core/secret.js';

function debugged(chunk: string | Uint8Array): unknown {
  const written: unknown[] = [];
  const stderr = { write: (each: unknown) => written.push(each) > 0 } as NodeJS.WriteStream;
  redactDebugging(stderr);
  stderr.write(chunk);
  return written[0];
}

it('the output of NODE_DEBUG has no secret as text or as bytes', () => {
  const key = 'brindle-key-0123456789-and-some-more-of-it-than-is-shown';
  new Secret(key).reveal();
  expect(debugged(`CHILD_PROCESS 1: spawn { envPairs: [ 'THE_KEY=${key}' ] }`)).toBe(
    "CHILD_PROCESS 1: spawn { envPairs: [ 'THE_KEY=[redacted]' ] }",
  );
  for (const bytes of [Buffer.from(key), Buffer.from('k'), new TextEncoder().encode(key)]) {
    expect(debugged(`STREAM 1: push ${inspect(bytes)}\n`)).toBe('STREAM 1: push <bytes>\n');
  }
  expect(debugged(inspect(new TextEncoder().encode(key).buffer))).not.toContain('62 72 69');
});

it("another program's output stays as it is", () => {
  const bytes = Buffer.from('<Buffer 66 73>');
  expect(debugged(bytes)).toBe(bytes);
});
