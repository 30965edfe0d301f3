import { readFileSync } from 'node:fs';
import { pageHtml } from '../core/page/html.js';
import type { Pages } from '../core/page/ports.js';

/** @param path of the page as the build makes it; read when the first one is made. */
export function createPages(path: URL): Pages {
  return { html: (data) => pageHtml(readFileSync(path, 'utf8'), data) };
}
