import { isObject } from './shape.js';

/** Are both the same JSON value? Some stores give back a map with its keys in another order. */
export function isSameJson(a: string, b: string): boolean {
  if (a === b) return true;
  try {
    return sorted(a) === sorted(b);
  } catch {
    return false;
  }
}

/** @throws {SyntaxError} it isn't JSON. */
function sorted(text: string): string {
  return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
