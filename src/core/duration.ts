const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** How a duration is written, for a message. */
export const DURATION = 'a number with a unit: 30m, 24h or 7d';

/** `30m`, `24h`, `7d` in milliseconds; undefined if it is none of these. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,6})([mhd])$/u.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (UNITS[unit] ?? Number.NaN);
}

/** A time span in whole days, as people say it: `200 days`. */
export function daysBetween(from: string, to: Date): number {
  return Math.floor((to.getTime() - Date.parse(from)) / 86_400_000);
}
