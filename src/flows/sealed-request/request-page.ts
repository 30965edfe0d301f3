import { blanksOf } from '../../core/guide.js';
import { pageCases, pageField, pageNeeds, type SealPage } from '../../core/page/data.js';
import type { Guide } from '../../core/guide.js';
import type { Provider } from '../../core/provider.js';
import { requestId, type RequestTerms } from '../../core/sealed/request.js';

/** The page for the person who has the credential that `terms` asks for. */
export function requestPage(
  provider: Provider,
  guide: Guide,
  terms: RequestTerms,
  { recipient, from }: { readonly recipient: string; readonly from: string | null },
): SealPage {
  const { name, host, fields, asks, needs, createdAt } = terms;
  const known = placeholders(guide, host, fields);
  return {
    use: 'seal',
    provider: { id: provider.id, name: provider.name },
    host,
    fields: provider.fields
      .filter(({ id }) => asks.includes(id))
      .map((each) => pageField(each, { ...fields, ...known })),
    needs: pageNeeds(provider, needs),
    cases: pageCases(guide, asks, known),
    request: requestId(name),
    recipient,
    from,
    createdAt,
  };
}

/** The known values of the guide's blanks. */
export function placeholders(
  guide: Guide,
  host: string | null,
  fields: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const known = Object.entries(guide.blanks).flatMap(([name, { ask }]) => {
    const answer = ask?.field === undefined ? undefined : fields[ask.field];
    return answer === undefined ? [] : [[name, answer]];
  });
  return { ...blanksOf(guide), ...Object.fromEntries(known), ...(host !== null && { host }) };
}
