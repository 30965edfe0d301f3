import type { Connection } from '../../core/connection.js';
import type { Report } from '../../core/report.js';

/**
 * When a check is made: never before the connection was, whatever this machine's clock says. A clock
 * that is off is said.
 */
export function timeOf(
  { createdAt, verifiedAt, lastValidAt }: Connection,
  clock: Date,
): { readonly now: string; readonly doubts: Report['warnings'] } {
  const times = [createdAt, verifiedAt, lastValidAt ?? createdAt].map((time) => Date.parse(time));
  const now = new Date(Math.max(clock.getTime(), Date.parse(createdAt))).toISOString();
  const latest = Math.max(...times);
  if (latest - clock.getTime() <= CLOCK_TOLERANCE_MS) return { now, doubts: [] };
  const date = new Date(latest).toISOString().slice(0, 10);
  const message = `The record has a time in the future (${date}): the clock of this machine, or of the one that wrote it, is off.`;
  return { now, doubts: [{ code: 'clock', message }] };
}

/** The clocks of two machines differ by less. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
