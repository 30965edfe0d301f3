import type { Pages } from '../../core/page/ports.js';
import type { Requests, Sealing } from '../../core/sealed/ports.js';

/** The ports that sealed requests need in addition to those of every flow. */
export interface RequestPorts {
  readonly requests: Requests;
  readonly sealing: Sealing;
  readonly pages: Pages;
}
