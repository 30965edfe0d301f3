import type { Interruption } from './interruption.js';
import type { Http } from './ports/http.js';
import type { Browser, Clipboard, Clock, Diagnostics } from './ports/machine.js';
import type { Records } from './ports/records.js';
import type { Approvals, History, ResumePoints } from './ports/remembered.js';
import type { Stores } from './ports/stores.js';
import type { Terminal } from './ports/terminal.js';

export type * from './ports/http.js';
export type * from './ports/input.js';
export type * from './ports/machine.js';
export type * from './ports/records.js';
export type * from './ports/remembered.js';
export type * from './ports/stores.js';
export type * from './ports/terminal.js';
export { BACK } from './ports/terminal.js';

/**
 * Everything that the flows need from the outside world. Each port has one adapter and one strict
 * fake.
 */
export interface Context {
  readonly terminal: Terminal;
  readonly http: Http;
  readonly stores: Stores;
  readonly records: Records;
  readonly resumePoints: ResumePoints;
  readonly history: History;
  readonly browser: Browser;
  readonly clipboard: Clipboard;
  readonly clock: Clock;
  readonly interruption: Interruption;
  readonly diagnostics: Diagnostics;
  readonly approvals: Approvals;
}
