import { existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { openThroughFile } from '../../src/adapters/page-opener.js';

const ADDRESS = 'http://127.0.0.1:38123/0123456789abcdef0123456789abcdef';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'connect-wizard-opener-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

it("the browser gets a private file that leads to the page, and not the page's address", async () => {
  const opened: string[] = [];
  const made = await folder();
  const forget = await openThroughFile(
    () => made,
    ADDRESS,
    async (url) => {
      opened.push(url);
    },
  );
  expect(opened).toHaveLength(1);
  expect(opened[0]).not.toContain('0123456789abcdef');
  const path = fileURLToPath(opened[0] ?? '');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'utf8')).toContain(`content="0;url=${ADDRESS}"`);
  forget();
  expect(existsSync(path)).toBe(false);
  forget();
});

it.each([
  [
    'a browser that cannot be started',
    async () => folder(),
    () => Promise.reject(new Error('ENOENT')),
  ],
  [
    'a folder that cannot be written',
    async () => {
      const made = join(await folder(), 'file');
      await writeFile(made, '');
      await chmod(made, 0o400);
      return made;
    },
    () => Promise.reject(new Error('is not reached')),
  ],
])('%s does not end the run', async (_, make, open) => {
  const made = await make();
  const forget = await openThroughFile(() => made, ADDRESS, open);
  expect(forget).not.toThrow();
});
