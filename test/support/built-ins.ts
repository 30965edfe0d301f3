import type { Definition } from '../../src/core/definition/schema.js';
import type { GuidedProvider } from '../../src/core/guide.js';
import type { KnownProvider } from '../../src/core/known-provider.js';
import type { Provider } from '../../src/core/provider.js';
import { providers as known } from '../../src/known-providers.js';
import { builtIns, type BuiltIn } from '../../src/providers/index.js';

/** The built-in providers as lists have them. */
export { known };

/** The built-in providers as the engine reads them. */
export const providers: readonly Provider[] = await Promise.all(known.map((each) => each.load()));

function builtIn(id: string): Provider {
  const found = providers.find((each) => each.id === id);
  if (!found) throw new Error(`nothing that ships is called ${id}`);
  return found;
}

export const freshservice = builtIn('freshservice');
export const gladly = builtIn('gladly');

/** The two that the fakes simulate; a test knows only these, however many are built in. */
export const faked: readonly KnownProvider[] = known.filter(({ id }) =>
  [freshservice.id, gladly.id].includes(id),
);

/** The two with their guides. */
export const fakedGuides: readonly GuidedProvider[] = await Promise.all(
  faked.map((each) => each.loadGuided(new Date('2026-11-20'))),
);

/** All with their guides. */
export const guided: readonly GuidedProvider[] = await Promise.all(
  known.map((each) => each.loadGuided(new Date('2026-11-20'))),
);

/** The definitions as they are written. */
export const definitions: readonly Definition[] = await Promise.all(builtIns.map(whole));

async function whole({ definition, guide }: BuiltIn): Promise<Definition> {
  const own = await guide?.();
  return { ...(await definition()), ...(own && { guide: own }) };
}

/** Any provider as lists have it. */
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
