import type { Provider } from './provider.js';

/** The same in a definition and in the provider that it makes. */
type Origin = Pick<Provider, 'notice' | 'tried' | 'sources'>;

/**
 * What a person should know about a provider before they begin: its notice, up to the day it ends,
 * and whether anybody has tried the definition.
 *
 * @param today `2026-11-25`, in UTC.
 */
export function saidFirst(provider: Origin, today: string): string[] {
  const notice = currentNotice(provider, today);
  return [
    ...(notice === undefined ? [] : [notice]),
    ...(provider.tried === undefined ? [triedLine(provider)] : []),
  ];
}

/** The notice, up to the day it ends. */
export function currentNotice(
  { notice }: Pick<Origin, 'notice'>,
  today: string,
): string | undefined {
  const isCurrent = notice && (notice.until === undefined || today <= notice.until);
  return isCurrent ? `${notice.message}.` : undefined;
}

/** Whether anybody has tried the definition with a live account. */
export function triedLine({ tried, sources }: Pick<Origin, 'tried' | 'sources'>): string {
  const [oldest = ''] = sources.map(({ checked }) => checked).toSorted();
  return tried === undefined
    ? `Written from the vendor's documentation of ${oldest}; not yet tried with a live account.`
    : `Tried with a live account on ${tried}.`;
}
