import type { Provider } from './provider.js';

/** Keeps a check far below every provider's request limit. */
export const MOST_NEEDS = 4;

/** Splits what `--need` says: capabilities with commas or blanks between them. */
export function splitNeeds(text: string): string[] {
  return [...new Set(text.split(/[,\s]+/u))].filter((id) => id !== '');
}

/** Why a connection can't need these capabilities; undefined if it can. */
export function needsFault(
  { capabilities }: Provider,
  needs: readonly string[],
): string | undefined {
  if (capabilities.length === 0)
    return 'nothing: this provider has no capability that can be asked for';
  const known = capabilities.map(({ id }) => id);
  const fits =
    needs.length > 0 && needs.length <= MOST_NEEDS && needs.every((each) => known.includes(each));
  return fits
    ? undefined
    : `one to ${MOST_NEEDS} of these, with commas between: ${known.join(', ')}`;
}
