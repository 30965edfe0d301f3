import type { Connection } from '../../core/connection.js';
import type { Report } from '../../core/report.js';

/** When a check is made: never before the connection was, whatever this machine's clock says. */
export function timeOf({ createdAt }: Connection, clock: Date): string {
  return new Date(Math.max(clock.getTime(), Date.parse(createdAt))).toISOString();
}

/** Says that a clock is off: the record has a time in the future. */
export function clockDoubts(
  { createdAt, verifiedAt, lastValidAt }: Connection,
  clock: Date,
): Report['warnings'] {
  const times = [createdAt, verifiedAt, lastValidAt ?? createdAt].map((time) => Date.parse(time));
  const latest = Math.max(...times);
  if (latest - clock.getTime() <= CLOCK_TOLERANCE_MS) return [];
  const date = new Date(latest).toISOString().slice(0, 10);
  const message = `The record has a time in the future (${date}): the clock of this machine, or of the one that wrote it, is off.`;
  return [{ code: 'clock', message }];
}

/** The clocks of two machines differ by less. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
