import type { Connection } from '../core/connection.js';
import { ConnectionError, UsageError } from '../core/errors.js';
import type { GuidedProvider } from '../core/guide.js';
import { loadProvider } from '../core/known-provider.js';
import type { Provider } from '../core/provider.js';
import type { Report } from '../core/report.js';
import { isRequestName, type RequestRecord } from '../core/sealed/request.js';
import { plainMessage } from '../core/sealed/message.js';
import { sha256 } from '../core/sha256.js';
import { exitCodes } from '../core/verdict.js';
import type { KnownForRequest } from '../flows/connect/run.js';
import { refuseOddHost } from '../flows/connect/supplied.js';
import { findConnection } from '../flows/connections/find.js';
import {
  createRequest,
  repeatRequest,
  type CreatedRequest,
  type RequestOptions,
} from '../flows/sealed-request/create-request.js';
import { requestReport } from '../flows/sealed-request/list-requests.js';
import { itemOf } from '../flows/sealed-request/open-answer.js';
import { providerOfRecord } from '../flows/store/open-credential.js';
import { requestDocument } from '../output/json.js';
import { requestText } from '../output/request.js';
import { formatAdvice } from '../output/style.js';
import { loadGuided, type Command, type Session, type SharedOptions } from './command.js';
import { chosenStore, defaultStore, KEEP_IN, readTimeout, TIMEOUT } from './options.js';
import { readNeeds } from './need-option.js';
import { readSupplied } from './field-options.js';
import { finish } from './result.js';

interface Options extends SharedOptions {
  readonly store?: string;
  readonly need?: string;
  readonly from?: string;
  readonly out?: string;
  readonly again?: boolean;
  readonly timeout: string;
}

interface Parsed {
  /** A provider, a connection or, with `again`, a request. */
  readonly wanted: string;
  readonly timeoutMs: number;
  readonly options: Options;
}

/**
 * `connect-wizard request <provider or name>`: writes a page for the person who has the credential.
 */
export const requestCommand: Command<Options, Parsed> = {
  name: 'request',
  description:
    'Ask somebody else for a credential. This writes one HTML file: whoever has the credential enters it there, and the answer is sealed, so that only this machine can open it. For an existing connection, it asks for a new secret.',
  examples: [
    'connect-wizard request {provider} --from "Ines Okafor, IT"',
    'connect-wizard request {name}',
    'connect-wizard request --again request/k3v7q2xm',
  ],
  arguments: [
    {
      name: '<provider or name>',
      says: 'a provider, or a connection whose secret is replaced',
      takes: 'provider or connection',
    },
  ],
  keeps: true,
  takesFields: 'plain',
  options: [
    { flags: '--from <text>', says: 'who asks; the page shows it, marked as not checked' },
    {
      flags: '--need <a,b>',
      says: 'what the credential must be able to do',
      takes: 'capabilities',
    },
    {
      flags: '--out <file>',
      says: 'where to write the page; never over an existing file',
      takes: 'file',
    },
    { flags: '--again', says: 'write the page of an open request again' },
    { ...KEEP_IN, says: 'where to keep the key that opens the answer' },
    TIMEOUT,
  ],
  parse: ({ operands: [wanted = ''], options }) => ({
    wanted,
    timeoutMs: readTimeout(options.timeout),
    options,
  }),
  async run(session, { wanted, timeoutMs, options }) {
    const created = options.again
      ? await again(session, wanted, options)
      : await create(session, wanted, options, timeoutMs);
    if ('advice' in created) return notCreated(session, created);
    return printRequest(session, created);
  },
};

async function create(
  session: Session,
  wanted: string,
  options: Options,
  timeoutMs: number,
): Promise<CreatedRequest | Report> {
  const { providers } = session;
  if (isRequestName(wanted)) throw wantsAgain(wanted);
  const rotating = providers.some(({ id }) => id === wanted)
    ? undefined
    : (await findConnection(session, wanted)).connection;
  const definition = await definitionOf(session, rotating, wanted);
  const storeId = chosenStore(session, options) ?? rotating?.store ?? defaultStore(session);
  if (storeId === 'none') {
    throw new UsageError({
      what: 'A request needs a store for its key',
      next: 'Give --store keychain, --store file or --store helper:<program>.',
    });
  }
  return createRequest(session, definition, {
    guide: definition.guide,
    supplied: await plainValuesOf(definition, session, options),
    rotating,
    needs:
      options.need === undefined ? (rotating?.needs ?? []) : readNeeds(definition, options.need),
    storeId,
    from: options.from ?? null,
    out: options.out,
    timeoutMs,
  });
}

/**
 * Loads the provider with its guide.
 *
 * @throws {ConnectionError} there is no such provider or connection.
 */
async function definitionOf(
  session: Session,
  rotating: Connection | undefined,
  wanted: string,
): Promise<GuidedProvider> {
  const { id } = rotating ? await providerOfRecord(session.providers, rotating) : { id: wanted };
  const found = await loadGuided(session, id);
  if (!found) throw new Error(`the provider ${id} has no definition`);
  return found;
}

/** The values of fields that aren't secret, from flags and variables. */
async function plainValuesOf(
  provider: Provider,
  session: Session,
  options: Options,
): Promise<RequestOptions['supplied']> {
  const supplied = await readSupplied(provider, session, options);
  const plain = new Map<string, string>();
  for (const field of provider.fields) {
    const value = supplied.get(field.id)?.value;
    if (typeof value !== 'string') continue;
    refuseOddHost(provider, field, value);
    plain.set(field.id, value);
  }
  return plain;
}

async function again(session: Session, wanted: string, options: Options): Promise<CreatedRequest> {
  const record = await openRequest(session, wanted);
  const item = await itemOf(session, record);
  const definition = await loadGuided(session, record.provider);
  if (!item || !definition) {
    throw new ConnectionError(record.name, 'secret-lost', {
      what: `The page of ${record.name} cannot be made again`,
      why: item ? 'its provider is not known here' : 'its key is gone from the store',
      next: `End it with connect-wizard remove ${record.name}, and make a new request.`,
    });
  }
  return repeatRequest(session, definition, item, {
    guide: definition.guide,
    out: options.out,
    from: options.from ?? record.from,
    storeId: record.store,
  });
}

async function openRequest(session: Session, wanted: string): Promise<RequestRecord> {
  const { open } = await session.requests.list();
  const found = open.find(({ name }) => name === wanted);
  if (found) return found;
  const names = open.map(({ name }) => name);
  throw new ConnectionError(
    wanted,
    'not-stored',
    {
      what: 'There is no open request of that name',
      next: names.length === 0 ? 'No request is open here.' : `Open requests: ${names.join(', ')}.`,
    },
    { recorded: false },
  );
}

function wantsAgain(name: string): UsageError {
  return new UsageError({
    what: 'That is a request already',
    next: `To write its page again: connect-wizard request --again ${name}`,
  });
}

function notCreated(session: Session, report: Report): number {
  return finish(session, 'request', [report], () => {
    const { style } = session;
    session.printError(formatAdvice(style, style.bad, report.advice));
    session.printError(`No page was made. (${report.reason})`);
  });
}

/**
 * Asks somebody else from within the wizard, with what is known so far.
 *
 * @returns whether there is a request now.
 */
export async function askSomebody(
  session: Session,
  definition: GuidedProvider,
  known: KnownForRequest,
  timeoutMs: number,
): Promise<boolean> {
  const { terminal } = session;
  const from = await terminal.askText({
    label: 'Who asks? It is shown on the page (Enter to skip)',
    refuse: () => undefined,
  });
  const created = await createRequest(session, definition, {
    ...known,
    guide: definition.guide,
    from: from.trim() || null,
    timeoutMs,
  });
  if ('advice' in created) {
    terminal.problem(created.advice);
    return false;
  }
  await printRequest(session, created);
  return true;
}

/**
 * Prints a new request: what to do with its page, and the message for people without it.
 *
 * @returns the exit code.
 */
export async function printRequest(
  session: Session,
  { record, file, html, warnings }: CreatedRequest,
): Promise<number> {
  const { providers, style, invocation } = session;
  for (const { message } of warnings) session.terminal.warn(message);
  if (session.quiet) return exitCodes.done;
  const report = await requestReport(session, record);
  if (session.json) {
    session.print({ json: requestDocument({ ...report, file }) });
    return exitCodes.done;
  }
  const provider = await loadProvider(providers, record.provider);
  const fields = (provider?.fields ?? []).filter(({ id }) => record.asks.includes(id));
  const { host, from, recipient } = record;
  const message = plainMessage({
    provider: provider?.name ?? record.provider,
    host,
    from,
    fields,
    recipient,
    fingerprint: report.fingerprint,
  });
  session.print(
    requestText(style, invocation, { report, file, sha256: await sha256(html), message }),
  );
  return exitCodes.done;
}
