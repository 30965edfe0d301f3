import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { createPages, type PagesOptions } from '../../src/adapters/pages.js';

const ADDRESS = /^http:\/\/127\.0\.0\.1:(\d+)\/[\da-f]{32}$/u;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function served(options: Partial<PagesOptions> = {}) {
  const printed: string[] = [];
  const pages = createPages({
    path: new URL('none', import.meta.url),
    server: { user: 'ines', machine: 'desk', program: 'connect-wizard 1.2.3' },
    folder: () => {
      throw new Error('no folder is needed');
    },
    print: (text) => printed.push(text),
    open: undefined,
    ssh: undefined,
    ...options,
  });
  onTestFinished(() => pages.close());
  const page = await pages.serve(
    `<meta http-equiv="Content-Security-Policy" content="x">`,
    undefined,
  );
  return { printed, page, port: ADDRESS.exec(page.address)?.[1] };
}

it('the address is printed on a line of its own', async () => {
  const { printed, page } = await served();
  expect(printed).toEqual([
    'Enter it on this page of your browser; it is not seen here:',
    page.address,
  ]);
});

it.each([
  ['10.0.0.1 5000 10.0.0.2 22', '10.0.0.2'],
  ['fe80::1 5000 fe80::2 22', 'fe80::2'],
])('over SSH (%s), the line that forwards the port is printed', async (ssh, host) => {
  const { printed, port } = await served({ ssh });
  expect(printed.slice(2)).toEqual([
    'From the machine in front of you, first run there:',
    `ssh -L ${port}:127.0.0.1:${port} ines@${host}`,
  ]);
});

it.each(['', '1 2', 'a 1 $(touch) 2'])(
  'no command is printed for an odd SSH_CONNECTION: %j',
  async (ssh) => {
    expect((await served({ ssh })).printed).toHaveLength(2);
  },
);

it('a hint is printed once after a minute without a request', async () => {
  const { printed } = await served();
  vi.advanceTimersByTime(59_999);
  expect(printed).toHaveLength(2);
  vi.advanceTimersByTime(600_000);
  expect(printed).toHaveLength(3);
  expect(printed[2]).toContain('Try another browser');
});

it('no hint is printed once the page is opened or the run is over', async () => {
  const [opened, over] = [await served(), await served()];
  expect((await fetch(opened.page.address)).status).toBe(200);
  await over.page.close();
  vi.advanceTimersByTime(600_000);
  for (const { printed } of [opened, over]) expect(printed).toHaveLength(2);
});
