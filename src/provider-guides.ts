import { expand } from './core/expand/expand.js';
import { expandGuide } from './core/expand/guide.js';
import type { GuidedProvider } from './core/guide.js';
import { builtIns, type BuiltIn } from './providers/index.js';

/** The providers with their guides. */
export async function readGuides(today: Date): Promise<readonly GuidedProvider[]> {
  return Promise.all(builtIns.map((each) => withGuide(each, today)));
}

async function withGuide({ definition, guide }: BuiltIn, today: Date): Promise<GuidedProvider> {
  const whole = { ...definition, guide: await guide() };
  const provider = expand(whole);
  return { ...provider, guide: expandGuide(whole, provider, today.toISOString().slice(0, 10)) };
}
