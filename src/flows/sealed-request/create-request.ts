import type { Connection } from '../../core/connection.js';
import { HostError, StoreError, UsageError } from '../../core/errors.js';
import { hostFields, refuseValue, secretFields } from '../../core/field.js';
import type { Finding } from '../../core/finding.js';
import { hostAnswers } from '../../core/tenant.js';
import { readHost } from '../../core/host.js';
import type { Warning } from '../../core/ladder.js';
import type { Context, SecretStore } from '../../core/ports.js';
import type { Guide } from '../../core/guide.js';
import type { Provider } from '../../core/provider.js';
import { NOTHING_KNOWN, type Report } from '../../core/report.js';
import {
  newRequestName,
  requestId,
  writeRequestItem,
  type RequestItem,
  type RequestRecord,
  type RequestTerms,
} from '../../core/sealed/request.js';
import { readBack } from '../store/read-back.js';
import { testStore } from '../store/test-store.js';
import { findHost, isFinding } from '../verify/find-host.js';
import { endRequest } from './end-request.js';
import type { RequestPorts } from './ports.js';
import { requestPage } from './request-page.js';

export type RequestContext = RequestPorts &
  Pick<
    Context,
    'http' | 'terminal' | 'stores' | 'interruption' | 'diagnostics' | 'history' | 'clock'
  >;

export interface RequestOptions {
  readonly guide: Guide;
  /** The known fields as they were typed. None is secret. */
  readonly supplied: ReadonlyMap<string, string>;
  /** The connection whose secret is to be replaced. */
  readonly rotating?: Connection | undefined;
  readonly needs: readonly string[];
  /** The `--store` value of the place for the private key. */
  readonly storeId: string;
  /** Who asks. The page shows it. */
  readonly from: string | null;
  /** Where to write the page. It never overwrites a file. Default: a name made from the request. */
  readonly out?: string | undefined;
  readonly timeoutMs: number;
}

export interface CreatedRequest {
  readonly record: RequestRecord;
  /** The path of the page. */
  readonly file: string;
  readonly html: string;
  readonly warnings: readonly Warning[];
}

/**
 * Asks somebody else for a credential. It makes a key pair, keeps the private key in the store, and
 * writes a page that seals the answer for it. The host is recognised first, without a credential.
 *
 * @returns the request, or the report of a host that wasn't recognised. Nothing is made in that
 *   case.
 * @throws {UsageError} a value can't be its field's, or the page can't be written.
 * @throws {StoreError} the store doesn't keep what it's given.
 */
export async function createRequest(
  context: RequestContext,
  provider: Provider,
  options: RequestOptions,
): Promise<CreatedRequest | Report> {
  const known = await knownTerms(context, provider, options);
  if ('advice' in known) return known;
  const store = context.stores.open(options.storeId);
  const { record, item } = await makeRequest(context, provider, options, known);
  await testStore(context, store);
  await keep(context, store, record, item);
  try {
    const written = await writePage(context, provider, options.guide, record, options.out);
    const { name, host } = record;
    const { kind } = store.description;
    const warnings = context.history.record({
      event: 'requested',
      connection: record.rotates ?? name,
      provider: provider.id,
      host: host ?? undefined,
      store: kind,
    });
    return { record, ...written, warnings };
  } catch (error) {
    // Without its page, nobody can answer the request.
    await discard(context, record);
    throw error;
  }
}

/**
 * If a store fails and something stays, it's listed and can be removed. The earlier error is
 * reported.
 */
async function discard(context: RequestContext, record: RequestRecord): Promise<void> {
  try {
    await endRequest(context, record, 'ended');
    await context.requests.remove(record.name);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

/**
 * Makes the page of an open request again, for the same key.
 *
 * @param item comes from the store. The record doesn't decide what is sealed, or for whom.
 */
export async function repeatRequest(
  context: RequestContext,
  provider: Provider,
  { key, ...terms }: RequestItem,
  { guide, out, from, storeId }: Pick<RequestOptions, 'guide' | 'out' | 'from' | 'storeId'>,
): Promise<CreatedRequest> {
  const recipient = await context.sealing.recipientOf(key);
  const record: RequestRecord = { ...terms, recipient, store: storeId, from };
  return { record, ...(await writePage(context, provider, guide, record, out)), warnings: [] };
}

type KnownTerms = Pick<RequestTerms, 'host' | 'fields' | 'asks'>;

/** What is known, and what has to be asked for. */
async function knownTerms(
  context: RequestContext,
  provider: Provider,
  { rotating, supplied, timeoutMs }: RequestOptions,
): Promise<KnownTerms | Report> {
  if (rotating) {
    const asks = secretFields(provider).map(({ id }) => id);
    return { host: rotating.host, fields: rotating.fields, asks };
  }
  const fields: Record<string, string> = {};
  for (const field of provider.fields) {
    const value = supplied.get(field.id);
    if (value === undefined || provider.hosts.fields.includes(field.id)) continue;
    const why = refuseValue(field, value);
    if (why !== undefined) {
      throw new UsageError({
        what: `The value for ${field.label} cannot be used`,
        why: why.replace(/\.$/u, ''),
        next: `Give it again with --${field.flag}, or leave it out: then the page asks for it.`,
      });
    }
    fields[field.id] = value;
  }
  const address: Record<string, string> = {};
  for (const { id, default: usual } of hostFields(provider)) {
    const value = supplied.get(id) ?? usual;
    if (value !== undefined) address[id] = value;
  }
  // A pasted address answers all of them.
  const isKnown = hostFields(provider).every(({ id }) => id in address);
  const found = isKnown ? await recognise(context, provider, address, timeoutMs) : null;
  if (typeof found === 'object' && found !== null) return found;
  Object.assign(fields, found === null ? address : hostAnswers(provider, found));
  // An optional field is given by its flag or not at all.
  const asked = provider.fields.filter((field) => !(field.id in fields) && !field.optional);
  return { host: found, fields, asks: asked.map((field) => field.id) };
}

/** @returns the host, or why it isn't one. */
async function recognise(
  context: RequestContext,
  provider: Provider,
  address: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<string | Report> {
  try {
    const { candidates } = readHost(provider, address);
    const found = await context.terminal.during(
      `Looking for ${Object.values(address).join(', ') || candidates[0]} at ${provider.name}`,
      () => findHost(context, provider, candidates, timeoutMs),
    );
    return isFinding(found) ? notRecognised(provider, found) : found.host;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return notRecognised(provider, error);
  }
}

function notRecognised(provider: Provider, found: Finding | HostError): Report {
  const { reason, advice, host } = found;
  const more =
    found instanceof HostError ? {} : { httpStatus: found.httpStatus, ladder: found.ladder };
  return { ...NOTHING_KNOWN, ...more, name: null, provider: provider.id, host, reason, advice };
}

async function makeRequest(
  { sealing, clock }: RequestContext,
  provider: Provider,
  { needs, storeId, from, rotating }: RequestOptions,
  known: KnownTerms,
): Promise<{ record: RequestRecord; item: RequestItem }> {
  const key = await sealing.newKey();
  const terms: RequestTerms = {
    v: 2,
    name: newRequestName((length) => crypto.getRandomValues(new Uint8Array(length))),
    provider: provider.id,
    ...known,
    needs,
    ...(rotating && { rotates: rotating.name }),
    createdAt: clock.now().toISOString(),
  };
  const recipient = await sealing.recipientOf(key);
  return { record: { ...terms, recipient, store: storeId, from }, item: { ...terms, key } };
}

/**
 * Stores the key, reads it back and compares it, then writes the record. On a failure neither
 * stays.
 */
async function keep(
  { requests, interruption }: RequestContext,
  store: SecretStore,
  record: RequestRecord,
  item: RequestItem,
): Promise<void> {
  const text = writeRequestItem(item);
  await interruption.shield(async () => {
    try {
      await store.setPassword(record.name, text);
      await readBack(store, record.name, text, {
        what: `the key of ${record.name}`,
        next: `No page was made. Look at ${store.description.backend} on this machine, then ask again.`,
      });
      await requests.write(record);
    } catch (error) {
      await store.deletePassword(record.name).catch(() => {
        // The error that led here is reported instead.
      });
      throw error;
    }
  });
}

async function writePage(
  { pages, diagnostics }: RequestContext,
  provider: Provider,
  guide: Guide,
  record: RequestRecord,
  out: string | undefined,
): Promise<{ file: string; html: string }> {
  const html = pages.html(requestPage(provider, guide, record, record));
  const file = out ?? `connect-wizard-${provider.id}-${requestId(record.name)}.html`;
  await diagnostics.writeNew(file, html);
  return { file, html };
}
