import type { Advice } from './errors.js';

/** `{host}` and the like in `template` replaced; a name that is not in `words` stays as it is. */
export function fillText(template: string, words: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/gu, (whole, name: string) =>
    Object.hasOwn(words, name) ? (words[name] ?? whole) : whole,
  );
}

/** The same for every part of a message. */
export function fill(template: Advice, words: Readonly<Record<string, string>>): Advice {
  return {
    what: fillText(template.what, words),
    ...(template.why !== undefined && { why: fillText(template.why, words) }),
    ...(template.causes && { causes: template.causes.map((cause) => fillText(cause, words)) }),
    next: fillText(template.next, words),
  };
}
