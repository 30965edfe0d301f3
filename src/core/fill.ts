import type { Advice } from './errors.js';

/**
 * Replaces `{host}` and the like in `template`. A name that isn't among `placeholders` stays as it
 * is.
 */
export function fillText(template: string, placeholders: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/gu, (whole, name: string) =>
    Object.hasOwn(placeholders, name) ? (placeholders[name] ?? whole) : whole,
  );
}

/** Fills in every text of a JSON value. */
export function fillJson(value: unknown, placeholders: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return fillText(value, placeholders);
  if (Array.isArray(value)) return value.map((each) => fillJson(each, placeholders));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, fillJson(each, placeholders)]),
  );
}

/** Fills in every part of a message. */
export function fill(template: Advice, placeholders: Readonly<Record<string, string>>): Advice {
  return {
    what: fillText(template.what, placeholders),
    ...(template.why !== undefined && { why: fillText(template.why, placeholders) }),
    ...(template.causes && {
      causes: template.causes.map((cause) => fillText(cause, placeholders)),
    }),
    next: fillText(template.next, placeholders),
    ...(template.command !== undefined && { command: fillText(template.command, placeholders) }),
  };
}
