import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { passMasked } from '../../src/adapters/masked-output.js';
import { createMask } from '../../src/core/mask.js';

const SECRET = 'kQ7rTz29xWmB4vNc8LpD';

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly redactions: number;
  readonly readerLeft: boolean;
  readonly code: number | null;
}

/** A stream that collects what it gets. */
function collector(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('latin1') };
}

/** Runs a script for sh, and masks its output. */
async function run(script: string, to?: Writable): Promise<Outcome> {
  const child = spawn('sh', ['-c', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], SECRET },
    detached: true,
  });
  // Ends what it left in the background.
  onTestFinished(() => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // Nothing is left there.
    }
  });
  const [out, err] = [collector(), collector()];
  const ended = once(child, 'exit');
  let redactions = 0;
  const { readerLeft } = await passMasked(
    [
      { from: child.stdout, to: to ?? out.stream },
      { from: child.stderr, to: err.stream },
    ],
    {
      mask: createMask([SECRET]),
      onRedacted: () => (redactions += 1),
      onReaderLeft: () => child.kill('SIGPIPE'),
      ended,
    },
  );
  const [code] = (await ended) as [number | null];
  return { stdout: out.text(), stderr: err.text(), redactions, readerLeft, code };
}

test('both streams are masked, and the first redaction is reported once', async () => {
  const { stdout, stderr, redactions, code } = await run(
    'echo "a $SECRET b"; echo "$SECRET" >&2; printf "%s" "$SECRET" | base64; exit 3',
  );
  expect([stdout, stderr]).toEqual(['a [redacted] b\n[redacted]\n', '[redacted]\n']);
  expect([redactions, code]).toEqual([1, 3]);
});

test('a secret in two writes is masked, and a prompt without a line end is not held back', async () => {
  const seen = new PassThrough();
  const running = run(
    'printf "Name? "; sleep 0.3; printf kQ7rTz29xW; sleep 0.3; printf mB4vNc8LpD!',
    seen,
  );
  const [prompt] = (await once(seen, 'data')) as [Buffer];
  expect(prompt.toString()).toBe('Name? ');
  let rest = '';
  seen.on('data', (chunk: Buffer) => (rest += chunk.toString()));
  await running;
  expect(rest).toBe('[redacted]!');
});

test("bytes that aren't text pass, and so does the beginning of a secret at the end", async () => {
  const { stdout, redactions } = await run(String.raw`printf '\377\000\200kQ7rTz'`);
  expect([stdout, redactions]).toEqual(['\u00FF\u0000\u0080kQ7rTz', 0]);
});

test('a process that the program leaves in the background does not keep the run', async () => {
  const { stdout, code } = await run('sleep 600 & echo out; exit 4');
  expect([stdout, code]).toEqual(['out\n', 4]);
});

test('a reader that goes away ends a program that goes on writing, and is reported', async () => {
  const reader = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('gone'), { code: 'EPIPE' }));
    },
  });
  const { readerLeft, code } = await run('exec yes', reader);
  expect(readerLeft).toBe(true);
  expect(code).not.toBe(0);
});

test('a slow reader gets the whole output', async () => {
  let bytes = 0;
  const slow = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _, done) {
      bytes += chunk.length;
      setImmediate(done);
    },
  });
  await run('head -c 3000000 /dev/zero', slow);
  expect(bytes).toBe(3_000_000);
});
