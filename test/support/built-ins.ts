import type { Definition } from '../../src/core/definition/schema.js';
import type { GuidedProvider } from '../../src/core/guide.js';
import type { Provider } from '../../src/core/provider.js';
import { loadGuides, providers } from '../../src/known-providers.js';
import { builtIns, type BuiltIn } from '../../src/providers/index.js';

/** What ships with the tool, as the engine reads it. */
export { providers };

function builtIn(id: string): Provider {
  const found = providers.find((each) => each.id === id);
  if (!found) throw new Error(`nothing that ships is called ${id}`);
  return found;
}

export const freshservice = builtIn('freshservice');
export const gladly = builtIn('gladly');

/** With their guides. */
export const guided: readonly GuidedProvider[] = await loadGuides(new Date('2026-11-20'));

/** As they were written. */
export const definitions: readonly Definition[] = await Promise.all(builtIns.map(whole));

async function whole({ definition, guide }: BuiltIn): Promise<Definition> {
  return { ...definition, guide: await guide() };
}
