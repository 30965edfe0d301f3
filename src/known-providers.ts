import type { GuidedProvider } from './core/guide.js';

export { providers } from './expanded-providers.js';

/** The same with their guides, which are loaded for it, as is all that makes them. */
export async function loadGuides(today: Date): Promise<readonly GuidedProvider[]> {
  const { readGuides } = await import('./provider-guides.js');
  return readGuides(today);
}
