import { expand } from './core/expand/expand.js';
import { expandGuide } from './core/expand/guide.js';
import type { GuidedProvider } from './core/guide.js';
import type { Provider } from './core/provider.js';
import { builtIns, type BuiltIn } from './providers/index.js';

/** The providers that the program and the library know. */
export const providers: readonly Provider[] = builtIns.map(({ definition }) => expand(definition));

/** The same with their guides, which are loaded for it. */
export async function loadGuides(today: Date): Promise<readonly GuidedProvider[]> {
  return Promise.all(builtIns.map((each) => withGuide(each, today)));
}

async function withGuide({ definition, guide }: BuiltIn, today: Date): Promise<GuidedProvider> {
  const whole = { ...definition, guide: await guide() };
  const provider = expand(whole);
  return { ...provider, guide: expandGuide(whole, provider, today.toISOString().slice(0, 10)) };
}
