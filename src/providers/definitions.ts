import type { Definition } from '../core/provider.js';
import { freshserviceGuide } from './freshservice-guide.js';
import { freshservice } from './freshservice.js';
import { gladlyGuide } from './gladly-guide.js';
import { gladly } from './gladly.js';

/** Every definition whole, in the order of `index.ts`. The guides are large: loaded only to print them. */
export const definitions: readonly Definition[] = [
  { ...freshservice, guide: freshserviceGuide },
  { ...gladly, guide: gladlyGuide },
];
