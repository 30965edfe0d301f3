import type { Field, Provider } from './provider.js';
import { SHORTEST_SECRET } from './secret.js';

/**
 * A typed or pasted answer with what is never part of a value taken off its edges,
 * and what that was, so that it can be said.
 */
export function tidy(answer: string): { value: string; removed: string[] } {
  const removed: string[] = [];
  const strip = (name: string, from: string, pattern: RegExp): string => {
    const rest = from.replaceAll(pattern, '');
    if (rest !== from) removed.push(name);
    return rest;
  };
  // What a terminal wraps around a paste when bracketed paste is on; some shells leave it in.
  // oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
  let value = strip('paste markers of the terminal', answer, /\u001B?\[20[01]~/gu);
  value = strip('characters that cannot be seen', value, /[\u200B-\u200D\u2060\uFEFF\u00AD]/gu);
  value = strip('spaces around it', value, /^\s+|\s+$/gu);
  return { value, removed };
}

/** Why `value` cannot be this field's at all, or undefined. A host is read by `host.ts`. */
export function refuseValue(field: Field, value: string): string | undefined {
  if (value === '') return `${field.label} is needed.`;
  if (/\p{Cc}/u.test(value)) return `${field.label} has a control character or a line break in it.`;
  // Basic auth ends the user name at the first colon (RFC 7617).
  if (field.kind === 'email' && !/^[^\s@:]+@[^\s@:]+\.[^\s@:]+$/u.test(value)) {
    return `${field.label} must be an e-mail address, like ${field.example}.`;
  }
  if (field.kind === 'secret' && value.length < SHORTEST_SECRET) {
    const count = value.length === 1 ? '1 character is' : `${value.length} characters are`;
    return `It was not copied whole: ${count} too few for the ${field.label}.`;
  }
  return undefined;
}

/**
 * Why a secret cannot be that: it is another answer, or part of one. It would also be taken out of
 * everything that is printed, where the answer has to be shown.
 *
 * @param others answers that are not secret, by their fields' names.
 */
export function refuseRepeated(
  field: Field,
  value: string,
  others: Readonly<Record<string, string>>,
): string | undefined {
  const same = Object.entries(others).find(([, other]) =>
    other.toLowerCase().includes(value.toLowerCase()),
  );
  return same && `That is the ${same[0]}, or part of it, not the ${field.label}.`;
}

/** What looks wrong about `value`: a question to the person, never a silent change. */
export function oddities(field: Field, value: string): string[] {
  const found = (field.mistakes ?? [])
    .filter(({ pattern }) => new RegExp(pattern, 'u').test(value))
    .map(({ says }) => says);
  if (field.kind === 'secret' && /\s/u.test(value)) found.push('it has a space inside');
  return found;
}

/** The field that says which tenant. The contract test of the definitions holds that there is one. */
export function hostField(provider: Provider): Field {
  const found = provider.fields.find((each) => each.kind === 'host');
  if (!found) throw new Error(`provider ${provider.id} has no field of kind host`);
  return found;
}

export function secretFields(provider: Provider): Field[] {
  return provider.fields.filter((each) => each.kind === 'secret');
}
