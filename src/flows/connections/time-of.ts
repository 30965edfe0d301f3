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
export function clockDoubts(clock: Date): (connection: Connection) => Report['warnings'] {
  const end = new Date(clock.getTime() + CLOCK_TOLERANCE_MS);
  const endText = end.toISOString();
  return ({ createdAt, verifiedAt, lastValidAt }) => {
    const times = [createdAt, verifiedAt, lastValidAt ?? createdAt];
    // As texts, times are in the same order: those of most records needn't be parsed.
    if (times.every((time) => time < endText)) return [];
    const latest = Math.max(...times.map((time) => Date.parse(time)));
    if (latest <= end.getTime()) return [];
    const date = isoDate(new Date(latest));
    const message = `The record has a time in the future (${date}): the clock of this machine, or of the one that wrote it, is off.`;
    return [{ code: 'clock', message }];
  };
}

/** The clocks of two machines usually differ by less. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
