import type { Provider } from '../core/provider.js';
import { freshservice } from './freshservice.js';
import { gladly } from './gladly.js';

/** Every provider there is. A new one is a file beside these and a row here. */
export const providers: readonly Provider[] = [freshservice, gladly];
