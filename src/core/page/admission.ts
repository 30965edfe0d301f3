import { isObject, isTexts } from '../shape.js';
import { parseJson } from '../json.js';

/*
 * The walls of the local page. Any page in the browser, and every user and program of the machine,
 * can send requests to its port. Only the page itself, opened by its address, is let in.
 */

/** In characters. A credential and its fields are far shorter. */
export const LONGEST_SUBMISSION = 64 * 1024;

export interface PageRequest {
  readonly method: string;
  /** The request's target as it was sent. */
  readonly target: string;
  /** One value for each `Host` header. */
  readonly hosts: readonly string[];
  /** The other headers, by their names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Why a request is refused: the status, and the words for its sender and for the terminal. */
export interface PageRefusal {
  readonly status: 400 | 403 | 404 | 405 | 409 | 413;
  /** Completes "was refused: ". */
  readonly why: string;
  readonly next: string;
}

const REFUSALS = {
  host: {
    status: 403,
    why: 'it was sent to another name than 127.0.0.1, localhost or [::1]',
    next: 'Open the address that the command printed. Where a port is forwarded, open it under localhost.',
  },
  origin: {
    status: 403,
    why: 'it does not come from the page that the command opened',
    next: 'Enter it on the page at the address that the command printed.',
  },
  unknown: {
    status: 404,
    why: 'the command of this address has ended, or the address is not whole',
    next: 'Open the address that the command printed last, or run the command again.',
  },
  method: {
    status: 405,
    why: 'the page is opened with GET and sent with POST',
    next: 'Open the address that the command printed in a browser.',
  },
  busy: {
    status: 409,
    why: 'what was sent before is being checked',
    next: 'Wait until that is done, then send it again.',
  },
  malformed: {
    status: 400,
    why: 'it is not what the page sends',
    next: 'Load the page again, and enter it there.',
  },
  large: {
    status: 413,
    why: 'it is longer than 64 KiB',
    next: 'Check what was pasted: a credential is shorter.',
  },
} as const satisfies Record<string, PageRefusal>;

export function refusal(reason: keyof typeof REFUSALS): PageRefusal {
  return REFUSALS[reason];
}

/**
 * Lets a request in, or says why not.
 *
 * @param isPage tells whether a target contains this run's token.
 */
export function admit(
  request: PageRequest,
  isPage: (target: string) => boolean,
): 'page' | 'submission' | PageRefusal {
  const { method, target, hosts, headers } = request;
  const host = hosts[0]?.toLowerCase();
  if (host === undefined || hosts.length > 1 || !OWN_HOST.test(host)) return REFUSALS.host;
  if (!isPage(target)) return REFUSALS.unknown;
  if (method === 'GET') return 'page';
  if (method !== 'POST') return REFUSALS.method;
  const own =
    headers['origin'] === `http://${host}` &&
    /^application\/json(?:\s*;.*)?$/iu.test(String(headers['content-type'])) &&
    (headers['sec-fetch-site'] === undefined || headers['sec-fetch-site'] === 'same-origin');
  return own ? 'submission' : REFUSALS.origin;
}

/**
 * The names of this machine that don't depend on a name server, with any port: an editor, a
 * container or `ssh -L` may forward the port under another number. Somebody could have pointed any
 * other name here (DNS rebinding).
 */
const OWN_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/u;

/** Reads what the page sends. Undefined if it's anything else. */
export function readSubmission(
  body: string,
): { readonly fields: Readonly<Record<string, string>> } | 'cancel' | undefined {
  const json = parseJson(body);
  if (!isObject(json)) return undefined;
  if (json['cancel'] === true) return 'cancel';
  const { fields } = json;
  return isTexts(fields) ? { fields } : undefined;
}
