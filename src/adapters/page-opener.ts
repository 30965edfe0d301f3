import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createFile, deleteFile } from './files.js';

/**
 * Opens `address` through a file that redirects to it. Every user of the machine can read the
 * browser's arguments, but not this file (0600). A failure doesn't end the run, because the address
 * is printed too.
 *
 * @param folder returns the folder for the file.
 * @param open starts the browser without waiting for it.
 * @returns deletes the file. Call it once the page is open or no longer needed.
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
    // The folder can't be written, or the browser can't be started. The printed address is enough.
  }
  return () => {
    try {
      if (path !== undefined) deleteFile(what, path);
    } catch {
      // The file leads to a port that will be closed soon.
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
