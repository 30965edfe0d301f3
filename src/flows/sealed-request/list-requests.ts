import type { Context } from '../../core/ports.js';
import { fingerprintOf, isOld, type RequestRecord } from '../../core/sealed/request.js';
import type { StoreDescription } from '../../core/store.js';
import type { RequestPorts } from './ports.js';

/** An open request in the JSON of docs/json.md. It contains no secret. */
export interface RequestReport {
  readonly name: string;
  readonly provider: string;
  readonly host: string | null;
  /** The ids of the fields that are asked for. */
  readonly asks: readonly string[];
  readonly fingerprint: string;
  readonly recipient: string;
  readonly store: StoreDescription | null;
  readonly createdAt: string;
  /** It has waited for more than 14 days. */
  readonly old: boolean;
}

type ListContext = Pick<Context, 'stores' | 'clock'>;

/**
 * Lists the open requests. It only reads their records, no secret and no store.
 *
 * @param names exact names, provider ids or prefixes; empty for all.
 */
export async function listRequests(
  context: ListContext & Pick<RequestPorts, 'requests'>,
  names: readonly string[] = [],
): Promise<readonly RequestReport[]> {
  const { open } = await context.requests.list();
  const wanted = open.filter(
    ({ name, provider }) =>
      names.length === 0 || names.some((each) => provider === each || name.startsWith(each)),
  );
  return Promise.all(wanted.map((record) => requestReport(context, record)));
}

export async function requestReport(
  { stores, clock }: ListContext,
  record: RequestRecord,
): Promise<RequestReport> {
  const { name, provider, host, asks, recipient, store, createdAt } = record;
  return {
    name,
    provider,
    host,
    asks,
    fingerprint: await fingerprintOf(recipient),
    recipient,
    store: stores.describe(store),
    createdAt,
    old: isOld(record, clock.now()),
  };
}
