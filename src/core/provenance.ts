import type { Provider } from './provider.js';

/**
 * What a person should know about a provider before they begin: its notice, up to the day it ends,
 * and whether anybody has tried the definition.
 *
 * @param today `2026-11-25`, in UTC.
 */
export function saidFirst(provider: Provider, today: string): string[] {
  const { notice } = provider;
  const isCurrent = notice && (notice.until === undefined || today <= notice.until);
  return [...(isCurrent ? [`${notice.message}.`] : []), ...untried(provider)];
}

/** What is said if nobody has tried the definition with a live account. */
function untried({ tried, sources }: Provider): string[] {
  if (tried !== undefined) return [];
  const [oldest = ''] = sources.map(({ checked }) => checked).toSorted();
  return [
    `Written from the vendor's documentation of ${oldest}; not yet tried with a live account.`,
  ];
}
