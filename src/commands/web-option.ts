import { UsageError } from '../core/errors.js';
import type { Provider } from '../core/provider.js';
import type { PageEntryOptions } from '../flows/connect/page-entry.js';
import { loadGuided, type Option, type Session, type SharedOptions } from './command.js';
import { badOption } from './options.js';

export interface WebOptions extends SharedOptions {
  readonly web?: boolean;
  readonly webPort?: string;
}

/** The options of a command whose secret can be entered on a page of this machine. */
export const WEB: readonly Option[] = [
  { flags: '--web', says: 'enter the secret on a page in your browser, never in the terminal' },
  { flags: '--web-port <n>', says: 'the port of that page (default: a free one)' },
];

/** @throws {UsageError} the port is invalid, or no questions are allowed. */
export function readWeb({
  web,
  webPort,
  input,
}: WebOptions): { readonly port: number | undefined } | undefined {
  if (webPort !== undefined && !/^[1-9]\d{0,4}$/u.test(webPort)) throw badPort();
  const port = webPort === undefined ? undefined : Number(webPort);
  if (port !== undefined && port > 65_535) throw badPort();
  if (!web) {
    if (port === undefined) return undefined;
    throw new UsageError({ what: '--web-port is for --web', next: 'Add --web.' });
  }
  if (input !== false) return { port };
  throw new UsageError({
    what: '--web asks a person, and --no-input forbids it',
    next: 'Leave one of them out. --web needs no terminal.',
  });
}

function badPort(): UsageError {
  return badOption('--web-port', 'a port: a number from 1 to 65535');
}

/** What the page needs from the run, with `--web` and if a person may choose the page. */
export async function pageFor(
  session: Session,
  { id }: Provider,
  web: ReturnType<typeof readWeb>,
): Promise<PageEntryOptions | undefined> {
  if (!web && !session.terminal.interactive) return undefined;
  const guided = await loadGuided(session, id);
  const atOnce = web !== undefined;
  return guided && { pages: session.pages, guide: guided.guide, atOnce, port: web?.port };
}
