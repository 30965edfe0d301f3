import type { Connection } from '../../core/connection.js';
import { isoDate } from '../../core/duration.js';
import type { Report } from '../../core/report.js';

/**
 * The time of a check. It's never before the connection was created, whatever this machine's clock
 * says.
 */
export function timeOf({ createdAt }: Connection, clock: Date): string {
  return new Date(Math.max(clock.getTime(), Date.parse(createdAt))).toISOString();
}

/** Warns if the record has a time in the future, which means that a clock is wrong. */
export function clockDoubts(
  { createdAt, verifiedAt, lastValidAt }: Connection,
  clock: Date,
): Report['warnings'] {
  const times = [createdAt, verifiedAt, lastValidAt ?? createdAt].map((time) => Date.parse(time));
  const latest = Math.max(...times);
  if (latest - clock.getTime() <= CLOCK_TOLERANCE_MS) return [];
  const date = isoDate(new Date(latest));
  const message = `The record has a time in the future (${date}): the clock of this machine, or of the one that wrote it, is off.`;
  return [{ code: 'clock', message }];
}

/** The clocks of two machines usually differ by less. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
