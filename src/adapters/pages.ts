import { readFileSync } from 'node:fs';
import { pageHtml } from '../core/page/html.js';
import type { Pages, ServedPage } from '../core/page/ports.js';

export interface PagesOptions {
  /** The page as the build makes it. It's read for the first page. */
  readonly path: URL;
  readonly server: Pages['server'];
  /** The folder for the file that opens the browser. */
  readonly folder: () => string;
  /** Prints a line on stderr unchanged. */
  readonly print: (text: string) => void;
  /** Starts the browser without waiting for it; undefined if no browser is wanted. */
  readonly open: ((url: string) => Promise<void>) | undefined;
  /** `SSH_CONNECTION`: the client's and the server's addresses and ports. */
  readonly ssh: string | undefined;
}

/** How long a person may take before each submission, in milliseconds. */
const LIMIT_MS = 10 * 60_000;

/** In milliseconds. If there was no request by then, something blocks it. */
const UNOPENED_MS = 60_000;

const UNOPENED =
  'The page was not opened yet. Try another browser (some refuse http://127.0.0.1, or send it to a proxy), leave out --web for a prompt, or ask for it with connect-wizard request.';

/**
 * Pages for entering a credential, as files or served on this machine. `close` ends those that are
 * open.
 */
export function createPages(options: PagesOptions): Pages & { close(): Promise<void> } {
  const { path, server, print } = options;
  const served = new Set<ServedPage>();
  return {
    server,
    html: (data) => pageHtml(readFileSync(path, 'utf8'), data),
    async serve(html, port) {
      // Loaded here, because few runs serve a page.
      const [{ servePage }, { openThroughFile }] = await Promise.all([
        import('./page-server.js'),
        import('./page-opener.js'),
      ]);
      let forget: (() => void) | undefined;
      const unopened = setTimeout(() => print(UNOPENED), UNOPENED_MS);
      const page = await servePage(html, {
        port,
        limitMs: LIMIT_MS,
        onRefused: print,
        onOpened() {
          clearTimeout(unopened);
          forget?.();
        },
      }).catch((error: unknown) => {
        clearTimeout(unopened);
        throw error;
      });
      await announce(options, page.address);
      if (options.open) forget = await openThroughFile(options.folder, page.address, options.open);
      const closing = {
        ...page,
        async close() {
          clearTimeout(unopened);
          forget?.();
          served.delete(closing);
          await page.close();
        },
      };
      served.add(closing);
      return closing;
    },
    async close() {
      await Promise.all([...served].map((page) => page.close()));
    },
  };
}

/** Prints the address alone on a line, so that it can be copied. */
async function announce({ print, ssh, server }: PagesOptions, address: string): Promise<void> {
  print('Enter it on this page of your browser; it is not seen here:');
  print(address);
  const host = ssh?.split(' ')[2] ?? '';
  const { isIP } = await import('node:net');
  if (isIP(host) === 0) return;
  const { port } = new URL(address);
  const login = server.user === '' ? host : `${server.user}@${host}`;
  print('From the machine in front of you, first run there:');
  print(`ssh -L ${port}:127.0.0.1:${port} ${login}`);
}
