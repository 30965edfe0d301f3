import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSecretInput } from '../../src/adapters/secret-input.js';
import { API_KEY } from '../support/fakes.js';

const LABEL = 'API key';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'connect-wizard-input-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

const pipe = async (): Promise<string> => {
  const path = join(await folder(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
};

const nobody = (): Readable => new PassThrough();

/** The two sources of bytes. */
const WAYS: [string, (bytes: Buffer) => Promise<string>][] = [
  ['standard input', (bytes) => createSecretInput(() => Readable.from([bytes])).fromStdin(LABEL)],
  [
    'a file',
    async (bytes) => {
      const path = join(await folder(), 'key.txt');
      await writeFile(path, bytes);
      return createSecretInput(nobody).fromFile(LABEL, path);
    },
  ],
];

describe.each(WAYS)('a secret from %s', (_, read) => {
  it.each([
    ['alone', API_KEY, API_KEY],
    ['with a line end', `${API_KEY}\n`, API_KEY],
    ['with a Windows line end', `${API_KEY}\r\n`, API_KEY],
    ['with a BOM', `\uFEFF${API_KEY}\n`, API_KEY],
    ['with spaces, which belong to it', `  ${API_KEY} \n`, `  ${API_KEY} `],
    ['with letters beyond ASCII', 'schlüssel-🔑\n', 'schlüssel-🔑'],
    ['with the rest that a shell leaves of a Windows line end', `${API_KEY}\r`, API_KEY],
    ['that is empty', '', ''],
    ['that is only a line end', '\n', ''],
    ['as long as 64 KiB', 'x'.repeat(64 * 1024), 'x'.repeat(64 * 1024)],
  ])('%s is read whole', async (__, text, value) => {
    await expect(read(Buffer.from(text))).resolves.toBe(value);
  });

  it.each([
    ['more than one line', Buffer.from(`${API_KEY}\nsecond`), /more than one line/u],
    ['two line ends', Buffer.from(`${API_KEY}\n\n`), /more than one line/u],
    ['UTF-16 with a BOM', Buffer.from(`\uFEFF${API_KEY}\n`, 'utf16le'), /UTF-16/u],
    ['UTF-16 without one', Buffer.from(API_KEY, 'utf16le'), /UTF-16/u],
    ['big-endian UTF-16', Buffer.from(`\uFEFF${API_KEY}`, 'utf16le').swap16(), /UTF-16/u],
    ['bytes that are not UTF-8', Buffer.from([0x61, 0xe4, 0x62, 0x63]), /not UTF-8/u],
    ['more than 64 KiB', Buffer.alloc(64 * 1024 + 1, 'x'), /longer than 64 KiB/u],
  ])('of %s is refused, and no part of it is repeated', async (__, bytes, words) => {
    const refused: unknown = await read(bytes).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'UsageError', code: 'usage' });
    expect((refused as Error).message).toMatch(words);
    expect((refused as Error).message).toContain(LABEL);
    expect(String((refused as Error).stack)).not.toContain(API_KEY.slice(0, 6));
  });
});

describe('standard input', () => {
  it('may come in pieces that are cut anywhere', async () => {
    const bytes = [...Buffer.from('schlüssel-🔑\r\n')].map((byte) => Buffer.from([byte]));
    const read = createSecretInput(() => Readable.from(bytes)).fromStdin(LABEL);
    await expect(read).resolves.toBe('schlüssel-🔑');
  });

  it('that nobody writes to is given up after 10 s', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const read = createSecretInput(nobody).fromStdin(LABEL);
    const refused = read.catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(String(await refused)).toContain('nothing came within 10 s');
  });

  it('may take its time once it has begun', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const stdin = new PassThrough();
    const read = createSecretInput(() => stdin).fromStdin(LABEL);
    stdin.write('abc');
    await vi.advanceTimersByTimeAsync(60_000);
    stdin.end('def\n');
    await expect(read).resolves.toBe('abcdef');
  });

  it('that cannot be read is refused with the reason', async () => {
    const stdin = new PassThrough();
    const read = createSecretInput(() => stdin).fromStdin(LABEL);
    stdin.destroy(Object.assign(new Error('x'), { code: 'EIO' }));
    await expect(read).rejects.toThrow(/EIO/u);
  });
});

describe('a file', () => {
  it('that does not exist is refused', async () => {
    const path = join(await folder(), 'nothing');
    await expect(createSecretInput(nobody).fromFile(LABEL, path)).rejects.toThrow(
      /there is no such file/u,
    );
  });

  it.each(['/', '/dev/null'])('cannot be %s', async (path) => {
    const read = createSecretInput(nobody).fromFile(LABEL, path);
    await expect(read).rejects.toThrow(/neither a file nor a pipe/u);
  });

  describe.runIf(process.platform !== 'win32')('that is a named pipe', () => {
    it('is read when its writer comes', async () => {
      const path = await pipe();
      const read = createSecretInput(nobody).fromFile(LABEL, path);
      // This waits until there is a reader.
      const writer = await open(path, 'w');
      await writer.write(API_KEY);
      await writer.write('\n');
      await writer.close();
      await expect(read).resolves.toBe(API_KEY);
    });

    it('is refused if it may not be opened', async () => {
      const path = await pipe();
      await chmod(path, 0o200);
      await chmod(dirname(path), 0o711);
      // Root may open everything.
      if (process.geteuid?.() === 0) {
        process.seteuid?.(65_534);
        onTestFinished(() => process.seteuid?.(0));
      }
      const read = createSecretInput(nobody).fromFile(LABEL, path);
      await expect(read).rejects.toMatchObject({
        name: 'UsageError',
        message: expect.stringContaining('EACCES'),
      });
    });

    it('is given up after 10 s without a writer', async () => {
      const path = await pipe();
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      onTestFinished(() => {
        vi.useRealTimers();
      });
      const read = createSecretInput(nobody).fromFile(LABEL, path);
      const refused = read.catch((error: unknown) => error);
      await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1), { interval: 1 });
      await vi.advanceTimersByTimeAsync(10_000);
      expect(String(await refused)).toContain('nothing came within 10 s');
    });
  });
});

describe.runIf(process.platform !== 'win32')('a file that is open to others', () => {
  it.each([
    [0o600, undefined],
    [0o640, 'own'],
    [0o604, 'own'],
  ])('is recognised by the permissions %o', async (mode, mended) => {
    const path = join(await folder(), 'key');
    await writeFile(path, 'x');
    await chmod(path, mode);
    const input = createSecretInput(nobody, undefined, process.geteuid?.());
    expect(input.exposedFile(path)).toBe(mended);
  });

  it.runIf(process.geteuid?.() === 0)("can be changed only by root if it is root's", async () => {
    const path = join(await folder(), 'key');
    await writeFile(path, 'x');
    await chmod(path, 0o444);
    expect(createSecretInput(nobody, undefined, 10_001).exposedFile(path)).toBe('of root');
  });
});
