import type { Definition } from '../../src/core/definition/schema.js';
import type { GuidedProvider } from '../../src/core/guide.js';
import type { KnownProvider } from '../../src/core/known-provider.js';
import type { Provider } from '../../src/core/provider.js';
import { providers as known } from '../../src/known-providers.js';
import { builtIns, type BuiltIn } from '../../src/providers/index.js';

/** What ships with the tool, as lists have it. */
export { known };

/** As the engine reads it. */
export const providers: readonly Provider[] = await Promise.all(known.map((each) => each.load()));

function builtIn(id: string): Provider {
  const found = providers.find((each) => each.id === id);
  if (!found) throw new Error(`nothing that ships is called ${id}`);
  return found;
}

export const freshservice = builtIn('freshservice');
export const gladly = builtIn('gladly');

/** Those that the fakes simulate: however many ship, these two are what a test knows. */
export const faked: readonly KnownProvider[] = known.filter(({ id }) =>
  [freshservice.id, gladly.id].includes(id),
);

/** They with their guides. */
export const fakedGuides: readonly GuidedProvider[] = await Promise.all(
  faked.map((each) => each.loadGuided(new Date('2026-11-20'))),
);

/** All with their guides. */
export const guided: readonly GuidedProvider[] = await Promise.all(
  known.map((each) => each.loadGuided(new Date('2026-11-20'))),
);

/** As they were written. */
export const definitions: readonly Definition[] = await Promise.all(builtIns.map(whole));

async function whole({ definition, guide }: BuiltIn): Promise<Definition> {
  const own = await guide?.();
  return { ...(await definition()), ...(own && { guide: own }) };
}

/** Any provider, as lists have it. */
export function knownAs(provider: Provider): KnownProvider {
  const { id, name, summary, fields } = provider;
  return {
    id,
    name,
    summary,
    secrets: fields.filter(({ kind }) => kind === 'secret').map((field) => field.id),
    load: async () => provider,
    loadGuided: async () => ({ ...provider, guide: { blanks: {}, starts: {}, topics: [] } }),
  };
}
