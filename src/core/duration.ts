const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The format of a duration, for messages. */
export const DURATION = 'a number with a unit: 30m, 24h or 7d';

/** Reads `30m`, `24h` or `7d` as milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,6})([mhd])$/u.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (UNITS[unit] ?? Number.NaN);
}

/**
 * How long ago a time was: `5 min ago`, `3 h ago`, `12 days ago`. A time in the future is shown as
 * its date.
 */
export function ago(time: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(time)) / 60_000);
  if (Number.isNaN(minutes) || minutes < -1) return isoDate(time);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `${Math.floor(minutes / (24 * 60))} days ago`;
}

/** The day of a time in UTC: `2026-11-25`. */
export function isoDate(time: Date | string): string {
  return (typeof time === 'string' ? time : time.toISOString()).slice(0, 10);
}

/** The same for a sentence: `25 Nov`. */
export function dayOf(time: string): string {
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return day.format(new Date(time));
}

/** The whole days between two times. */
export function daysBetween(from: string, to: Date): number {
  return Math.floor((to.getTime() - Date.parse(from)) / 86_400_000);
}
