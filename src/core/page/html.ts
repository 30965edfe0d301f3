import type { PageData } from './data.js';

/*
 * The page is one HTML file, made when the program is built: markup, style, script, and a <meta>
 * with the policy that allows exactly these. What varies is one block of data.
 */

/** Where the data goes in the built page. */
const DATA_SLOT = '{"use":"none"}';

/** The part of the policy that forbids all requests of the script. */
const NO_REQUESTS = "connect-src 'none'";

/**
 * Puts its data into the page.
 *
 * @param built the page as `.github/build-page.mjs` made it.
 * @throws {Error} it isn't such a page.
 */
export function pageHtml(built: string, data: PageData): string {
  const page = data.use === 'local' ? replaceOnce(built, NO_REQUESTS, "connect-src 'self'") : built;
  return replaceOnce(page, DATA_SLOT, embeddedJson(data));
}

/** The policy in the page's `<meta>`, to be repeated in a header. */
export function policyOf(html: string): string {
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/u.exec(html)?.[1];
  if (policy === undefined) throw new Error('the page has no policy');
  return policy;
}

/** JSON that can't end an element or begin a comment, whatever it contains. */
function embeddedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function replaceOnce(text: string, wanted: string, replacement: string): string {
  const parts = text.split(wanted);
  if (parts.length !== 2) throw new Error(`the page has no single ${wanted}`);
  return parts.join(replacement);
}
