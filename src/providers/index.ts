import type { Definition } from '../core/definition/schema.js';
import { freshservice } from './freshservice.js';
import { gladly } from './gladly.js';

/** What ships with the tool: the definition, and the guide beside it, which is large and loaded where it is printed. */
export interface BuiltIn {
  readonly definition: Definition;
  readonly guide: () => Promise<NonNullable<Definition['guide']>>;
}

/** A new one is a file beside these and a row here. */
export const builtIns: readonly BuiltIn[] = [
  {
    definition: freshservice,
    guide: async () => (await import('./freshservice-guide.js')).freshserviceGuide,
  },
  {
    definition: gladly,
    guide: async () => (await import('./gladly-guide.js')).gladlyGuide,
  },
];
