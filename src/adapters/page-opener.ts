import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createFile, deleteFile } from './files.js';

/**
 * Opens `address` through a file that leads to it: the arguments of the browser can be read by every
 * user of the machine, this file (0600) cannot. Nothing about it ends the run; the address was printed.
 *
 * @param folder for the file.
 * @param open starts the browser, and waits for nothing.
 * @returns deletes the file, once the page was opened or nobody waits for it any more.
 */
export async function openThroughFile(
  folder: () => string,
  address: string,
  open: (url: string) => Promise<void>,
): Promise<() => void> {
  const what = 'The page could not be opened';
  let path: string | undefined;
  try {
    path = join(folder(), `open-${randomUUID()}.html`);
    await createFile(what, path, redirectPage(address));
    await open(pathToFileURL(path).href);
  } catch {
    // A folder that cannot be written, a browser that cannot be started: the address is enough.
  }
  return () => {
    try {
      if (path !== undefined) deleteFile(what, path);
    } catch {
      // It leads to a port that is closed soon.
    }
  };
}

function redirectPage(address: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${address}">
<title>connect-wizard</title>
<p><a href="${address}">Go on to the page of connect-wizard</a></p>
`;
}
