import type { Provider } from './provider.js';

/**
 * What a person should know of a provider before they begin: its notice, up to the day on which that
 * ends, and whether anybody tried the definition.
 *
 * @param today `2026-11-25`, in UTC.
 */
export function saidFirst(provider: Provider, today: string): string[] {
  const { notice } = provider;
  const isCurrent = notice && (notice.until === undefined || today <= notice.until);
  return [...(isCurrent ? [`${notice.message}.`] : []), ...untried(provider)];
}

/** Nobody has tried it with a live account. */
function untried({ tried, sources }: Provider): string[] {
  if (tried !== undefined) return [];
  const [oldest = ''] = sources.map(({ checked }) => checked).toSorted();
  return [
    `Written from the vendor's documentation of ${oldest}; not yet tried with a live account.`,
  ];
}
