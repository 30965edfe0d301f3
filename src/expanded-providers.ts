import { expand } from './core/expand/expand.js';
import type { Provider } from './core/provider.js';
import { builtIns } from './providers/index.js';

/**
 * The providers that the program and the library know. In the package, the outcome stands here in the
 * place of this module (`.github/build.mjs`): to expand the definitions takes a fifth of a start.
 */
export const providers: readonly Provider[] = builtIns.map(({ definition }) => expand(definition));
