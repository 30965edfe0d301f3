/**
 * Checks what was read from a file by hand: zod takes 7 ms to load and check 200 records, a third
 * of the time of `list`.
 */
export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === 'string';

export function isTexts(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every(isText);
}

export const isTextList: Check = (value) => Array.isArray(value) && value.every(isText);

/** As this program writes a time: whatever fits is one, so nothing has to read it. */
const WRITTEN_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/u;

/** ISO 8601 in UTC. */
export function isTime(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  if (WRITTEN_TIME.test(value)) return true;
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/u.test(value) && !Number.isNaN(Date.parse(value));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const isNullOr =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

/** The value may be left out. */
export const isOptional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

/** It's an object, and every listed key passes its check. */
export function hasShape(value: unknown, checks: Readonly<Record<string, Check>>): boolean {
  if (!isObject(value)) return false;
  for (const key in checks) if (!checks[key]?.(value[key])) return false;
  return true;
}
