import type { Pages } from '../../core/page/ports.js';
import type { Requests, Sealing } from '../../core/sealed/ports.js';

/** What sealed requests need of the world outside, beside what every flow does. */
export interface RequestPorts {
  readonly requests: Requests;
  readonly sealing: Sealing;
  readonly pages: Pages;
}
